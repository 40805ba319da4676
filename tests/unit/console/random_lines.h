/* Lines of a console that are made of the words of the grammar's table, by a generator of random numbers:
 * what was typed can be typed again. */
#pragma once

#include "tests/unit/console/cli_stub.h"

#include "lib/base/rng.h"

#include <inttypes.h>

/* A word that the element takes, mostly. */
static inline void put_random(struct buf *out, const struct cli_element *element,
    struct rng *rng)
{
	uint64_t n = rng_between(rng, element->min, MIN(element->max, 300));
	static const char *const odd[] = { "\"two words\"", "x", "1/0/1", "24", "#",
		"\"\\\"a\\\" \\\\\"", "b\"c", "d\\", "|" };

	if (cli_element_is_word(element)) {
		buf_append_str(out, element->text);
		return;
	}
	if (rng_between(rng, 0, 9) == 0) {
		buf_append_text(out, odd[rng_between(rng, 0, ARRAY_LEN(odd) - 1)]);
		return;
	}
	switch ((int)element->kind) {
	case CLI_NUMBER:
		if (element->max == VLAN_MAX)
			n = rng_between(rng, 1, 9);
		buf_printf(out, "%" PRIu64, n);
		return;
	case CLI_SLOT_PORT:
		buf_printf(out, "1/0/%" PRIu64, rng_between(rng, 1, 3));
		return;
	case CLI_ADDRESS: /* few of them, so that they meet */
		buf_printf(out, "10.0.%" PRIu64 ".%" PRIu64, rng_between(rng, 0, 1),
		    rng_between(rng, 0, 4));
		return;
	case CLI_MASK:
		buf_printf(out, "%" PRIu64, rng_between(rng, 15, 31));
		return;
	case CLI_MAC:
		buf_printf(out, "0000-5e00-530%" PRIu64, rng_between(rng, 1, 3));
		return;
	case CLI_HEX:
	case CLI_CLIENT_ID:
		for (uint64_t i = 0; i < (n + 1) / 2; i++)
			buf_printf(out, "%02x", (unsigned)rng_between(rng, 0, 255));
		return;
	case CLI_TIME:
		buf_printf(out, "203%" PRIu64 "-0%" PRIu64 "-01T00:00:00",
		    rng_between(rng, 0, 5), rng_between(rng, 1, 9));
		return;
	case CLI_VLANS: /* few of them, too */
		buf_printf(out, "%" PRIu64 " %" PRIu64 " to %" PRIu64,
		    rng_between(rng, 1, 9), rng_between(rng, 1, 9),
		    rng_between(rng, 9, 12));
		return;
	case CLI_URL:
		buf_append_text(out, "https://");
		break;
	}
	for (uint64_t i = 0; i < MAX(n, 1); i++)
		buf_append_char(out, (char)rng_between(rng, '0', 'Z'));
}

static inline bool begins_with_one(const struct cli_row *row, const char *const *words)
{
	for (; words && *words; words++) {
		if (str_starts(str_of(row->syntax), str_of(*words)))
			return true;
	}
	return false;
}

/* A row of the view, and its words: else most lines would be of another view. Of no row that begins
 * with one of the words in without (ended by null; may be null). */
static inline void put_random_line(struct buf *out, enum cli_view view, struct rng *rng,
    const char *const *without)
{
	const struct cli_row *rows, *row;
	struct cli_element element;
	size_t n;

	rows = cli_rows(&n);
	do
		row = &rows[rng_between(rng, 0, n - 1)];
	while (!(row->views >> view & 1) || begins_with_one(row, without));
	for (size_t i = 0; cli_row_element(row, i, &element); i++) {
		if (i > 0)
			buf_append_char(out, ' ');
		put_random(out, &element, rng);
	}
}
