#include "agents/dhcp/options.h"

#include "lib/base/json.h"

#include <getopt.h>
#include <string.h>

const char dhcpd_usage[] =
    "usage: cwmplab dhcpd --config FILE [--control FD]\n"
    "       cwmplab dhcpd --interface IF --address A.B.C.D/N --range FIRST-LAST\n"
    "                     [--acs-url URL ...]\n"
    "\n"
    "Serves DHCP with the ACS in option 43. Events come on standard output, one JSON\n"
    "object a line. The interface must have the address already.\n"
    "\n"
    "  --config FILE             YAML; `cwmplab schema dhcpd` prints its keys\n"
    "  --interface IF            where to serve\n"
    "  --address A.B.C.D/N       the server's address there, with its prefix\n"
    "  --range FIRST-LAST        addresses to hand out\n"
    "  --router A.B.C.D          default router\n"
    "  --dns A.B.C.D             DNS server; may be repeated\n"
    "  --domain NAME             domain name\n"
    "  --lease TIME              how long an address is given for (1h)\n"
    "  --t1 TIME, --t2 TIME      when to renew, to rebind\n"
    "  --acs-url URL             the ACS\n"
    "  --acs-format FORMAT       layout of option 43: comware (default), tr069\n"
    "  --acs-username NAME, --acs-password TEXT      comware\n"
    "  --acs-service-provider TEXT                   comware\n"
    "  --acs-provisioning-code TEXT                  tr069\n"
    "  --acs-retry-min-wait TIME, --acs-retry-multiplier N   tr069\n"
    "  --acs-hex BYTES           option 43 byte for byte, right or wrong\n"
    "  --acs-always              also to clients of another class than dslforum.org\n"
    "  --lease-file FILE         where leases outlive the program\n"
    "  --authoritative           refuse clients that remember another server's lease\n"
    "  --netns PATH              enter this network namespace first\n"
    "  --control FD              inherited socket for events and commands\n"
    "  --verbose                 say what is ignored and why\n"
    "  --help                    this text\n";

enum place { /* of a flag's key in the configuration */
	PLACE_NONE,
	PLACE_TOP,
	PLACE_POOL,
	PLACE_ACS
};

enum kind {
	KIND_TEXT,
	KIND_NUMBER,
	KIND_SWITCH
};

static const struct flag {
	const char *name;
	const char *key;
	enum place place;
	enum kind kind;
} flags[] = {
	{ "config", NULL, PLACE_NONE, KIND_TEXT },
	{ "control", NULL, PLACE_NONE, KIND_TEXT },
	{ "verbose", NULL, PLACE_NONE, KIND_SWITCH },
	{ "help", NULL, PLACE_NONE, KIND_SWITCH },
	{ "interface", "interface", PLACE_TOP, KIND_TEXT },
	{ "address", "address", PLACE_TOP, KIND_TEXT },
	{ "netns", "netns", PLACE_TOP, KIND_TEXT },
	{ "lease-file", "lease-file", PLACE_TOP, KIND_TEXT },
	{ "authoritative", "authoritative", PLACE_TOP, KIND_SWITCH },
	{ "range", "range", PLACE_POOL, KIND_TEXT },
	{ "router", "router", PLACE_POOL, KIND_TEXT },
	{ "dns", "dns", PLACE_POOL, KIND_TEXT },
	{ "domain", "domain", PLACE_POOL, KIND_TEXT },
	{ "lease", "lease", PLACE_POOL, KIND_TEXT },
	{ "t1", "t1", PLACE_POOL, KIND_TEXT },
	{ "t2", "t2", PLACE_POOL, KIND_TEXT },
	{ "acs-url", "url", PLACE_ACS, KIND_TEXT },
	{ "acs-format", "format", PLACE_ACS, KIND_TEXT },
	{ "acs-username", "username", PLACE_ACS, KIND_TEXT },
	{ "acs-password", "password", PLACE_ACS, KIND_TEXT },
	{ "acs-service-provider", "service-provider", PLACE_ACS, KIND_TEXT },
	{ "acs-provisioning-code", "provisioning-code", PLACE_ACS, KIND_TEXT },
	{ "acs-retry-min-wait", "retry-min-wait", PLACE_ACS, KIND_TEXT },
	{ "acs-retry-multiplier", "retry-multiplier", PLACE_ACS, KIND_NUMBER },
	{ "acs-hex", "hex", PLACE_ACS, KIND_TEXT },
	{ "acs-always", "always", PLACE_ACS, KIND_SWITCH },
};

enum {
	N_FLAGS = sizeof(flags) / sizeof(flags[0]),
	VALUES_MAX = 8 /* of one flag */
};

struct given {
	const char *values[N_FLAGS][VALUES_MAX];
	size_t n[N_FLAGS];
};

static size_t index_of(const char *name)
{
	size_t i = 0;

	while (strcmp(flags[i].name, name) != 0)
		i++;
	return i;
}

static const char *value_of(const struct given *given, const char *name)
{
	return given->values[index_of(name)][0];
}

static bool has_place(const struct given *given, enum place place)
{
	for (size_t i = 0; i < N_FLAGS; i++)
		if (flags[i].place == place && given->n[i] > 0)
			return true;
	return false;
}

/* Numbers go bare, for the strict reader; what only should be one stays text, for its
 * complaint. */
static void write_value(struct json *json, const struct flag *flag, const char *value)
{
	bool is_number = flag->kind == KIND_NUMBER && value[0] != '\0' &&
			 strspn(value, "0123456789") == strlen(value);

	if (flag->kind == KIND_SWITCH)
		json_bool(json, flag->key, true);
	else if (is_number)
		json_raw(json, flag->key, str_of(value));
	else
		json_text(json, flag->key, value);
}

static void write_place(struct json *json, const struct given *given, enum place place)
{
	for (size_t i = 0; i < N_FLAGS; i++) {
		if (flags[i].place != place || given->n[i] == 0)
			continue;
		if (given->n[i] == 1) {
			write_value(json, &flags[i], given->values[i][0]);
		} else {
			json_array_begin(json, flags[i].key);
			for (size_t k = 0; k < given->n[i]; k++)
				json_text(json, NULL, given->values[i][k]);
			json_array_end(json);
		}
	}
}

/* The flags as the file that says the same. */
static void write_text(struct buf *out, const struct given *given)
{
	struct json json = json_writer(out, 2);

	json_object_begin(&json, NULL);
	write_place(&json, given, PLACE_TOP);
	json_array_begin(&json, "pools");
	json_object_begin(&json, NULL);
	write_place(&json, given, PLACE_POOL);
	if (has_place(given, PLACE_ACS)) {
		json_object_begin(&json, "acs");
		write_place(&json, given, PLACE_ACS);
		json_object_end(&json);
	}
	json_object_end(&json);
	json_array_end(&json);
	json_object_end(&json);
	buf_append_char(out, '\n');
}

static int read_flags(struct given *given, int argc, char **argv, struct error *err)
{
	struct option options[N_FLAGS + 1] = { 0 };
	int c, at;

	for (size_t i = 0; i < N_FLAGS; i++)
		options[i] = (struct option){ flags[i].name,
			flags[i].kind == KIND_SWITCH ? no_argument : required_argument,
			NULL, 'x' };
	optind = 1;
	opterr = 0;
	while ((c = getopt_long(argc, argv, "", options, &at)) != -1) {
		if (c == ':' || c == '?')
			return error_set(err, ERR_USAGE,
			    "\"%s\" is no option, or its value is missing",
			    argv[optind - 1]);
		if (given->n[at] ==
		    (strcmp(flags[at].name, "dns") == 0 ? VALUES_MAX : 1))
			return error_set(err, ERR_USAGE, "--%s is given too often",
			    flags[at].name);
		given->values[at][given->n[at]++] = optarg ? optarg : "";
	}
	if (optind < argc)
		return error_set(err, ERR_USAGE, "\"%s\" is no option", argv[optind]);
	return 0;
}

int dhcpd_options_read(struct dhcpd_options *options, int argc, char **argv,
    struct error *err)
{
	struct given given = { 0 };
	const char *control;
	uint64_t fd;
	int r;

	*options = (struct dhcpd_options){ .control = -1 };
	r = read_flags(&given, argc, argv, err);
	if (r < 0)
		return r;
	options->is_help = value_of(&given, "help");
	options->is_verbose = value_of(&given, "verbose");
	options->config = value_of(&given, "config");
	control = value_of(&given, "control");
	if (control) {
		if (str_to_u64(str_of(control), INT32_MAX, &fd) < 0)
			return error_set(err, ERR_USAGE,
			    "--control wants the number of a descriptor, not \"%s\"",
			    control);
		options->control = (int)fd;
	}
	if (options->is_help)
		return 0;
	if (options->config) {
		if (has_place(&given, PLACE_TOP) || has_place(&given, PLACE_POOL) ||
		    has_place(&given, PLACE_ACS))
			return error_set(err, ERR_USAGE,
			    "--config says it all: no other flag goes with it");
		return 0;
	}
	if (!has_place(&given, PLACE_TOP))
		return error_set(err, ERR_USAGE,
		    "--config, or --interface, --address and --range");
	write_text(&options->text, &given);
	return options->text.error;
}
