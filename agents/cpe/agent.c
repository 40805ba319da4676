/* `cwmplab cpe`: reads the file or the flags and runs the loop. */
#include "agents/cpe/agent.h"

#include "agents/common/digest.h"
#include "agents/cpe/device/cpe_fleet.h"
#include "lib/base/cleanup.h"
#include "lib/base/log.h"
#include "lib/base/share.h"
#include "lib/base/text.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>

enum { /* exit status, as lab/term/cmd.h */
	STATUS_OK = 0,
	STATUS_FAILED = 1,
	STATUS_USAGE = 2,
	STATUS_MACHINE = 3
};

/* Flags become a configuration, which is read as a file is. */
static const struct flag {
	const char *name;
	const char *argument, *help;
} flags[] = {
	{ "acs-url", "URL", "where the ACS is" },
	{ "username", "NAME", "for HTTP authentication" },
	{ "password", "WORD", "for HTTP authentication" },
	{ "model", "NAME", "device model: a path, or hp5920, generic-181" },
	{ "count", "N", "how many CPEs (1)" },
	{ "ca", "FILE", "CAs that the ACS's certificate may come from" },
	{ "keylog", "FILE", "append TLS secrets to it" },
	{ "boot-spread", "TIME", "boot at random within it" },
	{ "periodic-inform", "TIME", "PeriodicInformInterval" },
	{ "seed", "N", "of all randomness" },
};

struct options {
	const char *config; /* file */
	int control;        /* -1: standard output */
	bool once;
	bool is_verbose;
	bool wants_help;
	const char *values[ARRAY_LEN(flags)];
};

struct agent {
	uv_loop_t loop;
	struct cpe_config config;
	struct conf_doc *doc;
	struct cpe_fleet *fleet;
	struct control *control;
	uv_async_t alive;  /* the loop goes on though all CPEs rest */
	uv_prepare_t look; /* --once: before the loop sleeps */
	bool is_once, is_stopping;
};

static void print_help(FILE *out)
{
	(void)fprintf(out,
	    "usage: cwmplab cpe --acs-url URL [OPTION...]\n"
	    "       cwmplab cpe --config FILE [--control FD]\n\n"
	    "CPEs of this machine's own network, or as FILE says. Events come as lines of "
	    "JSON.\n\n");
	for (size_t i = 0; i < ARRAY_LEN(flags); i++)
		(void)fprintf(out, "  --%-16s %-5s %s\n", flags[i].name,
		    flags[i].argument, flags[i].help);
	(void)fprintf(out,
	    "  --%-16s %-5s %s\n  --%-16s %-5s %s\n  --%-16s %-5s %s\n  --%-16s %-5s %s\n",
	    "config", "FILE", "read this instead (cwmplab schema cpe)", "control", "FD",
	    "control channel", "once", "", "stop when all CPEs have settled", "verbose",
	    "", "log more");
}

enum {
	OPTION_CONFIG = 256,
	OPTION_CONTROL,
	OPTION_ONCE,
	OPTION_VERBOSE,
	OPTION_HELP,
	OPTION_FLAG /* + index in flags */
};

static int read_options(int argc, char **argv, struct options *ret, struct error *err)
{
	struct option table[ARRAY_LEN(flags) + 6] = {
		{ "config", required_argument, NULL, OPTION_CONFIG },
		{ "control", required_argument, NULL, OPTION_CONTROL },
		{ "once", no_argument, NULL, OPTION_ONCE },
		{ "verbose", no_argument, NULL, OPTION_VERBOSE },
		{ "help", no_argument, NULL, OPTION_HELP },
	};
	uint64_t fd = 0;
	int c;

	for (size_t i = 0; i < ARRAY_LEN(flags); i++)
		table[i + 5] = (struct option){ flags[i].name, required_argument, NULL,
			(int)(OPTION_FLAG + i) };
	*ret = (struct options){ .control = -1 };
	optind = 0;
	while ((c = getopt_long(argc, argv, "+hv", table, NULL)) != -1) {
		if (c == OPTION_CONFIG)
			ret->config = optarg;
		else if (c == OPTION_CONTROL)
			ret->control =
			    str_to_u64(str_of(optarg), 1 << 20, &fd) < 0 ? -2 : (int)fd;
		else if (c == OPTION_ONCE)
			ret->once = true;
		else if (c == OPTION_VERBOSE || c == 'v')
			ret->is_verbose = true;
		else if (c == OPTION_HELP || c == 'h')
			ret->wants_help = true;
		else if (c >= OPTION_FLAG)
			ret->values[c - OPTION_FLAG] = optarg;
		else
			return error_set(err, ERR_USAGE, "see \"cwmplab cpe --help\"");
	}
	if (optind < argc)
		return error_set(err, ERR_USAGE, "\"%s\" is one argument too many",
		    argv[optind]);
	if (ret->control == -2)
		return error_set(err, ERR_USAGE,
		    "--control wants a descriptor's number");
	return 0;
}

/* ---- flags to configuration --------------------------------------------------------- */

static const char *value_of(const struct options *options, const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
		if (strcmp(flags[i].name, name) == 0)
			return options->values[i];
	}
	return NULL;
}

static bool is_word(const char *value)
{
	return value[0] &&
	       value[strspn(value, "0123456789abcdefghijklmnopqrstuvwxyz")] == '\0';
}

/* Numbers and durations go bare, so that they are not taken for text. */
static void put_number(struct json *json, const char *key, const char *value)
{
	if (value && is_word(value))
		json_raw(json, key, str_of(value));
	else if (value)
		json_text(json, key, value);
}

static void put_value(struct json *json, const char *key, const char *value)
{
	if (value)
		json_text(json, key, value);
}

static int configure_by_flags(const struct options *options, struct cpe_config *ret,
    struct conf_doc **ret_doc, struct error *err)
{
	static const char *const numbers[] = { "boot-spread", "periodic-inform",
		"seed" };
	const char *model = value_of(options, "model");
	const char *count = value_of(options, "count");
	auto_buf text = BUF_NULL;
	struct json json = json_writer(&text, 0);

	if (!value_of(options, "acs-url"))
		return error_set(err, ERR_USAGE,
		    "--acs-url or --config is wanted (cwmplab cpe --help)");
	json_object_begin(&json, NULL);
	json_text(&json, "model", model ? model : "hp5920");
	put_number(&json, "count", count ? count : "1");
	json_object_begin(&json, "acs");
	put_value(&json, "url", value_of(options, "acs-url"));
	put_value(&json, "username", value_of(options, "username"));
	put_value(&json, "password", value_of(options, "password"));
	json_object_end(&json);
	put_value(&json, "trust", value_of(options, "ca"));
	put_value(&json, "keylog", value_of(options, "keylog"));
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		put_number(&json, numbers[i], value_of(options, numbers[i]));
	json_object_end(&json);
	return cpe_config_parse("command line", buf_str(&text), ret, ret_doc, err);
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
		agent->config.model = arena_strdup(&agent->doc->arena, str_of(path));
		return agent->config.model ? 0
					   : error_set(err, -ENOMEM, "out of memory");
	}
	share_suggest(folder, model, hint, sizeof(hint));
	return error_set(err, ERR_USAGE, "no device model is named \"%s\": %s", model,
	    hint);
}

static int configure(struct agent *agent, const struct options *options,
    struct error *err)
{
	int r = options->config
		    ? cpe_config_load(options->config, &agent->config, &agent->doc, err)
		    : configure_by_flags(options, &agent->config, &agent->doc, err);

	return r < 0 ? r : find_model(agent, err);
}

/* ---- running ------------------------------------------------------------------------ */

static void on_stopped(void *user)
{
	struct agent *agent = user;

	control_close(agent->control);
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
	cpe_fleet_stop(agent->fleet, on_stopped, agent);
}

static void on_status(void *user, struct json *json)
{
	struct agent *agent = user;

	cpe_fleet_status(agent->fleet, json);
}

static void on_look(uv_prepare_t *look)
{
	struct agent *agent = look->data;

	if (agent->is_stopping)
		return;
	for (size_t i = 0; i < agent->fleet->n_cpes; i++) {
		if (!agent->fleet->cpes[i].is_settled)
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

static int start(struct agent *agent, int control_fd, struct error *err)
{
	static const struct control_handlers handlers = { on_stop, on_status };
	uint64_t seed = pick_seed(&agent->config);
	int r = cpe_fleet_new(&agent->fleet, &agent->loop, &agent->config, seed, err);

	if (r == 0)
		r = control_open(&agent->control, &agent->loop, control_fd,
		    agent->config.node, &handlers, agent, err);
	if (r < 0)
		return r;
	log_info("%zu CPEs of model %s, seed %" PRIu64, agent->fleet->n_cpes,
	    agent->fleet->model->name, seed);
	(void)control_event(agent->control, "ready");
	control_event_end(agent->control);
	if (agent->is_once) {
		(void)uv_prepare_init(&agent->loop, &agent->look);
		agent->look.data = agent;
		(void)uv_prepare_start(&agent->look, on_look);
	}
	(void)uv_async_init(&agent->loop, &agent->alive, NULL);
	cpe_fleet_boot(agent->fleet, agent->control);
	return 0;
}

static int status_of(int code)
{
	return code == ERR_CONFIG || code == ERR_USAGE || code == ERR_MALFORMED
		   ? STATUS_USAGE
		   : STATUS_MACHINE;
}

static int run(struct agent *agent, const struct options *options)
{
	struct error err = ERROR_NULL;
	bool has_failed;
	int r = configure(agent, options, &err);

	if (r == 0)
		r = start(agent, options->control, &err);
	if (r < 0) {
		(void)fprintf(stderr, "%s%s\n",
		    r == ERR_CONFIG ? "" : "cwmplab cpe: ", err.text);
		if (agent->control)
			control_failed(agent->control, err.text);
		control_close(agent->control);
		if (agent->fleet)
			cpe_fleet_stop(agent->fleet, NULL, NULL);
	}
	(void)uv_run(&agent->loop, UV_RUN_DEFAULT);
	has_failed = agent->fleet && agent->fleet->n_failures > 0;
	if (r < 0)
		return status_of(r);
	return agent->is_once && has_failed ? STATUS_FAILED : STATUS_OK;
}

int cpe_main(int argc, char **argv)
{
	struct agent agent = { .control = NULL };
	struct options options;
	struct error err = ERROR_NULL;
	int status;

	if (read_options(argc, argv, &options, &err) < 0) {
		(void)fprintf(stderr, "cwmplab cpe: %s\n", err.text);
		return STATUS_USAGE;
	}
	if (options.wants_help) {
		print_help(stdout);
		return STATUS_OK;
	}
	(void)signal(SIGPIPE, SIG_IGN); /* OpenSSL writes without MSG_NOSIGNAL */
	log_setup("cpe", options.is_verbose ? LOG_DEBUG : LOG_INFO);
	agent.is_once = options.once;
	if (uv_loop_init(&agent.loop) < 0) {
		(void)fprintf(stderr, "cwmplab cpe: no event loop\n");
		return STATUS_MACHINE;
	}
	status = run(&agent, &options);
	cpe_fleet_free(agent.fleet);
	(void)uv_loop_close(&agent.loop);
	conf_free(agent.doc);
	return status;
}

void cpe_schema(struct buf *out)
{
	conf_schema(out, "CPE agent", cpe_config_rows);
}

void cpe_model_schema(struct buf *out)
{
	model_schema(out);
}
