#include "lib/console/cli_filter.h"

#include <regex.h>

enum filter_way {
	FILTER_BEGIN,
	FILTER_EXCLUDE,
	FILTER_INCLUDE,
	FILTER_WAYS
};

enum {
	PLUS_MAX = 4 /* of a pattern: regcomp(3) keeps twice what stands before each */
};

struct filter {
	bool has_numbers;
	enum filter_way way;
	struct str pattern;
};

size_t cli_filter_find(const struct cli_words *words)
{
	size_t i = 0;

	while (i < words->n && !(str_is(words->items[i].text, "|") &&
				   words->line.p[words->items[i].at] == '|'))
		i++;
	return i;
}

static bool is_begin_of(struct str word, const char *keyword)
{
	return word.len > 0 && word.len <= strlen(keyword) &&
	       str_eq_nocase(word, str_make(keyword, word.len));
}

static bool read_filter(const struct cli_words *words, size_t i, struct filter *ret,
    size_t *ret_at)
{
	static const char *const ways[FILTER_WAYS] = { "begin", "exclude", "include" };
	size_t way = FILTER_WAYS;

	*ret = (struct filter){ .way = FILTER_BEGIN };
	i++;
	if (i < words->n && words->items[i].text.len > 1 &&
	    is_begin_of(words->items[i].text, "by-linenum")) {
		ret->has_numbers = true;
		i++;
	}
	*ret_at = i < words->n ? words->items[i].at : words->end;
	for (size_t k = 0; i < words->n && k < FILTER_WAYS; k++) {
		if (is_begin_of(words->items[i].text, ways[k]))
			way = k;
	}
	if (way == FILTER_WAYS || i + 1 >= words->n)
		return false;
	ret->way = (enum filter_way)way;
	i++;
	*ret_at = words->items[i].at;
	ret->pattern = words->items[i].text;
	/* Without quotes the pattern goes to the end of the line. */
	if (words->line.p[words->items[i].at] != '"')
		ret->pattern = str_trim(str_from(words->line, words->items[i].at));
	return true;
}

/* The vendor's patterns have no counts in braces and we take no references back, nor more than
 * some "+": each could make the machine work for ever, or take all of its memory. */
static bool compile(struct str pattern, regex_t *ret)
{
	auto_buf text = BUF_NULL;
	unsigned n_plus = 0;

	for (size_t i = 0; i < pattern.len; i++) {
		char c = pattern.p[i];

		if (c == '\\' && i + 1 < pattern.len && pattern.p[i + 1] >= '0' &&
		    pattern.p[i + 1] <= '9')
			return false;
		n_plus += c == '+';
		if (n_plus > PLUS_MAX)
			return false;
		if (c == '{' || c == '}')
			buf_append_char(&text, '\\');
		buf_append_char(&text, c);
		if (c == '\\' && i + 1 < pattern.len)
			buf_append_char(&text, pattern.p[++i]);
	}
	return regcomp(ret, buf_cstr(&text), REG_EXTENDED | REG_NOSUB) == 0;
}

static void filter_lines(const struct filter *filter, const regex_t *regex,
    struct str text, struct buf *out)
{
	struct str rest = text;
	bool has_begun = false;

	for (unsigned number = 1; rest.len > 0; number++) {
		struct str line = str_cut(rest, '\n', &rest);
		auto_buf terminated = BUF_NULL;
		bool is_match;

		buf_append_str(&terminated, line);
		is_match = regexec(regex, buf_cstr(&terminated), 0, NULL, 0) == 0;
		has_begun |= is_match;
		if (filter->way == FILTER_BEGIN
			? !has_begun
			: is_match != (filter->way == FILTER_INCLUDE))
			continue;
		if (filter->has_numbers)
			buf_printf(out, "%5u:", number);
		buf_append_str(out, line);
		buf_append_char(out, '\n');
	}
}

bool cli_filter_apply(const struct cli_words *words, size_t from, struct str text,
    struct buf *out, size_t *ret_at)
{
	struct filter filter;
	regex_t regex;

	if (!read_filter(words, from, &filter, ret_at) ||
	    !compile(filter.pattern, &regex))
		return false;
	filter_lines(&filter, &regex, text, out);
	regfree(&regex);
	return true;
}
