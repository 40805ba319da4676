#include "tests/unit/unit.h"

#include "agents/relay/relay_conf.h"
#include "agents/relay/relay_neighbour.h"

#include "lib/base/compiler.h"
#include "lib/proto/dhcp.h"

#define HEAD                                                              \
	"ports: [{interface: eth1, address: 10.1.0.1/24, trusted: yes}, " \
	"{interface: eth2, address: 10.2.0.1/16}]\n"

#define X50 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static int parse(struct relay_conf *conf, const char *text, struct error *err)
{
	struct conf_doc *doc = NULL;
	int r = conf_parse("test", str_of(text), &doc, err);

	if (r == 0)
		r = relay_conf_read(conf, doc, err);
	if (r < 0)
		conf_free(doc);
	return r;
}

static void test_ports_and_servers_are_read(void **state)
{
	struct relay_conf conf;
	struct error err = ERROR_NULL;

	(void)state;
	if (parse(&conf, HEAD "servers: [10.0.0.2, 10.0.0.3]\ncircuit-id: \"{port}\"\n",
		&err) < 0)
		fail_msg("%s", err.text);
	assert_string_equal(conf.relay.name, "relay");
	assert_int_equal(conf.relay.n_ports, 2);
	assert_string_equal(conf.relay.ports[0].name, "eth1");
	assert_int_equal(conf.relay.ports[0].address, 0x0a010001);
	assert_int_equal(conf.relay.ports[0].prefix, 24);
	assert_true(conf.relay.ports[0].is_trusted);
	assert_false(conf.relay.ports[1].is_trusted);
	assert_int_equal(conf.relay.n_servers, 2);
	assert_int_equal(conf.relay.servers[1], 0x0a000003);
	assert_int_equal(conf.relay.hops_max, 16);
	assert_string_equal(conf.relay.circuit_id, "{port}");
	assert_null(conf.relay.remote_id);
	conf_free(conf.doc);
}

static void test_mistakes_are_told_where_they_are(void **state)
{
	static const struct {
		const char *text, *told;
	} rows[] = {
		{ HEAD "servers: 10.0.0\n",
		    ":2:10: error: \"10.0.0\" is no IPv4 address" },
		{ HEAD "servers: 10.0.0.2\nhops: 17\n", ":3:7: error: " },
		{ HEAD "servers: 10.0.0.2\ncircuit-id: \"{line}\"\n",
		    ":3:13: error: {port}, {router}, {address} and {mac} are filled in" },
		{ HEAD "servers: 10.0.0.2\nremote-id: \"" X50 X50 X50 X50
		       "{mac}{mac}{mac}{mac}\"\n",
		    ":3:12: error: longer than 255 bytes" },
		{ HEAD "servers: 10.0.0.2\ncircuit-id: " X50 X50
		       "\nremote-id: " X50 X50 X50 "xx\n",
		    ":4:12: error: option 82 of eth1 would be longer than 255 bytes" },
		{ "servers: 10.0.0.2\nports: [{interface: a, address: 10.1.0.1/24}, "
		  "{interface: b, address: 10.1.0.1/24}]\n",
		    ":2:71: error: this is the address of another port" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct relay_conf conf;
		struct error err = ERROR_NULL;

		assert_int_equal(parse(&conf, rows[i].text, &err), ERR_CONFIG);
		if (!strstr(err.text, rows[i].told))
			fail_msg("%s\nwanted: %s", err.text, rows[i].told);
	}
}

static void test_an_option_82_of_255_bytes_is_no_mistake(void **state)
{
	struct relay_conf conf;
	struct error err = ERROR_NULL;

	(void)state;
	if (parse(&conf,
		HEAD "servers: 10.0.0.2\ncircuit-id: " X50 X50
		     "\nremote-id: " X50 X50 X50 "x\n",
		&err) < 0)
		fail_msg("%s", err.text);
	conf_free(conf.doc);
}

/* A reply for a client at 10.1.0.1/24. */
static void test_only_who_has_leased_beside_a_port_is_its_neighbour(void **state)
{
	static const struct {
		uint32_t yiaddr;
		uint8_t type;
		bool is_neighbour;
	} rows[] = {
		{ 0x0a010064, DHCP_ACK, true },
		{ 0x0a0100fe, DHCP_ACK, true },
		{ 0x0a010064, DHCP_OFFER, false },
		{ 0x0a010064, DHCP_NAK, false },
		{ 0, DHCP_ACK, false },          /* of a DHCPINFORM */
		{ 0x0a010001, DHCP_ACK, false }, /* the relay itself */
		{ 0x0a020064, DHCP_ACK, false },
		{ 0xc0000201, DHCP_ACK, false },
	};
	static const struct relay_port port = { "eth1", 0x0a010001, 24, false };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct dhcp_packet header = { .op = 2,
			.htype = 1,
			.hlen = 6,
			.yiaddr = rows[i].yiaddr,
			.ciaddr = rows[i].yiaddr ? 0 : 0x0a010064 };
		struct dhcp_builder message;
		struct relay_out out = { .address = rows[i].yiaddr ? rows[i].yiaddr
								   : header.ciaddr };

		dhcp_build(&message, &header, rows[i].type, 0);
		assert_int_equal(dhcp_build_end(&message), 0);
		memcpy(out.bytes, message.bytes, message.len);
		out.len = message.len;
		assert_int_equal(relay_neighbour_is(&out, &port), rows[i].is_neighbour);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ports_and_servers_are_read),
		cmocka_unit_test(test_mistakes_are_told_where_they_are),
		cmocka_unit_test(test_an_option_82_of_255_bytes_is_no_mistake),
		cmocka_unit_test(
		    test_only_who_has_leased_beside_a_port_is_its_neighbour),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
