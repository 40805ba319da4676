/* Where a talk goes to: the addresses of the ACS, in the order in which they are tried. */
#include "agents/cpe/talk/talk_internal.h"

#include "agents/cpe/dhcp/lease_lookup.h"
#include "agents/cpe/place/place6.h"

enum {
	CHOICES_MAX = 2 * RESOLVER_ADDRESSES_MAX
};

static void learn_address6(const struct talk *talk)
{
	struct address_choice choice = { .to = talk->acs };

	if (!talk->config.place->has_address6 &&
	    place6_choose(talk->config.place, &choice))
		talk->handlers->addressed6(talk->user, choice.from);
}

/* For CPEs that have neither a lease nor a configuration to know it from. */
void talk_learn_address(const struct talk *talk)
{
	uint32_t address = 0;

	if (!endpoint_is_ipv4(talk->acs.address)) {
		learn_address6(talk);
		return;
	}
	if (!talk->config.place->address)
		address = cpe_place_towards(talk->config.place,
		    endpoint_address_ipv4(&talk->acs), talk->config.way,
		    clock_monotonic());
	if (address)
		talk->handlers->addressed(talk->user, address);
}

/* ---- several addresses ---------------------------------------------------------------- */

/* A CPE of IPv4 alone goes to the first, as the vendors' do. */
static size_t collect(const struct talk *talk, const struct resolver_answer *answer,
    uint16_t port, struct address_choice choices[CHOICES_MAX])
{
	bool is_ipv4 = talk->config.place->ip == PLACE_V4;
	size_t n = 0;

	for (size_t i = 0; i < answer->len6; i++)
		choices[n++].to = endpoint_ipv6(answer->addresses6[i], port);
	for (size_t i = 0; i < answer->len && (i == 0 || !is_ipv4); i++)
		choices[n++].to = endpoint_ipv4(answer->addresses[i], port);
	return n;
}

static void put_in_order(const struct talk *talk, struct address_choice *choices,
    size_t n)
{
	for (size_t i = 0; i < n; i++)
		(void)place6_choose(talk->config.place, &choices[i]);
	address_order(choices, n);
	address_interleave(choices, n);
}

static const struct url *url_of(const struct talk *talk)
{
	return talk->session ? &talk->session->url : &talk->url;
}

static void on_resolved(void *user, const struct resolver_answer *answer)
{
	struct address_choice choices[CHOICES_MAX] = { 0 };
	struct talk *talk = user;
	size_t n = collect(talk, answer, url_of(talk)->port, choices);
	bool was_asked = talk->resolver;

	talk->resolver = NULL;
	if (n > 0 && was_asked)
		talk_pass_stage(talk);
	if (n == 0) {
		talk->moves->fail(talk, FAILURE_DNS, answer->why);
		return;
	}
	if (n > 1)
		put_in_order(talk, choices, n);
	talk->acs = choices[0].to;
	if (n > 1 && talk_race_new(talk, choices, n) < 0) {
		talk->moves->fail(talk, FAILURE_TCP, "no memory for a connection");
		return;
	}
	talk->moves->found(talk);
}

/* ---- asking --------------------------------------------------------------------------- */

/* Whether the host is an address that the CPE can go to, or none at all: then it has been told
 * that it cannot. */
static bool take_address(struct talk *talk, const struct url *url)
{
	enum place_ip ip = talk->config.place->ip;
	struct resolver_answer numeric;

	if (!lease_lookup_literal(url->host, &numeric))
		return false;
	if (numeric.len6 > 0 && ip == PLACE_V4)
		talk->moves->fail(talk, FAILURE_DNS,
		    "the ACS has an IPv6 address, the CPE has none");
	else if (numeric.len > 0 && ip == PLACE_V6)
		talk->moves->fail(talk, FAILURE_DNS,
		    "the ACS has an IPv4 address, the CPE has none");
	else
		on_resolved(talk, &numeric);
	return true;
}

void talk_find(struct talk *talk)
{
	const struct url *url = url_of(talk);
	struct error err = ERROR_NULL;

	talk_race_drop(talk);
	talk->acs.port = url->port;
	if (take_address(talk, url))
		return;
	if (lease_lookup(&talk->resolver, talk->config.loop, talk->config.place,
		talk->config.lease, url->host, talk->config.place->ip, on_resolved,
		talk, &err) < 0)
		talk->moves->fail(talk, FAILURE_DNS, err.text);
}
