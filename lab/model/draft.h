/* A device model as the tools that read and write model files see it: what a parameter may
 * hold, which tables there are and which instances exist, each with its place in the file.
 * The agents read the same files with agents/cpe/model; what runs a CPE is there.
 *
 * Paths of templates have "{i}" where an instance number stands, objects end in a dot. */
#pragma once

#include "agents/cpe/model/model.h"
#include "lib/base/arena.h"
#include "lib/base/cleanup.h"
#include "lib/base/map.h"
#include "lib/conf/conf.h"

struct buf;

enum {
	DRAFT_INSTANCES_MAX = 65536
};

struct draft_range { /* INT64_MIN and INT64_MAX stand for no bound */
	int64_t low, high;
};

struct draft_param {
	struct str name; /* without its object's path */
	struct str path; /* with it */
	int type;        /* enum model_type */
	int notify;      /* enum model_notify */
	bool is_writable;
	bool is_hidden;
	bool is_secured;
	bool is_forced_inform;
	bool is_list; /* a comma-separated list of these */
	bool is_alias;
	/* Of a number: it lies in one of them; none: any that its type has. */
	struct draft_range *ranges;
	size_t n_ranges;
	/* Of a string, or of each item of a list; max 0: any length. */
	uint64_t min_length, max_length;
	uint64_t items_max, list_max; /* of a list: items, and its length; 0: any */
	struct str live;    /* name of the function that has its value; empty: none */
	struct str count;   /* table whose instances it counts; empty: none */
	struct str pattern; /* empty: none; a name or an expression of XML Schema */
	bool is_generated;  /* it has values of its own making */
	struct str *values; /* all that are allowed; none: any */
	size_t n_values;
	struct str value; /* after a factory reset, where no instance says otherwise */
	const struct conf_node *node; /* its key; null: of no file */
};

struct draft_object { /* a template */
	struct str path;
	struct draft_param *params;
	size_t n_params;
	const struct conf_node *node;
};

struct draft_table { /* facts of an object whose path ends in "{i}." */
	struct str path;
	bool is_writable;
	struct draft_key {
		struct str *names;
		size_t n_names;
		bool is_always; /* also among instances that are not enabled */
	} * keys;
	size_t n_keys;
	struct str enable; /* parameter of instances among which keys hold; or empty */
	uint64_t min, max; /* instances; max 0: any number */
	const struct conf_node *node;
};

struct draft_value {
	struct str name;
	struct str value;
	bool is_live; /* it has no value of the file */
	const struct conf_node *node;
};

struct draft_instance { /* an object that exists, with what differs from its template */
	struct str path;            /* with numbers */
	struct draft_value *values; /* may be none */
	size_t n_values;
	const struct conf_node *node;
};

struct draft {
	struct arena arena;   /* owns all that is here */
	struct conf_doc *doc; /* of a file; null: made by an importer */
	struct str name, about, root;
	struct draft_object *objects;
	size_t n_objects;
	struct draft_table *tables;
	size_t n_tables;
	struct draft_instance *instances; /* as the file lists them */
	size_t n_instances;
	struct str *informs; /* paths with numbers that stand in every Inform */
	size_t n_informs;
	/* Of paths to the above, and of paths of templates' parameters to these. Made by
	 * draft_index(). */
	struct map object_map, table_map, instance_map, param_map;
};

/* An empty one; null without memory. The caller frees it. */
struct draft *draft_new(void);
/* Null is fine. */
void draft_free(struct draft *draft);
DEFINE_CLEANUP(struct draft *, draft_free)

/* Reads a model file. Every mistake of its shape goes to *mistakes, which must outlive the
 * draft; keys that only the agents know are left to them. 0 with *ret, ERR_CONFIG, -ENOMEM. */
int draft_load(const char *path, struct conf_mistakes *mistakes, struct draft **ret,
    struct error *err);
int draft_parse(const char *name, struct str bytes, struct conf_mistakes *mistakes,
    struct draft **ret, struct error *err);

/* Room for one more item behind n of them, which may move; null without memory. Ask it
 * for each item, from the first (n is 0) on: how much room there is follows from n. */
void *draft_grow(struct arena *arena, void *items, size_t n, size_t size);

/* Makes the maps. Call it once all is there. 0 or -ENOMEM. */
int draft_index(struct draft *draft);

/* After draft_index(): the first name that is both a parameter's and an object's, without the dot
 * behind it, and where the file has that object; a null view where there is none. */
struct str draft_find_both(const struct draft *draft,
    const struct conf_node **ret_node);

/* Whether the value has a placeholder, which becomes a text of each CPE. */
bool draft_has_placeholder(struct str value);
/* The value so that its braces are no placeholders of the model file; a null view without
 * memory. */
struct str draft_escape(struct arena *arena, struct str value);
/* The value of an object with numbers in its path: "{i}" is the last of these, "{{" a brace;
 * other placeholders stay. */
struct str draft_unescape(struct arena *arena, struct str value, struct str object);

/* Reads "-90..-40", "5..", "..9" or "7". 0 or ERR_MALFORMED. */
int draft_range_parse(struct str text, struct draft_range *ret);
/* Appends it as draft_range_parse() reads it. */
void draft_range_put(struct buf *out, struct draft_range range);

/* "A.2.B." as "A.{i}.B."; a null view without memory. */
struct str draft_template_path(struct arena *arena, struct str path);

/* The object that a path stands in: "A.B." of "A.B.C" and of "A.B.C."; empty of "A.". */
struct str draft_parent(struct str path);

/* The last name of a path, without dots: "C" of "A.B.C" and of "A.B.C.". */
struct str draft_last(struct str path);

/* Of enum model_type, whether it is one of whole numbers. */
bool draft_is_number_type(int type);

/* Whether a part of a path is digits alone. */
bool draft_is_number(struct str part);

/* Whether the object is an instance of a table, by its path's end: "A.2." */
bool draft_is_instance(struct str path);
/* Whether it is a table's template: "A.{i}." */
bool draft_is_table(struct str path);

/* ---- expansion (draft_expand.c) ------------------------------------------------------ */

struct draft_leaf {
	struct str path;                 /* with numbers; an object's ends in a dot */
	const struct draft_param *param; /* null: an object */
	struct str value;
	bool is_writable; /* of a table: AddObject; of an instance: DeleteObject */
	const struct conf_node
	    *node; /* of a file: where its value stands, or it itself */
};

struct draft_leaves {
	struct draft_leaf *items; /* in the order of their paths, instances by number */
	size_t len;
	size_t n_params; /* of them no objects */
};

/* All that exists after a factory reset, with its values; in draft->arena. 0; ERR_LIMIT with
 * words for a model of more than MODEL_PARAMS_MAX parameters; -ENOMEM. */
int draft_expand(struct draft *draft, struct draft_leaves *ret, struct error *err);

/* Which of two paths stands before the other: names by their bytes, instances by number. As
 * strcmp(). */
int draft_compare_paths(struct str a, struct str b);
