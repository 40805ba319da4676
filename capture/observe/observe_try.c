/* What a CPE tries before it can open a session, and that may come to nothing: to lease an
 * address, to look up its ACS. */
#include "capture/observe/observe_internal.h"

#include <errno.h>
#include <stdlib.h>

enum {
	TRIES_MAX = 1 << 16 /* CPEs that wait at one time; the oldest is forgotten */
};

/* Ours: clients have repeated a DHCPDISCOVER or a query by then (RFC 2131 4.1, RFC 1035
 * 4.2.1). */
static const clock_ns try_wait = 10 * NS_PER_S;

static void forget(struct observer *observer, struct try_record *try)
{
	try->cpe->trying = NULL;
	list_remove(&try->list);
	observer->queues.n_trying--;
	free(try);
}

static struct try_record *try_of(struct observer *observer, struct cpe_record *cpe)
{
	struct try_record *try = cpe->trying;

	if (try)
		return try;
	if (observer->queues.n_trying == TRIES_MAX)
		forget(observer,
		    list_first(&observer->queues.trying, struct try_record, list));
	try = malloc(sizeof(*try));
	if (!try) {
		observer->memory.error = -ENOMEM;
		return NULL;
	}
	*try = (struct try_record){ .cpe = cpe };
	cpe->trying = try;
	list_append(&observer->queues.trying, &try->list);
	observer->queues.n_trying++;
	return try;
}

void try_forget(struct observer *observer, struct cpe_record *cpe)
{
	if (cpe->trying)
		forget(observer, cpe->trying);
}

/* ---- DHCP ---------------------------------------------------------------------------- */

void try_note_dhcp(struct observer *observer, struct cpe_record *cpe,
    const struct dhcp_record *record)
{
	struct try_record *try = cpe->trying;
	struct lease_try *lease;

	switch (record->step) {
	case LEASE_SOUGHT:
		try = try_of(observer, cpe);
		if (!try)
			return;
		lease = &try->leases[record->is_ip6];
		if (lease->sought.number == 0)
			lease->sought = record->frame;
		lease->n_sought++;
		return;
	case LEASE_OFFERED:
		if (try)
			try->leases[record->is_ip6].is_offered = true;
		return;
	case LEASE_REFUSED:
		try = try_of(observer, cpe);
		if (try)
			try->leases[record->is_ip6].refused = record->frame;
		return;
	case LEASE_GIVEN:
		/* Where a CPE has both versions of DHCP, one of them is enough. */
		if (try)
			forget(observer, try);
		return;
	case LEASE_ASKED:
	case LEASE_OTHER:
		return;
	}
}

/* Whether the CPE has shown itself at an address since then, so that it has one. */
static bool was_seen_since(const struct cpe_record *cpe, uint64_t frame)
{
	return cpe->leased > frame || cpe->last_syn > frame || cpe->last_arp > frame;
}

/* Of which version of DHCP the lease is that it waits for. */
static bool is_of_ip6(const struct try_record *try)
{
	return try->leases[0].sought.number == 0 && try->leases[0].refused.number == 0;
}

/* Whether it may do without: by a lease of the other version, or by an address that it made
 * itself (RFC 4862), of which nobody knows whose it is. */
static bool has_other_address(const struct observer *observer,
    const struct try_record *try, uint64_t since)
{
	if (!is_of_ip6(try))
		return try->cpe->has_ip6_lease;
	return try->cpe->leased > 0 || try->cpe->has_ip6_lease ||
	       observer->nameless_syn > since;
}

static bool lease_failed(const struct observer *observer, const struct try_record *try,
    struct why *failure, struct buf *text)
{
	bool is_ip6 = is_of_ip6(try);
	const struct lease_try *lease = &try->leases[is_ip6];
	struct frame_ref last = lease->refused.number > lease->sought.number
				    ? lease->refused
				    : lease->sought;

	if (last.number == 0 || was_seen_since(try->cpe, last.number) ||
	    has_other_address(observer, try, last.number) ||
	    observer->now.time - last.time < try_wait)
		return false;
	if (lease->refused.number != 0)
		why_of_refusal(failure, text, lease->refused, is_ip6);
	else if (lease->is_offered)
		why_of_lease(failure, text, lease->sought, is_ip6);
	else
		why_of_offer(failure, text, lease->sought, lease->n_sought, is_ip6);
	return true;
}

/* ---- DNS ----------------------------------------------------------------------------- */

static bool is_host_of(struct str text, const char *name)
{
	struct url url;

	return url_parse(&url, text, NULL) == 0 &&
	       str_eq_nocase(url.host, str_of(name));
}

/* Whether it is the name of the CPE's ACS, as its lease or its last ACS has told it. */
static bool is_acs(const struct cpe_record *cpe, const char *name)
{
	return (cpe->lease && cpe->lease->has_url &&
		   str_eq_nocase(cpe->lease->url.host, str_of(name))) ||
	       (cpe->device && cpe->device->settings.url &&
		   is_host_of(str_of(cpe->device->settings.url), name));
}

void try_note_query(struct observer *observer, struct cpe_record *cpe, const char *name,
    struct frame_ref frame)
{
	struct try_record *try;

	if (!cpe->is_cwmp || !is_acs(cpe, name))
		return;
	try = try_of(observer, cpe);
	/* The same name once more, of the other version of IP, or because nobody answered. */
	if (!try ||
	    (try->name && strcmp(try->name, name) == 0 && try->query.number != 0))
		return;
	try->name = observer_intern(observer, str_of(name));
	try->query = frame;
	try->answer = (struct frame_ref){ 0, 0 };
}

void try_note_answer(struct observer *observer, struct cpe_record *cpe,
    const char *name, uint8_t rcode, size_t n_addresses, struct frame_ref frame)
{
	struct try_record *try = cpe->trying;

	if (!try || !try->name || strcmp(try->name, name) != 0)
		return;
	if (n_addresses > 0) {
		forget(observer, try);
		return;
	}
	try->answer = frame;
	try->rcode = rcode;
}

static bool look_up_failed(const struct try_record *try, clock_ns now,
    struct why *failure, struct buf *text)
{
	if (!try->name || try->cpe->last_syn > try->query.number ||
	    (try->answer.number == 0 && now - try->query.time < try_wait))
		return false;
	return why_of_look_up(failure, text, try->name, try->query, try->answer,
	    try->rcode, 0);
}

/* ---- the end ------------------------------------------------------------------------- */

static void finish(struct observer *observer, const struct try_record *try)
{
	struct cpe_record *cpe = try->cpe;
	auto_buf text = BUF_NULL;
	struct why failure;
	struct whole view = { .host = cpe,
		.device = cpe->device,
		.fleet = &observer->fleet,
		.failure = &failure,
		.now = observer->now };

	if (!cpe->is_cwmp ||
	    (!lease_failed(observer, try, &failure, &text) &&
		!look_up_failed(try, observer->now.time, &failure, &text)))
		return;
	observer->counts.failed_tries++;
	observer_tell(observer, WHOLE_FAILED, &view);
}

void tries_finish(struct observer *observer)
{
	for (struct list *at = observer->queues.trying.next;
	     at != &observer->queues.trying; at = at->next)
		finish(observer, list_entry(at, struct try_record, list));
}

void tries_free(struct observer *observer)
{
	while (!list_empty(&observer->queues.trying))
		forget(observer,
		    list_first(&observer->queues.trying, struct try_record, list));
}
