/* A lesson that is small and right. */
#pragma once

#include "tests/unit/unit.h"

#include "lab/lesson/values.h"

#define HEAD                                             \
	"title: t\nabout: a\nminutes: 5\nteaches: [x]\n" \
	"values:\n"                                      \
	"  - {name: key, pattern: \"key-%%%%%%%%\"}\n"   \
	"  - {name: net, number: 20-29}\n"
#define GOALS                                                                           \
	"goals:\n"                                                                      \
	"  - {name: key, part: read, text: which key, answer: \"{{key}}\",\n"           \
	"     hints: [{name: near, costs: 2, when: '\"nearly\"', text: no},\n"          \
	"             {name: far, costs: 3, text: there}, {name: last, text: here}]}\n" \
	"  - {name: pick, part: read, text: which, choices: [right, wrong, worse],\n"   \
	"     hints: [{name: h, text: x}]}\n"                                           \
	"  - {name: boots, part: do, text: boot, see: {cpe: cpe, message: Inform},\n"   \
	"     hints: [{name: h, text: x}]}\n"                                           \
	"  - {name: mended, part: mend, text: mend,\n"                                  \
	"     see: {cpe: cpe, message: Inform, after: boots},\n"                        \
	"     hints: [{name: h, text: x}]}\n"
#define WRONG(hint)                                           \
	"wrong:\n"                                            \
	"  - {name: a, run: x, fails: key, hint: " hint "}\n" \
	"  - {name: b, run: x, fails: key, hint: far}\n"      \
	"  - {name: c, run: x, fails: boots, hint: h}\n"
#define SOLVE    "solve: x\n"
#define A_LESSON HEAD GOALS WRONG("near") SOLVE

static inline struct lesson *must_parse(const char *text)
{
	struct lesson *lesson = NULL;
	struct error err = ERROR_NULL;

	if (lesson_parse("lesson.yaml", str_of(text), NULL, &lesson, &err) < 0)
		fail_msg("%s", err.text);
	return lesson;
}

static inline struct seat seat_of(const char *student, const char *secret)
{
	return (struct seat){ .student = student,
		.lesson = "01-x",
		.lab = "lesson-1",
		.seed = seed_of(str_of(secret), str_of(student)) };
}
