/* Who looks on while a CPE talks: the sequence of which it plays its side. */
#pragma once

#include "lib/cwmp/cwmp.h"

struct cpe_witness {
	/* A message, in the order of the line; null: an empty one. What goes again for 401 or
	 * 8005 is told once, what no connection was opened for not at all. */
	void (*saw)(void *user, bool from_acs, const struct cwmp_msg *msg);
	/* The session is over; why it failed, or null. */
	void (*over)(void *user, const char *why);
	/* A connection request was accepted. */
	void (*called)(void *user);
	void *user;
};
