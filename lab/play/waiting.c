#include "lab/play/waiting.h"

#include "lab/play/cpe_table.h"
#include "lab/play/place.h"
#include "lib/base/shown.h"
#include "lib/program/exit_status.h"
#include "lib/program/say.h"

#include <inttypes.h>
#include <jansson.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum {
	LAST_WORDS_MAX = 1200
};

/* What Ctrl-C says, and where: made before, since a handler may make nothing. */
static char last_words[LAST_WORDS_MAX];
static int last_fd;

static void on_interrupt(int number)
{
	ssize_t n = write(last_fd, last_words, strlen(last_words));

	(void)number;
	_exit(n < 0 ? EXIT_MACHINE : EXIT_FAILED);
}

static void tell_how_to_stop(struct waiting *waiting)
{
	if (waiting->is_told)
		return;
	waiting->is_told = true;
	say(stderr, "cwmplab: waiting for %s; Ctrl-C stops waiting\n", waiting->device);
}

void waiting_begin(struct waiting *waiting, const char *device, const struct place *at,
    uint64_t task, bool is_patient)
{
	struct sigaction action = { .sa_handler = on_interrupt };

	*waiting = (struct waiting){ .device = device, .at = at, .task = task };
	last_fd = STDERR_FILENO;
	(void)shown_snprintf(last_words, sizeof(last_words),
	    "\ncwmplab: not waiting any more: task %" PRIu64
	    " stays queued at %s for the next session of %s\n"
	    "cwmplab rpc %s/%s --withdraw %" PRIu64 " takes it back\n",
	    task, at->node, device, at->lab, at->node, task);
	(void)sigaction(SIGINT, &action, NULL);
	if (is_patient)
		tell_how_to_stop(waiting);
}

bool waiting_note(struct waiting *waiting, const json_t *task)
{
	const json_t *call = json_object_get(task, "call");
	const char *outcome = json_string_value(json_object_get(call, "outcome"));
	const char *why = json_string_value(json_object_get(call, "why"));

	if (!outcome || !why || strcmp(outcome, "came") == 0 ||
	    strcmp(outcome, "twice") == 0 || strcmp(why, waiting->why) == 0)
		return false;
	(void)snprintf(waiting->why, sizeof(waiting->why), "%s", why);
	say(stderr, "cwmplab: %s was called and does not come: %s\n", waiting->device,
	    why);
	tell_how_to_stop(waiting);
	return true;
}

void waiting_note_session(struct waiting *waiting, const json_t *cpe)
{
	const char *why = json_string_value(json_object_get(cpe, "last_session_why"));
	int64_t retry = json_integer_value(json_object_get(cpe, "retry_count"));
	auto_buf next = BUF_NULL;

	if (!why || retry == waiting->told_retry)
		return;
	waiting->told_retry = retry;
	cpe_table_put_next(&next, cpe);
	say(stderr, "cwmplab: the last session of %s has failed: %s; %s%s\n",
	    waiting->device, why, next.len > 0 ? "its next is " : "none is due",
	    next.len > 0 ? buf_cstr(&next) : "");
	tell_how_to_stop(waiting);
}

void waiting_tell_cpe(const struct waiting *waiting, const json_t *cpe)
{
	const char *state = json_string_value(json_object_get(cpe, "state"));
	const char *acs = json_string_value(json_object_get(cpe, "acs"));
	auto_buf next = BUF_NULL;

	cpe_table_put_next(&next, cpe);
	say(stderr, "cwmplab: %s is %s, its ACS is %s; %s%s\n", waiting->device,
	    state ? state : "?", acs ? acs : "none yet",
	    next.len > 0 ? "its next session of its own is "
			 : "no session of its own is due",
	    next.len > 0 ? buf_cstr(&next) : "");
}

void waiting_over(struct waiting *waiting)
{
	(void)waiting;
	(void)signal(SIGINT, SIG_DFL);
}

int waiting_give_up(const struct waiting *waiting, clock_ns timeout)
{
	say(stderr,
	    "cwmplab: %s has not come for %lld s: task %" PRIu64
	    " stays queued at %s for its next session\n"
	    "cwmplab rpc %s/%s --withdraw %" PRIu64 " takes it back\n",
	    waiting->device, (long long)(timeout / NS_PER_S), waiting->task,
	    waiting->at->node, waiting->at->lab, waiting->at->node, waiting->task);
	return EXIT_FAILED;
}
