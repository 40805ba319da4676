/* Steps below HTTP: the lease and the look-up of a name. */
#include "capture/message/dns.h"
#include "capture/sequence/attempt.h"

#include "capture/record/why.h"
#include "lib/base/text.h"
#include "lib/proto/url.h"

/* ---- DHCP -------------------------------------------------------------------------- */

static bool fail_lease(struct attempt *attempt)
{
	const struct records *dhcp = &attempt->cpe->kept->dhcp;
	const struct dhcp_record *first = dhcp->items[0], *last = first;
	auto_buf text = BUF_NULL;
	struct why why;
	size_t n_sought = 0;
	bool has_offer = false;

	for (size_t i = 0; i < dhcp->len; i++) {
		const struct dhcp_record *record = dhcp->items[i];

		n_sought += record->step == LEASE_SOUGHT;
		has_offer |= record->step == LEASE_OFFERED;
		if (record->step == LEASE_REFUSED)
			last = record;
	}
	if (last->step == LEASE_REFUSED)
		why_of_refusal(&why, &text, last->frame, last->is_ip6);
	else if (!has_offer)
		why_of_offer(&why, &text, first->frame, n_sought, first->is_ip6);
	else
		why_of_lease(&why, &text, first->frame, first->is_ip6);
	attempt_fail_as(attempt, &why);
	return false;
}

/* The lease of the connection that the attempt begins with: the last before it, but of a
 * CPE with both versions of DHCP the one that names an ACS. */
static const struct dhcp_record *find_lease(const struct attempt *attempt,
    struct frame_ref *ret_first)
{
	const struct records *dhcp = &attempt->cpe->kept->dhcp;
	const struct dhcp_record *given = NULL, *sought[2] = { NULL, NULL };
	uint64_t before = attempt->conn ? attempt->conn->tcp.syn.number : UINT64_MAX;

	for (size_t i = 0; i < dhcp->len; i++) {
		const struct dhcp_record *record = dhcp->items[i];

		if (record->frame.number > before && given)
			break;
		if (record->step == LEASE_SOUGHT &&
		    (!given || given->is_ip6 != record->is_ip6))
			sought[record->is_ip6] = record;
		if (record->step == LEASE_GIVEN &&
		    (!given || given->acs.url.len == 0 || record->acs.url.len > 0))
			given = record;
	}
	if (given)
		*ret_first =
		    sought[given->is_ip6] ? sought[given->is_ip6]->frame : given->frame;
	return given;
}

/* The sequences that come with the program speak of option 43: by DHCPv6 it is another one. */
static void say_version(struct attempt *attempt, const struct dhcp_record *given)
{
	if (given->is_ip6 &&
	    strcmp(attempt->result->what, "DHCP lease with the ACS in option 43") == 0)
		attempt->result->what = "DHCPv6 lease with the ACS in option 17";
}

bool attempt_see_lease(struct attempt *attempt, const struct sequence_step *step)
{
	const struct dhcp_record *given;
	struct frame_ref first;

	(void)step;
	if (attempt->cpe->kept->dhcp.len == 0)
		return attempt_skip(attempt, "no DHCP of this CPE in the capture");
	given = find_lease(attempt, &first);
	if (!given)
		return fail_lease(attempt);
	say_version(attempt, given);
	if (given->acs_mistake) {
		attempt_fail(attempt, "DHCP", given->frame, "option %u %s",
		    given->acs_option, given->acs_mistake);
		return false;
	}
	if (given->acs_error) {
		attempt_fail(attempt, "DHCP", given->frame, "option %u: %s",
		    given->acs_option, given->acs_error);
		return false;
	}
	if (given->acs.url.len > 0) {
		attempt_keep(attempt, "acs_url", given->acs.url);
	} else if (attempt->cpe->kept->conns.len == 0) {
		if (given->acs_option != 0)
			attempt_fail(attempt, "DHCP", given->frame,
			    "option %u names no ACS: %s", given->acs_option,
			    given->acs_raw ? given->acs_raw : "");
		else
			attempt_fail(attempt, "DHCP", given->frame, "%s",
			    given->is_ip6 ? "the REPLY has no option 17"
					  : "the ACK has no option 43");
		return false;
	}
	return attempt_pass(attempt, first, given->frame);
}

/* ---- DNS --------------------------------------------------------------------------- */

static bool is_name(struct str host, const char *name)
{
	return str_eq_nocase(host, str_of(name));
}

static bool is_of_family(const struct dns_exchange *record, enum address_family family)
{
	return family == ADDRESS_NONE ||
	       (family == ADDRESS_IPV6) == (record->type == DNS_TYPE_AAAA);
}

const struct dns_exchange *attempt_find_look_up(const struct attempt *attempt,
    struct str host, enum address_family family, uint64_t before)
{
	const struct dns_exchange *found = NULL;

	for (size_t i = 0; i < attempt->cpe->kept->dns.len; i++) {
		const struct dns_exchange *record = attempt->cpe->kept->dns.items[i];

		if (!is_name(host, record->name) || !is_of_family(record, family))
			continue;
		if (found && record->type != found->type && record->n_addresses == 0 &&
		    found->n_addresses > 0)
			continue;
		if (!found || record->query.number < before)
			found = record;
	}
	return found;
}

bool attempt_see_look_up(struct attempt *attempt, const struct sequence_step *step)
{
	const struct dns_exchange *record;
	struct frame_ref at = attempt->cpe->kept->first;
	auto_buf text = BUF_NULL;
	struct why why;
	uint32_t literal;
	struct url url;

	if (!attempt_target(attempt, step, &url))
		return attempt_skip(attempt, "the URL is not known from the capture");
	if (url.is_ipv6 || ipv4_parse(url.host, &literal) == 0)
		return attempt_skip(attempt, "the URL holds an address");
	record = attempt_find_look_up(attempt, url.host, ADDRESS_NONE,
	    attempt->conn && attempt->result->step == 0 ? attempt->conn->tcp.syn.number
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
	} else if (why_of_look_up(&why, &text, record->name, record->query,
		       record->answer, record->rcode, record->n_addresses)) {
		attempt_fail_as(attempt, &why);
	} else {
		return attempt_pass(attempt, record->query, record->answer);
	}
	return false;
}
