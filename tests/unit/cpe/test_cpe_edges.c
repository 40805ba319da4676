/* agents/cpe/device/cpe_edges.c: what an opened CPE has of the world, and what is left of it
 * when it cannot have all. Lessees are counted, and the bridge is this file's. */
#include "tests/unit/unit.h"

#include "agents/cpe/device/cpe_edges.h"
#include "agents/cpe/device/cpe_fleet.h"
#include "agents/cpe/dhcp/lessee.h"
#include "agents/cpe/ports/bridge.h"
#include "agents/cpe/ports/bridge_internal.h"

#include <errno.h>
#include <stdlib.h>

static struct world {
	unsigned n_lessees;
	bool is_deaf, is_unreadable; /* the bridge */
} world;

/* ---- lessees ------------------------------------------------------------------------ */

struct lessee {
	struct dhcp_lease lease;
	uint8_t mac[6];
};

int lessee_new(struct lessee **ret, uv_loop_t *loop, struct cpe_place *place,
    const uint8_t *mac, const struct dhcp_client_config *config, struct rng *rng,
    const struct lessee_handlers *handlers, void *user, struct error *err)
{
	(void)loop;
	(void)place;
	(void)mac;
	(void)config;
	(void)rng;
	(void)handlers;
	(void)user;
	(void)err;
	*ret = calloc(1, sizeof(**ret));
	assert_non_null(*ret);
	world.n_lessees++;
	return 0;
}

void lessee_start(struct lessee *lessee)
{
	(void)lessee;
}

void lessee_stop(struct lessee *lessee)
{
	(void)lessee;
}

clock_ns lessee_due(const struct lessee *lessee)
{
	(void)lessee;
	return INT64_MAX;
}

void lessee_timer(struct lessee *lessee)
{
	(void)lessee;
}

const struct dhcp_lease *lessee_lease(const struct lessee *lessee)
{
	return &lessee->lease;
}

const uint8_t *lessee_mac(const struct lessee *lessee)
{
	return lessee->mac;
}

void lessee_close(struct lessee *lessee, void (*done)(void *user))
{
	assert_null(done); /* nobody waits for who was never opened */
	free(lessee);
	world.n_lessees--;
}

/* ---- the bridge --------------------------------------------------------------------- */

int bridge_listen(const struct cpe_place *place, struct error *err)
{
	(void)place;
	return world.is_deaf ? error_set(err, -EMFILE, "deaf")
			     : open("/dev/null", O_RDONLY | O_CLOEXEC);
}

int bridge_read(const struct cpe_place *place, struct port_table *table,
    struct error *err)
{
	(void)place;
	(void)table;
	return world.is_unreadable ? error_set(err, -ETIMEDOUT, "unreadable") : 0;
}

unsigned bridge_hear(int fd, struct port_table *table)
{
	(void)fd;
	(void)table;
	return BRIDGE_NO_NEWS;
}

int bridge_enable(const struct cpe_place *place, const struct port_table *table,
    uint32_t number, bool is_enabled, struct error *err)
{
	(void)place;
	(void)table;
	(void)number;
	(void)is_enabled;
	return error_set(err, -EPERM, "never");
}

int bridge_ask(const struct cpe_place *place, const struct nlmsghdr *request,
    bridge_taker *take, void *user)
{
	(void)place;
	(void)request;
	(void)take;
	(void)user;
	return -EPERM;
}

int bridge_dump_links(const struct cpe_place *place, bridge_taker *take, void *user)
{
	return bridge_ask(place, NULL, take, user);
}

/* ---- tests -------------------------------------------------------------------------- */

static void test_a_switch_without_its_ports_has_no_lessee_either(void **state)
{
	static const struct {
		struct world world;
		int r;
		const char *why;
	} rows[] = {
		{ { .is_deaf = true }, -EMFILE, "deaf" },
		{ { .is_unreadable = true }, -ETIMEDOUT, "unreadable" },
	};
	const struct cpe_config config = { .dhcp = true };
	struct cpe_place place = CPE_PLACE_NULL;
	struct cpe_fleet fleet = { .config = &config };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct cpe cpe = { .fleet = &fleet,
			.place = &place,
			.is_switch = true };
		struct error err = ERROR_NULL;

		world = rows[i].world;
		assert_int_equal(cpe_edges_open(&cpe, &err), rows[i].r);
		assert_string_equal(err.text, rows[i].why);
		assert_int_equal(world.n_lessees, 0);
		assert_null(cpe.lessee);
		assert_null(cpe.lease);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_switch_without_its_ports_has_no_lessee_either),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
