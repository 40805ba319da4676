/* Whose answer it is. Pure. */
#pragma once

#include "lab/lesson/class_file.h"
#include "lab/lesson/lesson.h"
#include "lib/base/arena.h"
#include "lib/base/map.h"

/* All answers that are drawn for the students of a class in one lesson. */
struct owners {
	struct map
	    answers; /* goal and answer -> the name of the student, the class's */
	struct arena arena;
};

/* Draws each of them once, however many answers are looked up then. id is the lesson's; the class,
 * whose list may be empty, must outlive it. -ENOMEM. The caller calls owners_free() in any case. */
int owners_make(struct owners *owners, const struct class_file *class,
    const struct lesson *lesson, const char *id, struct error *err);

/* Who, beside that student, that answer to goal i would be right for; null: nobody, or the goal is
 * no question with a drawn answer. */
const char *owners_find(const struct owners *owners, size_t i, struct str answer,
    const char *student);

void owners_free(struct owners *owners);
