/* What `cwmplab load FILE` reads, and what the flags of `cwmplab load --acs URL ...`
 * say by the same rows (conf_new(), conf_set()):
 *
 *     name: evening
 *     acs: {url: "http://192.0.2.1:7547/cwmp", username: cpe, password: s3cret}
 *     cpes: 10000
 *     model: generic-181
 *     sources: 100.64.0.0/16
 *     interval: 300s
 *     duration: 5m
 *     arrival: {ramp: 60s}
 *     mix:
 *       - {weight: 70%, model: generic-181}
 *       - {weight: 30%, model: hp5920, tls: resumed, faults: [drop-after-inform]}
 *     storms:
 *       - {kind: power-cut, at: 60s, within: 5s}
 *     probe: {cpes: 3, every: 5s}
 *     thresholds: ["session.p99<500ms", "failed<0.1%"]
 *
 * All mistakes of a file come at once, each with its place. Nothing here looks at
 * other files. */
#pragma once

#include "lib/conf/conf.h"
#include "lib/load/arrival.h"
#include "lib/load/knee.h"
#include "lib/load/load_fault.h"
#include "lib/load/threshold.h"
#include "lib/quirk/quirk.h"

enum {
	LOAD_CPES_MAX = 1000000,
	LOAD_MIXES_MAX = 32,
	LOAD_STORMS_MAX = 32,
	LOAD_SHARDS_MAX = 1000,
	LOAD_PROBES_MAX = 16 /* CPEs: as many commands as an ACS takes at a time */
};

enum load_tls {           /* how a connection's handshake is done */
	LOAD_TLS_ANY,     /* resumed where the ACS gives tickets */
	LOAD_TLS_FULL,    /* never resumed */
	LOAD_TLS_RESUMED, /* always but for the first of a CPE */
};

#define LOAD_STORM_MAP(XX)                                                             \
	XX(BOOTSTRAP, "bootstrap",                                                     \
	    "factory-new CPEs boot for the first time within `within`")                \
	XX(POWER_CUT, "power-cut",                                                     \
	    "power fails at `at` and is back after `lasts`; all boot within `within`") \
	XX(UPLINK_CUT, "uplink-cut",                                                   \
	    "silence from `at` for `lasts`; CPEs are back with their old uptime")      \
	XX(ACS_RESTART, "acs-restart", "the ACS of a lab is stopped for `lasts`")      \
	XX(ACS_STORE, "acs-store",                                                     \
	    "the ACS of a lab cannot reach its store for `lasts`")                     \
	XX(CALL_SWEEP, "call-sweep", "the operator calls each CPE within `within`")    \
	XX(FIRMWARE, "firmware",                                                       \
	    "the operator downloads a file to each CPE within `within`")

enum load_storm_kind {
#define XX(symbol, name, what) LOAD_STORM_##symbol,
	LOAD_STORM_MAP(XX)
#undef XX
	LOAD_STORMS
};

const char *load_storm_name(enum load_storm_kind kind);

struct load_acs {
	const char *url;                 /* http or https */
	const char *username, *password; /* null: none */
	const char *trust;               /* PEM file, or "system"; null */
	/* Where the ACS takes an operator's commands: "unix:PATH" or PATH, of an ACS of ours;
	 * null: nowhere. */
	const char *door;
	const struct conf_node *url_node;
};

struct load_mix {
	uint64_t weight;    /* a part of the sum of all weights */
	const char *model;  /* null: that of the file */
	const char *policy; /* their ProvisioningCode; null: what the model says */
	int tls;            /* enum load_tls */
	struct quirks does; /* what they do wrong in every session */
	unsigned faults;    /* bit i: enum load_fault i */
	uint32_t fault_ppm; /* of their sessions that have one of the faults */

	/* As the rows bind them. */
	const char *weight_text, *share_text;
	struct conf_strings fault_names, quirks;
	const struct conf_node *weight_node, *quirks_node, *faults_node, *share_node;
};

struct load_storm {
	int kind;        /* enum load_storm_kind */
	clock_ns at;     /* since the start of the run */
	clock_ns lasts;  /* 0: no time at all */
	clock_ns within; /* those concerned act within it; 0: at once */
	uint32_t
	    ppm; /* of all CPEs, a band of their numbers from `first` on (a region) */
	uint32_t first_ppm; /* where the band begins, as a share of all CPEs */
	const char
	    *file; /* of firmware: the image, below /files/ of the ACS, or URL; null */
	uint64_t parallel; /* of an operator's: CPEs at a time; 0: any number */
	clock_ns dark;     /* of firmware: out of reach while it is flashed */
	uint32_t lost_ppm; /* of firmware: never return */

	/* As the rows bind them. */
	const char *share_text, *first_text, *lost_text;
	const struct conf_node *kind_node, *share_node, *first_node, *file_node,
	    *lost_node, *at_node;
};

struct load_probe {
	uint64_t cpes; /* marked; 0: no probe */
	clock_ns every;
	const char *parameter; /* that is set and read */
};

struct load_limit { /* find-limit */
	bool is_wanted;
	struct knee_options options;

	/* As the rows bind them. */
	const char *first, *max, *growth;
	clock_ns step, settle, p99;
	uint64_t repeats;
	const struct conf_node *first_node, *max_node, *growth_node, *settle_node;
};

struct load_stage {
	clock_ns length;
	const char *rate, *to;
	const struct conf_node *rate_node, *to_node;
};

struct load_arrival { /* as the rows bind it */
	const char *rate, *from;
	clock_ns ramp;
	int spacing; /* enum arrival_spacing */
	uint64_t burst, limit;
	struct conf_list stages; /* struct load_stage */
	const struct conf_node *rate_node, *from_node, *ramp_node, *burst_node,
	    *stages_node;
};

struct load_file {
	const char *name;
	struct load_acs acs;
	uint64_t cpes;
	const char *model;            /* null: generic-181 */
	const char *data;             /* CSV of what differs from CPE to CPE; null */
	const char *serial;           /* of the first; its digits count up */
	struct conf_ipv4_net sources; /* prefix and address 0: as the kernel picks */
	clock_ns interval; /* PeriodicInformInterval; 0: what the model says */
	bool spread;       /* phases are spread over the interval */
	bool bootstrap;    /* the first session of each CPE is 0 BOOTSTRAP */
	clock_ns duration; /* 0: as long as the arrivals last, or for ever */
	clock_ns drain;    /* how long open sessions are waited for at the end */
	uint64_t seed;
	const struct conf_node *seed_node; /* null: none was given */
	uint64_t shard, shards;            /* 1 of 1 */
	struct arrival_plan arrival; /* of all shards; its seed is that of the file */
	bool has_arrival; /* false: CPEs boot at once, and come when they are due */
	struct load_mix *mixes; /* in the document, as below; at least one */
	size_t n_mixes;
	struct load_storm *storms;
	size_t n_storms;
	struct load_probe probe;
	struct threshold *thresholds;
	size_t n_thresholds;
	bool abort_on_fail;
	bool abort_on_short; /* when the offered rate is not reached: on unless said */
	uint64_t repeat;     /* runs, one after another; 1 */
	struct load_limit limit;

	const struct conf_node *at; /* the mapping in which all of it stands */

	/* As the rows bind them. */
	struct load_arrival arrival_rows;
	struct conf_list mix_rows, storm_rows;
	struct conf_strings threshold_texts;
	const char *shard_text;
	const struct conf_node *acs_node, *cpes_node, *sources_node, *probe_node,
	    *arrival_node, *mix_node, *storms_node, *thresholds_node, *shard_node,
	    *duration_node, *limit_node;
};

/* Reads what stands at a node of the document, in which all of *ret lives on: at its root
 * where it is a file of its own. needs_acs: acs.url has to be there (it has not in a lab).
 * ERR_CONFIG with place and hint, of each mistake where the document notes them;
 * -ENOMEM. */
int load_file_read(struct load_file *ret, struct conf_doc *doc,
    const struct conf_node *at, bool needs_acs, struct error *err);

extern const struct conf_row load_file_rows[];

/* ---- load_value.c: values that rows of lib/conf have no type for ----------------- */

/* "800/s", "30/m", "36000/h", or a plain number, which is a second's: up to
 * ARRIVAL_RATE_MAX, with up to three decimals. 0 or ERR_MALFORMED. */
int load_rate(struct str text, double *ret);

/* "12.5%" to millionths, at most 100 %. 0 or ERR_MALFORMED. */
int load_share(struct str text, uint32_t *ret_ppm);

/* "2/4": shard 2 of 4. 0 or ERR_MALFORMED. */
int load_shard(struct str text, uint64_t *ret_shard, uint64_t *ret_shards);
