#include "lib/console/cli_question.h"

#include <stdlib.h>

enum {
	OFFERS_MAX = 256
};

struct offer { /* one line of "?" */
	struct str word;
	const char *help;
	bool is_word; /* Tab completes it */
};

struct offers {
	struct offer items[OFFERS_MAX];
	size_t n;
	bool has_end;       /* the line may end here */
	struct str partial; /* of the last word; empty behind a blank */
	enum cli_error error;
	size_t at; /* of the error, a column of the line */
};

void cli_put_error(struct buf *out, const struct cli_profile *profile,
    enum cli_error error, size_t column)
{
	for (size_t i = 0; i < column; i++)
		buf_append_char(out, ' ');
	buf_printf(out, "^\n%s%s found at '^' position.\n", profile->error_mark,
	    cli_error_text(error));
}

/* ---- what may come next --------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
	const struct offer *first = a, *second = b;
	size_t n = MIN(first->word.len, second->word.len);
	int r;

	if (first->is_word != second->is_word)
		return first->is_word ? 1 : -1;
	r = n ? memcmp(first->word.p, second->word.p, n) : 0;
	return r ? r
		 : (first->word.len > second->word.len) -
		       (first->word.len < second->word.len);
}

static bool is_begun_by(const struct cli_element *element, struct str partial)
{
	if (partial.len == 0)
		return true;
	return cli_element_is_word(element) && partial.len <= element->text.len &&
	       str_eq_nocase(partial, str_make(element->text.p, partial.len));
}

static void add(struct offers *offers, const struct cli_row *row,
    const struct cli_element *element, size_t at)
{
	for (size_t i = 0; i < offers->n; i++) {
		if (str_eq(offers->items[i].word, element->text))
			return;
	}
	if (offers->n < OFFERS_MAX)
		offers->items[offers->n++] = (struct offer){ element->text,
			cli_row_help(row, at), cli_element_is_word(element) };
}

/* Its options, or the value of the one that was typed last. */
static void add_options(struct offers *offers, const struct cli_candidates *set)
{
	const struct cli_option *options = cli_candidates_options(set);
	struct cli_element element;

	for (size_t i = 0; options && options[i].syntax; i++) {
		bool is_value = set->option == i + 1;

		if ((set->option && !is_value) ||
		    (!is_value && set->options >> i & 1) ||
		    !cli_option_element(&options[i], is_value, &element) ||
		    !is_begun_by(&element, offers->partial) || offers->n == OFFERS_MAX)
			continue;
		offers->items[offers->n++] = (struct offer){ element.text,
			is_value ? options[i].value_help : options[i].help, !is_value };
	}
}

/* One more item of the list, or the end of a range. */
static void add_list(struct offers *offers, const struct cli_candidates *set,
    const struct cli_row *row)
{
	static const struct cli_element to = { .kind = CLI_KEYWORD,
		.text = { "to", 2 } };
	struct cli_element element;

	if ((set->list.is_ranging || set->list.n_items < VLAN_ITEMS_MAX) &&
	    cli_row_element(row, set->at, &element) &&
	    is_begun_by(&element, offers->partial))
		add(offers, row, &element, set->at);
	if (vlan_list_may_range(&set->list) && is_begun_by(&to, offers->partial) &&
	    offers->n < OFFERS_MAX)
		offers->items[offers->n++] =
		    (struct offer){ to.text, "Up to another VLAN", true };
}

/* What the row has at the word, if it has one more. */
static void add_word(struct offers *offers, const struct cli_row *row, size_t at)
{
	struct cli_element element;

	if (!cli_row_element(row, at, &element)) {
		offers->has_end |= offers->partial.len == 0;
		return;
	}
	offers->has_end |= element.is_more && offers->partial.len == 0;
	if (is_begun_by(&element, offers->partial))
		add(offers, row, &element, at);
}

static void add_all(struct offers *offers, const struct cli_candidates *set)
{
	const struct cli_row *rows;
	bool has_list = false;
	size_t n;

	add_options(offers, set);
	if (set->option)
		return;
	rows = cli_rows(&n);
	for (size_t i = 0; i < n; i++) {
		if (!cli_candidates_have(set, i))
			continue;
		if (set->is_listing && !has_list)
			add_list(offers, set, &rows[i]);
		has_list = set->is_listing;
		if (cli_candidates_may_end(set))
			add_word(offers, &rows[i], set->at + set->is_listing);
	}
	qsort(offers->items, offers->n, sizeof(offers->items[0]), compare);
}

static void look(struct offers *offers, enum cli_view view, struct str line)
{
	struct cli_candidates set = cli_candidates_of(view);
	struct cli_words words;
	size_t n;

	*offers = (struct offers){ .n = 0 };
	cli_words_split(&words, line);
	n = words.n - words.is_open;
	for (size_t i = 0; i < n; i++) {
		offers->error = cli_candidates_take(&set, words.items[i].text, i == 0);
		offers->at = words.items[i].at;
		if (offers->error != CLI_NO_ERROR)
			return;
	}
	if (words.is_open)
		offers->partial = words.items[n].text;
	add_all(offers, &set);
	if (offers->n == 0 && !offers->has_end) {
		offers->error = CLI_UNRECOGNIZED;
		offers->at = words.is_open ? words.items[n].at : line.len;
	}
}

/* ---- "?" ------------------------------------------------------------------------------ */

static void put_heading(struct buf *out, enum cli_view view)
{
	static const char *const names[] = {
#define XX(symbol, name) name,
		CLI_VIEW_MAP(XX)
#undef XX
	};

	buf_printf(out, "%s view commands:\n", names[view]);
}

void cli_question(struct buf *out, const struct cli_profile *profile,
    enum cli_view view, struct str line, size_t indent)
{
	struct offers offers;
	size_t width = 4; /* of <cr> */

	look(&offers, view, line);
	if (offers.error != CLI_NO_ERROR) {
		cli_put_error(out, profile, offers.error, indent + offers.at);
		return;
	}
	if (str_trim(line).len == 0)
		put_heading(out, view);
	for (size_t i = 0; i < offers.n; i++)
		width = MAX(width, offers.items[i].word.len);
	for (size_t i = 0; i < offers.n; i++)
		buf_printf(out, "  %-*.*s  %s\n", (int)width,
		    STR_ARG(offers.items[i].word), offers.items[i].help);
	if (offers.has_end)
		buf_append_text(out, "  <cr>\n");
}

/* ---- Tab ------------------------------------------------------------------------------ */

bool cli_complete(struct buf *out, enum cli_view view, struct str line, size_t i,
    size_t *ret_n)
{
	struct offers offers;
	const struct offer *chosen = NULL;

	look(&offers, view, line);
	*ret_n = 0;
	for (size_t k = 0; k < offers.n && offers.error == CLI_NO_ERROR; k++) {
		if (!offers.items[k].is_word)
			continue;
		if (*ret_n == i)
			chosen = &offers.items[k];
		(*ret_n)++;
	}
	if (!chosen)
		return false;
	buf_append_str(out, str_make(line.p, line.len - offers.partial.len));
	buf_append_str(out, chosen->word);
	buf_append_char(out, ' ');
	return true;
}
