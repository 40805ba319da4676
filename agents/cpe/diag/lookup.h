/* NSLookup: the same question to a DNS server, again and again. What came of each is told to it,
 * with its time; each has a row of its own. */
#pragma once

#include "agents/cpe/diag/diag.h"

enum {
	LOOKUP_TIMEOUT_MS = 5000, /* where the ACS says 0 */
};

enum lookup_news {
	LOOKUP_FOUND,
	LOOKUP_UNKNOWN, /* the server knows no such name, or no address of it */
	LOOKUP_SILENT,
	LOOKUP_DEAF, /* nobody listens there */
	LOOKUP_FAILED,
};

struct lookup_answer {
	enum lookup_news news;
	bool is_authoritative;
	struct str name;
	const uint32_t *addresses; /* host order */
	size_t n_addresses;
};

struct lookup {
	uint64_t n;
	clock_ns timeout, sent_at;
	uint32_t server; /* host order; 0: not known */
	uint32_t n_done, n_ok;
	struct diag_answer *answers; /* owned */
};

/* -ENOMEM. lookup_free() in any case. */
int lookup_init(struct lookup *lookup, const struct diag_args *args, uint32_t server);
void lookup_free(struct lookup *lookup);

/* Whether there is one more question to ask: it is being asked now. */
bool lookup_asks(struct lookup *lookup, clock_ns now);

/* When the question that is out is to be given up. */
clock_ns lookup_due(const struct lookup *lookup);

/* What came of the question that is out: it fills the next row. */
void lookup_told(struct lookup *lookup, const struct lookup_answer *answer,
    clock_ns now);

/* The answers are *ret's from now on. */
void lookup_results(struct lookup *lookup, struct diag_results *ret);
