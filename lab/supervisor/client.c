#include "lab/supervisor/client.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

enum {
	LAST_WORDS_MS = 500,  /* how long a slow client may take before it goes on */
	LAST_WORDS_MAX_S = 10 /* and all of them together */
};

static void client_free(struct client *client)
{
	commands_close(&client->commands);
	watch_stop(client->clients->loop, &client->watch);
	channel_close(&client->channel);
	list_remove(&client->link);
	client->clients->n--;
	free(client);
}

/* Pages are made one at a time, when the socket has taken the one before. */
void client_go_on(struct client *client)
{
	int r = client->is_broken ? ERR_CLOSED : channel_flush(&client->channel);

	if (r == 0 && !channel_is_waiting(&client->channel)) {
		commands_go_on(&client->commands);
		r = channel_flush(&client->channel);
	}
	client->is_broken |= r < 0;
	/* One that is broken is looked at once more, to be dropped. */
	watch_for_write(client->clients->loop, &client->watch,
	    client->is_broken || channel_is_waiting(&client->channel) ||
		commands_are_due(&client->commands));
}

static void on_line(void *user, struct str line)
{
	struct client *client = user;

	/* Who asks on and on and never reads is no client any more. */
	client->is_broken |=
	    line_writer_waiting(&client->channel.out).len > CHANNEL_QUEUE_MAX;
	if (!client->is_broken)
		commands_take(&client->commands, line);
}

static void on_too_long(void *user)
{
	struct client *client = user;

	commands_skip(&client->commands);
}

static void on_ready(struct watch *watch, bool can_read, bool can_write)
{
	static const struct channel_sink sink = { on_line, on_too_long };
	struct client *client = container_of(watch, struct client, watch);

	(void)can_write;
	if (can_read && !client->is_broken &&
	    channel_read(&client->channel, &sink, client) < 0)
		client->is_broken = true;
	if (client->is_broken)
		client_free(client);
	else
		client_go_on(client);
}

void clients_init(struct clients *clients, int loop, const struct command *table,
    void *user)
{
	*clients = (struct clients){ .loop = loop, .table = table, .user = user };
	list_init(&clients->all);
}

int clients_add(struct clients *clients, int fd, bool wants_events, struct error *err)
{
	struct client *client =
	    clients->n < CLIENTS_MAX ? calloc(1, sizeof(*client)) : NULL;

	if (!client) {
		(void)close(fd);
		return error_set(err, -ENOMEM, "no room for one more client");
	}
	client->clients = clients;
	client->user = clients->user;
	client->wants_events = wants_events;
	channel_open(&client->channel, fd);
	commands_init(&client->commands, clients->table, client, &client->channel.out);
	client->watch = (struct watch){ .fd = fd, .ready = on_ready };
	list_append(&clients->all, &client->link);
	clients->n++;
	return watch_start(clients->loop, &client->watch, err);
}

void clients_tell(struct clients *clients, struct str line)
{
	LIST_FOREACH (item, &clients->all) {
		struct client *client = list_entry(item, struct client, link);

		if (!client->wants_events || client->is_broken)
			continue;
		client->is_broken = channel_send(&client->channel, line) < 0;
		if (client->is_broken || channel_is_waiting(&client->channel))
			watch_for_write(clients->loop, &client->watch, true);
	}
}

void clients_close(struct clients *clients)
{
	clock_ns end = clock_monotonic() + LAST_WORDS_MAX_S * NS_PER_S;

	while (!list_empty(&clients->all)) {
		struct client *client = list_first(&clients->all, struct client, link);
		struct pollfd peer = { .fd = client->channel.fd, .events = POLLOUT };

		while (channel_is_waiting(&client->channel) &&
		       clock_monotonic() < end && poll(&peer, 1, LAST_WORDS_MS) > 0 &&
		       channel_flush(&client->channel) == 0)
			;
		client_free(client);
	}
}
