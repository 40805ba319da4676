#include "agents/cpe/load/load_agent.h"

#include "agents/common/control.h"
#include "agents/cpe/load/load.h"
#include "lib/base/cleanup.h"
#include "lib/load/load_data.h"
#include "lib/program/say.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

enum {
	STOP_MS = 1000 /* how long open sessions are waited for at an orderly end */
};

struct load_agent {
	struct load_agent_conf conf;
	struct conf_doc *profile; /* owned; null: it stands in the configuration */
	struct load_file file;    /* in either */
	const char *models[LOAD_MIXES_MAX];
	struct load_data *data; /* owned; null: the CPEs differ in nothing */
	struct conf_mistakes mistakes;
	struct load_config config;
	uv_loop_t loop;
	uv_timer_t patience;
	struct control *control;
	struct load *load; /* owned */
	int status;        /* of the verdict */
	struct error failure;
};

/* ---- before ----------------------------------------------------------------------------- */

static int tell_mistakes(const struct conf_mistakes *mistakes, int r, struct error *err)
{
	return mistakes->len > 0 ? conf_mistakes_fail(mistakes, err) : r;
}

/* What the lab knows better than the profile. */
static void place(struct load_agent *agent)
{
	const struct load_agent_conf *conf = &agent->conf;
	struct load_file *file = &agent->file;

	file->name = conf->node;
	file->acs.url = conf->acs.url;
	file->acs.username = conf->acs.username;
	file->acs.password = conf->acs.password;
	file->acs.trust = conf->acs.trust;
	file->acs.door = conf->acs.door;
	file->sources = conf->sources;
	agent->config = (struct load_config){ .file = file,
		.models = agent->models,
		.mistakes = &agent->mistakes,
		.netns = "/proc/self/ns/net",
		.call = { conf->call.username, conf->call.password },
		.seed = file->seed_node ? file->seed : conf->seed };
}

/* *ret_beside: the file beside which it names others. */
static int read_load(struct load_agent *agent, struct conf_doc *own,
    const char **ret_beside, struct error *err)
{
	const struct conf_node *at = agent->conf.profile;
	struct conf_doc *doc = own;
	int r = 0;

	*ret_beside = agent->conf.beside;
	if (at->kind == CONF_SCALAR) {
		*ret_beside = at->text.p;
		r = conf_load(at->text.p, &agent->profile, err);
		doc = agent->profile;
	}
	if (r == 0)
		r = load_file_read(&agent->file, doc, doc == own ? at : doc->root,
		    false, err);
	return r < 0 ? r
		     : load_check_lab(&agent->file, doc, agent->conf.acs.door != NULL,
			   err);
}

static int read_profile(struct load_agent *agent, struct conf_doc *own,
    struct error *err)
{
	const char *beside;
	int r = read_load(agent, own, &beside, err);

	if (r < 0)
		return r;
	place(agent);
	r = load_find_models(&agent->file, beside, &own->arena, agent->models, err);
	if (r == 0)
		r = load_read_data(&agent->file, beside, &agent->data, &agent->mistakes,
		    err);
	agent->config.data = agent->data;
	return tell_mistakes(&agent->mistakes, r, err);
}

static int look_before(const struct load_file *file, struct error *err)
{
	const struct preflight preflight = load_check(file);
	auto_buf text = BUF_NULL;

	if (preflight.n_short == 0)
		return load_check_sources(file, err);
	preflight_tell(&text, &preflight, false);
	say_text(stderr, buf_str(&text));
	return error_set(err, ERR_MACHINE,
	    "this machine cannot make the load (%zu thing%s too short): its log says "
	    "what",
	    preflight.n_short, preflight.n_short == 1 ? "" : "s");
}

/* ---- while it runs ------------------------------------------------------------------------ */

static void put_counts(struct json *json, const struct load *load)
{
	const struct tally *tally = load_tally(load);

	json_uint(json, "offered", tally->offered);
	json_uint(json, "started", tally->started);
	json_uint(json, "completed", tally->completed);
	json_uint(json, "failed", tally->failed);
	json_uint(json, "shed", tally->shed);
}

static int page_status(void *user, struct answer *answer, struct error *err)
{
	const struct load_agent *agent = user;
	struct json *json = answer->json;

	(void)err;
	json_object_begin(json, "status");
	json_text(json, "state", load_state_name(load_state(agent->load)));
	json_uint(json, "cpes", load_cpes(agent->load));
	json_uint(json, "seconds", (uint64_t)(load_took(agent->load) / NS_PER_S));
	put_counts(json, agent->load);
	json_object_end(json);
	return ANSWER_WHOLE;
}

static const struct command commands[] = {
	{ .name = "status",
	    .help = "the numbers of the load test up to now",
	    .page = page_status },
	{ NULL },
};

static void on_second(void *user)
{
	struct load_agent *agent = user;
	const struct series *series = load_series(agent->load);
	struct json *json = control_event(agent->control, "load");
	auto_buf line = BUF_NULL;

	json_text(json, "state", load_state_name(load_state(agent->load)));
	put_counts(json, agent->load);
	if (series->len > 0)
		json_uint(json, "open", series->points[series->len - 1].open);
	control_event_end(agent->control);
	load_put_line(&line, agent->load);
	say_now(stderr, buf_str(&line));
}

/* Its supervisor does it. */
static void on_acs_restart(void *user, clock_ns lasts)
{
	struct load_agent *agent = user;
	struct json *json = control_event(agent->control, "acs-restart");

	json_uint(json, "for_ms", (uint64_t)(lasts / NS_PER_MS));
	control_event_end(agent->control);
}

static void on_patience_over(uv_timer_t *timer)
{
	struct load_agent *agent = timer->data;

	load_stop(agent->load, NULL);
}

/* Sessions that are open end, as far as they do it soon: the lab waits. */
static void on_stop(void *user)
{
	struct load_agent *agent = user;

	load_stop(agent->load, "the lab has stopped it");
	if (load_state(agent->load) == LOAD_DRAINING)
		(void)uv_timer_start(&agent->patience, on_patience_over, STOP_MS, 0);
}

/* ---- behind it ------------------------------------------------------------------------------ */

static int put_file(const struct load_agent *agent, const char *ending,
    const struct buf *text, struct error *err)
{
	auto_buf path = BUF_NULL;
	auto_file file = NULL;

	buf_printf(&path, "%s%s", agent->conf.result, ending);
	if (path.error || text->error)
		return error_set(err, -ENOMEM, "no memory for the result");
	file = fopen(buf_cstr(&path), "we");
	if (file && say_bytes(file, buf_str(text)) && fflush(file) == 0)
		return 0;
	return error_set(err, ERR_MACHINE, "the result: load%s: %s", ending,
	    strerror(errno));
}

static int put_files(const struct load_agent *agent, const struct load_result *result,
    struct str text, struct error *err)
{
	auto_buf json = BUF_NULL, page = BUF_NULL, summary = BUF_NULL;
	int r = 0;

	if (!agent->conf.result)
		return 0;
	result_put_json(&json, result);
	result_put_html(&page, result);
	buf_append_str(&summary, text);
	r = put_file(agent, ".json", &json, err);
	if (r == 0)
		r = put_file(agent, ".html", &page, err);
	return r < 0 ? r : put_file(agent, ".txt", &summary, err);
}

/* How far those that failed had come, for whoever holds another account against this one. */
static void put_reached(struct json *json, const struct tally *tally)
{
	for (unsigned i = 0; i < TALLY_REACHES; i++)
		json_uint(json, tally_reach_name((enum tally_reach)i),
		    tally->reached[i]);
	json_uint(json, "moved", tally->moved);
}

static void tell_end(const struct load_agent *agent, const struct load_result *result)
{
	struct json *json = control_event(agent->control, "load-end");

	json_bool(json, "ok", result->verdict == VERDICT_PASS);
	json_text(json, "verdict", verdict_name(result->verdict));
	put_counts(json, agent->load);
	json_uint(json, "open", result->open);
	put_reached(json, load_tally(agent->load));
	if (result->n_why > 0)
		json_text(json, "why", result->why[0]);
	control_event_end(agent->control);
}

static void on_over(void *user)
{
	struct load_agent *agent = user;
	const struct screen screen = { .width = 0 };
	auto_arena arena = ARENA_NULL;
	auto_buf text = BUF_NULL;
	struct load_result result;

	uv_close((uv_handle_t *)&agent->patience, NULL);
	if (agent->failure.code == 0 && load_result(agent->load, &arena, &result) < 0) {
		(void)error_set(&agent->failure, -ENOMEM, "no memory for the result");
	} else if (agent->failure.code == 0) {
		result_put_text(&text, &result, &screen);
		say_text(stderr, buf_str(&text));
		(void)put_files(agent, &result, buf_str(&text), &agent->failure);
		agent->status = verdict_status(result.verdict);
		tell_end(agent, &result);
	}
	control_close(steal_ptr(&agent->control));
}

/* ---- all of it -------------------------------------------------------------------------------- */

static int start(struct load_agent *agent, struct error *err)
{
	static const struct load_handlers handlers = { on_second, on_over,
		on_acs_restart };
	struct json *json;
	int r =
	    load_new(&agent->load, &agent->loop, &agent->config, &handlers, agent, err);

	if (r < 0)
		return r;
	json = control_event(agent->control, "ready");
	json_uint(json, "cpes", load_cpes(agent->load));
	json_text(json, "model", agent->file.model ? agent->file.model : LOAD_MODEL);
	json_uint(json, "seed", agent->config.seed);
	control_event_end(agent->control);
	load_start(agent->load);
	return 0;
}

static int live(struct load_agent *agent, int control, struct error *err)
{
	static const struct control_handlers handlers = { on_stop, commands };
	int r = control_open(&agent->control, &agent->loop, control, agent->conf.node,
	    &handlers, agent, err);

	if (r < 0)
		return r;
	(void)uv_timer_init(&agent->loop, &agent->patience);
	agent->patience.data = agent;
	r = start(agent, err);
	if (r < 0)
		agent->failure = *err;
	if (r < 0 && agent->load)
		load_stop(agent->load, NULL);
	else if (r < 0)
		on_over(agent);
	(void)uv_run(&agent->loop, UV_RUN_DEFAULT);
	load_free(agent->load);
	if (agent->failure.code < 0)
		*err = agent->failure;
	return agent->failure.code < 0 ? agent->failure.code : agent->status;
}

static int run_all(struct load_agent *agent, const struct agent_args *args,
    struct error *err)
{
	int r =
	    conf_bind(args->doc, args->doc->root, load_agent_rows, &agent->conf, err);

	if (r == 0)
		r = read_profile(agent, args->doc, err);
	if (r == 0)
		r = look_before(&agent->file, err);
	if (r < 0)
		return r;
	r = uv_loop_init(&agent->loop);
	if (r < 0)
		return error_set(err, r, "event loop: %s", uv_strerror(r));
	r = live(agent, args->control, err);
	(void)uv_loop_close(&agent->loop);
	return r;
}

static int run(const struct agent_args *args, struct error *err)
{
	auto_free struct load_agent *agent = calloc(1, sizeof(*agent));
	int r;

	if (!agent)
		return error_set(err, -ENOMEM, "no memory for a load test");
	r = run_all(agent, args, err);
	load_data_free(agent->data);
	conf_mistakes_free(&agent->mistakes);
	conf_free(agent->profile);
	return r;
}

/* What the load is stands in the profile, and where it is made in the lab. */
static const struct agent_flag flags[] = {
	{ .row = { NULL } },
};

const struct agent_program load_agent_program = {
	.verb = {
		.name = "loadd",
		.brief = "make the load of a lab's node",
		.run = agent_main,
		.row = agent_option,
		.arguments = "--config FILE [--control FD]",
		.about = "Makes the load that a profile describes, from where a node of a lab is. A lab starts\n"
			 "this by itself for its nodes of kind load; by hand there is \"cwmplab load\".\n",
	},
	.flags = flags,
	.run = run,
};
