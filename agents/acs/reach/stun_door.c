#include "agents/acs/reach/stun_door.h"

#include "agents/common/digest.h"
#include "lib/base/cleanup.h"
#include "lib/base/cut.h"
#include "lib/base/text.h"
#include "lib/proto/udp_call.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>

enum {
	DATAGRAM_MAX = 2048,
	PORT_OF_HOST_ALONE = 80
};

struct stun_door {
	struct stun_door_config config;
	struct stun_server server;
	uv_poll_t poll;
	int fd;
	uint64_t last_ts, last_id; /* of UDP connection requests: they grow */
};

static struct sockaddr_in name_of(const struct stun_address *address)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(address->address),
		.sin_port = htons(address->port) };
}

/* ---- STUN --------------------------------------------------------------------------- */

static void answer(struct stun_door *door, struct str bytes,
    const struct sockaddr_in *from)
{
	const struct stun_address peer = { ntohl(from->sin_addr.s_addr),
		ntohs(from->sin_port), true };
	uint8_t out[STUN_MESSAGE_MAX];
	struct stun_address to;
	struct sockaddr_in name;
	bool is_call;
	int n = stun_server_answer(&door->server, bytes, &peer, out, &to, &is_call);

	if (n <= 0)
		return;
	name = name_of(&to);
	(void)sendto(door->fd, out, (size_t)n, MSG_DONTWAIT,
	    (const struct sockaddr *)&name, sizeof(name));
}

static void on_datagram(uv_poll_t *poll, int status, int events)
{
	struct stun_door *door = poll->data;

	(void)status;
	(void)events;
	for (int i = 0; i < STUN_DATAGRAMS_IN_A_ROW; i++) {
		struct sockaddr_in from;
		socklen_t len = sizeof(from);
		uint8_t bytes[DATAGRAM_MAX];
		ssize_t n = recvfrom(door->fd, bytes, sizeof(bytes), MSG_DONTWAIT,
		    (struct sockaddr *)&from, &len);

		if (n < 0)
			return;
		answer(door, str_make(bytes, (size_t)n), &from);
	}
}

/* ---- UDP connection requests -------------------------------------------------------- */

static int parse_address(struct str text, struct stun_address *ret)
{
	struct str port;
	struct str host = str_cut(text, ':', &port);
	uint64_t number = PORT_OF_HOST_ALONE;

	if (port.p && (str_to_u64(port, UINT16_MAX, &number) < 0 || number == 0))
		return ERR_MALFORMED;
	*ret = (struct stun_address){ .port = (uint16_t)number, .is_set = true };
	return ipv4_parse(host, &ret->address);
}

/* A CPE takes none whose ts is not greater than the last one's (TR-069 A6 G.2.2.3). */
static int write_call(struct stun_door *door, struct str address,
    const struct call_credentials *as, struct buf *out)
{
	clock_ns (*wall)(void) = door->config.wall ? door->config.wall : clock_wall;
	struct udp_call call = { .ts = (uint64_t)(wall() / NS_PER_S) };
	char cnonce[17];
	int r;

	call.ts = door->last_ts = MAX(call.ts, door->last_ts + 1);
	digest_random_hex(cnonce, 8);
	(void)snprintf(call.ts_text, sizeof(call.ts_text), "%" PRIu64, call.ts);
	(void)snprintf(call.id, sizeof(call.id), "%" PRIu64, ++door->last_id);
	(void)snprintf(call.un, sizeof(call.un), "%s", as->username);
	(void)snprintf(call.cn, sizeof(call.cn), "%s", cnonce);
	r = udp_call_sign(&call, str_of(as->password), digest_hmac_sha1, call.sig);
	if (r == 0)
		udp_call_write(out, &call, address);
	return r < 0 ? r : out->error;
}

static int send_copies(struct stun_door *door, const struct stun_address *to,
    struct str bytes)
{
	const struct sockaddr_in name = name_of(to);
	int n_sent = 0;

	for (int i = 0; i < STUN_CALL_COPIES; i++)
		n_sent += sendto(door->fd, bytes.p, bytes.len, MSG_DONTWAIT,
			      (const struct sockaddr *)&name, sizeof(name)) >= 0;
	return n_sent > 0 ? 0 : -errno;
}

enum call_outcome stun_door_call(struct stun_door *door, struct str address,
    const struct call_credentials *as, char detail[CALL_DETAIL_MAX])
{
	auto_buf bytes = BUF_NULL;
	struct stun_address to;
	int r;

	if (!as->username)
		return CALL_NO_CREDENTIALS;
	if (parse_address(address, &to) < 0) {
		(void)cut_print(detail, CALL_DETAIL_MAX, "\"%.*s\" is no address:port",
		    STR_ARG(address));
		return CALL_LOCAL;
	}
	r = write_call(door, address, as, &bytes);
	if (r == 0)
		r = send_copies(door, &to, buf_str(&bytes));
	if (r == 0)
		return CALL_CAME;
	(void)cut_print(detail, CALL_DETAIL_MAX, "%s", error_name(r));
	return r > -4096 ? call_outcome_of(-r) : CALL_LOCAL;
}

/* ---- life --------------------------------------------------------------------------- */

static int bind_to(const struct stun_address *at, struct error *err)
{
	const struct sockaddr_in name = name_of(at);
	auto_fd fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	char text[IPV4_TEXT_MAX];

	if (fd < 0)
		return error_set(err, -errno, "socket: %s", strerror(errno));
	if (bind(fd, (const struct sockaddr *)&name, sizeof(name)) < 0)
		return error_set(err, -errno, "STUN server on %s:%u: %s",
		    ipv4_text(at->address, text), at->port, strerror(errno));
	return steal_fd(&fd);
}

int stun_door_open(struct stun_door **ret, const struct stun_door_config *config,
    struct error *err)
{
	struct stun_door *door = calloc(1, sizeof(*door));
	int r;

	if (!door)
		return error_set(err, -ENOMEM, "no memory");
	door->config = *config;
	door->server = (struct stun_server){
		.username = str_of(config->username),
		.password = str_of(config->password),
		.self = { config->address, config->port, true },
		.hmac = digest_hmac_sha1,
	};
	door->fd = bind_to(&door->server.self, err);
	r = door->fd < 0 ? door->fd : uv_poll_init(config->loop, &door->poll, door->fd);
	if (r < 0) {
		if (door->fd >= 0) {
			(void)error_set(err, r, "STUN server: %s", uv_strerror(r));
			(void)close(door->fd);
		}
		free(door);
		return r;
	}
	door->poll.data = door;
	(void)uv_poll_start(&door->poll, UV_READABLE, on_datagram);
	*ret = door;
	return 0;
}

static void on_closed(uv_handle_t *handle)
{
	struct stun_door *door = handle->data;

	(void)close(door->fd);
	free(door);
}

void stun_door_close(struct stun_door *door)
{
	if (door)
		uv_close((uv_handle_t *)&door->poll, on_closed);
}
