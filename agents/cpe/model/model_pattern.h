/* Patterns of values: regular expressions as XML Schema has them (part 2, F), which match
 * the whole of a text. Literals, ".", classes ("[a-fA-F0-9]", "[^,]"), groups, "|", the
 * quantifiers ? * + {n} {n,} {n,m}, and \d \D \s \S \w \W; a backslash before any other
 * character stands for that one. Characters are bytes: what is not ASCII matches ".", negated
 * classes, and itself. Some patterns have a name: mac, ipv4, ipv6, ip, uuid, hex.
 *
 * A text is matched in time that is linear in it: all ways at once, no way twice. */
#pragma once

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/str.h"

#include <stdbool.h>

enum {
	MODEL_PATTERN_STEPS_MAX = 4096, /* after quantifiers are written out */
	MODEL_PATTERN_DEPTH_MAX = 32,   /* groups in groups */
	MODEL_PATTERN_REPEAT_MAX = 1000
};

struct model_pattern;

/* Makes a pattern in arena. ERR_MALFORMED with words that begin with the character's number
 * where text is none; ERR_LIMIT when it is too long; -ENOMEM. */
int model_pattern_make(struct str text, struct arena *arena,
    const struct model_pattern **ret, struct error *err);

/* Whether all of text is as the pattern wants it. */
bool model_pattern_matches(const struct model_pattern *pattern, struct str text);
