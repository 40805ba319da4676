/* The sockets that one IPv6 host listens at, on a loop. */
#pragma once

#include "agents/cpe/place/cpe_place.h"

#include <uv.h>

enum {
	EAR_READS_MAX = 64 /* in one turn, before others get theirs */
};

enum ear {
	EAR_ROUTER,    /* advertisements */
	EAR_ADDRESSES, /* the kernel's, of the interface */
	EAR_SERVER,    /* DHCPv6 */
	EARS
};

struct ears {          /* inside of what owns it; private but for fds */
	int fds[EARS]; /* -1: closed */
	uv_poll_t *polls[EARS];
	unsigned n_polls; /* that the loop holds, those it closes included */
	uv_loop_t *loop;
	void (*readable)(void *user, enum ear ear);
	void (*closed)(void *user); /* the loop has let go of one */
	void *user;
};

void ears_init(struct ears *ears, uv_loop_t *loop,
    void (*readable)(void *user, enum ear ear), void (*closed)(void *user), void *user);

/* 0, also where it is open already; -errno with words. */
int ears_open(struct ears *ears, enum ear ear, const struct cpe_place *place,
    struct error *err);

/* Throws away what has come there, as far as one turn goes. */
void ears_drain(struct ears *ears, enum ear ear);

/* Safe to repeat. */
void ears_close(struct ears *ears, enum ear ear);
