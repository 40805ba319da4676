/* Shared by the deviation*.c files. */
#pragma once

#include "lab/model/deviation.h"

struct checking {
	struct draft *draft;
	const struct deviation_options *options;
	struct deviations *found;
	struct draft_leaves leaves;
	struct map leaf_map;     /* of paths with numbers, to leaves */
	struct bbf *root;        /* the document of the root */
	struct map services;     /* of their names, to documents */
	struct str *templates;   /* of the draft's objects: their paths with {i} */
	struct map template_map; /* of these, to the objects */
	struct arena arena;      /* of paths that are looked up */
	int worst;               /* -ENOMEM */
};

/* Adds one; node may be null. */
void deviation_add(struct checking *checking, enum deviation_kind kind,
    const struct conf_node *node, struct str path, const char *fmt, ...)
    ATTR_PRINTF(5, 6);

/* The document that a path of the model is of, and the path there: without numbers, and of a
 * service without "<root>.Services."; null: of none. */
struct bbf *deviation_bbf(struct checking *checking, struct str path, struct str *ret);

/* Whether a part of the path is a vendor's own (TR-106 A8 3.3). */
bool deviation_is_vendors(struct str path);

/* The template of the model; null where it has none. Both paths have {i}; a model may have
 * numbers where the document has {i}. */
const struct draft_object *deviation_object(struct checking *checking, struct str path);

/* Parameters, one by one. */
void deviation_check_param(struct checking *checking, const struct draft_param *param,
    const struct bbf_param *should);
/* Values of instances. */
void deviation_check_values(struct checking *checking);
/* Tables: how many instances, their keys, what counts them. */
void deviation_check_tables(struct checking *checking);
/* Profiles of the options and of DeviceSummary. 0 or ERR_USAGE. */
int deviation_check_profiles(struct checking *checking, struct error *err);
