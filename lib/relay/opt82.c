#include "lib/relay/opt82.h"

int opt82_parse(struct opt82 *ret, struct str value, struct error *err)
{
	const uint8_t *p = (const uint8_t *)value.p;
	size_t at = 0;

	*ret = (struct opt82){ STR_NULL, STR_NULL };
	while (at < value.len) {
		struct str *into = p[at] == OPT82_CIRCUIT_ID  ? &ret->circuit_id
				   : p[at] == OPT82_REMOTE_ID ? &ret->remote_id
							      : NULL;

		if (value.len - at < 2)
			return error_set_at(err, ERR_MALFORMED, at,
			    "sub-option %u at byte %zu: the length is missing", p[at],
			    at);
		if (p[at + 1] > value.len - at - 2)
			return error_set_at(err, ERR_MALFORMED, at,
			    "sub-option %u at byte %zu: length %u past the end, %zu "
			    "bytes follow",
			    p[at], at, p[at + 1], value.len - at - 2);
		if (into && !into->p)
			*into = str_make(p + at + 2, p[at + 1]);
		at += 2u + p[at + 1];
	}
	return 0;
}

static size_t put(uint8_t *at, uint8_t code, struct str value)
{
	if (!value.p)
		return 0;
	at[0] = code;
	at[1] = (uint8_t)value.len;
	if (value.len > 0)
		memcpy(at + 2, value.p, value.len);
	return 2 + value.len;
}

int opt82_write(uint8_t bytes[OPT82_BYTES_MAX], const struct opt82 *option)
{
	struct str circuit_id = option->circuit_id, remote_id = option->remote_id;
	size_t len = (circuit_id.p ? 2 + circuit_id.len : 0) +
		     (remote_id.p ? 2 + remote_id.len : 0);

	if (len > OPT82_BYTES_MAX)
		return ERR_LIMIT;
	len = put(bytes, OPT82_CIRCUIT_ID, circuit_id);
	return (int)(len + put(bytes + len, OPT82_REMOTE_ID, remote_id));
}
