/* What programs do wrong on the wire, on purpose: the quirks of CPEs (`quirks` of a device
 * model) and of ACSs (`misbehave`), each a row with its name, what is seen on the wire, and
 * the rule of `cwmplab check` that finds it.
 *
 * A message is written right first and then changed: as a value before it is written, by its
 * envelope's bytes as cwmp_write() makes them, or by the bytes of its HTTP head. What is not
 * a matter of one message, its owner does when quirks_conduct() says so. Nothing here keeps
 * a state or looks at a clock. */
#pragma once

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/conf/conf.h"
#include "lib/cwmp/cwmp.h"

enum {
	QUIRKS_MAX = 64, /* rows of a table */
	QUIRK_EDITS_MAX = 4
};

enum quirk_on { /* bits: which messages a row changes */
	QUIRK_ON_EMPTY = 1 << 0,
	QUIRK_ON_INFORM = 1 << 1,   /* Inform, InformResponse */
	QUIRK_ON_REQUEST = 1 << 2,  /* any other one */
	QUIRK_ON_RESPONSE = 1 << 3, /* to such a request */
	QUIRK_ON_FAULT = 1 << 4,
	QUIRK_ON_ENVELOPE =
	    QUIRK_ON_INFORM | QUIRK_ON_REQUEST | QUIRK_ON_RESPONSE | QUIRK_ON_FAULT,
	QUIRK_ON_ALL = QUIRK_ON_EMPTY | QUIRK_ON_ENVELOPE
};

enum quirk_conduct { /* bits: what the owner of the messages does */
	/* of a CPE */
	QUIRK_CONNECTION_PER_POST = 1 << 0,
	QUIRK_DUPLICATE_INFORM = 1 << 1, /* once more, after its InformResponse */
	QUIRK_EMPTY_POST_FIRST = 1 << 2, /* before the Inform */
	QUIRK_EARLY_EMPTY_POST = 1 << 3, /* before what it has to tell */
	QUIRK_CHUNKED = 1 << 4,          /* its envelopes */
	QUIRK_NO_BACK_OFF = 1 << 5,      /* the first wait before each retry */
	QUIRK_OPENS_AT_401 = 1 << 6,     /* a connection for what answers it */
	QUIRK_SAME_COUNT = 1 << 7,       /* of its nonce, in each digest */
	QUIRK_KEEPS_COOKIES = 1 << 17,   /* for its next session */
	/* of an ACS: with all that it is asked */
	QUIRK_ANSWERS_500 = 1 << 8,
	QUIRK_ANSWERS_GARBAGE = 1 << 9,
	QUIRK_ANSWERS_HALF = 1 << 10,
	QUIRK_ANSWERS_NOTHING = 1 << 11,
	QUIRK_ANSWERS = QUIRK_ANSWERS_500 | QUIRK_ANSWERS_GARBAGE | QUIRK_ANSWERS_HALF |
			QUIRK_ANSWERS_NOTHING,
	QUIRK_REFUSES = 1 << 12, /* nobody listens */
	/* of an ACS: in a session */
	QUIRK_ASKS_FIRST = 1 << 13,      /* a request answers the Inform */
	QUIRK_CLOSES = 1 << 14,          /* the connection, after each answer */
	QUIRK_ASKS_ONCE = 1 << 15,       /* it has no second request */
	QUIRK_FAILS_AT_FAULTS = 1 << 16, /* they are answered 400 */
};

/* Each stretch of text from `from` to the next `until` behind it (null: `from` alone)
 * becomes `to`. */
struct quirk_edit {
	const char *from, *until, *to;
};

struct quirk {
	const char *name;
	const char *wire; /* what is seen on the wire, for the manual */
	/* The rule that finds it; null: it is legal, or no rule is about it. */
	const char *rule;
	unsigned on; /* enum quirk_on: whose envelope and head are changed */
	unsigned conduct;
	/* Of an ACS: the fault that answers requests of the CPE; 0: none. It refuses
	 * Informs (QUIRK_ON_INFORM), or all other requests (QUIRK_ON_REQUEST). */
	uint16_t fault;
	unsigned refuses;
	/* Changes a message before it is written. asked is the request that it answers, or
	 * null; what is new of it lives in arena. */
	void (*message)(const struct cwmp_msg *asked, struct cwmp_msg *msg,
	    struct arena *arena);
	struct quirk_edit body[QUIRK_EDITS_MAX], head[QUIRK_EDITS_MAX];
	/* Changes bytes[0..len) in place, which it may shorten: the new length. */
	size_t (*body_bytes)(uint8_t *bytes, size_t len);
	size_t (*head_bytes)(uint8_t *bytes, size_t len);
};

/* Ended by a row without a name. */
extern const struct quirk quirks_of_cpe[], quirks_of_acs[];

struct quirks { /* those that are on; zeroed: none */
	const struct quirk *rows;
	uint64_t on; /* bit i: rows[i] */
};

const struct quirk *quirk_find(const struct quirk *rows, struct str name);

/* Its bit in quirks.on; 0 where there is no row of that name. */
uint64_t quirk_bit(const struct quirk *rows, struct str name);

/* Reads the names; node is where they stand. Each unknown one is a mistake at its place,
 * with the name that is nearest; called what ("quirk"). ERR_CONFIG. */
int quirks_bind(struct quirks *ret, const struct quirk *rows,
    const struct conf_doc *doc, const struct conf_node *node,
    const struct conf_strings *names, const char *what, struct error *err);

/* Those of more are on as well; both are of one table. */
void quirks_add(struct quirks *quirks, const struct quirks *more);

/* For struct conf_row.schema: a name or a list of names. */
void quirks_cpe_schema(struct json *json, const char *key);
void quirks_acs_schema(struct json *json, const char *key);

/* Prints the rows as paragraphs of a manual page, in man(7) macros. */
void quirks_man(struct buf *out, const struct quirk *rows);

/* The bits of enum quirk_conduct of all that are on. */
unsigned quirks_conduct(const struct quirks *quirks);

/* The fault that answers requests of this bit of enum quirk_on; 0: none. */
uint32_t quirks_fault(const struct quirks *quirks, enum quirk_on kind);

/* Each does nothing where no quirk is on. A failure is in the buffer's error. */
void quirks_message(const struct quirks *quirks, const struct cwmp_msg *asked,
    struct cwmp_msg *msg, struct arena *arena);

/* Changes an envelope that cwmp_write() has made (empty: there is none) and returns its
 * bit of enum quirk_on, for its head. */
unsigned quirks_envelope(const struct quirks *quirks, struct buf *envelope);

/* Changes the head that stands in out from start on, without its empty line. */
void quirks_head(const struct quirks *quirks, unsigned kind, struct buf *out,
    size_t start);

/* Appends what any request is answered with where conduct has a bit of QUIRK_ANSWERS; nothing
 * for QUIRK_ANSWERS_NOTHING. *ret_is_cut: the connection ends with it. */
void quirk_answer(unsigned conduct, struct buf *out, bool *ret_is_cut);
