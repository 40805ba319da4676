/* Shared by why.c and why_session.c alone. */
#pragma once

#include "capture/record/why.h"

struct why_ending {        /* how a connection ended */
	const char *words; /* "the ACS closed the connection" */
	struct frame_ref frame;
	enum why_side side;
};

/* False while it did not. */
bool why_ending(const struct conn_record *conn, struct why_ending *ret);

/* "Inform", "empty POST", "POST". */
const char *why_request_name(const struct http_record *request);
