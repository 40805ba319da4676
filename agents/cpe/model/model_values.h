/* What one CPE has that differs from its model: values that were set, instances that were made
 * or removed, notification and access attributes. All of it is one block of memory;
 * what nobody has touched takes none. */
#pragma once

#include "agents/cpe/model/model.h"
#include "agents/cpe/model/model_block.h"
#include "lib/base/buf.h"

struct model_values {
	const struct model *model; /* borrowed */
	struct model_block *block; /* owned; null: as a factory reset leaves it */
	/* When the ACS was told what has changed, on the wall clock and since the boot; 0:
	 * not yet. And the same of an Inform that is under way. */
	struct model_time told, telling;
};

/* ---- places ------------------------------------------------------------------------- */

/* The object or parameter of this path ("": the root), if the CPE has it. */
bool model_values_find(const struct model_values *values, struct str path,
    struct model_at *ret);

/* Whether the CPE has the instances of this place. */
bool model_values_has(const struct model_values *values, const struct model_at *at);

/* The number of the instance that follows number `after` (0: the first) below the object
 * above "{i}."; 0 behind the last one. */
uint32_t model_values_next(const struct model_values *values,
    const struct model_at *object, uint32_t after);

/* How many there are. */
uint32_t model_values_count(const struct model_values *values,
    const struct model_at *object);

/* All objects and parameters from an object down, or its children alone, in the order of their
 * names; instances in that of their numbers. Nothing may be added or removed meanwhile. */
struct model_walk {
	const struct model_values *values;
	struct model_at at;
	uint32_t next, end;              /* names */
	uint32_t open[MODEL_LEVELS_MAX]; /* tables whose instances are under way */
	uint32_t n_open;
	bool is_entered; /* next is an instance that is to be given as it is */
	bool is_shallow; /* children alone */
	uint32_t only;   /* this name alone; MODEL_NONE: all */
};

/* Of top itself and all below it; of a parameter only itself. */
struct model_walk model_walk_all(const struct model_values *values,
    const struct model_at *top);
struct model_walk model_walk_children(const struct model_values *values,
    const struct model_at *top);
/* The same parameter of all instances of its path. */
struct model_walk model_walk_same(const struct model_values *values, uint32_t name);
bool model_walk_next(struct model_walk *walk, struct model_at *ret);

/* ---- values ------------------------------------------------------------------------- */

/* Where the value comes from: what was set, or else the model's. Borrowed until the next
 * change. */
struct model_source model_values_source(const struct model_values *values,
    const struct model_at *at);

/* Sets the value as an ACS does, which needs not be told of it. -ENOMEM, ERR_LIMIT. */
int model_values_put(struct model_values *values, const struct model_at *at,
    struct str text);

/* Sets it as the CPE does by itself: where it is another one than before, the ACS is to be
 * told, if it wants to be. -ENOMEM, ERR_LIMIT: all is as it was. */
int model_values_change(struct model_values *values, const struct model_at *at,
    struct str text);

/* Of a parameter that is in no table: the text, and model_values_put(). */
const char *model_values_get(const struct model_values *values,
    const struct model_param *param);
int model_values_set(struct model_values *values, const struct model_param *param,
    struct str text);

/* model_values_change() of the first parameter of this kind; a model without one has nothing
 * to set: 0. */
int model_values_set_live(struct model_values *values, enum model_live live,
    struct str value);
/* Null when the model has no parameter of this kind. */
const char *model_values_get_live(const struct model_values *values,
    enum model_live live);
/* Its value as a number: 1 for "true", 0 for what is no number and where there is none. */
uint64_t model_values_number(const struct model_values *values, enum model_live live);

/* ---- instances (model_objects.c) ---------------------------------------------------- */

/* These change a part of what they are to change when they fail: who needs all or nothing
 * calls them on a copy. */

/* Makes an instance below the object above "{i}.", with as many of the tables in it as
 * these have at the least, and with the attributes of a new object. *ret is its number,
 * which no instance there has had before (TR-069 A6 A.3.2.6). ERR_LIMIT when the table is
 * full or the CPE's memory is used up, ERR_NOT_FOUND where there is no table, -ENOMEM. */
int model_values_add(struct model_values *values, const struct model_at *object,
    uint32_t *ret);

/* Removes an instance and all below it. ERR_NOT_FOUND when its table would have too few,
 * ERR_LIMIT, -ENOMEM. */
int model_values_remove(struct model_values *values, const struct model_at *instance);

/* Removes all instances below the object above "{i}.", however few it may have; those that are
 * made then are numbered from 1 again. For rows that the CPE makes by itself. ERR_LIMIT,
 * -ENOMEM. */
int model_values_clear(struct model_values *values, const struct model_at *object);

/* Whether the unique keys hold of the instance that at is in: the same values in no other
 * one of its table. *ret_param is a parameter of the key that does not. */
bool model_values_is_unique(const struct model_values *values,
    const struct model_at *instance, const struct model_param **ret_param);

/* ---- attributes (model_notify.c) ---------------------------------------------------- */

enum {
	MODEL_NOTIFY_AS_NEW = 9 /* what the model says of a new object */
};

/* The notification attribute: 0 off, 1 passive, 2 active, 3 to 6 lightweight. */
int model_values_notification(const struct model_values *values,
    const struct model_at *at);

/* A walk over the names, indices of model->names, of parameters that change by themselves and of
 * which one may be notified: the model says so, or it was set there or of an object above. The
 * values must not get their first notification attribute, nor lose their last, meanwhile. */
struct model_movers { /* private */
	const struct model_values *values;
	bool are_set; /* attributes: else it is as the model says */
	size_t next;
};

struct model_movers model_movers_of(const struct model_values *values);
bool model_movers_next(struct model_movers *movers, uint32_t *ret);

/* Sets the notification attribute of a parameter, or of all below an object. -ENOMEM,
 * ERR_LIMIT. */
int model_values_notify(struct model_values *values, const struct model_at *at,
    int notification);

/* The AccessList: "Subscriber", which it is until an ACS sets another one, or "": nobody. */
struct str model_values_access(const struct model_values *values,
    const struct model_at *at);
/* Sets it of a parameter, or of all below an object. -ENOMEM, ERR_LIMIT. */
int model_values_grant(struct model_values *values, const struct model_at *at,
    struct str list);

/* An instance that was made has the attributes of a new object, whatever was set above it
 * (TR-069 A6 A.3.2.6). */
int model_values_as_new(struct model_values *values, const struct model_at *instance);

/* A parameter has changed by itself (model_values_change() calls it). */
int model_values_note_change(struct model_values *values, const struct model_at *at);

/* ---- all of it ---------------------------------------------------------------------- */

/* A deep copy, for changes that all succeed or all fail; as small as it can be. 0 or
 * -ENOMEM. */
int model_values_copy(struct model_values *ret, const struct model_values *values);

/* Takes the place of *values, which is freed: *next is then empty. What it holds is made as
 * small as it can be. */
void model_values_take(struct model_values *values, struct model_values *next);

/* Forgets what was set, so that all is as in the model: a factory reset. Safe to repeat. */
void model_values_free(struct model_values *values);

/* ---- model_values_text.c ------------------------------------------------------------ */

/* Appends all that differs from the model as lines, which hold what an ACS has set, secrets
 * too. 0 or the error of out. */
int model_values_save(const struct model_values *values, struct buf *out);

/* Reads them back into values that are as in the model; what the model has no name for is
 * passed over. ERR_MALFORMED for a line that is none, ERR_LIMIT, -ENOMEM. */
int model_values_restore(struct model_values *values, struct str text);
