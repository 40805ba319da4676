/* What is said of a lesson: as text for people, as JSON for programs. Pure. */
#pragma once

#include "lab/course/review.h"
#include "lib/program/screen.h"

/* How far it is: what is reached with its evidence, the one goal to reach next and why it is not
 * reached, and whether a hint is there. */
void tell_check(struct buf *out, const struct pupil *pupil, const struct review *review,
    const struct screen *screen);
void tell_check_json(struct buf *out, const struct pupil *pupil,
    const struct review *review);

/* The questions, with what has become of each; or only question i, where it is not SIZE_MAX. */
void tell_quiz(struct buf *out, struct pupil *pupil, size_t i,
    const struct screen *screen);
void tell_quiz_json(struct buf *out, struct pupil *pupil, size_t i);

/* That its lab is not up, and how it is brought up. */
void tell_down(struct buf *out, const struct pupil *pupil);

/* A hint, filled in. */
void tell_hint(struct buf *out, struct pupil *pupil, size_t goal, size_t hint,
    const struct screen *screen);

/* Appends a text on lines as wide as the screen, each behind indent blanks; the first stands
 * where the caller is. */
void tell_text(struct buf *out, const char *text, size_t indent,
    const struct screen *screen);
