/* What a browser may ask for: a table of paths behind the token, and who is let in. Pure. */
#pragma once

#include "lib/proto/http.h"

enum web_view {
	WEB_PAGE, /* page.html, page.css, draw.js, page.js */
	WEB_CSS,
	WEB_DRAW,
	WEB_JS,
	WEB_LAB,  /* the lab, its groups of nodes, its links: what the drawing shows */
	WEB_ROWS, /* some rows of a table: nodes, cpes, devices */
	WEB_SESSION, /* the messages of a session */
	WEB_LOAD,    /* the curves of load tests */
	WEB_STREAM,  /* server-sent events */
	WEB_LINK,    /* a link is changed */
	WEB_CONSOLE, /* something is typed at a console */
	WEB_CPE,     /* something is done to a CPE */
	WEB_DEVICE,  /* what an ACS knows of a device */
	WEB_STOP,    /* the program of a node is ended, or started again */
	WEB_START,
	WEB_TASK, /* of the lesson that goes on in the lab */
	WEB_CHECK,
	WEB_HINT
};

enum {
	WEB_TOKEN_BYTES = 16,
	WEB_TOKEN_MAX = 2 * WEB_TOKEN_BYTES + 1,
	WEB_BODY_MAX = 16 << 10, /* of a request */
	WEB_QUERY_MAX = 256      /* of a value in a query, decoded, terminated */
};

struct web_request {
	enum web_view view;
	unsigned status;  /* 0: it is let in; else what it is answered with, */
	const char *why;  /* and why */
	struct str query; /* behind the "?", as it came */
};

/* Judges a request by its head alone, in this order: whether it was sent to a name that is this
 * machine (a page elsewhere can have a name of its own lead here), the token, who has sent it
 * (Origin, Sec-Fetch-Site), path, method, and the kind of a body. The views point into head. */
void web_route(struct str token, const struct http_head *head, struct web_request *ret);

/* A token that nobody can guess, from the kernel. text has room for WEB_TOKEN_MAX. -errno. */
int web_token_make(char *text);

/* The value of a key of the query, decoded, in text (of WEB_QUERY_MAX): false where it is not there,
 * is too long or has a NUL in it; then text is "". */
bool web_query_text(struct str query, const char *key, char *text);

/* The same as a number: otherwise where it is not there or is none up to max. */
uint64_t web_query_number(struct str query, const char *key, uint64_t max,
    uint64_t otherwise);
