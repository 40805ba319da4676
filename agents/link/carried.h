/* What a carrier waits for: a socket is told by what it is of. */
#pragma once

enum carried_kind {
	CARRIED_LINK,     /* a struct link_port */
	CARRIED_TRUNK,    /* a struct trunk */
	CARRIED_TRUNK_END /* a struct trunk_end */
};

/* The first member of each. */
struct carried {
	enum carried_kind kind;
};
