#include "agents/cpe/model/model_places.h"

#include "lib/base/text.h"

#include <inttypes.h>
#include <stdio.h>

enum {
	ENTRY_MAX = 256 /* bytes of what a placeholder stands for */
};

struct place {
	struct str word; /* between the braces */
	size_t len;      /* with them */
};

static bool is_word(struct str word)
{
	for (size_t i = 0; i < word.len; i++) {
		if (word.p[i] < 'a' || word.p[i] > 'z')
			return false;
	}
	return word.len > 0;
}

/* What the text begins with, if that looks like a placeholder. */
static bool read_place(struct str text, struct place *ret)
{
	size_t end = str_find_char(text, '}');
	struct str word;

	if (text.len < 2 || text.p[0] != '{' || end == text.len)
		return false;
	word = str_make(text.p + 1, end - 1);
	if (!is_word(str_make(word.p,
		MIN(str_find_char(word, ':'), str_find_char(word, '+')))))
		return false;
	*ret = (struct place){ word, end + 1 };
	return true;
}

static uint64_t mac_plus(struct str word)
{
	uint64_t n = 0;

	(void)str_to_u64(str_from(word, 4), UINT32_MAX, &n);
	return n;
}

static bool is_mac(struct str word)
{
	uint64_t n;

	return str_is(word, "mac") ||
	       (str_starts(word, STR("mac+")) &&
		   str_to_u64(str_from(word, 4), UINT32_MAX, &n) == 0);
}

static const struct model_pool *find_pool(const struct model *model, struct str word)
{
	struct str name;

	if (!str_is(str_cut(word, ':', &name), "pool"))
		return NULL;
	for (size_t i = 0; i < model->n_pools; i++) {
		if (str_is(name, model->pools[i].name))
			return &model->pools[i];
	}
	return NULL;
}

static bool is_known(const struct model *model, struct str word, unsigned levels)
{
	if (str_is(word, "i"))
		return levels > 0;
	return str_is(word, "serial") || str_is(word, "address") ||
	       str_is(word, "number") || is_mac(word) || find_pool(model, word);
}

int model_places_check(const struct model *model, struct str text, unsigned levels,
    bool *ret, struct error *err)
{
	*ret = false;
	for (size_t i = 0; i < text.len; i++) {
		struct place place;

		if (text.p[i] != '{')
			continue;
		if (str_starts(str_from(text, i), STR("{{"))) {
			*ret = true;
			i++;
			continue;
		}
		if (!read_place(str_from(text, i), &place))
			continue;
		if (!is_known(model, place.word, levels))
			return error_set(err, ERR_CONFIG,
			    "\"{%.*s}\" stands for nothing", STR_ARG(place.word));
		*ret = true;
		i += place.len - 1;
	}
	return 0;
}

/* ---- filling ------------------------------------------------------------------------ */

static void count_mac(const uint8_t mac[6], uint64_t n, char *text)
{
	uint8_t sum[6];

	for (size_t at = 6; at-- > 0;) {
		n += mac[at];
		sum[at] = (uint8_t)n;
		n >>= 8;
	}
	(void)mac_text(sum, text);
}

void model_pool_entry(const struct model_pool *pool, uint64_t n, char *text,
    size_t size)
{
	uint32_t address;
	uint8_t mac[6];

	if (size >= MAC_TEXT_MAX && ipv4_parse(str_of(pool->first), &address) == 0)
		(void)ipv4_text(address + (uint32_t)n, text);
	else if (size >= MAC_TEXT_MAX && mac_parse(str_of(pool->first), mac) == 0)
		count_mac(mac, n, text);
	else
		text_count_up(pool->first, n, text, size);
}

static void put_place(struct buf *out, const struct model *model, struct str word,
    const struct model_at *at, const struct model_self *self)
{
	const struct model_pool *pool = find_pool(model, word);
	char text[ENTRY_MAX] = "";

	if (str_is(word, "serial")) {
		buf_append_str(out, self->serial);
		return;
	}
	if (str_is(word, "i") && at->n > 0)
		(void)snprintf(text, sizeof(text), "%" PRIu32, at->index[at->n - 1]);
	else if (str_is(word, "number"))
		(void)snprintf(text, sizeof(text), "%" PRIu64, self->number + 1);
	else if (str_is(word, "address") && self->address)
		(void)ipv4_text(self->address, text);
	else if (is_mac(word) && self->has_mac)
		count_mac(self->mac, mac_plus(word), text);
	else if (pool)
		model_pool_entry(pool, self->number, text, sizeof(text));
	buf_append_text(out, text);
}

struct str model_places_fill(const struct model *model, const char *text,
    const struct model_at *at, const struct model_self *self, struct arena *arena)
{
	auto_buf out = BUF_NULL;
	struct str rest = str_of(text);

	while (rest.len > 0) {
		struct place place;
		size_t n = 1;

		if (str_starts(rest, STR("{{"))) {
			buf_append_char(&out, '{');
			n = 2;
		} else if (read_place(rest, &place)) {
			put_place(&out, model, place.word, at, self);
			n = place.len;
		} else {
			buf_append_char(&out, rest.p[0]);
		}
		rest = str_from(rest, n);
	}
	return out.error < 0 ? STR_NULL : arena_str(arena, buf_str(&out));
}
