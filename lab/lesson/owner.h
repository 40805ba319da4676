/* Whose answer it is. Pure. */
#pragma once

#include "lab/lesson/class_file.h"
#include "lab/lesson/values.h"

/* Who of the class, beside the student of the seat, that answer to goal i would be right for; null:
 * nobody, the class has no list, or the goal is no question with a drawn answer. The name is the
 * class's. */
const char *owner_of(const struct class_file *class, const struct lesson *lesson,
    const struct seat *seat, size_t i, struct str answer);
