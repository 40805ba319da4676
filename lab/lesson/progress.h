/* How far a student is in a lesson: what is kept in a file, signed so that a result that was
 * edited is told from one that was reached. Pure: JSON in and out, the time is passed in. */
#pragma once

#include "lab/lesson/lesson.h"
#include "lib/base/clock.h"

struct buf;

enum {
	PROGRESS_BYTES_MAX = 1 << 20,
	PROGRESS_TEXT_MAX = 256,
	PROGRESS_ANSWER_MAX = 512,
	PROGRESS_WRONG_MAX = 50 /* answers that are remembered */
};

struct progress_goal {
	bool is_reached, is_unpaid; /* reached once the solution was asked for */
	clock_ns at;
	uint64_t frame; /* of the capture that runs; 0: none, or of an earlier one */
	uint64_t tries; /* answers to a question, until it is reached */
	uint64_t tries_kept; /* of them in the file that was read */
	char evidence[700];
	char answer[PROGRESS_ANSWER_MAX]; /* the last wrong one; "": none */
	bool has_hint[LESSON_HINTS_MAX];
};

struct progress_wrong {
	size_t goal;
	char answer[PROGRESS_ANSWER_MAX];
};

struct progress {
	char lesson[PROGRESS_TEXT_MAX], student[PROGRESS_TEXT_MAX];
	char class_name[PROGRESS_TEXT_MAX], lab[PROGRESS_TEXT_MAX];
	clock_ns started, updated; /* wall clock */
	uint64_t checks, resets, checks_kept;
	uint64_t
	    losses; /* how often its file was spoilt, or gone while its lab was there */
	bool
	    is_solved; /* the solution was asked for: goals reached later give no points */
	struct progress_goal goals[LESSON_GOALS_MAX];
	struct progress_wrong wrong[PROGRESS_WRONG_MAX];
	size_t n_wrong, n_wrong_kept;
};

/* Appends it as JSON, signed by the secret. */
int progress_write(const struct progress *progress, const struct lesson *lesson,
    struct str secret, struct buf *out, struct error *err);

/* Reads what progress_write() wrote, by that secret or by the seed of its student under it, as
 * who has a ticket of the class signs (lab/course/ticket.h). ERR_MALFORMED with words for what is no such file;
 * ERR_AUTH where the signature is not that of the content: it was edited, or is of another
 * class. Goals and hints that the lesson has no more are dropped. */
int progress_read(struct progress *ret, const struct lesson *lesson, struct str secret,
    struct str bytes, struct error *err);

/* What speaks against its student is taken of a file that progress_read() has refused, too, as far as
 * it can be read: hints that were seen, the solution, resets and losses. All else is zeroed. */
void progress_read_spoilt(struct progress *ret, const struct lesson *lesson,
    struct str bytes);

/* The lesson that a result is of, unchecked, to find it: into text of size bytes. */
int progress_read_lesson(struct str bytes, char *text, size_t size, struct error *err);

/* ---- points --------------------------------------------------------------------------- */

struct score {
	uint64_t points; /* what hints cost is taken away, down to 0 */
	uint64_t costs;
	size_t reached, hints;
};

struct score progress_score(const struct progress *progress,
    const struct lesson *lesson);

/* The goal to reach next; SIZE_MAX: all are. */
size_t progress_next_goal(const struct progress *progress, const struct lesson *lesson);

/* The hint to offer next for a goal that is not reached for that reason: the first one not yet
 * given whose `when` is in it, else the first without a `when`; SIZE_MAX: none is left. filled
 * is the `when` of each hint, filled in, or null. */
size_t progress_next_hint(const struct progress_goal *progress,
    const struct lesson_goal *goal, const char *const *filled, const char *reason);

/* A goal is reached, with its evidence; one that is already stays as it was. */
void progress_reach(struct progress *progress, size_t goal, clock_ns now,
    uint64_t frame, const char *evidence);

/* Adds what another call has reached meanwhile, as its file says: what either has reached is, and
 * hints and answers of both were seen and counted. What is not in the file of one who has asked for
 * the solution came after it, and gives no points. The one that was reset more often is all that
 * counts. */
void progress_merge(struct progress *progress, const struct progress *other);

/* All of it is in the file now. */
void progress_keep(struct progress *progress);

/* A right answer, and a wrong one. Once a question is answered no answer to it counts. */
void progress_hit(struct progress *progress, size_t goal, clock_ns now, uint64_t frame,
    const char *evidence);
void progress_miss(struct progress *progress, size_t goal, struct str answer);

/* How many answers to that goal were wrong. */
uint64_t progress_misses(const struct progress_goal *at,
    const struct lesson_goal *goal);
