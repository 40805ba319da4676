/* Whom a proxy forwards for, as its headers say: RFC 7239, and the two that were there before. */
#include "capture/observe/observe_internal.h"

#include <errno.h>
#include <stdlib.h>

enum {
	CLIENT_MAX = 64
};

/* The value of for= in the first element of a Forwarded header (RFC 7239 4). */
static struct str client_of_forwarded(struct str value)
{
	struct str rest, element = str_cut(value, ',', &rest);

	while (element.len > 0) {
		struct str pair = str_trim(str_cut(element, ';', &element));
		struct str text, name = str_trim(str_cut(pair, '=', &text));

		if (str_eq_nocase(name, STR("for")))
			return str_trim(text);
	}
	return STR_NULL;
}

/* The first of several: each proxy adds the one that it got the request from. */
static struct str client_of_list(struct str value)
{
	struct str rest;

	return str_trim(str_cut(value, ',', &rest));
}

/* Without quotes, and an address without brackets and port (RFC 7239 6). */
static struct str bare(struct str client)
{
	size_t colon;

	if (client.len >= 2 && client.p[0] == '"' && client.p[client.len - 1] == '"')
		client = str_make(client.p + 1, client.len - 2);
	if (client.len > 0 && client.p[0] == '[') {
		client = str_from(client, 1);
		return str_make(client.p, str_find_char(client, ']'));
	}
	colon = str_find_char(client, ':');
	if (colon < client.len &&
	    str_find_char(str_from(client, colon + 1), ':') == client.len - colon - 1)
		client.len = colon;
	return client;
}

static const struct header {
	const char *name;
	struct str (*client)(struct str value);
} headers[] = {
	{ "Forwarded", client_of_forwarded },
	{ "X-Forwarded-For", client_of_list },
	{ "X-Real-IP", client_of_list },
};

/* Anybody can write anything there: what is no printable ASCII is "?". */
static const char *clean(struct observer *observer, struct arena *arena,
    struct str text)
{
	char *copy = observer_strdup_in(observer, arena,
	    str_make(text.p, MIN(text.len, (size_t)CLIENT_MAX)));

	for (char *p = copy; p && *p; p++) {
		if (*p < '!' || *p > '~')
			*p = '?';
	}
	return copy;
}

const struct forwarded *forwarded_of(struct observer *observer, struct arena *arena,
    const struct http_head *head)
{
	struct forwarded *forwarded;

	for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
		struct str value = http_header(head, headers[i].name);
		struct str client = value.p ? bare(headers[i].client(value)) : STR_NULL;

		if (client.len == 0)
			continue;
		forwarded = observer_alloc_in(observer, arena, sizeof(*forwarded));
		if (!forwarded)
			return NULL;
		forwarded->header = headers[i].name;
		forwarded->client = clean(observer, arena, client);
		return forwarded->client ? forwarded : NULL;
	}
	return NULL;
}

bool forwarded_is_same(const struct forwarded *a, const struct forwarded *b)
{
	return a && b && a->header == b->header && strcmp(a->client, b->client) == 0;
}

void forwarded_learn(struct observer *observer, struct device_record *device,
    const struct forwarded *from)
{
	struct forwarded *kept;
	size_t room;
	char *client;

	if (!from || forwarded_is_same(device->informed.forwarded, from))
		return;
	room = strlen(from->client) + 1;
	kept = malloc(sizeof(*kept) + room);
	if (!kept) {
		observer->memory.error = -ENOMEM;
		return;
	}
	client = (char *)(kept + 1);
	memcpy(client, from->client, room);
	*kept = (struct forwarded){ .header = from->header, .client = client };
	free(device->informed.forwarded);
	device->informed.forwarded = kept;
}
