/* Questions to a lab, and their answers. */
#include "lab/channel/labsock_internal.h"
#include "lab/channel/pages.h"
#include "lab/channel/process_state.h"
#include "lib/base/clock.h"
#include "lib/program/exit_status.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <sys/socket.h>

enum {
	LOOK_MS = 250 /* between looks at a lab that does not answer */
};

/* One question: the stream to the supervisor while its answer comes. */
struct question {
	int fd;
	struct line_reader in;
	int fds
	    [CHANNEL_FDS_MAX]; /* that came with the answer, owned; -1 for the rest */
	size_t n_fds;
};

static int send_line(int fd, struct str line)
{
	ssize_t n = send(fd, line.p, line.len, MSG_NOSIGNAL);

	return n == (ssize_t)line.len ? 0 : n < 0 ? -errno : -EIO;
}

/* The command is text of our own, and what is secret in its arguments is what is to be done: no
 * writer of lines, which would hide it. */
static int send_command(int fd, const char *name, const char *node, const char *command)
{
	auto_buf line = BUF_NULL;
	struct json json = json_writer(&line, 0);

	json_object_begin(&json, NULL);
	json_int(&json, "id", 1);
	json_text(&json, "cmd", name);
	if (node)
		json_text(&json, "node", node);
	if (command)
		json_raw(&json, "command", str_of(command));
	json_object_end(&json);
	if (line.len > LINE_BYTES_MAX)
		return ERR_LIMIT;
	buf_append_char(&line, '\n');
	return line.error ? line.error : send_line(fd, buf_str(&line));
}

static void take_fds(struct question *question, struct msghdr *msg)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		size_t n;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < n; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(fd));
			if (question->n_fds < CHANNEL_FDS_MAX)
				question->fds[question->n_fds++] = fd;
			else
				(void)close(fd);
		}
	}
}

/* Waits until something is there to be read. */
static int wait_readable(int fd, struct error *err)
{
	struct pollfd peer = { .fd = fd, .events = POLLIN };
	clock_ns deadline = clock_monotonic() + LABSOCK_ANSWER_MS * NS_PER_MS;

	while (poll(&peer, 1, LOOK_MS) <= 0) {
		struct ucred peer_process = { 0 };
		pid_t pid;

		(void)labsock_peer(fd, &peer_process);
		pid = peer_process.pid;
		if (process_is_stopped(pid) || clock_monotonic() > deadline)
			return labsock_not_answered(pid, err);
	}
	return 0;
}

/* Reads what is there, descriptors included. */
static int receive(struct question *question, struct error *err)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(CHANNEL_FDS_MAX * sizeof(int))];
	} control;
	struct iovec part = { line_reader_room(&question->in), LINE_READ_BYTES };
	struct msghdr msg = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	ssize_t n;

	if (!part.iov_base)
		return error_set(err, -ENOMEM, "out of memory");
	do
		n = recvmsg(question->fd, &msg, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return error_set(err, n < 0 ? -errno : ERR_CLOSED,
		    "the lab did not answer: %s",
		    error_name(n < 0 ? -errno : ERR_CLOSED));
	take_fds(question, &msg);
	line_reader_add(&question->in, (size_t)n);
	return 0;
}

/* The next line of the answer; the caller drops it. Null after a failure. */
static json_t *next_page(struct question *question, struct error *err)
{
	struct str line;
	json_t *page;
	int r;

	while ((r = line_reader_next(&question->in, &line)) == 0) {
		if (wait_readable(question->fd, err) < 0 || receive(question, err) < 0)
			return NULL;
	}
	page = r == 1 ? json_loadb(line.p, line.len, 0, NULL) : NULL;
	if (!page)
		(void)error_set(err, ERR_MALFORMED,
		    "the lab's answer cannot be read: is it of another version?");
	return page;
}

static int fail_answer(const json_t *page, struct error *err)
{
	const char *why = json_string_value(json_object_get(page, "why"));
	bool is_machine =
	    json_integer_value(json_object_get(page, "exit")) == EXIT_MACHINE;

	return error_set(err, is_machine ? ERR_MACHINE : ERR_USAGE, "%s",
	    why ? why : "refused");
}

static int ask(struct question *question, const char *name, const char *node,
    const char *command, labsock_page_fn *on_page, void *user, struct error *err)
{
	int r = send_command(question->fd, name, node, command);
	bool has_more = true;

	if (r == ERR_LIMIT)
		return error_set(err, ERR_USAGE, "a command has %d bytes at most",
		    LINE_BYTES_MAX);
	if (r < 0)
		return error_set(err, r, "the lab cannot be asked: %s", error_name(r));
	while (has_more) {
		json_t *page = next_page(question, err);

		if (!page)
			return err->code;
		if (!json_is_true(json_object_get(page, "ok"))) {
			r = fail_answer(page, err);
			json_decref(page);
			return r;
		}
		has_more = json_is_true(json_object_get(page, "more"));
		(void)json_object_del(page, "re");
		(void)json_object_del(page, "ok");
		(void)json_object_del(page, "more");
		on_page(user, page);
		json_decref(page);
	}
	return 0;
}

static void close_question(struct question *question)
{
	for (size_t i = 0; i < question->n_fds; i++)
		(void)close(question->fds[i]);
	line_reader_free(&question->in);
}

int labsock_ask_pages(int fd, const char *name, const char *node,
    labsock_page_fn *on_page, void *user, struct error *err)
{
	struct question question = { .fd = fd };
	int r = ask(&question, name, node, NULL, on_page, user, err);

	close_question(&question);
	return r;
}

int labsock_ask_agent(int fd, const char *node, const char *command,
    labsock_page_fn *on_page, void *user, struct error *err)
{
	struct question question = { .fd = fd };
	int r = ask(&question, "agent", node, command, on_page, user, err);

	close_question(&question);
	return r;
}

int labsock_ask_command(int fd, const char *name, const char *command,
    labsock_page_fn *on_page, void *user, struct error *err)
{
	struct question question = { .fd = fd };
	int r = ask(&question, name, NULL, command, on_page, user, err);

	close_question(&question);
	return r;
}

struct merging {
	json_t *whole;
	int error; /* once a page found no memory */
};

static void merge(void *user, json_t *page)
{
	struct merging *merging = user;

	if (merging->error == 0)
		merging->error = page_merge(merging->whole, page);
}

int labsock_ask(int fd, const char *name, const char *node, json_t **ret, int *fds,
    struct error *err)
{
	struct question question = { .fd = fd };
	struct merging merging = { .whole = json_object() };
	int r = merging.whole ? ask(&question, name, node, NULL, merge, &merging, err)
			      : -ENOMEM;

	if (r == 0)
		r = merging.error;
	if (r == -ENOMEM)
		(void)error_set(err, r, "out of memory");
	for (size_t i = 0; fds && i < CHANNEL_FDS_MAX; i++)
		fds[i] = r == 0 && i < question.n_fds ? question.fds[i] : -1;
	if (fds && r == 0)
		question.n_fds = 0;
	close_question(&question);
	if (r < 0)
		json_decref(merging.whole);
	else
		*ret = merging.whole;
	return r;
}
