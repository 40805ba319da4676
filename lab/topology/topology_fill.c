/* Files of programs in which the lab's names and addresses are filled in. */
#include "lab/topology/topology_internal.h"
#include "lib/base/buf.h"
#include "lib/base/text.h"

#include <stdio.h>

static bool put_address(struct buf *out, uint32_t address)
{
	char text[IPV4_TEXT_MAX];

	if (address)
		buf_append_text(out, ipv4_text(address, text));
	return address != 0;
}

static bool put_address6(struct buf *out, const uint8_t address[16])
{
	char text[IPV6_TEXT_MAX];

	if (ipv6_is_set(address))
		buf_append_text(out, ipv6_text(address, text));
	return ipv6_is_set(address);
}

/* What is the same of a node and of another one. */
static bool put_addresses(const struct node *node, struct str key, struct buf *out)
{
	if (str_eq(key, STR("address")))
		return put_address(out, node->address.address);
	return str_eq(key, STR("address6")) &&
	       put_address6(out, node->address6.address);
}

static bool put_own(const struct topology *t, const struct node *node, struct str name,
    struct buf *out)
{
	if (str_eq(name, STR("name")))
		buf_append_text(out, node->name);
	else if (str_eq(name, STR("lab")))
		/* Null where the lab's name holds a mistake, which is told already. */
		buf_append_text(out, t->name ? t->name : "");
	else if (str_eq(name, STR("domain")))
		buf_append_text(out, topology_domain(t));
	else if (str_eq(name, STR("router")))
		return put_address(out, node->router);
	else if (str_eq(name, STR("router6")))
		return put_address6(out, node->router6);
	else
		return put_addresses(node, name, out);
	return true;
}

/* "acs1.url". Of a node whose own keys hold a mistake nothing more is told. */
static bool put_of_node(const struct topology *t, struct str name, struct buf *out)
{
	struct str key;
	const struct node *node = topology_node(t, str_cut(name, '.', &key));
	const char *url;

	if (!node || node->is_broken)
		return node;
	if (put_addresses(node, key, out))
		return true;
	url = str_eq(key, STR("url")) ? node_url(node) : NULL;
	if (url)
		buf_append_text(out, url);
	return url;
}

/* Where at stands in text, for people: lines and columns from 1. */
static int fail_at(struct str text, size_t at, struct error *err, const char *what,
    struct str name)
{
	unsigned line = 1, column = 1;

	for (size_t i = 0; i < at; i++) {
		column = text.p[i] == '\n' ? 1 : column + 1;
		line += text.p[i] == '\n';
	}
	return error_set(err, ERR_CONFIG, "%u:%u: %s \"{{%.*s\"", line, column, what,
	    (int)MIN(name.len, (size_t)60), name.p);
}

int topology_fill(const struct topology *t, const struct node *node, struct str text,
    struct buf *out, struct error *err)
{
	size_t done = 0, at;

	while (str_find(str_from(text, done), STR("{{"), &at)) {
		struct str rest = str_from(text, done + at + 2), name;
		size_t end;

		buf_append_str(out, str_make(text.p + done, at));
		if (!str_find(rest, STR("}}"), &end))
			return fail_at(text, done + at, err, "no }} ends", rest);
		name = str_trim(str_make(rest.p, end));
		if (!put_own(t, node, name, out) && !put_of_node(t, name, out))
			return fail_at(text, done + at, err, "nothing is known of",
			    str_make(rest.p, end + 2));
		done += at + 2 + end + 2;
	}
	buf_append_str(out, str_from(text, done));
	return out->error ? error_set(err, out->error, "%s", error_name(out->error))
			  : 0;
}
