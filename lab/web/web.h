/* The page of a lab: a server on loopback that asks the lab and tells browsers, until it is stopped
 * or the lab ends. */
#pragma once

#include "lib/base/error.h"

#include <stdint.h>

enum {
	WEB_STREAMS_MAX = 512, /* browsers that follow; more are answered 503 */
	WEB_CONNECTIONS_MAX = 1024
};

struct web_options {
	const char *lab;
	uint16_t port; /* 0: one that is free */
	/* Gets the URL with its token, once browsers are answered. */
	void (*ready)(void *user, const char *url);
	void *user;
};

/* Serves. 0 once SIGINT or SIGTERM or the end of the lab ends it; errors of labsock_connect(),
 * ERR_USAGE where the port is taken, -errno, -ENOMEM. */
int web_run(const struct web_options *options, struct error *err);
