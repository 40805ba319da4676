/* The last sessions that were seen on the wire, and the last findings: lines of "cwmplab decode -f
 * ndjson" in, windows and whole sessions out. However many come and however long they are, memory has
 * a bound. Pure. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/list.h"

#include <stdbool.h>
#include <stdint.h>

struct json_t;

enum {
	WEB_SESSIONS_KEPT = 500,
	WEB_SESSIONS_BYTES = 32 << 20, /* of all lines; the oldest session goes */
	WEB_SESSION_BYTES = 4 << 20,   /* of one; what comes then is counted */
	WEB_FINDINGS_KEPT = 500
};

struct web_sessions {
	struct list all; /* the newest last */
	size_t n, bytes;
	uint64_t before,
	    last; /* numbers of sessions of those who told before; that was given last */
	struct json_t *findings; /* array, owned: the newest last */
};

/* -ENOMEM. */
int web_sessions_init(struct web_sessions *sessions);
void web_sessions_free(struct web_sessions *sessions);

/* Lines come from another one now, who counts sessions from 1 again: here they go on. */
void web_sessions_again(struct web_sessions *sessions);

/* Takes a line. False: it is none of a session, nor a finding or a failure. */
bool web_sessions_take(struct web_sessions *sessions, struct str line);

/* One row a session, the newest first: "session", "cpe", "acs", "serial", "time", "messages" (their
 * names), "findings" (how many) and "end", which is "failed" or "". The caller owns it; null without
 * memory. */
struct json_t *web_sessions_rows(const struct web_sessions *sessions);

/* The findings and failures, the newest first; as above. */
struct json_t *web_sessions_findings(const struct web_sessions *sessions);

/* The lines of a session as an array, and how many were left out. False: it is not kept. */
bool web_sessions_put(const struct web_sessions *sessions, uint64_t id,
    struct buf *out);
