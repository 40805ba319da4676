#include "agents/cpe/reach/reach_hub.h"

#include "agents/common/http_server.h"
#include "lib/base/cleanup.h"
#include "lib/base/map.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>

enum {
	BACKLOG = 512,
	LOOPBACK_NET = 127
};

struct reach_key {      /* no padding: it is hashed as bytes */
	uint64_t netns; /* inode */
	struct reach_address address;
};

struct reach_listener {
	struct reach_hub *hub;
	struct reach_key key;
	struct http_listener *listener;
	struct map doors; /* by path; the CPE draws the paths, so it needs no seed */
	uint16_t port;
};

struct reach_hub {
	uv_loop_t *loop;
	struct cr_limit limit;
	const struct reach_handlers *handlers;
	struct http_server *server; /* null: nobody listens yet */
	struct map listeners;       /* by key */
	struct nonce_store nonces;
	struct buf out; /* the response at hand */
};

/* ---- requests ----------------------------------------------------------------------- */

static struct cr_answer judge(struct reach_hub *hub, struct reach_door *door,
    const struct http_head *head)
{
	struct cr_gate gate = {
		.nonces = &hub->nonces,
		.limit = &hub->limit,
		.throttle = door->throttle,
		.hash = digest_hash,
	};
	char fresh[NONCE_LEN + 1];

	hub->handlers->credentials(door->user, &gate.username, &gate.password);
	digest_random_hex(fresh, NONCE_LEN / 2);
	return cr_gate_answer(&gate, head, clock_monotonic(), str_of(fresh), &hub->out);
}

static struct reach_door *find_door(const struct reach_listener *listener,
    const struct http_head *head)
{
	struct str path = cr_path(head);

	return str_starts(path, STR("/")) ? map_get(&listener->doors, str_from(path, 1))
					  : NULL;
}

/* The answer goes first: the session that follows begins behind it (TR-069 A6 3.2.2.2). */
static void on_head(void *user, struct http_conn *conn, const struct http_head *head)
{
	struct reach_hub *hub = user;
	struct reach_door *door = find_door(conn->tag, head);
	struct cr_answer answer;
	char peer[INET6_ADDRSTRLEN];

	memcpy(peer, conn->peer, sizeof(peer));
	buf_reset(&hub->out);
	answer = door ? judge(hub, door, head) : cr_answer_nobody(&hub->out);
	if (hub->out.error)
		http_conn_abort(conn, STR_NULL);
	else
		http_conn_reply(conn, buf_str(&hub->out), answer.status != 401);
	if (!door || answer.is_first)
		return;
	if (answer.is_accepted)
		hub->handlers->called(door->user, peer);
	else
		hub->handlers->refused(door->user, peer, &answer);
}

/* Each request is answered by its head, and its body dropped. */
static void on_request(void *user, struct http_conn *conn, const struct http_head *head,
    struct str body)
{
	(void)user;
	(void)head;
	(void)body;
	http_conn_abort(conn, STR_NULL);
}

static void on_closed(void *user, struct http_conn *conn)
{
	(void)user;
	(void)conn;
}

/* ---- the hub ------------------------------------------------------------------------ */

struct reach_hub *reach_hub_new(uv_loop_t *loop, const struct cr_limit *limit,
    const struct reach_handlers *handlers)
{
	struct reach_hub *hub = calloc(1, sizeof(*hub));

	if (!hub)
		return NULL;
	hub->loop = loop;
	hub->limit = *limit;
	hub->handlers = handlers;
	nonce_store_init(&hub->nonces, CR_NONCE_LIFETIME_S * NS_PER_S);
	return hub;
}

/* http_server_close() tells of every connection, so nothing comes after it. */
void reach_hub_close(struct reach_hub *hub)
{
	if (!hub)
		return;
	if (hub->server)
		http_server_close(hub->server);
	nonce_store_free(&hub->nonces);
	map_free(&hub->listeners);
	buf_free(&hub->out);
	free(hub);
}

/* The server has a timer, which a process without listeners shall not have. */
static int start_server(struct reach_hub *hub, struct error *err)
{
	const struct http_server_config config = {
		.connections_max = REACH_CONNECTIONS_MAX,
		.body_max = REACH_BODY_MAX,
		.memory_max = 8 << 20,
		.idle_timeout = REACH_TIMEOUT_S * NS_PER_S,
		.head_timeout = REACH_TIMEOUT_S * NS_PER_S,
		.body_timeout = REACH_TIMEOUT_S * NS_PER_S,
	};
	const struct http_server_handlers handlers = { .user = hub,
		.request = on_request,
		.closed = on_closed,
		.head = on_head };

	return hub->server ? 0
			   : http_server_new(&hub->server, hub->loop, -1, &config,
				 &handlers, err);
}

/* ---- listeners ---------------------------------------------------------------------- */

static struct str key_bytes(const struct reach_key *key)
{
	return str_make(key, sizeof(*key));
}

static const uint8_t mapped[] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

struct reach_address reach_address_ipv4(uint32_t address)
{
	struct reach_address ret;
	uint32_t bytes = htonl(address);

	memcpy(ret.bytes, mapped, sizeof(mapped));
	memcpy(ret.bytes + sizeof(mapped), &bytes, sizeof(bytes));
	return ret;
}

static bool is_ipv4(const struct reach_address *address)
{
	return memcmp(address->bytes, mapped, sizeof(mapped)) == 0;
}

static bool is_loopback(const struct reach_address *address)
{
	return is_ipv4(address)
		   ? address->bytes[sizeof(mapped)] == LOOPBACK_NET
		   : memcmp(address->bytes, &in6addr_loopback, sizeof(*address)) == 0;
}

static int make_key(const struct cpe_place *place, const struct reach_address *address,
    struct reach_key *ret, struct error *err)
{
	struct stat netns;
	int r;

	if (place->netns < 0 && !is_loopback(address))
		return error_set(err, -EACCES,
		    "nobody listens for connection requests: this machine's own network "
		    "is no lab, and the address is not on loopback");
	r = place->netns < 0 ? stat("/proc/thread-self/ns/net", &netns)
			     : fstat(place->netns, &netns);
	if (r < 0)
		return error_set(err, -errno, "network namespace: %s", strerror(errno));
	*ret = (struct reach_key){ netns.st_ino, *address };
	return 0;
}

union socket_name {
	struct sockaddr any;
	struct sockaddr_in ipv4;
	struct sockaddr_in6 ipv6;
};

static socklen_t name_of(const struct reach_address *address, uint16_t port,
    union socket_name *ret)
{
	*ret = (union socket_name){ .ipv6.sin6_family = AF_INET6 };
	if (is_ipv4(address)) {
		ret->ipv4 = (struct sockaddr_in){ .sin_family = AF_INET,
			.sin_port = htons(port) };
		memcpy(&ret->ipv4.sin_addr, address->bytes + sizeof(mapped),
		    sizeof(ret->ipv4.sin_addr));
		return sizeof(ret->ipv4);
	}
	ret->ipv6.sin6_port = htons(port);
	memcpy(&ret->ipv6.sin6_addr, address->bytes, sizeof(address->bytes));
	return sizeof(ret->ipv6);
}

/* Another process may have the port that all CPEs have. On this machine's own loopback it is
 * left to an ACS, which may begin later than its CPEs. */
static int bind_near(int fd, const struct reach_address *address, bool is_own_network,
    uint16_t *ret_port)
{
	union socket_name at;
	socklen_t len = name_of(address, is_own_network ? 0 : REACH_PORT, &at);
	int one = 1;

	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, &at.any, len) < 0) {
		if (errno != EADDRINUSE)
			return -errno;
		(void)name_of(address, 0, &at);
		if (bind(fd, &at.any, len) < 0)
			return -errno;
	}
	if (listen(fd, BACKLOG) < 0 || getsockname(fd, &at.any, &len) < 0)
		return -errno;
	*ret_port = ntohs(is_ipv4(address) ? at.ipv4.sin_port : at.ipv6.sin6_port);
	return 0;
}

static int fail_listening(const struct reach_address *address, int code,
    struct error *err)
{
	char text[INET6_ADDRSTRLEN];
	bool is_four = is_ipv4(address);

	(void)inet_ntop(is_four ? AF_INET : AF_INET6,
	    address->bytes + (is_four ? sizeof(mapped) : 0), text, sizeof(text));
	return error_set(err, code, "cannot listen on %s: %s", text, strerror(-code));
}

static int listen_on(struct reach_listener *listener, const struct cpe_place *place,
    const struct reach_address *address, struct error *err)
{
	struct reach_hub *hub = listener->hub;
	auto_fd fd = cpe_place_make_socket(place, is_ipv4(address) ? AF_INET : AF_INET6,
	    SOCK_STREAM, 0, err);
	int r;

	if (fd < 0)
		return fd;
	r = bind_near(fd, address, place->netns < 0, &listener->port);
	if (r < 0)
		return fail_listening(address, r, err);
	return http_server_listen(hub->server, steal_fd(&fd), listener,
	    &listener->listener, err);
}

static int add_listener(struct reach_hub *hub, const struct cpe_place *place,
    const struct reach_key *key, struct reach_listener **ret, struct error *err)
{
	struct reach_listener *listener = calloc(1, sizeof(*listener));
	int r;

	if (!listener)
		return error_set(err, -ENOMEM, "no memory for a listener");
	listener->hub = hub;
	listener->key = *key;
	r = map_put(&hub->listeners, key_bytes(&listener->key), listener);
	if (r < 0)
		(void)error_set(err, r, "no memory for a listener");
	else
		r = listen_on(listener, place, &key->address, err);
	if (r < 0) {
		(void)map_remove(&hub->listeners, key_bytes(&listener->key));
		free(listener);
		return r;
	}
	*ret = listener;
	return 0;
}

static void remove_listener(struct reach_listener *listener)
{
	http_listener_close(listener->listener);
	(void)map_remove(&listener->hub->listeners, key_bytes(&listener->key));
	map_free(&listener->doors);
	free(listener);
}

/* ---- doors -------------------------------------------------------------------------- */

static int enter(struct reach_listener *listener, struct reach_door *door,
    struct error *err)
{
	if (map_put(&listener->doors, str_of(door->path), door) < 0) {
		if (listener->doors.len == 0)
			remove_listener(listener);
		return error_set(err, -ENOMEM, "no memory for a listener");
	}
	door->listener = listener;
	door->port = listener->port;
	return 0;
}

int reach_door_open(struct reach_hub *hub, struct reach_door *door,
    const struct cpe_place *place, const struct reach_address *address,
    const char *path, void *user, struct error *err)
{
	struct reach_listener *listener;
	struct reach_key key;
	int r = make_key(place, address, &key, err);

	if (r < 0) {
		reach_door_close(door);
		return r;
	}
	listener = map_get(&hub->listeners, key_bytes(&key));
	if (door->listener && door->listener == listener)
		return 0;
	reach_door_close(door);
	listener = map_get(&hub->listeners, key_bytes(&key));
	r = start_server(hub, err);
	if (r == 0 && !listener)
		r = add_listener(hub, place, &key, &listener, err);
	if (r < 0)
		return r;
	door->path = path;
	door->user = user;
	return enter(listener, door, err);
}

void reach_door_close(struct reach_door *door)
{
	struct reach_listener *listener = door->listener;

	if (!listener)
		return;
	door->listener = NULL;
	door->port = 0;
	(void)map_remove(&listener->doors, str_of(door->path));
	if (listener->doors.len == 0)
		remove_listener(listener);
}
