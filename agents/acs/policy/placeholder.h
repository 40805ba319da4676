/* What stands for something in the texts of a policy: "{serial}". "{{" is a brace. */
#pragma once

#include "lib/base/str.h"

struct buf;

enum placeholder {
	PLACEHOLDER_EACH,     /* of a loop: the path or name of this turn */
	PLACEHOLDER_INSTANCE, /* and the last instance number in it */
	PLACEHOLDER_I,        /* in the path of a loop: any instance */
	PLACEHOLDER_SERIAL,
	PLACEHOLDER_OUI,
	PLACEHOLDER_PRODUCT_CLASS,
	PLACEHOLDER_MANUFACTURER,
	PLACEHOLDER_CPE, /* OUI-ProductClass-SerialNumber */
	PLACEHOLDER_ADDRESS,
	PLACEHOLDER_URL, /* of the ACS */
	PLACEHOLDERS     /* none of them */
};

/* The next word in braces of *text, which goes on behind it. False: there is none. */
bool placeholder_next(struct str *text, struct str *ret_word);

enum placeholder placeholder_of(struct str word);
bool placeholder_is_of_loop(enum placeholder which);

/* Which one was meant, or which there are, in hint (of size), which is returned. */
const char *placeholder_hint(struct str word, char *hint, size_t size);

/* Appends text with each word replaced by values[enum placeholder]. */
void placeholder_expand(struct buf *out, struct str text,
    const struct str values[PLACEHOLDERS]);

/* Appends the text as a pattern: "*" for each word. */
void placeholder_pattern(struct buf *out, struct str text);
