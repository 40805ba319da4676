/* Walks over the table of the grammar: no row is named in them, so that one that is added is tested by
 * being there. */
#pragma once

#include "tests/unit/unit.h"

#include "lib/base/buf.h"
#include "lib/console/cli_match.h"
#include "lib/console/cli_question.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- lines of a row -------------------------------------------------------------------- */

/* An argument of so many characters. */
static inline void put_text(struct buf *out, enum cli_kind kind, uint64_t len)
{
	size_t start = out->len;

	if (kind == CLI_URL)
		buf_append_text(out, "http://");
	while (out->len - start < len)
		buf_append_char(out, 'A');
	if (out->len - start > len)
		out->len = start + len;
}

/* A value that the element takes. */
static inline void put_value(struct buf *out, const struct cli_element *element)
{
	switch (element->kind) {
	case CLI_KEYWORD:
	case CLI_TYPE:
		buf_append_str(out, element->text);
		return;
	case CLI_NUMBER:
		buf_printf(out, "%" PRIu64, element->min);
		return;
	case CLI_STRING:
	case CLI_URL:
	case CLI_CODE:
	case CLI_CIPHER:
	case CLI_TEXT:
	case CLI_HEX:
	case CLI_CLIENT_ID:
		put_text(out, element->kind, element->min);
		return;
	case CLI_TIME:
		buf_append_text(out, "2030-01-01T00:00:00");
		return;
	case CLI_ADDRESS:
		buf_append_text(out, "192.0.2.1");
		return;
	case CLI_MASK:
		buf_append_text(out, "24");
		return;
	case CLI_SLOT_PORT:
		buf_append_text(out, "1/0/1");
		return;
	case CLI_MAC:
		buf_append_text(out, "0000-5e00-5301");
		return;
	case CLI_VLANS:
		buf_append_text(out, "2 5 to 8");
		return;
	}
}

/* The first n words of the row. */
static inline void put_words(struct buf *out, const struct cli_row *row, size_t n)
{
	struct cli_element element;

	for (size_t i = 0; i < n && cli_row_element(row, i, &element); i++) {
		if (i > 0)
			buf_append_char(out, ' ');
		put_value(out, &element);
	}
}

static inline size_t count_words(const struct cli_row *row)
{
	struct cli_element element;
	size_t n = 0;

	while (cli_row_element(row, n, &element))
		n++;
	return n;
}

static inline struct cli_match match(enum cli_view view, const struct buf *line)
{
	struct cli_match found;
	struct cli_words words;

	cli_words_split(&words, buf_str(line));
	cli_match(&found, view, &words);
	return found;
}

/* Calls fn for each row and each view that it stands in. */
static inline void walk(void (*fn)(const struct cli_row *row, enum cli_view view))
{
	const struct cli_row *rows;
	size_t n;

	rows = cli_rows(&n);
	assert_true(n > 0 && n <= 256); /* struct cli_candidates */
	for (size_t i = 0; i < n; i++) {
		assert_true(rows[i].views != 0);
		for (int view = 0; view < CLI_VIEWS; view++) {
			if (rows[i].views >> view & 1)
				fn(&rows[i], (enum cli_view)view);
		}
	}
}
