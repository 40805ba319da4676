#include "lib/proto/dhcp_internal.h"

#include "lib/base/compiler.h"
#include "lib/base/wire.h"

enum {
	SNAME_AND_FILE_BYTES = 192,
	OVERLOAD_BYTES = 3
};

void dhcp_build(struct dhcp_builder *b, const struct dhcp_packet *header,
    enum dhcp_message type, size_t max)
{
	struct wire_writer w = wire_writer(b->bytes, sizeof(b->bytes));

	wire_put_u8(&w, header->op);
	wire_put_u8(&w, header->htype);
	wire_put_u8(&w, header->hlen);
	wire_put_u8(&w, header->hops);
	wire_put_u32(&w, header->xid);
	wire_put_u16(&w, header->secs);
	wire_put_u16(&w, header->flags);
	wire_put_u32(&w, header->ciaddr);
	wire_put_u32(&w, header->yiaddr);
	wire_put_u32(&w, header->siaddr);
	wire_put_u32(&w, header->giaddr);
	wire_put_bytes(&w, header->chaddr, sizeof(header->chaddr));
	memset(wire_put(&w, SNAME_AND_FILE_BYTES), 0, SNAME_AND_FILE_BYTES);
	wire_put_u32(&w, 0x63825363);
	b->len = w.at;
	b->in_file = b->in_sname = 0;
	b->max = max && max < sizeof(b->bytes) ? max : sizeof(b->bytes);
	b->error = w.error;
	dhcp_build_u8(b, DHCP_OPTION_MESSAGE_TYPE, (uint8_t)type);
}

/* Where options can stand, in the order in which split ones are joined (RFC 3396 5). */
enum area {
	AREA_OPTIONS,
	AREA_FILE,
	AREA_SNAME,
	AREAS
};

/* The place for n bytes of an option in the area, or null when they do not fit. Each area
 * keeps a byte for its end option; the options keep room for option 52 too. */
static uint8_t *take_room(struct dhcp_builder *b, enum area area, size_t n)
{
	uint8_t *at = NULL;

	switch (area) {
	case AREA_OPTIONS:
		if (b->len + n + OVERLOAD_BYTES + 1 > b->max)
			return NULL;
		at = b->bytes + b->len;
		b->len += n;
		break;
	case AREA_FILE:
		if (b->in_file + n + 1 > FILE_BYTES)
			return NULL;
		at = b->bytes + FILE_AT + b->in_file;
		b->in_file = (uint8_t)(b->in_file + n);
		break;
	case AREA_SNAME:
		if (b->in_sname + n + 1 > SNAME_BYTES)
			return NULL;
		at = b->bytes + SNAME_AT + b->in_sname;
		b->in_sname = (uint8_t)(b->in_sname + n);
		break;
	case AREAS:
		break;
	}
	return at;
}

/* Puts a piece of an option into the first area from *area on that has room. */
static void append_piece(struct dhcp_builder *b, uint8_t option, struct str piece,
    enum area *area)
{
	for (; *area < AREAS && !b->error; (*area)++) {
		uint8_t *at = take_room(b, *area, 2 + piece.len);

		if (!at)
			continue;
		at[0] = option;
		at[1] = (uint8_t)piece.len;
		if (piece.len > 0)
			memcpy(at + 2, piece.p, piece.len);
		return;
	}
	b->error = ERR_LIMIT;
}

void dhcp_build_option(struct dhcp_builder *b, uint8_t option, struct str value)
{
	enum area area = AREA_OPTIONS; /* later pieces stand behind earlier ones */

	do {
		size_t n = MIN(value.len, UINT8_MAX);

		append_piece(b, option, str_make(value.p, n), &area);
		value = str_from(value, n);
	} while (value.len > 0);
}

void dhcp_build_u32(struct dhcp_builder *b, uint8_t option, uint32_t value)
{
	uint8_t bytes[4];

	put_u32(bytes, value);
	dhcp_build_option(b, option, str_make(bytes, sizeof(bytes)));
}

void dhcp_build_u8(struct dhcp_builder *b, uint8_t option, uint8_t value)
{
	dhcp_build_option(b, option, str_make(&value, 1));
}

/* Option 52, where the other fields were needed, and their end options. */
static void end_overload(struct dhcp_builder *b)
{
	uint8_t overload = (uint8_t)((b->in_file > 0 ? OVERLOAD_FILE : 0) |
				     (b->in_sname > 0 ? OVERLOAD_SNAME : 0));

	if (b->in_file > 0)
		b->bytes[FILE_AT + b->in_file] = DHCP_OPTION_END;
	if (b->in_sname > 0)
		b->bytes[SNAME_AT + b->in_sname] = DHCP_OPTION_END;
	if (!overload)
		return;
	b->bytes[b->len++] = DHCP_OPTION_OVERLOAD;
	b->bytes[b->len++] = 1;
	b->bytes[b->len++] = overload;
}

/* Each piece has a head of two bytes; what is empty is one, too. */
static void append_last(struct dhcp_builder *b, uint8_t option, struct str value)
{
	size_t pieces = value.len == 0 ? 1 : (value.len + UINT8_MAX - 1) / UINT8_MAX;

	if (!value.p || b->len + 2 * pieces + value.len + 1 > sizeof(b->bytes))
		return;
	for (; pieces > 0; pieces--) {
		size_t n = MIN(value.len, UINT8_MAX);

		b->bytes[b->len++] = option;
		b->bytes[b->len++] = (uint8_t)n;
		if (n > 0)
			memcpy(b->bytes + b->len, value.p, n);
		b->len += n;
		value = str_from(value, n);
	}
}

int dhcp_build_end_with(struct dhcp_builder *b, uint8_t option, struct str value)
{
	if (b->error)
		return b->error;
	end_overload(b);
	append_last(b, option, value);
	b->bytes[b->len++] = DHCP_OPTION_END;
	if (b->len < DHCP_MIN_BYTES) {
		memset(b->bytes + b->len, DHCP_OPTION_PAD, DHCP_MIN_BYTES - b->len);
		b->len = DHCP_MIN_BYTES;
	}
	return 0;
}

int dhcp_build_end(struct dhcp_builder *b)
{
	return dhcp_build_end_with(b, DHCP_OPTION_END, STR_NULL);
}
