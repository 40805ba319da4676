#include "lab/opt43/opt43_explain.h"

#include "lab/opt43/opt43_words.h"
#include "lib/base/json.h"
#include "lib/base/secret.h"
#include "lib/base/shown.h"
#include "lib/base/text.h"
#include "lib/program/table.h"

enum {
	ROW_BYTES = 8,
	ROW_BYTES_NARROW = 4,
	NARROW_COLUMNS = 64, /* below, a row has fewer bytes */
	HEAD_BYTES = 2,      /* of an option 43 within option 43 */
};

struct explaining {
	struct opt43_words words;
	struct table *table; /* of text, or null */
	struct json *json;   /* or null */
	size_t row_bytes;
	size_t offset; /* of the first byte, from where offsets are counted */
	bool shows_secrets;
};

/* ---- what is to be seen of a span ---------------------------------------------------- */

/* Marks the bytes that nobody is to see. */
static void find_hidden(const struct explaining *explaining,
    const struct opt43_span *span, bool hidden[static OPT43_READ_MAX])
{
	size_t at = 0, end = 0;

	for (size_t i = 0; i < span->bytes.len; i++)
		hidden[i] = span->is_secret && !explaining->shows_secrets;
	if (explaining->shows_secrets)
		return;
	for (; secret_find(span->bytes, &at, &end); at = end) {
		for (size_t i = at; i < end; i++)
			hidden[i] = true;
	}
}

static void put_hex(struct buf *out, struct str bytes, const bool *hidden)
{
	for (size_t i = 0; i < bytes.len; i++) {
		if (hidden[i])
			buf_printf(out, "%s**", i ? " " : "");
		else
			buf_printf(out, "%s%02X", i ? " " : "", (uint8_t)bytes.p[i]);
	}
}

/* Characters of ASCII, and a dot for each other byte. */
static void put_text(struct buf *out, struct str bytes, const bool *hidden)
{
	for (size_t i = 0; i < bytes.len; i++) {
		char c = bytes.p[i];

		buf_append_char(out, hidden[i] ? '*' : c > ' ' && c <= '~' ? c : '.');
	}
}

/* ---- text ---------------------------------------------------------------------------- */

static const struct table_column columns[] = {
	{ .heading = "offset", .is_right = true },
	{ .heading = "bytes" },
	{ .heading = "text", .leaves = 1 },
	{ .heading = "meaning", .least = 16, .wraps = true },
};

static bool has_text(enum opt43_part part)
{
	return part != OPT43_PART_TYPE && part != OPT43_PART_LENGTH &&
	       part != OPT43_PART_PAD && part != OPT43_PART_END &&
	       part != OPT43_PART_NUL && part != OPT43_PART_PXE_TYPE &&
	       part != OPT43_PART_PXE_COUNT && part != OPT43_PART_PXE_SERVER;
}

static void put_wrong(struct table *table, const struct opt43_words *words)
{
	for (size_t i = 0; i < words->n_wrong; i++) {
		table_cell(table, "");
		table_cell(table, "");
		table_cell(table, "");
		table_cellf(table, "%s: %s", words->is_odd[i] ? "odd" : "wrong",
		    words->wrong[i]);
	}
}

static void put_rows(const struct explaining *explaining, const struct opt43_span *span,
    const bool *hidden)
{
	struct str bytes = span->bytes;

	for (size_t i = 0; i < bytes.len; i += explaining->row_bytes) {
		struct str row =
		    str_make(bytes.p + i, MIN(bytes.len - i, explaining->row_bytes));
		auto_buf hex = BUF_NULL, text = BUF_NULL;

		put_hex(&hex, row, hidden + i);
		if (has_text(span->part))
			put_text(&text, row, hidden + i);
		table_cellf(explaining->table, "%zu",
		    explaining->offset + span->at + i);
		table_cell(explaining->table, buf_cstr(&hex));
		table_cell(explaining->table, buf_cstr(&text));
		table_cell(explaining->table, i == 0 ? explaining->words.meaning : "");
	}
	put_wrong(explaining->table, &explaining->words);
}

/* ---- JSON ---------------------------------------------------------------------------- */

static void put_list(struct json *json, const char *key,
    const struct opt43_words *words, bool is_odd)
{
	json_array_begin(json, key);
	for (size_t i = 0; i < words->n_wrong; i++) {
		if (words->is_odd[i] == is_odd)
			json_text(json, NULL, words->wrong[i]);
	}
	json_array_end(json);
}

static void put_object(const struct explaining *explaining,
    const struct opt43_span *span, const bool *hidden)
{
	struct json *json = explaining->json;
	auto_buf hex = BUF_NULL;

	put_hex(&hex, span->bytes, hidden);
	json_object_begin(json, NULL);
	json_uint(json, "offset", explaining->offset + span->at);
	json_uint(json, "length", span->bytes.len);
	json_str(json, "hex", buf_str(&hex));
	json_text(json, "meaning", explaining->words.meaning);
	put_list(json, "wrong", &explaining->words, false);
	put_list(json, "odd", &explaining->words, true);
	json_object_end(json);
}

/* ---- the walk ------------------------------------------------------------------------ */

static void on_span(void *user, const struct opt43_span *span)
{
	struct explaining *explaining = user;
	bool hidden[OPT43_READ_MAX];

	find_hidden(explaining, span, hidden);
	opt43_words_make(&explaining->words, span, explaining->shows_secrets);
	if (explaining->json)
		put_object(explaining, span, hidden);
	else
		put_rows(explaining, span, hidden);
}

static void walk_list(struct explaining *explaining, struct str bytes)
{
	struct opt43 acs;

	(void)opt43_parse(&acs, bytes.p, bytes.len, true, NULL);
	opt43_words_begin(&explaining->words, acs.layout, bytes.len,
	    explaining->offset);
	opt43_spans(bytes, &acs, on_span, explaining);
}

/* Whole bytes that are one thing, which is wrong where it is. */
static void tell_alone(struct explaining *explaining, const struct opt43_span *span,
    const char *meaning, const char *wrong)
{
	struct opt43_words *words = &explaining->words;
	bool hidden[OPT43_READ_MAX];

	find_hidden(explaining, span, hidden);
	opt43_words_begin(words, OPT43_UNKNOWN, span->bytes.len, 0);
	(void)shown_snprintf(words->meaning, sizeof(words->meaning), "%s", meaning);
	if (wrong)
		(void)shown_snprintf(words->wrong[words->n_wrong++],
		    sizeof(words->wrong[0]), "%s", wrong);
	if (explaining->json)
		put_object(explaining, span, hidden);
	else
		put_rows(explaining, span, hidden);
}

/* A URL as text, and what stands behind it. */
static void walk_bare(struct explaining *explaining, struct str bytes)
{
	struct str rest;
	const struct opt43_span url = { .part = OPT43_PART_URL,
		.bytes = str_cut(bytes, ' ', &rest) };
	const struct opt43_span more = { .part = OPT43_PART_REST,
		.at = url.bytes.len,
		.bytes = str_from(bytes, url.bytes.len),
		.is_secret = true };

	tell_alone(explaining, &url, "a URL as bare text",
	    "a type (01) and a length stand before it in a list of sub-options");
	if (rest.p)
		tell_alone(explaining, &more,
		    "text behind it, such as a user name and a password", NULL);
}

/* The digits of bytes as text, which restart the offsets. */
static void walk_digits(struct explaining *explaining, struct str bytes)
{
	const struct opt43_span digits = { .part = OPT43_PART_OTHER,
		.bytes = bytes,
		.is_secret = true };
	uint8_t inner[256];
	int n = hex_read(bytes, inner, sizeof(inner), NULL);

	tell_alone(explaining, &digits, "the digits of its bytes as text",
	    "the server sends a string where bytes were meant; what the digits say "
	    "stands below, with offsets of its own");
	walk_list(explaining, str_make(inner, n < 0 ? sizeof(inner) : (size_t)n));
}

static void walk(struct explaining *explaining, struct str bytes)
{
	const struct opt43_span head = { .bytes = str_make(bytes.p,
					     MIN(bytes.len, (size_t)HEAD_BYTES)) };

	switch (opt43_find_mistake(bytes)) {
	case OPT43_NO_MISTAKE:
		walk_list(explaining, bytes);
		return;
	case OPT43_BARE_URL:
		walk_bare(explaining, bytes);
		return;
	case OPT43_NESTED:
		tell_alone(explaining, &head, "option 43 and its length once more",
		    "the server writes both itself: the list begins behind them");
		explaining->offset = HEAD_BYTES;
		walk_list(explaining, str_from(bytes, HEAD_BYTES));
		return;
	case OPT43_DIGITS:
		walk_digits(explaining, bytes);
		return;
	}
}

void opt43_explain_put(struct buf *out, const struct opt43_reading *reading,
    const struct screen *screen, bool shows_secrets)
{
	bool is_narrow = screen->width > 0 && screen->width < NARROW_COLUMNS;
	struct table table;
	struct explaining explaining = { .table = &table,
		.row_bytes = is_narrow ? ROW_BYTES_NARROW : ROW_BYTES,
		.shows_secrets = shows_secrets };

	table_begin(&table, out, screen, columns, ARRAY_LEN(columns));
	walk(&explaining, reading->bytes);
	table_end(&table);
	opt43_reading_put_verdict(out, reading, screen, shows_secrets);
}

void opt43_explain_put_json(struct buf *out, const struct opt43_reading *reading,
    bool shows_secrets)
{
	struct json json = json_writer(out, 1);
	struct explaining explaining = { .json = &json,
		.shows_secrets = shows_secrets };

	json_object_begin(&json, NULL);
	json_array_begin(&json, "bytes");
	walk(&explaining, reading->bytes);
	json_array_end(&json);
	json_bool(&json, "refused", reading->is_refused);
	json_text(&json, "why", reading->is_refused ? reading->why : NULL);
	json_object_end(&json);
	buf_append_char(out, '\n');
}
