/* The lease of a CPE: client, sockets and interface brought together. */
#include "agents/cpe/device/cpe_fleet.h"
#include "agents/cpe/dhcp/ifaddr.h"

#include "lib/base/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

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
	struct cpe *cpe = user;
	struct closing *closing = calloc(1, sizeof(*closing));

	if (closing) {
		closing->fd = fd;
		if (uv_queue_work(cpe->fleet->loop, &closing->work, do_close,
			on_close_done) == 0)
			return;
		free(closing);
	}
	(void)close(fd);
}

/* ---- polling ------------------------------------------------------------------------ */

static void on_poll_closed(uv_handle_t *handle)
{
	struct cpe *cpe = handle->data;

	free(handle);
	if (--cpe->n_open == 0)
		cpe_fleet_stopped(cpe->fleet);
}

static void stop_polling(struct cpe *cpe)
{
	if (!cpe->dhcp_poll)
		return;
	uv_close((uv_handle_t *)cpe->dhcp_poll, on_poll_closed);
	cpe->dhcp_poll = NULL;
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
	struct cpe *cpe = poll->data;
	enum dhcp_client_event event;
	struct dhcp_packet packet;

	(void)events;
	/* libuv stops at an error, which is what a link that went down looks like. */
	if (status < 0)
		(void)uv_poll_start(poll, UV_READABLE, on_readable);
	/* A step may close the socket; then there is nothing to read any more. */
	while (cpe->dhcp_poll == poll && dhcp_io_receive(&cpe->io, &event, &packet) > 0)
		cpe_dhcp_step(cpe, event, &packet);
}

static void start_polling(struct cpe *cpe)
{
	uv_poll_t *poll;

	if (cpe->io.fd < 0 || cpe->dhcp_poll)
		return;
	poll = calloc(1, sizeof(*poll));
	if (!poll || uv_poll_init(cpe->fleet->loop, poll, cpe->io.fd) < 0) {
		free(poll); /* the client's timer tries again */
		return;
	}
	poll->data = cpe;
	cpe->dhcp_poll = poll;
	cpe->n_open++;
	(void)uv_poll_start(poll, UV_READABLE, on_readable);
}

/* ---- what a lease means ------------------------------------------------------------- */

static void set_number(struct cpe *cpe, enum model_live live, uint32_t n)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%" PRIu32, n);
	(void)model_values_set_live(&cpe->values, live, str_of(text));
}

/* TR-069 A6 3.1: sub-options 2 to 4. */
static void take_acs(struct cpe *cpe, const struct opt43 *acs)
{
	if (acs_slots_set(&cpe->slots, ACS_SOURCE_DHCP, acs->url, acs->username,
		acs->password) < 0)
		log_error("%s: no memory for the ACS of its lease", cpe->name);
	if (acs->provisioning_code.len > 0)
		(void)model_values_set_live(&cpe->values, MODEL_PROVISIONING_CODE,
		    acs->provisioning_code);
	if (acs->has_min_wait)
		set_number(cpe, MODEL_RETRY_MIN_WAIT, acs->retry_min_wait);
	if (acs->has_multiplier)
		set_number(cpe, MODEL_RETRY_MULTIPLIER, acs->retry_multiplier);
}

static void configure(struct cpe *cpe, const struct dhcp_client_action *action)
{
	const struct dhcp_lease *lease = &cpe->dhcp->lease;
	struct error err = ERROR_NULL;

	if (action->is_renewal && !action->is_changed)
		return;
	if (ifaddr_set(cpe->netns, cpe->interface, lease->address, lease->prefix,
		lease->router, &err) < 0) {
		log_error("%s: %s", cpe->name, err.text);
		return;
	}
	cpe->address = lease->address;
	take_acs(cpe, &lease->acs);
	cpe_report_lease(cpe);
	/* ConnectionRequestURL has changed, which is always notified (TR-098). */
	if (action->is_renewal)
		(void)event_queue_add(&cpe->events, CWMP_EVENT_VALUE_CHANGE, STR_NULL);
	if (cpe->state == CPE_LEASING)
		cpe->state = CPE_IDLE;
}

static void lose(struct cpe *cpe, const struct dhcp_client_action *action)
{
	struct error err = ERROR_NULL;

	cpe->address = 0;
	if (cpe->is_stopping && cpe->netns >= 0)
		return; /* the address goes with the namespace */
	cpe_report_trouble(cpe, "lease-lost", action->address, action->why);
	cpe_talk_break(cpe, FAILURE_DHCP, "the lease was lost");
	if (ifaddr_clear(cpe->netns, cpe->interface, &err) < 0)
		log_warn("%s: %s", cpe->name, err.text);
	if (cpe->state == CPE_IDLE)
		cpe->state = CPE_LEASING;
}

static void act(struct cpe *cpe, const struct dhcp_client_action *action)
{
	switch (action->what) {
	case DHCP_CLIENT_CONFIGURE:
		configure(cpe, action);
		break;
	case DHCP_CLIENT_LOST:
		lose(cpe, action);
		break;
	case DHCP_CLIENT_NAKED:
		cpe_report_trouble(cpe, "nak", action->address, action->why);
		break;
	case DHCP_CLIENT_DECLINED:
		cpe_report_trouble(cpe, "declined", action->address, action->why);
		break;
	case DHCP_CLIENT_BROADCAST:
	case DHCP_CLIENT_UNICAST:
	case DHCP_CLIENT_PROBE:
		break;
	}
}

void cpe_dhcp_step(struct cpe *cpe, enum dhcp_client_event event,
    const struct dhcp_packet *packet)
{
	struct dhcp_client_actions actions;
	struct error err = ERROR_NULL;
	int fd = cpe->io.fd;

	dhcp_client_step(cpe->dhcp, event, packet, clock_monotonic(), &cpe->rng,
	    &actions);
	if (dhcp_io_will_close(&cpe->io, cpe->dhcp))
		stop_polling(cpe);
	if (dhcp_io_apply(&cpe->io, cpe->dhcp, &actions, &err) < 0)
		log_warn("%s: DHCP: %s", cpe->name, err.text);
	if (cpe->io.fd != fd)
		stop_polling(cpe);
	start_polling(cpe);
	for (size_t i = 0; i < actions.len; i++)
		act(cpe, &actions.items[i]);
	cpe_arm(cpe);
	if (!cpe->is_stopping)
		cpe_consider(cpe);
}

void cpe_explain_option_43(const struct cpe *cpe, char *text, size_t size)
{
	const struct opt43 *acs = &cpe->dhcp->lease.acs;
	unsigned lowest = acs->deviations & (~acs->deviations + 1);

	text[0] = '\0';
	if (lowest != 0)
		(void)snprintf(text, size, "%s at byte %zu",
		    opt43_deviation_name((enum opt43_deviation)lowest),
		    acs->deviation_offset);
}

int cpe_dhcp_open(struct cpe *cpe, struct error *err)
{
	const struct dhcp_client_config config = {
		.vendor_class = cpe->fleet->config->option60,
		.probes = 1,
	};
	int r;

	cpe->dhcp = calloc(1, sizeof(*cpe->dhcp));
	if (!cpe->dhcp)
		return error_set(err, -ENOMEM, "no memory for a DHCP client");
	r = ifaddr_up(cpe->netns, cpe->interface, err);
	if (r == 0)
		r = dhcp_io_init(&cpe->io, cpe->netns, cpe->interface,
		    cpe->has_mac ? cpe->mac : NULL, err);
	if (r < 0)
		return r;
	cpe->io.close_packet = close_aside;
	cpe->io.user = cpe;
	memcpy(cpe->mac, cpe->io.mac, sizeof(cpe->mac));
	cpe->has_mac = true;
	dhcp_client_init(cpe->dhcp, &config);
	memcpy(cpe->dhcp->config.mac, cpe->mac, sizeof(cpe->mac));
	return 0;
}

void cpe_dhcp_close(struct cpe *cpe)
{
	if (!cpe->dhcp)
		return;
	stop_polling(cpe);
	dhcp_io_close(&cpe->io);
}
