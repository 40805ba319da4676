/* The folder of a lesson: lesson.yaml, task.md, topology.yaml and what the lab reads beside it.
 * Those that come with the program are topologies/lessons/NN-name. */
#pragma once

#include "lab/lesson/lesson.h"
#include "lib/base/buf.h"

enum {
	FOLDER_FILES_MAX = 64,
	FOLDER_BYTES_MAX = 1 << 20 /* of a file */
};

struct folder_file {
	char *name; /* owned */
	struct buf text;
};

struct folder {
	char *path;      /* owned, absolute */
	char *id;        /* owned: its own name, "03-acs-discovery" */
	bool is_shipped; /* it comes with the program */
	struct lesson *lesson;
	struct folder_file
	    files[FOLDER_FILES_MAX]; /* of the lab, by name, and task.md */
	size_t n_files;
};

/* Finds a lesson by its number ("3"), by its name among those that come with the program, or by
 * the path of a folder, reads its files and checks them. Mistakes are told in told, all of them,
 * as people read them, and then it is ERR_CONFIG. ERR_USAGE: there is no such lesson. The caller
 * calls folder_close() even when this failed. */
int folder_open(struct folder *folder, const char *word, struct buf *told,
    struct error *err);
void folder_close(struct folder *folder);

/* "3" of "03-acs-discovery"; the id itself where it does not begin with digits. text is
 * returned. */
char *folder_number(const char *id, char *text, size_t size);

/* The text of that file; a null view: there is none. */
struct str folder_text(const struct folder *folder, const char *name);

/* Calls fn with the path of each lesson that comes with the program, in the order of names. 0,
 * or ERR_MACHINE where they are not there. */
int folder_each(int (*fn)(void *user, const char *path, struct error *err), void *user,
    struct error *err);
