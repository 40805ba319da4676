/* Shared by the diag*.c files. */
#pragma once

#include "agents/cpe/diag/diag.h"

struct diag_argument {
	const char *name;
	size_t offset;  /* in struct diag_args */
	bool is_text;   /* struct str; else uint64_t */
	bool is_needed; /* nothing can be run without it */
	uint64_t least,
	    most; /* of a number; a value that the model has beyond them is cut */
	uint64_t standard; /* where the model has no such parameter */
};

enum diag_format {
	DIAG_COUNT,     /* uint64_t */
	DIAG_MS,        /* clock_ns, rounded up */
	DIAG_US,        /* clock_ns */
	DIAG_TIME,      /* clock_ns of the day */
	DIAG_ADDRESS,   /* uint32_t */
	DIAG_TEXT,      /* char[] */
	DIAG_TIMES,     /* struct diag_hop, its times */
	DIAG_ADDRESSES, /* struct diag_answer, its addresses */
};

struct diag_result {
	const char *name;
	size_t offset; /* in struct diag_results, or in a row */
	enum diag_format format;
};

struct diag_kind_row {
	const char *paths[2]; /* templates: InternetGatewayDevice, Device */
	const struct diag_argument
	    *arguments; /* ended by a null name, as the next two */
	const struct diag_result *results;
	const char *table; /* below the object, "RouteHops."; null: none */
	const struct diag_result *row_results;
};

extern const struct diag_kind_row diag_kinds[DIAG_KINDS];

enum diag_kind diag_kind_of(const struct model *model, const struct model_at *object);

/* The argument of this name; null when there is none. */
const struct diag_argument *diag_argument_find(enum diag_kind kind, struct str name);

/* The last part of a name. */
static inline struct str diag_tail(const struct model_name *name)
{
	return str_from(name->path, name->tail);
}

/* The state of an object, if it is one of a diagnostic. */
bool diag_state_of(const struct model *model, const struct model_at *object,
    struct model_at *ret);

/* A parameter of the object ("Host"), or an object in it ("RouteHops."), if the model has it. */
bool diag_child_of(const struct model *model, const struct model_at *object,
    const char *name, struct model_at *ret);
