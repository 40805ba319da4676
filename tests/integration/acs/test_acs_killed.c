/* An ACS that is killed at any moment, a hundred times, while RPCs are queued for a CPE, sent
 * and answered. The test is the CPE, and whoever gives the commands. What the ACS has taken
 * must be asked in the end, in its order, and what it has heard the answer of must not be asked
 * again. */
#include "tests/support/cwmp_text.h"
#include "tests/support/holding.h"
#include "tests/support/labrun.h"
#include "tests/support/patience.h"
#include "tests/support/sandbox.h"

#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/rng.h"
#include "lib/proto/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum {
#ifdef __SANITIZE_ADDRESS__
	KILLS = 20, /* a process takes longer to start */
#else
	KILLS = 100,
#endif
	TASKS_MAX = 1024,
	MOMENTS_MAX = 14, /* commands and POSTs that a life may see */
	SENDS_MAX = 3,    /* without an answer: then the ACS gives a task up */
	SEED = 20261129,
	PORT = 7547,
	CONTROL = 3 /* the descriptor */
};

#define CPE "0000C1-Box-S1"

struct task {
	bool is_taken; /* the command was answered */
	unsigned n_asked;
	bool is_answered; /* we have sent the response, which the ACS may have had */
	bool is_heard;    /* the ACS has answered that */
};

struct story {
	struct rng rng;
	char folder[32], config[64];
	pid_t acs;
	int control; /* our end */
	struct buf lines;
	int http; /* -1: no connection */
	char cookie[80];
	struct task tasks[TASKS_MAX]; /* by number, which is its CommandKey */
	unsigned n_tasks, n_heard, last_asked;
	int moments; /* until the kill; below 0: none comes */
};

/* ---- the ACS ------------------------------------------------------------------------- */

static void start_acs(struct story *s)
{
	char control[8];
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	(void)snprintf(control, sizeof(control), "%d", CONTROL);
	s->acs = fork();
	if (s->acs == 0) {
		(void)dup2(ends[1], CONTROL);
		execl(labrun_program(), "cwmplab", "acs", "--config", s->config,
		    "--control", control, (char *)NULL);
		_exit(127);
	}
	(void)close(ends[1]);
	s->control = ends[0];
	buf_reset(&s->lines);
}

static void kill_acs(struct story *s)
{
	if (s->acs > 0) {
		(void)kill(s->acs, SIGKILL);
		(void)waitpid(s->acs, NULL, 0);
	}
	s->acs = 0;
	if (s->control >= 0)
		(void)close(s->control);
	if (s->http >= 0)
		(void)close(s->http);
	s->control = s->http = -1;
}

/* A moment passes. True: it was the ACS's last. */
static bool dies(struct story *s)
{
	if (s->moments < 0 || s->moments-- > 0)
		return false;
	kill_acs(s);
	return true;
}

/* Waits for bytes and appends them. False: there are none any more. */
static bool receive(int fd, struct buf *out)
{
	struct pollfd at = { .fd = fd, .events = POLLIN };
	char bytes[8192];
	ssize_t n;

	if (poll(&at, 1, patience_ms()) != 1)
		fail_msg("the ACS hangs");
	n = recv(fd, bytes, sizeof(bytes), 0);
	if (n > 0)
		buf_append(out, bytes, (size_t)n);
	return n > 0;
}

/* Reads lines of the control channel until one has the words. */
static bool hears(struct story *s, const char *words)
{
	while (!str_find(buf_str(&s->lines), str_of(words), NULL)) {
		if (!receive(s->control, &s->lines))
			return false;
	}
	return true;
}

/* ---- commands ------------------------------------------------------------------------ */

/* Queues one RPC more. It may be taken though the answer does not come any more. */
static void queue(struct story *s)
{
	unsigned n = ++s->n_tasks;
	char line[256], answer[64];
	int len = snprintf(line, sizeof(line),
	    "{\"id\":%u,\"cmd\":\"rpc\",\"device\":\"" CPE "\",\"method\":\"Reboot\","
	    "\"arguments\":{\"command-key\":\"%u\"}}\n",
	    n, n);

	assert_true(n < TASKS_MAX);
	(void)snprintf(answer, sizeof(answer), "{\"re\":%u,\"ok\":true,", n);
	if (send(s->control, line, (size_t)len, MSG_NOSIGNAL) != len)
		return;
	/* Killed while it takes the command, or after it has said so. */
	if (rng_between(&s->rng, 0, 1) == 0 && dies(s))
		return;
	s->tasks[n].is_taken = hears(s, answer);
	assert_true(s->tasks[n].is_taken);
}

/* ---- the CPE ------------------------------------------------------------------------- */

static void connect_to_acs(struct story *s)
{
	const struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons(PORT),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	s->http = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(s->http, (const struct sockaddr *)&at, sizeof(at)), 0);
	s->cookie[0] = '\0';
}

/* The answer to a POST, whole, or none: false. */
static bool take_answer(struct story *s, struct buf *answer, unsigned *ret_status)
{
	struct http_head head;
	struct str cookie, rest;
	int n = 0;

	while (n == 0 || answer->len < (size_t)n + head.content_length) {
		if (!receive(s->http, answer))
			return false;
		n = http_head_parse(&head, false, answer->data, answer->len, NULL,
		    NULL);
		assert_true(n >= 0);
	}
	cookie = http_header(&head, "Set-Cookie");
	if (cookie.p)
		(void)snprintf(s->cookie, sizeof(s->cookie), "Cookie: %.*s\r\n",
		    STR_ARG(str_cut(cookie, ';', &rest)));
	*ret_status = head.status;
	return true;
}

enum post_end {
	POST_LOST,   /* the ACS was killed before its answer */
	POST_UNREAD, /* and after it */
	POST_ANSWERED
};

static void wait_for_bytes(int fd)
{
	struct pollfd at = { .fd = fd, .events = POLLIN };

	assert_int_equal(poll(&at, 1, patience_ms()), 1);
}

/* POSTs the body. */
static enum post_end post(struct story *s, const char *body, struct buf *answer,
    unsigned *ret_status)
{
	auto_buf request = BUF_NULL;
	uint64_t moment = rng_between(&s->rng, 0, 2);

	buf_reset(answer);
	if (moment == 0 && dies(s))
		return POST_LOST;
	buf_printf(&request,
	    "POST /cwmp HTTP/1.1\r\nHost: a\r\n%sContent-Type: text/xml\r\n"
	    "Content-Length: %zu\r\n\r\n%s",
	    s->cookie, strlen(body), body);
	if (send(s->http, request.data, request.len, MSG_NOSIGNAL) !=
	    (ssize_t)request.len)
		return POST_LOST;
	/* The ACS may have all of it, a part, or nothing when it is killed; */
	if (moment == 1 && dies(s))
		return POST_LOST;
	/* or it has answered. */
	if (moment == 2) {
		wait_for_bytes(s->http);
		if (dies(s))
			return POST_UNREAD;
	}
	return take_answer(s, answer, ret_status) ? POST_ANSWERED : POST_LOST;
}

static struct str text_in(const struct buf *answer, const char *begin, char end)
{
	struct str text = buf_str(answer);
	size_t at;

	if (!str_find(text, str_of(begin), &at))
		return STR_NULL;
	text = str_from(text, at + strlen(begin));
	return str_make(text.p, str_find_char(text, end));
}

/* The task that is asked for, which the ACS may ask for now. */
static struct task *asked(struct story *s, const struct buf *answer)
{
	uint64_t n = 0;

	assert_int_equal(str_to_u64(text_in(answer, "<CommandKey>", '<'), TASKS_MAX - 1,
			     &n),
	    0);
	assert_true(n > 0 && n <= s->n_tasks);
	if (s->tasks[n].is_heard)
		fail_msg("task %u is asked again, though its answer was heard",
		    (unsigned)n);
	if (n < s->last_asked)
		fail_msg("task %u is asked after %u", (unsigned)n, s->last_asked);
	s->last_asked = (unsigned)n;
	s->tasks[n].n_asked++;
	return &s->tasks[n];
}

/* One session. False: it was the ACS's last. */
static bool run_session(struct story *s)
{
	auto_buf answer = BUF_NULL, response = BUF_NULL;
	struct task *task = NULL;
	unsigned status;

	connect_to_acs(s);
	if (post(s, INFORM("S1", "0"), &answer, &status) != POST_ANSWERED)
		return false;
	assert_int_equal(status, 200);
	for (;;) {
		enum post_end end =
		    post(s, task ? buf_cstr(&response) : "", &answer, &status);

		if (task) {
			task->is_answered = true;
			task->is_heard = end != POST_LOST;
			s->n_heard += task->is_heard;
		}
		if (end != POST_ANSWERED)
			return false;
		if (status == 204)
			break;
		assert_int_equal(status, 200);
		task = asked(s, &answer);
		buf_reset(&response);
		buf_printf(&response, ENVELOPE("%.*s", "<cwmp:RebootResponse/>"),
		    STR_ARG(text_in(&answer, "mustUnderstand=\"1\">", '<')));
	}
	(void)close(s->http);
	s->http = -1;
	return true;
}

/* ---- the story ----------------------------------------------------------------------- */

static void write_config(struct story *s)
{
	FILE *file;

	(void)snprintf(s->folder, sizeof(s->folder), "/tmp/acs-killed-XXXXXX");
	assert_non_null(mkdtemp(s->folder));
	holding_add(HOLDING_FOLDER, s->folder);
	(void)snprintf(s->config, sizeof(s->config), "%s/acs.yaml", s->folder);
	file = fopen(s->config, "w");
	assert_non_null(file);
	(void)fprintf(file, "url: http://127.0.0.1:%d/cwmp\nstate: %s/state\n", PORT,
	    s->folder);
	assert_int_equal(fclose(file), 0);
}

/* One life: commands and sessions as they come, until the kill. */
static void live(struct story *s)
{
	start_acs(s);
	assert_true(hears(s, "\"event\":\"ready\""));
	s->moments = (int)rng_between(&s->rng, 0, MOMENTS_MAX);
	while (s->acs > 0) {
		if (rng_between(&s->rng, 0, 1) == 0)
			queue(s);
		else
			(void)run_session(s);
	}
}

/* Undisturbed, the rest is asked for. */
static void finish(struct story *s)
{
	start_acs(s);
	assert_true(hears(s, "\"event\":\"ready\""));
	s->moments = -1;
	assert_true(run_session(s));
	kill_acs(s);
}

static void what_an_acs_took_is_asked_once_however_often_it_is_killed(void **state)
{
	struct story *s = calloc(1, sizeof(*s));
	unsigned n_given_up = 0, n_untold = 0;

	(void)state;
	assert_non_null(s);
	s->rng = rng_make(SEED, 0);
	s->control = s->http = -1;
	write_config(s);
	start_acs(s);
	assert_true(hears(s, "\"event\":\"ready\""));
	s->moments = -1;
	assert_true(run_session(s)); /* the device is known */
	kill_acs(s);

	for (int i = 0; i < KILLS; i++)
		live(s);
	finish(s);

	for (unsigned i = 1; i <= s->n_tasks; i++) {
		const struct task *task = &s->tasks[i];

		n_untold += !task->is_taken && task->n_asked > 0;
		if (task->is_heard || task->is_answered || !task->is_taken)
			continue;
		if (task->n_asked < SENDS_MAX)
			fail_msg("task %u was taken, asked %u times and lost", i,
			    task->n_asked);
		n_given_up++;
	}
	print_message(
	    "%d kills: %u RPCs queued, %u answered, %u given up after %d sessions, "
	    "%u taken without a word\n",
	    KILLS, s->n_tasks, s->n_heard, n_given_up, SENDS_MAX, n_untold);
	buf_free(&s->lines);
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    what_an_acs_took_is_asked_once_however_often_it_is_killed),
	};

	sandbox_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
