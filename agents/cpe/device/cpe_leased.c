/* What a CPE makes of its leases: when it has an address, of which family, and its ACS. */
#include "agents/cpe/device/cpe_fleet.h"

#include "lib/program/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void set_number(struct cpe *cpe, enum model_live live, uint32_t n)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%" PRIu32, n);
	(void)model_values_set_live(&cpe->values, live, str_of(text));
}

/* TR-069 A6 3.1: sub-options 2 to 4. */
static void take_leased_acs(struct cpe *cpe, const struct opt43 *acs)
{
	if (acs_slots_set(&cpe->slots, &cpe->fleet->words, ACS_SOURCE_DHCP, acs->url,
		acs->username, acs->password) < 0)
		log_error("%s: no memory for the ACS of its lease", cpe->name);
	if (acs->provisioning_code.len > 0)
		(void)model_values_set_live(&cpe->values, MODEL_PROVISIONING_CODE,
		    acs->provisioning_code);
	if (acs->has_min_wait)
		set_number(cpe, MODEL_RETRY_MIN_WAIT, acs->retry_min_wait);
	if (acs->has_multiplier)
		set_number(cpe, MODEL_RETRY_MULTIPLIER, acs->retry_multiplier);
}

/* ConnectionRequestURL has changed, which is always notified (TR-098). */
static void tell_change(struct cpe *cpe)
{
	(void)event_queue_add(&cpe->events, CWMP_EVENT_VALUE_CHANGE, STR_NULL);
}

/* The CPE is leased, as soon as it has what it waits for; then what is new is told. */
static void attach(struct cpe *cpe, bool is_news)
{
	if (is_news)
		tell_change(cpe);
	cpe_enter(cpe, CPE_EVENT_LEASED);
	cpe->fleet->edges->listen(cpe);
}

static bool has_ipv4(const struct cpe *cpe)
{
	return cpe->lease && cpe->address;
}

static bool has_ipv6(const struct cpe *cpe)
{
	return cpe->lessee6 && cpe->place->has_address6;
}

static bool is_up(const struct cpe *cpe)
{
	return cpe->state == CPE_IDLE || cpe->state == CPE_TALKING;
}

bool cpe_awaits_family(const struct cpe *cpe)
{
	return cpe->lease && cpe->lessee6 && has_ipv4(cpe) != has_ipv6(cpe);
}

void cpe_waited(struct cpe *cpe)
{
	bool is_waiting = cpe->state == CPE_LEASING || cpe->state == CPE_STRANDED;

	if (is_waiting && (has_ipv4(cpe) || has_ipv6(cpe)))
		attach(cpe, false);
}

/* One family is there; that it waits for the other is the edges' to know. */
static void join(struct cpe *cpe, bool is_renewal)
{
	bool was_up = is_up(cpe);

	if (was_up || !cpe_awaits_family(cpe))
		attach(cpe, is_renewal || (was_up && cpe->lease && cpe->lessee6));
}

void cpe_leased(struct cpe *cpe, bool is_renewal)
{
	cpe->address = cpe->lease->address;
	if (!cpe->has_acs6)
		take_leased_acs(cpe, &cpe->lease->acs);
	cpe_report_lease(cpe);
	join(cpe, is_renewal);
}

/* Where both families name one, that of IPv6 is the CPE's. */
static void take_acs6(struct cpe *cpe, const struct opt43 *acs)
{
	static const struct opt43 none;
	bool had_acs6 = cpe->has_acs6;

	cpe->has_acs6 = acs && acs->url.len > 0;
	if (cpe->has_acs6)
		take_leased_acs(cpe, acs);
	else if (cpe->lease && had_acs6)
		take_leased_acs(cpe, &cpe->lease->acs);
	else if (!cpe->lease)
		take_leased_acs(cpe, acs ? acs : &none);
}

void cpe_leased6(struct cpe *cpe, bool is_renewal, const struct opt43 *acs)
{
	take_acs6(cpe, acs);
	cpe_report_lease6(cpe);
	join(cpe, is_renewal);
}

/* The family that stays goes on, and the ACS is told of it. */
static void lose(struct cpe *cpe, bool has_other)
{
	bool is_talking = cpe->state == CPE_TALKING;

	if (has_other && is_up(cpe)) {
		tell_change(cpe);
		cpe->fleet->edges->listen(cpe);
		return;
	}
	cpe_jobs_interrupt(cpe);
	cpe_diag_interrupt(cpe);
	cpe_enter(cpe, CPE_EVENT_LOST);
	cpe->fleet->edges->listen(cpe);
	if (is_talking)
		cpe->fleet->edges->hang_up(cpe, FAILURE_DHCP, "the lease was lost");
}

void cpe_lost(struct cpe *cpe, uint32_t address, const char *why)
{
	cpe->address = 0;
	cpe_report_trouble(cpe, "lease-lost", address, why);
	lose(cpe, has_ipv6(cpe));
}

void cpe_lost6(struct cpe *cpe, const uint8_t *address, const char *why)
{
	cpe_report_trouble6(cpe, "lease-lost", address, why);
	lose(cpe, has_ipv4(cpe));
}

void cpe_addressed(struct cpe *cpe, uint32_t address)
{
	if (cpe->address == address)
		return;
	cpe->address = address;
	cpe->fleet->edges->listen(cpe);
}

void cpe_addressed6(struct cpe *cpe, const uint8_t *address)
{
	struct cpe_place *place = cpe->place;

	if (place->has_address6 &&
	    memcmp(place->address6, address, sizeof(place->address6)) == 0)
		return;
	memcpy(place->address6, address, sizeof(place->address6));
	place->has_address6 = true;
	cpe->fleet->edges->listen(cpe);
}

bool cpe_is_reachable(const struct cpe *cpe)
{
	bool has_address6 = cpe->place->ip != PLACE_V4 && cpe->place->has_address6;

	return (cpe->address || has_address6) && cpe->state != CPE_OFF &&
	       cpe->state != CPE_LEASING && cpe->state != CPE_STRANDED &&
	       !cpe_is_stopping(cpe) && !cpe->typed.is_disabled;
}
