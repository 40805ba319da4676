#include "lib/load/load_file.h"

#include "lib/quirk/quirk.h"

#include <stddef.h>

#define ROW(struct_, key_, type_, member) \
	.key = key_, .type = type_, .offset = offsetof(struct struct_, member)
#define NODE(struct_, member) .node_offset = 1 + offsetof(struct struct_, member)

#define DAY                   (86400 * NS_PER_S)

static const char *const tls_names[] = { "any", "full", "resumed", NULL };
static const char *const spacing_names[] = { "even", "poisson", "burst", NULL };
static const char *const storm_names[] = {
#define XX(symbol, name, what) (name),
	LOAD_STORM_MAP(XX)
#undef XX
	    NULL
};

const char *load_storm_name(enum load_storm_kind kind)
{
	return kind < LOAD_STORMS ? storm_names[kind] : "";
}

static const struct conf_row acs_rows[] = {
	{ ROW(load_acs, "url", CONF_STR, url), .min = 8, .max = 255,
	    NODE(load_acs, url_node), .help = "http or https URL of the ACS" },
	{ ROW(load_acs, "username", CONF_STR, username), .max = 255,
	    .help = "for HTTP authentication" },
	{ ROW(load_acs, "password", CONF_STR, password), .is_secret = true, .max = 255,
	    .help = "for HTTP authentication" },
	{ ROW(load_acs, "door", CONF_STR, door), .min = 1, .max = 200,
	    .help = "socket at which it takes an operator's commands: what cwmplab acs "
		    "--door has made" },
	{ ROW(load_acs, "trust", CONF_STR, trust),
	    .help = "PEM file of CAs, or \"system\"; without it every ACS of https is "
		    "refused" },
	{ NULL },
};

static const struct conf_row stage_rows[] = {
	{ ROW(load_stage, "for", CONF_DURATION, length), .is_required = true,
	    .min = NS_PER_MS, .max = 365 * DAY, .help = "how long it lasts" },
	{ ROW(load_stage, "rate", CONF_STR, rate), .is_required = true,
	    NODE(load_stage, rate_node),
	    .help = "sessions that begin in a second: 800/s, 30/m, 36000/h" },
	{ ROW(load_stage, "to", CONF_STR, to), NODE(load_stage, to_node),
	    .help = "the rate at its end, to which it goes in a straight line" },
	{ NULL },
};

static const struct conf_row arrival_rows[] = {
	{ ROW(load_arrival, "rate", CONF_STR, rate), NODE(load_arrival, rate_node),
	    .help = "sessions that begin in a second, whatever becomes of those before "
		    "them: 800/s, 30/m, 36000/h" },
	{ ROW(load_arrival, "ramp", CONF_DURATION, ramp), .max = 365 * DAY,
	    NODE(load_arrival, ramp_node),
	    .help =
		"in which the rate grows to that; without a rate each CPE comes for "
		"the first time, evenly, within it" },
	{ ROW(load_arrival, "from", CONF_STR, from), NODE(load_arrival, from_node),
	    .help = "the rate at which the ramp begins; 0 where absent" },
	{ ROW(load_arrival, "spacing", CONF_ENUM, spacing), .names = spacing_names,
	    .dflt = "even",
	    .help = "how starts lie on the rate: even, at random (poisson), or several "
		    "at once (burst)" },
	{ ROW(load_arrival, "burst", CONF_UINT, burst), .min = 1, .max = LOAD_CPES_MAX,
	    NODE(load_arrival, burst_node), .help = "of a burst: how many at once" },
	{ ROW(load_arrival, "limit", CONF_UINT, limit), .max = UINT32_MAX,
	    .help = "sessions in all; 0: any number" },
	{ ROW(load_arrival, "stages", CONF_OBJECTS, stages), .rows = stage_rows,
	    .item_size = sizeof(struct load_stage), .min = 1, .max = ARRIVAL_STAGES_MAX,
	    NODE(load_arrival, stages_node),
	    .help = "rates that follow one another, in place of rate and ramp" },
	{ NULL },
};

static const struct conf_row mix_rows[] = {
	{ ROW(load_mix, "weight", CONF_STR, weight_text), .is_required = true,
	    NODE(load_mix, weight_node),
	    .help = "how many of the CPEs: shares that add up to 100 % (\"70%\"), or "
		    "parts of their sum (7)" },
	{ ROW(load_mix, "model", CONF_STR, model),
	    .help = "device model; where absent that of the file" },
	{ ROW(load_mix, "policy", CONF_STR, policy), .min = 1, .max = 64,
	    .help = "what they are meant to be, by the name that an ACS knows it by: "
		    "their ProvisioningCode, in each Inform. The policy of cwmplab acs "
		    "asks for it with when: {value: DeviceInfo.ProvisioningCode, is: "
		    "NAME}. It wants a device model that has one; a column "
		    "DeviceInfo.ProvisioningCode of the data goes before it" },
	{ ROW(load_mix, "tls", CONF_ENUM, tls), .names = tls_names, .dflt = "any",
	    .help = "handshakes: full ones, resumed ones, or as the ACS offers" },
	{ ROW(load_mix, "quirks", CONF_STRINGS, quirks), .max = QUIRKS_MAX,
	    NODE(load_mix, quirks_node), .schema = quirks_cpe_schema,
	    .help = "what they do wrong in every session" },
	{ ROW(load_mix, "faults", CONF_STRINGS, fault_names), .max = LOAD_FAULTS,
	    NODE(load_mix, faults_node),
	    .help =
		"what goes wrong in some of their sessions: drop-after-inform, "
		"slow-reader, half-a-body, wrong-id, no-cookie, duplicate-session" },
	{ ROW(load_mix, "fault-share", CONF_STR, share_text),
	    NODE(load_mix, share_node),
	    .help = "of their sessions that have one of the faults: \"5%\"; 100 % "
		    "where absent" },
	{ NULL },
};

static const struct conf_row storm_rows[] = {
	{ ROW(load_storm, "kind", CONF_ENUM, kind), .is_required = true,
	    .names = storm_names, NODE(load_storm, kind_node), .help = "what happens" },
	{ ROW(load_storm, "at", CONF_DURATION, at), .max = 365 * DAY, .dflt = "0",
	    NODE(load_storm, at_node), .help = "when, since the start of the run" },
	{ ROW(load_storm, "for", CONF_DURATION, lasts), .max = 365 * DAY,
	    .help = "how long power, uplink, ACS or store is gone" },
	{ ROW(load_storm, "within", CONF_DURATION, within), .max = 365 * DAY,
	    .help = "those concerned act within it, at random; 0: at once" },
	{ ROW(load_storm, "share", CONF_STR, share_text), NODE(load_storm, share_node),
	    .help = "of the CPEs, a region of neighbours: \"30%\"; all where absent" },
	{ ROW(load_storm, "from", CONF_STR, first_text), NODE(load_storm, first_node),
	    .help = "where the region begins, as a share of all CPEs: \"50%\"" },
	{ ROW(load_storm, "file", CONF_STR, file), NODE(load_storm, file_node),
	    .help = "of firmware: the image, below /files/ of the ACS, or its URL" },
	{ ROW(load_storm, "parallel", CONF_UINT, parallel), .max = LOAD_CPES_MAX,
	    .help = "of an operator's storm: CPEs at a time, from the order until they "
		    "are back; 0: any number" },
	{ ROW(load_storm, "dark", CONF_DURATION, dark), .max = DAY,
	    .help = "of firmware: how long a CPE is out of reach while it flashes" },
	{ ROW(load_storm, "lost", CONF_STR, lost_text), NODE(load_storm, lost_node),
	    .help = "of firmware: the share that never returns: \"0.1%\"" },
	{ NULL },
};

static const struct conf_row probe_rows[] = {
	{ ROW(load_probe, "cpes", CONF_UINT, cpes), .min = 1, .max = LOAD_PROBES_MAX,
	    .help =
		"CPEs on which an operator's set and get are timed; 1 where absent" },
	{ ROW(load_probe, "every", CONF_DURATION, every), .min = 100 * NS_PER_MS,
	    .max = DAY, .dflt = "5s", .help = "each of them so often" },
	{ ROW(load_probe, "parameter", CONF_STR, parameter), .max = 256,
	    .help = "that is set and read back" },
	{ NULL },
};

static const struct conf_row limit_rows[] = {
	{ ROW(load_limit, "from", CONF_STR, first), NODE(load_limit, first_node),
	    .help = "the first rate; 10/s where absent" },
	{ ROW(load_limit, "to", CONF_STR, max), NODE(load_limit, max_node),
	    .help = "the highest rate that is tried; 100000/s where absent" },
	{ ROW(load_limit, "growth", CONF_STR, growth), NODE(load_limit, growth_node),
	    .help = "each step so many times the one before, while all is well: 1.1 "
		    "to 10; 2 where absent" },
	{ ROW(load_limit, "step", CONF_DURATION, step), .min = NS_PER_S, .max = DAY,
	    .dflt = "10s", .help = "how long a rate is held" },
	{ ROW(load_limit, "settle", CONF_DURATION, settle), .max = DAY, .dflt = "2s",
	    NODE(load_limit, settle_node),
	    .help = "the first part of each step, which is not judged" },
	{ ROW(load_limit, "rest", CONF_DURATION, options.rest_max), .max = DAY,
	    .dflt = "60s",
	    .help = "how long open sessions are waited for between two" },
	{ ROW(load_limit, "precision", CONF_UINT, options.precision_permille), .min = 1,
	    .max = 500, .dflt = "20",
	    .help = "how near the ends come to each other, in thousandths" },
	{ ROW(load_limit, "repeats", CONF_UINT, repeats), .min = 1, .max = 20,
	    .dflt = "3", .help = "how often the limit has to hold" },
	{ ROW(load_limit, "p99", CONF_DURATION, p99), .max = DAY,
	    .help = "a step in which the p99 of sessions is longer does not hold" },
	{ NULL },
};

const struct conf_row load_file_rows[] = {
	{ ROW(load_file, "name", CONF_STR, name), .max = 64, .dflt = "load",
	    .help = "what reports call it" },
	{ ROW(load_file, "acs", CONF_OBJECT, acs), .rows = acs_rows,
	    NODE(load_file, acs_node), .help = "the ACS that is loaded" },
	{ ROW(load_file, "cpes", CONF_UINT, cpes), .is_required = true, .min = 1,
	    .max = LOAD_CPES_MAX, NODE(load_file, cpes_node),
	    .help = "CPEs of the whole fleet, all shards together" },
	{ ROW(load_file, "model", CONF_STR, model),
	    .help = "device model, by its path or name; generic-181 where absent" },
	{ ROW(load_file, "data", CONF_STR, data),
	    .help = "CSV file of what differs from CPE to CPE: a heading and a line "
		    "each" },
	{ ROW(load_file, "serial", CONF_STR, serial), .max = 64, .dflt = "LOAD0000001",
	    .help = "SerialNumber of the first CPE; its last digits count up" },
	{ ROW(load_file, "sources", CONF_IPV4_NET, sources),
	    NODE(load_file, sources_node),
	    .help = "addresses that sessions start from, a prefix that is local here" },
	{ ROW(load_file, "interval", CONF_DURATION, interval), .max = 365 * DAY,
	    .help = "PeriodicInformInterval; where absent what the model says" },
	{ ROW(load_file, "spread", CONF_BOOL, spread), .dflt = "yes",
	    .help = "the phases of CPEs are spread over the interval" },
	{ ROW(load_file, "bootstrap", CONF_BOOL, bootstrap), .dflt = "yes",
	    .help = "the first session of each CPE is its 0 BOOTSTRAP; no: it has been "
		    "there before" },
	{ ROW(load_file, "duration", CONF_DURATION, duration), .max = 365 * DAY,
	    NODE(load_file, duration_node),
	    .help = "of the run; where absent as long as its arrivals and storms "
		    "last" },
	{ ROW(load_file, "drain", CONF_DURATION, drain), .max = DAY, .dflt = "30s",
	    .help = "how long open sessions are waited for at the end" },
	{ ROW(load_file, "seed", CONF_UINT, seed), NODE(load_file, seed_node),
	    .help = "of all randomness, so that a run can be repeated" },
	{ ROW(load_file, "shard", CONF_STR, shard_text), NODE(load_file, shard_node),
	    .help = "which part of the fleet this process is: 2/4" },
	{ ROW(load_file, "arrival", CONF_OBJECT, arrival_rows), .rows = arrival_rows,
	    NODE(load_file, arrival_node), .help = "when sessions begin" },
	{ ROW(load_file, "mix", CONF_OBJECTS, mix_rows), .rows = mix_rows,
	    .item_size = sizeof(struct load_mix), .min = 1, .max = LOAD_MIXES_MAX,
	    NODE(load_file, mix_node), .help = "kinds of CPEs, and how many of each" },
	{ ROW(load_file, "storms", CONF_OBJECTS, storm_rows), .rows = storm_rows,
	    .item_size = sizeof(struct load_storm), .max = LOAD_STORMS_MAX,
	    NODE(load_file, storms_node), .help = "what befalls many CPEs at a time" },
	{ ROW(load_file, "probe", CONF_OBJECT, probe), .rows = probe_rows,
	    NODE(load_file, probe_node),
	    .help = "whether the operator still reaches one device" },
	{ ROW(load_file, "thresholds", CONF_STRINGS, threshold_texts),
	    .max = THRESHOLDS_MAX, NODE(load_file, thresholds_node),
	    .help = "what the run must hold: \"session.p99<500ms\", \"failed<0.1%\"" },
	{ ROW(load_file, "abort-on-fail", CONF_BOOL, abort_on_fail), .dflt = "no",
	    .help = "the run ends once a threshold cannot hold any more" },
	{ ROW(load_file, "abort-on-short", CONF_BOOL, abort_on_short), .dflt = "yes",
	    .help = "the run ends when the rate that was asked for is not reached" },
	{ ROW(load_file, "repeat", CONF_UINT, repeat), .min = 1, .max = 100,
	    .dflt = "1",
	    .help = "runs, one after another, for intervals of confidence" },
	{ ROW(load_file, "find-limit", CONF_OBJECT, limit), .rows = limit_rows,
	    NODE(load_file, limit_node),
	    .help = "step the rate to the most that the ACS carries" },
	{ NULL },
};
