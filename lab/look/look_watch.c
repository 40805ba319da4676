#include "lab/look/look_watch.h"

#include "capture/live/privileges.h"
#include "lab/look/live_ports.h"
#include "lab/term/cmd.h"
#include "lib/base/shown.h"
#include "lib/program/say.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* The process that captures and the one that looks are joined by a pair of sockets. The first
 * tells by it how it fares, and ends once the other end is closed, also by a death. */
struct look_watch {
	struct live_ports ports;
	struct look_watch_state state;
	struct look *look;
	char *folder,
	    *path; /* owned: of the file; null where it has a name of the user's */
	pid_t pid; /* 0: not started */
	int fd;    /* owned; -1: not open */
	bool has_started;
	int code; /* of the capture, once it is over */
	clock_ns started;
};

enum word_kind {
	WORD_STARTED,
	WORD_COUNTS,
	WORD_CHANGED,
	WORD_OVER
};

struct word {
	enum word_kind kind;
	int code;
	struct live_counts counts;
	char text[ERROR_TEXT_MAX];
};

#define COUNTS_NS (NS_PER_S / 5)

/* ---- in the process that captures ----------------------------------------------------- */

struct recorder {
	int fd;
	clock_ns told;
	uint64_t packets; /* as told last */
};

/* Whoever does not read in time gets the next one. */
static void tell(const struct recorder *recorder, const struct word *word)
{
	(void)!send(recorder->fd, word, sizeof(*word), MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void on_started(void *user)
{
	tell(user, &(struct word){ .kind = WORD_STARTED });
}

static bool on_tick(void *user, const struct live_counts *counts)
{
	struct recorder *recorder = user;
	clock_ns now = clock_monotonic();

	if (now - recorder->told < COUNTS_NS || counts->packets == recorder->packets)
		return true;
	recorder->told = now;
	recorder->packets = counts->packets;
	tell(recorder, &(struct word){ .kind = WORD_COUNTS, .counts = *counts });
	return true;
}

static void on_change(void *user, size_t port, enum live_change what, const char *text)
{
	struct word word = { .kind = WORD_CHANGED };

	(void)port;
	(void)what;
	(void)snprintf(word.text, sizeof(word.text), "%s", text);
	tell(user, &word);
}

_Noreturn static void capture(struct look_watch *watch, int fd)
{
	struct recorder recorder = { fd, 0, 0 };
	const struct live_sink sink = { .user = &recorder,
		.started = on_started,
		.tick = on_tick,
		.changed = on_change };
	struct word word = { .kind = WORD_OVER };
	struct error err = ERROR_NULL;

	/* Ctrl-C is for the browser, by whose end this process ends. */
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	watch->ports.conf.stop = fd;
	word.code = live_run(&watch->ports.conf, &sink, &word.counts, NULL, &err);
	if (word.code < 0)
		(void)snprintf(word.text, sizeof(word.text), "%s", err.text);
	/* The last word must arrive. */
	(void)!send(fd, &word, sizeof(word), MSG_NOSIGNAL);
	_exit(EXIT_OK);
}

/* ---- in the one that looks ------------------------------------------------------------ */

/* A folder of its own: other users may write to that of temporary files. */
static int name_file(struct look_watch *watch, struct error *err)
{
	const char *place = getenv("TMPDIR");
	const struct live_conf *conf = &watch->ports.conf;

	if (watch->look->write)
		return 0;
	if (asprintf(&watch->folder, "%s/cwmplab-XXXXXX",
		place && *place ? place : "/tmp") < 0)
		watch->folder = NULL;
	if (!watch->folder)
		return error_set(err, -ENOMEM, "out of memory");
	if (!mkdtemp(watch->folder)) {
		int code = error_of_path(errno);

		(void)error_set(err, code, "%s: %s", watch->folder, strerror(errno));
		free(watch->folder);
		watch->folder = NULL;
		return code;
	}
	/* Both processes are the user's by the time that it is written. */
	if (geteuid() == 0 && chown(watch->folder, conf->uid, conf->gid) < 0)
		return error_set(err, -errno, "%s: %s", watch->folder, strerror(errno));
	if (asprintf(&watch->path, "%s/live.pcapng", watch->folder) < 0) {
		watch->path = NULL;
		return error_set(err, -ENOMEM, "out of memory");
	}
	return 0;
}

static int start(struct look_watch *watch, struct error *err)
{
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
		return error_set(err, -errno, "socketpair: %s", strerror(errno));
	watch->fd = fds[0];
	watch->pid = fork();
	if (watch->pid == 0) {
		(void)close(fds[0]);
		capture(watch, fds[1]);
	}
	(void)close(fds[1]);
	if (watch->pid < 0) {
		watch->pid = 0;
		return error_set(err, -errno, "fork: %s", strerror(errno));
	}
	return 0;
}

static void take(struct look_watch *watch, const struct word *word)
{
	struct look_watch_state *state = &watch->state;

	switch (word->kind) {
	case WORD_STARTED:
		watch->has_started = true;
		return;
	case WORD_OVER:
		state->is_over = true;
		watch->code = word->code;
		state->counts = word->counts;
		break;
	case WORD_COUNTS:
		state->counts = word->counts;
		break;
	case WORD_CHANGED:
		break;
	}
	if (word->text[0])
		(void)snprintf(state->words, sizeof(state->words), "%s", word->text);
}

/* Takes one word. False: there is none, for now (flags has MSG_DONTWAIT) or for ever. */
static bool hear(struct look_watch *watch, int flags)
{
	struct word word;
	ssize_t n;

	do
		n = recv(watch->fd, &word, sizeof(word), flags);
	while (n < 0 && errno == EINTR);
	if (n == (ssize_t)sizeof(word)) {
		take(watch, &word);
		return true;
	}
	/* It died without a last word. */
	if ((n >= 0 || errno != EAGAIN) && !watch->state.is_over) {
		watch->state.is_over = true;
		watch->code = ERR_MACHINE;
		(void)snprintf(watch->state.words, sizeof(watch->state.words),
		    "the process that captures has ended");
	}
	return false;
}

static void wait_for_end(struct look_watch *watch)
{
	if (watch->pid == 0)
		return;
	(void)shutdown(watch->fd, SHUT_WR);
	while (hear(watch, 0))
		;
	while (waitpid(watch->pid, NULL, 0) < 0 && errno == EINTR)
		;
	watch->pid = 0;
}

static void free_watch(struct look_watch *watch)
{
	wait_for_end(watch);
	live_ports_close(&watch->ports);
	if (watch->path)
		(void)unlink(watch->path);
	if (watch->folder)
		(void)rmdir(watch->folder);
	if (watch->fd >= 0)
		(void)close(watch->fd);
	free(watch->folder);
	free(watch->path);
	free(watch);
}

static int open_all(struct look_watch *watch, struct error *err)
{
	int r = live_ports_open(&watch->ports, watch->look, err);

	if (r == 0)
		r = name_file(watch, err);
	if (r < 0)
		return r;
	if (watch->path)
		watch->ports.conf.file.path = watch->path;
	watch->look->options.path = watch->ports.conf.file.path;
	r = start(watch, err);
	/* What was captured is decoded with no more rights than the user has. */
	if (r == 0)
		r = privileges_drop(watch->ports.conf.uid, watch->ports.conf.gid, err);
	while (r == 0 && !watch->has_started && !watch->state.is_over)
		(void)hear(watch, 0);
	if (r == 0 && !watch->has_started)
		r = error_set(err, watch->code, "%s", watch->state.words);
	return r;
}

int look_watch_start(struct look *look, struct look_watch **ret, struct error *err)
{
	struct look_watch *watch = calloc(1, sizeof(*watch));
	int r;

	if (!watch)
		return error_set(err, -ENOMEM, "out of memory");
	watch->look = look;
	watch->fd = -1;
	watch->started = clock_monotonic();
	r = open_all(watch, err);
	if (r < 0)
		free_watch(watch);
	else
		*ret = watch;
	return r;
}

const struct look_watch_state *look_watch_ask(struct look_watch *watch)
{
	while (!watch->state.is_over && hear(watch, MSG_DONTWAIT))
		;
	return &watch->state;
}

int look_watch_end(struct look_watch *watch)
{
	const struct look_watch_state *state = &watch->state;
	bool ended_by_itself;
	int status;

	(void)look_watch_ask(watch);
	wait_for_end(watch);
	ended_by_itself = watch->code < 0 || state->counts.ports_ended > 0;
	if (ended_by_itself)
		say(stderr, "%s\n", state->words);
	say(stderr,
	    "captured %" PRIu64 " packets in %.1f s, dropped %" PRIu64
	    " in the kernel and %" PRIu64 " here%s%s\n",
	    state->counts.packets,
	    (double)(clock_monotonic() - watch->started) / (double)NS_PER_S,
	    state->counts.dropped_by_kernel, state->counts.dropped_here,
	    watch->look->write ? "; written to " : "",
	    watch->look->write ? watch->look->write : "");
	status = watch->code < 0   ? cmd_status(watch->code)
		 : ended_by_itself ? EXIT_MACHINE
				   : EXIT_OK;
	free_watch(watch);
	return status;
}
