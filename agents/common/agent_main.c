#include "agents/common/agent_main.h"

#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/base/secret.h"
#include "lib/program/log.h"
#include "lib/program/say.h"
#include "lib/program/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* ---- the command line --------------------------------------------------------------- */

enum {
	LAST_WORDS_MS = 1000, /* how long the last event waits for a slow reader */
	FLAG_FILE_LINE_MAX = 1024
};

enum {
	COMMON_CONFIG,
	COMMON_CONTROL,
	COMMON_VERBOSE,
	COMMON_JSON,
	COMMON_ROWS
};

static const struct option_row common_rows[COMMON_ROWS] = {
	[COMMON_CONFIG] = OPTION(0, "config", "FILE",
	    "do what FILE says instead (its keys: \"cwmplab schema\")"),
	[COMMON_CONTROL] = OPTION(0, "control", "FD",
	    "inherited socket for events and commands, as a lab has it"),
	[COMMON_VERBOSE] = OPTION('v', "verbose", NULL, "log more"),
	[COMMON_JSON] = OPTION(0, "json", NULL,
	    "tell events as JSON, a line each, on a terminal, too"),
};

static size_t count_flags(const struct agent_flag *flags)
{
	size_t n = 0;

	while (flags[n].row.name)
		n++;
	return n;
}

const struct option_row *agent_option(const struct verb *verb, size_t i)
{
	const struct agent_flag *flags =
	    container_of(verb, struct agent_program, verb)->flags;
	size_t n = count_flags(flags);

	if (i < n)
		return &flags[i].row;
	return i - n < COMMON_ROWS ? &common_rows[i - n] : NULL;
}

static size_t find_flag(const struct agent_flag *flags, const char *name)
{
	size_t i = 0;

	while (strcmp(flags[i].row.name, name) != 0)
		i++;
	return i;
}

const char *agent_flag_value(const struct agent_args *args, const char *name)
{
	return args->values[find_flag(args->flags, name)][0];
}

void agent_flag_set(struct agent_args *args, const char *name, const char *value)
{
	args->values[find_flag(args->flags, name)][0] = value;
}

static int take_common(struct agent_args *args, size_t i, const char *value,
    struct error *err)
{
	uint64_t fd;

	switch (i) {
	case COMMON_CONFIG:
		args->config = value;
		return 0;
	case COMMON_VERBOSE:
		args->is_verbose = true;
		return 0;
	case COMMON_JSON:
		args->wants_json = true;
		return 0;
	}
	if (str_to_u64(str_of(value), 1 << 20, &fd) < 0)
		return error_set(err, ERR_USAGE,
		    "--control \"%s\": give the number of a descriptor", value);
	args->control = (int)fd;
	return 0;
}

/* The argument itself is what "ps" shows, to everybody. What a file would have in its place
 * stays: it is no secret. */
static int hide_value(struct agent_args *args, const struct agent_flag *flag,
    const char **value, struct error *err)
{
	struct str text = str_of(*value);
	size_t at = 0, end = text.len;
	char *seen = (char *)(uintptr_t)*value;

	if (!flag->is_secret && !secret_find(text, &at, &end))
		return 0;
	*value = arena_strdup(&args->secrets, text);
	if (!*value)
		return error_set(err, -ENOMEM, "no memory");
	do {
		memset(seen + at, '*', end - at);
		at = end;
	} while (!flag->is_secret && secret_find(text, &at, &end));
	return 0;
}

static int take_flag(struct agent_args *args, size_t i, const char *value,
    struct error *err)
{
	size_t max = args->flags[i].max ? args->flags[i].max : 1;
	int r = value ? hide_value(args, &args->flags[i], &value, err) : 0;

	if (r < 0)
		return r;

	for (size_t k = 0; k < max && k < AGENT_VALUES_MAX; k++) {
		if (args->values[i][k])
			continue;
		args->values[i][k] = value ? value : "";
		return 0;
	}
	return error_set(err, ERR_USAGE, "--%s is given too often",
	    args->flags[i].row.name);
}

/* -1, or an exit status when all is said. */
static int read_flags(const struct verb *verb, int argc, char **argv,
    struct agent_args *args)
{
	struct option_reader options;
	const struct option_row *row;
	struct error err = ERROR_NULL;
	const char *value;

	options_begin(&options, verb, argc, argv);
	while ((row = options_next(&options, &value))) {
		int r;

		if (row >= common_rows && row < common_rows + COMMON_ROWS)
			r = take_common(args, (size_t)(row - common_rows), value, &err);
		else
			r = take_flag(args,
			    (size_t)(container_of(row, struct agent_flag, row) -
				     args->flags),
			    value, &err);
		if (r == 0)
			continue;
		say(stderr, "cwmplab %s: %s\n", verb->name, err.text);
		return EXIT_USAGE;
	}
	return options.status;
}

/* ---- the configuration -------------------------------------------------------------- */

/* Numbers go bare, for the strict reader; what only should be one stays text, for its
 * complaint. */
static bool is_bare(const struct agent_flag *flag, const char *value)
{
	return flag->kind == FLAG_SWITCH || flag->kind == FLAG_OFF ||
	       (flag->kind == FLAG_NUMBER && value[0] >= '0' && value[0] <= '9');
}

/* The first line of a file, kept in the document. */
static const char *read_line(struct conf_doc *doc, const struct agent_flag *flag,
    const char *path, struct error *err)
{
	char line[FLAG_FILE_LINE_MAX + 2];
	const char *value = NULL;

	if (first_line_read(path, line, sizeof(line), err) < 0)
		(void)error_prefix(err, "--%s %s", flag->row.name, path);
	else if (!(value = arena_strdup(&doc->arena, str_of(line))))
		(void)error_set(err, -ENOMEM, "no memory");
	explicit_bzero(line, sizeof(line));
	return value;
}

/* "--password" and "--password-file" set the same key. */
static int check_rivals(const struct agent_args *args, size_t i, struct error *err)
{
	const struct agent_flag *flags = args->flags;

	for (size_t k = 0; k < i; k++) {
		if (flags[k].key && args->values[k][0] &&
		    strcmp(flags[k].key, flags[i].key) == 0)
			return error_set(err, ERR_USAGE,
			    "--%s and --%s say the same: give one of them",
			    flags[k].row.name, flags[i].row.name);
	}
	return 0;
}

static int set_flag(struct conf_doc *doc, const struct agent_flag *flag,
    const char *value, struct error *err)
{
	auto_buf origin = BUF_NULL;
	const char *kept;

	if (flag->kind == FLAG_FILE)
		value = read_line(doc, flag, value, err);
	if (!value)
		return err->code;

	buf_printf(&origin, "--%s", flag->row.name);
	kept = arena_strdup(&doc->arena, buf_str(&origin));
	if (!kept)
		return error_set(err, -ENOMEM, "no memory");
	if (flag->kind == FLAG_SWITCH || flag->kind == FLAG_OFF)
		value = flag->kind == FLAG_SWITCH ? "true" : "false";
	return conf_set(doc, flag->key, value, !is_bare(flag, value), kept, err);
}

static int check_required(const struct agent_args *args, struct error *err)
{
	auto_buf missing = BUF_NULL;

	if (!args->flags[0].row.name)
		return error_set(err, ERR_USAGE, "--config FILE is needed");
	for (size_t i = 0; args->flags[i].row.name; i++) {
		if (args->flags[i].is_required && !args->values[i][0])
			buf_printf(&missing, "%s--%s", missing.len ? ", " : "",
			    args->flags[i].row.name);
	}
	if (missing.len == 0)
		return 0;
	return error_set(err, ERR_USAGE, "%s: needed, unless --config FILE says all",
	    buf_cstr(&missing));
}

/* What the flags say, as the file would say it. */
static int write_config(const struct agent_program *program, struct agent_args *args,
    struct error *err)
{
	int r = check_required(args, err);

	if (r == 0)
		r = conf_new("command line", &args->doc, err);
	if (r == 0 && program->complete)
		program->complete(args, &args->doc->arena);
	for (size_t i = 0; r == 0 && args->flags[i].row.name; i++) {
		if (args->flags[i].key && args->values[i][0])
			r = check_rivals(args, i, err);
		for (size_t k = 0; r == 0 && k < AGENT_VALUES_MAX; k++) {
			if (args->flags[i].key && args->values[i][k])
				r = set_flag(args->doc, &args->flags[i],
				    args->values[i][k], err);
		}
	}
	return r;
}

static int load_config(const struct agent_program *program, struct agent_args *args,
    struct error *err)
{
	if (!args->config)
		return write_config(program, args, err);
	for (size_t i = 0; args->flags[i].row.name; i++) {
		if (args->flags[i].key && args->values[i][0])
			return error_set(err, ERR_USAGE,
			    "--config says all: --%s does not go with it",
			    args->flags[i].row.name);
	}
	return conf_load(args->config, &args->doc, err);
}

/* ---- the process -------------------------------------------------------------------- */

/* An agent opens a descriptor a connection: as many as the system allows. */
static void raise_file_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

static int exit_status(int code)
{
	return code == ERR_CONFIG || code == ERR_USAGE || code == ERR_MALFORMED ||
		       code == ERR_TLS
		   ? EXIT_USAGE
		   : EXIT_MACHINE;
}

/* Mistakes in a file begin with its name, line and column, as compilers' do. */
static int fail(const struct agent_program *program, const struct agent_args *args,
    const struct error *err)
{
	if (err->code == ERR_CONFIG && args->config)
		say_error("", err);
	else
		say(stderr, "cwmplab %s: %s\n", program->verb.name, err->text);
	return exit_status(err->code);
}

/* The name that the file gives the agent, or else its verb. */
static struct str node_name(const struct agent_program *program,
    const struct agent_args *args)
{
	const struct conf_node *node =
	    args->doc ? conf_get(args->doc->root, "node") : NULL;

	return node && node->kind == CONF_SCALAR ? node->text
						 : str_of(program->verb.name);
}

/* The event "failed", wherever the agent failed: one whose file is wrong has opened no
 * channel yet, and the lab would say no more than its exit status. By hand the event goes to
 * standard output, unless the call is wrong or people read it, who are told on standard error
 * alone. */
static void tell_failed(const struct agent_program *program,
    const struct agent_args *args, int fd, const struct error *err)
{
	auto_buf line = BUF_NULL;
	struct json json = json_writer(&line, 0);
	struct pollfd channel = { .fd = fd, .events = POLLOUT };
	struct str rest;

	if (fd < 0 && (args->is_for_people || exit_status(err->code) == EXIT_USAGE))
		return;
	json_object_begin(&json, NULL);
	json_int(&json, "time", clock_wall());
	json_str(&json, "node", node_name(program, args));
	json_text(&json, "event", "failed");
	json_text(&json, "why", err->text);
	json_object_end(&json);
	buf_append_char(&line, '\n');
	rest = buf_str(&line);
	if (fd < 0)
		(void)say_bytes(stdout, rest);
	while (fd >= 0 && rest.len > 0) {
		ssize_t n = write(fd, rest.p, rest.len);

		if (n >= 0)
			rest = str_from(rest, (size_t)n);
		else if (errno != EINTR &&
			 (errno != EAGAIN || poll(&channel, 1, LAST_WORDS_MS) <= 0))
			return;
	}
}

int agent_args_read(const struct agent_program *program, int argc, char **argv,
    struct agent_args *args)
{
	struct error err = ERROR_NULL;
	int status;

	*args = (struct agent_args){ .flags = program->flags, .control = -1 };
	status = read_flags(&program->verb, argc, argv, args);
	args->is_for_people =
	    args->control < 0 && !args->wants_json && isatty(STDOUT_FILENO);
	if (status < 0 && load_config(program, args, &err) == 0)
		return status;
	arena_free(&args->secrets);
	if (status >= 0)
		return status;
	tell_failed(program, args, args->control, &err);
	conf_free(args->doc);
	args->doc = NULL;
	return fail(program, args, &err);
}

int agent_main(const struct verb *verb, int argc, char **argv)
{
	const struct agent_program *program =
	    container_of(verb, struct agent_program, verb);
	struct error err = ERROR_NULL;
	struct agent_args args;
	auto_fd channel = -1; /* a second descriptor: the agent closes its own */
	int status;

	(void)signal(SIGPIPE, SIG_IGN); /* OpenSSL writes without MSG_NOSIGNAL */
	status = agent_args_read(program, argc, argv, &args);
	if (status >= 0)
		return status;
	log_setup(verb->name, args.is_verbose ? LOG_DEBUG : LOG_INFO);
	raise_file_limit();
	if (args.control >= 0)
		channel = fcntl(args.control, F_DUPFD_CLOEXEC, 0);
	status = program->run(&args, &err);
	if (status < 0) {
		tell_failed(program, &args, channel, &err);
		status = fail(program, &args, &err);
	}
	conf_free(args.doc);
	arena_free(&args.secrets);
	return status;
}
