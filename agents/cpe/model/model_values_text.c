/* What differs from the model as lines, "KIND FLAGS PATH TEXT", with "%0a" for what a line
 * cannot hold; and "told" with four times. Paths outlive a change of the model, as far as it
 * has them still. */
#include "agents/cpe/model/model_values.h"

#include "lib/base/text.h"

#include <errno.h>
#include <inttypes.h>

static const char *const kind_names[] = {
	[MODEL_VALUE] = "value",
	[MODEL_MADE] = "made",
	[MODEL_GONE] = "gone",
	[MODEL_NEXT] = "next",
	[MODEL_NOTIFY] = "notify",
	[MODEL_ACCESS] = "access",
	[MODEL_CHANGED] = "changed",
	[MODEL_TOLD] = "seen",
	[MODEL_LIGHT] = "light",
};

static void put_text(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = (uint8_t)text.p[i];

		if (c > ' ' && c != '%' && c != 0x7f)
			buf_append_char(out, (char)c);
		else
			buf_printf(out, "%%%02x", c);
	}
}

int model_values_save(const struct model_values *values, struct buf *out)
{
	char path[MODEL_AT_TEXT_MAX];

	if (values->told.wall != 0)
		buf_printf(out,
		    "told %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n",
		    values->told.wall, values->told.up, values->telling.wall,
		    values->telling.up);
	for (size_t i = 0; i < model_block_len(values->block); i++) {
		struct model_record record = model_block_at(values->block, i);

		(void)model_at_path(values->model, &record.at, path);
		buf_printf(out, "%s %u %s ", kind_names[record.kind], record.flags,
		    path);
		put_text(out, record.text);
		buf_append_char(out, '\n');
	}
	return out->error;
}

/* ---- reading ------------------------------------------------------------------------ */

static int take_times(struct model_values *values, struct str rest)
{
	clock_ns *const times[] = { &values->told.wall, &values->told.up,
		&values->telling.wall, &values->telling.up };

	for (size_t i = 0; i < ARRAY_LEN(times); i++) {
		uint64_t n;

		if (str_to_u64(str_cut(rest, ' ', &rest), INT64_MAX, &n) < 0)
			return ERR_MALFORMED;
		*times[i] = (clock_ns)n;
	}
	return 0;
}

static bool read_text(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = (uint8_t)text.p[i];

		if (c == '%') {
			if (hex_parse(str_make(text.p + i + 1,
					  MIN(text.len - i - 1, (size_t)2)),
				&c, 1) != 1)
				return false;
			i += 2;
		}
		buf_append_char(out, (char)c);
	}
	return out->error == 0;
}

/* How long the text of a record is, where its kind says so; 0: any. */
static size_t size_of(enum model_record_kind kind)
{
	return kind == MODEL_NEXT ? 4 : kind == MODEL_NOTIFY ? 1 : 0;
}

/* Whether a record of this kind may stand there: the model may have changed. */
static bool has_place(const struct model_name *name, enum model_record_kind kind)
{
	switch (kind) {
	case MODEL_VALUE:
	case MODEL_CHANGED:
	case MODEL_TOLD:
	case MODEL_LIGHT:
		return name->param;
	case MODEL_MADE:
	case MODEL_GONE:
		return name->table;
	case MODEL_NEXT:
		return name->rows != MODEL_NONE;
	case MODEL_NOTIFY:
	case MODEL_ACCESS:
		return true;
	}
	return false;
}

static int take_line(struct model_values *values, struct str line)
{
	auto_buf text = BUF_MAX(MODEL_VALUE_MAX);
	struct str rest, word = str_cut(line, ' ', &rest);
	struct model_at at;
	uint64_t flags;
	size_t kind = 0;

	if (str_is(word, "told"))
		return take_times(values, rest);
	while (kind < ARRAY_LEN(kind_names) && !str_is(word, kind_names[kind]))
		kind++;
	if (kind == ARRAY_LEN(kind_names) ||
	    str_to_u64(str_cut(rest, ' ', &rest), UINT8_MAX, &flags) < 0)
		return ERR_MALFORMED;
	word = str_cut(rest, ' ', &rest);
	if (!rest.p || !read_text(&text, rest) ||
	    (size_of((enum model_record_kind)kind) > 0 &&
		text.len != size_of((enum model_record_kind)kind)))
		return ERR_MALFORMED;
	if (!model_at_read(values->model, word, &at) ||
	    !has_place(&values->model->names[at.name], (enum model_record_kind)kind))
		return 0;
	return model_block_put(&values->block, (enum model_record_kind)kind, &at,
	    (uint8_t)flags, buf_str(&text));
}

int model_values_restore(struct model_values *values, struct str text)
{
	int r = 0;

	while (r == 0 && text.len > 0)
		r = take_line(values, str_cut(text, '\n', &text));
	return r;
}
