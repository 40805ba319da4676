#include "agents/cpe/reach/light_sender.h"

#include "lib/base/cleanup.h"
#include "lib/base/text.h"
#include "lib/program/log.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

struct light_sender {
	struct light_sender **slot;
	struct resolver *resolver;
	const struct cpe_place *place;
	uint32_t from;
	uint16_t port;
	char *bytes; /* owned */
	size_t len;
};

static int send_to(const struct cpe_place *place, uint32_t from, uint32_t address,
    uint16_t port, struct str bytes, struct error *err)
{
	const struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(address),
		.sin_port = htons(port) };
	auto_fd fd = cpe_place_socket(place, SOCK_DGRAM, from, err);

	if (fd < 0)
		return fd;
	if (sendto(fd, bytes.p, bytes.len, MSG_DONTWAIT, (const struct sockaddr *)&to,
		sizeof(to)) < 0)
		return error_set(err, -errno, "%s", strerror(errno));
	return 0;
}

static void sender_free(struct light_sender *sender)
{
	free(sender->bytes);
	free(sender);
}

static void on_resolved(void *user, const struct resolver_answer *answer)
{
	struct light_sender *sender = user;
	struct error err = ERROR_NULL;

	*sender->slot = NULL;
	if (answer->len == 0)
		log_info("lightweight notification: %s", answer->why);
	else if (send_to(sender->place, sender->from, answer->addresses[0],
		     sender->port, str_make(sender->bytes, sender->len), &err) < 0)
		log_info("lightweight notification: %s", err.text);
	sender_free(sender);
}

int light_send(struct light_sender **ret, uv_loop_t *loop,
    const struct cpe_place *place, uint32_t from, const struct resolver_query *query,
    uint16_t port, struct str bytes, struct error *err)
{
	struct light_sender *sender;
	uint32_t address;
	int r;

	if (ipv4_parse(str_of(query->name), &address) == 0)
		return send_to(place, from, address, port, bytes, err);
	sender = calloc(1, sizeof(*sender));
	if (!sender)
		return error_set(err, -ENOMEM, "no memory");
	sender->slot = ret;
	sender->place = place;
	sender->from = from;
	sender->port = port;
	sender->bytes = str_dup(bytes);
	sender->len = bytes.len;
	*ret = sender;
	r = sender->bytes
		? resolver_ask(&sender->resolver, loop, query, on_resolved, sender, err)
		: error_set(err, -ENOMEM, "no memory");
	if (r < 0) {
		*ret = NULL;
		sender_free(sender);
	}
	return r;
}

void light_cancel(struct light_sender *sender)
{
	if (!sender)
		return;
	resolver_cancel(sender->resolver);
	sender_free(sender);
}
