/* One message a line, as a JSON object each, while a capture is read: those of a session as it
 * ends, in the order of frames, with its findings and how it failed behind what they are about;
 * what belongs to no session as soon as it is certain. The lines and their ids are those of
 * format_ndjson() (format.h), which has all of them in the order of frames. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/map.h"

struct analysis_failure;
struct analysis_host;
struct analysis_session;
struct finding;

struct ndjson {
	struct buf *out;    /* borrowed; its error is set where memory runs out */
	struct map told;    /* private: how many findings and failures have an id */
	uint64_t act_frame; /* private: of the last message that is of no session, */
	unsigned n_acts;    /* and how many of them it has */
};

/* seed: of its table (map.h). */
static inline struct ndjson ndjson_make(struct buf *out, uint64_t seed)
{
	return (struct ndjson){ .out = out, .told.seed = seed };
}

void ndjson_free(struct ndjson *ndjson);

/* The session, as it is handed over (analysis_options.ended). */
void ndjson_put_session(struct ndjson *ndjson, const struct analysis_session *session);

/* What a CPE did beside its sessions (analysis_options.act). */
void ndjson_put_act(struct ndjson *ndjson, const struct analysis_host *host);

/* A finding, or a failure, that is not among those of the sessions. */
void ndjson_put_finding(struct ndjson *ndjson, const struct finding *finding);
void ndjson_put_failure(struct ndjson *ndjson, const struct analysis_failure *failure);
