#include "lib/console/cli_match.h"

#include "lib/base/text.h"
#include "lib/proto/date_time.h"

const char *cli_error_text(enum cli_error error)
{
	static const char *const texts[] = { "",
#define XX(symbol, words) words,
		CLI_ERROR_MAP(XX)
#undef XX
	};

	return texts[error];
}

/* ---- arguments ------------------------------------------------------------------------ */

static bool is_url(struct str text)
{
	struct str rest;

	if (str_starts(text, STR("http://")))
		rest = str_from(text, 7);
	else if (str_starts(text, STR("https://")))
		rest = str_from(text, 8);
	else
		return false;
	return rest.len > 0 && rest.p[0] != '/' && rest.p[0] != ':';
}

static bool is_code(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];

		if (!(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '.')
			return false;
	}
	return true;
}

/* 1970-01-01T00:00:00 to 2035-12-31T23:59:59, in UTC. */
static bool is_time(struct str text)
{
	struct date_time time;

	return text.len == 19 && date_time_read(&time, text) == 0 && !time.has_zone &&
	       time.seconds >= 0 && time.seconds <= INT64_C(2082758399);
}

static bool is_port(struct str text)
{
	struct str rest = text;
	uint64_t number;

	for (int i = 0; i < 3; i++) {
		struct str part = str_cut(rest, '/', &rest);

		if (str_to_u64(part, 999, &number) < 0)
			return false;
	}
	return !rest.p;
}

static bool is_mask(struct str text, uint64_t *ret)
{
	uint32_t mask;

	if (str_to_u64(text, 32, ret) == 0)
		return true;
	if (ipv4_parse(text, &mask) < 0)
		return false;
	for (*ret = 0; *ret < 32 && ipv4_mask((unsigned)*ret) != mask;)
		(*ret)++;
	return ipv4_mask((unsigned)*ret) == mask;
}

static bool is_address(struct str text, uint64_t *ret)
{
	uint32_t address;

	if (ipv4_parse(text, &address) < 0)
		return false;
	*ret = address;
	return true;
}

/* Characters that a terminal shows as one each. */
static bool is_printable(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] < ' ' || text.p[i] == 0x7f)
			return false;
	}
	return true;
}

/* How many hex digits the text has; SIZE_MAX: there is another character in it than those between
 * groups of them. */
static size_t count_digits(struct str text, char between)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (hex_digit(text.p[i]) >= 0)
			n++;
		else if (text.p[i] != between || i == 0 || i + 1 == text.len ||
			 (between == '-' && text.p[i - 1] == between))
			return SIZE_MAX;
	}
	return n;
}

/* "0000-5e00-5301"; the number is its 48 bits. */
static bool is_mac(struct str text, uint64_t *ret)
{
	if (text.len != 14 || count_digits(text, '-') != 12 || text.p[4] != '-' ||
	    text.p[9] != '-')
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] != '-')
			*ret = *ret << 4 | (uint64_t)hex_digit(text.p[i]);
	}
	return true;
}

bool cli_element_takes(const struct cli_element *element, struct str text,
    uint64_t *ret)
{
	bool has_length = text.len >= element->min && text.len <= element->max;
	uint64_t number = 0;
	size_t n_digits;
	bool takes = false;

	switch (element->kind) {
	case CLI_KEYWORD:
	case CLI_TYPE:
		takes = str_eq_nocase(element->text, text);
		break;
	case CLI_NUMBER:
		takes = str_to_u64(text, element->max, &number) == 0 &&
			number >= element->min;
		break;
	case CLI_STRING:
	case CLI_TEXT:
	case CLI_CIPHER:
		takes = has_length && is_printable(text);
		break;
	case CLI_URL:
		takes = has_length && is_printable(text) && is_url(text);
		break;
	case CLI_CODE:
		takes = has_length && is_code(text);
		break;
	case CLI_TIME:
		takes = is_time(text);
		break;
	case CLI_ADDRESS:
		takes = is_address(text, &number);
		break;
	case CLI_MASK:
		takes = is_mask(text, &number);
		break;
	case CLI_SLOT_PORT:
		takes = is_port(text);
		break;
	case CLI_MAC:
		takes = is_mac(text, &number);
		break;
	case CLI_HEX:
		n_digits = count_digits(text, ' ');
		takes = n_digits >= element->min && n_digits <= element->max;
		break;
	case CLI_CLIENT_ID:
		n_digits = count_digits(text, '-');
		takes = n_digits >= element->min && n_digits <= element->max &&
			n_digits % 2 == 0;
		break;
	}
	if (ret)
		*ret = number;
	return takes;
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
	struct cli_candidates left = { .at = set->at + 1 };
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

enum cli_error cli_candidates_take(struct cli_candidates *set, struct str word,
    bool is_first)
{
	struct str alias = is_first ? cli_alias(word) : STR_NULL;
	struct keyword keyword = find_keyword(set, alias.p ? alias : word, false);

	if (keyword.n > 1)
		return CLI_AMBIGUOUS;
	return keep(set, word, &keyword);
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

/* The row that ends here. */
static const struct cli_row *find_end(const struct cli_candidates *set)
{
	struct cli_element element;
	const struct cli_row *rows;
	size_t n;

	rows = cli_rows(&n);
	for (size_t i = 0; i < n; i++) {
		if (cli_candidates_have(set, i) &&
		    (!cli_row_element(&rows[i], set->at, &element) || element.is_more))
			return &rows[i];
	}
	return NULL;
}

void cli_match(struct cli_match *ret, enum cli_view view, const struct cli_words *words)
{
	struct cli_candidates set = cli_candidates_of(view);
	struct str texts[2 * CLI_WORDS_MAX];
	enum cli_error error = CLI_NO_ERROR;

	*ret = (struct cli_match){ .error = CLI_NO_ERROR };
	for (size_t i = 0; i < words->n; i++) {
		struct str word = whole_text(&set, words, i);
		bool is_rest = word.len > words->items[i].text.len;
		size_t at = words->items[i].at, n = find_number(&set, word);

		if (n > 0) {
			texts[set.at] = str_make(word.p, n);
			error = cli_candidates_take(&set, texts[set.at], i == 0);
			word = str_from(word, n);
			at += n;
		}
		texts[set.at] = word;
		if (error == CLI_NO_ERROR)
			error = cli_candidates_take(&set, word, i == 0 && n == 0);
		if (error != CLI_NO_ERROR) {
			fail(ret, error, at);
			return;
		}
		if (is_rest)
			break;
	}
	ret->row = find_end(&set);
	if (!ret->row)
		fail(ret, CLI_INCOMPLETE, words->end);
	else
		collect(ret, texts, set.at);
}
