#include "lib/console/cli_words.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Whether a mark stands there that makes the next character one as any other. */
static bool is_mark(struct str line, size_t at)
{
	return line.p[at] == '\\' && at + 1 < line.len &&
	       (line.p[at + 1] == '"' || line.p[at + 1] == '\\');
}

/* What stands in quotes, without its marks. */
static struct str unmark(struct cli_words *words, struct str text)
{
	char *plain = words->plain + words->n_plain;
	size_t n = 0, i = 0;

	while (i < text.len && !is_mark(text, i))
		i++;
	if (i == text.len || text.len > sizeof(words->plain) - words->n_plain)
		return text;
	for (i = 0; i < text.len; i++) {
		i += is_mark(text, i);
		plain[n++] = text.p[i];
	}
	words->n_plain += n;
	return str_make(plain, n);
}

static size_t find_quote(struct str line, size_t at)
{
	while (at < line.len && line.p[at] != '"')
		at += is_mark(line, at) ? 2 : 1;
	return at;
}

/* The word that begins at `at`; returns what is behind it. */
static size_t read_word(struct cli_words *words, size_t at, struct cli_word *word)
{
	struct str line = words->line;
	size_t end = at;

	if (line.p[at] == '"') {
		end = find_quote(line, at + 1);
		*word = (struct cli_word){
			unmark(words, str_make(line.p + at + 1, end - at - 1)), at
		};
		return end + (end < line.len);
	}
	while (end < line.len && !is_blank(line.p[end]))
		end++;
	*word = (struct cli_word){ str_make(line.p + at, end - at), at };
	return end;
}

void cli_words_split(struct cli_words *words, struct str line)
{
	size_t at = 0;

	words->line = line;
	words->n = words->end = words->n_plain = 0;
	while (at < line.len && words->n < CLI_WORDS_MAX) {
		if (is_blank(line.p[at])) {
			at++;
			continue;
		}
		at = read_word(words, at, &words->items[words->n++]);
		words->end = at;
	}
	words->is_open = words->n > 0 && words->end == line.len;
}
