/* The actions of "cwmplab lesson". */
#pragma once

#include "lab/course/pupil.h"

enum {
	LESSON_SEEDS_MAX = 16
};

enum report_format { /* of report */
	REPORT_TEXT,
	REPORT_CSV,
	REPORT_HTML,
	REPORT_JSON
};

struct lesson_call {
	struct pupil_want want;
	char *const *words; /* behind the name of the action */
	size_t n_words;
	clock_ns wait;                       /* of check and test; below 0: as usual */
	const char *seeds[LESSON_SEEDS_MAX]; /* of test */
	size_t n_seeds;
	enum report_format format;
	const char
	    *out; /* of serve: where results are kept; null: in the user's state */
	bool as_json, is_trusted;
};

/* Each appends what is to be printed to out, and to told the mistakes of files, and returns the
 * exit status, or an error with its words. */
typedef int lesson_act_fn(const struct lesson_call *call, struct buf *out,
    struct buf *told, struct error *err);

lesson_act_fn act_list, act_start, act_task, act_hint, act_check, act_watch, act_solve,
    act_reset, act_quiz, act_report, act_serve, act_test;

/* Opens the lesson that the call means; ERR_USAGE where it was not begun, since it has no lab to
 * talk of then, or its scripts are not trusted. Otherwise as pupil_open(). */
int act_open(struct pupil *pupil, const struct lesson_call *call, struct buf *told,
    struct error *err);

/* Says in told that what was reached is lost, and that this is noted, where it is so. */
void act_tell_lost(const struct pupil *pupil, struct buf *told);

/* Says in told that the board of the class has not what was saved last. */
void act_tell_unsent(const struct pupil *pupil, struct buf *told);

/* Prints text, and what has to stand before it, unless it is what was shown last: it is that now. */
void act_show_news(const struct lesson_call *call, struct str before, struct str text,
    struct buf *last);
