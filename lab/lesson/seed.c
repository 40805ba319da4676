#include "lab/lesson/seed.h"

#include "lib/base/compiler.h"
#include "lib/base/text.h"

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

static void hmac(struct str key, struct str bytes, uint8_t ret[SEED_BYTES])
{
	unsigned len = 0;
	const void *made = HMAC(EVP_sha256(), key.len ? key.p : "", (int)key.len,
	    (const unsigned char *)bytes.p, bytes.len, ret, &len);

	assert(made && len == SEED_BYTES);
	(void)made;
}

/* The key for what has that name: no two names have the same bytes, since each says of which
 * kind it is and how long it is. */
static struct seed derive(struct str key, const char *kind, struct str name)
{
	auto_buf bytes = BUF_NULL;
	struct seed seed;

	buf_printf(&bytes, "cwmplab %s %zu ", kind, name.len);
	buf_append_str(&bytes, name);
	hmac(key, buf_str(&bytes), seed.key);
	return seed;
}

static struct str key_of(const struct seed *seed)
{
	return str_make(seed->key, SEED_BYTES);
}

struct seed seed_of(struct str secret, struct str student)
{
	return derive(secret, "student", student);
}

struct seed_draw seed_draw_begin(const struct seed *seed, struct str lesson,
    struct str name)
{
	struct seed of_lesson = derive(key_of(seed), "lesson", lesson);

	return (struct seed_draw){ .key = derive(key_of(&of_lesson), "value", name),
		.at = SEED_BYTES };
}

static uint8_t next_byte(struct seed_draw *draw)
{
	uint8_t number[8];

	if (draw->at == SEED_BYTES) {
		for (size_t i = 0; i < sizeof(number); i++)
			number[i] = (uint8_t)(draw->n >> (8 * i));
		hmac(key_of(&draw->key), str_make(number, sizeof(number)), draw->block);
		draw->n++;
		draw->at = 0;
	}
	return draw->block[draw->at++];
}

uint64_t seed_below(struct seed_draw *draw, uint64_t n)
{
	/* What is left over above the last whole n would make small numbers likelier. */
	uint64_t limit = UINT64_MAX - UINT64_MAX % n, value;

	do {
		value = 0;
		for (size_t i = 0; i < sizeof(value); i++)
			value = value << 8 | next_byte(draw);
	} while (value >= limit);
	return value % n;
}

void seed_put_pattern(struct seed_draw *draw, struct str pattern, struct buf *out)
{
	for (size_t i = 0; i < pattern.len; i++) {
		switch (pattern.p[i]) {
		case '#':
			buf_append_char(out, (char)('0' + seed_below(draw, 10)));
			break;
		case '?':
			buf_append_char(out, (char)('a' + seed_below(draw, 26)));
			break;
		case '%':
			buf_append_char(out, "0123456789ABCDEF"[seed_below(draw, 16)]);
			break;
		default:
			buf_append_char(out, pattern.p[i]);
		}
	}
}

void seed_shuffle(struct seed_draw *draw, size_t *order, size_t n)
{
	for (size_t i = 0; i < n; i++)
		order[i] = i;
	for (size_t i = n; i > 1; i--) {
		size_t k = (size_t)seed_below(draw, i);
		size_t other = order[k];

		order[k] = order[i - 1];
		order[i - 1] = other;
	}
}

void seed_put_signature(struct str secret, struct str bytes, struct buf *out)
{
	struct seed key = derive(secret, "results", STR(""));
	uint8_t signature[SEED_BYTES];

	hmac(key_of(&key), bytes, signature);
	hex_append(out, signature, sizeof(signature));
}

void seed_put_hash(struct str text, size_t n, struct buf *out)
{
	struct seed hash = derive(STR(""), "name", text);
	auto_buf digits = BUF_NULL;

	hex_append(&digits, hash.key, SEED_BYTES);
	buf_append_str(out, str_make(digits.data, MIN(n, digits.len)));
}
