#include "capture/rules/evidence.h"

#include "lib/base/compiler.h"

#include <string.h>

enum {
	/* The envelope by itself tells. */
	BODY = 0,
	HEAD = LACKS_HEADS,
	LINE = LACKS_HEADS | LACKS_LINES,
	/* Messages before it count, so that none may be missing. */
	TALK = LACKS_TALK,
	TALK_HEADS = LACKS_TALK | LACKS_HEADS,
};

static const struct {
	const char *rule;
	enum whole_what scope;
	unsigned rests;
} rows[] = {
	{ "HTTP-01", WHOLE_SESSION, TALK_HEADS },
	{ "HTTP-02", WHOLE_MESSAGE, LINE },
	{ "HTTP-04", WHOLE_MESSAGE, HEAD },
	{ "HTTP-05", WHOLE_MESSAGE, HEAD },
	{ "HTTP-06", WHOLE_MESSAGE, HEAD },
	{ "HTTP-07", WHOLE_MESSAGE, LINE },
	{ "HTTP-08", WHOLE_MESSAGE, LINE },
	{ "HTTP-10", WHOLE_SESSION, TALK_HEADS },
	{ "HTTP-11", WHOLE_SESSION, TALK_HEADS },
	{ "HTTP-14", WHOLE_MESSAGE, HEAD },
	{ "AUTH-02", WHOLE_SESSION, TALK_HEADS },
	{ "AUTH-03", WHOLE_SESSION, TALK_HEADS },
	{ "AUTH-04", WHOLE_MESSAGE, HEAD },
	{ "AUTH-06", WHOLE_SESSION, TALK_HEADS },
	{ "SOAP-01", WHOLE_MESSAGE, BODY },
	{ "SOAP-02", WHOLE_MESSAGE, BODY },
	{ "SOAP-03", WHOLE_MESSAGE, BODY },
	{ "SOAP-04", WHOLE_SESSION, TALK },
	{ "SOAP-05", WHOLE_MESSAGE, BODY },
	{ "SOAP-06", WHOLE_MESSAGE, BODY },
	{ "SOAP-07", WHOLE_MESSAGE, BODY },
	{ "SOAP-08", WHOLE_MESSAGE, BODY },
	{ "SOAP-09", WHOLE_SESSION, TALK },
	{ "SOAP-10", WHOLE_SESSION, TALK },
	{ "SOAP-11", WHOLE_MESSAGE, BODY },
	{ "SOAP-12", WHOLE_MESSAGE, BODY },
	{ "SOAP-13", WHOLE_MESSAGE, BODY },
	{ "SOAP-14", WHOLE_SESSION, TALK },
	{ "SOAP-16", WHOLE_MESSAGE, BODY },
	{ "SOAP-17", WHOLE_SESSION, TALK },
	/* Without a head its sender is known by the code alone. */
	{ "SOAP-18", WHOLE_MESSAGE, HEAD },
	{ "SOAP-19", WHOLE_MESSAGE, BODY },
	{ "NEG-01", WHOLE_MESSAGE, TALK },
	{ "NEG-02", WHOLE_MESSAGE, TALK },
	{ "SES-01", WHOLE_SESSION, TALK },
	{ "SES-02", WHOLE_SESSION, TALK },
	{ "SES-03", WHOLE_MESSAGE, BODY },
	{ "SES-04", WHOLE_SESSION, TALK },
	{ "SES-05", WHOLE_SESSION, TALK },
	{ "SES-06", WHOLE_SESSION, TALK },
	{ "SES-07", WHOLE_SESSION, TALK },
	{ "SES-08", WHOLE_SESSION, TALK },
	{ "SES-10", WHOLE_SESSION, TALK },
	{ "SES-16", WHOLE_SESSION, TALK },
	{ "INF-01", WHOLE_MESSAGE, BODY },
	{ "INF-03", WHOLE_MESSAGE, BODY },
	{ "INF-04", WHOLE_MESSAGE, BODY },
	{ "INF-05", WHOLE_MESSAGE, BODY },
	{ "INF-06", WHOLE_MESSAGE, BODY },
	{ "INF-07", WHOLE_MESSAGE, BODY },
	{ "INF-09", WHOLE_MESSAGE, BODY },
	{ "INF-10", WHOLE_MESSAGE, BODY },
	{ "RPC-01", WHOLE_MESSAGE, BODY },
	{ "RPC-01", WHOLE_SESSION, TALK },
	{ "RPC-02", WHOLE_MESSAGE, TALK },
	{ "RPC-03", WHOLE_MESSAGE, TALK },
	{ "RPC-04", WHOLE_MESSAGE, TALK },
	{ "RPC-05", WHOLE_MESSAGE, TALK },
	{ "RPC-06", WHOLE_MESSAGE, TALK },
	{ "RPC-07", WHOLE_MESSAGE, TALK },
	{ "RPC-08", WHOLE_MESSAGE, TALK },
	{ "RPC-09", WHOLE_MESSAGE, TALK },
	{ "RPC-10", WHOLE_MESSAGE, TALK },
	{ "RPC-13", WHOLE_MESSAGE, TALK },
	{ "RPC-15", WHOLE_MESSAGE, BODY },
	{ "STR-01", WHOLE_SESSION, TALK },
	{ "STR-01", WHOLE_MESSAGE, BODY },
};

unsigned evidence_of(const char *rule, enum whole_what scope)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].scope == scope && strcmp(rows[i].rule, rule) == 0)
			return rows[i].rests;
	}
	return LACKS_ALL;
}
