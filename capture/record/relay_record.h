/* A proxy of which the capture has both sides: a request of a CPE, and what became of it. */
#pragma once

#include "capture/record/http_record.h"

enum relay_loss { /* bits: what came to the proxy and was not passed on, or otherwise */
	RELAY_BODY = 1 << 0,
	RELAY_COOKIE = 1 << 1,       /* one that an ACS behind the proxy has set */
	RELAY_OTHER_COOKIE = 1 << 2, /* one of another CPE comes in its place */
	RELAY_SOAP_ACTION = 1 << 3,
	RELAY_CONTENT_TYPE = 1 << 4,
	RELAY_CREDENTIALS = 1 << 5,
	RELAY_SET_COOKIE = 1 << 6,
	RELAY_STATUS = 1 << 7,
	RELAY_LOSSES = 8,
};

struct relay_place {            /* where a request was passed on to */
	struct frame_ref frame; /* number 0: it was not */
	struct address acs;
	uint16_t port;
};

struct relay_record {
	struct address proxy;
	const struct http_record *asked; /* by the CPE */
	struct relay_place passed;
	/* The same of the session's request before, which the ACS there has answered well;
	 * frame.number 0: there is none. */
	struct relay_place before;
	struct frame_ref answered; /* by the ACS; number 0: not, or not yet */
	unsigned status;           /* of that answer */
	/* The answer to the CPE; null: there is none yet, and lost is about the request. */
	const struct http_record *given;
	unsigned lost; /* enum relay_loss */
	/* Where the request was not passed on, the answer to another one, which `given` is word
	 * for word; number 0: it is no such answer. */
	struct frame_ref replayed;
};
