/* {{name}} in the texts of a lesson. */
#include "lab/lesson/lesson_internal.h"

#include "lib/base/compiler.h"

#include <string.h>

/* ---- {{name}} ------------------------------------------------------------------------- */

bool lesson_is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

bool lesson_next_name(struct str text, size_t *at, size_t *ret_start,
    struct str *ret_name)
{
	size_t start, end;

	while (str_find(str_from(text, *at), STR("{{"), &start)) {
		start += *at;
		end = start + 2;
		while (end < text.len && lesson_is_name_char(text.p[end]))
			end++;
		if (end > start + 2 && str_starts(str_from(text, end), STR("}}"))) {
			*ret_start = start;
			*ret_name = str_make(text.p + start + 2, end - start - 2);
			*at = end + 2;
			return true;
		}
		*at = start + 2;
	}
	return false;
}

bool lesson_is_own_name(struct str name)
{
	for (size_t i = 0; lesson_own_names[i]; i++) {
		if (str_is(name, lesson_own_names[i]))
			return true;
	}
	return false;
}

const struct lesson_value *lesson_find_value(const struct lesson *lesson,
    struct str name, size_t n)
{
	const struct lesson_value *values = lesson->values.items;

	for (size_t i = 0; i < n; i++) {
		if (values[i].name && str_is(name, values[i].name))
			return &values[i];
	}
	return NULL;
}

/* "did you mean", or where they stand. */
static const char *hint_at_values(const struct lesson *lesson, struct str name,
    char *hint, size_t size)
{
	const struct lesson_value *values = lesson->values.items;
	const char *names[LESSON_VALUES_MAX + 8];
	size_t n = 0;

	for (size_t i = 0; lesson_own_names[i]; i++)
		names[n++] = lesson_own_names[i];
	for (size_t i = 0; i < lesson->values.len && n < ARRAY_LEN(names); i++) {
		if (values[i].name)
			names[n++] = values[i].name;
	}
	return conf_suggest(name, names, n, hint, size)
		   ? hint
		   : "\"values\" of lesson.yaml lists them, beside lab, student, folder and recording";
}

/* ---- places of texts ------------------------------------------------------------------ */

int lesson_fail_name(const struct lesson *lesson, const struct conf_doc *doc,
    const struct conf_node *at, struct str name, struct error *err)
{
	char hint[96];

	return conf_fail(doc, at, hint_at_values(lesson, name, hint, sizeof(hint)), err,
	    "no value is named \"%.*s\"", STR_ARG(name));
}

/* Every text of the file but those of values, which know only what stands above them. */
int lesson_check_names(const struct lesson *lesson, const struct conf_node *node,
    struct error *err)
{
	int worst = 0, r = 0;
	size_t at = 0, start;
	struct str name;

	while (node->kind == CONF_SCALAR &&
	       lesson_next_name(node->text, &at, &start, &name)) {
		if (lesson_is_own_name(name) ||
		    lesson_find_value(lesson, name, lesson->values.len))
			continue;
		r = lesson_fail_name(lesson, lesson->doc, node, name, err);
		if (!conf_go_on(lesson->doc, r, &worst))
			return r;
	}
	for (size_t i = 0; i < node->len && node->kind != CONF_SCALAR; i++) {
		bool is_map = node->kind == CONF_MAPPING;

		if (is_map && str_is(node->pairs[i].key->text, "values"))
			continue;
		r = lesson_check_names(lesson,
		    is_map ? node->pairs[i].value : node->items[i], err);
		if (!conf_go_on(lesson->doc, r, &worst))
			return r;
	}
	return worst;
}

int lesson_check_text(const struct lesson *lesson, const char *name, struct str text,
    struct conf_mistakes *mistakes, struct error *err)
{
	const struct conf_doc doc = { .name = name,
		.text = text,
		.mistakes = mistakes };
	uint32_t line = 1, column = 1;
	size_t at = 0, start, counted = 0;
	struct str found;
	int worst = 0;

	while (lesson_next_name(text, &at, &start, &found)) {
		struct conf_node place = { .kind = CONF_SCALAR,
			.width = (uint32_t)found.len + 4 };
		int r;

		if (lesson_is_own_name(found) ||
		    lesson_find_value(lesson, found, lesson->values.len))
			continue;
		for (; counted < start; counted++) {
			column = text.p[counted] == '\n' ? 1 : column + 1;
			line += text.p[counted] == '\n';
		}
		place.line = line;
		place.column = column;
		r = lesson_fail_name(lesson, &doc, &place, found, err);
		if (!conf_go_on(&doc, r, &worst))
			return r;
	}
	return worst;
}

/* ---- goals and hints ------------------------------------------------------------------ */

size_t lesson_find_goal(const struct lesson *lesson, struct str name)
{
	for (size_t i = 0; i < lesson->goals.len; i++) {
		if (lesson_goal(lesson, i)->name &&
		    str_is(name, lesson_goal(lesson, i)->name))
			return i;
	}
	return SIZE_MAX;
}

size_t goal_find_hint(const struct lesson_goal *goal, struct str name)
{
	for (size_t i = 0; i < goal->hints.len; i++) {
		if (str_is(name, goal_hint(goal, i)->name))
			return i;
	}
	return SIZE_MAX;
}

bool goal_is_question(const struct lesson_goal *goal)
{
	return goal->kind == GOAL_ANSWER || goal->kind == GOAL_CHOICE ||
	       goal->kind == GOAL_FRAME;
}
