#include "agents/acs/acs.h"

#include "agents/acs/agent.h"
#include "lib/base/buf.h"
#include "lib/base/json.h"
#include "lib/base/log.h"

#include <getopt.h>
#include <stdio.h>
#include <sys/resource.h>

enum {
	STATUS_OK = 0,
	STATUS_FAILED = 1,
	STATUS_USAGE = 2,
	STATUS_MACHINE = 3
};

static const char usage[] =
    "usage: cwmplab acs --config FILE [--control FD]\n"
    "       cwmplab acs [--listen ADDRESS:PORT] [--url URL] [--policy FILE]\n"
    "                   [--username U --password P] [--auth none|basic|digest]\n"
    "                   [--tls-cert FILE --tls-key FILE] [--keylog FILE] [--state FILE]\n"
    "\n"
    "Runs an ACS. By hand it listens on 127.0.0.1:7547 unless told otherwise; events go to\n"
    "standard output, one JSON object a line. The keys of FILE: cwmplab schema acs.\n";

/* Flags that set a key of the configuration. */
static const struct {
	const char *flag, *key;
} keys[] = {
	{ "listen", "listen" },
	{ "url", "url" },
	{ "policy", "policy" },
	{ "username", "username" },
	{ "password", "password" },
	{ "auth", "auth" },
	{ "tls-cert", "certificate" },
	{ "tls-key", "key" },
	{ "keylog", "keylog" },
	{ "state", "state" },
	{ "misbehave", "misbehave" },
};

enum {
	FLAG_CONFIG = ARRAY_LEN(keys),
	FLAG_CONTROL,
	FLAG_HELP,
	FLAGS
};

struct flags {
	const char *values[ARRAY_LEN(keys)];
	const char *config;
	int control;
	bool has_control, wants_help;
};

static int read_flags(int argc, char **argv, struct flags *flags)
{
	struct option options[FLAGS + 1] = { 0 };
	uint64_t fd;
	int index, c;

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		options[i] =
		    (struct option){ keys[i].flag, required_argument, NULL, 0 };
	options[FLAG_CONFIG] = (struct option){ "config", required_argument, NULL, 0 };
	options[FLAG_CONTROL] =
	    (struct option){ "control", required_argument, NULL, 0 };
	options[FLAG_HELP] = (struct option){ "help", no_argument, NULL, 0 };
	flags->control = -1;
	optind = 1;
	while ((c = getopt_long(argc, argv, "", options, &index)) == 0) {
		if (index < FLAG_CONFIG)
			flags->values[index] = optarg;
		else if (index == FLAG_CONFIG)
			flags->config = optarg;
		else if (index == FLAG_HELP)
			flags->wants_help = true;
		else if (str_to_u64(str_of(optarg), 1 << 20, &fd) < 0)
			return ERR_USAGE;
		else
			flags->control = (int)fd;
	}
	return c == '?' || optind < argc ? ERR_USAGE : 0;
}

/* The flags as the file that would say the same. */
static void write_config(const struct flags *flags, struct buf *out)
{
	struct json json = json_writer(out, 0);
	const char *listen = flags->values[0] ? flags->values[0] : "127.0.0.1:7547";
	bool is_https = flags->values[6] != NULL;

	json_object_begin(&json, NULL);
	if (!flags->values[1]) {
		auto_buf url = BUF_NULL;

		buf_printf(&url, "%s://%s/cwmp", is_https ? "https" : "http", listen);
		json_text(&json, "url", buf_cstr(&url));
	}
	json_text(&json, "listen", listen);
	for (size_t i = 1; i < ARRAY_LEN(keys); i++) {
		if (flags->values[i])
			json_text(&json, keys[i].key, flags->values[i]);
	}
	json_object_end(&json);
}

static int load(const struct flags *flags, struct acs_config *config, struct error *err)
{
	auto_buf text = BUF_NULL;

	if (flags->config)
		return acs_config_load(config, flags->config, err);
	write_config(flags, &text);
	return acs_config_parse(config, "the command line", buf_str(&text), err);
}

/* One descriptor a connection. */
static void raise_file_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

int acs_main(int argc, char **argv)
{
	struct flags flags = { .control = -1 };
	struct error err = ERROR_NULL;
	struct acs_config config;
	int r;

	log_setup("acs", LOG_INFO);
	if (read_flags(argc, argv, &flags) < 0) {
		fputs(usage, stderr);
		return STATUS_USAGE;
	}
	if (flags.wants_help) {
		fputs(usage, stdout);
		return STATUS_OK;
	}
	if (load(&flags, &config, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		return STATUS_USAGE;
	}
	raise_file_limit();
	r = acs_agent_run(&config, flags.control, &err);
	acs_config_free(&config);
	if (r == 0)
		return STATUS_OK;
	fprintf(stderr, "cwmplab acs: %s\n", err.text);
	return r == ERR_CONFIG || r == ERR_TLS ? STATUS_USAGE : STATUS_MACHINE;
}
