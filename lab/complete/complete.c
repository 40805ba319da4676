#include "lab/complete/complete_internal.h"

#include <string.h>

enum {
	OTHERS_MAX = 64
};

/* ---- options ------------------------------------------------------------------------ */

static const struct option_row *find_option(const struct verb *verb, struct str name)
{
	const struct option_row *row;

	for (size_t i = 0; (row = verb_option(verb, i)); i++) {
		if (str_is(name, row->name))
			return row;
	}
	return NULL;
}

static const struct option_row *find_letter(const struct verb *verb, char letter)
{
	const struct option_row *row;

	for (size_t i = 0; (row = verb_option(verb, i)); i++) {
		if (row->letter && row->letter == letter)
			return row;
	}
	return NULL;
}

/* The option of a word such as "--out" or "-o"; null when it is none of the verb. */
static const struct option_row *option_of(const struct verb *verb, struct str word)
{
	if (str_starts(word, STR("--")))
		return find_option(verb, str_from(word, 2));
	return word.len == 2 && word.p[0] == '-' ? find_letter(verb, word.p[1]) : NULL;
}

/* Whether the word after that of the option is its argument. */
static bool takes_next(const struct option_row *row)
{
	return row && row->argument && row->argument[0] != '[';
}

static void offer_options(const struct completion *c, const struct verb *verb)
{
	const struct option_row *row;
	char text[96];

	for (size_t i = 0; (row = verb_option(verb, i)); i++) {
		(void)snprintf(text, sizeof(text), "--%s", row->name);
		complete_offer(c, text, row->help);
	}
	complete_offer(c, "--help", "what the verb does and its options");
}

/* ---- other words -------------------------------------------------------------------- */

static struct str without_bracket(struct str token)
{
	return token.len > 0 && token.p[0] == '[' ? str_from(token, 1) : token;
}

/* What the n-th word (from 0) that is no option is called in "[-r] FILE [--out DIR] WORD...".
 * A name before "..." stands for all that follow. */
static struct str name_of(const struct verb *verb, size_t n)
{
	struct str rest,
	    form = str_cut(str_of(verb->arguments ? verb->arguments : ""), '\n', &rest);
	bool is_argument = false;

	while (form.len > 0) {
		struct str token = str_cut(form, ' ', &form);
		struct str name = without_bracket(token);

		if (str_is(token, "|"))
			break;
		if (name.len > 0 && name.p[0] == '-') {
			is_argument = token.p[token.len - 1] != ']' &&
				      takes_next(option_of(verb, name));
			continue;
		}
		if (!is_argument && (n == 0 || str_find(name, STR("..."), NULL)))
			return name;
		n -= !is_argument;
		is_argument = false;
	}
	return STR_NULL;
}

static void offer_verbs(const struct completion *c, const struct verb *const *verbs,
    size_t n_verbs)
{
	for (size_t i = 0; i < n_verbs; i++) {
		if (i == 0 || strcmp(verbs[i]->name, verbs[i - 1]->name) != 0)
			complete_offer(c, verbs[i]->name, verbs[i]->brief);
	}
}

/* ---- the line ----------------------------------------------------------------------- */

struct line {
	const struct verb *verb;
	const char *others[OTHERS_MAX]; /* words that are no options */
	size_t n_others;
	bool has_dashes;                  /* "--" was there */
	bool only_words;                  /* no option can follow */
	const struct option_row *pending; /* it wants the next word */
};

static void take(struct line *line, const char *word)
{
	if (line->pending) {
		if (strcmp(word, "=") != 0)
			line->pending = NULL;
	} else if (!line->has_dashes && strcmp(word, "--") == 0) {
		line->has_dashes = line->only_words = true;
	} else if (!line->only_words && word[0] == '-' && word[1]) {
		const struct option_row *row = option_of(line->verb, str_of(word));

		line->pending = takes_next(row) ? row : NULL;
	} else {
		if (line->n_others < OTHERS_MAX)
			line->others[line->n_others++] = word;
		line->only_words |= line->verb->stops_at_word;
	}
}

/* "--name=value", if that is what is typed. */
static bool complete_assigned(struct completion *c, const struct line *line)
{
	struct str value, option = str_cut(c->typed, '=', &value);
	const struct option_row *row;

	if (line->only_words || !str_starts(option, STR("--")) || !value.p)
		return false;
	row = option_of(line->verb, option);
	c->typed = value;
	if (takes_next(row))
		complete_argument(c, str_of(row->argument));
	return true;
}

static void complete_word(struct completion *c, const struct line *line)
{
	struct str name = name_of(line->verb, line->n_others);

	if (line->pending) {
		if (str_is(c->typed, "="))
			c->typed = STR("");
		c->suffixes = NULL;
		complete_argument(c, str_of(line->pending->argument));
	} else if (complete_assigned(c, line)) {
		return;
	} else if (!line->only_words && c->typed.len > 0 && c->typed.p[0] == '-') {
		offer_options(c, line->verb);
	} else if (name.len > 0) {
		complete_argument(c, name);
	} else if (!line->only_words) {
		offer_options(c, line->verb);
	}
}

void complete_line(struct buf *out, const struct verb *const *verbs, size_t n_verbs,
    const char *const *words, size_t n_words)
{
	struct completion c = { .out = out };
	struct line line = { .verb = NULL };

	if (n_words == 0)
		return;
	c.typed = str_of(words[n_words - 1]);
	c.index = n_words - 1;
	if (n_words == 1) {
		offer_verbs(&c, verbs, n_verbs);
		complete_offer(&c, "help", "say more of a verb");
		if (c.typed.len > 0) {
			complete_offer(&c, "--help", NULL);
			complete_offer(&c, "--version", NULL);
		}
		return;
	}
	line.verb = verb_find(verbs, n_verbs, words[0], words[1]);
	if (!line.verb) {
		if (n_words == 2 && strcmp(words[0], "help") == 0)
			offer_verbs(&c, verbs, n_verbs);
		return;
	}
	for (size_t i = 1; i + 1 < n_words; i++)
		take(&line, words[i]);
	c.suffixes = line.verb->suffixes;
	c.others = line.others;
	c.n_others = line.n_others;
	complete_word(&c, &line);
}
