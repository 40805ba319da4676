/* What a device said of its data model, as a flat list of names, and the model that is made
 * of it: "A.2.B" becomes the template "A.{i}.B" and a value of the instance A.2. */
#pragma once

#include "lab/model/draft.h"

struct dump_entry {
	struct str path; /* an object's ends in a dot */
	struct str value;
	int type; /* enum model_type; -1: not told */
	bool has_value;
	bool is_writable;
	uint32_t n_informs;      /* Informs that it stood in */
	uint32_t line;           /* of a file, where its name stands first; 0: none */
	struct made_param *made; /* private to dump_draft.c */
};

struct dump {
	struct arena arena;       /* owns paths and values */
	struct dump_entry *items; /* owned */
	size_t len, cap;
	struct map by_path; /* to 1 + index, as a pointer */
	uint32_t n_informs;
};

enum dump_name { /* what is wrong with a name */
	DUMP_NAME_OK,
	DUMP_NAME_EMPTY_PART,
	DUMP_NAME_CHARACTER,
	DUMP_NAME_LONG,
	DUMP_NAME_ROOT,
	DUMP_NAME_NUMBER
};

void dump_free(struct dump *dump);

/* The entry of a path, made where there is none yet, with *ret_is_new; null without memory.
 * It may move when another is made. path and what is put into the entry must be dump_keep()
 * texts. */
struct dump_entry *dump_want(struct dump *dump, struct str path, bool *ret_is_new);

/* A copy in the dump's arena; a null view without memory. */
struct str dump_keep(struct dump *dump, struct str text);

/* Whether a path is one of a data model: names of letters, digits, "_" and "-", dots between,
 * MODEL_PATH_MAX bytes. *ret_at is where it is not. */
enum dump_name dump_check_name(struct str path, size_t *ret_at);
/* What to say of it. */
const char *dump_name_words(enum dump_name wrong);

/* "xsd:unsignedInt", "xsd:Int", "boolean" as enum model_type; -1 for none that is known. */
int dump_type(struct str text);

struct dump_options {
	struct str name, about; /* of the model; copied */
	bool
	    keeps_secrets; /* values of what secret_is_name() is one; else they are dropped */
};

/* What was done to the dump, to be told. */
struct dump_notes {
	size_t n_leaves, n_params, n_objects, n_instances;
	size_t n_secrets;      /* values that were dropped, */
	size_t n_kept_secrets; /* or kept */
	size_t
	    n_retyped; /* parameters that are strings now: their values are not of the
			     type that was told, or of several */
	size_t
	    n_counts; /* parameters that count a table, so they are set by nobody now */
	size_t n_filled; /* leaves of instances that the dump does not have */
	size_t n_added;  /* parameters that every CPE needs */
};

/* Makes the model. 0 with *ret, which owns all of its texts; ERR_MALFORMED with words where
 * the names have no root in common or there are none; ERR_LIMIT for more than
 * MODEL_PARAMS_MAX leaves or DRAFT_INSTANCES_MAX instances; -ENOMEM. */
int dump_to_draft(struct dump *dump, const struct dump_options *options,
    struct draft **ret, struct dump_notes *notes, struct error *err);

/* ---- dump_facts.c ------------------------------------------------------------------------ */

/* What is known of a parameter by its name, whoever made the device (TR-098 1.8, TR-181
 * 2.17): what must be live, stands in every Inform, is notified. Sets it in param. */
void dump_apply_facts(struct draft_param *param, struct str root);

/* Adds the parameters without which no CPE can inform: what DeviceId is made of and the URL
 * of the ACS. Returns how many, or -ENOMEM. */
int dump_add_needed(struct draft *draft);

/* A value that every parameter of its type takes, one of its values or within its
 * ranges; of a string or list the empty one, whatever its least length. */
struct str dump_plain_value(struct arena *arena, const struct draft_param *param);

/* Whether param takes value. */
bool dump_takes(const struct draft_param *param, struct str value);
