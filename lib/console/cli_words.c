#include "lib/console/cli_words.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The word that begins at `at`; returns what is behind it. */
static size_t read_word(struct str line, size_t at, struct cli_word *word)
{
	bool is_quoted = line.p[at] == '"';
	size_t begin = at + is_quoted, end = begin;

	while (
	    end < line.len && (is_quoted ? line.p[end] != '"' : !is_blank(line.p[end])))
		end++;
	*word = (struct cli_word){ str_make(line.p + begin, end - begin), at };
	return end + (is_quoted && end < line.len);
}

void cli_words_split(struct cli_words *words, struct str line)
{
	size_t at = 0;

	*words = (struct cli_words){ .line = line };
	while (at < line.len && words->n < CLI_WORDS_MAX) {
		if (is_blank(line.p[at])) {
			at++;
			continue;
		}
		at = read_word(line, at, &words->items[words->n++]);
		words->end = at;
	}
	words->is_open = words->n > 0 && words->end == line.len;
}
