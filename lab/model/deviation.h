/* A model file held against data models of the Broadband Forum: where it says something else
 * than they do. Vendors' names (X_...) are not judged. */
#pragma once

#include "lab/model/bbf.h"

/* XX(symbol, name in the output, what it is) */
#define DEVIATION_MAP(XX)                                                             \
	XX(UNKNOWN, "unknown", "the data model has no such object or parameter")      \
	XX(TYPE, "type", "of another type")                                           \
	XX(ACCESS, "access", "writable where it must not be, or the other way round") \
	XX(RANGE, "range", "takes values, or lengths, beyond what is allowed")        \
	XX(VALUES, "values", "takes values that the data model does not list")        \
	XX(VALUE, "value", "has a value that is not allowed")                         \
	XX(REFERENCE, "reference", "names what is not there")                         \
	XX(INFORM, "inform", "is missing in Informs")                                 \
	XX(NOTIFY, "notify", "notified otherwise than the data model says")           \
	XX(HIDDEN, "hidden", "shows what must read back empty")                       \
	XX(TABLE, "table", "has more or fewer instances than are allowed")            \
	XX(KEY, "key", "instances that are alike in what must be unique")             \
	XX(COUNT, "count", "the number of entries is missing or wrong")               \
	XX(PROFILE, "profile", "lacks what a profile demands")

enum deviation_kind {
#define XX(symbol, name, text) DEVIATION_##symbol,
	DEVIATION_MAP(XX)
#undef XX
	DEVIATIONS
};

struct deviation {
	enum deviation_kind kind;
	uint32_t line, column; /* of the model file; 0: of no line of it */
	struct str path;
	const char *text; /* one sentence */
};

struct deviations {
	struct arena arena;      /* owns paths and texts */
	struct deviation *items; /* by line */
	size_t len;
	size_t n_objects, n_params; /* that the data models have */
	size_t n_vendor;            /* parameters of vendors, not judged */
};

struct deviation_options {
	struct bbf *const *models;
	size_t n_models;
	const char *const
	    *profiles; /* to be held, beside those that DeviceSummary claims */
	size_t n_profiles;
};

/* "unknown". */
const char *deviation_name(enum deviation_kind kind);

/* Finds all of them; keys are compared among the first 2,048 instances of a table. 0
 * with *ret, which the caller frees with deviations_free(); ERR_USAGE with words where
 * no model has a root or a profile of such a name; ERR_LIMIT for a model of too many
 * leaves; -ENOMEM. */
int deviations_find(struct draft *draft, const struct deviation_options *options,
    struct deviations *ret, struct error *err);
void deviations_free(struct deviations *deviations);
