#include "lib/console/cli_match.h"

const char *cli_error_text(enum cli_error error)
{
	static const char *const texts[] = { "",
#define XX(symbol, words) words,
		CLI_ERROR_MAP(XX)
#undef XX
	};

	return texts[error];
}

/* ---- candidates ----------------------------------------------------------------------- */

struct cli_candidates cli_candidates_of(enum cli_view view)
{
	struct cli_candidates set = { .at = 0 };
	const struct cli_row *rows;
	size_t n;

	rows = cli_rows(&n);
	for (size_t i = 0; i < n; i++) {
		if (rows[i].views >> view & 1)
			set.bits[i / 64] |= UINT64_C(1) << (i % 64);
	}
	return set;
}

static bool is_prefix(struct str word, struct str keyword)
{
	return word.len <= keyword.len &&
	       str_eq_nocase(word, str_make(keyword.p, word.len));
}

/* GE1/0/1 is what people type. */
static bool is_acronym(struct str word, struct str type)
{
	static const char *const acronyms[][2] = {
		{ "GE", "GigabitEthernet" },
		{ "Vlan-int", "Vlan-interface" },
	};

	for (size_t i = 0; i < ARRAY_LEN(acronyms); i++) {
		if (str_eq_nocase(word, str_of(acronyms[i][0])) &&
		    str_is(type, acronyms[i][1]))
			return true;
	}
	return false;
}

struct keyword { /* what a word stands for */
	struct str text;
	bool is_whole;
	unsigned n; /* different keywords that it begins */
};

static struct keyword find_keyword(const struct cli_candidates *set, struct str word,
    bool types_only)
{
	struct keyword found = { STR_NULL, false, 0 };
	struct cli_element element;
	const struct cli_row *rows;
	size_t n;

	rows = cli_rows(&n);
	for (size_t i = 0; i < n && !found.is_whole; i++) {
		if (!cli_candidates_have(set, i) ||
		    !cli_row_element(&rows[i], set->at, &element) ||
		    !cli_element_is_word(&element) ||
		    (types_only && element.kind != CLI_TYPE))
			continue;
		found.is_whole =
		    str_eq_nocase(word, element.text) ||
		    (element.kind == CLI_TYPE && is_acronym(word, element.text));
		if (!found.is_whole && !is_prefix(word, element.text))
			continue;
		found.n =
		    found.is_whole ? 1 : found.n + !str_eq(found.text, element.text);
		found.text = element.text;
	}
	return found;
}

enum fit {
	FITS_NOT,
	FITS,
	FITS_WRONG /* there is an argument, of which this is no value */
};

static enum fit fit_row(const struct cli_candidates *set, const struct cli_row *row,
    struct str word, const struct keyword *keyword)
{
	struct cli_element element;

	if (!cli_row_element(row, set->at, &element))
		return FITS_NOT;
	if (keyword->n > 0)
		return cli_element_is_word(&element) &&
			       str_eq(element.text, keyword->text)
			   ? FITS
			   : FITS_NOT;
	if (cli_element_is_word(&element))
		return FITS_NOT;
	return cli_element_takes(&element, word, NULL) ? FITS : FITS_WRONG;
}

/* Keeps those that fit. */
static enum cli_error keep(struct cli_candidates *set, struct str word,
    const struct keyword *keyword)
{
	struct cli_candidates left = { .at = set->at + 1, .options = set->options };
	bool is_wrong = false, has_next = false, has_left = false;
	struct cli_element element;
	const struct cli_row *rows;
	size_t n;

	rows = cli_rows(&n);
	for (size_t i = 0; i < n; i++) {
		enum fit fit;

		if (!cli_candidates_have(set, i))
			continue;
		has_next |= cli_row_element(&rows[i], set->at, &element);
		fit = fit_row(set, &rows[i], word, keyword);
		is_wrong |= fit == FITS_WRONG;
		if (fit != FITS)
			continue;
		has_left = true;
		left.bits[i / 64] |= UINT64_C(1) << (i % 64);
	}
	if (!has_left)
		return !has_next  ? CLI_TOO_MANY
		       : is_wrong ? CLI_WRONG
				  : CLI_UNRECOGNIZED;
	*set = left;
	return CLI_NO_ERROR;
}

/* ---- options -------------------------------------------------------------------------- */

/* Whether the next word of the row is its last one. */
static bool is_last(const struct cli_candidates *set, const struct cli_row *row)
{
	struct cli_element element;

	return cli_row_element(row, set->at, &element) &&
	       !cli_row_element(row, set->at + 1, &element);
}

const struct cli_option *cli_candidates_options(const struct cli_candidates *set)
{
	const struct cli_row *rows;
	size_t n;

	rows = cli_rows(&n);
	for (size_t i = 0; i < n; i++) {
		if (cli_candidates_have(set, i) && cli_row_options(&rows[i]) &&
		    is_last(set, &rows[i]))
			return cli_row_options(&rows[i]);
	}
	return NULL;
}

/* A whole word wins over those that it begins; one that was typed before is none any more. */
static enum cli_error find_option(const struct cli_candidates *set,
    const struct cli_option *options, struct str word, size_t *ret)
{
	struct cli_element element;
	size_t n = 0;

	for (size_t i = 0; options[i].syntax; i++) {
		bool is_used = set->options >> i & 1;

		(void)cli_option_element(&options[i], 0, &element);
		if (str_eq_nocase(word, element.text)) {
			*ret = i;
			n = !is_used;
			break;
		}
		if (is_used || !is_prefix(word, element.text))
			continue;
		*ret = i;
		n++;
	}
	return n == 0 ? CLI_UNRECOGNIZED : n > 1 ? CLI_AMBIGUOUS : CLI_NO_ERROR;
}

/* Rows that have no options, or not here, are left. */
static void keep_with_options(struct cli_candidates *set)
{
	const struct cli_row *rows;
	size_t n;

	rows = cli_rows(&n);
	for (size_t i = 0; i < n; i++) {
		if (!cli_row_options(&rows[i]) || !is_last(set, &rows[i]))
			set->bits[i / 64] &= ~(UINT64_C(1) << (i % 64));
	}
}

static enum cli_error take_option(struct cli_candidates *set,
    const struct cli_option *options, struct str word)
{
	struct cli_element value;
	size_t i = 0;
	enum cli_error error = find_option(set, options, word, &i);

	if (error != CLI_NO_ERROR)
		return error;
	keep_with_options(set);
	set->options |= 1u << i;
	set->option = cli_option_element(&options[i], 1, &value) ? i + 1 : 0;
	return CLI_NO_ERROR;
}

static enum cli_error take_value(struct cli_candidates *set, struct str word)
{
	struct cli_element value;

	const struct cli_option *options = cli_candidates_options(set);

	if (!options || !cli_option_element(&options[set->option - 1], 1, &value) ||
	    !cli_element_takes(&value, word, NULL))
		return CLI_WRONG;
	set->option = 0;
	return CLI_NO_ERROR;
}

/* ---- lists ------------------------------------------------------------------------------ */

/* Whether the word was a list's first one: all that is left stands at one. */
static bool begins_list(const struct cli_candidates *set)
{
	struct cli_element element;
	const struct cli_row *rows;
	size_t n;

	rows = cli_rows(&n);
	for (size_t i = 0; set->at > 0 && i < n; i++) {
		if (cli_candidates_have(set, i))
			return cli_row_element(&rows[i], set->at - 1, &element) &&
			       element.kind == CLI_VLANS;
	}
	return false;
}

static enum cli_error take_word(struct cli_candidates *set, struct str word,
    bool is_first)
{
	const struct cli_option *options = NULL;
	struct str alias = is_first ? cli_alias(word) : STR_NULL;
	struct keyword keyword;

	if (set->option)
		return take_value(set, word);
	if (str_starts(word, STR("-")))
		options = cli_candidates_options(set);
	if (options)
		return take_option(set, options, word);
	keyword = find_keyword(set, alias.p ? alias : word, false);
	if (keyword.n > 1)
		return CLI_AMBIGUOUS;
	return keep(set, word, &keyword);
}

/* One more word of the list, or the first one behind it. */
static enum cli_error take_listed(struct cli_candidates *set, struct str word)
{
	struct cli_candidates behind = *set;
	enum cli_error error = CLI_NO_ERROR;

	switch (vlan_list_take(&set->list, word)) {
	case VLAN_LIST_TAKEN:
		return CLI_NO_ERROR;
	case VLAN_LIST_WRONG:
		return CLI_WRONG;
	case VLAN_LIST_FULL:
		return CLI_TOO_MANY;
	case VLAN_LIST_OVER:
		break;
	}
	behind.is_listing = false;
	behind.at++;
	error = take_word(&behind, word, false);
	if (error == CLI_NO_ERROR)
		*set = behind;
	return error;
}

enum cli_error cli_candidates_take(struct cli_candidates *set, struct str word,
    bool is_first)
{
	enum cli_error error;

	if (set->is_listing)
		return take_listed(set, word);
	error = take_word(set, word, is_first);
	if (error != CLI_NO_ERROR || !begins_list(set) || set->option)
		return error;
	set->at--;
	set->is_listing = true;
	set->list = (struct vlan_list){ .n_items = 0 };
	(void)vlan_list_take(&set->list, word);
	return CLI_NO_ERROR;
}

/* ---- a whole line --------------------------------------------------------------------- */

/* Where the number begins in "ge1/0/1"; 0: it is no type with a number behind. */
static size_t find_number(const struct cli_candidates *set, struct str word)
{
	struct keyword keyword;
	size_t n = 0;

	while (n < word.len && !(word.p[n] >= '0' && word.p[n] <= '9'))
		n++;
	if (n == 0 || n == word.len)
		return 0;
	keyword = find_keyword(set, str_make(word.p, n), true);
	return keyword.n == 1 ? n : 0;
}

/* The rest of the line, where all that is left takes it as one text. */
static struct str whole_text(const struct cli_candidates *set,
    const struct cli_words *words, size_t i)
{
	struct str word = words->items[i].text;
	struct cli_element element;
	const struct cli_row *rows;
	size_t n, at = words->items[i].at;

	rows = cli_rows(&n);
	for (size_t k = 0; k < n; k++) {
		if (cli_candidates_have(set, k) &&
		    cli_row_element(&rows[k], set->at, &element) &&
		    (element.kind == CLI_TEXT || element.kind == CLI_HEX))
			return str_trim(
			    str_make(words->line.p + at, words->line.len - at));
	}
	return word;
}

static void fail(struct cli_match *match, enum cli_error error, size_t at)
{
	match->error = error;
	match->at = at;
	match->row = NULL;
}

/* What of the row is no keyword, in order. */
static void collect(struct cli_match *match, const struct str *texts, size_t n)
{
	struct cli_element element;

	for (size_t i = 0; i < n && match->n_args < CLI_ARGS_MAX; i++) {
		struct cli_arg *arg = &match->args[match->n_args];

		if (!cli_row_element(match->row, i, &element) ||
		    cli_element_is_word(&element))
			continue;
		arg->text = texts[i];
		(void)cli_element_takes(&element, texts[i], &arg->number);
		match->n_args++;
	}
}

/* The values of its options, which stand where before says, in front of a word. */
static void collect_value(struct cli_match *match, const struct cli_candidates *before,
    struct str text)
{
	const struct cli_option *options = cli_candidates_options(before);
	struct cli_element element;
	struct cli_arg *arg;

	if (before->option == 0 || !options)
		return;
	arg = &match->values[before->option - 1];
	(void)cli_option_element(&options[before->option - 1], 1, &element);
	arg->text = text;
	(void)cli_element_takes(&element, text, &arg->number);
}

/* The row that ends here. */
static const struct cli_row *find_end(const struct cli_candidates *set)
{
	struct cli_element element;
	const struct cli_row *rows;
	size_t n;

	rows = cli_rows(&n);
	for (size_t i = 0; i < n; i++) {
		if (cli_candidates_have(set, i) && cli_candidates_may_end(set) &&
		    (!cli_row_element(&rows[i], set->at + set->is_listing, &element) ||
			element.is_more))
			return &rows[i];
	}
	return NULL;
}

/* What was taken as the next word, or as one more of a list. */
static void keep_text(struct str texts[2 * CLI_WORDS_MAX],
    const struct cli_candidates *before, const struct cli_candidates *after,
    struct str word)
{
	struct str *text = &texts[before->at];

	if (!before->is_listing)
		*text = word;
	else if (after->is_listing && after->at == before->at)
		text->len = (size_t)(word.p + word.len - text->p);
	else
		text[1] = word;
}

void cli_match(struct cli_match *ret, enum cli_view view, const struct cli_words *words)
{
	struct cli_candidates set = cli_candidates_of(view);
	struct str texts[2 * CLI_WORDS_MAX];
	enum cli_error error = CLI_NO_ERROR;

	*ret = (struct cli_match){ .error = CLI_NO_ERROR };
	for (size_t i = 0; i < words->n; i++) {
		struct cli_candidates before = set;
		struct str word = whole_text(&set, words, i);
		bool is_rest = word.len > words->items[i].text.len;
		size_t at = words->items[i].at, n = find_number(&set, word);

		if (n > 0) {
			struct str type = str_make(word.p, n);

			error = cli_candidates_take(&set, type, i == 0);
			keep_text(texts, &before, &set, type);
			before = set;
			word = str_from(word, n);
			at += n;
		}
		collect_value(ret, &set, word);
		if (error == CLI_NO_ERROR)
			error = cli_candidates_take(&set, word, i == 0 && n == 0);
		if (error != CLI_NO_ERROR) {
			fail(ret, error, at);
			return;
		}
		keep_text(texts, &before, &set, word);
		if (is_rest)
			break;
	}
	ret->row = find_end(&set);
	ret->options = set.options;
	if (!ret->row)
		fail(ret, CLI_INCOMPLETE, words->end);
	else
		collect(ret, texts, set.at + set.is_listing);
}
