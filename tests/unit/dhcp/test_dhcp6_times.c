#include "tests/unit/dhcp/dhcp6_world.h"

/* ---- times (RFC 8415 15) ------------------------------------------------------------- */

static void test_the_first_solicit_waits_up_to_a_second(void **state)
{
	clock_ns least = INT64_MAX, most = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 200; seed++) {
		struct rng rng = rng_make(seed, 0);
		struct dhcp6_client_actions actions;
		struct dhcp6_client client;

		dhcp6_client_init(&client,
		    &(struct dhcp6_client_config){ .mac = { 2 } });
		dhcp6_client_step(&client, DHCP6_CLIENT_START, NULL, 5 * S, &rng,
		    &actions);
		assert_int_equal(actions.len, 0);
		assert_int_equal(client.state, DHCP6_CLIENT_DELAYING);
		least = least < client.timer_at ? least : client.timer_at;
		most = most > client.timer_at ? most : client.timer_at;
	}
	assert_true(least >= 5 * S && least < 5 * S + S / 10);
	assert_true(most <= 6 * S && most > 6 * S - S / 10);
}

static void test_what_is_sent_again_waits_as_the_rule_says(void **state)
{
	static const struct {
		clock_ns before, irt, mrt;
		bool is_solicit;
		clock_ns least, most;
	} rows[] = {
		{ 0, 1 * S, 3600 * S, true, S + 1, S * 11 / 10 },
		{ 0, 1 * S, 3600 * S, false, S * 9 / 10, S * 11 / 10 },
		{ 1 * S, 1 * S, 3600 * S, true, S * 19 / 10, S * 21 / 10 },
		{ 10 * S, 10 * S, 600 * S, false, 19 * S, 21 * S },
		{ 16 * S, 1 * S, 30 * S, false, 27 * S, 336 * S / 10 },
		{ 400 * S, 10 * S, 600 * S, false, 540 * S, 660 * S },
		{ 4000 * S, 1 * S, 3600 * S, true, 3240 * S, 3960 * S },
		{ 8 * S, 1 * S, 0, false, 152 * S / 10, 168 * S / 10 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct rng rng = rng_make(i, 3);
		clock_ns least = INT64_MAX, most = 0;

		for (int n = 0; n < 500; n++) {
			clock_ns wait = dhcp6_retransmit(rows[i].before, rows[i].irt,
			    rows[i].mrt, rows[i].is_solicit, &rng);

			least = wait < least ? wait : least;
			most = wait > most ? wait : most;
		}
		assert_in_range(least, rows[i].least, rows[i].most);
		assert_in_range(most, rows[i].least, rows[i].most);
		/* It is spread over the whole of it. */
		assert_true(most - least > (rows[i].most - rows[i].least) * 8 / 10);
	}
}

static void test_solicits_go_on_with_the_same_number_and_tell_how_long(void **state)
{
	struct world w;
	clock_ns first;
	uint32_t xid;

	(void)state;
	solicit(&w);
	xid = w.sent.xid;
	first = w.now;
	assert_int_equal(w.sent.type, DHCP6_SOLICIT);
	for (int i = 0; i < 5; i++) {
		struct str elapsed;

		wait_for_timer(&w);
		assert_int_equal(w.sent.type, DHCP6_SOLICIT);
		assert_int_equal(w.sent.xid, xid);
		elapsed = dhcp6_option(&w.sent, DHCP6_OPTION_ELAPSED, NULL);
		assert_int_equal(elapsed.len, 2);
		assert_int_equal(get_u16((const uint8_t *)elapsed.p),
		    (w.now - first) / (10 * NS_PER_MS));
	}
	/* Hundredths of a second fit two bytes for eleven minutes. */
	w.now = w.client.timer_at = first + 2000 * S;
	step(&w, DHCP6_CLIENT_TIMER, NULL);
	assert_int_equal(get_u16((const uint8_t *)dhcp6_option(&w.sent,
			     DHCP6_OPTION_ELAPSED, NULL)
				     .p),
	    UINT16_MAX);
}

static void test_a_server_may_slow_solicits_down_within_bounds(void **state)
{
	static const struct {
		uint32_t max_rt;
		clock_ns least, most;
	} rows[] = {
		{ 59, 3240, 3960 },
		{ 60, 54, 66 },
		{ 86400, 77760, 95040 },
		{ 86401, 3240, 3960 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct world w;

		solicit(&w);
		answer(&w, &(struct answer){ .type = DHCP6_ADVERTISE,
			       .ia_status = DHCP6_NO_ADDRS_AVAIL,
			       .sol_max_rt = rows[i].max_rt });
		assert_int_equal(w.client.state, DHCP6_CLIENT_SOLICITING);
		for (int n = 0; n < 20; n++)
			wait_for_timer(&w);
		assert_in_range((w.client.timer_at - w.now) / S, rows[i].least,
		    rows[i].most);
	}
}

/* ---- messages ------------------------------------------------------------------------ */

static void test_a_solicit_says_who_asks_and_what_for(void **state)
{
	static const uint8_t class[] = "\0\0\x0d\xe9\0\x0c"
				       "dslforum.org";
	struct world w;
	struct dhcp6_ia ia;

	(void)state;
	solicit(&w);
	assert_true(str_eq(dhcp6_option(&w.sent, DHCP6_OPTION_CLIENT_ID, NULL), OURS));
	assert_null(dhcp6_option(&w.sent, DHCP6_OPTION_SERVER_ID, NULL).p);
	assert_true(str_eq(dhcp6_option(&w.sent, DHCP6_OPTION_VENDOR_CLASS, NULL),
	    str_make(class, sizeof(class) - 1)));
	assert_true(dhcp6_ia_na(&w.sent, 0x00000001, &ia));
	assert_null(ia.address);
	assert_true(asks_for(&w.sent, DHCP6_OPTION_VENDOR));
	assert_true(asks_for(&w.sent, DHCP6_OPTION_DNS));
	assert_true(asks_for(&w.sent, DHCP6_OPTION_DOMAINS));
	assert_true(asks_for(&w.sent, DHCP6_OPTION_SOL_MAX_RT));
	assert_false(asks_for(&w.sent, DHCP6_OPTION_REFRESH));
}

/* What each message names: the server, an address, and whether it asks for anything. */
static void test_each_message_names_what_the_table_says(void **state)
{
	static const struct {
		enum dhcp6_message type;
		bool has_server, has_ia, has_address, has_wishes;
	} rows[] = {
		{ DHCP6_SOLICIT, false, true, false, true },
		{ DHCP6_REQUEST, true, true, true, true },
		{ DHCP6_RENEW, true, true, true, true },
		{ DHCP6_REBIND, false, true, true, true },
		{ DHCP6_RELEASE, true, true, true, false },
		{ DHCP6_DECLINE, true, true, true, false },
		{ DHCP6_INFORMATION_REQUEST, false, false, false, true },
	};
	struct world fresh, bound;

	(void)state;
	request(&fresh);
	bind_lease(&bound);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		bool has_lease = rows[i].type >= DHCP6_RENEW &&
				 rows[i].type != DHCP6_INFORMATION_REQUEST;
		struct world *w = has_lease ? &bound : &fresh;
		struct dhcp6_builder b;
		struct dhcp6_packet got;
		struct dhcp6_ia ia = { .address = NULL };

		dhcp6_client_message(&b, &w->client, rows[i].type, 3);
		assert_int_equal(dhcp6_parse(&got, b.bytes, b.len, NULL), 0);
		assert_int_equal(got.type, rows[i].type);
		assert_int_equal(dhcp6_option(&got, DHCP6_OPTION_SERVER_ID, NULL).p !=
				     NULL,
		    rows[i].has_server);
		assert_int_equal(dhcp6_ia_na(&got, 1, &ia), rows[i].has_ia);
		assert_int_equal(ia.address != NULL, rows[i].has_address);
		if (ia.address)
			assert_memory_equal(ia.address, FIRST, 16);
		assert_int_equal(dhcp6_option(&got, DHCP6_OPTION_VENDOR_CLASS, NULL)
					 .p != NULL,
		    rows[i].has_wishes);
		assert_int_equal(dhcp6_option(&got, DHCP6_OPTION_REQUEST, NULL).p !=
				     NULL,
		    rows[i].has_wishes);
	}
	dhcp6_client_free(&fresh.client);
	dhcp6_client_free(&bound.client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_first_solicit_waits_up_to_a_second),
		cmocka_unit_test(test_what_is_sent_again_waits_as_the_rule_says),
		cmocka_unit_test(
		    test_solicits_go_on_with_the_same_number_and_tell_how_long),
		cmocka_unit_test(test_a_server_may_slow_solicits_down_within_bounds),
		cmocka_unit_test(test_a_solicit_says_who_asks_and_what_for),
		cmocka_unit_test(test_each_message_names_what_the_table_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
