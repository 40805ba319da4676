#include "agents/cpe/dhcp6/lessee6.h"

#include "agents/cpe/dhcp6/dhcp6_io.h"
#include "agents/cpe/dhcp6/ears.h"
#include "agents/cpe/place/ifaddr.h"
#include "lib/base/cleanup.h"
#include "lib/base/compiler.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FAREWELL_MS        100 /* for a Reply to the last Release */
#define CONFIGURE_WAIT_MIN (1 * NS_PER_S)
#define CONFIGURE_WAIT_MAX (64 * NS_PER_S)
#define NEWS_WAIT          (1 * NS_PER_S) /* between two that are told */

struct lessee6 {
	struct dhcp6_client client;
	struct net6 net;
	struct net6_sight sight; /* as it was told last */
	struct place_net6 names;
	uint8_t sender[PLACE_ADDRESS6]; /* of the message at hand */
	uint8_t server[PLACE_ADDRESS6]; /* that the last lease came from */
	/* When the lease, which the machine did not let be put on the interface, is tried
	 * again; INT64_MAX: it stands there, or there is none. */
	clock_ns configure_at, configure_wait;
	clock_ns solicit_at; /* the next question for routers; INT64_MAX: none */
	clock_ns look_at, wait_until;
	clock_ns quiet_until; /* when the next news may be told */
	unsigned n_solicits;
	bool is_on, is_told;
	bool is_news; /* a server has told something new that is not told yet */
	struct ears ears;
	struct cpe_place *place;
	struct rng *rng;
	const struct lessee6_handlers *handlers;
	void *user;
	bool is_closing;
	uv_timer_t farewell; /* of one that closes and waits for a last answer */
	bool has_farewell;   /* the loop holds it */
	void (*done)(void *user);
};

static void fail(struct lessee6 *lessee, const struct error *err)
{
	if (!lessee->is_closing)
		lessee->handlers->failed(lessee->user, err->text);
}

/* Frees a closed lessee once the loop holds nothing of it. */
static void release(void *user)
{
	struct lessee6 *lessee = user;
	void (*done)(void *user) = lessee->done;

	if (!lessee->is_closing || lessee->has_farewell || lessee->ears.n_polls > 0)
		return;
	user = lessee->user;
	dhcp6_client_free(&lessee->client);
	free(lessee);
	if (done)
		done(user);
}

/* Whether it is open now. */
static bool open_ear(struct lessee6 *lessee, enum ear ear)
{
	struct error err = ERROR_NULL;

	if (ears_open(&lessee->ears, ear, lessee->place, &err) == 0)
		return true;
	fail(lessee, &err);
	return false;
}

/* ---- what the client wants done ------------------------------------------------------ */

static void send_message(struct lessee6 *lessee, const struct dhcp6_builder *message)
{
	struct error err = ERROR_NULL;

	if (open_ear(lessee, EAR_SERVER) &&
	    dhcp6_io_send(lessee->place, lessee->ears.fds[EAR_SERVER], message, &err) <
		0)
		fail(lessee, &err); /* as if the network had lost it */
}

static void configure(struct lessee6 *lessee, bool is_renewal)
{
	const struct dhcp6_lease *lease = &lessee->client.lease;
	struct error err = ERROR_NULL;

	lessee->net.is_trying |= !is_renewal;
	if (place6_set(lessee->place, lease->address, lease->preferred_s,
		lease->valid_s, &err) == 0) {
		lessee->configure_at = INT64_MAX;
		lessee->configure_wait = 0;
		return;
	}
	lessee->configure_wait =
	    lessee->configure_wait ? MIN(2 * lessee->configure_wait, CONFIGURE_WAIT_MAX)
				   : CONFIGURE_WAIT_MIN;
	lessee->configure_at = clock_monotonic() + lessee->configure_wait;
	fail(lessee, &err);
}

static void take_off(struct lessee6 *lessee, const uint8_t *address)
{
	struct error err = ERROR_NULL;

	lessee->configure_at = INT64_MAX;
	lessee->configure_wait = 0;
	lessee->net.is_trying = false;
	if (!lessee->is_closing && place6_clear(lessee->place, address, &err) < 0)
		fail(lessee, &err);
}

static void tell_refusal(struct lessee6 *lessee, const char *what,
    const struct dhcp6_client_action *action)
{
	if (!lessee->is_closing)
		lessee->handlers->refused(lessee->user, what, action->address,
		    action->why);
}

static void lose(struct lessee6 *lessee, const char *why)
{
	uint8_t address[PLACE_ADDRESS6];

	if (!lessee->is_told)
		return;
	memcpy(address, lessee->place->address6, sizeof(address));
	lessee->is_told = false;
	lessee->place->has_address6 = false;
	if (!lessee->is_closing)
		lessee->handlers->lost(lessee->user, address, why);
}

static void note_server(struct lessee6 *lessee,
    const struct dhcp6_client_action *action)
{
	memcpy(lessee->server, lessee->sender, sizeof(lessee->server));
	lessee->is_news |= action->is_changed;
}

static void act(struct lessee6 *lessee, const struct dhcp6_client_action *action,
    const struct dhcp6_builder *message)
{
	switch (action->what) {
	case DHCP6_CLIENT_SEND:
		send_message(lessee, message);
		break;
	case DHCP6_CLIENT_CONFIGURE:
	case DHCP6_CLIENT_TOLD:
		note_server(lessee, action);
		if (action->what == DHCP6_CLIENT_CONFIGURE)
			configure(lessee, action->is_renewal);
		break;
	case DHCP6_CLIENT_LOST:
		take_off(lessee, action->address);
		if (memcmp(action->address, lessee->place->address6, PLACE_ADDRESS6) ==
		    0)
			lose(lessee, action->why);
		break;
	case DHCP6_CLIENT_REFUSED:
		tell_refusal(lessee, "nak", action);
		break;
	case DHCP6_CLIENT_DECLINED:
		tell_refusal(lessee, "declined", action);
		take_off(lessee, action->address);
		break;
	case DHCP6_CLIENT_IGNORED:
		tell_refusal(lessee, "offer-ignored", action);
		break;
	}
}

static void step(struct lessee6 *lessee, enum dhcp6_client_event event,
    const struct dhcp6_packet *packet)
{
	struct dhcp6_client_actions actions;

	dhcp6_client_step(&lessee->client, event, packet, clock_monotonic(),
	    lessee->rng, &actions);
	for (size_t i = 0; i < actions.len; i++)
		act(lessee, &actions.items[i], &actions.message);
	/* Who has given a lease back is answered, too: see stop(). */
	if (!dhcp6_io_is_needed(&lessee->client) &&
	    lessee->client.state != DHCP6_CLIENT_STOPPED)
		ears_close(&lessee->ears, EAR_SERVER);
}

/* ---- what is there ------------------------------------------------------------------- */

static void start_client(struct lessee6 *lessee)
{
	if (lessee->net.mode == NET6_OTHER)
		step(lessee, DHCP6_CLIENT_ASK, NULL);
	if (lessee->net.mode != NET6_MANAGED)
		return;
	/* It has asked for the rest alone, and a router has addresses given now. */
	if (lessee->client.state != DHCP6_CLIENT_STOPPED &&
	    !lessee->client.wants_address)
		step(lessee, DHCP6_CLIENT_STOP, NULL);
	step(lessee, DHCP6_CLIENT_START, NULL);
}

static bool is_as_told(const struct lessee6 *lessee, const struct net6_sight *sight,
    const struct place_net6 *names)
{
	return memcmp(lessee->place->address6, sight->address, PLACE_ADDRESS6) == 0 &&
	       lessee->sight.origin == sight->origin &&
	       memcmp(&lessee->names, names, sizeof(*names)) == 0;
}

/* Routers may change their minds at will; each news costs a line and a session. */
static void tell(struct lessee6 *lessee, const struct net6_sight *sight, clock_ns now)
{
	struct place_net6 names;
	bool was_told = lessee->is_told;

	net6_names(&lessee->net, &lessee->client.lease, &names);
	if (was_told && !lessee->is_news && is_as_told(lessee, sight, &names))
		return;
	if (now < lessee->quiet_until) {
		lessee->look_at = MIN(lessee->look_at, lessee->quiet_until);
		return;
	}
	lessee->quiet_until = now + NEWS_WAIT;
	lessee->names = names;
	lessee->sight = *sight;
	lessee->is_news = false;
	memcpy(lessee->place->address6, sight->address, PLACE_ADDRESS6);
	lessee->place->has_address6 = lessee->is_told = true;
	lessee->handlers->leased(lessee->user, was_told);
}

/* A link that was down has lost its addresses. */
static void mend(struct lessee6 *lessee, const struct net6_sight *sight)
{
	if (!sight->is_linked || sight->origin == NET6_DHCP)
		lessee->net.is_trying = false;
	if (sight->is_missing && sight->is_linked && !sight->is_conflict &&
	    lessee->configure_at == INT64_MAX)
		configure(lessee, false);
}

static void look(struct lessee6 *lessee)
{
	struct place6_address addresses[PLACE6_ADDRESSES_MAX];
	clock_ns now = clock_monotonic();
	struct net6_sight sight;
	size_t n;

	if (!lessee->is_on)
		return;
	n = place6_addresses(lessee->place, addresses);
	sight = net6_look(&lessee->net, &lessee->client, addresses, n, now);
	lessee->look_at = sight.due;
	if (sight.is_linked && lessee->net.mode == NET6_UNKNOWN &&
	    lessee->n_solicits == 0)
		lessee->solicit_at = now;
	if (sight.is_linked)
		start_client(lessee);
	mend(lessee, &sight);
	if (sight.is_conflict)
		step(lessee, DHCP6_CLIENT_CONFLICT, NULL);
	if (sight.is_ready && !sight.is_conflict)
		tell(lessee, &sight, now);
	else if (!sight.is_missing)
		lose(lessee, "the address is gone");
}

static void hear_routers(struct lessee6 *lessee)
{
	struct router_advert advert;
	uint8_t from[PLACE_ADDRESS6];
	int fd = lessee->ears.fds[EAR_ROUTER], i = 0;

	while (i++ < EAR_READS_MAX && dhcp6_io_hear_router(fd, &advert, from) > 0) {
		net6_hear(&lessee->net, &advert, from, clock_monotonic());
		lessee->solicit_at = INT64_MAX;
	}
	look(lessee);
}

static void hear_kernel(struct lessee6 *lessee)
{
	ears_drain(&lessee->ears, EAR_ADDRESSES);
	look(lessee);
}

/* ---- the end ------------------------------------------------------------------------- */

static void on_farewell_closed(uv_handle_t *handle)
{
	struct lessee6 *lessee = handle->data;

	lessee->has_farewell = false;
	release(lessee);
}

/* The Release has its answer, or gets none. */
static void end_farewell(struct lessee6 *lessee)
{
	ears_close(&lessee->ears, EAR_SERVER);
	if (lessee->has_farewell && !uv_is_closing((uv_handle_t *)&lessee->farewell))
		uv_close((uv_handle_t *)&lessee->farewell, on_farewell_closed);
}

static void on_farewell(uv_timer_t *timer)
{
	end_farewell(timer->data);
}

static void begin_farewell(struct lessee6 *lessee)
{
	(void)uv_timer_init(lessee->ears.loop, &lessee->farewell);
	lessee->farewell.data = lessee;
	lessee->has_farewell = true;
	(void)uv_timer_start(&lessee->farewell, on_farewell, FAREWELL_MS, 0);
}

/* ---- what is heard ------------------------------------------------------------------- */

/* A step may close the socket; then there is nothing to read any more. */
static void hear_servers(struct lessee6 *lessee)
{
	uint8_t bytes[DHCP6_IO_MESSAGE_MAX];
	struct dhcp6_packet packet;
	int i = 0;

	while (i++ < EAR_READS_MAX && lessee->ears.fds[EAR_SERVER] >= 0 &&
	       dhcp6_io_receive(lessee->ears.fds[EAR_SERVER], bytes, &packet,
		   lessee->sender) > 0)
		step(lessee, DHCP6_CLIENT_PACKET, &packet);
	if (lessee->client.state == DHCP6_CLIENT_STOPPED)
		end_farewell(lessee);
	look(lessee);
}

static void on_readable(void *user, enum ear ear)
{
	struct lessee6 *lessee = user;

	if (ear == EAR_ROUTER)
		hear_routers(lessee);
	else if (ear == EAR_ADDRESSES)
		hear_kernel(lessee);
	else
		hear_servers(lessee);
	if (!lessee->is_closing)
		lessee->handlers->stepped(lessee->user);
}

/* ---- time ---------------------------------------------------------------------------- */

static void ask_routers(struct lessee6 *lessee, clock_ns now)
{
	struct error err = ERROR_NULL;

	if (lessee->n_solicits == NET6_SOLICITS) {
		lessee->solicit_at = INT64_MAX;
		net6_hear_nobody(&lessee->net, now);
		return;
	}
	lessee->n_solicits++;
	lessee->solicit_at = now + NET6_SOLICIT_WAIT;
	if (lessee->ears.fds[EAR_ROUTER] >= 0 &&
	    dhcp6_io_solicit_router(lessee->place, lessee->ears.fds[EAR_ROUTER],
		lessee->client.config.mac, &err) < 0)
		fail(lessee, &err);
}

clock_ns lessee6_due(const struct lessee6 *lessee)
{
	clock_ns own = MIN(lessee->configure_at, lessee->solicit_at);

	own = MIN(own, lessee->look_at);
	own = MIN(own, lessee->wait_until);
	return MIN(own, lessee->client.timer_at);
}

void lessee6_wait(struct lessee6 *lessee, clock_ns until)
{
	lessee->wait_until = until;
}

void lessee6_timer(struct lessee6 *lessee)
{
	clock_ns now = clock_monotonic();

	if (now >= lessee->configure_at)
		configure(lessee, false);
	if (now >= lessee->solicit_at)
		ask_routers(lessee, now);
	if (now >= lessee->client.timer_at)
		step(lessee, DHCP6_CLIENT_TIMER, NULL);
	look(lessee);
	if (now >= lessee->wait_until) {
		lessee->wait_until = INT64_MAX;
		lessee->handlers->waited(lessee->user);
	}
	lessee->handlers->stepped(lessee->user);
}

/* ---- life ---------------------------------------------------------------------------- */

int lessee6_new(struct lessee6 **ret, uv_loop_t *loop, struct cpe_place *place,
    const struct dhcp6_client_config *config, struct rng *rng,
    const struct lessee6_handlers *handlers, void *user, struct error *err)
{
	struct lessee6 *lessee = calloc(1, sizeof(*lessee));
	int r;

	if (!lessee)
		return error_set(err, -ENOMEM, "no memory for a DHCPv6 client");
	r = ifaddr_up(place, err);
	if (r < 0) {
		free(lessee);
		return r;
	}
	ears_init(&lessee->ears, loop, on_readable, release, lessee);
	lessee->place = place;
	lessee->rng = rng;
	lessee->handlers = handlers;
	lessee->user = user;
	lessee->configure_at = lessee->solicit_at = INT64_MAX;
	lessee->look_at = lessee->wait_until = INT64_MAX;
	dhcp6_client_init(&lessee->client, config);
	place->net6 = &lessee->names;
	*ret = lessee;
	return 0;
}

void lessee6_start(struct lessee6 *lessee)
{
	if (lessee->is_on)
		return;
	lessee->is_on = true;
	lessee->net = (struct net6){ .mode = NET6_UNKNOWN };
	lessee->n_solicits = 0;
	(void)open_ear(lessee, EAR_ROUTER);
	(void)open_ear(lessee, EAR_ADDRESSES);
	look(lessee);
	lessee->handlers->stepped(lessee->user);
}

/* A lease that is given back has an answer, for which the ear stays open: the kernel would tell
 * the server that nobody is there. */
static void stop(struct lessee6 *lessee)
{
	bool is_leased;

	if (!lessee->is_on)
		return;
	lessee->is_on = false;
	lessee->solicit_at = lessee->look_at = lessee->wait_until = INT64_MAX;
	is_leased = lessee->client.lease.has_address;
	step(lessee, DHCP6_CLIENT_STOP, NULL);
	lose(lessee, "stopped");
	ears_close(&lessee->ears, EAR_ROUTER);
	ears_close(&lessee->ears, EAR_ADDRESSES);
	if (!is_leased)
		ears_close(&lessee->ears, EAR_SERVER);
}

void lessee6_stop(struct lessee6 *lessee)
{
	stop(lessee);
	lessee->handlers->stepped(lessee->user);
}

void lessee6_renew(struct lessee6 *lessee)
{
	step(lessee, DHCP6_CLIENT_RENEW, NULL);
	lessee->handlers->stepped(lessee->user);
}

struct lessee6_view lessee6_view(const struct lessee6 *lessee)
{
	bool is_leased = lessee->client.lease.server_len > 0;

	return (struct lessee6_view){ .origin = lessee->sight.origin,
		.prefix = lessee->sight.prefix,
		.from = is_leased ? lessee->server : lessee->net.router,
		.lease = &lessee->client.lease };
}

void lessee6_close(struct lessee6 *lessee, void (*done)(void *user))
{
	lessee->is_closing = true;
	lessee->done = done;
	stop(lessee);
	lessee->place->net6 = NULL;
	if (lessee->ears.fds[EAR_SERVER] >= 0)
		begin_farewell(lessee);
	release(lessee);
}
