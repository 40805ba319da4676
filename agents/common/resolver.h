/* Asks DNS servers for the IPv4 addresses of a name, from inside a network namespace
 * (c-ares): each CPE asks the servers that its own DHCP lease named. */
#pragma once

#include "lib/base/error.h"

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

enum {
	RESOLVER_SERVERS_MAX = 4,
	RESOLVER_ADDRESSES_MAX = 8,
	RESOLVER_WHY_MAX = 256,
	RESOLVER_NAME_MAX = 257,
};

struct resolver_query {          /* borrowed during resolver_ask() only */
	const char *name;        /* a host name; an address answers for itself, but not
	                            where is_precise: that asks DNS for it */
	int netns;               /* borrowed until the answer; -1: the process's own */
	uint32_t from;           /* host order: asks from it; 0: as the kernel picks */
	const uint32_t *servers; /* host order */
	size_t n_servers;        /* 0: what the machine is set up with; the first
	                            RESOLVER_SERVERS_MAX are asked */
	uint16_t port;           /* of the servers; 0: 53 */
	const char *domain;      /* appended to a name without dots, where n_servers is
	                            not 0; may be null */
	bool
	    is_precise; /* the answer says more, and nothing but DNS is asked, once; its
	                    time-out is the caller's (resolver_cancel()) */
};

enum resolver_end {
	RESOLVER_FOUND,
	RESOLVER_UNKNOWN, /* the server knows no such name, or no address of it */
	RESOLVER_SILENT,
	RESOLVER_DEAF, /* nobody listens there */
	RESOLVER_FAILED,
};

struct resolver_answer {
	uint32_t addresses[RESOLVER_ADDRESSES_MAX]; /* host order */
	size_t len;                                 /* 0: why says what went wrong */
	char why[RESOLVER_WHY_MAX];
	enum resolver_end end;
	/* Of a precise one: */
	bool is_authoritative;        /* AA (RFC 1035 4.1.1) */
	char name[RESOLVER_NAME_MAX]; /* that the addresses are of; "" where none are */
};

struct resolver;

/* done is called once, from the loop, never from inside this call; the resolver is over
 * by then and needs no resolver_cancel(). The answer is borrowed during done. -ENOMEM
 * or ERR_MACHINE with words. */
int resolver_ask(struct resolver **ret, uv_loop_t *loop,
    const struct resolver_query *query,
    void (*done)(void *user, const struct resolver_answer *answer), void *user,
    struct error *err);

/* Before done: it is not called any more, and the loop frees the resolver. */
void resolver_cancel(struct resolver *resolver);
