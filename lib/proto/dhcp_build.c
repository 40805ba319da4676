#include "lib/proto/dhcp.h"

#include "lib/base/compiler.h"
#include "lib/base/wire.h"

enum {
	SNAME_AND_FILE_BYTES = 192
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
	b->max = max && max < sizeof(b->bytes) ? max : sizeof(b->bytes);
	b->error = w.error;
	dhcp_build_u8(b, DHCP_OPTION_MESSAGE_TYPE, (uint8_t)type);
}

static void append_piece(struct dhcp_builder *b, uint8_t option, struct str piece)
{
	/* One byte stays free for the end option. */
	if (b->error || b->len + 2 + piece.len + 1 > b->max) {
		b->error = ERR_LIMIT;
		return;
	}
	b->bytes[b->len++] = option;
	b->bytes[b->len++] = (uint8_t)piece.len;
	if (piece.len > 0)
		memcpy(b->bytes + b->len, piece.p, piece.len);
	b->len += piece.len;
}

void dhcp_build_option(struct dhcp_builder *b, uint8_t option, struct str value)
{
	do {
		size_t n = MIN(value.len, UINT8_MAX);

		append_piece(b, option, str_make(value.p, n));
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

int dhcp_build_end(struct dhcp_builder *b)
{
	if (b->error || b->len + 1 > b->max)
		return b->error = ERR_LIMIT;
	b->bytes[b->len++] = DHCP_OPTION_END;
	if (b->len < DHCP_MIN_BYTES) {
		memset(b->bytes + b->len, DHCP_OPTION_PAD, DHCP_MIN_BYTES - b->len);
		b->len = DHCP_MIN_BYTES;
	}
	return 0;
}
