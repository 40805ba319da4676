/* Shared by the dump_*.c files: a dump on its way to a model. */
#pragma once

#include "lab/model/dump.h"

struct making {
	struct dump *dump;
	struct draft *draft;
	const struct dump_options *options;
	struct dump_notes *notes;
	struct map objects;   /* of templates' paths, to 1 + index */
	struct map params;    /* of templates' paths, to struct made_param */
	struct map tables;    /* of templates' paths, to 1 + index */
	struct map instances; /* of paths with numbers, to 1 + index */
	struct map counts;    /* of tables' paths with numbers, to how many they have */
	struct made_param *made; /* the last of them first */
	struct error *err;
};

struct made_param {
	struct made_param *next;
	size_t object, index; /* in draft->objects, and in its params */
	struct str path;
	int type; /* as told; -1: never */
	bool has_value;
	bool differs; /* between instances */
	bool is_writable, is_secret, shows_secret;
	uint32_t n_informs;
	struct str value;
	size_t n_values;
};

static inline struct arena *making_arena(struct making *m)
{
	return &m->draft->arena;
}

static inline struct draft_param *making_param(struct making *m,
    const struct made_param *made)
{
	return &m->draft->objects[made->object].params[made->index];
}

/* ---- dump_making.c ----------------------------------------------------------------------------- */

/* Writes the words and returns -ENOMEM. */
int making_no_memory(struct making *m);

/* The index of the template object, made where there is none; SIZE_MAX without memory. */
size_t making_object(struct making *m, struct str path);
/* A parameter of a template that has none of that path; null without memory. */
struct made_param *making_add_param(struct making *m, struct str path);
/* Makes a table where there is none; it is writable if one call said so. 0 or -ENOMEM. */
int making_table(struct making *m, struct str path, bool is_writable);

/* The index of the object that exists, made where there is none; SIZE_MAX after a failure. */
size_t making_instance(struct making *m, struct str path);
/* The instances that a path stands in, and their tables. 0 or the failure. */
int making_instances(struct making *m, struct str path);

/* The value of an entry, or nothing where it is a secret that is dropped. */
struct str making_leaf_value(struct making *m, const struct made_param *made,
    const struct dump_entry *entry);

/* ---- dump_values.c ----------------------------------------------------------------------------- */

/* Types and access of the parameters, once all entries are taken. */
void making_set_params(struct making *m);
/* Which of them count instances. 0 or -ENOMEM. */
int making_find_counts(struct making *m);
/* Values of templates, and of instances where these differ. 0 or the failure. */
int making_set_values(struct making *m);
