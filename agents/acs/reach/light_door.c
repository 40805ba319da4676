#include "agents/acs/reach/light_door.h"

#include "agents/acs/reach/light_copies.h"
#include "agents/common/digest.h"
#include "lib/base/cleanup.h"
#include "lib/base/cut.h"
#include "lib/base/rng.h"
#include "lib/base/text.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

struct light_door {
	struct light_door_config config;
	struct xml_reader *reader;
	struct light_copies copies;
	uv_poll_t poll;
	int fd;
};

bool light_is_refused(const struct lightweight *notification, struct str username,
    struct str password, char why[LIGHT_WHY_MAX])
{
	if (!username.p)
		return false;
	if (!str_eq(notification->un, username))
		(void)cut_print(why, LIGHT_WHY_MAX,
		    "its username is \"%.*s\", not \"%.*s\"", STR_ARG(notification->un),
		    STR_ARG(username));
	else if (notification->signature.len == 0)
		(void)cut_print(why, LIGHT_WHY_MAX, "it is not signed");
	else if (!lightweight_is_signed(notification, password, digest_hmac_sha1))
		(void)cut_print(why, LIGHT_WHY_MAX,
		    "its signature is not of this password");
	else
		return false;
	return true;
}

static void take(struct light_door *door, struct str bytes, const char *peer)
{
	const struct light_door_config *config = &door->config;
	auto_arena arena = ARENA_NULL;
	struct error err = ERROR_NULL;
	struct lightweight notification;
	char why[LIGHT_WHY_MAX];
	struct light_news news = { .peer = peer, .why = why };

	if (lightweight_read(&notification, door->reader, bytes, &arena, &err) < 0) {
		(void)cut_print(why, sizeof(why), "%s", err.text);
	} else {
		news.notification = &notification;
		if (!light_is_refused(&notification, str_of(config->username),
			str_of(config->password), why))
			news.why = NULL;
	}
	/* What is not of the CPE must not have its own taken for a copy. */
	if (!news.why)
		news.is_copy = light_copies_note(&door->copies, &notification);
	config->heard(config->user, &news);
}

static void on_datagram(uv_poll_t *poll, int status, int events)
{
	struct light_door *door = poll->data;

	(void)status;
	(void)events;
	for (int i = 0; i < LIGHT_DATAGRAMS_IN_A_ROW; i++) {
		struct sockaddr_in from;
		socklen_t len = sizeof(from);
		char bytes[LIGHTWEIGHT_MAX + 1], peer[IPV4_TEXT_MAX];
		ssize_t n = recvfrom(door->fd, bytes, sizeof(bytes), MSG_DONTWAIT,
		    (struct sockaddr *)&from, &len);

		if (n < 0)
			return;
		take(door, str_make(bytes, (size_t)n),
		    ipv4_text(ntohl(from.sin_addr.s_addr), peer));
	}
}

static int bind_to(const struct light_door_config *config, struct error *err)
{
	const struct sockaddr_in name = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(config->address),
		.sin_port = htons(config->port) };
	auto_fd fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	char text[IPV4_TEXT_MAX];

	if (fd < 0)
		return error_set(err, -errno, "socket: %s", strerror(errno));
	if (bind(fd, (const struct sockaddr *)&name, sizeof(name)) < 0)
		return error_set(err, -errno, "lightweight notifications on %s:%u: %s",
		    ipv4_text(config->address, text), config->port, strerror(errno));
	return steal_fd(&fd);
}

static void door_free(struct light_door *door)
{
	xml_reader_free(door->reader);
	if (door->fd >= 0)
		(void)close(door->fd);
	free(door);
}

int light_door_open(struct light_door **ret, const struct light_door_config *config,
    struct error *err)
{
	struct light_door *door = calloc(1, sizeof(*door));
	int r;

	if (!door)
		return error_set(err, -ENOMEM, "no memory");
	door->config = *config;
	door->copies.seed = rng_fresh_seed();
	door->reader = xml_reader_new();
	door->fd =
	    door->reader ? bind_to(config, err) : error_set(err, -ENOMEM, "no memory");
	r = door->fd < 0 ? door->fd : uv_poll_init(config->loop, &door->poll, door->fd);
	if (r < 0) {
		if (door->fd >= 0)
			(void)error_set(err, r, "lightweight notifications: %s",
			    uv_strerror(r));
		door_free(door);
		return r;
	}
	door->poll.data = door;
	(void)uv_poll_start(&door->poll, UV_READABLE, on_datagram);
	*ret = door;
	return 0;
}

static void on_closed(uv_handle_t *handle)
{
	door_free(handle->data);
}

void light_door_close(struct light_door *door)
{
	if (door)
		uv_close((uv_handle_t *)&door->poll, on_closed);
}
