#include "lib/link/impair_text.h"

#include "lib/base/compiler.h"
#include "lib/conf/conf.h"
#include "lib/link/impair_value.h"
#include "lib/link/profile.h"

#include <inttypes.h>
#include <string.h>

static const char *const way_prefixes[IMPAIR_WAYS] = {
	[IMPAIR_WAY_UP] = "up.",
	[IMPAIR_WAY_DOWN] = "down.",
};

static const uint32_t all_keys = (UINT32_C(1) << IMPAIR_KEYS) - 1;

/* What is read, and where its mistakes go. */
struct reading {
	struct impair_change *change;
	struct impair_mistake *mistake;
	struct error *err;
	size_t at; /* of the key in the text */
};

static int fail(const struct reading *r, size_t at, size_t len, const char *hint,
    const char *what, struct str word)
{
	if (r->mistake) {
		*r->mistake = (struct impair_mistake){ .at = at, .len = len };
		(void)snprintf(r->mistake->hint, sizeof(r->mistake->hint), "%s",
		    hint ? hint : "");
	}
	return error_set_at(r->err, ERR_MALFORMED, at == SIZE_MAX ? 0 : at,
	    "\"%.*s\" %s", (int)MIN(word.len, (size_t)60), word.p ? word.p : "", what);
}

/* ---- values --------------------------------------------------------------------------- */

static const char *type_hint(enum impair_type type)
{
	switch (type) {
	case IMPAIR_TYPE_TIME:
		return "a whole number with its unit: us, ms, s, m, h";
	case IMPAIR_TYPE_SHARE:
		return "a percentage, such as 2% or 0.01%";
	case IMPAIR_TYPE_RATE:
		return "a number with its unit: bit, kbit, mbit, gbit (a second)";
	case IMPAIR_TYPE_BYTES:
		return "a number of bytes, or one with kb or mb";
	case IMPAIR_TYPE_COUNT:
		return "a whole number";
	case IMPAIR_TYPE_GILBERT:
		return "ENTER/LEAVE[/BAD[/GOOD]], percentages, such as 1%/25%";
	case IMPAIR_TYPE_NAME:
		break;
	}
	return NULL;
}

static int read_number(const struct impair_key *key, struct str text, uint64_t *ret)
{
	int64_t ns;

	switch (key->type) {
	case IMPAIR_TYPE_TIME:
		if (conf_duration(text, &ns) < 0)
			return ERR_MALFORMED;
		*ret = (uint64_t)ns;
		return 0;
	case IMPAIR_TYPE_SHARE:
		return impair_share(text, ret);
	case IMPAIR_TYPE_RATE:
		return impair_rate(text, ret);
	case IMPAIR_TYPE_BYTES:
		return impair_bytes(text, ret);
	case IMPAIR_TYPE_COUNT:
		return str_to_u64(text, UINT64_MAX, ret);
	case IMPAIR_TYPE_NAME:
	case IMPAIR_TYPE_GILBERT:
		break;
	}
	return ERR_MALFORMED;
}

static void write_number(struct buf *out, const struct impair_key *key, uint64_t value)
{
	switch (key->type) {
	case IMPAIR_TYPE_TIME:
		impair_time_write(out, (int64_t)value);
		break;
	case IMPAIR_TYPE_SHARE:
		impair_share_write(out, value);
		break;
	case IMPAIR_TYPE_RATE:
		impair_rate_write(out, value);
		break;
	case IMPAIR_TYPE_BYTES:
		impair_bytes_write(out, value);
		break;
	case IMPAIR_TYPE_COUNT:
		buf_append_uint(out, value, 1);
		break;
	case IMPAIR_TYPE_NAME:
	case IMPAIR_TYPE_GILBERT:
		break;
	}
}

static void set_number(struct impair *impair, const struct impair_key *key,
    uint64_t value)
{
	char *at = (char *)impair + key->offset;
	uint32_t share = (uint32_t)value;

	if (key->type == IMPAIR_TYPE_SHARE)
		memcpy(at, &share, sizeof(share));
	else
		memcpy(at, &value, sizeof(value));
}

static uint64_t get_number(const struct impair *impair, const struct impair_key *key)
{
	const char *at = (const char *)impair + key->offset;
	uint32_t share;
	uint64_t value;

	if (key->type == IMPAIR_TYPE_SHARE) {
		memcpy(&share, at, sizeof(share));
		return share;
	}
	memcpy(&value, at, sizeof(value));
	return value;
}

static int put_number(const struct reading *r, const struct impair_key *key,
    struct str text, size_t at, struct impair *impair)
{
	auto_buf hint = BUF_MAX(160);
	uint64_t value;

	if (read_number(key, text, &value) < 0)
		return fail(r, at, text.len, type_hint(key->type),
		    key->type == IMPAIR_TYPE_SHARE ? "is no share"
						   : "is no value for it",
		    text);
	if (value != 0 && (value < key->min || value > key->max)) {
		write_number(&hint, key, key->min);
		buf_append_text(&hint, " to ");
		write_number(&hint, key, key->max);
		return fail(r, at, text.len, buf_cstr(&hint), "is out of range", text);
	}
	/* A rate of nothing would stand still; the line that is dead says so. */
	if (value == 0 && key->type == IMPAIR_TYPE_RATE && text.len > 1)
		return fail(r, at, text.len, "rate=0 lifts the limit, down ends all",
		    "lets nothing through", text);
	set_number(impair, key, value);
	return 0;
}

static int put_name(const struct reading *r, const struct impair_key *key,
    struct str text, size_t at, struct impair *impair)
{
	char list[128] = "one of:";
	size_t n = strlen(list);

	for (int i = 0; key->names[i]; i++) {
		if (str_is(text, key->names[i])) {
			memcpy((char *)impair + key->offset, &i, sizeof(i));
			return 0;
		}
		n += (size_t)snprintf(list + n, sizeof(list) - n, " %s", key->names[i]);
	}
	return fail(r, at, text.len, list, "is none of them", text);
}

/* ENTER/LEAVE[/BAD[/GOOD]]; "0" takes it away. */
static int put_gilbert(const struct reading *r, struct str text, size_t at,
    struct impair *impair)
{
	uint64_t values[4] = { 0, 0, IMPAIR_MILLION, 0 };
	struct str rest = text;
	size_t n = 0;

	if (str_is(text, "0")) {
		impair->gilbert = (struct impair_gilbert){ 0 };
		return 0;
	}
	do {
		struct str part = str_cut(rest, '/', &rest);
		size_t where = at == SIZE_MAX ? at : at + (size_t)(part.p - text.p);

		if (n == ARRAY_LEN(values) || impair_share(part, &values[n]) < 0)
			return fail(r, where, part.len, type_hint(IMPAIR_TYPE_GILBERT),
			    "is no share", part);
		if (values[n] > IMPAIR_MILLION)
			return fail(r, where, part.len, "0% to 100%", "is out of range",
			    part);
		n++;
	} while (rest.p);
	if (n < 2 || values[0] == 0 || values[1] == 0)
		return fail(r, at, text.len, type_hint(IMPAIR_TYPE_GILBERT),
		    "never enters a burst, or never leaves it", text);
	impair->gilbert = (struct impair_gilbert){ (uint32_t)values[0],
		(uint32_t)values[1], (uint32_t)values[2], (uint32_t)values[3] };
	return 0;
}

static int put_value(const struct reading *r, const struct impair_key *key,
    struct str text, size_t at, struct impair *impair)
{
	switch (key->type) {
	case IMPAIR_TYPE_NAME:
		return put_name(r, key, text, at, impair);
	case IMPAIR_TYPE_GILBERT:
		return put_gilbert(r, text, at, impair);
	case IMPAIR_TYPE_TIME:
	case IMPAIR_TYPE_SHARE:
	case IMPAIR_TYPE_RATE:
	case IMPAIR_TYPE_BYTES:
	case IMPAIR_TYPE_COUNT:
		break;
	}
	return put_number(r, key, text, at, impair);
}

/* ---- keys ----------------------------------------------------------------------------- */

static bool is_meant(enum impair_way meant, int way)
{
	return meant == IMPAIR_WAYS || (int)meant == way;
}

static void set_all(struct impair_change *change, const struct impair_link *value,
    enum impair_way meant)
{
	for (int way = 0; way < IMPAIR_WAYS; way++) {
		if (!is_meant(meant, way))
			continue;
		change->value.way[way] = value->way[way];
		change->set[way] = all_keys;
	}
}

static int put_profile(const struct reading *r, struct str name, size_t at,
    enum impair_way way)
{
	const struct impair_profile *profile = impair_profile_find(name);
	const char *names[IMPAIR_PROFILES_MAX];
	char hint[192];
	size_t n = 0, len;

	if (profile) {
		set_all(r->change, &profile->link, way);
		return 0;
	}
	while (impair_profile(n)) {
		names[n] = impair_profile(n)->name;
		n++;
	}
	if (conf_suggest(name, names, n, hint, sizeof(hint)))
		return fail(r, at, name.len, hint, "is no profile", name);
	len = (size_t)snprintf(hint, sizeof(hint), "one of:");
	for (size_t i = 0; i < n && len < sizeof(hint); i++)
		len +=
		    (size_t)snprintf(hint + len, sizeof(hint) - len, " %s", names[i]);
	return fail(r, at, name.len, hint, "is no profile", name);
}

static int fail_key(const struct reading *r, struct str key)
{
	const char *names[IMPAIR_KEYS + 1];
	char hint[192];

	for (size_t i = 0; i < IMPAIR_KEYS; i++)
		names[i] = impair_keys[i].name;
	names[IMPAIR_KEYS] = "profile";
	if (!conf_suggest(key, names, IMPAIR_KEYS + 1, hint, sizeof(hint)))
		(void)snprintf(hint, sizeof(hint),
		    "delay, jitter, loss, burst, duplicate, reorder, corrupt, rate, "
		    "queue, mtu, profile...");
	return fail(r, r->at, key.len, hint, "is no key of a link", key);
}

static int put(const struct reading *r, struct str name, struct str value,
    size_t value_at, enum impair_way meant)
{
	size_t i = 0;
	int code = 0;

	if (str_is(name, "profile"))
		return put_profile(r, value, value_at, meant);
	while (i < IMPAIR_KEYS && !str_is(name, impair_keys[i].name))
		i++;
	if (i == IMPAIR_KEYS)
		return fail_key(r, name);
	for (int way = 0; way < IMPAIR_WAYS && code == 0; way++) {
		if (!is_meant(meant, way))
			continue;
		code = put_value(r, &impair_keys[i], value, value_at,
		    &r->change->value.way[way]);
		r->change->set[way] |= UINT32_C(1) << i;
	}
	return code;
}

int impair_put(struct str key, struct str value, enum impair_way way,
    struct impair_change *change, struct impair_mistake *mistake, struct error *err)
{
	struct reading r = { change, mistake, err, SIZE_MAX };

	return put(&r, key, value, 0, way);
}

/* ---- texts ---------------------------------------------------------------------------- */

static enum impair_way cut_way(struct str *word)
{
	for (int way = 0; way < IMPAIR_WAYS; way++) {
		struct str prefix = str_of(way_prefixes[way]);

		if (str_starts(*word, prefix)) {
			*word = str_from(*word, prefix.len);
			return (enum impair_way)way;
		}
	}
	return IMPAIR_WAYS;
}

/* "up", "down", "reset", "plain", and the names of profiles. */
static bool put_bare(struct impair_change *change, struct str word, enum impair_way way)
{
	static const struct impair_link plain;

	if (str_is(word, "reset") || str_is(word, "plain"))
		set_all(change, &plain, way);
	else if (str_is(word, "up") || str_is(word, "down"))
		(void)impair_put(STR("state"), word, way, change, NULL, NULL);
	else if (impair_profile_find(word))
		set_all(change, &impair_profile_find(word)->link, way);
	else
		return false;
	return true;
}

static int read_word(struct reading *r, struct str whole, size_t at)
{
	struct str word = whole, value;
	enum impair_way way = cut_way(&word);

	r->at = at + (whole.len - word.len);
	if (put_bare(r->change, word, way))
		return 0;
	word = str_cut(word, '=', &value);
	if (!value.p)
		return fail(r, r->at, word.len,
		    "KEY=VALUE, such as delay=50ms; or reset, up, down", "has no value",
		    word);
	if (value.len == 0)
		return fail(r, at, whole.len, NULL, "has no value", word);
	return put(r, word, value, r->at + word.len + 1, way);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

int impair_read(struct str text, struct impair_change *change,
    struct impair_mistake *mistake, struct error *err)
{
	struct reading r = { change, mistake, err, 0 };
	size_t at = 0;
	int code = 0;

	if (text.len > IMPAIR_TEXT_MAX) {
		if (mistake)
			*mistake = (struct impair_mistake){ .len = text.len };
		return error_set(err, ERR_LIMIT, "a link in %zu bytes; %d is the most",
		    text.len, IMPAIR_TEXT_MAX);
	}
	while (at < text.len && code == 0) {
		size_t end = at;

		while (end < text.len && !is_blank(text.p[end]))
			end++;
		if (end > at)
			code = read_word(&r, str_make(text.p + at, end - at), at);
		at = end + 1;
	}
	return code;
}

void impair_apply(struct impair_link *link, const struct impair_change *change)
{
	for (int way = 0; way < IMPAIR_WAYS; way++) {
		for (size_t i = 0; i < IMPAIR_KEYS; i++) {
			if (change->set[way] & UINT32_C(1) << i)
				impair_copy(&link->way[way], &change->value.way[way],
				    &impair_keys[i]);
		}
	}
}

const char *impair_link_conflict(const struct impair_link *link, char *ret, size_t size)
{
	static const char *const names[IMPAIR_WAYS] = { "up", "down" };

	for (int way = 0; way < IMPAIR_WAYS; way++) {
		const char *why = impair_conflict(&link->way[way]);

		if (!why)
			continue;
		(void)snprintf(ret, size, "%s: %s", names[way], why);
		return ret;
	}
	return NULL;
}

void impair_write_value(struct buf *out, const struct impair *impair,
    const struct impair_key *key)
{
	const struct impair_gilbert *gilbert = &impair->gilbert;
	int name;

	if (key->type == IMPAIR_TYPE_NAME) {
		memcpy(&name, (const char *)impair + key->offset, sizeof(name));
		buf_append_text(out, key->names[name]);
	} else if (key->type == IMPAIR_TYPE_GILBERT && gilbert->leave == 0) {
		buf_append_char(out, '0');
	} else if (key->type == IMPAIR_TYPE_GILBERT) {
		const uint32_t shares[] = { gilbert->enter, gilbert->leave,
			gilbert->bad, gilbert->good };

		for (size_t i = 0; i < ARRAY_LEN(shares); i++) {
			if (i > 0)
				buf_append_char(out, '/');
			impair_share_write(out, shares[i]);
		}
	} else {
		write_number(out, key, get_number(impair, key));
	}
}

/* Words of a link begin at start. */
static void write_word(struct buf *out, size_t start, const char *prefix,
    const struct impair *impair, const struct impair_key *key)
{
	if (out->len > start)
		buf_append_char(out, ' ');
	buf_append_text(out, prefix);
	buf_append_text(out, key->name);
	buf_append_char(out, '=');
	impair_write_value(out, impair, key);
}

void impair_write(struct buf *out, const struct impair_link *link)
{
	const struct impair *up = &link->way[IMPAIR_WAY_UP],
			    *down = &link->way[IMPAIR_WAY_DOWN];
	size_t start = out->len;
	uint32_t both = 0;

	for (size_t i = 0; i < IMPAIR_KEYS; i++) {
		struct impair a = { 0 }, b = { 0 };

		impair_copy(&a, up, &impair_keys[i]);
		impair_copy(&b, down, &impair_keys[i]);
		if (!impair_is_same(&a, &b))
			continue;
		both |= UINT32_C(1) << i;
		if (impair_has(up, &impair_keys[i]))
			write_word(out, start, "", up, &impair_keys[i]);
	}
	for (int way = 0; way < IMPAIR_WAYS; way++) {
		for (size_t i = 0; i < IMPAIR_KEYS; i++) {
			if (!(both & UINT32_C(1) << i) &&
			    impair_has(&link->way[way], &impair_keys[i]))
				write_word(out, start, way_prefixes[way],
				    &link->way[way], &impair_keys[i]);
		}
	}
	if (out->len == start)
		buf_append_text(out, "plain");
}
