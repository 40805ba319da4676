#include "tests/unit/dhcp/dhcp6_world.h"

/* ---- the way to a lease -------------------------------------------------------------- */

static void test_the_best_of_the_first_second_is_asked(void **state)
{
	struct world w;

	(void)state;
	solicit(&w);
	answer(&w, &(struct answer){ .type = DHCP6_ADVERTISE, .preference = 3 });
	assert_int_equal(w.client.state, DHCP6_CLIENT_SOLICITING);
	answer(&w, &(struct answer){ .type = DHCP6_ADVERTISE,
		       .preference = 4,
		       .server = TWO,
		       .address = OTHER });
	answer(&w, &(struct answer){ .type = DHCP6_ADVERTISE, .preference = 4 });
	assert_int_equal(w.client.state, DHCP6_CLIENT_SOLICITING);
	wait_for_timer(&w);
	assert_int_equal(w.sent.type, DHCP6_REQUEST);
	assert_true(str_eq(dhcp6_option(&w.sent, DHCP6_OPTION_SERVER_ID, NULL), TWO));
	assert_memory_equal(dhcp6_address(&w.sent), OTHER, 16);
}

static void test_who_prefers_itself_most_or_comes_late_is_asked_at_once(void **state)
{
	struct world w;

	(void)state;
	solicit(&w);
	answer(&w, &(struct answer){ .type = DHCP6_ADVERTISE, .preference = 254 });
	assert_int_equal(w.client.state, DHCP6_CLIENT_SOLICITING);
	answer(&w, &(struct answer){ .type = DHCP6_ADVERTISE,
		       .preference = 255,
		       .server = TWO });
	assert_int_equal(w.client.state, DHCP6_CLIENT_REQUESTING);
	assert_true(str_eq(dhcp6_option(&w.sent, DHCP6_OPTION_SERVER_ID, NULL), TWO));

	solicit(&w);
	wait_for_timer(&w);
	answer(&w, &(struct answer){ .type = DHCP6_ADVERTISE });
	assert_int_equal(w.client.state, DHCP6_CLIENT_REQUESTING);
}

/* An Advertise of which nothing can come, and why. */
static void test_an_advertise_that_is_no_use_is_told_once(void **state)
{
	static const struct {
		struct answer answer;
		const char *why;
	} rows[] = {
		{ { .status = DHCP6_NO_ADDRS_AVAIL }, "NoAddrsAvail" },
		{ { .ia_status = DHCP6_NO_ADDRS_AVAIL }, "NoAddrsAvail" },
		{ { .ia_status = 77 }, "a status that is not known" },
		{ { .has_no_ia = true }, "it has no IA_NA of ours" },
		{ { .iaid_off = 1 }, "it has no IA_NA of ours" },
		{ { .has_no_address = true }, "its IA_NA has no address" },
		{ { .t1 = 11, .t2 = 10 }, "its T1 is later than its T2" },
		{ { .is_dead = true }, "its valid lifetime is 0 s" },
		{ { .preferred = 2001 },
		    "its preferred lifetime is longer than its valid one" },
		{ { .address = GROUP }, "no host can have the address" },
		{ { .address = LINK }, "no host can have the address" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct answer a = rows[i].answer;
		struct world w;

		a.type = DHCP6_ADVERTISE;
		a.preference = 255;
		solicit(&w);
		answer(&w, &a);
		assert_int_equal(w.client.state, DHCP6_CLIENT_SOLICITING);
		assert_non_null(action_of(&w, DHCP6_CLIENT_IGNORED));
		assert_string_equal(action_of(&w, DHCP6_CLIENT_IGNORED)->why,
		    rows[i].why);
		answer(&w, &a);
		assert_int_equal(w.actions.len, 0);
		advertise(&w);
		assert_int_equal(w.client.state, DHCP6_CLIENT_REQUESTING);
	}
}

/* What is not for this client, or not for this moment, changes nothing. */
static void test_strangers_messages_change_nothing(void **state)
{
	static const struct answer rows[] = {
		{ .type = DHCP6_REPLY, .xid_off = 1 },
		{ .type = DHCP6_REPLY, .client = { "\0\3\0\1\2\0\0\0\0\2", 10 } },
		{ .type = DHCP6_REPLY, .client = { "\0\3\0\1\2\0\0\0\0", 9 } },
		{ .type = DHCP6_REPLY, .server = { "\0\3\0\1\2\0\0\0\0\x22", 10 } },
		{ .type = DHCP6_REPLY, .has_no_server = true },
		{ .type = DHCP6_ADVERTISE, .preference = 255 },
		{ .type = DHCP6_RECONFIGURE },
		{ .type = DHCP6_SOLICIT },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct world w;

		request(&w);
		answer(&w, &rows[i]);
		assert_int_equal(w.client.state, DHCP6_CLIENT_REQUESTING);
		assert_int_equal(w.actions.len, 0);
	}
}

static void test_a_reply_binds_the_lease_and_names_the_acs(void **state)
{
	static const struct str vendor = { "\0\0\x0d\xe9"
					   "\0\1\0\x1a"
					   "http://[fd77::2]:7547/cwmp"
					   "\0\2\0\4"
					   "PROV"
					   "\0\3\0\1"
					   "7"
					   "\0\4\0\4"
					   "3000",
		4 + 30 + 8 + 5 + 8 };
	const struct dhcp6_client_action *action;
	struct world w;

	(void)state;
	request(&w);
	answer(&w, &(struct answer){ .type = DHCP6_REPLY, .vendor = vendor });
	action = action_of(&w, DHCP6_CLIENT_CONFIGURE);
	assert_non_null(action);
	assert_false(action->is_renewal);
	assert_true(action->is_changed);
	assert_memory_equal(action->address, FIRST, 16);
	assert_true(str_is(w.client.lease.acs.url, "http://[fd77::2]:7547/cwmp"));
	assert_true(str_is(w.client.lease.acs.provisioning_code, "PROV"));
	assert_int_equal(w.client.lease.acs.retry_min_wait, 7);
	assert_int_equal(w.client.lease.acs.retry_multiplier, 3000);
	dhcp6_client_free(&w.client);
}

/* T1 and T2 of 0 are half and four fifths of the preferred lifetime. */
static void test_the_times_of_a_lease_are_as_the_table_says(void **state)
{
	static const struct {
		uint32_t t1, t2, preferred, valid, expected_t1, expected_t2;
	} rows[] = {
		{ 0, 0, 1000, 2000, 500, 800 },
		{ 100, 200, 1000, 2000, 100, 200 },
		{ 100, 0, 1000, 2000, 100, 800 },
		{ 900, 0, 1000, 2000, 800, 800 },
		{ 200, 200, 1000, 2000, 200, 200 },
		{ 100, 3000, 1000, 2000, 100, 2000 },
		{ 0, 0, DHCP6_FOREVER, DHCP6_FOREVER, DHCP6_FOREVER, DHCP6_FOREVER },
		{ 60, 90, DHCP6_FOREVER, DHCP6_FOREVER, 60, 90 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct world w;

		request(&w);
		answer(&w, &(struct answer){ .type = DHCP6_REPLY,
			       .t1 = rows[i].t1,
			       .t2 = rows[i].t2,
			       .preferred = rows[i].preferred,
			       .valid = rows[i].valid });
		assert_int_equal(w.client.lease.t1_s, rows[i].expected_t1);
		assert_int_equal(w.client.lease.t2_s, rows[i].expected_t2);
		if (rows[i].expected_t1 == DHCP6_FOREVER)
			assert_true(w.client.timer_at == INT64_MAX);
		else
			assert_true(
			    w.client.timer_at == w.now + rows[i].expected_t1 * S);
	}
}

static void test_an_address_that_is_no_longer_preferred_is_renewed_by_its_end(
    void **state)
{
	struct world w;

	(void)state;
	request(&w);
	answer(&w, &(struct answer){ .type = DHCP6_REPLY, .is_zero_preferred = true });
	assert_int_equal(w.client.lease.t1_s, 1000);
	assert_int_equal(w.client.lease.t2_s, 1600);
}

/* ---- the way back -------------------------------------------------------------------- */

static void test_a_request_that_nobody_answers_is_given_up_after_ten(void **state)
{
	struct world w;

	(void)state;
	request(&w);
	for (int i = 0; i < 9; i++) {
		wait_for_timer(&w);
		assert_int_equal(w.sent.type, DHCP6_REQUEST);
	}
	wait_for_timer(&w);
	assert_int_equal(w.sent.type, DHCP6_SOLICIT);
}

static void test_a_row_of_refusals_is_waited_out(void **state)
{
	static const clock_ns waits[] = { 0, 2, 4, 8, 16, 32, 64, 64 };
	struct world w;

	(void)state;
	request(&w);
	for (size_t i = 0; i < ARRAY_LEN(waits); i++) {
		answer(&w, &(struct answer){ .type = DHCP6_REPLY,
			       .ia_status = DHCP6_NO_ADDRS_AVAIL });
		assert_string_equal(action_of(&w, DHCP6_CLIENT_REFUSED)->why,
		    "NoAddrsAvail");
		if (waits[i] > 0) {
			assert_int_equal(w.client.state, DHCP6_CLIENT_DELAYING);
			assert_true(w.client.timer_at == w.now + waits[i] * S);
			wait_for_timer(&w);
		}
		assert_int_equal(w.sent.type, DHCP6_SOLICIT);
		advertise(&w);
	}
	answer(&w, &(struct answer){ .type = DHCP6_REPLY });
	assert_int_equal(w.client.refusals, 0);
}

static void test_unspec_fail_is_asked_again_in_its_time(void **state)
{
	struct world w;

	(void)state;
	request(&w);
	answer(&w,
	    &(struct answer){ .type = DHCP6_REPLY, .status = DHCP6_UNSPEC_FAIL });
	assert_int_equal(w.client.state, DHCP6_CLIENT_REQUESTING);
	assert_string_equal(action_of(&w, DHCP6_CLIENT_IGNORED)->why, "UnspecFail");
	wait_for_timer(&w);
	assert_int_equal(w.sent.type, DHCP6_REQUEST);
}

static void test_a_lease_is_renewed_then_rebound_then_lost(void **state)
{
	struct world w;
	clock_ns bound_at;

	(void)state;
	bind_lease(&w);
	bound_at = w.now;
	wait_for_timer(&w);
	assert_int_equal(w.sent.type, DHCP6_RENEW);
	assert_true(w.now == bound_at + 500 * S);
	while (w.client.state == DHCP6_CLIENT_RENEWING) {
		assert_true(w.client.timer_at <= bound_at + 800 * S);
		wait_for_timer(&w);
	}
	assert_true(w.now == bound_at + 800 * S);
	assert_int_equal(w.sent.type, DHCP6_REBIND);
	while (w.client.state == DHCP6_CLIENT_REBINDING) {
		assert_true(w.client.timer_at <= bound_at + 2000 * S);
		wait_for_timer(&w);
	}
	assert_true(w.now == bound_at + 2000 * S);
	assert_string_equal(action_of(&w, DHCP6_CLIENT_LOST)->why, "the lease expired");
	assert_int_equal(w.sent.type, DHCP6_SOLICIT);
}

static void test_a_renewal_tells_whether_anything_is_new(void **state)
{
	static const struct {
		struct answer answer;
		bool is_changed, is_renewal;
	} rows[] = {
		{ { .type = DHCP6_REPLY, .t1 = 5, .t2 = 6 }, false, true },
		{ { .type = DHCP6_REPLY, .vendor = { "\0\0\x0d\xe9", 4 } }, true,
		    true },
		{ { .type = DHCP6_REPLY, .address = OTHER }, true, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct dhcp6_client_action *action;
		struct world w;

		bind_lease(&w);
		step(&w, DHCP6_CLIENT_RENEW, NULL);
		assert_int_equal(w.sent.type, DHCP6_RENEW);
		answer(&w, &rows[i].answer);
		action = action_of(&w, DHCP6_CLIENT_CONFIGURE);
		assert_int_equal(action->is_changed, rows[i].is_changed);
		assert_int_equal(action->is_renewal, rows[i].is_renewal);
		assert_int_equal(action_of(&w, DHCP6_CLIENT_LOST) != NULL,
		    !rows[i].is_renewal);
		dhcp6_client_free(&w.client);
	}
}

static void test_a_server_that_has_forgotten_the_lease_is_asked_for_it(void **state)
{
	struct world w;

	(void)state;
	bind_lease(&w);
	step(&w, DHCP6_CLIENT_RENEW, NULL);
	answer(&w, &(struct answer){ .type = DHCP6_REPLY,
		       .has_no_address = true,
		       .ia_status = DHCP6_NO_BINDING });
	assert_int_equal(w.sent.type, DHCP6_REQUEST);
	assert_memory_equal(dhcp6_address(&w.sent), FIRST, 16);
	assert_true(w.client.lease.has_address);
	answer(&w, &(struct answer){ .type = DHCP6_REPLY });
	assert_int_equal(w.client.state, DHCP6_CLIENT_BOUND);
	assert_true(action_of(&w, DHCP6_CLIENT_CONFIGURE)->is_renewal);
}

static void test_an_address_that_a_server_takes_back_is_lost(void **state)
{
	struct world w;

	(void)state;
	bind_lease(&w);
	step(&w, DHCP6_CLIENT_RENEW, NULL);
	answer(&w, &(struct answer){ .type = DHCP6_REPLY, .is_dead = true });
	assert_string_equal(action_of(&w, DHCP6_CLIENT_LOST)->why,
	    "the server takes it back");
	assert_int_equal(w.sent.type, DHCP6_SOLICIT);
	/* A Reply without our address says nothing: it is asked again. */
	bind_lease(&w);
	step(&w, DHCP6_CLIENT_RENEW, NULL);
	answer(&w, &(struct answer){ .type = DHCP6_REPLY, .has_no_ia = true });
	assert_int_equal(w.client.state, DHCP6_CLIENT_RENEWING);
	assert_int_equal(w.actions.len, 0);
}

static void test_an_address_of_another_host_is_declined(void **state)
{
	struct world w;

	(void)state;
	bind_lease(&w);
	step(&w, DHCP6_CLIENT_CONFLICT, NULL);
	assert_int_equal(w.sent.type, DHCP6_DECLINE);
	assert_string_equal(action_of(&w, DHCP6_CLIENT_DECLINED)->why,
	    "another host has the address");
	for (int i = 0; i < 3; i++) {
		wait_for_timer(&w);
		assert_int_equal(w.sent.type, DHCP6_DECLINE);
	}
	wait_for_timer(&w);
	assert_int_equal(w.sent.type, DHCP6_SOLICIT);
}

static void decline(struct world *w)
{
	step(w, DHCP6_CLIENT_CONFLICT, NULL);
	assert_int_equal(w->sent.type, DHCP6_DECLINE);
	answer(w, &(struct answer){ .type = DHCP6_REPLY, .has_no_ia = true });
	assert_int_equal(w->client.lease.server_len, 0);
}

static void test_a_row_of_conflicts_is_waited_out(void **state)
{
	static const clock_ns waits[] = { 0, 2, 4, 8, 16, 32, 64, 64 };
	struct world w;

	(void)state;
	bind_lease(&w);
	for (size_t i = 0; i < ARRAY_LEN(waits); i++) {
		decline(&w);
		if (waits[i] > 0) {
			assert_int_equal(w.client.state, DHCP6_CLIENT_DELAYING);
			assert_true(w.client.timer_at == w.now + waits[i] * S);
			wait_for_timer(&w);
		}
		assert_int_equal(w.sent.type, DHCP6_SOLICIT);
		advertise(&w);
		answer(&w, &(struct answer){ .type = DHCP6_REPLY });
		assert_int_equal(w.client.state, DHCP6_CLIENT_BOUND);
	}
	/* What is extended was nobody else's. */
	step(&w, DHCP6_CLIENT_RENEW, NULL);
	answer(&w, &(struct answer){ .type = DHCP6_REPLY });
	decline(&w);
	assert_int_equal(w.client.state, DHCP6_CLIENT_SOLICITING);
}

static void test_a_stop_releases_what_is_held(void **state)
{
	struct world w;

	(void)state;
	bind_lease(&w);
	step(&w, DHCP6_CLIENT_STOP, NULL);
	assert_int_equal(w.sent.type, DHCP6_RELEASE);
	assert_memory_equal(dhcp6_address(&w.sent), FIRST, 16);
	assert_string_equal(action_of(&w, DHCP6_CLIENT_LOST)->why, "stopped");
	assert_true(w.client.timer_at == INT64_MAX);
	request(&w);
	step(&w, DHCP6_CLIENT_STOP, NULL);
	assert_int_equal(w.actions.len, 0);
	assert_int_equal(w.client.state, DHCP6_CLIENT_STOPPED);
}

/* ---- without an address -------------------------------------------------------------- */

static void test_who_wants_no_address_is_told_the_rest_and_asks_again(void **state)
{
	static const struct {
		uint32_t refresh;
		clock_ns due;
	} rows[] = { { 0, 86400 }, { 599, 600 }, { 601, 601 }, { DHCP6_FOREVER, -1 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct dhcp6_client_action *told;
		struct world w;

		start(&w, DHCP6_CLIENT_ASK);
		wait_for_timer(&w);
		assert_int_equal(w.sent.type, DHCP6_INFORMATION_REQUEST);
		assert_true(asks_for(&w.sent, DHCP6_OPTION_REFRESH));
		answer(&w, &(struct answer){ .type = DHCP6_REPLY,
			       .has_no_ia = true,
			       .refresh = rows[i].refresh });
		told = action_of(&w, DHCP6_CLIENT_TOLD);
		assert_non_null(told);
		assert_true(told->is_changed && !told->is_renewal);
		assert_false(w.client.lease.has_address);
		if (rows[i].due < 0) {
			assert_true(w.client.timer_at == INT64_MAX);
			continue;
		}
		assert_true(w.client.timer_at == w.now + rows[i].due * S);
		wait_for_timer(&w);
		assert_int_equal(w.sent.type, DHCP6_INFORMATION_REQUEST);
		answer(&w, &(struct answer){ .type = DHCP6_REPLY, .has_no_ia = true });
		told = action_of(&w, DHCP6_CLIENT_TOLD);
		assert_true(told->is_renewal && !told->is_changed);
	}
}

static void test_events_that_the_state_does_not_know_change_nothing(void **state)
{
	struct world w;

	(void)state;
	request(&w);
	step(&w, DHCP6_CLIENT_START, NULL);
	step(&w, DHCP6_CLIENT_ASK, NULL);
	step(&w, DHCP6_CLIENT_CONFLICT, NULL);
	step(&w, DHCP6_CLIENT_RENEW, NULL);
	w.now = w.client.timer_at - 1;
	step(&w, DHCP6_CLIENT_TIMER, NULL);
	assert_int_equal(w.client.state, DHCP6_CLIENT_REQUESTING);
	assert_int_equal(w.actions.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_best_of_the_first_second_is_asked),
		cmocka_unit_test(
		    test_who_prefers_itself_most_or_comes_late_is_asked_at_once),
		cmocka_unit_test(test_an_advertise_that_is_no_use_is_told_once),
		cmocka_unit_test(test_strangers_messages_change_nothing),
		cmocka_unit_test(test_a_reply_binds_the_lease_and_names_the_acs),
		cmocka_unit_test(test_the_times_of_a_lease_are_as_the_table_says),
		cmocka_unit_test(
		    test_an_address_that_is_no_longer_preferred_is_renewed_by_its_end),
		cmocka_unit_test(
		    test_a_request_that_nobody_answers_is_given_up_after_ten),
		cmocka_unit_test(test_a_row_of_refusals_is_waited_out),
		cmocka_unit_test(test_unspec_fail_is_asked_again_in_its_time),
		cmocka_unit_test(test_a_lease_is_renewed_then_rebound_then_lost),
		cmocka_unit_test(test_a_renewal_tells_whether_anything_is_new),
		cmocka_unit_test(
		    test_a_server_that_has_forgotten_the_lease_is_asked_for_it),
		cmocka_unit_test(test_an_address_that_a_server_takes_back_is_lost),
		cmocka_unit_test(test_an_address_of_another_host_is_declined),
		cmocka_unit_test(test_a_row_of_conflicts_is_waited_out),
		cmocka_unit_test(test_a_stop_releases_what_is_held),
		cmocka_unit_test(
		    test_who_wants_no_address_is_told_the_rest_and_asks_again),
		cmocka_unit_test(
		    test_events_that_the_state_does_not_know_change_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
