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

void clients_init(struct clients *clients, int loop, const struct command *table,
    void *user);

/* A client on fd, which is taken over; one that wants events from the start, or not. One too
 * many is closed. */
int clients_add(struct clients *clients, int fd, bool wants_events, struct error *err);

/* Passes a line on to those that want events; slow ones are dropped. */
void clients_tell(struct clients *clients, struct str line);

/* Sends what was put into the client's channel from outside of its commands, and goes on
 * with its answers. */
void client_go_on(struct client *client);

/* Sends what still waits, briefly, and closes all. */
void clients_close(struct clients *clients);
