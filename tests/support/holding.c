#include "tests/support/holding.h"

#include "tests/support/guard.h"
#include "tests/support/labrun.h"

#include <signal.h>
#include <stdio.h>

enum {
	HOLDINGS_MAX = 32
};

static struct holding {
	bool is_held;
	enum holding_kind kind;
	char what[128];
} holdings[HOLDINGS_MAX];

static pid_t holder; /* 0: nothing was held yet */

static void run(const char *const *argv)
{
	struct process_result result = PROCESS_RESULT_NULL;

	process_run(argv, "/", &result);
	buf_free(&result.out);
}

static void give_back(struct holding *holding)
{
	const char *remove[] = { "rm", "-rf", holding->what, NULL };
	const char *down[] = { labrun_program(), "down", holding->what, NULL };

	holding->is_held = false;
	switch (holding->kind) {
	case HOLDING_FOLDER:
		run(remove);
		return;
	case HOLDING_PROCESS:
		(void)kill(-(pid_t)strtol(holding->what, NULL, 10), SIGKILL);
		return;
	case HOLDING_LAB:
		run(down);
		return;
	}
}

/* Labs before the folders that they write to: what came last goes first. */
static void give_back_all(void)
{
	if (getpid() != holder)
		return;
	for (size_t i = HOLDINGS_MAX; i-- > 0;) {
		if (holdings[i].is_held)
			give_back(&holdings[i]);
	}
}

/* Moves together what is held, in its order. Returns how many. */
static size_t close_gaps(void)
{
	size_t n = 0;

	for (size_t i = 0; i < HOLDINGS_MAX; i++) {
		if (!holdings[i].is_held)
			continue;
		if (i > n) {
			holdings[n] = holdings[i];
			holdings[i].is_held = false;
		}
		n++;
	}
	return n;
}

void holding_add(enum holding_kind kind, const char *what)
{
	size_t i;

	if (holder == 0) {
		holder = getpid();
		(void)atexit(give_back_all);
	}
	i = close_gaps();
	if (i == HOLDINGS_MAX) {
		(void)fprintf(stderr, "a test holds more than %d things\n",
		    HOLDINGS_MAX);
		exit(1);
	}
	if (kind == HOLDING_FOLDER)
		guard_path(what);
	holdings[i] = (struct holding){ .is_held = true, .kind = kind };
	(void)snprintf(holdings[i].what, sizeof(holdings[i].what), "%s", what);
}

void holding_end(enum holding_kind kind, const char *what)
{
	for (size_t i = 0; i < HOLDINGS_MAX; i++) {
		if (holdings[i].is_held && holdings[i].kind == kind &&
		    strcmp(holdings[i].what, what) == 0)
			holdings[i].is_held = false;
	}
}
