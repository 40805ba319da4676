#include "lib/console/cli_row.h"

#include "lib/base/text.h"
#include "lib/console/cli_rows.h"
#include "lib/console/vlan/vlan_set.h"
#include "lib/proto/date_time.h"

#include <stdlib.h>

/* ---- the words of a syntax ----------------------------------------------------------- */

/* "<10-86400>" at the end of text. */
static void read_bounds(struct str text, struct cli_element *ret)
{
	size_t open = str_find_char(text, '<');
	struct str high, low = str_cut(str_from(text, open + 1), '-', &high);

	if (open == text.len)
		return;
	(void)str_to_u64(low, UINT64_MAX, &ret->min);
	high.len -= high.len > 0;
	(void)str_to_u64(high, UINT64_MAX, &ret->max);
}

static void read_element(struct str word, struct cli_element *ret)
{
	static const struct {
		const char *name;
		enum cli_kind kind;
	} kinds[] = {
		{ "<", CLI_NUMBER },
		{ "STRING<", CLI_STRING },
		{ "URL<", CLI_URL },
		{ "CODE<", CLI_CODE },
		{ "CIPHER<", CLI_CIPHER },
		{ "TEXT<", CLI_TEXT },
		{ "TIME", CLI_TIME },
		{ "A.B.C.D", CLI_ADDRESS },
		{ "MASK", CLI_MASK },
		{ "PORT", CLI_SLOT_PORT },
		{ "H-H-H", CLI_MAC },
		{ "HEX<", CLI_HEX },
		{ "ID<", CLI_CLIENT_ID },
		{ "VLANS", CLI_VLANS },
	};

	*ret = (struct cli_element){ .kind = CLI_KEYWORD, .text = word };
	if (word.p[0] == '@') {
		ret->kind = CLI_TYPE;
		ret->text = str_from(word, 1);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (str_starts(word, str_of(kinds[i].name)))
			ret->kind = kinds[i].kind;
	}
	read_bounds(word, ret);
}

static bool find_word(struct str syntax, size_t i, struct str *ret)
{
	struct str rest = syntax;

	for (;; i--) {
		*ret = str_cut(rest, ' ', &rest);
		if (i == 0 || rest.len == 0)
			return i == 0 && ret->len > 0;
	}
}

/* The same, where the last word is a list and stands for as many as it has. Sets which of them it
 * is, from 0. */
static bool find_element(struct str syntax, size_t i, struct str *ret, size_t *ret_nth)
{
	struct cli_element list;
	struct str list_word;
	size_t at = 0;

	*ret_nth = 0;
	if (find_word(syntax, i, ret))
		return true;
	while (find_word(syntax, at, ret))
		at++;
	if (at == 0 || !find_word(syntax, at - 1, ret) ||
	    !str_find(*ret, STR("&"), NULL))
		return false;
	list_word = str_from(*ret, str_find_char(*ret, '&'));
	read_element(str_from(list_word, 1), &list);
	*ret_nth = i - at + 1;
	return *ret_nth < list.max;
}

bool cli_row_element(const struct cli_row *row, size_t i, struct cli_element *ret)
{
	struct str word;
	size_t nth;

	if (!find_element(str_of(row->syntax), i, &word, &nth))
		return false;
	word.len = str_find_char(word, '&');
	read_element(word, ret);
	ret->is_more = nth > 0;
	return true;
}

bool cli_option_element(const struct cli_option *option, size_t i,
    struct cli_element *ret)
{
	struct str word;

	if (!find_word(str_of(option->syntax), i, &word))
		return false;
	read_element(word, ret);
	return true;
}

const struct cli_option *cli_row_options(const struct cli_row *row)
{
	return row->flags & CLI_HAS_OPTIONS ? cli_ping_options : NULL;
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

/* ASCII that a terminal shows, as the vendor has it in all texts. */
static bool is_printable(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c < ' ' || c >= 0x7f)
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
	struct vlan_set vlans;
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
	case CLI_VLANS:
		takes = text.len > 0 && text.p[0] >= '0' && text.p[0] <= '9' &&
			vlan_set_read(&vlans, text);
		break;
	}
	if (ret)
		*ret = number;
	return takes;
}

/* ---- help ---------------------------------------------------------------------------- */

/* Whether words end in suffix, and that begins a word. */
static bool ends_in(struct str words, struct str suffix)
{
	return str_ends(words, suffix) &&
	       (words.len == suffix.len || words.p[words.len - suffix.len - 1] == ' ');
}

const char *cli_row_help(const struct cli_row *row, size_t i)
{
	struct str syntax = str_of(row->syntax), word, words;
	const struct cli_help *best = NULL;
	size_t nth;

	if (!find_element(syntax, i, &word, &nth))
		return "";
	words = str_make(syntax.p, (size_t)(word.p + word.len - syntax.p));
	for (const struct cli_help *help = cli_helps; help->words; help++) {
		if (ends_in(words, str_of(help->words)) &&
		    (!best || strlen(help->words) > strlen(best->words)))
			best = help;
	}
	return best ? best->text : "";
}

/* ---- aliases -------------------------------------------------------------------------- */

struct str cli_alias(struct str word)
{
	static const char *const aliases[][2] = {
		{ "show", "display" },
		{ "no", "undo" },
		{ "exit", "quit" },
		{ "end", "return" },
		{ "hostname", "sysname" },
		{ "write", "save" },
		{ "erase", "delete" },
	};

	for (size_t i = 0; i < ARRAY_LEN(aliases); i++) {
		if (str_eq_nocase(word, str_of(aliases[i][0])))
			return str_of(aliases[i][1]);
	}
	return STR_NULL;
}
