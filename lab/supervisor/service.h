/* A program of the lab while it lives: started, serving, stopped. It belongs to the
 * supervisor, which is told of everything through struct service_events. */
#pragma once

#include "lab/channel/channel.h"
#include "lab/launch/launch.h"
#include "lab/supervisor/watch.h"

#include <sys/types.h>

struct service;

/* Called from within the loop. */
struct service_events {
	void *user;
	/* A line of an agent, as it came. */
	void (*line)(void *user, struct service *service, struct str line);
	/* A line of an agent that is too long was left out. */
	void (*too_long)(void *user, struct service *service);
};

struct service {
	const char *name; /* of the node, "recorder" or LAUNCH_CARRIER; borrowed */
	const struct node *node; /* null for the recorder and the carrier */
	enum stage stage;
	pid_t pid;  /* 0: not started, or gone */
	int status; /* of waitpid(), once gone */
	bool is_agent;
	bool is_ready; /* it serves; of an agent its owner sets this when it says so */
	bool is_gone;  /* it ran and has ended */
	bool is_stopping;
	bool is_due; /* a change of the lab has stopped it, and not started it yet */
	bool is_awaited;    /* the same waits until it serves */
	uint64_t mark;      /* of the files that it has read (launch_mark()) */
	bool is_unreadable; /* it wrote a line that could not be read; told once */
	clock_ns start_at;  /* it is started again then (monotonic); 0: when asked to */
	unsigned udp_port, tcp_port; /* that show it; both 0: none does */
	clock_ns deadline; /* by when they do (monotonic); 0: that of its stage */
	char why[256];     /* what it said about its failure, or "" */
	struct channel channel;
	struct watch watch;
	int loop;
	struct service_events events;
	const int *held; /* descriptors that the program holds, borrowed; n_held */
	size_t n_held;
};

/* Writes the configuration and the files of launch and starts the program in netns, with its output
 * in log. netns, log and launch stay the caller's, who has set name, node, loop,
 * events, held and a channel.fd of -1 before. launch must be whole (launch_check()).
 * Errors as proc_spawn() and files_write(), or -errno; where the channel of an agent cannot be watched,
 * its program runs all the same. */
int service_start(struct service *service, const struct launch *launch, int netns,
    int log, struct error *err);

/* Asks it to end: our agents by a command, others by SIGTERM; one that was stopped goes on
 * for that. Safe to repeat, and with one that does not run. */
void service_stop(struct service *service);

/* Ends it by SIGKILL, if it runs. */
void service_kill(struct service *service);

/* To be called with the status of waitpid() when the program has ended. Hands out its last
 * lines and closes its channel. */
void service_ended(struct service *service, int status);

/* Sends a line to an agent. ERR_CLOSED when there is nobody to take it; otherwise fails as
 * channel_send(). */
int service_send(struct service *service, struct str line);

/* Whether ports show that it is ready. */
bool service_has_ports(const struct service *service);

/* Sets is_ready when a program that cannot tell so has bound its udp_port and listens at its
 * tcp_port by now. */
void service_probe(struct service *service);

/* Closes its channel. Safe to repeat. */
void service_close(struct service *service);
