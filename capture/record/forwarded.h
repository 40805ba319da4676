#pragma once

/* Whom a proxy says that it forwards for: cleaned and cut, but not checked. */
struct forwarded {
	const char *header; /* "Forwarded", "X-Forwarded-For", "X-Real-IP" */
	const char *client; /* an address, as a rule */
};
