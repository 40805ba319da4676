/* Steps below HTTP: the lease and the look-up of a name. */
#include "capture/attempt.h"
#include "capture/dns.h"

#include "lib/base/text.h"
#include "lib/proto/dhcp.h"
#include "lib/proto/url.h"

/* ---- DHCP -------------------------------------------------------------------------- */

static bool fail_lease(struct attempt *attempt)
{
	const struct records *dhcp = &attempt->cpe->kept->dhcp;
	const struct dhcp_record *first = dhcp->items[0], *last = first;
	size_t n_discovers = 0;
	bool has_offer = false;

	for (size_t i = 0; i < dhcp->len; i++) {
		const struct dhcp_record *record = dhcp->items[i];

		n_discovers += record->type == DHCP_DISCOVER;
		has_offer |= record->type == DHCP_OFFER;
		if (record->type == DHCP_NAK)
			last = record;
	}
	if (last->type == DHCP_NAK)
		attempt_fail(attempt, "DHCP", last->frame,
		    "the server refused with a NAK");
	else if (!has_offer)
		attempt_fail(attempt, "DHCP", first->frame,
		    "no offer to %zu DHCPDISCOVER", n_discovers);
	else
		attempt_fail(attempt, "DHCP", first->frame, "offers, but no DHCPACK");
	return false;
}

bool attempt_see_lease(struct attempt *attempt, const struct sequence_step *step)
{
	const struct records *dhcp = &attempt->cpe->kept->dhcp;
	const struct dhcp_record *ack = NULL, *first = NULL;
	uint64_t before = attempt->conn ? attempt->conn->syn.number : UINT64_MAX;

	(void)step;
	if (dhcp->len == 0)
		return attempt_skip(attempt, "no DHCP of this CPE in the capture");
	for (size_t i = 0; i < dhcp->len; i++) {
		const struct dhcp_record *record = dhcp->items[i];

		if (record->frame.number > before && ack)
			break;
		if (record->type == DHCP_DISCOVER && !ack)
			first = record;
		if (record->type == DHCP_ACK)
			ack = record;
	}
	if (!ack)
		return fail_lease(attempt);
	if (ack->opt43_error) {
		attempt_fail(attempt, "DHCP", ack->frame, "option 43: %s",
		    ack->opt43_error);
		return false;
	}
	if (ack->opt43.url.len > 0) {
		attempt_keep(attempt, "acs_url", ack->opt43.url);
	} else if (attempt->cpe->kept->conns.len == 0) {
		attempt_fail(attempt, "DHCP", ack->frame,
		    ack->has_opt43 ? "option 43 names no ACS: %s"
				   : "the ACK has no option 43%s",
		    ack->raw_opt43 ? ack->raw_opt43 : "");
		return false;
	}
	return attempt_pass(attempt, first ? first->frame : ack->frame, ack->frame);
}

/* ---- DNS --------------------------------------------------------------------------- */

static bool is_name(struct str host, const char *name)
{
	return str_eq_nocase(host, str_of(name));
}

/* The last look-up of host before frame, or the first one at all. */
const struct dns_record *attempt_find_look_up(const struct attempt *attempt,
    struct str host, uint64_t before)
{
	const struct dns_record *found = NULL;

	for (size_t i = 0; i < attempt->cpe->kept->dns.len; i++) {
		const struct dns_record *record = attempt->cpe->kept->dns.items[i];

		if (!is_name(host, record->name))
			continue;
		if (!found || record->query.number < before)
			found = record;
	}
	return found;
}

bool attempt_see_look_up(struct attempt *attempt, const struct sequence_step *step)
{
	const struct dns_record *record;
	struct frame_ref at = attempt->cpe->kept->first;
	uint32_t literal;
	struct url url;

	if (!attempt_target(attempt, step, &url))
		return attempt_skip(attempt, "the URL is not known from the capture");
	if (url.is_ipv6 || ipv4_parse(url.host, &literal) == 0)
		return attempt_skip(attempt, "the URL holds an address");
	record = attempt_find_look_up(attempt, url.host,
	    attempt->conn && attempt->result->step == 0 ? attempt->conn->syn.number
							: UINT64_MAX);
	if (!record && attempt->cpe->kept->dns.len == 0 &&
	    attempt->cpe->kept->conns.len > 0)
		return attempt_skip(attempt, "no DNS of this CPE in the capture");
	if (!record) {
		if (attempt->cpe->kept->dhcp.len > 0)
			at = ((const struct dhcp_record *)attempt->cpe->kept->dhcp
				  .items[attempt->cpe->kept->dhcp.len - 1])
				 ->frame;
		attempt_fail(attempt, "DNS", attempt->conn ? attempt->conn->last : at,
		    "the CPE never asked for %.*s", STR_ARG(url.host));
	} else if (record->answer.number == 0) {
		attempt_fail(attempt, "DNS", record->query,
		    "no answer to the query for %s", record->name);
	} else if (record->rcode != 0) {
		attempt_fail(attempt, "DNS", record->answer, "%s for %s",
		    dns_rcode_name(record->rcode), record->name);
	} else if (record->n_addresses == 0) {
		attempt_fail(attempt, "DNS", record->answer, "%s has no address",
		    record->name);
	} else {
		return attempt_pass(attempt, record->query, record->answer);
	}
	return false;
}
