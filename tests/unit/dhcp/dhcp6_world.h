/* A DHCPv6 client in a test: time, what it sends, and what servers answer. */
#pragma once

#include "tests/unit/unit.h"

#include "agents/cpe/dhcp6/dhcp6_client.h"
#include "agents/cpe/dhcp6/dhcp6_client_message.h"

#include "lib/base/compiler.h"
#include "lib/base/wire.h"

#define S NS_PER_S

static const uint8_t MAC[6] = { 2, 0, 0, 0, 0, 1 };
static const struct str OURS = { "\0\3\0\1\2\0\0\0\0\1", 10 };
static const struct str ONE = { "\0\3\0\1\2\0\0\0\0\x11", 10 };
static const struct str TWO = { "\0\3\0\1\2\0\0\0\0\x22", 10 };
static const uint8_t FIRST[16] = { 0x20, 1, 0xd, 0xb8, [15] = 0x64 };
static const uint8_t OTHER[16] = { 0x20, 1, 0xd, 0xb8, [15] = 0x65 };
static const uint8_t GROUP[16] = { 0xff, 2, [15] = 1 };
static const uint8_t LINK[16] = { 0xfe, 0x80, [15] = 1 };

struct world {
	struct dhcp6_client client;
	struct dhcp6_client_actions actions;
	struct dhcp6_packet sent; /* views into actions.message */
	struct rng rng;
	clock_ns now;
};

static inline void look_at_message(struct world *w)
{
	w->sent = (struct dhcp6_packet){ .type = 0 };
	for (size_t i = 0; i < w->actions.len; i++)
		if (w->actions.items[i].what == DHCP6_CLIENT_SEND)
			assert_int_equal(dhcp6_parse(&w->sent, w->actions.message.bytes,
					     w->actions.message.len, NULL),
			    0);
}

static inline void step(struct world *w, enum dhcp6_client_event event,
    const struct dhcp6_packet *packet)
{
	dhcp6_client_step(&w->client, event, packet, w->now, &w->rng, &w->actions);
	assert_true(w->actions.len <= DHCP6_CLIENT_ACTIONS_MAX);
	look_at_message(w);
}

static inline void start(struct world *w, enum dhcp6_client_event how)
{
	struct dhcp6_client_config config = { .vendor_class = NULL };

	memcpy(config.mac, MAC, sizeof(MAC));
	*w = (struct world){ .rng = rng_make(7, 1), .now = 100 * S };
	dhcp6_client_init(&w->client, &config);
	step(w, how, NULL);
}

/* Lets the armed time come. */
static inline void wait_for_timer(struct world *w)
{
	assert_true(w->client.timer_at != INT64_MAX);
	w->now = w->client.timer_at;
	step(w, DHCP6_CLIENT_TIMER, NULL);
}

static inline const struct dhcp6_client_action *action_of(const struct world *w,
    enum dhcp6_client_do what)
{
	for (size_t i = 0; i < w->actions.len; i++)
		if (w->actions.items[i].what == what)
			return &w->actions.items[i];
	return NULL;
}

/* ---- what servers say --------------------------------------------------------------- */

struct answer { /* zero members are as a good server has them */
	uint8_t type;
	struct str server;                 /* ONE */
	struct str client;                 /* OURS */
	const uint8_t *address;            /* FIRST */
	uint32_t t1, t2, preferred, valid; /* 0, 0, 1000, 2000 */
	uint32_t xid_off;
	uint16_t status, ia_status;
	uint8_t preference; /* 0: no option */
	bool has_no_ia, has_no_address, has_no_server, is_dead, is_zero_preferred;
	uint32_t iaid_off, sol_max_rt, refresh;
	struct str vendor; /* option 17 */
};

static inline void put_status(struct dhcp6_builder *b, uint16_t status)
{
	if (status)
		dhcp6_build_u16(b, DHCP6_OPTION_STATUS, status);
}

static inline void put_ia(struct dhcp6_builder *b, const struct world *w,
    const struct answer *a)
{
	size_t ia = dhcp6_build_begin(b, DHCP6_OPTION_IA_NA), address;

	dhcp6_build_number(b, dhcp6_client_iaid(&w->client) + a->iaid_off);
	dhcp6_build_number(b, a->t1);
	dhcp6_build_number(b, a->t2);
	if (!a->has_no_address) {
		address = dhcp6_build_begin(b, DHCP6_OPTION_IA_ADDRESS);
		dhcp6_build_bytes(b, a->address ? a->address : FIRST, 16);
		dhcp6_build_number(b, a->is_dead || a->is_zero_preferred ? 0
				      : a->preferred                     ? a->preferred
									 : 1000);
		dhcp6_build_number(b, a->is_dead ? 0 : a->valid ? a->valid : 2000);
		dhcp6_build_end(b, address);
	}
	put_status(b, a->ia_status);
	dhcp6_build_end(b, ia);
}

static inline void put_option_u32(struct dhcp6_builder *b, uint16_t code,
    uint32_t value)
{
	size_t begun = dhcp6_build_begin(b, code);

	dhcp6_build_number(b, value);
	dhcp6_build_end(b, begun);
}

static inline void answer(struct world *w, const struct answer *a)
{
	struct dhcp6_packet packet;
	struct dhcp6_builder b;

	dhcp6_build(&b, a->type, w->client.xid + a->xid_off);
	dhcp6_build_option(&b, DHCP6_OPTION_CLIENT_ID, a->client.p ? a->client : OURS);
	if (!a->has_no_server)
		dhcp6_build_option(&b, DHCP6_OPTION_SERVER_ID,
		    a->server.p ? a->server : ONE);
	if (a->preference)
		dhcp6_build_option(&b, DHCP6_OPTION_PREFERENCE,
		    str_make(&a->preference, 1));
	put_status(&b, a->status);
	if (!a->has_no_ia)
		put_ia(&b, w, a);
	if (a->sol_max_rt)
		put_option_u32(&b, DHCP6_OPTION_SOL_MAX_RT, a->sol_max_rt);
	if (a->refresh)
		put_option_u32(&b, DHCP6_OPTION_REFRESH, a->refresh);
	if (a->vendor.p)
		dhcp6_build_option(&b, DHCP6_OPTION_VENDOR, a->vendor);
	assert_false(b.is_over);
	assert_int_equal(dhcp6_parse(&packet, b.bytes, b.len, NULL), 0);
	step(w, DHCP6_CLIENT_PACKET, &packet);
}

static inline void advertise(struct world *w)
{
	answer(w, &(struct answer){ .type = DHCP6_ADVERTISE, .preference = 255 });
}

static inline void solicit(struct world *w)
{
	start(w, DHCP6_CLIENT_START);
	wait_for_timer(w);
}

static inline void request(struct world *w)
{
	solicit(w);
	advertise(w);
}

static inline void bind_lease(struct world *w)
{
	request(w);
	answer(w, &(struct answer){ .type = DHCP6_REPLY });
	assert_int_equal(w->client.state, DHCP6_CLIENT_BOUND);
}

/* Whether what was sent asks for this option. */
static inline bool asks_for(const struct dhcp6_packet *sent, uint16_t code)
{
	struct str list = dhcp6_option(sent, DHCP6_OPTION_REQUEST, NULL);

	for (; list.len >= 2; list = str_from(list, 2))
		if (get_u16((const uint8_t *)list.p) == code)
			return true;
	return false;
}
