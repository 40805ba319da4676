/* Whether a goal is reached, from what the packets and the kernel say. Pure: commands in nodes
 * are run by a function that the caller gives. What was typed is never looked at. */
#pragma once

#include "lab/lesson/values.h"
#include "lab/topology/topology.h"

struct analysis;

enum goal_state {
	GOAL_OPEN, /* not reached */
	GOAL_REACHED,
	GOAL_NOT_JUDGED /* nobody can say: text has why */
};

enum {
	GOAL_TEXT_MAX = 700
};

struct goal_result {
	enum goal_state state;
	uint64_t frame;           /* that proves it; 0: none */
	char text[GOAL_TEXT_MAX]; /* the evidence, or why it is not reached */
};

struct facts {
	const struct topology *topology;
	const struct analysis *analysis; /* null: see not_judged */
	const char *not_judged; /* why an absence proves nothing; null: it does */
	/* Runs words (ended by null) in a node and appends what it prints. Its exit status, or an
	 * error. */
	int (*run)(void *user, const char *node, const char *const *words,
	    struct buf *out, struct error *err);
	void *user;
	/* Of judge_answer(): the frame of the goal that the sight of the question names, or 0. */
	uint64_t after;
};

/* A goal that is no question. after: the frame of the goal that its sight names, or 0. */
void judge_goal(const struct facts *facts, struct values *values,
    const struct lesson_goal *goal, uint64_t after, struct goal_result *ret);

/* Whether that can be an answer to the question at all, right or wrong: no empty one, one of the
 * letters where there are letters, a number where a frame is asked for. ERR_USAGE. */
int judge_check_answer(const struct lesson_goal *goal, struct str answer,
    struct error *err);

/* A question: whether the answer is right. of_frame: GOAL_FRAME, which needs the capture. */
void judge_answer(const struct facts *facts, struct values *values,
    const struct lesson_goal *goal, struct str answer, struct goal_result *ret);

/* Appends what counts of an answer: two are the same where this is. */
void judge_put_form(struct buf *out, struct str answer);

/* The choices of a question in this student's order: order has goal->choices.len. */
void judge_order(const struct values *values, const struct lesson_goal *goal,
    size_t *order);

/* Whether the recording shows all that the lesson wants before anybody begins; if not, why not in
 * *ret. */
bool judge_ready(const struct facts *facts, struct values *values,
    struct goal_result *ret);
