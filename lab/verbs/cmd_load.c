/* load: a fleet of CPEs as a load test, and what came of it. */
#include "lab/verbs/load_options.h"

#include "lab/load/load_outputs.h"
#include "lab/load/load_terminal.h"
#include "lab/term/cmd.h"
#include "lab/verbs/cmds.h"
#include "lib/base/cleanup.h"
#include "lib/base/rng.h"
#include "lib/load/load_data.h"
#include "lib/load/report/result.h"
#include "lib/program/log.h"
#include "lib/program/say.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct call {
	struct load_options options;
	const char *acs;                /* borrowed: for the screen */
	struct load_terminal *terminal; /* owned; null: lines are shown */
	struct buf phases;              /* owned: what is odd about when CPEs inform */
	struct buf log;                 /* owned: for --hdr */
	bool has_lost_events;           /* not all of them could be written */
};

/* All of them, before anything starts; a single one is the error itself. */
static int tell_mistakes(const struct conf_mistakes *mistakes, struct error *err)
{
	size_t n = mistakes->len + mistakes->left_out;

	if (n == 1)
		return error_set(err, ERR_CONFIG, "%s", mistakes->items[0].text);
	for (size_t i = 0; i < mistakes->len; i++) {
		say_text(stderr, str_of(mistakes->items[i].text));
		say(stderr, "\n");
	}
	return error_set(err, ERR_CONFIG, "%zu mistakes, and nothing was started", n);
}

/* Of the data, too. */
static int tell_data(struct conf_mistakes *mistakes, int r, struct error *err)
{
	if (mistakes->len > 0)
		r = tell_mistakes(mistakes, err);
	conf_mistakes_free(mistakes);
	return r;
}

/* The document of FILE takes the place of the flags'. */
static int load_document(struct call *call, struct conf_mistakes *mistakes,
    struct load_file *file, struct error *err)
{
	struct conf_doc *doc = NULL;
	int r;

	if (call->options.path) {
		r = conf_load_all(call->options.path, mistakes, &doc, err);
		if (r < 0)
			return mistakes->len > 0 ? tell_mistakes(mistakes, err) : r;
		conf_free(call->options.doc);
		call->options.doc = doc;
	}
	call->options.doc->mistakes = mistakes;
	r = load_file_read(file, call->options.doc, call->options.doc->root, true, err);
	call->options.doc->mistakes = NULL;
	return mistakes->len > 0 ? tell_mistakes(mistakes, err) : r;
}

/* ---- before and behind --------------------------------------------------------------------- */

/* What is short is said whole, and nothing is started. */
static int look_before(const struct load_file *file, struct error *err)
{
	const struct preflight preflight = load_check(file);
	auto_buf text = BUF_NULL;
	int r;

	if (preflight.n_short > 0) {
		preflight_tell(&text, &preflight, false);
		say_text(stderr, buf_str(&text));
		return error_set(err, ERR_MACHINE,
		    "this machine cannot make the load (%zu thing%s too short)",
		    preflight.n_short, preflight.n_short == 1 ? "" : "s");
	}
	r = load_check_sources(file, err);
	return r;
}

static void on_second(void *user, struct load *load)
{
	const struct call *call = user;
	auto_buf line = BUF_NULL;

	if (call->options.is_quiet)
		return;
	if (call->terminal) {
		load_terminal_keys(call->terminal, load, call->acs);
		return;
	}
	load_put_line(&line, load);
	say_now(stderr, buf_str(&line));
}

static void on_key(void *user, struct load *load)
{
	const struct call *call = user;

	load_terminal_keys(call->terminal, load, call->acs);
}

static void on_over(void *user, struct load *load)
{
	struct call *call = user;

	buf_reset(&call->log);
	load_put_log(&call->log, load);
	buf_reset(&call->phases);
	(void)load_put_phases(&call->phases, load);
	call->has_lost_events |= !load_has_events(load);
}

static uint64_t seed_of(const struct load_file *file)
{
	return file->seed_node ? file->seed : rng_fresh_seed() & UINT32_MAX;
}

/* Standard output is the screen's, unless a file is to be written to it. */
static bool wants_screen(const struct call *call)
{
	return !call->options.is_quiet &&
	       !load_outputs_take_stdout(&call->options.outputs);
}

/* ---- several runs --------------------------------------------------------------------------- */

struct repeats {
	struct result_run *runs;
	size_t n, worst;  /* which of them has the worst verdict: the first such */
	const char **why; /* of that one */
	size_t n_why;
};

static void keep(struct repeats *repeats, const struct load_result *result)
{
	size_t at = repeats->n++;

	repeats->runs[at] = result_run_of(result);
	if (at > 0 && result->verdict <= repeats->runs[repeats->worst].verdict)
		return;
	repeats->worst = at;
	repeats->why = result->why;
	repeats->n_why = result->n_why;
}

/* The worst verdict is that of all, with its reasons: those of the last run, of which all else
 * is told, may be others or none. */
static int put_repeats(const struct repeats *repeats, struct load_result *result,
    struct arena *arena, struct error *err)
{
	bool is_kept = true;

	result->runs = repeats->runs;
	result->n_runs = repeats->n;
	result->verdict = repeats->runs[repeats->worst].verdict;
	result->why = repeats->why;
	result->n_why = repeats->n_why;
	for (size_t i = 0; i < result->n_why && is_kept; i++) {
		auto_buf text = BUF_NULL;

		buf_printf(&text, "run %zu of %zu: %s", repeats->worst + 1, repeats->n,
		    result->why[i]);
		result->why[i] = arena_strdup(arena, buf_str(&text));
		is_kept = result->why[i] && !text.error;
	}
	return is_kept ? 0 : error_set(err, -ENOMEM, "no memory for the result");
}

/* Whoever ends one of them early, or what does, wants no other. */
static int run_often(struct call *call, const struct load_config *config,
    struct load_result *result, struct arena *arena, struct error *err)
{
	struct load_show show = { .second = on_second,
		.input = -1,
		.key = on_key,
		.over = on_over,
		.user = call };
	size_t n = (size_t)MAX(config->file->repeat, (uint64_t)1);
	struct repeats repeats = { .runs =
				       arena_alloc(arena, n * sizeof(*repeats.runs)) };
	int r = repeats.runs ? 0 : error_set(err, -ENOMEM, "no memory");

	if (r == 0 && wants_screen(call))
		call->terminal = load_terminal_open();
	if (call->terminal)
		show.input = load_terminal_input(call->terminal);
	call->acs = config->file->acs.url;
	while (r == 0 && repeats.n < n) {
		r = load_run(config, &show, arena, result, err);
		if (r == 0)
			keep(&repeats, result);
		if (r == 0 && result->ended_early)
			break;
	}
	load_terminal_close(steal_ptr(&call->terminal));
	if (r < 0 || repeats.n == 1)
		return r;
	return put_repeats(&repeats, result, arena, err);
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* Everything that can be wrong is told before anything starts. */
static int run_load(struct call *call, struct load_result *result, struct arena *arena,
    struct error *err)
{
	struct conf_mistakes mistakes = { .len = 0 };
	struct load_file file;
	const char *models[LOAD_MIXES_MAX];
	struct load_config config = { .file = &file,
		.models = models,
		.mistakes = &mistakes };
	auto_cleanup(load_data_free) struct load_data *data = NULL;
	auto_file events = NULL;
	int r = load_document(call, &mistakes, &file, err);

	conf_mistakes_free(&mistakes);
	if (r == 0)
		r = load_find_models(&file, NULL, &call->options.doc->arena, models,
		    err);
	if (r == 0)
		r = load_read_data(&file, call->options.path, &data, &mistakes, err);
	if (r == 0)
		r = load_check_file(&file, err);
	if (r == 0)
		r = look_before(&file, err);
	if (r == 0)
		r = load_outputs_check(&call->options.outputs, err);
	if (r == 0)
		r = load_outputs_open_events(&call->options.outputs, &events, err);
	if (r < 0)
		return tell_data(&mistakes, r, err);
	config.events = events;
	config.data = data;
	config.scrape_port = call->options.scrape_port;
	config.seed = seed_of(&file);
	r = run_often(call, &config, result, arena, err);
	return r < 0 ? tell_data(&mistakes, r, err) : r;
}

/* What is to be written is tried whole, and the summary is shown whatever becomes of it. */
static int tell(const struct call *call, const struct load_result *result)
{
	const struct load_outputs *outputs = &call->options.outputs;
	const struct screen screen = screen_detect();
	int status = verdict_status(result->verdict);
	struct error err = ERROR_NULL;
	auto_buf text = BUF_NULL;
	int r;

	result_put_text(&text, result, &screen);
	say_text(stderr, buf_str(&call->phases));
	if (load_outputs_take_stdout(outputs))
		say_text(stderr, buf_str(&text));
	else
		status = cmd_print(&text, status);
	r = load_outputs_put(outputs, result, &call->log, &err);
	if (r == 0 && call->has_lost_events)
		r = error_set(&err, ERR_MACHINE, "%s: not all events could be written",
		    outputs->events);
	return r < 0 ? cmd_fail(&err) : cmd_finish(status);
}

static int run(const struct verb *verb, int argc, char **argv)
{
	struct call call = { .acs = NULL };
	auto_arena arena = ARENA_NULL;
	struct error err = ERROR_NULL;
	struct load_result result;
	int status = -1;

	log_setup("load", LOG_WARN);
	if (conf_new("the command line", &call.options.doc, &err) < 0)
		return cmd_fail(&err);
	status = load_options_read(verb, argc, argv, &call.options);
	if (status < 0)
		status = run_load(&call, &result, &arena, &err) < 0
			     ? cmd_fail(&err)
			     : tell(&call, &result);
	buf_free(&call.log);
	buf_free(&call.phases);
	conf_free(call.options.doc);
	return status;
}

const struct verb load_verb = {
	.name = "load",
	.brief = "load an ACS with a fleet of CPEs, and measure",
	.run = run,
	.arguments = "FILE [OPTION...]\n"
		     "--acs URL --cpes N [--rate RATE] [--ramp TIME] [--duration TIME] "
		     "[OPTION...]",
	.about =
	    "Begins the sessions of a fleet as a schedule says, whatever becomes of "
	    "those before\nthem, against anybody's ACS, and says PASS, FAIL (a threshold "
	    "does not hold) or INVALID\n(this machine was the limit, so the numbers say "
	    "nothing of the ACS).\n",
	.rows = load_option_rows,
	.max_words = 1,
	.suffixes = ".yaml .yml",
};
