#include "lib/relay/relay_id.h"

#include "lib/base/text.h"

struct id {
	uint8_t *bytes;
	size_t len;
};

static int append(struct id *id, struct str text)
{
	if (text.len > OPT82_BYTES_MAX - id->len)
		return ERR_LIMIT;
	if (text.len > 0)
		memcpy(id->bytes + id->len, text.p, text.len);
	id->len += text.len;
	return 0;
}

/* room: for an address or a MAC. */
static const char *fact_of(const struct relay_id_facts *facts, struct str name,
    char room[MAC_TEXT_MAX])
{
	_Static_assert(MAC_TEXT_MAX >= IPV4_TEXT_MAX, "room for either");

	if (str_is(name, "port"))
		return facts->port;
	if (str_is(name, "router"))
		return facts->router;
	if (str_is(name, "address"))
		return ipv4_text(facts->address, room);
	if (str_is(name, "mac"))
		return mac_text(facts->mac, room);
	return NULL;
}

int relay_id_write(uint8_t bytes[OPT82_BYTES_MAX], const char *text,
    const struct relay_id_facts *facts, struct error *err)
{
	struct id id = { bytes, 0 };
	struct str rest = str_of(text);
	char room[MAC_TEXT_MAX];
	int r = 0;

	while (r == 0 && rest.len > 0) {
		size_t open = str_find_char(rest, '{');
		struct str after = str_from(rest, open + 1);
		size_t close = str_find_char(after, '}');
		const char *fact;

		r = append(&id, str_make(rest.p, open));
		if (r < 0 || open == rest.len)
			break;
		fact = close < after.len
			   ? fact_of(facts, str_make(after.p, close), room)
			   : NULL;
		if (!fact)
			return error_set(err, ERR_MALFORMED,
			    "{port}, {router}, {address} and {mac} are filled in, and "
			    "no other braces may stand here");
		r = append(&id, str_of(fact));
		rest = str_from(after, close + 1);
	}
	if (r < 0)
		return error_set(err, r, "longer than %d bytes", OPT82_BYTES_MAX);
	return (int)id.len;
}
