#include "agents/cpe/dhcp/lessee.h"

#include "agents/cpe/dhcp/dhcp_io.h"
#include "agents/cpe/place/ifaddr.h"
#include "lib/base/cleanup.h"

#include <errno.h>

#define CONFIGURE_WAIT_MIN (1 * NS_PER_S)
#define CONFIGURE_WAIT_MAX (64 * NS_PER_S)

struct lessee {
	struct dhcp_client client;
	/* When the lease, which the machine did not let be put on the interface, is tried
	 * again; INT64_MAX: it stands there, or there is none. */
	clock_ns configure_at, configure_wait;
	struct dhcp_io io;
	uv_loop_t *loop;
	struct cpe_place *place;
	struct rng *rng;
	const struct lessee_handlers *handlers;
	void *user;
	uv_poll_t *poll;  /* owned; null: nothing is polled */
	unsigned n_polls; /* that the loop holds, those it closes included */
	bool is_closing;
	void (*done)(void *user);
};

/* ---- closing packet sockets aside ---------------------------------------------------- */

struct closing {
	uv_work_t work;
	int fd;
};

static void do_close(uv_work_t *work)
{
	(void)close(container_of(work, struct closing, work)->fd);
}

static void on_close_done(uv_work_t *work, int status)
{
	(void)status;
	free(container_of(work, struct closing, work));
}

/* In a thread: hundreds of CPEs that boot at once would wait for one another. */
static void close_aside(void *user, int fd)
{
	struct lessee *lessee = user;
	struct closing *closing = calloc(1, sizeof(*closing));

	if (closing) {
		closing->fd = fd;
		if (uv_queue_work(lessee->loop, &closing->work, do_close,
			on_close_done) == 0)
			return;
		free(closing);
	}
	(void)close(fd);
}

/* ---- polling ------------------------------------------------------------------------ */

/* Frees a closed lessee once the loop holds nothing of it. */
static void release(struct lessee *lessee)
{
	void (*done)(void *user) = lessee->done;
	void *user = lessee->user;

	if (!lessee->is_closing || lessee->n_polls > 0)
		return;
	dhcp_client_free(&lessee->client);
	free(lessee);
	if (done)
		done(user);
}

static void on_poll_closed(uv_handle_t *handle)
{
	struct lessee *lessee = handle->data;

	free(handle);
	lessee->n_polls--;
	release(lessee);
}

static void stop_polling(struct lessee *lessee)
{
	if (lessee->poll)
		uv_close((uv_handle_t *)steal_ptr(&lessee->poll), on_poll_closed);
}

static void step(struct lessee *lessee, enum dhcp_client_event event,
    const struct dhcp_packet *packet);

static void on_readable(uv_poll_t *poll, int status, int events)
{
	struct lessee *lessee = poll->data;
	enum dhcp_client_event event;
	struct dhcp_packet packet;

	(void)events;
	/* libuv stops at an error, which is what a link that went down looks like. */
	if (status < 0)
		(void)uv_poll_start(poll, UV_READABLE, on_readable);
	/* A step may close the socket; then there is nothing to read any more. */
	while (
	    lessee->poll == poll && dhcp_io_receive(&lessee->io, &event, &packet) > 0)
		step(lessee, event, &packet);
}

static void start_polling(struct lessee *lessee)
{
	uv_poll_t *poll;

	if (lessee->io.fd < 0 || lessee->poll)
		return;
	poll = calloc(1, sizeof(*poll));
	if (!poll || uv_poll_init(lessee->loop, poll, lessee->io.fd) < 0) {
		free(poll); /* the client's timer tries again */
		return;
	}
	poll->data = lessee;
	lessee->poll = poll;
	lessee->n_polls++;
	(void)uv_poll_start(poll, UV_READABLE, on_readable);
}

/* ---- what the client wants done ----------------------------------------------------- */

static void configure(struct lessee *lessee)
{
	const struct dhcp_lease *lease = &lessee->client.lease;
	bool is_renewal = lessee->place->address != 0;
	struct error err = ERROR_NULL;

	if (ifaddr_set(lessee->place, lease->address, lease->prefix, lease->router,
		&err) < 0) {
		lessee->configure_wait =
		    lessee->configure_wait
			? MIN(2 * lessee->configure_wait, CONFIGURE_WAIT_MAX)
			: CONFIGURE_WAIT_MIN;
		lessee->configure_at = clock_monotonic() + lessee->configure_wait;
		lessee->handlers->failed(lessee->user, err.text);
		return;
	}
	lessee->configure_at = INT64_MAX;
	lessee->configure_wait = 0;
	lessee->place->address = lease->address;
	lessee->handlers->leased(lessee->user, is_renewal);
}

static void lose(struct lessee *lessee, const struct dhcp_client_action *action)
{
	bool was_told = lessee->place->address != 0;
	struct error err = ERROR_NULL;

	lessee->configure_at = INT64_MAX;
	lessee->configure_wait = 0;
	lessee->place->address = 0;
	if (lessee->is_closing && lessee->place->netns >= 0)
		return; /* the address goes with the namespace */
	if (was_told)
		lessee->handlers->lost(lessee->user, action->address, action->why);
	if (ifaddr_clear(lessee->place, &err) < 0)
		lessee->handlers->failed(lessee->user, err.text);
}

static void act(struct lessee *lessee, const struct dhcp_client_action *action)
{
	switch (action->what) {
	case DHCP_CLIENT_CONFIGURE:
		if (!action->is_renewal || action->is_changed)
			configure(lessee);
		break;
	case DHCP_CLIENT_LOST:
		lose(lessee, action);
		break;
	case DHCP_CLIENT_NAKED:
		lessee->handlers->refused(lessee->user, "nak", action->address,
		    action->why);
		break;
	case DHCP_CLIENT_DECLINED:
		lessee->handlers->refused(lessee->user, "declined", action->address,
		    action->why);
		break;
	case DHCP_CLIENT_IGNORED:
		lessee->handlers->refused(lessee->user, "offer-ignored",
		    action->address, action->why);
		break;
	case DHCP_CLIENT_BROADCAST:
	case DHCP_CLIENT_UNICAST:
	case DHCP_CLIENT_PROBE:
		break;
	}
}

static void step(struct lessee *lessee, enum dhcp_client_event event,
    const struct dhcp_packet *packet)
{
	struct dhcp_client_actions actions;
	struct error err = ERROR_NULL;
	int fd = lessee->io.fd;

	dhcp_client_step(&lessee->client, event, packet, clock_monotonic(), lessee->rng,
	    &actions);
	if (dhcp_io_will_close(&lessee->io, &lessee->client))
		stop_polling(lessee);
	if (dhcp_io_apply(&lessee->io, &lessee->client, &actions, &err) < 0)
		lessee->handlers->failed(lessee->user, err.text);
	if (lessee->io.fd != fd)
		stop_polling(lessee);
	start_polling(lessee);
	for (size_t i = 0; i < actions.len; i++)
		act(lessee, &actions.items[i]);
	if (!lessee->is_closing)
		lessee->handlers->stepped(lessee->user);
}

/* ---- life --------------------------------------------------------------------------- */

int lessee_new(struct lessee **ret, uv_loop_t *loop, struct cpe_place *place,
    const uint8_t *mac, const struct dhcp_client_config *config, struct rng *rng,
    const struct lessee_handlers *handlers, void *user, struct error *err)
{
	auto_free struct lessee *lessee = calloc(1, sizeof(*lessee));
	int r;

	if (!lessee)
		return error_set(err, -ENOMEM, "no memory for a DHCP client");
	r = ifaddr_up(place, err);
	if (r == 0)
		r = dhcp_io_init(&lessee->io, place, mac, err);
	if (r < 0)
		return r;
	lessee->loop = loop;
	lessee->place = place;
	lessee->rng = rng;
	lessee->handlers = handlers;
	lessee->user = user;
	lessee->io.close_packet = close_aside;
	lessee->io.user = lessee;
	lessee->configure_at = INT64_MAX;
	dhcp_client_init(&lessee->client, config);
	memcpy(lessee->client.config.mac, lessee->io.mac, sizeof(lessee->io.mac));
	*ret = steal_ptr(&lessee);
	return 0;
}

void lessee_start(struct lessee *lessee)
{
	step(lessee, DHCP_CLIENT_START, NULL);
}

void lessee_stop(struct lessee *lessee)
{
	step(lessee, DHCP_CLIENT_STOP, NULL);
}

clock_ns lessee_due(const struct lessee *lessee)
{
	return MIN(lessee->client.timer_at, lessee->configure_at);
}

void lessee_timer(struct lessee *lessee)
{
	if (clock_monotonic() >= lessee->configure_at)
		configure(lessee);
	step(lessee, DHCP_CLIENT_TIMER, NULL);
}

const struct dhcp_lease *lessee_lease(const struct lessee *lessee)
{
	return &lessee->client.lease;
}

const uint8_t *lessee_mac(const struct lessee *lessee)
{
	return lessee->client.config.mac;
}

void lessee_close(struct lessee *lessee, void (*done)(void *user))
{
	lessee->is_closing = true;
	lessee->done = done;
	if (lessee->client.state != DHCP_CLIENT_STOPPED)
		step(lessee, DHCP_CLIENT_STOP, NULL);
	stop_polling(lessee);
	dhcp_io_close(&lessee->io);
	release(lessee);
}
