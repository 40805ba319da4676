/* Diagnostics of a CPE (TR-098 1.8, TR-181 2.17): which objects of a data model they are, what
 * they go by, and what they find out. An ACS sets DiagnosticsState to "Requested"; the CPE runs
 * the diagnostic when the session is over, writes what it found, and begins a session with
 * "8 DIAGNOSTICS COMPLETE".
 *
 * Values alone: ping.h, trace.h and lookup.h decide what is sent when, agents/cpe/probe sends
 * it. A further diagnostic is a row of DIAG_KIND_MAP, its rows in diag_kinds.c, and what runs it
 * in agents/cpe/probe. */
#pragma once

#include "agents/cpe/model/model_values.h"
#include "lib/base/clock.h"

enum {
	DIAG_BLOCK_MAX = 65507, /* bytes in an IPv4 packet behind a header of 8 */
	DIAG_PINGS_MAX = 10000,
	DIAG_HOPS_MAX = 64, /* MaxHopCount, as the next (TR-181) */
	DIAG_TRIES_MAX = 3,
	DIAG_LOOKUPS_MAX = 100,        /* each has a row of its own */
	DIAG_TIMEOUT_MAX_MS = 3600000, /* for one answer */
	DIAG_FILE_MAX = 1 << 30,       /* bytes, of a download or an upload */
	DIAG_TEXT_MAX = 257,           /* a name, terminated */
	DIAG_ADDRESSES_MAX = 8,        /* of a name; TR-181 has room for 10 */
	DIAG_STATE_MAX = 64,           /* a DiagnosticsState, terminated */
};

/* XX(symbol, name) */
#define DIAG_KIND_MAP(XX)        \
	XX(PING, "IPPing")       \
	XX(TRACE, "TraceRoute")  \
	XX(DOWNLOAD, "Download") \
	XX(UPLOAD, "Upload")     \
	XX(LOOKUP, "NSLookup")

enum diag_kind {
#define XX(symbol, name) DIAG_##symbol,
	DIAG_KIND_MAP(XX)
#undef XX
	DIAG_KINDS,
	DIAG_UNKNOWN = DIAG_KINDS /* the model has it, the CPE cannot run it */
};

/* XX(symbol, what DiagnosticsState says, and what it says where the model has no such value)
 * Where it has neither, it says the first general error that it has. */
#define DIAG_OUTCOME_MAP(XX)                                                     \
	XX(COMPLETE, "Complete", "Completed")                                    \
	XX(NO_NAME, "Error_CannotResolveHostName", "Error_InitConnectionFailed") \
	XX(NO_ROUTE, "Error_NoRouteToHost", "Error_InitConnectionFailed")        \
	XX(TOO_FAR, "Error_MaxHopCountExceeded", "Error_Other")                  \
	XX(NO_CONNECTION, "Error_InitConnectionFailed", "Error_Other")           \
	XX(NO_RESPONSE, "Error_NoResponse", "Error_Timeout")                     \
	XX(LOGIN, "Error_LoginFailed", "Error_Other")                            \
	XX(NO_MODE, "Error_NoTransferMode", "Error_Other")                       \
	XX(NOT_WHOLE, "Error_TransferFailed", "Error_NoTransferComplete")        \
	XX(TOO_LATE, "Error_Timeout", "Error_NoTransferComplete")                \
	XX(NO_SERVER, "Error_DNSServerNotResolved", "Error_Other")               \
	XX(OTHER, "Error_Other", "Error_Internal")                               \
	XX(INTERNAL, "Error_Internal", "Error_Other")

enum diag_outcome {
#define XX(symbol, state, instead) DIAG_##symbol,
	DIAG_OUTCOME_MAP(XX)
#undef XX
};

struct diag_args {         /* what it goes by; texts are borrowed */
	struct str host;   /* or the URL */
	struct str server; /* NSLookup; empty: the CPE's own */
	uint64_t n;        /* repetitions, or tries for each hop */
	uint64_t timeout_ms;
	uint64_t size; /* bytes of a data block */
	uint64_t dscp;
	uint64_t hops;
	uint64_t length; /* of an upload */
};

struct diag_hop {         /* a row of RouteHops */
	uint32_t address; /* host order; 0: nobody answered */
	uint64_t code;    /* of ICMP */
	uint32_t n_tries;
	clock_ns times[DIAG_TRIES_MAX]; /* 0: no answer */
};

struct diag_answer { /* a row of Result */
	char status[32], type[20];
	char name[DIAG_TEXT_MAX];
	uint32_t n_addresses, addresses[DIAG_ADDRESSES_MAX];
	uint32_t server; /* 0: not known */
	clock_ns time;   /* 0: no answer */
};

struct
    diag_results { /* what it has found out; times of the day, 0: it did not come so far */
	enum diag_outcome outcome;
	uint64_t n_ok, n_failed;
	clock_ns least, mean, most; /* of the answers */
	uint32_t from;              /* the address it was asked from */
	clock_ns opening, opened, asked, begun, ended;
	uint64_t n_test_bytes, n_in, n_out; /* n_in, n_out: of the interface */
	struct diag_hop hops[DIAG_HOPS_MAX];
	uint32_t n_hops;
	struct diag_answer *answers; /* owned */
	uint32_t n_answers;
};

void diag_results_free(struct diag_results *results);

const char *diag_kind_name(enum diag_kind kind);

/* ---- what an ACS sets (diag_set.c) --------------------------------------------------- */

/* Whether a SetParameterValues may give the parameter this value: 0, or 9007 for a state that
 * only the CPE may set, and for an argument that is more than it can do. */
uint32_t diag_check_set(const struct model *model, const struct model_at *at,
    struct str value);

/* Before the values of a Set are put: an argument that is set makes the state None. 0
 * or the failure of model_values_put(). */
int diag_before_set(struct model_values *values, const struct model_at *at);

/* After all of them: "Canceled" becomes "None", and "Requested" needs its arguments. 0, 9007, or
 * a failure below 0. */
int diag_after_set(struct model_values *values, const struct model_at *at);

/* Whether setting it touches a diagnostic, and the object of that one. */
bool diag_is_touched(const struct model *model, const struct model_at *at,
    struct model_at *ret_object);

/* ---- what the CPE does (diag_values.c) ----------------------------------------------- */

/* The first object whose state is "Requested". */
bool diag_find_requested(const struct model_values *values,
    struct model_at *ret_object);

/* What it is, and what it goes by; texts are borrowed from values. */
enum diag_kind diag_read(const struct model_values *values,
    const struct model_at *object, struct diag_args *ret);

/* Writes what was found, and the state, which is put into state. What the model lacks is
 * left out. -ENOMEM, ERR_LIMIT: the state says Error_Internal then. */
int diag_write(struct model_values *values, const struct model_at *object,
    const struct diag_results *results, char state[DIAG_STATE_MAX]);

/* A boot: what was requested is not any more. */
void diag_forget(struct model_values *values);
