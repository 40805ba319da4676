/* What a page may have done in the lab: its JSON becomes a question to the lab, member by member of a
 * table. Nothing else of it is passed on. Pure. */
#pragma once

#include "lab/web/route.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"

enum {
	WEB_NODE_MAX = 128
};

struct web_deed {        /* zeroed, it is none */
	const char *ask; /* the question: "agent", "stop-node"... */
	char node[WEB_NODE_MAX];
	struct buf
	    command; /* owned: what the agent of the node takes; empty: none is asked */
};

/* Reads the body of a deed. ERR_USAGE, with words: it is no such JSON, lacks what it needs, or has a
 * member of another type. The caller calls web_deed_free(), also after a failure. */
int web_deed_read(enum web_view view, struct str body, struct web_deed *ret,
    struct error *err);
void web_deed_free(struct web_deed *deed);
