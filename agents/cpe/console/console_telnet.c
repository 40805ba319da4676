/* Where the consoles of a fleet can be reached by Telnet. */
#include "agents/cpe/console/console_internal.h"

#include "lib/base/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/* All addresses of a namespace are a CPE's own where it leases one, or is a switch, whose address may be
 * typed; where others share the namespace, one is. */
static uint32_t address_of(const struct cpe *cpe)
{
	const struct cpe_place *place = cpe->place;

	if (place->address && !cpe->fleet->config->dhcp && !cpe->is_switch)
		return place->address;
	return place->netns >= 0 ? INADDR_ANY : INADDR_LOOPBACK;
}

/* A socket that is bound there. */
static int bind_at(const struct cpe_place *place, uint32_t address, uint64_t port,
    struct error *err)
{
	const struct sockaddr_in at = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(address),
		.sin_port = htons((uint16_t)port),
	};
	int one = 1, r = 0;
	int fd = cpe_place_make_socket(place, AF_INET, SOCK_STREAM, 0, err);

	if (fd < 0)
		return fd;
	/* Connections of an agent that was killed would keep the port for a minute. */
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (const struct sockaddr *)&at, sizeof(at)) < 0)
		r = -errno;
	if (r == 0)
		return fd;
	(void)close(fd);
	return error_set(err, r, "%s", error_name(r));
}

static const char *advice_for(int r)
{
	if (r == -EADDRINUSE)
		return "; CPEs that share a network want an address each";
	if (r == -EACCES)
		return "; ports below 1024 are root's: set \"port\"";
	return "";
}

static clock_ns booted(void *user)
{
	const struct console *console = user;
	const struct cpe *cpe = console->cpe;

	return cpe->state == CPE_OFF ? INT64_MAX : cpe->booted_at;
}

static void typed(void *user, unsigned number, const char *peer, struct str text)
{
	char where[TELNET_PEER_MAX + 24];

	(void)snprintf(where, sizeof(where), "vty%u-IPAddr=%s", number, peer);
	console_log_line(user, where, text);
}

static int listen_at(struct console *console, uv_loop_t *loop, struct error *err)
{
	const struct cpe *cpe = console->cpe;
	const struct cpe_config *config = cpe->fleet->config;
	const struct telnet_terms terms = {
		.device = &console->device,
		.gate = config->console.gate,
		.name = cpe->name,
		.idle = config->console.idle,
		.booted = booted,
		.typed = typed,
		.user = console,
	};
	uint32_t address = address_of(cpe);
	char text[IPV4_TEXT_MAX];
	struct error why = ERROR_NULL;
	int fd, r = telnet_server_open(&console->telnet, loop, &terms);

	if (r < 0)
		return error_set(err, r, "no memory for a console");
	fd = bind_at(cpe->place, address, config->console.port, &why);
	r = fd < 0 ? fd : telnet_server_listen(console->telnet, fd, &why);
	return r < 0 ? error_set(err, r,
			   "the console of %s cannot be reached at %s, port %d: %s%s",
			   cpe->name, ipv4_text(address, text),
			   (int)config->console.port, why.text, advice_for(r))
		     : 0;
}

int consoles_listen(struct consoles *consoles, uv_loop_t *loop, struct error *err)
{
	const struct cpe_fleet *fleet = consoles->fleet;
	int r = 0;

	if (!consoles->items || !fleet->config->console.telnet)
		return 0;
	for (size_t i = 0; r == 0 && i < fleet->n_cpes; i++)
		r = listen_at(&consoles->items[i], loop, err);
	return r;
}

void consoles_unlisten(struct consoles *consoles)
{
	for (size_t i = 0; consoles->items && i < consoles->fleet->n_cpes; i++) {
		telnet_server_close(consoles->items[i].telnet);
		consoles->items[i].telnet = NULL;
	}
}
