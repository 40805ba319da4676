/* Addresses of either family in one row: one of them, or a list of one of each. */
#include "lib/base/text.h"
#include "lib/conf/conf_internal.h"

#include <stdio.h>
#include <string.h>

struct where { /* of the scalar that is converted */
	struct conf_doc *doc;
	const struct conf_row *row;
	const struct conf_node *node;
	struct error *err;
};

bool conf_ip_is(const struct conf_row *row)
{
	return row->type == CONF_IPS || row->type == CONF_IP_NETS ||
	       row->type == CONF_IP_RANGE;
}

bool conf_ipv6_net_is_same(const struct conf_ipv6_net *a, const struct conf_ipv6_net *b)
{
	return a->prefix == b->prefix &&
	       ipv6_is_same(a->address, b->address, a->prefix);
}

static int fail(const struct where *at, const char *msg, const char *hint)
{
	return conf_fail(at->doc, at->node, hint, at->err, "\"%.*s\" %s",
	    (int)MIN(at->node->text.len, (size_t)80), at->node->text.p, msg);
}

static int to_ipv6(const struct where *at, uint8_t ret[16])
{
	struct str text = at->node->text;

	if (ipv6_parse(text, ret) == 0)
		return 0;
	return fail(at, "is no IPv6 address",
	    str_find_char(text, '/') < text.len ? "without /prefix here"
						: "such as 2001:db8::1");
}

static int to_ipv6_net(const struct where *at, struct conf_ipv6_net *ret)
{
	struct str prefix, address = str_cut(at->node->text, '/', &prefix);
	struct conf_ipv6_net net;
	uint64_t bits;

	if (ipv6_parse(address, net.address) < 0)
		return fail(at, "is no IPv6 address with its prefix",
		    "such as 2001:db8::1/64");
	if (str_to_u64(prefix, 128, &bits) < 0 || bits == 0)
		return fail(at,
		    prefix.p ? "has a bad prefix length" : "has no prefix length",
		    "such as 2001:db8::1/64; 1 to 128");
	net.prefix = (uint8_t)bits;
	*ret = net;
	return 0;
}

static int to_ipv6_range(const struct where *at, struct conf_ipv6_range *ret)
{
	struct str last, first = str_trim(str_cut(at->node->text, '-', &last));
	struct conf_ipv6_range range;

	if (ipv6_parse(first, range.first) < 0 ||
	    ipv6_parse(str_trim(last), range.last) < 0)
		return fail(at, "is no range of IPv6 addresses",
		    "such as 2001:db8::100-2001:db8::1ff");
	if (memcmp(range.last, range.first, sizeof(range.last)) < 0)
		return fail(at, "ends before it begins", NULL);
	*ret = range;
	return 0;
}

/* Words of a row, and whatever has no colon, are read as IPv4 has it. */
static int to_ipv4_of(const struct where *at, void *target)
{
	struct conf_row row = *at->row;

	row.type = row.type == CONF_IPS       ? CONF_IPV4
		   : row.type == CONF_IP_NETS ? CONF_IPV4_NET
					      : CONF_IPV4_RANGE;
	return conf_scalar(at->doc, &row, at->node->text, at->node,
	    (char *)target + row.offset, at->err);
}

static bool is_six(const struct conf_node *node)
{
	return str_find_char(node->text, ':') < node->text.len;
}

static int bind_one(const struct where *at, void *target)
{
	void *six = (char *)target + at->row->offset6;
	int r = conf_want_kind(at->doc, at->row, at->node, CONF_SCALAR, at->err);

	if (r < 0)
		return r;
	if (!is_six(at->node))
		return to_ipv4_of(at, target);
	if (at->row->type == CONF_IPS)
		return to_ipv6(at, six);
	return at->row->type == CONF_IP_NETS ? to_ipv6_net(at, six)
					     : to_ipv6_range(at, six);
}

int conf_ip_bind(struct conf_doc *doc, const struct conf_row *row,
    const struct conf_node *node, void *target, struct error *err)
{
	struct where at = { doc, row, node, err };
	struct conf_row plain = *row;
	size_t max = row->type == CONF_IP_RANGE ? 1 : 2;
	int r = 0;

	if (node->kind != CONF_SEQUENCE || row->max == 1 || max == 1)
		return bind_one(&at, target);
	if (node->len == 0 || node->len > max)
		return conf_fail(doc, node, "one of each family", err,
		    "\"%s\" has too %s entries: %zu", row->key,
		    node->len == 0 ? "few" : "many", node->len);
	plain.word = NULL; /* it stands alone */
	at.row = &plain;
	for (size_t i = 0; i < node->len && r == 0; i++) {
		at.node = node->items[i];
		r = bind_one(&at, target);
	}
	if (r == 0 && node->len == 2 &&
	    is_six(node->items[0]) == is_six(node->items[1]))
		return conf_fail(doc, node->items[1], "one of each family", err,
		    "\"%s\" has two addresses of IPv%d", row->key,
		    is_six(node->items[0]) ? 6 : 4);
	return r;
}
