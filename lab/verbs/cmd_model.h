/* The actions of "cwmplab model". */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum {
	MODEL_TEXTS_MAX = 256 /* TR-181 has so many profiles */
};

struct model_texts { /* of an option that may be given again */
	const char *items[MODEL_TEXTS_MAX];
	size_t len;
};

struct model_options {
	const char *const *files;
	size_t n_files;
	const char *output, *from, *name, *serial, *keylog, *root,
	    *to; /* null: absent */
	struct model_texts profiles, subtrees, against;
	bool keeps_secrets, as_json;
};

struct conf_mistakes;
struct draft;
struct error;
struct buf;

/* Each does its work, tells of it and returns the exit status. */
int model_import(const struct model_options *options);
int model_export(const struct model_options *options);
int model_check(const struct model_options *options);

/* Reads a model file, which is looked at as a CPE would. 0 with *ret, which the caller frees,
 * or an error of model_load_all() and draft_load(). */
int model_read(const char *file, struct conf_mistakes *mistakes, struct draft **ret,
    struct error *err);

/* Tells why a file could not be read, all mistakes if there are any, which are freed. Returns
 * the exit status. */
int model_fail(const char *file, struct conf_mistakes *mistakes,
    const struct error *err);

/* Writes to the file, whole or not at all and safe from a loss of power; null: to standard
 * output. Returns the exit status, with what failed told. */
int model_put(const char *path, const struct buf *bytes);
