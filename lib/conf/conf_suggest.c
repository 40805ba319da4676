#include "lib/conf/conf.h"

#include <stdio.h>

enum {
	WORD_MAX = 64 /* longer words are not compared */
};

static char fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c == '_' ? '-' : c;
}

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	return MIN(MIN(a, b), c);
}

/* Edits between two words: insert, drop, replace, or swap of neighbours (optimal string
 * alignment). Upper case counts as lower, '_' as '-'. */
static unsigned distance(struct str a, struct str b)
{
	unsigned rows[3][WORD_MAX + 1];
	unsigned *before = rows[0], *last = rows[1], *now = rows[2];

	for (size_t j = 0; j <= b.len; j++)
		last[j] = (unsigned)j;
	for (size_t i = 1; i <= a.len; i++) {
		unsigned *spare;

		now[0] = (unsigned)i;
		for (size_t j = 1; j <= b.len; j++) {
			bool same = fold(a.p[i - 1]) == fold(b.p[j - 1]);

			now[j] = min3(last[j] + 1, now[j - 1] + 1,
			    last[j - 1] + (same ? 0 : 1));
			if (i > 1 && j > 1 && fold(a.p[i - 1]) == fold(b.p[j - 2]) &&
			    fold(a.p[i - 2]) == fold(b.p[j - 1]))
				now[j] = MIN(now[j], before[j - 2] + 1);
		}
		spare = before;
		before = last;
		last = now;
		now = spare;
	}
	return last[b.len];
}

const char *conf_suggest(struct str word, const char *const *candidates, size_t n,
    char *hint, size_t size)
{
	const char *best = NULL;
	unsigned best_distance = 0;

	if (word.len == 0 || word.len > WORD_MAX)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		struct str candidate = str_of(candidates[i]);
		unsigned d;

		if (candidate.len > WORD_MAX)
			continue;
		d = distance(word, candidate);
		if (d > MAX(word.len, candidate.len) / 3 + 1 || d >= candidate.len)
			continue;
		if (!best || d < best_distance) {
			best = candidates[i];
			best_distance = d;
		}
	}
	if (!best)
		return NULL;
	(void)snprintf(hint, size, "did you mean \"%s\"?", best);
	return hint;
}
