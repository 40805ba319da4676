/* The browser on the terminal of standard input and output, full screen. */
#pragma once

#include "lab/browse/browse.h"

/* What is done between keys. */
struct browse_idle {
	void *user;
	/* Called about five times a second; returns whether there is something new to show. */
	bool (*work)(void *user, struct browse *browse);
};

/* Shows the browser until a key, SIGTERM, SIGINT or SIGHUP ends it; idle may be null. Returns
 * an exit status, the reason being said. */
int browse_on_terminal(struct browse *browse, const struct browse_idle *idle);
