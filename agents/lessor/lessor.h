/* A DHCP server that runs on a loop: what it hands out may change while it runs, and it may be
 * stopped and started, with the leases that clients have kept. The program `cwmplab dhcpd` is
 * one; a switch at whose console "dhcp enable" was typed has one.
 *
 *   lessor_new() -> lessor_configure() -> lessor_start() -> lessor_stop() -> lessor_free()
 *                         ^                    |   ^              |
 *                         +--- at any time ----+   +--------------+
 */
#pragma once

#include "agents/lessor/server.h"
#include "agents/lessor/server_socket.h"

#include <uv.h>

struct lessor;

/* All may be null. */
struct lessor_handlers {
	/* What was decided on a request; reply is there with SERVER_REPLIES only, and goes out
	 * after this call. */
	void (*decided)(void *user, const struct dhcp_packet *request,
	    enum server_verdict verdict, const struct dhcp_reply *reply);
	/* Bytes that are no DHCP message came from this MAC. */
	void (*malformed)(void *user, const uint8_t mac[6], const char *why);
	/* Leases could not be written down, and are kept in memory alone; once, until they
	 * could again. */
	void (*disk_failed)(void *user, const char *why);
};

struct lessor_place {
	int netns; /* borrowed descriptor of its namespace; -1: the process's own */
	const char *interface;
};

/* lease_file: where leases outlive the process; null: nowhere. loop, lease_file, handlers and user
 * are borrowed for its life. -ENOMEM with words. */
int lessor_new(struct lessor **ret, uv_loop_t *loop, const char *lease_file,
    const struct lessor_handlers *handlers, void *user, struct error *err);

/* From now on this is what it hands out. config is copied, its pools are borrowed until other ones
 * have taken their place, or lessor_free(). Leases that the pools have room for are kept,
 * for no longer than they grant; others are over. An address of 0 is right where it does not
 * serve yet. ERR_CONFIG with words that name the pool, -ENOMEM, or what lease_file_open() fails
 * with: then all is as it was before. */
int lessor_configure(struct lessor *lessor, const struct server_config *config,
    struct error *err);

/* Serves there, from the address that it was configured with; where it serves already it moves.
 * After lessor_configure(). What server_socket_open() fails with: then it serves nowhere. */
int lessor_start(struct lessor *lessor, const struct lessor_place *place,
    struct error *err);

/* Answers nobody any more; what clients have is kept. Safe to repeat. */
void lessor_stop(struct lessor *lessor);

bool lessor_is_serving(const struct lessor *lessor);

/* The leases at this moment, in no order; see dhcp_server_leases(). */
int lessor_leases(struct lessor *lessor, lease_fn *fn, void *user);

/* Frames that the kernel had no room for, since it was started. */
uint64_t lessor_drops(const struct lessor *lessor);

/* Stops it and frees it; the loop lets go of its handle when it goes on. Null is fine. */
void lessor_free(struct lessor *lessor);
