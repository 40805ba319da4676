/* What the console of a CPE is told, and asked for, where its fleet has consoles: a configuration
 * file of its vendor is commands, which the console alone understands (agents/cpe/console). */
#pragma once

#include "agents/cpe/device/cpe_fleet.h"

struct cpe_console { /* of all CPEs of a fleet */
	void *user;
	/* The CPE has another address, or none, or is switched on or off. */
	void (*moved)(void *user, struct cpe *cpe);
	/* It is as the factory made it, and will boot: so is what was typed. */
	void (*reset)(void *user, struct cpe *cpe);
	/* A configuration file has come: 0 where all of its lines would be taken; else the fault of
	 * the transfer, with words that name the first that is not. Nothing is changed. */
	uint32_t (
	    *check)(void *user, struct cpe *cpe, struct str text, struct error *err);
	/* Does what check() has found good, after the transfer has ended: runs it, or makes it the
	 * start-up file, as the model says. It may end a session, and begin one. */
	void (*take)(void *user, struct cpe *cpe);
	/* Appends the configuration that is in effect: what an Upload of it sends. */
	void (*put)(void *user, struct cpe *cpe, struct buf *out);
	/* Appends lines of its log: what was typed, but for passwords. */
	void (*put_log)(void *user, struct cpe *cpe, struct buf *out);
};

static inline void cpe_console_moved(struct cpe *cpe)
{
	const struct cpe_console *console = cpe->fleet->console;

	if (console)
		console->moved(console->user, cpe);
}

static inline void cpe_console_reset(struct cpe *cpe)
{
	const struct cpe_console *console = cpe->fleet->console;

	if (console)
		console->reset(console->user, cpe);
	else
		cpe->was_reset = true;
}
