#include "agents/acs/gate/forwarded.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

bool forwarded_is_address(const char *text)
{
	struct in6_addr room;

	return inet_pton(AF_INET, text, &room) == 1 ||
	       inet_pton(AF_INET6, text, &room) == 1;
}

static bool is_trusted(const struct conf_strings *proxies, const char *address)
{
	for (size_t i = 0; i < proxies->len; i++) {
		if (strcmp(proxies->items[i], address) == 0)
			return true;
	}
	return false;
}

/* What stands behind the last comma; *list is what stands before it. */
static struct str take_last(struct str *list)
{
	size_t n = list->len;
	struct str last;

	while (n > 0 && list->p[n - 1] != ',')
		n--;
	last = str_trim(str_from(*list, n));
	list->len = n > 0 ? n - 1 : 0;
	return last;
}

/* The last that is no trusted proxy, of one header. 1: found; 0: all are trusted; -1: something
 * else stands there, which tells nothing. */
static int find_client(const struct conf_strings *proxies, struct str list,
    char client[INET6_ADDRSTRLEN])
{
	while (list.len > 0) {
		struct str last = take_last(&list);
		char text[INET6_ADDRSTRLEN];

		if (last.len == 0 || last.len >= sizeof(text))
			return -1;
		(void)snprintf(text, sizeof(text), "%.*s", STR_ARG(last));
		if (!forwarded_is_address(text))
			return -1;
		if (is_trusted(proxies, text))
			continue;
		memcpy(client, text, sizeof(text));
		return 1;
	}
	return 0;
}

bool forwarded_client(const struct conf_strings *proxies, const char *peer,
    const struct http_head *head, char client[INET6_ADDRSTRLEN])
{
	struct str list;
	size_t n = 0;

	if (!is_trusted(proxies, peer))
		return false;
	while (http_header_nth(head, "X-Forwarded-For", n, &list))
		n++;
	/* Several headers are one list (RFC 9110 5.3). */
	while (n-- > 0) {
		int r;

		(void)http_header_nth(head, "X-Forwarded-For", n, &list);
		r = find_client(proxies, list, client);
		if (r != 0)
			return r > 0;
	}
	return false;
}
