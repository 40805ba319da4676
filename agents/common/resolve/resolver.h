/* Asks DNS servers for the addresses of a name, from inside a network namespace (c-ares): each
 * CPE asks the servers that its own lease named. */
#pragma once

#include "lib/base/error.h"

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

enum {
	RESOLVER_SERVERS_MAX = 4,
	RESOLVER_ADDRESSES_MAX = 8,
	RESOLVER_WHY_MAX = 480,
	RESOLVER_NAME_MAX = 257,
	RESOLVER_ADDRESS6 = 16, /* bytes of an IPv6 address */
	/* The addresses of one family wait so long for those of the other (RFC 8305 3, which
	 * has those of IPv6 go ahead; they are waited for here, so that all stand in order). */
	RESOLVER_DELAY_MS = 50,
};

enum resolver_families { /* whose addresses are asked for */
	RESOLVER_IPV4,
	RESOLVER_IPV6,
	RESOLVER_BOTH /* those of IPv6 first (RFC 8305 3) */
};

struct resolver_query {          /* borrowed during resolver_ask() only */
	const char *name;        /* a host name; an address answers for itself, but not
	                            where is_precise: that asks DNS for it */
	int netns;               /* borrowed until the answer; -1: the process's own */
	uint32_t from;           /* host order: asks from it; 0: as the kernel picks */
	const uint32_t *servers; /* host order */
	size_t n_servers; /* 0, of both families: what the machine is set up with;
	                            the first RESOLVER_SERVERS_MAX of each are asked */
	/* Those of IPv6, which are asked before the others. */
	const uint8_t (*servers6)[RESOLVER_ADDRESS6];
	size_t n_servers6;
	enum resolver_families families;
	uint16_t port;      /* of the servers; 0: 53 */
	const char *domain; /* appended to a name without dots, where servers are
	                            named; may be null */
	bool
	    is_precise; /* the answer says more, and nothing but DNS is asked, once, for
	                    IPv4; its time-out is the caller's (resolver_cancel()) */
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
	size_t len; /* where that of the next is 0, too: why says what went wrong */
	uint8_t addresses6[RESOLVER_ADDRESSES_MAX][RESOLVER_ADDRESS6];
	size_t len6;
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
