/* How long a NAT keeps a binding that nothing passes, found by halving (RFC 3489 10.2, TR-069 A6
 * G.2.1.1): the binding is left alone for so long, and then the server is asked from another
 * port to answer to it. Between STUNMinimumKeepAlivePeriod and STUNMaximumKeepAlivePeriod. No
 * socket, no clock. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct stun_lifetime { /* zeroed at first; seconds */
	int64_t floor, ceil;
	int64_t low;     /* so long it lives, or is taken to */
	int64_t high;    /* so long it does not */
	int64_t tried;   /* what the present rest is to find out; 0: nothing */
	int64_t doubted; /* what the last one had no answer to; 0: nothing */
	bool is_probing; /* the request from the other port is out */
	bool is_refused; /* the server answers to no other address */
};

/* How long the binding is to be left alone now, with these two as bounds: for a try, then
 * tried is set, or for as long as it is known to live. Other bounds than before begin anew. */
int64_t stun_lifetime_wait(struct stun_lifetime *life, int64_t floor, int64_t ceil);

/* The answer came to the binding. */
void stun_lifetime_lived(struct stun_lifetime *life);

/* None came. That may be the server's fault: it counts once the server answers again. */
void stun_lifetime_doubt(struct stun_lifetime *life);

/* The server has answered from the binding's own port: it is another one than before or not. */
void stun_lifetime_answered(struct stun_lifetime *life, bool is_changed);

/* What was found out; 0: not yet. */
int64_t stun_lifetime_found(const struct stun_lifetime *life);
