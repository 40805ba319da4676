#include "lib/relay/relay_message.h"

#include "lib/base/compiler.h"
#include "lib/base/error.h"
#include "lib/base/wire.h"

#include <string.h>

enum {
	COOKIE = 0x63825363,
	OPTIONS_AT = DHCP_HEADER_BYTES + 4,
};

/* ---- reading -------------------------------------------------------------------------- */

/* The next option in the field, or the end. *at moves behind it; 0 for the end, which stands at
 * *at; ERR_MALFORMED for one that is not whole. A pad is an option of one byte. */
static int next_option(const struct relay_message *m, size_t *at, struct str *ret)
{
	size_t from = *at, left = m->len - from, len = 1;

	if (left == 0 || m->bytes[from] == DHCP_OPTION_END)
		return 0;
	if (m->bytes[from] != DHCP_OPTION_PAD) {
		if (left < 2 || m->bytes[from + 1] > left - 2)
			return ERR_MALFORMED;
		len = 2u + m->bytes[from + 1];
	}
	*ret = str_make(m->bytes + from, len);
	*at = from + len;
	return 1;
}

static bool is_agent(struct str option)
{
	return (uint8_t)option.p[0] == DHCP_OPTION_RELAY_AGENT;
}

int relay_message_read(struct relay_message *m, struct str bytes)
{
	size_t at = OPTIONS_AT;
	struct str option;
	int r = 0;

	*m = (struct relay_message){ .bytes = (const uint8_t *)bytes.p,
		.len = bytes.len };
	if (bytes.len < DHCP_HEADER_BYTES || m->bytes[RELAY_AT_HLEN] > 16)
		return ERR_MALFORMED;
	m->giaddr = get_u32(m->bytes + RELAY_AT_GIADDR);
	m->has_options =
	    bytes.len >= OPTIONS_AT && get_u32(m->bytes + DHCP_HEADER_BYTES) == COOKIE;
	while (m->has_options && (r = next_option(m, &at, &option)) > 0)
		m->has_agent |= is_agent(option);
	return r;
}

struct str relay_message_agent(const struct relay_message *m)
{
	size_t at = OPTIONS_AT;
	struct str option;

	while (m->has_agent && next_option(m, &at, &option) > 0) {
		if (is_agent(option))
			return str_make(option.p + 2, option.len - 2);
	}
	return STR_NULL;
}

/* ---- writing -------------------------------------------------------------------------- */

size_t relay_message_copy(const struct relay_message *m, bool with_agent,
    uint8_t bytes[DHCP_MAX_BYTES])
{
	size_t at = OPTIONS_AT, len = m->has_options ? OPTIONS_AT : m->len;
	struct str option;

	memcpy(bytes, m->bytes, len);
	while (m->has_options && next_option(m, &at, &option) > 0) {
		if (!with_agent && is_agent(option))
			continue;
		memcpy(bytes + len, option.p, option.len);
		len += option.len;
	}
	return len;
}

bool relay_message_append(uint8_t bytes[DHCP_MAX_BYTES], size_t *len, struct str value)
{
	if (*len + 2 + value.len + 1 > DHCP_MAX_BYTES)
		return false;
	bytes[*len] = DHCP_OPTION_RELAY_AGENT;
	bytes[*len + 1] = (uint8_t)value.len;
	memcpy(bytes + *len + 2, value.p, value.len);
	*len += 2 + value.len;
	return true;
}

void relay_message_end(const struct relay_message *m, uint8_t bytes[DHCP_MAX_BYTES],
    size_t *len)
{
	size_t least = MAX(m->len, (size_t)DHCP_MIN_BYTES);

	if (m->has_options && *len < DHCP_MAX_BYTES)
		bytes[(*len)++] = DHCP_OPTION_END;
	if (*len >= least)
		return;
	memset(bytes + *len, 0, least - *len);
	*len = least;
}
