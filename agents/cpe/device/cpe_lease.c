#include "agents/cpe/device/cpe_lease.h"

#include "agents/cpe/device/cpe_fleet.h"
#include "agents/cpe/dhcp/lessee.h"
#include "agents/cpe/dhcp6/lessee6.h"
#include "agents/cpe/place/ifaddr.h"
#include "lib/base/cleanup.h"
#include "lib/program/log.h"

#include <string.h>

/* ---- IPv4 --------------------------------------------------------------------------- */

static void tell_observer(const struct cpe *cpe)
{
	const struct cpe_observer *observer = cpe->fleet->observer;

	if (observer)
		observer->leased(observer->user, cpe->number, cpe->booted_at,
		    clock_monotonic());
}

/* One family has come: the other is waited for from now on. */
static void await_family(struct cpe *cpe)
{
	if (cpe->lessee6)
		lessee6_wait(cpe->lessee6, cpe_awaits_family(cpe)
					       ? clock_monotonic() + CPE_FAMILY_WAIT
					       : INT64_MAX);
}

static void on_leased(void *user, bool is_renewal)
{
	struct cpe *cpe = user;

	if (!is_renewal)
		tell_observer(cpe);
	cpe_leased(cpe, is_renewal);
	await_family(cpe);
}

static void on_lost(void *user, uint32_t address, const char *why)
{
	cpe_lost(user, address, why);
}

static void on_refused(void *user, const char *what, uint32_t address, const char *why)
{
	cpe_report_trouble(user, what, address, why);
}

static void on_failed(void *user, const char *why)
{
	const struct cpe *cpe = user;

	log_warn("%s: DHCP: %s", cpe->name, why);
}

static void on_stepped(void *user)
{
	cpe_consider(user);
}

static const struct lessee_handlers handlers = {
	.leased = on_leased,
	.lost = on_lost,
	.refused = on_refused,
	.failed = on_failed,
	.stepped = on_stepped,
};

static int open_lessee(struct cpe *cpe, struct error *err)
{
	struct cpe_fleet *fleet = cpe->fleet;
	const struct dhcp_client_config config = {
		.vendor_class = fleet->config->option60,
		.probes = 1,
	};
	int r = lessee_new(&cpe->lessee, fleet->loop, cpe->place,
	    cpe->has_mac ? cpe->mac : NULL, &config, &cpe->rng, &handlers, cpe, err);

	if (r < 0)
		return r;
	cpe_hold(cpe);
	cpe->lease = lessee_lease(cpe->lessee);
	memcpy(cpe->mac, lessee_mac(cpe->lessee), sizeof(cpe->mac));
	cpe->has_mac = true;
	return 0;
}

/* ---- IPv6 --------------------------------------------------------------------------- */

static void on_leased6(void *user, bool is_renewal)
{
	struct cpe *cpe = user;
	const struct dhcp6_lease *lease = lessee6_view(cpe->lessee6).lease;

	if (!is_renewal && !cpe->lease)
		tell_observer(cpe);
	cpe_leased6(cpe, is_renewal, lease->option_17.p ? &lease->acs : NULL);
	await_family(cpe);
}

static void on_lost6(void *user, const uint8_t *address, const char *why)
{
	cpe_lost6(user, address, why);
}

static void on_refused6(void *user, const char *what, const uint8_t *address,
    const char *why)
{
	cpe_report_trouble6(user, what, address, why);
}

static void on_failed6(void *user, const char *why)
{
	const struct cpe *cpe = user;

	log_warn("%s: IPv6: %s", cpe->name, why);
}

static void on_waited(void *user)
{
	cpe_waited(user);
}

static const struct lessee6_handlers handlers6 = {
	.leased = on_leased6,
	.lost = on_lost6,
	.refused = on_refused6,
	.failed = on_failed6,
	.waited = on_waited,
	.stepped = on_stepped,
};

static int open_lessee6(struct cpe *cpe, struct error *err)
{
	struct cpe_fleet *fleet = cpe->fleet;
	struct dhcp6_client_config config = {
		.vendor_class = fleet->config->option60,
	};
	int r;

	if (!cpe->has_mac) {
		r = ifaddr_mac(cpe->place, cpe->mac, err);
		if (r < 0)
			return r;
		cpe->has_mac = true;
	}
	memcpy(config.mac, cpe->mac, sizeof(config.mac));
	r = lessee6_new(&cpe->lessee6, fleet->loop, cpe->place, &config, &cpe->rng,
	    &handlers6, cpe, err);
	if (r == 0)
		cpe_hold(cpe);
	return r;
}

/* ---- both --------------------------------------------------------------------------- */

int cpe_lease_open(struct cpe *cpe, struct error *err)
{
	int r = 0;

	if (!cpe->fleet->config->dhcp)
		return 0;
	if (cpe->place->ip != PLACE_V6)
		r = open_lessee(cpe, err);
	if (r == 0 && cpe->place->ip != PLACE_V4)
		r = open_lessee6(cpe, err);
	if (r < 0)
		cpe_lease_drop(cpe);
	return r;
}

/* The lease is not looked at any more: a session that is still closing has let go of it. */
static void close_lessees(struct cpe *cpe, void (*done)(void *user))
{
	cpe->lease = NULL;
	if (cpe->lessee)
		lessee_close(steal_ptr(&cpe->lessee), done);
	if (cpe->lessee6)
		lessee6_close(steal_ptr(&cpe->lessee6), done);
}

void cpe_lease_drop(struct cpe *cpe)
{
	close_lessees(cpe, NULL);
}

static void on_closed(void *user)
{
	cpe_release(user);
}

void cpe_lease_close(struct cpe *cpe)
{
	close_lessees(cpe, on_closed);
}

void cpe_lease_start(struct cpe *cpe)
{
	if (cpe->lessee)
		lessee_start(cpe->lessee);
	if (cpe->lessee6)
		lessee6_start(cpe->lessee6);
}

void cpe_lease_stop(struct cpe *cpe)
{
	if (cpe->lessee)
		lessee_stop(cpe->lessee);
	if (cpe->lessee6)
		lessee6_stop(cpe->lessee6);
}

clock_ns cpe_lease_due(const struct cpe *cpe)
{
	clock_ns at = cpe->lessee ? lessee_due(cpe->lessee) : INT64_MAX;

	return cpe->lessee6 ? MIN(at, lessee6_due(cpe->lessee6)) : at;
}

void cpe_lease_timeout(struct cpe *cpe, clock_ns now)
{
	if (cpe->lessee && now >= lessee_due(cpe->lessee))
		lessee_timer(cpe->lessee);
	if (cpe->lessee6 && now >= lessee6_due(cpe->lessee6))
		lessee6_timer(cpe->lessee6);
}
