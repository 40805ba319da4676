#include "lab/verbs/load_options.h"

#include "lab/term/cmd.h"
#include "lib/base/buf.h"
#include "lib/program/say.h"

#include <errno.h>

enum {
	SET_ACS,
	SET_CPES,
	SET_MODEL,
	SET_RATE,
	SET_RAMP,
	SET_INTERVAL,
	SET_NO_SPREAD,
	SET_DURATION,
	SET_THRESHOLD,
	SET_ABORT_ON_FAIL,
	SET_USERNAME,
	SET_PASSWORD,
	SET_CA,
	SET_TLS,
	SET_DOOR,
	SET_PROBE,
	SET_SOURCES,
	SET_SERIAL,
	SET_SHARD,
	SET_DRAIN,
	SET_SEED,
	SET_REPEAT,
	SET_FIND_LIMIT,
	N_SETS,
	PUT_JSON = N_SETS,
	PUT_CSV,
	PUT_HTML,
	PUT_HDR,
	PUT_EVENTS,
	PROMETHEUS,
	QUIET,
	N_ROWS
};

const struct option_row load_option_rows[N_ROWS + 1] = {
	[SET_ACS] = OPTION(0, "acs", "URL", "the ACS that is loaded"),
	[SET_CPES] = OPTION(0, "cpes", "N", "how many CPEs, all shards together"),
	[SET_MODEL] =
	    OPTION(0, "model", "MODEL", "device model: a name or a file (generic-181)"),
	[SET_RATE] = OPTION(0, "rate", "RATE",
	    "sessions that begin in a second, whatever becomes of those before: 800/s"),
	[SET_RAMP] = OPTION(0, "ramp", "TIME",
	    "in which the rate grows to that; without a rate all CPEs boot within it"),
	[SET_INTERVAL] = OPTION(0, "interval", "TIME",
	    "PeriodicInformInterval: CPEs come of their own accord once they have booted"),
	[SET_NO_SPREAD] = OPTION(0, "no-spread", NULL,
	    "their phases are not spread over it, but follow from when they booted"),
	[SET_DURATION] = OPTION(0, "duration", "TIME", "of the run"),
	[SET_THRESHOLD] = OPTION(0, "threshold", "T",
	    "what must hold: session.p99<500ms, failed<0.1%; may be repeated"),
	[SET_ABORT_ON_FAIL] = OPTION(0, "abort-on-fail", NULL,
	    "end the run once a threshold cannot hold any more"),
	[SET_USERNAME] = OPTION(0, "username", "NAME", "for HTTP authentication"),
	[SET_PASSWORD] = OPTION(0, "password", "WORD", "for HTTP authentication"),
	[SET_CA] = OPTION(0, "ca", "FILE",
	    "CAs that the ACS's certificate may come from; \"system\": those of this "
	    "machine"),
	[SET_TLS] = OPTION(0, "tls", "any|full",
	    "resume TLS sessions where the ACS offers it, or never (any)"),
	[SET_DOOR] = OPTION(0, "door", "PATH",
	    "where the ACS takes commands (cwmplab acs --door), to ask it for its "
	    "account of the run"),
	[SET_PROBE] = OPTION(0, "probe", "N",
	    "on N CPEs an operator's set and get are timed, by that door"),
	[SET_SOURCES] = OPTION(0, "sources", "NET",
	    "addresses that sessions start from, a prefix that is local here"),
	[SET_SERIAL] = OPTION(0, "serial", "TEXT",
	    "SerialNumber of the first; its digits count up"),
	[SET_SHARD] = OPTION(0, "shard", "I/N", "run part I of N of the fleet"),
	[SET_DRAIN] = OPTION(0, "drain", "TIME",
	    "how long open sessions are waited for at the end (30s)"),
	[SET_SEED] = OPTION(0, "seed", "N", "of all randomness"),
	[SET_REPEAT] = OPTION(0, "repeat", "N",
	    "run it N times, one after another, for intervals of confidence"),
	[SET_FIND_LIMIT] = OPTION(0, "find-limit", NULL,
	    "step the rate up to the most that the ACS carries"),
	[PUT_JSON] =
	    OPTION(0, "json", "FILE", "write the result as JSON; -: standard output"),
	[PUT_CSV] = OPTION(0, "csv", "FILE", "write it as CSV"),
	[PUT_HTML] = OPTION(0, "html", "FILE", "write it as one page"),
	[PUT_HDR] = OPTION(0, "hdr", "FILE",
	    "write the histograms as a log that viewers of HdrHistogram open"),
	[PUT_EVENTS] =
	    OPTION(0, "events", "FILE", "write a JSON line for each session that ends"),
	[PROMETHEUS] = OPTION(0, "prometheus", "PORT",
	    "answer Prometheus at http://127.0.0.1:PORT/metrics while it runs"),
	[QUIET] = OPTION('q', "quiet", NULL, "say nothing while it runs"),
};

static const struct {
	const char *path;
	bool is_quoted;
} keys[N_SETS] = {
	[SET_ACS] = { "acs.url", true },
	[SET_CPES] = { "cpes", false },
	[SET_MODEL] = { "model", true },
	[SET_RATE] = { "arrival.rate", true },
	[SET_RAMP] = { "arrival.ramp", false },
	[SET_INTERVAL] = { "interval", false },
	[SET_NO_SPREAD] = { "spread", false },
	[SET_DURATION] = { "duration", false },
	[SET_THRESHOLD] = { "thresholds", true },
	[SET_ABORT_ON_FAIL] = { "abort-on-fail", false },
	[SET_USERNAME] = { "acs.username", true },
	[SET_PASSWORD] = { "acs.password", true },
	[SET_CA] = { "acs.trust", true },
	[SET_TLS] = { "mix[].tls", true },
	[SET_DOOR] = { "acs.door", true },
	[SET_PROBE] = { "probe.cpes", false },
	[SET_SOURCES] = { "sources", false },
	[SET_SERIAL] = { "serial", true },
	[SET_SHARD] = { "shard", true },
	[SET_DRAIN] = { "drain", false },
	[SET_SEED] = { "seed", false },
	[SET_REPEAT] = { "repeat", false },
	[SET_FIND_LIMIT] = { "find-limit.repeats", false },
};

static int take_set(struct load_options *options, size_t i, const char *value,
    struct error *err)
{
	auto_buf name = BUF_NULL;
	const char *origin;

	buf_printf(&name, "--%s", load_option_rows[i].name);
	origin = arena_strdup(&options->doc->arena, buf_str(&name));
	if (!origin)
		return error_set(err, -ENOMEM, "no memory");
	options->first_flag = options->first_flag ? options->first_flag : origin;
	if (!value)
		value = i == SET_FIND_LIMIT ? "3" : i == SET_NO_SPREAD ? "no" : "yes";
	if (conf_set(options->doc, keys[i].path, value, keys[i].is_quoted, origin,
		err) < 0)
		return ERR_USAGE;
	/* All CPEs are of the one kind. */
	return i == SET_TLS
		   ? conf_set(options->doc, "mix[].weight", "1", true, origin, err)
		   : 0;
}

static int take_port(struct load_options *options, const char *value, struct error *err)
{
	uint64_t port;

	if (str_to_u64(str_of(value), UINT16_MAX, &port) < 0 || port == 0)
		return error_set(err, ERR_USAGE,
		    "--prometheus \"%s\": give a port, 1 to 65535", value);
	options->scrape_port = (uint16_t)port;
	return 0;
}

static int take_option(struct load_options *options, size_t i, const char *value,
    struct error *err)
{
	switch (i) {
	case PUT_JSON:
		options->outputs.json = value;
		return 0;
	case PUT_CSV:
		options->outputs.csv = value;
		return 0;
	case PUT_HTML:
		options->outputs.html = value;
		return 0;
	case PUT_HDR:
		options->outputs.hdr = value;
		return 0;
	case PUT_EVENTS:
		options->outputs.events = value;
		return 0;
	case PROMETHEUS:
		return take_port(options, value, err);
	case QUIET:
		options->is_quiet = true;
		return 0;
	default:
		return take_set(options, i, value, err);
	}
}

/* What a file would be asked for by its keys is asked for by flags. */
static int check_flags(const struct load_options *options)
{
	const struct conf_node *root = options->doc->root;

	if (conf_get(root, "acs") && conf_get(conf_get(root, "acs"), "url") &&
	    conf_get(root, "cpes"))
		return -1;
	say(stderr, "cwmplab load: %s; \"cwmplab load --help\" says more\n",
	    conf_get(root, "cpes") ? "which ACS? --acs URL"
				   : "how many CPEs, or which FILE? --cpes N");
	return EXIT_USAGE;
}

int load_options_read(const struct verb *verb, int argc, char **argv,
    struct load_options *options)
{
	struct option_reader reader;
	const struct option_row *row;
	struct error err = ERROR_NULL;
	const char *value;

	options_begin(&reader, verb, argc, argv);
	while ((row = options_next(&reader, &value))) {
		if (take_option(options, (size_t)(row - load_option_rows), value,
			&err) < 0)
			return cmd_fail(&err);
	}
	if (reader.status >= 0)
		return reader.status;
	options->path = reader.n_words > 0 ? reader.words[0] : NULL;
	if (options->path && options->first_flag) {
		say(stderr, "cwmplab load: %s: %s says what the load is\n",
		    options->first_flag, options->path);
		return EXIT_USAGE;
	}
	return options->path ? -1 : check_flags(options);
}
