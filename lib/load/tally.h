/* What became of all sessions of a run, as numbers that must add up:
 *
 *     offered = started + those not begun (by reason)
 *     started = completed + failed + shed + open
 *
 * A session is offered when its time has come, by the schedule, by a retry or because
 * the ACS has called; it is shed when the ACS answers 503; it is open until one of the
 * others. Whoever holds the sessions counts the open ones itself and tells them, so
 * that the sums prove something.
 *
 * Two times are kept of each phase. service: from the phase's own start to its end.
 * latency: the same with how late its session began, from the intended start. So a
 * generator that is held up cannot hide it. */
#pragma once

#include "lib/base/buf.h"
#include "lib/cwmp/cwmp.h"
#include "lib/load/hist.h"

#include <stdbool.h>
#include <stdint.h>

/* symbol, name in results and thresholds, what it lasts */
#define TALLY_PHASE_MAP(XX)                                                       \
	XX(SESSION, "session", "from the start of a session to its end")          \
	XX(BOOT, "boot", "from power on to the first InformResponse")             \
	XX(DHCP, "dhcp", "from DHCPDISCOVER to DHCPACK")                          \
	XX(DNS, "dns", "from the question to the answer")                         \
	XX(TCP, "tcp", "from SYN to the connection")                              \
	XX(TLS, "tls", "from ClientHello to the end of the handshake, all kinds") \
	XX(TLS_FULL, "tls-full", "the same of full handshakes")                   \
	XX(TLS_RESUMED, "tls-resumed", "the same of resumed ones")                \
	XX(EMPTY, "empty", "from the empty POST to its answer")                   \
	XX(DOWNLOAD, "file-download", "from GET to the last byte of a file")      \
	XX(UPLOAD, "file-upload", "from PUT to its answer")                       \
	XX(PROBE_CALL, "probe-call", "from a connection request to the session")  \
	XX(PROBE_SET, "probe-set", "an operator's set, until the device has it")  \
	XX(PROBE_GET, "probe-get", "an operator's get, until the value is there") \
	XX(CALL, "call", "from the operator's call until the device comes")       \
	XX(UPDATE, "update", "from the order until the device tells of the new image")

enum tally_phase_id {
#define XX(symbol, name, what) TALLY_##symbol,
	TALLY_PHASE_MAP(XX)
#undef XX
	TALLY_RPC, /* and the RPCs behind it, by enum cwmp_method */
	TALLY_PHASES = TALLY_RPC + CWMP_METHODS
};

#define TALLY_LAYER_MAP(XX) \
	XX(DHCP, "DHCP")    \
	XX(DNS, "DNS")      \
	XX(TCP, "TCP")      \
	XX(TLS, "TLS")      \
	XX(HTTP, "HTTP")    \
	XX(SOAP, "SOAP")    \
	XX(CWMP, "CWMP")

enum tally_layer {
#define XX(symbol, name) TALLY_LAYER_##symbol,
	TALLY_LAYER_MAP(XX)
#undef XX
	TALLY_LAYERS
};

#define TALLY_SKIP_MAP(XX)                                                            \
	XX(BUSY, "busy", "the CPE was still in the session before")                   \
	XX(FULL, "full",                                                              \
	    "the ACS held as many sessions open as this machine has descriptors for") \
	XX(ENDED, "ended", "the run ended or drained")                                \
	XX(OWN, "own", "this machine had no descriptor, port or memory for it")

enum tally_skip { /* why what was offered did not start */
#define XX(symbol, name, what) TALLY_SKIP_##symbol,
	TALLY_SKIP_MAP(XX)
#undef XX
	TALLY_SKIPS
};

enum tally_step { /* how a step of a session ended */
	TALLY_EXPECTED,
	TALLY_UNEXPECTED, /* an answer, but not one that the step allows */
	TALLY_TIMED_OUT,
	TALLY_STEPS
};

enum {
	TALLY_FAILURES_MAX = 64, /* reasons that are told apart */
	TALLY_REASON_MAX = 80,   /* bytes of one, terminated */
	TALLY_ACCOUNTS_MAX = 8,
	TALLY_WHO_MAX = 32
};

/* How far a session that failed had come: who else can know of it. */
#define TALLY_REACH_MAP(XX)                                                          \
	XX(UNSENT, "unsent", "no packet of it was sent")                             \
	XX(UNHEARD, "unheard", "a connection was tried, and nothing was said on it") \
	XX(UNANSWERED, "unanswered", "it has spoken, and no session answered")       \
	XX(CUT, "cut", "its last message has no answer")                             \
	XX(BROKEN, "broken", "it ended behind an answer")

enum tally_reach {
#define XX(symbol, name, what) TALLY_REACH_##symbol,
	TALLY_REACH_MAP(XX)
#undef XX
	TALLY_REACHES
};

struct tally_phase {
	struct hist latency, service; /* of those that ended as expected */
	uint64_t steps[TALLY_STEPS];
};

struct tally_failure {
	enum tally_layer layer;
	char reason[TALLY_REASON_MAX];
	uint64_t count;
};

struct tally {
	uint64_t offered;
	uint64_t retried; /* of these: retries (TR-069 A6 3.2.1.1) */
	uint64_t skipped[TALLY_SKIPS];
	uint64_t started, completed, failed, shed;
	uint64_t open; /* as tally_set_open() was told last */
	uint64_t failed_by[TALLY_LAYERS];
	uint64_t reached[TALLY_REACHES]; /* of failed, as tally_reach() was told */
	uint64_t moved; /* of failed: that had gone on on another connection */
	uint64_t shed_without_wait; /* 503 without Retry-After */
	uint64_t longest_wait_s;    /* the largest Retry-After */
	struct tally_phase phases[TALLY_PHASES];
	struct hist lateness; /* of each start, behind the intended one */
	struct hist recent;   /* latency of the sessions since tally_recent_reset() */
	struct tally_failure failures[TALLY_FAILURES_MAX];
	size_t n_failures;
	uint64_t other_failures; /* of reasons that found no room */
	int error; /* sticky: -ENOMEM; a value was not kept in a histogram */
};

/* A tally is zeroed to begin with. Safe to repeat. */
void tally_free(struct tally *tally);

/* "session", "Inform"; the title is null of an RPC. */
const char *tally_phase_name(unsigned phase);
const char *tally_phase_title(unsigned phase);
/* -1 where there is none; ASCII case does not count. */
int tally_phase_find(struct str name);
static inline unsigned tally_phase_rpc(enum cwmp_method method)
{
	return TALLY_RPC + (unsigned)method;
}
const char *tally_layer_name(enum tally_layer layer);
const char *tally_skip_name(enum tally_skip skip);
const char *tally_skip_title(enum tally_skip skip);
const char *tally_reach_name(enum tally_reach reach);

/* ---- told by whoever holds the sessions ------------------------------------------ */

void tally_offer(struct tally *tally, bool is_retry);
void tally_skip(struct tally *tally, enum tally_skip why);
void tally_start(struct tally *tally, uint64_t late_us);
/* Ends a session, as tally_fail() and tally_shed() do. latency_us counts from the
 * intended start. */
void tally_complete(struct tally *tally, uint64_t latency_us, uint64_t service_us);
/* reason is a few fixed words without numbers of one CPE ("connection refused"), copied
 * and cut to TALLY_REASON_MAX. */
void tally_fail(struct tally *tally, enum tally_layer layer, const char *reason);
/* How far the session that failed last had come, and whether it had gone on on another
 * connection. */
void tally_reach(struct tally *tally, enum tally_reach reach, bool has_moved);
/* wait_s below 0: the answer had no Retry-After. */
void tally_shed(struct tally *tally, int64_t wait_s);
void tally_set_open(struct tally *tally, uint64_t open);

/* A phase that ended as expected. TALLY_SESSION is tally_complete()'s. */
void tally_phase(struct tally *tally, unsigned phase, uint64_t latency_us,
    uint64_t service_us);
/* One that did not. */
void tally_step(struct tally *tally, unsigned phase, enum tally_step how);

/* ---- asked ----------------------------------------------------------------------- */

/* All that was offered and did not start. */
uint64_t tally_skipped(const struct tally *tally);

/* Adds the tally of a shard. The reasons of failures that find no room are counted in
 * other_failures. */
void tally_merge(struct tally *into, const struct tally *from);

void tally_recent_reset(struct tally *tally);

/* Whether the two sums hold; else appends a line for each that does not, with its
 * numbers. */
bool tally_adds_up(const struct tally *tally, struct buf *why);

/* What somebody has counted of the run: the fleet, the ACS, the capture. UINT64_MAX: it
 * cannot know. */
struct tally_account {
	char who[TALLY_WHO_MAX]; /* "fleet", "ACS", "capture" */
	uint64_t sessions;       /* that it has seen begin */
	uint64_t completed, failed, shed, open;
	bool sees_packets; /* of sessions without a message, too: a capture */
	/* The fleet's own, of failed. */
	uint64_t reached[TALLY_REACHES], moved;
};

/* The tally's own account, called "fleet". */
struct tally_account tally_account(const struct tally *tally);
