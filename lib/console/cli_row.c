#include "lib/console/cli_row.h"

#include "lib/console/cli_rows.h"

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
