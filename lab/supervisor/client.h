/* Those who ask a supervisor and listen to it: whoever started the lab, and the callers of
 * the lab's socket. What they may ask for is a table that belongs to the supervisor; a
 * client knows nothing of it. */
#pragma once

#include "lab/channel/channel.h"
#include "lab/supervisor/watch.h"
#include "lib/program/command.h"

enum {
	CLIENTS_MAX = 64
};

struct clients {
	struct list all; /* struct client */
	size_t n;
	int loop; /* of watch_open(); borrowed, as are the next two */
	const struct command *table; /* its functions get the struct client */
	void *user;                  /* of all clients */
};

struct client {
	struct list link;
	struct clients *clients;
	void *user; /* of the table's owner */
	struct channel channel;
	struct watch watch;
	struct commands commands;
	bool wants_events;
	bool is_broken; /* dropped as soon as nobody is using it */
};

/* No clients yet. table and user are borrowed. */
void clients_init(struct clients *clients, int loop, const struct command *table,
    void *user);

/* Adds a client that speaks on fd, which is taken over; wants_events says whether it gets
 * events from the start. -ENOMEM with fd closed when there is no memory or there are
 * CLIENTS_MAX already; -errno when fd cannot be watched, with the client kept until
 * clients_close(). */
int clients_add(struct clients *clients, int fd, bool wants_events, struct error *err);

/* Passes a line on to those that want events. A client that is gone, or so slow that
 * CHANNEL_QUEUE_MAX bytes wait for it, is dropped. */
void clients_tell(struct clients *clients, struct str line);

/* Sends what the supervisor put into the client's channel from outside of the client's
 * commands, and goes on with their answers. Never frees the client: one that is broken is
 * dropped by the loop. */
void client_go_on(struct client *client);

/* Sends each client what still waits, as long as it takes something every half second and
 * all of them are through in ten, and closes all. */
void clients_close(struct clients *clients);
