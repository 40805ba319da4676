/* The ACS's door: an HTTP server whose requests go to the service or to the file server, and
 * that knows each connection's peer. What it is told to do wrong, it does wrong. */
#pragma once

#include "agents/acs/config.h"
#include "agents/acs/files/files.h"
#include "agents/acs/service.h"
#include "agents/common/http_server.h"

struct acs_door;

/* A file that was served or taken. */
struct acs_served {
	const char *address;       /* of the peer */
	struct str method, target; /* borrowed */
	unsigned status;
	uint64_t bytes;
};

struct acs_door_config {
	struct acs_service *service;
	struct files *files; /* null: there is no file server */
	/* What the door or the file server refused, and what was served. May be null. */
	void (*refused)(void *user, const struct acs_refusal *refusal);
	void (*served)(void *user, const struct acs_served *served);
	void *user;
	bool tells_all; /* also a 401 that only asks for credentials */
	const struct conf_strings *proxies; /* that are trusted; null: none */
	unsigned conduct; /* of enum quirk_conduct: how it answers each request */
	struct http_server_config server;
	clock_ns (*wall)(void); /* null: clock_wall() */
};

/* As http_server_new(). config is copied, the service borrowed. The caller ends *ret with
 * acs_door_close(). */
int acs_door_open(struct acs_door **ret, uv_loop_t *loop, int fd,
    const struct acs_door_config *config, struct error *err);

/* Serves on fd, a listening socket, as well; it is owned from now on, also after a failure. */
int acs_door_listen(struct acs_door *door, int fd, struct error *err);

/* Closes all connections, and frees once the loop has let go of them. The service may go
 * after this call. */
void acs_door_close(struct acs_door *door);

/* Ends what waits for too long, sessions and connections. */
void acs_door_sweep(struct acs_door *door);

size_t acs_door_connections(const struct acs_door *door);
