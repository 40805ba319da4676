/* The rules that a capture is judged by: a catalogue as data and one small function each.
 *
 * The observer (observer.h) makes records of what is on the wire and tells what has become
 * whole (whole.h); the judge (judge.h) hands that to the rules. A rule looks at its view and
 * says what it found. It speaks only when the capture shows enough: what a rule needs is in
 * its row, and the judge asks it only where that is there.
 *
 * Families of rules are the files of capture/rules/, each a table of rows. */
#pragma once

#include "capture/facts/finding.h"
#include "capture/facts/rule_options.h"
#include "capture/observe/whole.h"
#include "lib/base/compiler.h"

enum rule_verdict {
	RULE_SILENT,     /* there was nothing that the rule is about */
	RULE_KEPT,       /* there was, and it is as it should be */
	RULE_BROKEN,     /* rule_broken() was told */
	RULE_NOT_JUDGED, /* there was, but the capture does not show enough */
	RULE_VERDICTS,
};

struct rule {
	const char *id; /* "SES-09"; null ends a table */
	enum rule_who who;
	enum rule_severity severity;
	const char *basis;   /* "TR-069 A6 3.7.1.4" */
	const char *text;    /* the rule in one plain sentence */
	const char *example; /* what breaking it looks like, one to three lines */
	enum whole_what scope;
	unsigned on; /* of scope WHOLE_MESSAGE: enum http_sort, all those it looks at */
	unsigned needs; /* enum shown: asked only when the session shows all of it */
	bool is_common; /* the field breaks it often: a note for tolerant readers */
	enum rule_verdict (*check)(struct whole *view);
	const struct rule_check *more; /* what else there is to ask; may be null */
};

struct rule_check { /* the last has a null check */
	enum whole_what scope;
	unsigned on, needs;
	enum rule_verdict (*check)(struct whole *view);
};

/* The catalogue: rule_at(0) to rule_at(rules_count() - 1), in the order of families
 * (catalogue.h) and of numbers. */
size_t rules_count(void);
const struct rule *rule_at(size_t i);
/* The rule of that id, in upper or lower case; null where there is none. */
const struct rule *rule_find(const char *id);
/* Whether a judge with these options asks this rule. */
bool rule_is_wanted(const struct rule *rule, const struct rule_options *options);

/* ---- for rules ---------------------------------------------------------------------- */

/* The rule is broken by the message http (who: its sender, frame: its last). The text
 * is one sentence with the values that prove it, cut at 400 bytes; passwords in its
 * URLs are left out, other secrets must not be in it. Returns RULE_BROKEN. */
enum rule_verdict rule_broken(struct whole *view, const struct http_record *http,
    const char *fmt, ...) ATTR_PRINTF(3, 4) ATTR_COLD;

/* The same for a rule that is broken otherwise: who broke it (never RULE_BY_BOTH), and
 * the frame that shows it. Returns RULE_BROKEN. */
enum rule_verdict rule_broken_at(struct whole *view, enum rule_who who,
    struct frame_ref frame, const char *fmt, ...) ATTR_PRINTF(4, 5) ATTR_COLD;

/* What the rule tells next is nothing that the field tolerates, though is_common says so of
 * others of its findings. */
void rule_not_common(struct whole *view);

/* The capture does not show enough: why, in words for people ("start of session
 * missing"), a literal. Of each rule the first reason is kept. Returns
 * RULE_NOT_JUDGED. */
enum rule_verdict rule_not_judged(struct whole *view, const char *why) ATTR_COLD;

/* Whether deviations that are common in the field and widely tolerated count, too
 * (rule_options.h, is_strict). */
bool rule_is_strict(const struct whole *view);

/* The verdict on two things, of which a was looked at before b: broken where either is,
 * else that on the later one that is not silent. */
static inline enum rule_verdict rule_worse(enum rule_verdict a, enum rule_verdict b)
{
	if (a == RULE_BROKEN || b == RULE_SILENT)
		return a;
	return b;
}

static inline enum rule_verdict rule_kept_if(bool is_kept)
{
	return is_kept ? RULE_KEPT : RULE_SILENT;
}
