#include "agents/cpe/reach/udp_door.h"

#include "lib/base/cleanup.h"
#include "lib/base/text.h"
#include "lib/program/log.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>

enum {
	DATAGRAM_MAX = 2048
};

struct udp_door {
	uv_loop_t *loop;
	const struct cpe_place *place;
	const struct cr_limit *limit;
	const struct udp_handlers *handlers;
	void *user;
	uv_poll_t poll;
	uv_timer_t timer;
	unsigned n_handles;
	int fd;
	int other; /* a socket of another port, while the lifetime is asked for; else -1 */
	int64_t told_lifetime;
	bool is_closing,
	    has_told; /* what is wrong with STUN; until it is right again */
	struct resolver *resolver; /* null: no name is asked for */
	char host[UDP_HOST_MAX];   /* of the STUN server, as it was asked for last */
	struct stun_address self, server; /* server is not set: it is not known yet */
	struct stun_client client;
	struct udp_gate gate;
	struct cr_throttle throttle;
};

static void on_timer(uv_timer_t *timer);

static void arm(struct udp_door *door)
{
	clock_ns left;

	if (door->is_closing)
		return;
	if (!door->server.is_set) {
		(void)uv_timer_stop(&door->timer);
		return;
	}
	left = MAX(door->client.due - clock_monotonic(), 0);
	uv_update_time(door->loop);
	(void)uv_timer_start(&door->timer, on_timer,
	    (uint64_t)((left + NS_PER_MS - 1) / NS_PER_MS), 0);
}

static struct udp_settings settings_of(struct udp_door *door)
{
	struct udp_settings settings = { .port = STUN_PORT };

	door->handlers->settings(door->user, &settings);
	settings.stun.address = door->self.address;
	settings.stun.port = door->self.port;
	return settings;
}

/* Once, or a server that is not there would fill the log. */
static void tell(struct udp_door *door, const char *why)
{
	if (!door->has_told)
		log_warn("STUN server %s: %s", door->host, why);
	door->has_told = true;
}

/* ---- STUN --------------------------------------------------------------------------- */

static void tell_lifetime(struct udp_door *door)
{
	int64_t found = stun_lifetime_found(&door->client.life);

	if (found == 0 || found == door->told_lifetime)
		return;
	door->told_lifetime = found;
	door->handlers->lifetime(door->user, found);
}

/* What has come to the other port, where only a server answers that sends to no other. */
static void hear_other(struct udp_door *door)
{
	uint8_t bytes[STUN_MESSAGE_MAX];
	ssize_t n =
	    door->other < 0 ? 0 : recv(door->other, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (n > 0)
		stun_client_take_other(&door->client, clock_monotonic(),
		    str_make(bytes, (size_t)n));
}

/* The socket that a request goes out from. */
static int choose_socket(struct udp_door *door)
{
	if (!door->client.life.is_probing) {
		if (door->other >= 0)
			(void)close(door->other);
		door->other = -1;
		return door->fd;
	}
	if (door->other < 0)
		door->other =
		    cpe_place_socket(door->place, SOCK_DGRAM, door->self.address, NULL);
	return door->other;
}

static void on_timer(uv_timer_t *timer)
{
	struct udp_door *door = timer->data;
	const struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(door->server.address),
		.sin_port = htons(door->server.port) };
	struct udp_settings settings = settings_of(door);
	uint8_t fresh[STUN_ID_BYTES], out[STUN_MESSAGE_MAX];
	char hex[2 * STUN_ID_BYTES + 1];
	int n;

	hear_other(door);
	digest_random_hex(hex, STUN_ID_BYTES);
	(void)hex_parse(str_of(hex), fresh, sizeof(fresh));
	n = stun_client_tick(&door->client, &settings.stun, clock_monotonic(), fresh,
	    digest_hmac_sha1, out);
	if (n > 0)
		(void)sendto(choose_socket(door), out, (size_t)n, MSG_DONTWAIT,
		    (const struct sockaddr *)&to, sizeof(to));
	else
		tell(door, n == 0 ? "it does not answer" : error_name(n));
	arm(door);
}

static void take_stun(struct udp_door *door, struct str bytes)
{
	struct udp_settings settings = settings_of(door);
	char why[160];
	enum stun_news news = stun_client_take(&door->client, &settings.stun,
	    clock_monotonic(), bytes, digest_hmac_sha1, why, sizeof(why));

	if (news == STUN_REFUSED)
		tell(door, why);
	else if (news != STUN_NOTHING)
		door->has_told = false;
	tell_lifetime(door);
	arm(door);
	if (news == STUN_CHANGED)
		door->handlers->changed(door->user);
}

/* ---- UDP connection requests -------------------------------------------------------- */

static void take_call(struct udp_door *door, struct str bytes,
    const struct sockaddr_in *from)
{
	struct str username, password;
	char peer[IPV4_TEXT_MAX], why[CR_WHY_MAX];

	(void)ipv4_text(ntohl(from->sin_addr.s_addr), peer);
	door->handlers->credentials(door->user, &username, &password);
	switch (udp_gate_take(&door->gate, bytes, username, password, door->limit,
	    &door->throttle, clock_monotonic(), digest_hmac_sha1, why)) {
	case UDP_ACCEPTED:
		door->handlers->called(door->user, peer);
		break;
	case UDP_REFUSED:
		door->handlers->refused(door->user, peer, why);
		break;
	case UDP_COPY:
		break;
	}
}

/* The first two bits of STUN are zero (RFC 3489 11.1), those of a request line are not. */
static void take(struct udp_door *door, struct str bytes,
    const struct sockaddr_in *from)
{
	bool is_servers = door->server.is_set &&
			  ntohl(from->sin_addr.s_addr) == door->server.address &&
			  ntohs(from->sin_port) == door->server.port;

	if (bytes.len == 0)
		return;
	if (((uint8_t)bytes.p[0] & 0xc0) != 0)
		take_call(door, bytes, from);
	else if (is_servers)
		take_stun(door, bytes);
}

static void on_datagram(uv_poll_t *poll, int status, int events)
{
	struct udp_door *door = poll->data;

	(void)status;
	(void)events;
	for (int i = 0; i < UDP_DATAGRAMS_IN_A_ROW && !door->is_closing; i++) {
		struct sockaddr_in from;
		socklen_t len = sizeof(from);
		uint8_t bytes[DATAGRAM_MAX];
		ssize_t n = recvfrom(door->fd, bytes, sizeof(bytes), MSG_DONTWAIT,
		    (struct sockaddr *)&from, &len);

		/* An ICMP error of an earlier datagram is told once, and is no end. */
		if (n < 0 && errno != ECONNREFUSED)
			return;
		if (n > 0)
			take(door, str_make(bytes, (size_t)n), &from);
	}
}

/* ---- the server's address ----------------------------------------------------------- */

static void set_server(struct udp_door *door, uint32_t address)
{
	door->server.address = address;
	door->server.is_set = true;
	door->client = (struct stun_client){ .due = clock_monotonic() };
	arm(door);
}

static void on_resolved(void *user, const struct resolver_answer *answer)
{
	struct udp_door *door = user;

	door->resolver = NULL;
	if (answer->len > 0)
		set_server(door, answer->addresses[0]);
	else
		tell(door, answer->why);
}

static void look_up(struct udp_door *door)
{
	struct resolver_query query = { .netns = door->place->netns,
		.from = door->place->address };
	struct error err = ERROR_NULL;
	uint32_t address;

	if (ipv4_parse(str_of(door->host), &address) == 0) {
		set_server(door, address);
		return;
	}
	door->handlers->dns(door->user, &query);
	query.name = door->host;
	if (door->host[0] && resolver_ask(&door->resolver, door->loop, &query,
				 on_resolved, door, &err) < 0)
		tell(door, err.text);
}

void udp_door_refresh(struct udp_door *door)
{
	struct udp_settings settings = settings_of(door);

	if (str_is(settings.host, door->host) && settings.port == door->server.port &&
	    (door->server.is_set || door->resolver))
		return;
	if (door->resolver)
		resolver_cancel(steal_ptr(&door->resolver));
	(void)snprintf(door->host, sizeof(door->host), "%.*s", STR_ARG(settings.host));
	door->server = (struct stun_address){ .port = settings.port };
	door->has_told = false;
	look_up(door);
}

/* ---- life --------------------------------------------------------------------------- */

uint32_t udp_door_address(const struct udp_door *door)
{
	return door->self.address;
}

const struct stun_client *udp_door_client(const struct udp_door *door)
{
	return &door->client;
}

static int bind_near(int fd, uint32_t address, uint16_t *ret_port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(address),
		.sin_port = htons(UDP_DOOR_PORT) };
	socklen_t len = sizeof(at);

	if (bind(fd, (const struct sockaddr *)&at, len) < 0) {
		at.sin_port = 0;
		if (errno != EADDRINUSE ||
		    bind(fd, (const struct sockaddr *)&at, len) < 0)
			return -errno;
	}
	if (getsockname(fd, (struct sockaddr *)&at, &len) < 0)
		return -errno;
	*ret_port = ntohs(at.sin_port);
	return 0;
}

static int open_socket(struct udp_door *door, struct error *err)
{
	auto_fd fd = cpe_place_socket(door->place, SOCK_DGRAM, 0, err);
	char text[IPV4_TEXT_MAX];
	int r;

	if (fd < 0)
		return fd;
	r = bind_near(fd, door->self.address, &door->self.port);
	if (r == 0)
		r = uv_poll_init(door->loop, &door->poll, fd);
	if (r < 0)
		return error_set(err, r, "UDP at %s: %s",
		    ipv4_text(door->self.address, text), strerror(-r));
	door->fd = steal_fd(&fd);
	return 0;
}

int udp_door_open(struct udp_door **ret, uv_loop_t *loop, const struct cpe_place *place,
    uint32_t address, const struct cr_limit *limit, const struct udp_handlers *handlers,
    void *user, struct error *err)
{
	struct udp_door *door = calloc(1, sizeof(*door));
	int r;

	if (!door)
		return error_set(err, -ENOMEM, "no memory for UDP connection requests");
	door->loop = loop;
	door->place = place;
	door->limit = limit;
	door->handlers = handlers;
	door->user = user;
	door->self = (struct stun_address){ address, 0, true };
	door->other = -1;
	r = open_socket(door, err);
	if (r < 0) {
		free(door);
		return r;
	}
	(void)uv_timer_init(loop, &door->timer);
	door->n_handles = 2;
	door->poll.data = door->timer.data = door;
	(void)uv_poll_start(&door->poll, UV_READABLE, on_datagram);
	*ret = door;
	udp_door_refresh(door);
	return 0;
}

static void on_handle_closed(uv_handle_t *handle)
{
	struct udp_door *door = handle->data;

	if (--door->n_handles > 0)
		return;
	(void)close(door->fd);
	if (door->other >= 0)
		(void)close(door->other);
	free(door);
}

void udp_door_close(struct udp_door *door)
{
	if (!door)
		return;
	door->is_closing = true;
	if (door->resolver)
		resolver_cancel(steal_ptr(&door->resolver));
	uv_close((uv_handle_t *)&door->poll, on_handle_closed);
	uv_close((uv_handle_t *)&door->timer, on_handle_closed);
}
