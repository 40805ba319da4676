#include "lib/proto/dhcp6.h"

#include "lib/base/compiler.h"
#include "lib/base/wire.h"

enum {
	HEADER = 4,
	RELAY_HEADER = 34,
	OPTION_HEADER = 4,
	IA_NA_HEADER = 12, /* IAID, T1, T2 */
	IA_TA_HEADER = 4,
	ADDRESS = DHCP6_ADDRESS_BYTES,
	IA_ADDRESS = ADDRESS + 8, /* and two lifetimes */
	IA_PD_HEADER = 12,        /* as IA_NA's */
	IA_PREFIX = 9 + ADDRESS,  /* two lifetimes and a length before it */
	LABEL_MAX = 63,
};

/* The next option of area from *at on; false at its end. Only for areas that
 * check_options() found well-formed, or whose rest may be passed over. */
static bool next_option(struct str area, size_t *at, uint16_t *code, struct str *value)
{
	const uint8_t *p;
	size_t len;

	if (area.len - *at < OPTION_HEADER)
		return false;
	p = (const uint8_t *)area.p + *at;
	len = get_u16(p + 2);
	if (area.len - *at - OPTION_HEADER < len)
		return false;
	*code = get_u16(p);
	*value = str_make(p + OPTION_HEADER, len);
	*at += OPTION_HEADER + len;
	return true;
}

static int check_options(struct str area, size_t base, struct error *err)
{
	struct str value;
	uint16_t code;
	size_t at = 0;

	while (next_option(area, &at, &code, &value)) {
	}
	if (at == area.len)
		return 0;
	if (area.len - at < OPTION_HEADER)
		return error_set_at(err, ERR_MALFORMED, base + at,
		    "DHCPv6: %zu bytes at byte %zu are no option", area.len - at,
		    base + at);
	return error_set_at(err, ERR_MALFORMED, base + at,
	    "DHCPv6: option %u at byte %zu: length %u past the end, %zu bytes follow",
	    get_u16((const uint8_t *)area.p + at), base + at,
	    get_u16((const uint8_t *)area.p + at + 2), area.len - at - OPTION_HEADER);
}

static struct str find_option(struct str area, uint16_t code)
{
	struct str value;
	uint16_t found;
	size_t at = 0;

	while (next_option(area, &at, &found, &value))
		if (found == code)
			return value;
	return STR_NULL;
}

static bool is_relay(uint8_t type)
{
	return type == DHCP6_RELAY_FORW || type == DHCP6_RELAY_REPL;
}

/* Takes a relay form off: bytes becomes what is in it (RFC 8415 9). */
static int unwrap(struct dhcp6_packet *packet, struct str *bytes, size_t *base,
    struct error *err)
{
	const uint8_t *p = (const uint8_t *)bytes->p;
	struct str inside;
	int r;

	if (bytes->len < RELAY_HEADER)
		return error_set_at(err, ERR_TRUNCATED, *base + bytes->len,
		    "DHCPv6: no whole relay header");
	if (packet->relays == DHCP6_RELAYS_MAX)
		return error_set_at(err, ERR_LIMIT, *base,
		    "DHCPv6: more than %d relay forms", DHCP6_RELAYS_MAX);
	packet->relays++;
	packet->link_address = p + 2;
	packet->peer_address = p + 18;
	*bytes = str_from(*bytes, RELAY_HEADER);
	*base += RELAY_HEADER;
	r = check_options(*bytes, *base, err);
	if (r < 0)
		return r;
	inside = find_option(*bytes, DHCP6_OPTION_RELAY_MESSAGE);
	if (inside.len == 0)
		return error_set_at(err, ERR_MALFORMED, *base,
		    "DHCPv6: a relay form without a message");
	*base += (size_t)(inside.p - bytes->p);
	*bytes = inside;
	return 0;
}

int dhcp6_parse(struct dhcp6_packet *packet, const void *bytes, size_t len,
    struct error *err)
{
	struct str rest = str_make(bytes, len);
	size_t base = 0;
	const uint8_t *p;

	*packet = (struct dhcp6_packet){ 0 };
	while (rest.len > 0 && is_relay((uint8_t)rest.p[0])) {
		int r = unwrap(packet, &rest, &base, err);

		if (r < 0)
			return r;
	}
	if (rest.len < HEADER)
		return error_set_at(err, ERR_TRUNCATED, base + rest.len,
		    "DHCPv6: no whole header");
	p = (const uint8_t *)rest.p;
	packet->type = p[0];
	packet->xid = get_u24(p + 1);
	packet->options = str_from(rest, HEADER);
	packet->options_at = base + HEADER;
	if (dhcp6_message_name(p[0])[0] == '\0')
		return error_set_at(err, ERR_UNSUPPORTED, base,
		    "DHCPv6: message type %u is not known", p[0]);
	return check_options(packet->options, packet->options_at, err);
}

bool dhcp6_next(const struct dhcp6_packet *packet, struct dhcp6_cursor *cursor)
{
	if (!next_option(packet->options, &cursor->at, &cursor->code, &cursor->value))
		return false;
	cursor->value_at =
	    packet->options_at + (size_t)(cursor->value.p - packet->options.p);
	return true;
}

struct str dhcp6_option(const struct dhcp6_packet *packet, uint16_t code,
    size_t *ret_at)
{
	struct str value = find_option(packet->options, code);

	if (ret_at && value.p)
		*ret_at = packet->options_at + (size_t)(value.p - packet->options.p);
	return value;
}

struct str dhcp6_option_of(const struct dhcp6_packet *packet, uint16_t code,
    uint32_t enterprise)
{
	struct dhcp6_cursor c = { 0 };

	while (dhcp6_next(packet, &c)) {
		if (c.code == code && c.value.len >= 4 &&
		    get_u32((const uint8_t *)c.value.p) == enterprise)
			return c.value;
	}
	return STR_NULL;
}

const uint8_t *dhcp6_address(const struct dhcp6_packet *packet)
{
	struct dhcp6_cursor c = { 0 };

	while (dhcp6_next(packet, &c)) {
		size_t header = c.code == DHCP6_OPTION_IA_NA   ? IA_NA_HEADER
				: c.code == DHCP6_OPTION_IA_TA ? IA_TA_HEADER
							       : 0;
		struct str address;

		if (header == 0 || c.value.len < header)
			continue;
		address =
		    find_option(str_from(c.value, header), DHCP6_OPTION_IA_ADDRESS);
		if (address.len >= ADDRESS)
			return (const uint8_t *)address.p;
	}
	return NULL;
}

uint16_t dhcp6_status(const struct dhcp6_packet *packet)
{
	struct str value = find_option(packet->options, DHCP6_OPTION_STATUS);

	return value.len >= 2 ? get_u16((const uint8_t *)value.p) : 0;
}

int dhcp6_vendor_class_parse(struct dhcp6_vendor_class *out, struct str value,
    struct error *err)
{
	struct wire_reader r = wire_reader(value.p, value.len);

	*out = (struct dhcp6_vendor_class){ .enterprise = wire_u32(&r) };
	if (r.error)
		return error_set_at(err, ERR_MALFORMED, 0,
		    "vendor class: %zu bytes are no enterprise number", value.len);
	while (wire_left(&r) > 0) {
		size_t at = r.at;
		uint16_t len = wire_u16(&r);
		size_t left = wire_left(&r);
		struct str class = wire_str(&r, len);

		if (r.error)
			return error_set_at(err, ERR_MALFORMED, at,
			    "vendor class at byte %zu: length %u past the end, %zu "
			    "bytes follow",
			    at, len, left);
		if (out->n_classes < ARRAY_LEN(out->classes))
			out->classes[out->n_classes++] = class;
	}
	return 0;
}

int dhcp6_vendor_parse(struct dhcp6_vendor *out, struct str value, struct error *err)
{
	struct wire_reader r = wire_reader(value.p, value.len);

	*out = (struct dhcp6_vendor){ .enterprise = wire_u32(&r) };
	if (r.error)
		return error_set_at(err, ERR_MALFORMED, 0,
		    "vendor options: %zu bytes are no enterprise number", value.len);
	while (wire_left(&r) > 0) {
		size_t at = r.at;
		uint16_t code = wire_u16(&r), len = wire_u16(&r);
		size_t left = wire_left(&r);
		struct str sub = wire_str(&r, len);

		if (r.error)
			return error_set_at(err, ERR_MALFORMED, at,
			    "sub-option %u at byte %zu: length %u past the end, %zu "
			    "bytes follow",
			    code, at, len, left);
		if (code < ARRAY_LEN(out->sub) && !out->sub[code].p)
			out->sub[code] = sub;
	}
	return 0;
}

const char *dhcp6_message_name(uint8_t type)
{
	switch (type) {
#define XX(number, symbol, name) \
	case number:             \
		return name;
		DHCP6_MESSAGE_MAP(XX)
#undef XX
	default:
		return "";
	}
}

const char *dhcp6_status_name(uint16_t status)
{
	static const char *const names[] = {
		[DHCP6_SUCCESS] = "Success",
		[DHCP6_UNSPEC_FAIL] = "UnspecFail",
		[DHCP6_NO_ADDRS_AVAIL] = "NoAddrsAvail",
		[DHCP6_NO_BINDING] = "NoBinding",
		[DHCP6_NOT_ON_LINK] = "NotOnLink",
		[DHCP6_USE_MULTICAST] = "UseMulticast",
		[DHCP6_NO_PREFIX_AVAIL] = "NoPrefixAvail",
	};

	return status < ARRAY_LEN(names) ? names[status] : "a status that is not known";
}

/* ---- a client's lease ---------------------------------------------------------------- */

bool dhcp6_option_u32(const struct dhcp6_packet *packet, uint16_t code, uint32_t *ret)
{
	struct str value = find_option(packet->options, code);

	if (value.len != 4)
		return false;
	*ret = get_u32((const uint8_t *)value.p);
	return true;
}

static void read_ia(struct dhcp6_ia *ia, const uint8_t *header, struct str options)
{
	struct str status = find_option(options, DHCP6_OPTION_STATUS);
	struct str address = find_option(options, DHCP6_OPTION_IA_ADDRESS);

	*ia = (struct dhcp6_ia){ .t1 = get_u32(header + 4), .t2 = get_u32(header + 8) };
	if (status.len >= 2)
		ia->status = get_u16((const uint8_t *)status.p);
	if (address.len < IA_ADDRESS)
		return;
	ia->address = (const uint8_t *)address.p;
	ia->preferred = get_u32(ia->address + ADDRESS);
	ia->valid = get_u32(ia->address + ADDRESS + 4);
}

bool dhcp6_ia_na(const struct dhcp6_packet *packet, uint32_t iaid, struct dhcp6_ia *ret)
{
	struct dhcp6_cursor c = { 0 };

	while (dhcp6_next(packet, &c)) {
		const uint8_t *p = (const uint8_t *)c.value.p;

		if (c.code != DHCP6_OPTION_IA_NA || c.value.len < IA_NA_HEADER ||
		    get_u32(p) != iaid)
			continue;
		read_ia(ret, p, str_from(c.value, IA_NA_HEADER));
		return true;
	}
	return false;
}

const uint8_t *dhcp6_prefix(const struct dhcp6_packet *packet, uint8_t *ret_len)
{
	struct dhcp6_cursor c = { 0 };

	while (dhcp6_next(packet, &c)) {
		struct str prefix;

		if (c.code != DHCP6_OPTION_IA_PD || c.value.len < IA_PD_HEADER)
			continue;
		prefix = find_option(str_from(c.value, IA_PD_HEADER),
		    DHCP6_OPTION_IA_PREFIX);
		if (prefix.len < IA_PREFIX)
			continue;
		*ret_len = (uint8_t)prefix.p[8];
		return (const uint8_t *)prefix.p + 9;
	}
	return NULL;
}

/* Appends a label and a dot; false where it holds what stands in no host's name. */
static bool put_label(const char *label, size_t len, char *text, size_t *at)
{
	if (len > LABEL_MAX || *at + len + 1 >= DHCP6_DOMAIN_MAX)
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = label[i];

		if (c <= ' ' || c > '~' || c == '.')
			return false;
		text[(*at)++] = c;
	}
	text[(*at)++] = '.';
	return true;
}

void dhcp6_first_domain(struct str value, char text[DHCP6_DOMAIN_MAX])
{
	size_t at = 0, len;

	while (value.len > 0 && (len = (uint8_t)value.p[0]) > 0) {
		if (len >= value.len || !put_label(value.p + 1, len, text, &at))
			break;
		value = str_from(value, 1 + len);
	}
	/* A name that does not end as names do is none. */
	if (at == 0 || value.len == 0 || value.p[0] != 0)
		text[0] = '\0';
	else
		text[at - 1] = '\0';
}

/* ---- building ----------------------------------------------------------------------- */

void dhcp6_build_bytes(struct dhcp6_builder *builder, const void *bytes, size_t len)
{
	if (builder->is_over || len > sizeof(builder->bytes) - builder->len) {
		builder->is_over = true;
		return;
	}
	if (len > 0)
		memcpy(builder->bytes + builder->len, bytes, len);
	builder->len += len;
}

void dhcp6_build_number(struct dhcp6_builder *builder, uint32_t value)
{
	uint8_t bytes[4];

	put_u32(bytes, value);
	dhcp6_build_bytes(builder, bytes, sizeof(bytes));
}

void dhcp6_build(struct dhcp6_builder *builder, enum dhcp6_message type, uint32_t xid)
{
	builder->len = 0;
	builder->is_over = false;
	dhcp6_build_number(builder, (uint32_t)type << 24 | (xid & 0xffffff));
}

size_t dhcp6_build_begin(struct dhcp6_builder *builder, uint16_t code)
{
	dhcp6_build_number(builder, (uint32_t)code << 16);
	return builder->len;
}

void dhcp6_build_end(struct dhcp6_builder *builder, size_t begun)
{
	if (!builder->is_over)
		put_u16(builder->bytes + begun - 2, (uint16_t)(builder->len - begun));
}

void dhcp6_build_option(struct dhcp6_builder *builder, uint16_t code, struct str value)
{
	size_t begun = dhcp6_build_begin(builder, code);

	dhcp6_build_bytes(builder, value.p, value.len);
	dhcp6_build_end(builder, begun);
}

void dhcp6_build_u16(struct dhcp6_builder *builder, uint16_t code, uint16_t value)
{
	uint8_t bytes[2];

	put_u16(bytes, value);
	dhcp6_build_option(builder, code, str_make(bytes, sizeof(bytes)));
}

void dhcp6_build_ia_na(struct dhcp6_builder *builder, uint32_t iaid,
    const uint8_t *address)
{
	size_t begun = dhcp6_build_begin(builder, DHCP6_OPTION_IA_NA), inner;

	dhcp6_build_number(builder, iaid);
	dhcp6_build_number(builder, 0);
	dhcp6_build_number(builder, 0);
	if (address) {
		inner = dhcp6_build_begin(builder, DHCP6_OPTION_IA_ADDRESS);
		dhcp6_build_bytes(builder, address, ADDRESS);
		dhcp6_build_number(builder, 0);
		dhcp6_build_number(builder, 0);
		dhcp6_build_end(builder, inner);
	}
	dhcp6_build_end(builder, begun);
}

void dhcp6_build_vendor_class(struct dhcp6_builder *builder, uint32_t enterprise,
    struct str class)
{
	size_t begun = dhcp6_build_begin(builder, DHCP6_OPTION_VENDOR_CLASS);
	uint8_t len[2];

	put_u16(len, (uint16_t) class.len);
	dhcp6_build_number(builder, enterprise);
	dhcp6_build_bytes(builder, len, sizeof(len));
	dhcp6_build_bytes(builder, class.p, class.len);
	dhcp6_build_end(builder, begun);
}
