#include "lib/proto/stun.h"

#include "lib/base/compiler.h"
#include "lib/base/wire.h"

enum {
	FAMILY_IPV4 = 1,
	ATTRIBUTE_HEADER = 4,
	ADDRESS_BYTES = 8,
	ERROR_BYTES = 4, /* before the reason */
	HASH_BLOCK = 64,
	MUST_BE_KNOWN = 0x7fff, /* types up to it */
	MESSAGE_INTEGRITY = 0x0008
};

enum kind {
	KIND_ADDRESS,
	KIND_FLAGS,
	KIND_TEXT,
	KIND_ERROR,
	KIND_TYPES
};

/* RFC 3489 11.2, TR-069 A6 G.2.1.3. */
static const struct attribute {
	uint16_t type;
	enum kind kind;
	size_t offset; /* in struct stun_message */
} attributes[] = {
	{ 0x0001, KIND_ADDRESS, offsetof(struct stun_message, mapped) },
	{ 0x0002, KIND_ADDRESS, offsetof(struct stun_message, response) },
	{ 0x0003, KIND_FLAGS, offsetof(struct stun_message, change_request) },
	{ 0x0004, KIND_ADDRESS, offsetof(struct stun_message, source) },
	{ 0x0005, KIND_ADDRESS, offsetof(struct stun_message, changed) },
	{ 0x000b, KIND_ADDRESS, offsetof(struct stun_message, reflected) },
	{ 0x0009, KIND_ERROR, offsetof(struct stun_message, error) },
	{ 0x000a, KIND_TYPES, offsetof(struct stun_message, unknown) },
	{ 0xc001, KIND_TEXT, offsetof(struct stun_message, call_binding) },
	{ 0xc002, KIND_TEXT, offsetof(struct stun_message, binding_change) },
	{ 0x0006, KIND_TEXT, offsetof(struct stun_message, username) },
};

static const struct attribute *find_attribute(uint16_t type)
{
	for (size_t i = 0; i < ARRAY_LEN(attributes); i++) {
		if (attributes[i].type == type)
			return &attributes[i];
	}
	return NULL;
}

/* ---- reading ------------------------------------------------------------------------ */

static int read_address(struct wire_reader *value, struct stun_address *ret)
{
	(void)wire_u8(value);
	if (wire_u8(value) != FAMILY_IPV4)
		return ERR_MALFORMED;
	ret->port = wire_u16(value);
	ret->address = wire_u32(value);
	ret->is_set = true;
	return value->error || wire_left(value) > 0 ? ERR_MALFORMED : 0;
}

static int read_flags(struct wire_reader *value, struct stun_flags *ret)
{
	ret->value = wire_u32(value);
	ret->is_set = true;
	return value->error || wire_left(value) > 0 ? ERR_MALFORMED : 0;
}

static int read_text(struct wire_reader *value, struct str *ret)
{
	size_t len = wire_left(value);

	if (len > STUN_TEXT_MAX)
		return ERR_LIMIT;
	*ret = str_make(value->p, len);
	return 0;
}

static int read_error(struct wire_reader *value, struct stun_error *ret)
{
	uint8_t class, number;

	(void)wire_u16(value);
	class = wire_u8(value) & 7;
	number = wire_u8(value);
	if (value->error || class == 0 || number > 99)
		return ERR_MALFORMED;
	ret->code = (uint16_t)(class * 100 + number);
	ret->reason = wire_str(value, wire_left(value));
	return ret->reason.len > STUN_TEXT_MAX ? ERR_LIMIT : 0;
}

static int read_types(struct wire_reader *value, struct stun_unknown *ret)
{
	while (wire_left(value) >= 2) {
		uint16_t type = wire_u16(value);

		if (ret->n < STUN_UNKNOWN_MAX)
			ret->types[ret->n++] = type;
	}
	return 0;
}

static int read_value(const struct attribute *attribute, struct wire_reader *value,
    struct stun_message *message)
{
	void *at = (char *)message + attribute->offset;

	switch (attribute->kind) {
	case KIND_ADDRESS:
		return read_address(value, at);
	case KIND_FLAGS:
		return read_flags(value, at);
	case KIND_TEXT:
		return read_text(value, at);
	case KIND_ERROR:
		return read_error(value, at);
	case KIND_TYPES:
		return read_types(value, at);
	}
	return ERR_MALFORMED;
}

/* The first of two alike counts, so the second is checked into a copy. */
static bool is_there(const struct attribute *attribute,
    const struct stun_message *message)
{
	const void *at = (const char *)message + attribute->offset;

	switch (attribute->kind) {
	case KIND_ADDRESS:
		return ((const struct stun_address *)at)->is_set;
	case KIND_FLAGS:
		return ((const struct stun_flags *)at)->is_set;
	case KIND_TEXT:
		return ((const struct str *)at)->p;
	case KIND_ERROR:
		return ((const struct stun_error *)at)->code;
	case KIND_TYPES:
		return ((const struct stun_unknown *)at)->n > 0;
	}
	return false;
}

static int read_attribute(struct stun_message *message, uint16_t type,
    struct wire_reader *value)
{
	const struct attribute *attribute = find_attribute(type);
	struct stun_message copy;

	if (!attribute) {
		if (type <= MUST_BE_KNOWN && message->unknown.n < STUN_UNKNOWN_MAX)
			message->unknown.types[message->unknown.n++] = type;
		return 0;
	}
	if (!is_there(attribute, message))
		return read_value(attribute, value, message);
	copy = *message;
	return read_value(attribute, value, &copy);
}

static int read_attributes(struct stun_message *message, struct wire_reader *in)
{
	while (wire_left(in) > 0) {
		size_t at = in->at;
		uint16_t type = wire_u16(in);
		uint16_t len = wire_u16(in);
		struct wire_reader value = wire_sub(in, len);
		int r;

		if (in->error)
			return in->error;
		if (type == MESSAGE_INTEGRITY) {
			if (len != STUN_SHA1_BYTES)
				return ERR_MALFORMED;
			message->integrity_at = at;
			message->integrity = value.p;
			return 0;
		}
		r = read_attribute(message, type, &value);
		if (r < 0)
			return r;
		/* RFC 3489 pads inside the value; some pad behind it, as RFC 5389. */
		if (len % 4 != 0 && wire_left(in) >= 4U - len % 4)
			(void)wire_take(in, 4U - len % 4);
	}
	return 0;
}

int stun_read(struct stun_message *message, const void *bytes, size_t len,
    struct error *err)
{
	struct wire_reader in = wire_reader(bytes, len);
	const uint8_t *id;
	uint16_t length;
	int r;

	*message = (struct stun_message){ .type = wire_u16(&in) };
	length = wire_u16(&in);
	id = wire_take(&in, STUN_ID_BYTES);
	if (!id)
		return error_set_at(err, ERR_TRUNCATED, len,
		    "%zu bytes are no STUN message", len);
	if (message->type & 0xc000)
		return error_set_at(err, ERR_MALFORMED, 0, "0x%04x is no type of STUN",
		    message->type);
	if (length != len - STUN_HEADER_BYTES)
		return error_set_at(err, ERR_MALFORMED, 2,
		    "%u bytes of attributes are announced, %zu come", length,
		    len - STUN_HEADER_BYTES);
	memcpy(message->id, id, STUN_ID_BYTES);
	r = read_attributes(message, &in);
	if (r < 0)
		return error_set_at(err, r, in.at,
		    "an attribute of STUN before byte %zu: %s", in.at, error_name(r));
	return 0;
}

/* ---- writing ------------------------------------------------------------------------ */

static void put_text(struct wire_writer *out, struct str text)
{
	wire_put_bytes(out, text.p, text.len);
	for (size_t n = text.len; n % 4 != 0; n++)
		wire_put_u8(out, ' ');
}

static void put_value(const struct attribute *attribute,
    const struct stun_message *message, struct wire_writer *out)
{
	const void *at = (const char *)message + attribute->offset;
	const struct stun_address *address = at;
	const struct stun_error *error = at;
	const struct stun_unknown *unknown = at;

	switch (attribute->kind) {
	case KIND_ADDRESS:
		wire_put_u16(out, FAMILY_IPV4);
		wire_put_u16(out, address->port);
		wire_put_u32(out, address->address);
		break;
	case KIND_FLAGS:
		wire_put_u32(out, ((const struct stun_flags *)at)->value);
		break;
	case KIND_TEXT:
		put_text(out, *(const struct str *)at);
		break;
	case KIND_ERROR:
		wire_put_u16(out, 0);
		wire_put_u8(out, (uint8_t)(error->code / 100));
		wire_put_u8(out, (uint8_t)(error->code % 100));
		put_text(out, error->reason);
		break;
	case KIND_TYPES:
		/* An odd one is said twice (RFC 3489 11.2.10). */
		for (size_t i = 0; i < unknown->n; i++)
			wire_put_u16(out, unknown->types[i]);
		if (unknown->n % 2 == 1)
			wire_put_u16(out, unknown->types[unknown->n - 1]);
		break;
	}
}

static void put_attribute(const struct attribute *attribute,
    const struct stun_message *message, struct wire_writer *out)
{
	uint8_t *header = wire_put(out, ATTRIBUTE_HEADER);
	size_t begin = out->at;

	put_value(attribute, message, out);
	if (out->error)
		return;
	put_u16(header, attribute->type);
	put_u16(header + 2, (uint16_t)(out->at - begin));
}

static int hash_of(const uint8_t *bytes, size_t len, bool is_padded, struct str key,
    hmac_sha1_fn *hmac, uint8_t ret[STUN_SHA1_BYTES])
{
	uint8_t text[(STUN_MESSAGE_MAX / HASH_BLOCK + 1) * HASH_BLOCK] = { 0 };
	size_t padded = (len + HASH_BLOCK - 1) / HASH_BLOCK * HASH_BLOCK;

	if (padded > sizeof(text))
		return ERR_LIMIT;
	memcpy(text, bytes, len);
	return hmac(key, text, is_padded ? padded : len, ret);
}

static int put_integrity(struct wire_writer *out, struct str key, hmac_sha1_fn *hmac)
{
	size_t len = out->at;
	uint8_t *at = wire_put(out, ATTRIBUTE_HEADER + STUN_SHA1_BYTES);

	if (!at)
		return out->error;
	put_u16(out->p + 2, (uint16_t)(out->at - STUN_HEADER_BYTES));
	put_u16(at, MESSAGE_INTEGRITY);
	put_u16(at + 2, STUN_SHA1_BYTES);
	return hash_of(out->p, len, true, key, hmac, at + ATTRIBUTE_HEADER);
}

int stun_write(const struct stun_message *message, struct str key, hmac_sha1_fn *hmac,
    void *bytes, size_t cap)
{
	struct wire_writer out = wire_writer(bytes, MIN(cap, (size_t)STUN_MESSAGE_MAX));
	int r = 0;

	wire_put_u16(&out, message->type);
	wire_put_u16(&out, 0);
	wire_put_bytes(&out, message->id, STUN_ID_BYTES);
	for (size_t i = 0; i < ARRAY_LEN(attributes); i++) {
		if (is_there(&attributes[i], message))
			put_attribute(&attributes[i], message, &out);
	}
	if (out.error)
		return out.error;
	put_u16(out.p + 2, (uint16_t)(out.at - STUN_HEADER_BYTES));
	if (key.p)
		r = put_integrity(&out, key, hmac);
	return r < 0 ? r : (int)out.at;
}

/* ---- integrity ---------------------------------------------------------------------- */

bool stun_is_intact(const struct stun_message *message, const void *bytes, size_t len,
    struct str key, hmac_sha1_fn *hmac)
{
	uint8_t hash[STUN_SHA1_BYTES];

	if (!message->integrity || message->integrity_at > len)
		return false;
	for (int is_padded = 1; is_padded >= 0; is_padded--) {
		if (hash_of(bytes, message->integrity_at, is_padded, key, hmac, hash) <
		    0)
			return false;
		if (str_eq_secret(str_make(hash, sizeof(hash)),
			str_make(message->integrity, sizeof(hash))))
			return true;
	}
	return false;
}

static struct str unpad(struct str text)
{
	while (text.len > 0 &&
	       (text.p[text.len - 1] == ' ' || text.p[text.len - 1] == '\0'))
		text.len--;
	return text;
}

bool stun_text_is(struct str padded, struct str text)
{
	return str_eq(unpad(padded), unpad(text));
}
