/* `cwmplab cpe`: runs the loop of its CPEs. */
#include "agents/cpe/agent.h"

#include "agents/common/digest.h"
#include "agents/cpe/console/console.h"
#include "agents/cpe/device/cpe_play.h"
#include "agents/cpe/load/load.h"
#include "agents/cpe/play.h"
#include "agents/cpe/scene.h"
#include "lib/base/cleanup.h"
#include "lib/base/text.h"
#include "lib/program/log.h"
#include "lib/program/say.h"
#include "lib/program/share.h"
#include "lib/proto/url.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

struct agent {
	const struct agent_args *args;
	uv_loop_t loop;
	struct cpe_config config;
	struct cpe_fleet *fleet;
	struct control *control;
	struct plays plays;
	struct consoles consoles;
	struct scene_run scene;
	struct load *numbers; /* owned; null: nobody asked for them, or it is one CPE */
	uv_async_t alive;     /* the loop goes on though all CPEs rest */
	uv_prepare_t look;    /* --once: before the loop sleeps */
	bool is_once, is_stopping;
	size_t n_unwell; /* CPEs, by cpe_is_unwell(), when the stop was asked for */
};

enum {
	ONCE_LEASE_S = 60, /* --once: how long a CPE may wait for a lease */
	CROWD = 20         /* of more CPEs a line a second is told, and none of each */
};

/* ---- configuration ------------------------------------------------------------------ */

static const struct agent_flag flags[] = {
	{ .row = OPTION(0, "acs-url", "URL", "where the ACS is"),
	    .key = "acs.url",
	    .is_required = true },
	{ .row = OPTION(0, "username", "NAME", "for HTTP authentication"),
	    .key = "acs.username" },
	{ .row = OPTION(0, "password", "WORD", "for HTTP authentication"),
	    .key = "acs.password",
	    .is_secret = true },
	{ .row = OPTION(0, "password-file", "FILE",
	      "the same from the first line of FILE; -: standard input"),
	    .key = "acs.password",
	    .kind = FLAG_FILE },
	{ .row = OPTION(0, "model", "MODEL",
	      "device model: a name such as hp5920, or a file (hp5920)"),
	    .key = "model" },
	{ .row = OPTION(0, "quirk", "QUIRK",
	      "do this wrong on the wire, such as no-header; up to eight"),
	    .key = "quirks",
	    .max = AGENT_VALUES_MAX },
	{ .row = OPTION(0, "count", "N", "how many CPEs (1)"),
	    .key = "count",
	    .kind = FLAG_NUMBER },
	{ .row = OPTION(0, "ip", "FAMILY", "what they speak: v4, v6 or dual (v4)"),
	    .key = "ip" },
	{ .row = OPTION(0, "ca", "FILE",
	      "CAs that the ACS's certificate may come from; \"system\": those "
	      "of this machine"),
	    .key = "trust" },
	{ .row = OPTION(0, "crl", "FILE", "CRLs that may revoke the certificate"),
	    .key = "crl" },
	{ .row = OPTION(0, "tls-cert", "FILE",
	      "PEM certificates of the CPEs, for an ACS that asks, with --tls-key"),
	    .key = "certificate" },
	{ .row = OPTION(0, "tls-key", "FILE", "PEM key of --tls-cert"), .key = "key" },
	{ .row = OPTION(0, "keylog", "FILE", "append the TLS secrets to it"),
	    .key = "keylog" },
	{ .row = OPTION(0, "state", "DIR",
	      "keep values, events and transfers there, for the next time"),
	    .key = "state" },
	{ .row = OPTION(0, "boot-spread", "TIME", "boot at random within it"),
	    .key = "boot-spread",
	    .kind = FLAG_NUMBER },
	{ .row = OPTION(0, "periodic-inform", "TIME", "PeriodicInformInterval"),
	    .key = "periodic-inform",
	    .kind = FLAG_NUMBER },
	{ .row = OPTION(0, "seed", "N", "of all randomness"),
	    .key = "seed",
	    .kind = FLAG_NUMBER },
	PLAYING_FLAGS(
	    "play the CPE's side of it, and end: a name, such as firmware-download, "
	    "or a file",
	    "what the sequence does not say: AutonomousTransferComplete.url=..."),
	{ .row = OPTION(0, "once", NULL,
	      "stop when all CPEs have settled, or have failed once"),
	    .key = NULL,
	    .kind = FLAG_SWITCH },
	{ .row = { NULL } },
};

static void complete(struct agent_args *args, struct arena *arena)
{
	(void)arena;
	if (!agent_flag_value(args, "model"))
		agent_flag_set(args, "model", "hp5920");
	if (!agent_flag_value(args, "count"))
		agent_flag_set(args, "count", "1");
}

/* A lab may hand out a URL that is none, to show what a CPE does then; who types one on a
 * command line has mistyped it. */
static int check_url(const struct agent *agent, struct error *err)
{
	const struct conf_doc *doc = agent->args->doc;
	struct error words = ERROR_NULL;
	struct url url;

	if (agent->args->config ||
	    url_parse(&url, str_of(agent->config.acs.url), &words) == 0)
		return 0;
	return conf_fail(doc, conf_get(conf_get(doc->root, "acs"), "url"), NULL, err,
	    "%s", words.text);
}

/* "hp5920" is the file of that name among the models that came with the program. */
static int find_model(struct agent *agent, struct error *err)
{
	static const char folder[] = "topologies/models";
	const char *model = agent->config.model;
	char relative[160], hint[SHARE_EXPLAIN_MAX];
	auto_free char *path = NULL;

	if (strchr(model, '/') || strchr(model, '.'))
		return 0;
	(void)snprintf(relative, sizeof(relative), "%s/%s.yaml", folder, model);
	path = share_path(relative);
	if (path) {
		agent->config.model =
		    arena_strdup(&agent->args->doc->arena, str_of(path));
		return agent->config.model ? 0
					   : error_set(err, -ENOMEM, "out of memory");
	}
	share_suggest(folder, model, hint, sizeof(hint));
	return error_set(err, ERR_USAGE, "no device model is named \"%s\": %s", model,
	    hint);
}

static int configure(struct agent *agent, struct error *err)
{
	int r = cpe_config_read(&agent->config, agent->args->doc, err);

	if (r == 0)
		r = check_url(agent, err);
	return r < 0 ? r : find_model(agent, err);
}

/* ---- running ------------------------------------------------------------------------ */

static bool is_by_hand(const struct agent *agent)
{
	return agent->args->control < 0;
}

static size_t count_unwell(const struct cpe_fleet *fleet)
{
	size_t n = 0;

	for (size_t i = 0; i < fleet->n_cpes; i++)
		n += cpe_is_unwell(&fleet->cpes[i]);
	return n;
}

static bool is_crowd(const struct agent *agent)
{
	return agent->numbers && agent->fleet->n_cpes > CROWD;
}

static void on_second(void *user)
{
	struct agent *agent = user;
	auto_buf line = BUF_NULL;

	if (!is_crowd(agent))
		return;
	load_put_line(&line, agent->numbers);
	say_now(stderr, buf_str(&line));
}

/* By hand, of more CPEs than one: what a load test tells, too. */
static int look_on(struct agent *agent, struct error *err)
{
	static const struct load_handlers handlers = { .second = on_second };

	if (!is_by_hand(agent) || agent->fleet->n_cpes < 2)
		return 0;
	agent->numbers = load_look_on(&agent->loop, agent->fleet, &handlers, agent);
	return agent->numbers ? 0 : error_set(err, -ENOMEM, "no memory for numbers");
}

static void tell_summary(const struct agent *agent)
{
	const struct screen screen = screen_detect();
	auto_buf text = BUF_NULL;

	if (!agent->numbers)
		return;
	load_put_summary(&text, agent->numbers, &screen);
	say_now(stderr, buf_str(&text));
}

static void tell_stopped(struct agent *agent)
{
	struct json *json = control_event(agent->control, "stopped");

	json_uint(json, "sessions", agent->fleet->n_sessions);
	json_uint(json, "failed", agent->fleet->n_failures);
	json_uint(json, "cpes", agent->fleet->n_cpes);
	json_uint(json, "unwell", agent->n_unwell);
	control_event_end(agent->control);
}

static void on_stopped(void *user)
{
	struct agent *agent = user;

	if (is_by_hand(agent))
		tell_stopped(agent);
	control_close(agent->control);
	plays_close(&agent->plays);
	consoles_close(&agent->consoles);
	uv_close((uv_handle_t *)&agent->alive, NULL);
	if (agent->is_once)
		uv_close((uv_handle_t *)&agent->look, NULL);
}

static void on_stop(void *user)
{
	struct agent *agent = user;

	if (agent->is_stopping)
		return;
	agent->is_stopping = true;
	scene_run_stop(&agent->scene);
	consoles_unlisten(&agent->consoles);
	/* Now: a session that the stop breaks off says nothing about a CPE that has had one. */
	agent->n_unwell = count_unwell(agent->fleet);
	if (agent->numbers)
		load_look_away(agent->numbers);
	cpe_fleet_stop(agent->fleet, on_stopped, agent);
}

static int page_status(void *user, struct answer *answer, struct error *err)
{
	const struct agent *agent = user;

	(void)err;
	return cpe_fleet_status(agent->fleet, answer);
}

static int page_cpe(void *user, struct answer *answer, struct error *err)
{
	struct agent *agent = user;

	if (agent->is_stopping)
		return error_set(err, ERR_MACHINE, "the CPEs stop");
	return play_page(&agent->plays, answer, err);
}

static void end_cpe(void *user, struct answer *answer)
{
	(void)user;
	play_end(answer);
}

static int page_console(void *user, struct answer *answer, struct error *err)
{
	struct agent *agent = user;

	if (agent->is_stopping)
		return error_set(err, ERR_MACHINE, "the CPEs stop");
	return consoles_page(&agent->consoles, answer, err);
}

static void end_console(void *user, struct answer *answer)
{
	(void)user;
	consoles_end(answer);
}

static const struct command commands[] = {
	{ .name = "status",
	    .help = "sessions so far, and each CPE's state",
	    .page = page_status },
	{ .name = "cpe",
	    .help = "boots a CPE, has it inform, changes a value of it",
	    .rows = play_rows,
	    .size = sizeof(struct play_arguments),
	    .page = page_cpe,
	    .end = end_cpe },
	{ .name = "console",
	    .help = "types a line at the console of a CPE",
	    .rows = console_rows,
	    .size = sizeof(struct console_arguments),
	    .page = page_console,
	    .end = end_console },
	{ NULL },
};

/* Whether --once has nothing more to wait for: the CPE has settled; or it would only try again,
 * for an ACS or for a lease. */
static bool is_through(const struct cpe *cpe)
{
	clock_ns now = cpe->fleet->edges->monotonic();

	if (cpe->state == CPE_LEASING)
		return now - cpe->booted_at >= ONCE_LEASE_S * NS_PER_S;
	return cpe->is_settled ||
	       (cpe->state == CPE_IDLE && cpe->retry_at != INT64_MAX);
}

static void on_look(uv_prepare_t *look)
{
	struct agent *agent = look->data;

	if (agent->is_stopping)
		return;
	for (size_t i = 0; i < agent->fleet->n_cpes; i++) {
		if (!is_through(&agent->fleet->cpes[i]))
			return;
	}
	on_stop(agent);
}

static uint64_t pick_seed(const struct cpe_config *config)
{
	char hex[17];
	uint8_t bytes[8] = { 0 };
	uint64_t seed = 0;

	if (config->seed_node)
		return config->seed;
	digest_random_hex(hex, sizeof(bytes));
	(void)hex_parse(str_of(hex), bytes, sizeof(bytes));
	for (size_t i = 0; i < 4; i++)
		seed = seed << 8 | bytes[i];
	return seed;
}

static void tell_ready(struct agent *agent, uint64_t seed)
{
	const struct cpe_fleet *fleet = agent->fleet;
	struct json *json = control_event(agent->control, "ready");

	json_uint(json, "cpes", fleet->n_cpes);
	json_text(json, "model", fleet->model->name);
	json_uint(json, "seed", seed);
	control_event_end(agent->control);
	if (!control_tells_people(agent->control))
		log_info("%zu CPEs of model %s, seed %" PRIu64, fleet->n_cpes,
		    fleet->model->name, seed);
}

/* Lines of a crowd on a terminal are read by nobody; programs get each event. */
static bool tells_each(const struct agent *agent)
{
	return !is_crowd(agent) || !agent->args->is_for_people || agent->scene.scene;
}

static int start(struct agent *agent, struct error *err)
{
	static const struct control_handlers handlers = { on_stop, commands };
	uint64_t seed = pick_seed(&agent->config);
	int r = cpe_fleet_new(&agent->fleet, &agent->loop, &agent->config, seed, err);

	if (r == 0)
		r = control_open(&agent->control, &agent->loop, agent->args->control,
		    agent->config.node, &handlers, agent, err);
	if (r == 0)
		r = look_on(agent, err);
	if (r == 0)
		r = consoles_open(&agent->consoles, agent->fleet, err);
	if (r == 0)
		r = consoles_listen(&agent->consoles, &agent->loop, err);
	if (r == 0)
		r = scene_run_open(&agent->scene, agent->fleet, &agent->config.play,
		    agent->control, on_stop, agent, err);
	if (r < 0)
		return r;
	if (agent->args->is_for_people)
		control_tell_people(agent->control);
	tell_ready(agent, seed);
	if (agent->is_once) {
		(void)uv_prepare_init(&agent->loop, &agent->look);
		agent->look.data = agent;
		(void)uv_prepare_start(&agent->look, on_look);
	}
	(void)uv_async_init(&agent->loop, &agent->alive, NULL);
	plays_open(&agent->plays, &agent->loop, agent->fleet);
	consoles_start(&agent->consoles, &agent->loop);
	scene_run_start(&agent->scene, &agent->loop);
	cpe_fleet_boot(agent->fleet, tells_each(agent) ? agent->control : NULL);
	return 0;
}

/* Whether the other side kept to the sequence; by hand, whether all went well. A lab judges by
 * what is on the wire. */
static int status_of(const struct agent *agent)
{
	if (agent->scene.scene)
		return scene_run_is_good(&agent->scene) ? EXIT_OK : EXIT_FAILED;
	if (agent->is_once && agent->fleet->n_failures > 0)
		return EXIT_FAILED;
	return is_by_hand(agent) && agent->n_unwell > 0 ? EXIT_FAILED : EXIT_OK;
}

static int live(struct agent *agent, struct error *err)
{
	int r = configure(agent, err);

	if (r == 0)
		r = start(agent, err);
	if (r < 0) {
		control_close(agent->control);
		consoles_unlisten(&agent->consoles);
		if (agent->numbers)
			load_look_away(agent->numbers);
		if (agent->fleet)
			cpe_fleet_stop(agent->fleet, NULL, NULL);
	}
	(void)uv_run(&agent->loop, UV_RUN_DEFAULT);
	if (r == 0)
		tell_summary(agent);
	return r < 0 ? r : status_of(agent);
}

static int run(const struct agent_args *args, struct error *err)
{
	struct agent agent = {
		.args = args,
		.is_once =
		    agent_flag_value(args, "once") && !agent_flag_value(args, "play"),
	};
	int r = uv_loop_init(&agent.loop);

	if (r < 0)
		return error_set(err, r, "event loop: %s", uv_strerror(r));
	r = live(&agent, err);
	scene_run_free(&agent.scene);
	load_look_free(agent.numbers);
	consoles_free(&agent.consoles);
	cpe_fleet_free(agent.fleet);
	(void)uv_loop_close(&agent.loop);
	return r;
}

const struct agent_program cpe_program = {
	.verb = {
		.name = "cpe",
		.brief = "run CPEs by hand",
		.run = agent_main,
		.row = agent_option,
		.arguments = "--acs-url URL [OPTION...]\n"
			     "--config FILE [--control FD]\n"
			     "LAB NODE boot|inform|value|factory-reset|power|look ...",
		.about = "Runs CPEs of this machine's own network, or as FILE says, until Ctrl-C, and "
			 "tells\nwhat happens: a line each on a terminal, one JSON object a line "
			 "elsewhere. The third\nform does something to a CPE of a lab: \"cwmplab "
			 "cpe LAB --help\" says what.\n",
	},
	.flags = flags,
	.complete = complete,
	.run = run,
};
