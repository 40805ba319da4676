/* lib/console: pools of the DHCP server at their bounds, and what is odd in their options. */
#include "tests/unit/cases.h"
#include "tests/unit/console/cli_stub.h"

#include "lib/base/text.h"

/* ---- notes --------------------------------------------------------------------------------- */

static void type_line(struct cli_stub *stub, const char *line, bool is_taken)
{
	auto_buf out = BUF_NULL;

	if (cli_session_take(&stub->session, str_of(line), &out).is_refused == is_taken)
		fail_msg("%s\n%s", line, buf_cstr(&out));
}

static void test_what_is_odd_in_option_43_is_taken_with_a_note(void **state)
{
	static const struct {
		const char *digits, *note;
	} rows[] = {
		/* the vendor's own example, whose length is 19 too large */
		{ "013B687474703A2F2F6163732E64617461626173653A393039302F61637320766963"
		  "6B79203132333435",
		    "option 43: the length of sub-option 0x01 says 0x3b (59 bytes), but "
		    "0x28 (40) follow; CPEs that are strict pass over it" },
		{ "0128687474703A2F2F6163732E64617461626173653A393039302F61637320766963"
		  "6B79203132333435",
		    "" },
		{ "01036869",
		    "option 43: the length of sub-option 0x01 says 0x03 (3 bytes), but "
		    "0x02 (2) follow; CPEs that are strict pass over it" },
		{ "010268697",
		    "option 43 has an odd number of hex digits (9): the last "
		    "byte goes out as 0x70" },
		{ "0102686902",
		    "option 43 ends in 0x02, a sub-option without a length" },
		{ "0102686900", "" },
		{ "01026869ff02", "" },
		{ "0100", "" },
	};
	static struct cli_stub stub;

	(void)state;
	cli_stub_open(&stub, "comware7");
	type_line(&stub, "sys", true);
	type_line(&stub, "dhcp server ip-pool 0", true);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char line[CLI_LINE_MAX];

		(void)snprintf(line, sizeof(line), "option 43 hex %s", rows[i].digits);
		type_line(&stub, line, true);
		assert_string_equal(stub.session.note, rows[i].note);
		assert_string_equal(stub.device.running.dhcp.pools[0].option_43,
		    rows[i].digits);
		type_line(&stub, "display this", true);
		assert_string_equal(stub.session.note, "");
	}
	cli_stub_close(&stub);
}

/* ---- bounds -------------------------------------------------------------------------------- */

static void test_pools_ranges_and_bindings_at_their_bounds(void **state)
{
	static struct cli_stub stub;
	char line[160], a[IPV4_TEXT_MAX];

	(void)state;
	cli_stub_open(&stub, "comware7");
	type_line(&stub, "sys", true);
	for (int i = 0; i <= CLI_FORBIDDEN_MAX; i++) {
		(void)snprintf(line, sizeof(line), "dhcp server forbidden-ip 10.9.0.%d",
		    i);
		type_line(&stub, line, i < CLI_FORBIDDEN_MAX);
	}
	for (int i = 0; i <= CLI_POOLS_MAX; i++) {
		(void)snprintf(line, sizeof(line), "dhcp server ip-pool %d", i);
		type_line(&stub, line, i < CLI_POOLS_MAX);
	}
	type_line(&stub, "dhcp server ip-pool 3", true); /* one that is there */
	type_line(&stub, "network 10.0.0.0 16", true);
	for (unsigned i = 1; i <= CLI_BINDS_MAX + 1; i++) {
		(void)snprintf(line, sizeof(line),
		    "static-bind ip-address %s hardware-address 0000-5e00-%04x",
		    ipv4_text(0x0a000000 + i, a), i);
		type_line(&stub, line, i <= CLI_BINDS_MAX);
	}
	/* One that is there is another client's now, and takes no room. */
	type_line(&stub,
	    "static-bind ip-address 10.0.0.1 hardware-address 0000-5e00-ffff", true);
	type_line(&stub, "quit", true);
	type_line(&stub, "undo dhcp server ip-pool 3", true);
	assert_int_equal(stub.device.running.dhcp.n_binds, 0);
	assert_int_equal(stub.device.running.dhcp.n_pools, CLI_POOLS_MAX - 1);
	assert_string_equal(stub.device.running.dhcp.pools[3].name, "4");
	cli_stub_close(&stub);
}

static void test_bindings_follow_their_pools(void **state)
{
	static struct cli_stub stub;
	const struct cli_dhcp *dhcp = &stub.device.running.dhcp;

	(void)state;
	cli_stub_open(&stub, "comware7");
	type_line(&stub, "sys", true);
	type_line(&stub, "dhcp server ip-pool a", true);
	type_line(&stub, "dhcp server ip-pool B", true);
	type_line(&stub, "static-bind ip-address 10.0.0.1 client-identifier 00", true);
	type_line(&stub, "quit", true);
	type_line(&stub, "undo dhcp server ip-pool a", true);
	assert_string_equal(dhcp->pools[dhcp->binds[0].pool].name, "B");
	type_line(&stub, "dhcp server ip-pool b", true);
	type_line(&stub, "undo static-bind ip-address 10.0.0.1", true);
	assert_int_equal(dhcp->n_binds, 0);
	cli_stub_close(&stub);
}

static void test_a_pool_that_another_session_removes(void **state)
{
	static struct cli_stub stub;
	struct cli_session other;
	auto_buf out = BUF_NULL, prompt = BUF_NULL;

	(void)state;
	cli_stub_open(&stub, "comware7");
	cli_session_init(&other, &stub.device);
	type_line(&stub, "sys", true);
	type_line(&stub, "dhcp server ip-pool 0", true);
	(void)cli_session_take(&other, STR("sys"), &out);
	(void)cli_session_take(&other, STR("undo dhcp server ip-pool 0"), &out);
	buf_reset(&out);
	assert_true(cli_session_take(&stub.session, STR("network 10.0.0.0 24"), &out)
			.is_refused);
	assert_string_equal(buf_cstr(&out),
	    " % The DHCP address pool does not exist.\n");
	cli_session_prompt(&stub.session, &prompt);
	assert_string_equal(buf_cstr(&prompt), "[HP]");
	cli_stub_close(&stub);
}

static void test_ranges_leave_out_what_is_forbidden_and_our_own(void **state)
{
	struct cli_dhcp dhcp = { .n_forbidden = 2 };
	const struct cli_pool pool = { .network = 0x0a000000, .prefix = 29 };
	struct cli_range range = { 0, 0 };

	(void)state;
	dhcp.forbidden[0] = (struct cli_range){ 0x09000000, 0x0a000001 };
	dhcp.forbidden[1] = (struct cli_range){ 0x0a000003, 0x0a000003 };
	assert_true(cli_dhcp_range(&dhcp, &pool, 0x0a000005, 0, &range));
	assert_int_equal(range.first, 0x0a000002);
	assert_int_equal(range.last, 0x0a000002);
	assert_true(cli_dhcp_range(&dhcp, &pool, 0x0a000005, range.last + 1, &range));
	assert_int_equal(range.first, 0x0a000004);
	assert_int_equal(range.last, 0x0a000004);
	assert_true(cli_dhcp_range(&dhcp, &pool, 0x0a000005, range.last + 1, &range));
	assert_int_equal(range.first, 0x0a000006);
	assert_int_equal(range.last, 0x0a000006);
	assert_false(cli_dhcp_range(&dhcp, &pool, 0x0a000005, range.last + 1, &range));
	dhcp.forbidden[1] = (struct cli_range){ 0x0a000002, UINT32_MAX };
	assert_false(cli_dhcp_range(&dhcp, &pool, 0, 0, &range));
}

int main(int argc, char **argv)
{
	static struct cases cases;

	cases_add(&cases, test_what_is_odd_in_option_43_is_taken_with_a_note);
	cases_add(&cases, test_pools_ranges_and_bindings_at_their_bounds);
	cases_add(&cases, test_bindings_follow_their_pools);
	cases_add(&cases, test_a_pool_that_another_session_removes);
	cases_add(&cases, test_ranges_leave_out_what_is_forbidden_and_our_own);
	return cases_run(&cases, argc, argv, NULL, NULL);
}
