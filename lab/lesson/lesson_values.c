/* The values of a lesson, checked. */
#include "lab/lesson/lesson_internal.h"

#include "lib/base/compiler.h"

#include <math.h>

enum {
	UNKNOWN_BITS = 1000000 /* more than any text has */
};

double lesson_bits_of(const struct lesson *lesson, const char *text, size_t n)
{
	double most = 0;
	size_t at = 0, start;
	struct str name;

	while (text && lesson_next_name(str_of(text), &at, &start, &name)) {
		const struct lesson_value *value = lesson_find_value(lesson, name, n);

		/* That there is no such value is told elsewhere. */
		if (!value && !lesson_is_own_name(name))
			return UNKNOWN_BITS;
		most = value && value->bits > most ? value->bits : most;
	}
	return most;
}

static double bits_of_pattern(const char *pattern)
{
	double bits = 0;

	for (; *pattern; pattern++)
		bits += *pattern == '#'   ? log2(10)
			: *pattern == '?' ? log2(26)
			: *pattern == '%' ? log2(16)
					  : 0;
	return bits;
}

static double bits_of_value(const struct lesson *lesson,
    const struct lesson_value *value, size_t i)
{
	double bits = UNKNOWN_BITS;

	switch (value->kind) {
	case VALUE_PATTERN:
		return bits_of_pattern(value->pattern);
	case VALUE_NUMBER:
		return log2((double)(value->last - value->first) + 1);
	case VALUE_TEXT:
		return lesson_bits_of(lesson, value->text, i);
	case VALUE_OPTION_43:
		return lesson_bits_of(lesson, value->option_43.url, i);
	case VALUE_CHOOSE:
		break;
	}
	for (size_t k = 0; k < value->choose.len; k++) {
		double own = lesson_bits_of(lesson, value->choose.items[k], i);

		bits = own < bits ? own : bits;
	}
	return bits + log2((double)value->choose.len);
}

static int find_kind(const struct lesson *lesson, struct lesson_value *value,
    struct error *err)
{
	const bool is[] = { [VALUE_PATTERN] = value->pattern,
		[VALUE_NUMBER] = value->number,
		[VALUE_CHOOSE] = value->choose.len > 0,
		[VALUE_TEXT] = value->text,
		[VALUE_OPTION_43] = value->option_43_at };
	unsigned n = 0;

	for (size_t i = 0; i < ARRAY_LEN(is); i++) {
		if (is[i])
			value->kind = (enum value_kind)i;
		n += is[i];
	}
	if (n == 1)
		return 0;
	return conf_fail(lesson->doc, value->at,
	    "one of: pattern, number, choose, text, option-43", err,
	    n ? "value \"%s\" is made in more than one way"
	      : "nothing says how value \"%s\" is made",
	    value->name);
}

static int read_number(const struct lesson *lesson, struct lesson_value *value,
    struct error *err)
{
	struct str last, first = str_cut(str_of(value->number), '-', &last);

	if (str_to_u64(str_trim(first), INT64_MAX, &value->first) == 0 && last.p &&
	    str_to_u64(str_trim(last), INT64_MAX, &value->last) == 0 &&
	    value->first < value->last)
		return 0;
	return conf_fail(lesson->doc, value->at, "such as 20-250", err,
	    "value \"%s\": \"%s\" is no range of numbers", value->name, value->number);
}

/* The names in the texts of value i: only values above it are made by then. */
static int check_above(const struct lesson *lesson, const struct lesson_value *value,
    const char *text, struct error *err)
{
	size_t i = (size_t)(value - (const struct lesson_value *)lesson->values.items);
	size_t at = 0, start;
	struct str name;

	while (text && lesson_next_name(str_of(text), &at, &start, &name)) {
		if (lesson_is_own_name(name) || lesson_find_value(lesson, name, i))
			continue;
		if (lesson_find_value(lesson, name, lesson->values.len))
			return conf_fail(lesson->doc, value->at, "put it above", err,
			    "value \"%s\" needs \"%.*s\", which is not above it",
			    value->name, STR_ARG(name));
		return lesson_fail_name(lesson, lesson->doc, value->at, name, err);
	}
	return 0;
}

static int check_texts_above(const struct lesson *lesson,
    const struct lesson_value *value, struct error *err)
{
	const struct value_option_43 *option = &value->option_43;
	const char *const texts[] = { value->text, option->url, option->username,
		option->password, option->type_plus, option->length_plus };
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(texts) && r == 0; i++)
		r = check_above(lesson, value, texts[i], err);
	for (size_t i = 0; i < value->choose.len && r == 0; i++)
		r = check_above(lesson, value, value->choose.items[i], err);
	return r;
}

int lesson_check_value(const struct lesson *lesson, size_t i, struct error *err)
{
	struct lesson_value *value = (struct lesson_value *)lesson->values.items + i;
	struct str name = str_of(value->name);
	size_t at = 0;
	int r;

	while (at < name.len && lesson_is_name_char(name.p[at]))
		at++;
	if (at < name.len || lesson_is_own_name(name))
		return conf_fail(lesson->doc, value->at,
		    "a to z, 0 to 9 and \"-\"; not lab, student, folder, recording",
		    err, "\"%s\" cannot be the name of a value", value->name);
	if (lesson_find_value(lesson, name, i))
		return conf_fail(lesson->doc, value->at, NULL, err,
		    "there is a value \"%s\" already", value->name);
	r = find_kind(lesson, value, err);
	if (r == 0 && value->kind == VALUE_NUMBER)
		r = read_number(lesson, value, err);
	if (r == 0)
		r = check_texts_above(lesson, value, err);
	if (r == 0)
		value->bits = bits_of_value(lesson, value, i);
	if (r == 0 && value->kind == VALUE_PATTERN && value->bits <= 0)
		r = conf_fail(lesson->doc, value->at,
		    "# a digit, ? a letter, % a hex digit", err,
		    "nothing of \"%s\" is drawn", value->pattern);
	return r;
}
