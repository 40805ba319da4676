#include "lab/lesson/values.h"

#include "lab/opt43/opt43_make.h"
#include "lib/base/compiler.h"
#include "lib/base/text.h"

#include <errno.h>
#include <stdlib.h>

static const char *value_of(const struct values *values, struct str name)
{
	const struct lesson_value *rows = values->lesson->values.items;

	const char *const own[] = { values->seat->lab, values->seat->student,
		values->seat->folder, values->seat->recording };

	for (size_t i = 0; lesson_own_names[i]; i++) {
		if (str_is(name, lesson_own_names[i]))
			return own[i] ? own[i] : "";
	}
	for (size_t i = 0; i < values->n; i++) {
		if (str_is(name, rows[i].name))
			return values->texts[i];
	}
	return NULL;
}

static bool is_path(const struct values *values, const char *value)
{
	return value == values->seat->folder || value == values->seat->recording;
}

static void fill(const struct values *values, struct str text, bool quotes,
    struct buf *out)
{
	size_t at = 0, done = 0, start;
	struct str name;

	while (lesson_next_name(text, &at, &start, &name)) {
		const char *value = value_of(values, name);

		buf_append_str(out, str_make(text.p + done, start - done));
		if (value && quotes && is_path(values, value))
			shell_append(out, value);
		else if (value)
			buf_append_text(out, value);
		else
			buf_append_str(out, str_make(text.p + start, at - start));
		done = at;
	}
	buf_append_str(out, str_from(text, done));
}

void values_fill(const struct values *values, struct str text, struct buf *out)
{
	fill(values, text, false, out);
}

void values_fill_shell(const struct values *values, struct str text, struct buf *out)
{
	fill(values, text, true, out);
}

static const char *keep(struct values *values, const char *text, bool quotes)
{
	auto_buf out = BUF_NULL;
	const char *kept;

	if (!text)
		return NULL;
	fill(values, str_of(text), quotes, &out);
	kept = out.error ? NULL : arena_strdup(&values->arena, buf_str(&out));
	return kept ? kept : "";
}

const char *values_text(struct values *values, const char *text)
{
	return keep(values, text, false);
}

const char *values_shown(struct values *values, const char *text)
{
	return keep(values, text, true);
}

/* ---- option 43 ------------------------------------------------------------------------ */

static struct str view(struct values *values, const char *text)
{
	return text ? str_of(values_text(values, text)) : STR_NULL;
}

static int put_option_43(struct values *values, const struct value_option_43 *option,
    struct buf *out, struct error *err)
{
	static const enum opt43_layout layouts[] = { OPT43_COMWARE, OPT43_TR069 };
	struct opt43_request request = OPT43_REQUEST_NULL;
	const char *const plus[] = { option->type_plus, option->length_plus };
	auto_buf bytes = BUF_NULL, digits = BUF_NULL;
	int r;

	request.layouts[0] = layouts[option->layout];
	request.acs.url = view(values, option->url);
	request.acs.username = view(values, option->username);
	request.acs.password = view(values, option->password);
	r = opt43_request_make(&request, request.layouts[0], &bytes, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < ARRAY_LEN(plus); i++) {
		struct str number = view(values, plus[i]);
		uint64_t more = 0;

		if (number.len > 0 && str_to_u64(number, UINT8_MAX, &more) < 0)
			return error_set(err, ERR_USAGE, "\"%.*s\" is no number to add",
			    STR_ARG(number));
		bytes.data[i] = (uint8_t)(bytes.data[i] + more);
	}
	hex_append(&digits, bytes.data, bytes.len);
	for (size_t i = 0; i < digits.len; i++) {
		if (digits.data[i] >= 'a')
			digits.data[i] = (uint8_t)(digits.data[i] - 'a' + 'A');
	}
	buf_append_str(out, buf_str(&digits));
	return 0;
}

/* ---- one value ------------------------------------------------------------------------ */

static int put_value(struct values *values, const struct lesson_value *value,
    struct buf *out, struct error *err)
{
	struct seed_draw draw = seed_draw_begin(&values->seat->seed,
	    str_of(values->seat->lesson), str_of(value->name));

	switch (value->kind) {
	case VALUE_PATTERN:
		seed_put_pattern(&draw, str_of(value->pattern), out);
		return 0;
	case VALUE_NUMBER:
		buf_append_uint(out,
		    value->first + seed_below(&draw, value->last - value->first + 1),
		    1);
		return 0;
	case VALUE_CHOOSE:
		values_fill(values,
		    str_of(value->choose.items[seed_below(&draw, value->choose.len)]),
		    out);
		return 0;
	case VALUE_TEXT:
		values_fill(values, str_of(value->text), out);
		return 0;
	case VALUE_OPTION_43:
		return put_option_43(values, &value->option_43, out, err);
	}
	return 0;
}

int values_make(struct values *values, const struct lesson *lesson,
    const struct seat *seat, struct error *err)
{
	*values = (struct values){ .lesson = lesson, .seat = seat };
	for (size_t i = 0; i < lesson->values.len; i++) {
		const struct lesson_value *value =
		    (const struct lesson_value *)lesson->values.items + i;
		auto_buf out = BUF_NULL;
		int r = put_value(values, value, &out, err);

		if (r < 0) {
			(void)error_prefix(err, "value \"%s\"", value->name);
			return r;
		}
		values->texts[i] =
		    out.error ? NULL : arena_strdup(&values->arena, buf_str(&out));
		if (!values->texts[i])
			return error_set(err, -ENOMEM, "out of memory");
		values->n = i + 1;
	}
	return 0;
}

void values_free(struct values *values)
{
	arena_free(&values->arena);
	values->n = 0;
}
