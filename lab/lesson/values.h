/* The values of a lesson for one student, and texts filled in with them. Pure. */
#pragma once

#include "lab/lesson/lesson.h"
#include "lab/lesson/seed.h"
#include "lib/base/arena.h"
#include "lib/base/cleanup.h"

struct seat { /* who takes which lesson, where */
	const char *student;
	const char *lesson;             /* its id: "03-acs-discovery" */
	const char *lab;                /* name of the lab */
	const char *folder, *recording; /* paths, of its files and of its capture */
	struct seed seed;
};

struct values {
	const struct lesson *lesson; /* borrowed, as seat is */
	const struct seat *seat;
	struct arena arena;
	const char *texts[LESSON_VALUES_MAX]; /* in the order of the rows */
	size_t n;
};

/* ERR_USAGE with words where an option 43 cannot be made, -ENOMEM. The caller calls
 * values_free() even when this failed. */
int values_make(struct values *values, const struct lesson *lesson,
    const struct seat *seat, struct error *err);

/* Safe to repeat. */
void values_free(struct values *values);

/* Appends the text with each {{name}} filled in; one that there is not stays as it is. */
void values_fill(const struct values *values, struct str text, struct buf *out);

/* The same for a shell, and for people, who copy commands into one: {{folder}} and {{recording}}
 * come in quotes where they have blanks or the like in them. */
void values_fill_shell(const struct values *values, struct str text, struct buf *out);

/* The same as texts that live as long as the values; "" without memory. null: null. values_shown()
 * is for people. */
const char *values_text(struct values *values, const char *text);
const char *values_shown(struct values *values, const char *text);
