#include "agents/lessor/lessor.h"

#include "agents/common/netns.h"
#include "agents/lessor/lease_file.h"
#include "agents/lessor/lease_move.h"
#include "lib/base/cleanup.h"
#include "lib/base/rng.h"

#include <errno.h>
#include <stdlib.h>

enum {
	ROUND_MAX =
	    512 /* requests in one go before others of the loop get their turn */
};

struct lessor_door { /* where it serves; freed when the loop has let go of it */
	uv_poll_t poll;
	struct server_socket *socket;
};

struct lessor {
	uv_loop_t *loop;
	const char *lease_path; /* or null */
	const struct lessor_handlers *handlers;
	void *user;
	struct dhcp_server *server; /* owned; null: not configured yet */
	uint32_t address;           /* that it was configured with */
	struct lease_file *leases;  /* owned; or null */
	struct lessor_door *door;   /* owned; null: it does not serve */
	bool is_disk_bad;           /* said once */
	struct dhcp_packet request;
	struct dhcp_reply reply;
};

/* ---- serving ------------------------------------------------------------------------ */

static void serve(struct lessor *lessor, const struct dhcp_frame *frame, clock_ns now)
{
	const struct lessor_handlers *handlers = lessor->handlers;
	struct error err = ERROR_NULL;
	enum server_verdict verdict;

	if (dhcp_parse(&lessor->request, frame->payload.p, frame->payload.len, &err) <
	    0) {
		if (handlers->malformed)
			handlers->malformed(lessor->user, frame->from_mac, err.text);
		return;
	}
	verdict =
	    dhcp_server_decide(lessor->server, &lessor->request, now, &lessor->reply);
	if (handlers->decided)
		handlers->decided(lessor->user, &lessor->request, verdict,
		    &lessor->reply);
	if (verdict == SERVER_REPLIES)
		server_socket_reply(lessor->door->socket, frame, &lessor->reply);
}

/* Writes down what was granted. */
static void keep_leases(struct lessor *lessor, clock_ns now)
{
	struct error err = ERROR_NULL;
	int r;

	if (!lessor->leases)
		return;
	r = lease_file_flush(lessor->leases, &err);
	if (r == 0)
		r = lease_file_compact(lessor->leases, lessor->server, now, &err);
	if (r < 0 && !lessor->is_disk_bad && lessor->handlers->disk_failed)
		lessor->handlers->disk_failed(lessor->user, err.text);
	lessor->is_disk_bad = r < 0;
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
	struct lessor *lessor = poll->data;
	struct server_socket *socket = lessor->door->socket;
	clock_ns now = clock_monotonic();
	struct dhcp_frame frame;

	(void)events;
	if (status < 0) { /* the link went down; frames come again when it is up */
		server_socket_clear_error(socket);
		(void)uv_poll_start(poll, UV_READABLE, on_readable);
		return;
	}
	for (int i = 0; i < ROUND_MAX; i += SERVER_SOCKET_BATCH) {
		int n = 0;

		while (n < SERVER_SOCKET_BATCH &&
		       server_socket_receive(socket, &frame) > 0) {
			serve(lessor, &frame, now);
			n++;
		}
		/* Leases go to disk before the replies that grant them go out. */
		keep_leases(lessor, now);
		server_socket_flush(socket);
		if (n < SERVER_SOCKET_BATCH)
			break;
	}
}

static void on_lease(void *user, const struct lease_view *lease)
{
	struct lessor *lessor = user;

	if (lessor->leases)
		lease_file_note(lessor->leases, lease);
}

/* ---- what it hands out ---------------------------------------------------------------- */

/* Gives the server the leases of the one before it, or those of the file. */
static int take_leases(struct lessor *lessor, struct dhcp_server *fresh,
    struct error *err)
{
	clock_ns now = clock_monotonic();

	if (lessor->server)
		return lease_move(lessor->server, fresh, now, on_lease, lessor) < 0
			   ? error_set(err, -ENOMEM, "no memory")
			   : 0;
	return lessor->lease_path ? lease_file_open(&lessor->leases, lessor->lease_path,
					fresh, now, clock_wall(), err)
				  : 0;
}

int lessor_configure(struct lessor *lessor, const struct server_config *config,
    struct error *err)
{
	struct server_config seeded = *config;
	struct dhcp_server *fresh;
	int r;

	seeded.hash_seed = rng_fresh_seed();
	r = dhcp_server_new(&fresh, &seeded, err);
	if (r < 0)
		return r;
	r = take_leases(lessor, fresh, err);
	if (r < 0) {
		dhcp_server_free(fresh);
		return r;
	}
	dhcp_server_free(lessor->server);
	lessor->server = fresh;
	lessor->address = config->address;
	dhcp_server_listen(fresh, on_lease, lessor);
	keep_leases(lessor, clock_monotonic());
	return 0;
}

/* ---- where ---------------------------------------------------------------------------- */

static int open_socket(struct server_socket **ret, const struct lessor_place *place,
    uint32_t address, struct error *err)
{
	int home, r = netns_enter(place->netns, &home, err);

	if (r < 0)
		return r;
	r = server_socket_open(ret, place->interface, address, err);
	netns_leave(home);
	return r;
}

int lessor_start(struct lessor *lessor, const struct lessor_place *place,
    struct error *err)
{
	auto_free struct lessor_door *door = calloc(1, sizeof(*door));
	int r;

	lessor_stop(lessor);
	if (!door)
		return error_set(err, -ENOMEM, "no memory");
	r = open_socket(&door->socket, place, lessor->address, err);
	if (r < 0)
		return r;
	r = uv_poll_init(lessor->loop, &door->poll, server_socket_fd(door->socket));
	if (r < 0) {
		server_socket_free(door->socket);
		return error_set(err, r, "%s", uv_strerror(r));
	}
	door->poll.data = lessor;
	(void)uv_poll_start(&door->poll, UV_READABLE, on_readable);
	lessor->door = steal_ptr(&door);
	return 0;
}

static void on_closed(uv_handle_t *handle)
{
	struct lessor_door *door = handle->data;

	free(door);
}

void lessor_stop(struct lessor *lessor)
{
	struct lessor_door *door = steal_ptr(&lessor->door);

	if (!door)
		return;
	door->poll.data = door;
	uv_close((uv_handle_t *)&door->poll, on_closed);
	server_socket_free(door->socket);
}

bool lessor_is_serving(const struct lessor *lessor)
{
	return lessor->door;
}

uint64_t lessor_drops(const struct lessor *lessor)
{
	return lessor->door ? server_socket_drops(lessor->door->socket) : 0;
}

int lessor_leases(struct lessor *lessor, lease_fn *fn, void *user)
{
	return lessor->server
		   ? dhcp_server_leases(lessor->server, clock_monotonic(), fn, user)
		   : 0;
}

/* ---- beginning and end ------------------------------------------------------------------ */

int lessor_new(struct lessor **ret, uv_loop_t *loop, const char *lease_file,
    const struct lessor_handlers *handlers, void *user, struct error *err)
{
	struct lessor *lessor = calloc(1, sizeof(*lessor));

	if (!lessor)
		return error_set(err, -ENOMEM, "no memory");
	lessor->loop = loop;
	lessor->lease_path = lease_file;
	lessor->handlers = handlers;
	lessor->user = user;
	*ret = lessor;
	return 0;
}

void lessor_free(struct lessor *lessor)
{
	if (!lessor)
		return;
	lessor_stop(lessor);
	lease_file_free(lessor->leases);
	dhcp_server_free(lessor->server);
	free(lessor);
}
