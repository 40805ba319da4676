#include "capture/message/dns.h"

#include "lib/base/compiler.h"
#include "lib/base/wire.h"

enum {
	POINTER = 0xc0,
	JUMPS_MAX = 32,
	RECORDS_MAX = 256,
	CLASS_IN = 1
};

static char lower(uint8_t c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

/* A name at *at of the message, compression followed (RFC 1035 4.1.4), into name (of
 * DNS_NAME_MAX, may be null). *at moves behind it. */
static int read_name(struct str bytes, size_t *at, char *name)
{
	size_t i = *at, len = 0;
	bool has_jumped = false;

	for (int jumps = 0; jumps < JUMPS_MAX;) {
		uint8_t label = i < bytes.len ? (uint8_t)bytes.p[i] : 0;

		if (i >= bytes.len)
			return ERR_TRUNCATED;
		if ((label & POINTER) == POINTER) {
			if (i + 1 >= bytes.len)
				return ERR_TRUNCATED;
			if (!has_jumped)
				*at = i + 2;
			has_jumped = true;
			i = (size_t)(label & ~POINTER) << 8 | (uint8_t)bytes.p[i + 1];
			jumps++;
			continue;
		}
		if (label & POINTER || i + 1 + label > bytes.len)
			return ERR_MALFORMED;
		if (label == 0) {
			if (!has_jumped)
				*at = i + 1;
			if (name)
				name[len ? len - 1 : 0] = '\0';
			return 0;
		}
		if (len + label + 1 >= DNS_NAME_MAX)
			return ERR_MALFORMED;
		for (size_t k = 1; name && k <= label; k++)
			name[len + k - 1] = lower((uint8_t)bytes.p[i + k]);
		len += label;
		if (name)
			name[len] = '.';
		len++;
		i += 1U + label;
	}
	return ERR_MALFORMED;
}

/* Servers answer the first question alone (RFC 9619): those behind it are only read over. */
static int read_question(struct dns_message *out, struct str bytes, size_t *at)
{
	int r = read_name(bytes, at, out->has_question ? NULL : out->name);

	if (r < 0)
		return r;
	if (bytes.len - *at < 4)
		return ERR_TRUNCATED;
	if (!out->has_question)
		out->type = get_u16((const uint8_t *)bytes.p + *at);
	out->has_question = true;
	*at += 4;
	return 0;
}

static void take_address(struct dns_message *out, uint16_t type, const uint8_t *data,
    uint16_t len)
{
	if (type == DNS_TYPE_A && len == 4 && out->n_addresses < DNS_ADDRESSES_MAX)
		out->addresses[out->n_addresses++] = get_u32(data);
	else if (type == DNS_TYPE_AAAA && len == 16 &&
		 out->n_addresses6 < DNS_ADDRESSES_MAX)
		memcpy(out->addresses6[out->n_addresses6++], data, 16);
}

static int read_record(struct dns_message *out, struct str bytes, size_t *at)
{
	const uint8_t *p;
	uint16_t type, class, len;
	int r = read_name(bytes, at, NULL);

	if (r < 0)
		return r;
	if (bytes.len - *at < 10)
		return ERR_TRUNCATED;
	p = (const uint8_t *)bytes.p + *at;
	type = get_u16(p);
	class = get_u16(p + 2);
	len = get_u16(p + 8);
	if (bytes.len - *at - 10 < len)
		return ERR_TRUNCATED;
	if (class == CLASS_IN)
		take_address(out, type, p + 10, len);
	*at += 10U + len;
	return 0;
}

int dns_parse(struct dns_message *out, struct str bytes, struct error *err)
{
	const uint8_t *p = (const uint8_t *)bytes.p;
	size_t at = 12, n_questions, n_answers;
	int r = 0;

	memset(out, 0, sizeof(*out));
	if (bytes.len < at)
		return error_set_at(err, ERR_TRUNCATED, bytes.len,
		    "DNS: no whole header");
	out->id = get_u16(p);
	out->is_response = p[2] & 0x80;
	out->rcode = p[3] & 15;
	n_questions = MIN(get_u16(p + 4), RECORDS_MAX);
	n_answers = MIN(get_u16(p + 6), RECORDS_MAX);
	for (size_t i = 0; i < n_questions && r == 0; i++)
		r = read_question(out, bytes, &at);
	for (size_t i = 0; i < n_answers && r == 0; i++)
		r = read_record(out, bytes, &at);
	if (r < 0)
		return error_set_at(err, r, at, "DNS: %s at byte %zu", error_name(r),
		    at);
	return 0;
}

const char *dns_rcode_name(uint8_t rcode)
{
	static const char *const names[] = { "NOERROR", "FORMERR", "SERVFAIL",
		"NXDOMAIN", "NOTIMP", "REFUSED" };

	return rcode < ARRAY_LEN(names) ? names[rcode] : "";
}
