/* Shared by the lesson*.c files. */
#pragma once

#include "lab/lesson/lesson.h"

bool lesson_is_name_char(char c);
bool lesson_is_own_name(struct str name);

/* Says at `at` of doc that no value has that name, and which is meant. */
int lesson_fail_name(const struct lesson *lesson, const struct conf_doc *doc,
    const struct conf_node *at, struct str name, struct error *err);

/* Every text at and below node, but those of values, which know only what is above them. */
int lesson_check_names(const struct lesson *lesson, const struct conf_node *node,
    struct error *err);

/* Value i alone; it then knows its kind and its bits. */
int lesson_check_value(const struct lesson *lesson, size_t i, struct error *err);
