/* What the supervisor's parts share: its own life (supervisor.c), its clients
 * (supervisor_client.c), its end (supervisor_stop.c) and what it tells
 * (supervisor_events.c). */
#pragma once

#include "lab/kernel/fabric.h"
#include "lab/supervisor/service.h"
#include "lab/supervisor/supervisor.h"
#include "lib/base/json.h"
#include "lib/base/list.h"

enum supervisor_state {
	SUPERVISOR_BUILDING,
	SUPERVISOR_STARTING,
	SUPERVISOR_RUNNING,
	SUPERVISOR_STOPPING
};

struct supervisor {
	const struct supervisor_options *options;
	enum supervisor_state state;
	int stage;         /* that is started or stopped; -1: all stopped */
	clock_ns deadline; /* of the stage, monotonic */
	clock_ns started;
	int loop;
	int events; /* events.jsonl */
	struct watch signals, listener;
	struct fabric *fabric;
	struct service *services;
	size_t n_services;
	struct list clients;
	size_t n_clients;
	uint32_t *addresses; /* one an instance: of the file, or as leased */
};

/* Writes the line to events.jsonl and to the clients that want events. */
void supervisor_tell(struct supervisor *supervisor, struct str line);

/* Events of its own: it ends because of err; the lab was "built" or is "up", begun at since
 * (monotonic); a service ended; nothing is left. */
void supervisor_tell_failed(struct supervisor *supervisor, const struct error *err);
void supervisor_tell_took(struct supervisor *supervisor, const char *event,
    clock_ns since);
void supervisor_tell_exited(struct supervisor *supervisor,
    const struct service *service);
void supervisor_tell_stopped(struct supervisor *supervisor);

/* Begins the orderly end. Safe to repeat. */
void supervisor_stop(struct supervisor *supervisor);

/* Stops the programs of one stage, which have SUPERVISOR_STOP_S to go. */
void supervisor_stop_stage(struct supervisor *supervisor, int stage);

/* A client on fd, which is taken over; one that wants events from the start, or not. */
int client_add(struct supervisor *supervisor, int fd, bool wants_events,
    struct error *err);

/* Passes a line on to those that want events; slow ones are dropped. */
void clients_tell(struct supervisor *supervisor, struct str line);

/* Hands an agent's answer to the client that asked for it. */
void clients_answer(struct supervisor *supervisor, const struct service *service,
    struct str status);

/* Takes a connection from the lab's socket. */
void client_accept(struct watch *listener, bool can_read, bool can_write);

/* Sends what still waits, briefly, and closes all. */
void clients_close(struct supervisor *supervisor);
