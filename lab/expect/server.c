#include "lab/expect/server.h"

#include "lib/base/text.h"

#include <stdio.h>

static bool begins(const char *acs, const char *address, const char *open,
    const char *close)
{
	char text[IPV6_TEXT_MAX + 4];

	(void)snprintf(text, sizeof(text), "%s%s%s:", open, address, close);
	return str_starts(str_of(acs), str_of(text));
}

bool server_is(const struct node *node, const char *acs)
{
	char text[IPV6_TEXT_MAX];

	if (!acs)
		return false;
	if (node->address.address != 0 &&
	    begins(acs, ipv4_text(node->address.address, text), "", ""))
		return true;
	return node->address6.prefix > 0 &&
	       begins(acs, ipv6_text(node->address6.address, text), "[", "]");
}

static bool goes_on(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == ':';
}

/* A full stop behind it ends the sentence, one before it is a part of another address. */
static bool has_address(struct str rest, struct str want)
{
	size_t at;

	for (; str_find(rest, want, &at); rest = str_from(rest, at + 1)) {
		size_t end = at + want.len;

		if ((at == 0 || (!goes_on(rest.p[at - 1]) && rest.p[at - 1] != '.')) &&
		    (end == rest.len || !goes_on(rest.p[end]) ||
			(rest.p[end] == ':' && end + 1 < rest.len &&
			    rest.p[end + 1] == ' ')))
			return true;
	}
	return false;
}

bool server_is_named(const struct node *node, const char *sentence)
{
	char text[IPV6_TEXT_MAX];

	if (node->address.address != 0 &&
	    has_address(str_of(sentence),
		str_of(ipv4_text(node->address.address, text))))
		return true;
	return node->address6.prefix > 0 &&
	       has_address(str_of(sentence),
		   str_of(ipv6_text(node->address6.address, text)));
}
