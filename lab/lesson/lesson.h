/* A lesson as its folder has it, checked: lesson.yaml beside the lab's topology.yaml, the task
 * (task.md) and whatever files the lab reads. What differs from student to student stands as
 * {{name}} in all of them and is a row of `values`; values.h says what it is for whom.
 *
 * Reading is pure: bytes in, a lesson or mistakes with their places out. What a struct lesson
 * points at lives in its document until lesson_free(). */
#pragma once

#include "lib/conf/conf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	LESSON_VALUES_MAX = 64,
	LESSON_GOALS_MAX = 32,
	LESSON_HINTS_MAX = 8,   /* of a goal */
	LESSON_WRONG_MIN = 3,   /* typical wrong answers */
	LESSON_TEXT_MAX = 4096, /* bytes of a text, filled in */
	/* Of an answer that is drawn: two of 20 students have the same once in 88,000 classes. */
	LESSON_ANSWER_BITS_MIN = 24
};

enum value_kind {
	VALUE_PATTERN,
	VALUE_NUMBER,
	VALUE_CHOOSE,
	VALUE_TEXT,
	VALUE_OPTION_43
};

struct value_option_43 {
	int layout; /* index of value_layouts */
	const char *url, *username, *password;
	const char *type_plus,
	    *length_plus; /* added to its first two bytes; null: nothing */
};

struct lesson_value {
	const char *name;
	enum value_kind kind;
	const char *pattern;  /* '#' a digit, '?' a letter, '%' a hex digit */
	const char *number;   /* "20-250" */
	uint64_t first, last; /* of number */
	struct conf_strings choose;
	const char *text;
	const struct conf_node *option_43_at;
	struct value_option_43 option_43;
	const struct conf_node *at;
	double bits; /* how much of it is drawn: 2^bits students have their own */
};

/* What must be seen in the capture. Texts may hold {{name}}. */
struct sight {
	const char *cpe;     /* a node, "home-2", a serial number, or "2102*" */
	const char *acs;     /* node; null: any */
	const char *message; /* as ladders name it; null: the session itself */
	struct conf_strings events, without; /* of the session's Inform */
	struct conf_strings with, never;     /* names of messages of its session */
	struct conf_strings says, lacks;     /* texts of the message */
	struct conf_strings keeps;           /* ids of rules, or their families */
	uint64_t fault;                      /* code of a CWMP fault; 0: any */
	uint64_t status;                     /* of HTTP; 0: any */
	const char *user;                    /* of its credentials */
	bool is_complete;                    /* the session must have ended well */
	bool is_last;                        /* of several the last one decides */
	uint64_t in_a_row;                   /* so many, one behind the other; 0: one */
	const char *after; /* a goal: only what came behind its frame counts */
};

/* A command in a node: what the kernel says there. */
struct reading {
	const char *node;
	struct conf_strings run;
	const char *prints, *lacks;
};

struct lesson_hint {
	const char *name;
	uint64_t costs;
	const char
	    *when; /* what is in the reason why the goal does not hold; null: any */
	const char *text;
};

enum goal_part {
	GOAL_READ,
	GOAL_DO,
	GOAL_MEND,
	GOAL_PARTS
};

enum goal_kind {
	GOAL_ANSWER, /* a question with one answer, drawn */
	GOAL_CHOICE, /* a question with several to choose from */
	GOAL_FRAME,  /* a question for the number of a frame */
	GOAL_SIGHT,
	GOAL_READING
};

struct lesson_goal {
	const char *name;
	int part; /* enum goal_part */
	enum goal_kind kind;
	uint64_t points;
	const char *text; /* what is to be done, or asked */
	const char *answer;
	struct conf_strings
	    choices;     /* the first is right; they are shown in a drawn order */
	const char *why; /* told with the right answer; or null */
	const struct conf_node *frame_at, *sight_at, *reading_at, *at;
	struct sight sight; /* of GOAL_FRAME, too */
	struct sight frame; /* as it is bound */
	struct reading reading;
	struct conf_list hints; /* struct lesson_hint */
};

struct lesson_wrong {
	const char *name, *run;
	const char *fails, *hint; /* names of a goal and of a hint of it */
	const struct conf_node *fails_at, *hint_at;
};

struct lesson {
	struct conf_doc *doc;
	const char *title, *about;
	uint64_t minutes;
	struct conf_strings teaches, topics, needs;
	struct conf_list ready;  /* struct sight: seen before anybody begins */
	struct conf_list values; /* struct lesson_value */
	struct conf_list goals;  /* struct lesson_goal */
	struct conf_list wrong;  /* struct lesson_wrong */
	const char *prepare;     /* a script of the shell; or null */
	const char *solve;       /* the same */
	uint64_t points;         /* of all goals */
};

extern const struct conf_row lesson_rows[];
extern const char *const goal_parts[];    /* ended by null */
extern const char *const value_layouts[]; /* the same */

/* Reads and checks a lesson.yaml; name is what messages call it. mistakes (may be null) gets
 * all of them. ERR_CONFIG with the first in err, -ENOMEM. The caller frees *ret. */
int lesson_parse(const char *name, struct str bytes, struct conf_mistakes *mistakes,
    struct lesson **ret, struct error *err);

/* Looks through another file of the lesson for {{names}} that there are not, in the same words;
 * name and text live until it returns. */
int lesson_check_text(const struct lesson *lesson, const char *name, struct str text,
    struct conf_mistakes *mistakes, struct error *err);

/* Its mistakes that rows cannot say, all of them: lesson_parse()'s second part. */
int lesson_check(struct lesson *lesson, struct error *err);

/* Safe with null. */
void lesson_free(struct lesson *lesson);

static inline const struct lesson_goal *lesson_goal(const struct lesson *lesson,
    size_t i)
{
	return (const struct lesson_goal *)lesson->goals.items + i;
}

static inline const struct lesson_hint *goal_hint(const struct lesson_goal *goal,
    size_t i)
{
	return (const struct lesson_hint *)goal->hints.items + i;
}

/* Their index; SIZE_MAX: none has that name. */
size_t lesson_find_goal(const struct lesson *lesson, struct str name);
size_t goal_find_hint(const struct lesson_goal *goal, struct str name);

/* Whether it is answered by words, and not by what is done in the lab. */
bool goal_is_question(const struct lesson_goal *goal);

/* The place of the next "{{name}}" in text from *at on, with the name; *at goes on behind it.
 * False: there is none. "{{" without an end or with anything but a name in it stays as it is. */
bool lesson_next_name(struct str text, size_t *at, size_t *ret_start,
    struct str *ret_name);

/* The value of that name among the first n; null: there is none. */
const struct lesson_value *lesson_find_value(const struct lesson *lesson,
    struct str name, size_t n);

/* How much is drawn of a text by the first n values: as of what is drawn most of in it. */
double lesson_bits_of(const struct lesson *lesson, const char *text, size_t n);

/* Those that each lesson has without a row: "lab", "student", "folder" (of the lab's files),
 * "recording". Ended by null. */
extern const char *const lesson_own_names[];
