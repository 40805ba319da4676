#include "lab/verbs/cmds.h"

#include "lab/browse/browse_terminal.h"
#include "lab/look/look.h"
#include "lab/look/look_watch.h"
#include "lab/term/cmd.h"
#include "lib/program/say.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	COST_SHARE =
	    5 /* at most one part in so many of the time goes to looking again */
};

#define RENEW_NS (NS_PER_S / 2)

struct browser {
	struct look *look;
	struct look_watch *watch;  /* null: a file is shown */
	struct analysis *analysis; /* owned */
	clock_ns looked, cost;     /* when it was looked last, and how long that took */
	uint64_t packets;          /* that were captured by then */
	bool is_over;
};

/* ---- packets to a file ----------------------------------------------------------------- */

static int write_chosen(void *user, const struct analysis *chosen, const char *path,
    bool may_replace, struct error *err)
{
	const struct browser *browser = user;
	struct stat there;

	if (look_check_output(browser->look, path, err) < 0)
		return err->code;
	if (!may_replace && lstat(path, &there) == 0)
		return -EEXIST;
	return look_write_packets(browser->look, chosen, path, err);
}

/* ---- a capture that goes on ------------------------------------------------------------ */

/* Analyses what is in the file by now. */
static int look_again(struct browser *browser, struct error *err)
{
	clock_ns begin = clock_monotonic();
	struct analysis *analysis = NULL;
	int r = look_analyse(browser->look, &analysis, err);

	browser->looked = clock_monotonic();
	browser->cost = browser->looked - begin;
	if (r < 0)
		return r;
	analysis->file = browser->look->live.title;
	browser->analysis = analysis;
	return 0;
}

static void put_state(struct browse *browse, const struct look_watch_state *state)
{
	uint64_t dropped = state->counts.dropped_by_kernel + state->counts.dropped_here;

	buf_reset(&browse->live);
	buf_append_text(&browse->live, state->is_over ? "ended, " : "live, ");
	look_put_number(&browse->live, state->counts.packets, "packet");
	if (dropped > 0)
		buf_printf(&browse->live, ", %" PRIu64 " dropped", dropped);
	if (state->words[0])
		buf_printf(&browse->live, ", %s", state->words);
}

/* Shows what has come meanwhile, unless it was looked a moment ago. */
static bool work(void *user, struct browse *browse)
{
	struct browser *browser = user;
	const struct look_watch_state *state = look_watch_ask(browser->watch);
	struct analysis *before = browser->analysis;
	struct error err = ERROR_NULL;

	if (state->counts.packets == browser->packets &&
	    state->is_over == browser->is_over)
		return false;
	if (clock_monotonic() - browser->looked <
	    MAX((clock_ns)RENEW_NS, COST_SHARE * browser->cost))
		return false;
	/* That it is over is news; what was said of the last key is not any more. */
	if (state->is_over && !browser->is_over)
		buf_reset(&browse->notice);
	browser->packets = state->counts.packets;
	browser->is_over = state->is_over;
	put_state(browse, state);
	if (look_again(browser, &err) < 0) {
		buf_reset(&browse->notice);
		buf_append_text(&browse->notice, err.text);
		return true;
	}
	browse_renew(browse, browser->analysis);
	analysis_free(before);
	return true;
}

/* ---- the verb -------------------------------------------------------------------------- */

static int show(struct browser *browser)
{
	const struct browse_writer writer = { browser, write_chosen };
	const struct browse_idle idle = { browser, work };
	struct browse browse;
	int status;

	browse_init(&browse, browser->analysis);
	browse.writer = &writer;
	if (browser->watch)
		put_state(&browse, look_watch_ask(browser->watch));
	status = browse_on_terminal(&browse, browser->watch ? &idle : NULL);
	browse_free(&browse);
	analysis_free(browser->analysis);
	return status;
}

static int browse_live(struct browser *browser)
{
	struct error err = ERROR_NULL;
	int status, ended;

	if (live_options_name(&browser->look->live, &err) < 0 ||
	    look_watch_start(browser->look, &browser->watch, &err) < 0)
		return cmd_fail(&err);
	if (look_again(browser, &err) < 0)
		status = cmd_fail(&err);
	else
		status = show(browser);
	ended = look_watch_end(browser->watch);
	return MAX(status, ended);
}

static int browse_file(struct browser *browser)
{
	int status = look_run(browser->look, &browser->analysis);

	return status == EXIT_OK ? show(browser) : status;
}

static int browse_capture(struct look *look)
{
	struct browser browser = { .look = look };

	if (look->write && look->live.n_names == 0) {
		say(stderr, "-w belongs to -i; of a file, the key w writes packets\n");
		return EXIT_USAGE;
	}
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		if (look->live.n_names > 0)
			say(stderr,
			    "browse needs a terminal: use \"cwmplab decode -i "
			    "%s\" for text\n",
			    look->live.names[0]);
		else
			say(stderr,
			    "browse needs a terminal: use \"cwmplab decode %s\" for "
			    "text\n",
			    look->options.path);
		return EXIT_USAGE;
	}
	look->options.keep_bodies = true;
	return look->live.n_names > 0 ? browse_live(&browser) : browse_file(&browser);
}

const struct look_program browse_program = {
	.bit = LOOK_BROWSE,
	.work = browse_capture,
	.verb = {
		.name = "browse",
		.brief = "look through a capture in the terminal",
		.run = look_main,
		.arguments = "[-r] FILE | -i IF [OPTION...]",
		.about =
		    "Shows a capture in the whole terminal: devices, their sessions, a session's ladder\n"
		    "with its findings, a message, two messages side by side; with -i one that goes on.\n"
		    "\n"
		    "keys: arrows, Enter and Escape move, f lists findings and failures, ] and [ go from one\n"
		    "to the next, s sorts, / searches, m marks a message, d compares it with this one,\n"
		    "w writes packets to a file, ? lists all of them, q leaves\n",
		.notes =
		    "exit status: 0 it was left; 2 the file is no capture, standard input or output is no\n"
		    "terminal, or bad usage; 3 no right to capture there, the disk is full, or a capture\n"
		    "ended by itself\n",
		.row = look_program_option,
		.suffixes = ".pcap .pcapng .cap .gz .xml .txt .har .yaml .json",
		.max_words = WORDS_ANY,
	},
};
