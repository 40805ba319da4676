#include "lib/console/cli_cipher.h"

#include "lib/base/buf.h"
#include "lib/base/compiler.h"
#include "lib/base/siphash.h"
#include "lib/base/text.h"
#include "lib/base/wire.h"

enum {
	NONCE = 12,
	TAG = 8,
	BODY_MAX = NONCE + TAG + CLI_CIPHER_PLAIN_MAX
};

static const char mark[] = "$c$3$";

static void put_u64(uint8_t *p, uint64_t v)
{
	put_u32(p, (uint32_t)(v >> 32));
	put_u32(p + 4, (uint32_t)v);
}

/* Which of the things a key is for: no two of them may give the same bytes. */
enum use {
	USE_NONCE,
	USE_NONCE_REST,
	USE_STREAM,
	USE_TAG
};

static uint64_t digest(enum use use, const void *bytes, size_t len)
{
	return siphash13(UINT64_C(0x6377706c61622063) + use,
	    UINT64_C(0x6f6e736f6c652e31), bytes, len);
}

/* The same twice gives what it was. */
static void stream(const uint8_t nonce[NONCE], uint8_t *bytes, size_t len)
{
	uint8_t block[NONCE + 4], key[8];

	memcpy(block, nonce, NONCE);
	for (size_t i = 0; i < len; i++) {
		if (i % 8 == 0) {
			put_u32(block + NONCE, (uint32_t)(i / 8));
			put_u64(key, digest(USE_STREAM, block, sizeof(block)));
		}
		bytes[i] ^= key[i % 8];
	}
}

static void make_nonce(struct str plain, uint8_t nonce[NONCE])
{
	uint8_t rest[8];

	put_u64(nonce, digest(USE_NONCE, plain.p, plain.len));
	put_u64(rest, digest(USE_NONCE_REST, plain.p, plain.len));
	memcpy(nonce + 8, rest, NONCE - 8);
}

char *cli_cipher_hide(struct str plain, char *text)
{
	uint8_t body[BODY_MAX];
	size_t n = MIN(plain.len, (size_t)CLI_CIPHER_PLAIN_MAX);
	auto_buf out = BUF_NULL;

	make_nonce(str_make(plain.p, n), body);
	if (n > 0)
		memcpy(body + NONCE + TAG, plain.p, n);
	put_u64(body + NONCE, digest(USE_TAG, body + NONCE + TAG, n));
	stream(body, body + NONCE + TAG, n);
	buf_append_text(&out, mark);
	base64_append(&out, body, NONCE + TAG + n);
	memcpy(text, buf_cstr(&out), MIN(out.len + 1, (size_t)CLI_CIPHER_MAX));
	return text;
}

bool cli_cipher_show(struct str text, char *ret)
{
	uint8_t body[BODY_MAX + 3], tag[TAG];
	int len;

	if (!str_starts(text, str_of(mark)))
		return false;
	len = base64_parse(str_from(text, sizeof(mark) - 1), body, sizeof(body));
	if (len <= NONCE + TAG || len > BODY_MAX)
		return false;
	stream(body, body + NONCE + TAG, (size_t)len - NONCE - TAG);
	put_u64(tag, digest(USE_TAG, body + NONCE + TAG, (size_t)len - NONCE - TAG));
	if (memcmp(tag, body + NONCE, TAG) != 0)
		return false;
	memcpy(ret, body + NONCE + TAG, (size_t)len - NONCE - TAG);
	ret[len - NONCE - TAG] = '\0';
	return true;
}
