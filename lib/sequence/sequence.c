#include "lib/sequence/sequence.h"

#include "lib/base/cut.h"
#include "lib/cwmp/cwmp.h"

#include <errno.h>
#include <stdlib.h>

#define ROW(type_, member, key_, kind, help_) \
	.key = key_, .type = kind, .offset = offsetof(type_, member), .help = help_

static const char *const see_names[] = { "lease", "look-up", "open", "tls", "cpe-sends",
	"acs-sends", "close", "session", "call", "transfer", NULL };

static const char *const family_names[] = { "any", "v4", "v6", NULL };

static const struct conf_row step_rows[] = {
	{ ROW(struct sequence_step, step, "step", CONF_UINT, "its number"), .max = 999,
	    .is_required = true },
	{ ROW(struct sequence_step, what, "what", CONF_STR, "in words, for the report"),
	    .is_required = true, .max = 80 },
	{ ROW(struct sequence_step, see, "see", CONF_ENUM, "what must be on the wire"),
	    .names = see_names, .is_required = true },
	{ ROW(struct sequence_step, to, "to", CONF_STR, "URL, or $name of one") },
	{ ROW(struct sequence_step, family, "family", CONF_ENUM,
	      "of an open: by which it is"),
	    .names = family_names, .dflt = "any" },
	{ ROW(struct sequence_step, message, "message", CONF_STR,
	    "name of the envelope's RPC, or empty") },
	{ ROW(struct sequence_step, event, "event", CONF_STRINGS,
	    "codes that the Inform has, all of them") },
	{ ROW(struct sequence_step, parameter, "parameter", CONF_STR,
	    "end of the name of a parameter in it") },
	{ ROW(struct sequence_step, value, "value", CONF_STR, "its value, or $name") },
	{ ROW(struct sequence_step, not_value, "not-value", CONF_STR,
	    "what it must not be") },
	{ ROW(struct sequence_step, as, "as", CONF_STR, "keeps its value as $name") },
	{ ROW(struct sequence_step, status, "status", CONF_STRINGS,
	    "allowed Status of a response, or HTTP status of a call") },
	{ ROW(struct sequence_step, is_later, "later", CONF_BOOL,
	    "other messages of the session may come before") },
	{ ROW(struct sequence_step, is_optional, "optional", CONF_BOOL,
	    "it may be missing") },
	{ ROW(struct sequence_step, is_never, "never", CONF_BOOL,
	    "it must not be seen before the next step, or to the end") },
	{ ROW(struct sequence_step, at_least, "at-least", CONF_UINT, "times in a row"),
	    .min = 1, .max = 100000 },
	{ ROW(struct sequence_step, at_most, "at-most", CONF_UINT, "times in a row"),
	    .min = 1, .max = 100000 },
	{ ROW(struct sequence_step, within, "within", CONF_DURATION,
	      "of the step before"),
	    .max = SEQUENCE_TIME_MAX_S * (uint64_t)NS_PER_S },
	{ ROW(struct sequence_step, after, "after", CONF_DURATION,
	      "the step before, not earlier"),
	    .max = SEQUENCE_TIME_MAX_S * (uint64_t)NS_PER_S },
	{ NULL },
};

const struct conf_row sequence_rows[] = {
	{ ROW(struct sequence, name, "name", CONF_STR,
	      "what --sequence and reports call it"),
	    .is_required = true, .max = 64 },
	{ ROW(struct sequence, title, "title", CONF_STR, "in words"), .dflt = "" },
	{ ROW(struct sequence, steps, "steps", CONF_OBJECTS, "in order"),
	    .rows = step_rows, .item_size = sizeof(struct sequence_step),
	    .is_required = true },
	{ NULL },
};

/* Whether an earlier step keeps the value that "$name" stands for. */
static bool is_kept(const struct sequence_step *steps, size_t n, const char *name)
{
	if (strcmp(name, "acs_url") == 0 || strcmp(name, "session_url") == 0)
		return true;
	for (size_t i = 0; i < n; i++) {
		if (steps[i].as && strcmp(steps[i].as, name) == 0)
			return true;
	}
	return false;
}

static int check_name(const struct sequence *sequence, size_t i, const char *key,
    const char *text, struct error *err)
{
	const struct conf_node *steps = conf_get(sequence->doc->root, "steps");

	if (!text || text[0] != '$' || is_kept(sequence->steps.items, i, text + 1))
		return 0;
	return conf_fail(sequence->doc, conf_get(steps->items[i], key),
	    "an earlier step keeps it with \"as\"", err, "nothing is kept as \"%s\"",
	    text + 1);
}

static bool is_message(const char *name)
{
	struct str text = str_of(name);
	static const struct str suffix = { "Response", 8 };

	if (strcmp(name, "empty") == 0 || strcmp(name, "Fault") == 0 ||
	    cwmp_method_of(text) != CWMP_UNKNOWN_METHOD)
		return true;
	return str_ends(text, suffix) &&
	       cwmp_method_of(str_make(text.p, text.len - suffix.len)) !=
		   CWMP_UNKNOWN_METHOD;
}

static bool can_be_never(int see)
{
	return see == SEE_OPEN || see == SEE_SESSION || see == SEE_CALL ||
	       see == SEE_CPE_SENDS || see == SEE_ACS_SENDS;
}

/* How often and when. */
static int check_terms(const struct sequence *sequence, const struct conf_node *node,
    const struct sequence_step *step, struct error *err)
{
	if (step->at_most > 0 && step->at_most < MAX(step->at_least, (uint64_t)1))
		return conf_fail(sequence->doc, conf_get(node, "at-most"), NULL, err,
		    "at-most is less than at-least");
	if (step->within > 0 && step->after > step->within)
		return conf_fail(sequence->doc, conf_get(node, "after"), NULL, err,
		    "after is later than within");
	if (!step->is_never)
		return 0;
	if (!can_be_never(step->see))
		return conf_fail(sequence->doc, conf_get(node, "never"),
		    "never goes with open, session, call, cpe-sends and acs-sends", err,
		    "this cannot be never seen");
	if (step->is_optional || step->at_least > 0 || step->at_most > 0 ||
	    step->within > 0 || step->after > 0 || step->as)
		return conf_fail(sequence->doc, node,
		    "leave out optional, at-least, at-most, within, after and as", err,
		    "what is never seen has no number and no time");
	return 0;
}

static int check_step(const struct sequence *sequence, size_t i, struct error *err)
{
	const struct conf_node *node = conf_get(sequence->doc->root, "steps")->items[i];
	const struct sequence_step *step =
	    &((const struct sequence_step *)sequence->steps.items)[i];
	bool sends = step->see == SEE_CPE_SENDS || step->see == SEE_ACS_SENDS;
	int r;

	if (sends && !step->message)
		return conf_fail(sequence->doc, node, "message: Inform, or empty", err,
		    "which message is to be sent?");
	if (step->message && !is_message(step->message))
		return conf_fail(sequence->doc, conf_get(node, "message"), NULL, err,
		    "no RPC of CWMP is named \"%s\"", step->message);
	if (step->see == SEE_LOOK_UP && !step->to)
		return conf_fail(sequence->doc, node, "to: $acs_url", err,
		    "whose address is looked up?");
	if (step->family != FAMILY_ANY && (step->see != SEE_OPEN || step->is_never))
		return conf_fail(sequence->doc, conf_get(node, "family"),
		    "it goes with open, and not with never", err,
		    "only a connection that is opened is of a family");
	r = check_terms(sequence, node, step, err);
	if (r < 0)
		return r;
	if ((step->as || step->value || step->not_value) && !step->parameter)
		return conf_fail(sequence->doc, node, "add parameter", err,
		    "the value of which parameter?");
	r = check_name(sequence, i, "to", step->to, err);
	if (r == 0)
		r = check_name(sequence, i, "value", step->value, err);
	return r < 0 ? r : check_name(sequence, i, "not-value", step->not_value, err);
}

static int bind(struct sequence *sequence, struct error *err)
{
	int r =
	    conf_bind(sequence->doc, sequence->doc->root, sequence_rows, sequence, err);

	if (r < 0)
		return r;
	if (sequence->steps.len == 0 || sequence->steps.len > SEQUENCE_STEPS_MAX)
		return conf_fail(sequence->doc, conf_get(sequence->doc->root, "steps"),
		    NULL, err, "a sequence has 1 to %d steps", SEQUENCE_STEPS_MAX);
	for (size_t i = 0; i < sequence->steps.len && r == 0; i++)
		r = check_step(sequence, i, err);
	return r;
}

static int finish(struct conf_doc *doc, struct sequence **ret, struct error *err)
{
	auto_cleanup(sequence_free) struct sequence *sequence =
	    calloc(1, sizeof(*sequence));
	int r;

	if (!sequence) {
		conf_free(doc);
		return error_set(err, -ENOMEM, "no memory");
	}
	sequence->doc = doc;
	r = bind(sequence, err);
	if (r == 0)
		*ret = steal_ptr(&sequence);
	return r;
}

int sequence_load(const char *path, struct sequence **ret, struct error *err)
{
	struct conf_doc *doc = NULL;
	int r = conf_load(path, &doc, err);

	return r < 0 ? r : finish(doc, ret, err);
}

int sequence_parse(const char *name, struct str text, struct sequence **ret,
    struct error *err)
{
	struct conf_doc *doc = NULL;
	int r = conf_parse(name, text, &doc, err);

	return r < 0 ? r : finish(doc, ret, err);
}

void sequence_free(struct sequence *sequence)
{
	if (!sequence)
		return;
	conf_free(sequence->doc);
	free(sequence);
}

bool sequence_is_in_time(const struct sequence_step *step, clock_ns wait, char *why,
    size_t size)
{
	bool is_early = step->after > 0 && wait < step->after;

	if (!is_early && (step->within == 0 || wait <= step->within))
		return true;
	(void)cut_print(why, size, "it comes %.1f s after the step before; %s %.1f s",
	    (double)wait / (double)NS_PER_S, is_early ? "not before" : "at most",
	    (double)(is_early ? step->after : step->within) / (double)NS_PER_S);
	return false;
}
