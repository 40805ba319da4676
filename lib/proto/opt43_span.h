/* The bytes of an option 43 one after the other: what they mean and what is wrong with them,
 * for people who make it by hand. */
#pragma once

#include "lib/proto/opt43.h"

enum opt43_part {
	OPT43_PART_TYPE,
	OPT43_PART_LENGTH,
	OPT43_PART_URL,
	OPT43_PART_USERNAME,
	OPT43_PART_PASSWORD,
	OPT43_PART_BLANK, /* between two fields of the Comware layout */
	OPT43_PART_PROVIDER,
	OPT43_PART_CODE, /* provisioning code */
	OPT43_PART_MIN_WAIT,
	OPT43_PART_MULTIPLIER,
	OPT43_PART_PXE_TYPE,
	OPT43_PART_PXE_COUNT,
	OPT43_PART_PXE_SERVER,
	OPT43_PART_IDENTITY,
	OPT43_PART_OTHER, /* a value of another sub-option, or what follows in one */
	OPT43_PART_NUL,   /* at the end of a value: cut off */
	OPT43_PART_PAD,
	OPT43_PART_END,
	OPT43_PART_REST,  /* behind END: not read */
	OPT43_PART_ALONE, /* a type byte at the very end */
	/* Where a sub-option should begin there is a character instead: the length before it
	 * was too small. So it is with what is read as its length and its value. */
	OPT43_PART_SPILT,
};

struct opt43_span {
	enum opt43_part part;
	size_t at;
	struct str bytes; /* never empty */
	uint8_t type;     /* of the sub-option that it belongs to */
	size_t length_at; /* of SPILT and ALONE: the length before it; else 0 */
	/* What a length, or a number of servers, says, and what there is; of SPILT and ALONE
	 * there is what the length before it should say. */
	size_t says, there;
	unsigned deviations; /* enum opt43_deviation: wrong or odd about these bytes */
	bool is_secret;      /* a password, or what may be a part of one */
};

/* Hands over all spans in their order: together they are the bytes. acs is what opt43_parse()
 * read in the bytes leniently; the deviations of all spans are those that it found. */
void opt43_spans(struct str bytes, const struct opt43 *acs,
    void (*on_span)(void *user, const struct opt43_span *span), void *user);
