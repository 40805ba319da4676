#include "lib/proto/udp_call.h"

#include "lib/base/text.h"

#include <inttypes.h>
#include <stdio.h>

/* A value of the query without its escapes, terminated. */
static int unescape(struct str value, char *ret, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < value.len; i++) {
		char c = value.p[i];

		if (c == '%') {
			int high = i + 2 < value.len ? hex_digit(value.p[i + 1]) : -1;
			int low = high >= 0 ? hex_digit(value.p[i + 2]) : -1;

			if (low < 0)
				return ERR_MALFORMED;
			c = (char)(high << 4 | low);
			i += 2;
		}
		if (c == '\0')
			return ERR_MALFORMED;
		if (n + 1 >= size)
			return ERR_LIMIT;
		ret[n++] = c;
	}
	ret[n] = '\0';
	return n > 0 ? 0 : ERR_MALFORMED;
}

static int read_values(struct udp_call *call, struct str query, struct error *err)
{
	const struct {
		const char *name;
		char *at;
		size_t size;
	} rows[] = {
		{ "ts", call->ts_text, sizeof(call->ts_text) },
		{ "id", call->id, sizeof(call->id) },
		{ "un", call->un, sizeof(call->un) },
		{ "cn", call->cn, sizeof(call->cn) },
		{ "sig", call->sig, sizeof(call->sig) },
	};

	while (query.len > 0) {
		struct str value, name;
		struct str pair = str_cut(query, '&', &query);

		name = str_cut(pair, '=', &value);
		for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
			int r;

			if (!str_is(name, rows[i].name) || rows[i].at[0])
				continue;
			r = unescape(value, rows[i].at, rows[i].size);
			if (r < 0)
				return error_set(err, r,
				    "%s of the UDP connection request: %s",
				    rows[i].name, error_name(r));
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (!rows[i].at[0])
			return error_set(err, ERR_MALFORMED,
			    "the UDP connection request has no %s", rows[i].name);
	}
	return 0;
}

int udp_call_read(struct udp_call *call, struct str bytes, struct error *err)
{
	struct str line, target, version;
	size_t end, at;
	int r;

	*call = (struct udp_call){ .ts = 0 };
	if (bytes.len > UDP_CALL_MAX)
		return error_set(err, ERR_LIMIT, "a datagram of %zu bytes", bytes.len);
	if (!str_starts(bytes, STR("GET ")) || !str_find(bytes, STR("\r\n"), &end))
		return error_set(err, ERR_MALFORMED,
		    "the datagram is no UDP connection request");
	line = str_from(str_make(bytes.p, end), 4);
	target = str_cut(line, ' ', &version);
	if (!str_is(version, "HTTP/1.1"))
		return error_set(err, ERR_MALFORMED,
		    "the UDP connection request is not HTTP/1.1");
	if (!str_find(target, STR("?"), &at))
		return error_set(err, ERR_MALFORMED,
		    "the UDP connection request has no query");
	r = read_values(call, str_from(target, at + 1), err);
	if (r < 0)
		return r;
	if (str_to_u64(str_of(call->ts_text), UINT64_MAX, &call->ts) < 0)
		return error_set(err, ERR_MALFORMED,
		    "ts of the UDP connection request is no number");
	return 0;
}

int udp_call_sign(const struct udp_call *call, struct str password, hmac_sha1_fn *hmac,
    char sig[UDP_CALL_SIG_LEN + 1])
{
	uint8_t hash[STUN_SHA1_BYTES];
	auto_buf text = BUF_NULL, hex = BUF_NULL;
	int r;

	buf_printf(&text, "%s%s%s%s", call->ts_text, call->id, call->un, call->cn);
	if (text.error)
		return text.error;
	r = hmac(password, text.data, text.len, hash);
	if (r < 0)
		return r;
	hex_append(&hex, hash, sizeof(hash));
	(void)snprintf(sig, UDP_CALL_SIG_LEN + 1, "%s", buf_cstr(&hex));
	return hex.error;
}

/* RFC 3986 2.3: what needs no escape. */
static void put_escaped(struct buf *out, const char *text)
{
	static const char unreserved[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

	for (; *text; text++) {
		if (strchr(unreserved, *text))
			buf_append_char(out, *text);
		else
			buf_printf(out, "%%%02X", (unsigned)(unsigned char)*text);
	}
}

void udp_call_write(struct buf *out, const struct udp_call *call, struct str host)
{
	const struct {
		const char *name, *value;
	} rows[] = {
		{ "?ts=", call->ts_text },
		{ "&id=", call->id },
		{ "&un=", call->un },
		{ "&cn=", call->cn },
		{ "&sig=", call->sig },
	};

	buf_printf(out, "GET http://%.*s", STR_ARG(host));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		buf_append_text(out, rows[i].name);
		put_escaped(out, rows[i].value);
	}
	buf_append_text(out, " HTTP/1.1\r\n\r\n");
}
