/* A class, as its teacher writes it down: what its values are drawn with and its results are
 * signed with, and who is in it.
 *
 *     class: cwmp-spring
 *     secret: a long sentence that nobody guesses
 *     students: [ada, grace, edsger]
 *
 * Who has no such file learns by himself: the secret is empty, and nobody vouches for results. */
#pragma once

#include "lib/conf/conf.h"

enum {
	CLASS_STUDENTS_MAX = 2000,
	CLASS_NAME_MAX = 64, /* bytes */
	STUDENT_NAME_MAX = 64
};

struct class_file {
	struct conf_doc *doc; /* owned; null: no class */
	const char *name, *secret;
	struct conf_strings students; /* may be empty: nobody is listed */
};

extern const struct conf_row class_rows[];

/* path may be null: no class. ERR_CONFIG, with all mistakes in mistakes (may be null). The
 * caller frees it with class_file_free(), also after a failure. */
int class_file_load(struct class_file *class, const char *path,
    struct conf_mistakes *mistakes, struct error *err);
int class_file_parse(struct class_file *class, const char *name, struct str bytes,
    struct conf_mistakes *mistakes, struct error *err);
void class_file_free(struct class_file *class);

/* Letters, digits, ".", "_", "-", "@"; not too long. */
bool student_name_is_good(struct str name);
