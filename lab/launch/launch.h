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
	/* Of a lab that is about to change: whether an interface of the plan is about to go, which the
	 * recorder and the carrier are then told no more. Null: none is. */
	bool (*leaves)(const void *user, uint32_t ns, uint32_t ifindex);
	const void *user;
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

/* Appends all that the program of node is started with, and what its certificates rest on, so that
 * two that are alike need not be told apart: what of it changes makes the program another one.
 * Of files only the paths are in it (launch_mark()). Errors as launch_program(). */
int launch_print(const struct launch_context *context, const struct node *node,
    struct buf *out, struct error *err);

/* A number that changes when a file that the program of the node reads at its start is written
 * again. */
uint64_t launch_mark(const struct node *node);

/* Who issues the certificates of a lab. */
struct issuer;

/* Makes folder, and in it the lab's CA (ca.pem), for each ACS and
 * proxy that speaks https its certificate, with all its names, and key (<node>.pem, <node>.key;
 * of a proxy <node>.both, too, with both), the same for
 * the CPEs of each node that have certificates, all in one file, and for ACSs that ask
 * for those the CRL of the lab's CA (crl.pem). Makes nothing in a lab that has no such
 * ACS, no CPEs and no load test. -errno when folder cannot be made or is there already;
 * else as pki_ca_new() (agents/pki/pki.h) and launch_issue_cpes(). The caller frees *ret, which may
 * be null, with launch_issuer_free(); folder is borrowed by it. */
int launch_prepare_tls(const struct topology *topology, const char *folder,
    struct issuer **ret, struct error *err);

/* The same in a lab that has changed, for nodes of which is_due (by number - 1): *issuer goes on, or
 * begins where there was no need of one. */
int launch_renew_tls(const struct topology *topology, const char *folder,
    const bool *is_due, struct issuer **issuer, struct error *err);

/* Safe with null. */
void launch_issuer_free(struct issuer *issuer);
