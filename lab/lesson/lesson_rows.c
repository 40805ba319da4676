/* The keys of lesson.yaml. */
#include "lab/lesson/lesson.h"

const char *const goal_parts[] = { "read", "do", "mend", NULL };
const char *const value_layouts[] = { "comware", "tr069", NULL };
const char *const lesson_own_names[] = { "lab", "student", "folder", "recording",
	NULL };

// clang-format off
#define ROW(struct_, member, key_, type_, help_) \
	.key = key_, .type = type_, .offset = offsetof(struct struct_, member), .help = help_
#define AT(struct_, member) .node_offset = 1 + offsetof(struct struct_, member)

static const struct conf_row option_43_rows[] = {
	{ ROW(value_option_43, layout, "layout", CONF_ENUM, "of its sub-options"),
	  .names = value_layouts, .dflt = "comware" },
	{ ROW(value_option_43, url, "url", CONF_STR, "of the ACS"), .is_required = true },
	{ ROW(value_option_43, username, "username", CONF_STR, "of layout comware") },
	{ ROW(value_option_43, password, "password", CONF_STR, "of layout comware"),
	  .is_secret = true },
	{ ROW(value_option_43, type_plus, "type-plus", CONF_STR,
	      "a number that is added to the type byte of its first sub-option") },
	{ ROW(value_option_43, length_plus, "length-plus", CONF_STR,
	      "the same of its length byte") },
	{ NULL },
};

static const struct conf_row value_rows[] = {
	{ ROW(lesson_value, name, "name", CONF_STR, "it stands as {{name}} in the texts"),
	  .is_required = true, .min = 1, .max = 40, AT(lesson_value, at) },
	{ ROW(lesson_value, pattern, "pattern", CONF_STR,
	      "# is a digit that is drawn, ? a letter, % a hex digit; all else stays"), .max = 64 },
	{ ROW(lesson_value, number, "number", CONF_STR, "drawn from FIRST-LAST"), .max = 41 },
	{ ROW(lesson_value, choose, "choose", CONF_STRINGS, "one of these is drawn"),
	  .min = 2, .max = 32 },
	{ ROW(lesson_value, text, "text", CONF_STR, "made of the values above it"), .max = 1024 },
	{ ROW(lesson_value, option_43, "option-43", CONF_OBJECT, "the hex digits of an option 43"),
	  .rows = option_43_rows, AT(lesson_value, option_43_at) },
	{ NULL },
};

static const struct conf_row sight_rows[] = {
	{ ROW(sight, cpe, "cpe", CONF_STR, "the CPE (or host) by its node, or its serial number; "
	      "PREFIX* is all those whose serial numbers begin so"),
	  .is_required = true },
	{ ROW(sight, acs, "acs", CONF_STR, "the node that it talks to; any, where absent") },
	{ ROW(sight, message, "message", CONF_STR,
	      "by the name that ladders give it; the session itself, where absent") },
	{ ROW(sight, events, "events", CONF_STRINGS, "that the Inform of its session carries"),
	  .max = 8 },
	{ ROW(sight, without, "without", CONF_STRINGS, "events that it does not carry"), .max = 8 },
	{ ROW(sight, with, "with", CONF_STRINGS, "messages that are in its session, too"), .max = 8 },
	{ ROW(sight, never, "never", CONF_STRINGS, "messages that are not"), .max = 8 },
	{ ROW(sight, says, "says", CONF_STRINGS, "texts that are in the message"), .max = 8 },
	{ ROW(sight, lacks, "lacks", CONF_STRINGS, "texts that are not"), .max = 8 },
	{ ROW(sight, keeps, "keeps", CONF_STRINGS,
	      "rules that it does not break, by id or family (SOAP), at the level must"), .max = 8 },
	{ ROW(sight, fault, "fault", CONF_UINT, "code of a CWMP fault"), .min = 8000, .max = 9999 },
	{ ROW(sight, status, "status", CONF_UINT, "of HTTP"), .min = 100, .max = 599 },
	{ ROW(sight, user, "user", CONF_STR, "whose credentials the request brings") },
	{ ROW(sight, is_complete, "complete", CONF_BOOL, "whether its session must end as it should"),
	  .dflt = "no" },
	{ ROW(sight, is_last, "last", CONF_BOOL, "whether of several the last one decides"),
	  .dflt = "no" },
	{ ROW(sight, in_a_row, "in-a-row", CONF_UINT,
	      "so many of them, each of another session, and none between that is otherwise"),
	  .min = 2, .max = 1000000 },
	{ ROW(sight, after, "after", CONF_STR, "a goal above; what came before its frame does not count") },
	{ NULL },
};

static const struct conf_row reading_rows[] = {
	{ ROW(reading, node, "node", CONF_STR, "where the command runs"), .is_required = true },
	{ ROW(reading, run, "run", CONF_STRINGS, "the command and its arguments"),
	  .is_required = true, .min = 1, .max = 16 },
	{ ROW(reading, prints, "prints", CONF_STR, "a text that is in what it prints") },
	{ ROW(reading, lacks, "lacks", CONF_STR, "a text that is not") },
	{ NULL },
};

static const struct conf_row hint_rows[] = {
	{ ROW(lesson_hint, name, "name", CONF_STR, "of the hint"), .is_required = true, .min = 1,
	  .max = 40 },
	{ ROW(lesson_hint, costs, "costs", CONF_UINT, "points"), .max = 100, .dflt = "1" },
	{ ROW(lesson_hint, when, "when", CONF_STR,
	      "it is offered where the reason why the goal does not hold has this text in it") },
	{ ROW(lesson_hint, text, "text", CONF_STR, "the hint"), .is_required = true, .min = 1,
	  .max = 1024 },
	{ NULL },
};

static const struct conf_row goal_rows[] = {
	{ ROW(lesson_goal, name, "name", CONF_STR, "of the goal"), .is_required = true, .min = 1,
	  .max = 40, AT(lesson_goal, at) },
	{ ROW(lesson_goal, part, "part", CONF_ENUM, "of the lesson"), .names = goal_parts,
	  .is_required = true },
	{ ROW(lesson_goal, points, "points", CONF_UINT, "for it"), .min = 1, .max = 100,
	  .dflt = "10" },
	{ ROW(lesson_goal, text, "text", CONF_STR, "what is to be done, or the question"),
	  .is_required = true, .min = 1, .max = 1024 },
	{ ROW(lesson_goal, answer, "answer", CONF_STR,
	      "of a question: made of a value that two students share as good as never"),
	  .max = 1024 },
	{ ROW(lesson_goal, choices, "choices", CONF_STRINGS,
	      "of a question: the right one first; students see them in an order of their own"),
	  .min = 2, .max = 8 },
	{ ROW(lesson_goal, frame, "answer-frame", CONF_OBJECT,
	      "of a question: the number of the frame in which this is seen first"),
	  .rows = sight_rows, AT(lesson_goal, frame_at) },
	{ ROW(lesson_goal, why, "why", CONF_STR, "told with the right answer"), .max = 1024 },
	{ ROW(lesson_goal, sight, "see", CONF_OBJECT, "what the capture must show"),
	  .rows = sight_rows, AT(lesson_goal, sight_at) },
	{ ROW(lesson_goal, reading, "command", CONF_OBJECT, "what a command in a node must print"),
	  .rows = reading_rows, AT(lesson_goal, reading_at) },
	{ ROW(lesson_goal, hints, "hints", CONF_OBJECTS, "the first that fits is offered first"),
	  .rows = hint_rows, .item_size = sizeof(struct lesson_hint), .min = 1,
	  .max = LESSON_HINTS_MAX, .is_required = true },
	{ NULL },
};

static const struct conf_row wrong_rows[] = {
	{ ROW(lesson_wrong, name, "name", CONF_STR, "what the student does"), .is_required = true,
	  .min = 1 },
	{ ROW(lesson_wrong, run, "run", CONF_STR, "a script of the shell that does it"),
	  .is_required = true, .min = 1 },
	{ ROW(lesson_wrong, fails, "fails", CONF_STR, "the goal that must not hold then"),
	  .is_required = true, AT(lesson_wrong, fails_at) },
	{ ROW(lesson_wrong, hint, "hint", CONF_STR, "the hint of that goal that must be offered"),
	  .is_required = true, AT(lesson_wrong, hint_at) },
	{ NULL },
};

const struct conf_row lesson_rows[] = {
	{ ROW(lesson, title, "title", CONF_STR, "one line"), .is_required = true, .min = 1, .max = 72 },
	{ ROW(lesson, about, "about", CONF_STR, "one sentence: what it is good for"),
	  .is_required = true, .min = 1, .max = 400 },
	{ ROW(lesson, minutes, "minutes", CONF_UINT, "of a student's time"), .is_required = true,
	  .min = 1, .max = 600 },
	{ ROW(lesson, teaches, "teaches", CONF_STRINGS, "paragraphs of TR-069 or of the guide"),
	  .is_required = true, .min = 1, .max = 16 },
	{ ROW(lesson, topics, "topics", CONF_STRINGS, "of the public courses that it covers"),
	  .max = 16 },
	{ ROW(lesson, needs, "needs", CONF_STRINGS, "programs that must be installed"), .max = 8 },
	{ ROW(lesson, prepare, "prepare", CONF_STR,
	      "a script of the shell that runs once the lab is up, before the student begins"),
	  .min = 1 },
	{ ROW(lesson, ready, "ready", CONF_OBJECTS,
	      "what the recording must show before the student begins"),
	  .rows = sight_rows, .item_size = sizeof(struct sight), .max = 16 },
	{ ROW(lesson, values, "values", CONF_OBJECTS, "what differs from student to student"),
	  .rows = value_rows, .item_size = sizeof(struct lesson_value), .max = LESSON_VALUES_MAX },
	{ ROW(lesson, goals, "goals", CONF_OBJECTS, "in the order in which they are reached"),
	  .rows = goal_rows, .item_size = sizeof(struct lesson_goal), .is_required = true,
	  .min = GOAL_PARTS, .max = LESSON_GOALS_MAX },
	{ ROW(lesson, wrong, "wrong", CONF_OBJECTS, "typical wrong answers"),
	  .rows = wrong_rows, .item_size = sizeof(struct lesson_wrong), .is_required = true,
	  .min = LESSON_WRONG_MIN, .max = 16 },
	{ ROW(lesson, solve, "solve", CONF_STR, "a script of the shell that reaches every goal"),
	  .is_required = true, .min = 1 },
	{ NULL },
};
// clang-format on
