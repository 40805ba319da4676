#include "lib/proto/dhcp_internal.h"

#include "lib/base/wire.h"

static const uint8_t COOKIE[4] = { 99, 130, 83, 99 };

/* A part of the message that holds options: the options field, or file, or sname. */
struct area {
	const uint8_t *message;
	size_t at, end;
};

struct option {
	uint8_t code;
	uint8_t len;
	size_t at; /* of the value in the message */
};

/* 1 and the next option, 0 at the end option or the end of the area. */
static int next_option(struct area *area, struct option *ret, bool *ret_has_end,
    struct error *err)
{
	while (area->at < area->end && area->message[area->at] == DHCP_OPTION_PAD)
		area->at++;
	if (area->at == area->end)
		return 0;
	ret->code = area->message[area->at];
	if (ret->code == DHCP_OPTION_END) {
		*ret_has_end = true;
		return 0;
	}
	if (area->end - area->at < 2)
		return error_set_at(err, ERR_MALFORMED, area->at,
		    "option %u at byte %zu: the length is missing", ret->code,
		    area->at);
	ret->len = area->message[area->at + 1];
	ret->at = area->at + 2;
	if (ret->len > area->end - ret->at)
		return error_set_at(err, ERR_MALFORMED, area->at,
		    "option %u at byte %zu: length %u past the end, %zu bytes follow",
		    ret->code, area->at, ret->len, area->end - ret->at);
	area->at = ret->at + ret->len;
	return 1;
}

/* Which options a message has: it has few of 256. */
struct codes {
	uint64_t words[4];
};

/* First pass: how long each option is when its pieces are joined. */
static int measure(struct dhcp_packet *packet, struct area area, struct codes *codes,
    struct error *err)
{
	struct option option = { 0 };
	size_t total = packet->n_joined;
	int r;

	while ((r = next_option(&area, &option, &packet->has_end, err)) > 0) {
		if (total + option.len > DHCP_OPTIONS_JOINED_MAX)
			return error_set_at(err, ERR_LIMIT, option.at,
			    "options of more than %d bytes", DHCP_OPTIONS_JOINED_MAX);
		total += option.len;
		if (packet->options[option.code].wire_at == 0)
			packet->options[option.code].wire_at = (uint16_t)option.at;
		codes->words[option.code / 64] |= UINT64_C(1) << option.code % 64;
		packet->options[option.code].len =
		    (uint16_t)(packet->options[option.code].len + option.len);
	}
	packet->n_joined = (uint16_t)total;
	return r;
}

static void place(struct dhcp_packet *packet, const struct codes *codes)
{
	uint16_t at = 0;

	for (unsigned i = 0; i < ARRAY_LEN(codes->words); i++) {
		for (uint64_t left = codes->words[i]; left; left &= left - 1) {
			unsigned code = i * 64 + (unsigned)__builtin_ctzll(left);

			packet->options[code].at = (uint16_t)(at + 1);
			at = (uint16_t)(at + packet->options[code].len);
			/* It grows again as the pieces come in. */
			packet->options[code].len = 0;
		}
	}
}

/* Second pass: appends each piece to its option (RFC 3396 7). */
static void join(struct dhcp_packet *packet, struct area area)
{
	struct option option;
	bool has_end;

	while (next_option(&area, &option, &has_end, NULL) > 0) {
		uint16_t len = packet->options[option.code].len;

		memcpy(packet->joined + packet->options[option.code].at - 1 + len,
		    area.message + option.at, option.len);
		packet->options[option.code].len = (uint16_t)(len + option.len);
	}
}

/* The value of option 52 in the options field; 0 when it is not there. */
static int overload_of(struct area area, struct error *err)
{
	struct option option;
	bool has_end;
	int r;

	while ((r = next_option(&area, &option, &has_end, err)) > 0) {
		if (option.code != DHCP_OPTION_OVERLOAD)
			continue;
		if (option.len != 1 || area.message[option.at] < 1 ||
		    area.message[option.at] > 3)
			return error_set_at(err, ERR_MALFORMED, option.at - 2,
			    "option overload at byte %zu is not 1, 2 or 3",
			    option.at - 2);
		return area.message[option.at];
	}
	return r;
}

/* The areas in the order in which split options are joined (RFC 3396 5). */
static int find_areas(const uint8_t *bytes, size_t len, struct area areas[3],
    struct error *err)
{
	int n = 1, overload;

	areas[0] = (struct area){ bytes, DHCP_HEADER_BYTES + sizeof(COOKIE), len };
	overload = overload_of(areas[0], err);
	if (overload < 0)
		return overload;
	if (overload & OVERLOAD_FILE)
		areas[n++] = (struct area){ bytes, FILE_AT, FILE_AT + FILE_BYTES };
	if (overload & OVERLOAD_SNAME)
		areas[n++] = (struct area){ bytes, SNAME_AT, SNAME_AT + SNAME_BYTES };
	return n;
}

static void read_header(struct dhcp_packet *packet, struct wire_reader r)
{
	packet->op = wire_u8(&r);
	packet->htype = wire_u8(&r);
	packet->hlen = wire_u8(&r);
	packet->hops = wire_u8(&r);
	packet->xid = wire_u32(&r);
	packet->secs = wire_u16(&r);
	packet->flags = wire_u16(&r);
	packet->ciaddr = wire_u32(&r);
	packet->yiaddr = wire_u32(&r);
	packet->siaddr = wire_u32(&r);
	packet->giaddr = wire_u32(&r);
	memcpy(packet->chaddr, wire_take(&r, sizeof(packet->chaddr)),
	    sizeof(packet->chaddr));
}

int dhcp_parse(struct dhcp_packet *packet, const void *bytes, size_t len,
    struct error *err)
{
	const uint8_t *p = bytes;
	struct area areas[3];
	struct codes codes = { { 0 } };
	struct str type;
	int n, r = 0;

	if (len < DHCP_HEADER_BYTES + sizeof(COOKIE))
		return error_set_at(err, ERR_TRUNCATED, len,
		    "a DHCP message has at least %zu bytes, not %zu",
		    DHCP_HEADER_BYTES + sizeof(COOKIE), len);
	if (len > UINT16_MAX)
		return error_set_at(err, ERR_LIMIT, UINT16_MAX,
		    "a DHCP message of more than 65535 bytes");
	if (memcmp(p + DHCP_HEADER_BYTES, COOKIE, sizeof(COOKIE)) != 0)
		return error_set_at(err, ERR_MALFORMED, DHCP_HEADER_BYTES,
		    "no DHCP magic cookie at byte %d", DHCP_HEADER_BYTES);
	memset(packet, 0, offsetof(struct dhcp_packet, joined));
	packet->message_type = 0;
	packet->has_end = false;
	read_header(packet, wire_reader(p, len));
	if (packet->hlen > sizeof(packet->chaddr))
		return error_set_at(err, ERR_MALFORMED, 2,
		    "hardware address of %u bytes at byte 2", packet->hlen);

	n = find_areas(p, len, areas, err);
	for (int i = 0; i < n && r >= 0; i++)
		r = measure(packet, areas[i], &codes, err);
	if (n < 0 || r < 0)
		return n < 0 ? n : r;
	place(packet, &codes);
	for (int i = 0; i < n; i++)
		join(packet, areas[i]);

	type = dhcp_option(packet, DHCP_OPTION_MESSAGE_TYPE);
	if (type.p && type.len != 1)
		return error_set_at(err, ERR_MALFORMED,
		    packet->options[DHCP_OPTION_MESSAGE_TYPE].wire_at - 2u,
		    "message type of %zu bytes", type.len);
	packet->message_type = type.p ? (uint8_t)type.p[0] : 0;
	return 0;
}

struct str dhcp_option(const struct dhcp_packet *packet, uint8_t option)
{
	if (packet->options[option].at == 0)
		return STR_NULL;
	return str_make(packet->joined + packet->options[option].at - 1,
	    packet->options[option].len);
}

bool dhcp_has_option(const struct dhcp_packet *packet, uint8_t option)
{
	return packet->options[option].at != 0;
}

bool dhcp_option_u32(const struct dhcp_packet *packet, uint8_t option, uint32_t *ret)
{
	struct str value = dhcp_option(packet, option);

	if (value.len != 4)
		return false;
	*ret = get_u32((const uint8_t *)value.p);
	return true;
}

const char *dhcp_message_name(uint8_t message_type)
{
	switch (message_type) {
	case 0:
		return "BOOTP";
#define XX(number, symbol, name) \
	case (number):           \
		return (name);
		DHCP_MESSAGE_MAP(XX)
#undef XX
	default: /* a byte from the wire, not our enum */
		return "DHCP?";
	}
}
