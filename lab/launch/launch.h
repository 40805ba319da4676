/* How the program of a node is started: its arguments, its configuration, and what shows
 * that it serves. One function a program; each writes into a struct launch and touches
 * nothing else. */
#pragma once

#include "lab/kernel/fabric.h"
#include "lib/base/buf.h"

/* In the order of starting; stopped the other way round. */
enum stage {
	STAGE_RECORDER, /* before the first packet, after the last */
	STAGE_LINKS,    /* without which no packet passes */
	STAGE_SERVERS,
	STAGE_CLIENTS
};

enum {
	LAUNCH_ARGS_MAX = 24,
	LAUNCH_ENV_MAX = 64,
	LAUNCH_FILES_MAX = 64,
	LAUNCH_PATH_MAX = 160,
	LAUNCH_CONTROL_FD = 3 /* the control channel as an agent finds it */
};

struct launch_context {
	const struct plan *plan;
	const struct fabric *fabric;
	const char *out; /* the folder of results, as a path that works in the lab */
	const char *tls; /* folder of the lab's CA and certificates */
	bool captures;   /* then TLS secrets are kept */
	uint64_t seed;
	clock_ns elapsed; /* since the schedules of links began */
};

struct launch_file {
	const char *to; /* below the folder */
	const char
	    *from; /* a file that is copied, with its right to be executed; or null */
	struct str bytes; /* what is in it, instead */
};

struct launch {
	enum stage stage;
	const char *argv[LAUNCH_ARGS_MAX]; /* ended by null; of the arena or the node */
	const char *package; /* of Debian, in which others find the program; or null */
	const char *env[LAUNCH_ENV_MAX + 1]; /* "NAME=value", ended by null */
	bool is_agent; /* one of our programs: says "ready" on its control channel */
	/* Of other programs: ready once these are bound and answer; both 0: at once. */
	unsigned udp_port, tcp_port;
	clock_ns within; /* how long that may take; 0: as the stage */
	/* Where it runs, made if absent, with the files that are put there before; null: where
	 * its starter does. */
	const char *folder;
	struct launch_file files[LAUNCH_FILES_MAX];
	size_t n_files;
	struct buf conf; /* written to conf_path, if not "", before it is started */
	char conf_path[LAUNCH_PATH_MAX];
	struct arena arena;
};

/* When the program of a node is started. */
enum stage launch_stage(const struct node *node);

/* Fills launch for the program of node, or for the recorder when node is null. argv[0]
 * is null for a node without a program. launch borrows from the node. ERR_USAGE for
 * what the program of the chosen engine cannot do, ERR_LIMIT for what is too long,
 * -ENOMEM. The caller frees launch with launch_free(), also after a failure. */
int launch_program(const struct launch_context *context, const struct node *node,
    struct launch *launch, struct error *err);

/* The name of the carrier of links, in its configuration, its log and its events. Not that of a
 * node: those have no "~". */
#define LAUNCH_CARRIER "links~"

/* Whether any link of the plan needs a carrier in user space. */
bool launch_wants_carrier(const struct plan *plan);

/* Fills launch for the carrier of those links. Errors as launch_program(). The caller frees launch
 * with launch_free(), also after a failure. */
int launch_carrier(const struct launch_context *context, struct launch *launch,
    struct error *err);

void launch_free(struct launch *launch);

/* Makes folder, and in it the lab's CA (ca.pem), for each ACS and
 * proxy that speaks https its certificate, with all its names, and key (<node>.pem, <node>.key;
 * of a proxy <node>.both, too, with both), the same for
 * the CPEs of each node that have certificates, all in one file, and for ACSs that ask
 * for those the CRL of the lab's CA (crl.pem). Makes nothing in a lab that has no such
 * ACS, no CPEs and no load test. -errno when folder cannot be made or is there already;
 * else as pki_ca_new() (agents/pki/pki.h) and launch_issue_cpes(). */
int launch_prepare_tls(const struct topology *topology, const char *folder,
    struct error *err);
