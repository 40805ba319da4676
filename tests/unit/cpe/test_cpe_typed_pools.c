/* agents/cpe/console: what was typed of a DHCP server, as the configuration of one that runs. */
#include "tests/unit/unit.h"

#include "agents/cpe/console/typed_pools.h"
#include "lib/base/buf.h"
#include "lib/base/text.h"

#include <inttypes.h>
#include <string.h>

enum {
	NETWORK = 0x0a000000 /* 10.0.0.0 */
};

static struct typed_pools pools;

/* "10.0.0.1-10.0.0.9/24 reserved 10.0.0.5", a line each. */
static void put_server(struct buf *out, const struct server_config *server)
{
	char first[IPV4_TEXT_MAX], last[IPV4_TEXT_MAX];

	for (size_t i = 0; i < server->n_pools; i++) {
		const struct pool_config *pool = &server->pools[i];

		buf_printf(out, "%s-%s/%u", ipv4_text(pool->first, first),
		    ipv4_text(pool->last, last), pool->prefix);
		for (size_t k = 0; k < pool->n_reservations; k++)
			buf_printf(out, " %s",
			    ipv4_text(pool->reservations[k].address, first));
		buf_append_char(out, '\n');
	}
}

static void check(const struct cli_dhcp *dhcp, uint32_t own, const char *wanted)
{
	struct dhcp_server *server = NULL;
	struct error err = ERROR_NULL;
	auto_buf text = BUF_NULL;

	if (typed_pools_make(&pools, dhcp, own, &err) < 0)
		fail_msg("%s", err.text);
	put_server(&text, &pools.server);
	assert_string_equal(buf_cstr(&text), wanted);
	/* A server takes it. */
	if (dhcp_server_new(&server, &pools.server, &err) < 0)
		fail_msg("%s", err.text);
	dhcp_server_free(server);
}

static struct cli_dhcp dhcp_of(uint32_t network, uint32_t prefix)
{
	struct cli_dhcp dhcp = { .n_pools = 1 };

	dhcp.pools[0] =
	    (struct cli_pool){ .name = "0", .network = network, .prefix = prefix };
	return dhcp;
}

static void forbid(struct cli_dhcp *dhcp, uint32_t first, uint32_t last)
{
	dhcp->forbidden[dhcp->n_forbidden++] = (struct cli_range){ first, last };
}

static void bind_mac(struct cli_dhcp *dhcp, uint32_t pool, uint32_t address)
{
	dhcp->binds[dhcp->n_binds] = (struct cli_bind){ .pool = pool,
		.address = address,
		.mac = { 2, 0, 0, 0, 0, (uint8_t)dhcp->n_binds } };
	dhcp->n_binds++;
}

static void test_a_network_is_the_ranges_that_are_left_of_it(void **state)
{
	struct cli_dhcp dhcp = dhcp_of(NETWORK, 24);

	(void)state;
	check(&dhcp, 0, "10.0.0.1-10.0.0.254/24\n");
	check(&dhcp, NETWORK + 1, "10.0.0.2-10.0.0.254/24\n");
	check(&dhcp, NETWORK + 254, "10.0.0.1-10.0.0.253/24\n");
	forbid(&dhcp, NETWORK + 1, NETWORK + 9);
	forbid(&dhcp, NETWORK + 41, NETWORK + 41);
	check(&dhcp, NETWORK + 60,
	    "10.0.0.10-10.0.0.40/24\n10.0.0.42-10.0.0.59/24\n"
	    "10.0.0.61-10.0.0.254/24\n");
	forbid(&dhcp, NETWORK, NETWORK + 255);
	check(&dhcp, 0, "");
}

static void test_what_is_bound_is_reserved_though_it_is_forbidden(void **state)
{
	struct cli_dhcp dhcp = dhcp_of(NETWORK, 24);

	(void)state;
	forbid(&dhcp, NETWORK + 1, NETWORK + 99);
	bind_mac(&dhcp, 0, NETWORK + 5);
	bind_mac(&dhcp, 0, NETWORK + 100);
	bind_mac(&dhcp, 0, NETWORK + 200);
	check(&dhcp, 0,
	    "10.0.0.100-10.0.0.254/24 10.0.0.100 10.0.0.200\n"
	    "10.0.0.5-10.0.0.5/24 10.0.0.5\n");
}

static void test_a_pool_without_a_network_has_what_is_bound(void **state)
{
	struct cli_dhcp dhcp = dhcp_of(0, 0);

	(void)state;
	check(&dhcp, 0, "");
	bind_mac(&dhcp, 0, 0x0a000001);
	bind_mac(&dhcp, 0, 0xac100001);
	bind_mac(&dhcp, 0, 0xc0000201);
	bind_mac(&dhcp, 0, 0xc6336401);
	dhcp.binds[3].prefix = 29;
	check(&dhcp, 0,
	    "10.0.0.1-10.0.0.1/8 10.0.0.1\n172.16.0.1-172.16.0.1/16 172.16.0.1\n"
	    "192.0.2.1-192.0.2.1/24 192.0.2.1\n198.51.100.1-198.51.100.1/29 "
	    "198.51.100.1\n");
}

static void test_what_clients_are_told(void **state)
{
	struct cli_dhcp dhcp = dhcp_of(NETWORK, 24);
	struct cli_pool *pool = &dhcp.pools[0];
	const struct pool_config *config = &pools.pools[0];

	(void)state;
	check(&dhcp, 0, "10.0.0.1-10.0.0.254/24\n");
	assert_int_equal(config->lease_s, 86400);
	assert_null(config->option_43.p);
	assert_null(config->domain);
	assert_int_equal(config->router, 0);

	pool->gateways = (struct cli_addresses){ { NETWORK + 1, NETWORK + 2 }, 2 };
	pool->dns = (struct cli_addresses){ { NETWORK + 3 }, 1 };
	memcpy(pool->domain, "lab", 3);
	memcpy(pool->option_43, "01027", 5); /* an odd digit */
	pool->expired = UINT32_MAX;
	check(&dhcp, 0, "10.0.0.1-10.0.0.254/24\n");
	assert_int_equal(config->router, NETWORK + 1);
	assert_int_equal(config->n_more_routers, 1);
	assert_int_equal(config->more_routers[0], NETWORK + 2);
	assert_int_equal(config->n_dns, 1);
	assert_int_equal(config->dns[0], NETWORK + 3);
	assert_string_equal(config->domain, "lab");
	assert_int_equal(config->lease_s, UINT32_MAX);
	assert_true(config->is_option_43_for_all);
	assert_true(str_eq(config->option_43, str_make("\x01\x02\x70", 3)));
}

static void test_what_cannot_be_served_is_named(void **state)
{
	struct cli_dhcp dhcp = dhcp_of(NETWORK, 24);
	struct error err = ERROR_NULL;

	(void)state;
	dhcp.n_pools = 2;
	memcpy(dhcp.pools[1].name, "b", 1);
	bind_mac(&dhcp, 1, NETWORK + 7);
	assert_int_equal(typed_pools_make(&pools, &dhcp, 0, &err), ERR_CONFIG);
	assert_string_equal(err.text,
	    "Pool b: 10.0.0.7 is bound here, but it is in the "
	    "network of pool 0.");
	dhcp.binds[0].pool = 0;
	assert_int_equal(typed_pools_make(&pools, &dhcp, NETWORK + 7, &err),
	    ERR_CONFIG);
	assert_string_equal(err.text, "Pool 0: 10.0.0.7 is the server's own address.");
}

/* SERVER_POOLS_MAX ranges are taken, one more is not. */
static void test_ranges_at_their_bound(void **state)
{
	struct cli_dhcp dhcp = dhcp_of(NETWORK, 24);
	struct error err = ERROR_NULL;

	(void)state;
	for (uint32_t i = 0; i < 31; i++)
		forbid(&dhcp, NETWORK + 2 + 2 * i, NETWORK + 2 + 2 * i);
	dhcp.n_pools = 3; /* 32 ranges of the first; 32 more are bound in the second */
	for (uint32_t i = 0; i < 32; i++)
		bind_mac(&dhcp, 1, 0x0b000001 + i);
	assert_int_equal(typed_pools_make(&pools, &dhcp, 0, &err), 0);
	assert_int_equal(pools.server.n_pools, SERVER_POOLS_MAX);
	memcpy(dhcp.pools[2].name, "c", 1);
	dhcp.pools[2].network = 0x0c000000;
	dhcp.pools[2].prefix = 30;
	assert_int_equal(typed_pools_make(&pools, &dhcp, 0, &err), ERR_CONFIG);
	assert_string_equal(err.text, "Pool c: too many ranges are forbidden: no more "
				      "than 64 can be handed out.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_network_is_the_ranges_that_are_left_of_it),
		cmocka_unit_test(test_what_is_bound_is_reserved_though_it_is_forbidden),
		cmocka_unit_test(test_a_pool_without_a_network_has_what_is_bound),
		cmocka_unit_test(test_what_clients_are_told),
		cmocka_unit_test(test_what_cannot_be_served_is_named),
		cmocka_unit_test(test_ranges_at_their_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
