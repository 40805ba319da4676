/* Option 43 as an ACS is handed out in it: the layout of TR-069 (sub-options 1-4), and
 * Comware's, in which sub-option 1 is "URL user password" (HP 5920, H3C guides). Both have
 * the same tags; a blank in sub-option 1 tells them apart. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/str.h"

#include <stdbool.h>
#include <stdint.h>

/* ELTEX: 1 URL, 2 provisioning code, 3 username, 4 password. */
enum opt43_layout {
	OPT43_UNKNOWN,
	OPT43_TR069,
	OPT43_COMWARE,
	OPT43_ELTEX,
	OPT43_PXE
};

enum opt43_deviation { /* bits: forgiven in lenient mode, or merely odd */
	OPT43_LENGTH_PAST_END = 1 << 0, /* clamped to the end of the option */
	OPT43_TRAILING_NUL = 1 << 1,    /* cut off */
	OPT43_DUPLICATE = 1 << 2,       /* the first copy counts */
	OPT43_END_INSIDE = 1 << 3,      /* 255 ends the list (dnsmasq sends it) */
	OPT43_PAD_INSIDE = 1 << 4,
	OPT43_DANGLING_TYPE = 1 << 5, /* one byte left over at the end */
	OPT43_BAD_NUMBER = 1 << 6,    /* sub-option 3 or 4 is no number in range */
	OPT43_DESCENDING = 1 << 7,    /* allowed, but unusual */
	OPT43_EXTRA_BLANK = 1 << 8,   /* Comware: an empty field, or more than three */
};

enum {
	OPT43_DEVIATIONS = 9, /* bits of enum opt43_deviation, from the lowest on */
};

enum { /* of what is sent in TR-069's layout */
	OPT43_RETRY_WAIT_MIN = 1,
	OPT43_RETRY_MULTIPLIER_MIN = 1000,
	OPT43_RETRY_MAX = 65535,
	OPT43_BYTES_MAX = 255, /* of an option that is not split (RFC 3396) */
};

/* Types of sub-options, beside those that are numbers of one layout alone. */
enum opt43_type {
	OPT43_SUB_PAD = 0,
	OPT43_SUB_ACS = 1,
	OPT43_SUB_IDENTITY_FIRST = 11,
	OPT43_SUB_IDENTITY_LAST = 16,
	OPT43_SUB_SELF = 43, /* none: option 43 within option 43 */
	OPT43_SUB_PXE = 0x80,
	OPT43_SUB_END = 255,
	OPT43_SUBS_NAMED = 5, /* 1-4, and 0 unused */
};

struct opt43 { /* views point into the parsed bytes */
	enum opt43_layout layout;
	struct str url, username, password;
	struct str provisioning_code; /* TR-069 and Eltex 2 */
	struct str service_provider;  /* Comware 2 */
	bool has_min_wait, has_multiplier;
	uint32_t retry_min_wait;   /* seconds, 1-65535 */
	uint32_t retry_multiplier; /* 1000-65535 */
	struct str pxe;            /* Comware sub-option 0x80, as it is */
	bool has_identity;         /* sub-options 11 to 16 (TR-069 A6 Annex F) */
	unsigned deviations;       /* enum opt43_deviation */
	size_t deviation_offset;   /* of the first one */
};

/* Strict: ERR_MALFORMED for LENGTH_PAST_END and DANGLING_TYPE, with the offset of the
 * sub-option in err ("sub-option 1 at byte 0: length 59 past the end, 40 bytes follow").
 * Lenient: clamps and notes it in deviations. The worked example that the vendor's guide
 * prints is wrong in just this way. */
int opt43_parse(struct opt43 *out, const void *bytes, size_t len, bool is_lenient,
    struct error *err);

/* One item of the list, as it stands in the bytes. */
struct opt43_sub {
	size_t at;    /* of the type byte */
	uint8_t type; /* PAD and END are bytes alone */
	bool has_length;
	uint8_t length;   /* as it is written */
	struct str value; /* fewer bytes than that where they go past the end */
};

/* The item at *at, which goes on behind it; false at the end of the bytes. What follows
 * END is the caller's to pass over. */
bool opt43_next(struct str bytes, size_t *at, struct opt43_sub *ret);

/* The same of sub-options that are taken apart already, sub[1] to sub[4], as option 125 and
 * DHCPv6's option 17 have them (TR-069 A6 3.1). A number that is none is noted in deviations. */
void opt43_from_subs(struct opt43 *out, const struct str sub[]);

/* What a server that is set up wrongly sends in the place of sub-options. */
enum opt43_mistake {
	OPT43_NO_MISTAKE,
	OPT43_BARE_URL, /* as text */
	OPT43_NESTED,   /* option 43 within option 43 */
	OPT43_DIGITS,   /* those of its bytes, as text */
};

enum opt43_mistake opt43_find_mistake(struct str value);

/* The same in words that follow "option 43"; null: none of those. */
const char *opt43_mistake(struct str value);

/* Appends the sub-options of in for layout TR069 or COMWARE. ERR_LIMIT when a
 * sub-option is over 255 bytes, ERR_MALFORMED when a Comware field has a blank in it, a
 * password comes without a user or a user without a URL, ERR_UNSUPPORTED for the other
 * layouts. */
int opt43_write(struct buf *out, const struct opt43 *in, struct error *err);

/* "a length past the end, clamped"... for one bit of enum opt43_deviation. */
const char *opt43_deviation_name(enum opt43_deviation bit);

/* Whether a value is that of PXE servers, whose type can only be 0. */
bool opt43_is_pxe(struct str value);

const char *opt43_layout_name(enum opt43_layout layout); /* "tr069", "comware"... */
