/* Which ACSs of a lab a CPE may come to. */
#include "tests/unit/topology/topologies.h"

#include "lab/run/acs_visits.h"

static const struct topology_options options = { .models = "topologies/models" };

#define LAB                                                               \
	"name: t\n"                                                       \
	"nodes:\n"                                                        \
	"  sw1: {kind: switch}\n"                                         \
	"  dns: {kind: dns, attach: sw1, address: 10.0.0.3/24, records: " \
	"[{name: router.lab, address: 10.0.0.1}]}\n"                      \
	"  acs1: {kind: acs, attach: sw1, address: 10.0.0.11/24, "        \
	"url: \"http://acs1.lab:7547/cwmp\", names: [also.lab]}\n"        \
	"  acs2: {kind: acs, attach: sw1, address: 10.0.0.12/24, "        \
	"url: \"http://acs2.lab:7547/cwmp\"}\n"                           \
	"  dhcp: {kind: dhcp, attach: sw1, address: 10.0.0.2/24, "        \
	"pools: [{range: 10.0.0.100-10.0.0.104%s}]}\n"                    \
	"  cpe: {kind: cpe, attach: sw1, model: hp5920%s}\n"
#define URL(host) "{url: \"http://" host ":7547/cwmp\"}"

static const struct {
	const char *pool, *cpe;
	bool first, second;
} rows[] = {
	/* Nobody tells it anything: a user may. */
	{ "", "", true, true },
	{ "", ", acs: " URL("acs1.lab"), true, false },
	{ "", ", acs: " URL("ALSO.lab"), true, false },
	{ "", ", acs: " URL("10.0.0.12"), false, true },
	/* Who knows where that leads? */
	{ "", ", acs: " URL("router.lab"), true, true },
	{ "", ", acs: " URL("elsewhere.example"), true, true },
	{ "", ", acs: " URL("192.0.2.1"), true, true },
	{ "", ", acs: " URL("[2001:db8::1]"), true, true },
	{ ", acs: " URL("acs2.lab"), "", false, true },
	{ ", acs: {hex: \"0102\"}", "", true, true },
	/* The user has the first word; DHCP may be late, and then the factory's counts. */
	{ ", acs: " URL("acs2.lab"), ", acs: " URL("acs1.lab"), true, false },
	{ ", acs: " URL("acs2.lab"), ", default-acs: " URL("acs1.lab"), true, true },
	{ "", ", default-acs: " URL("acs1.lab"), true, false },
};

static void test_a_cpe_comes_to_whom_it_is_told_of(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct topology *topology = NULL;
		struct error err = ERROR_NULL;
		const struct node *cpe;
		char text[1200];

		(void)snprintf(text, sizeof(text), LAB, rows[i].pool, rows[i].cpe);
		if (topology_parse("t.yaml", str_of(text), &options, &topology, &err) <
		    0)
			fail_msg("%s", err.text);
		cpe = map_get(&topology->by_name, STR("cpe"));
		if (acs_may_be_visited(topology,
			map_get(&topology->by_name, STR("acs1")),
			cpe) != rows[i].first ||
		    acs_may_be_visited(topology,
			map_get(&topology->by_name, STR("acs2")),
			cpe) != rows[i].second)
			fail_msg("row %zu: %s%s", i, rows[i].pool, rows[i].cpe);
		topology_free(topology);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_cpe_comes_to_whom_it_is_told_of),
	};

	return cmocka_run_group_tests(tests, enter_source, NULL);
}
