/* agents/cpe/dhcp6/lessee6 at a link where routers shout: sockets, interface and clock are the
 * test's. */
#include "tests/unit/unit.h"

#include "agents/cpe/dhcp6/dhcp6_io.h"
#include "agents/cpe/dhcp6/ears.h"
#include "agents/cpe/dhcp6/lessee6.h"
#include "agents/cpe/place/ifaddr.h"

#include <string.h>
#include <sys/eventfd.h>

clock_ns __wrap_clock_monotonic(void);

static struct machine {
	clock_ns now;
	unsigned adverts, heard; /* that wait in the socket, and that were read */
	uint8_t dns;             /* that the next one names; another one each time */
	bool is_old;             /* the address of the prefix */
	unsigned leased, renewed, lost;
} machine;

clock_ns __wrap_clock_monotonic(void)
{
	return machine.now;
}

int ifaddr_up(const struct cpe_place *place, struct error *err)
{
	(void)place;
	(void)err;
	return 0;
}

int dhcp6_io_open_router(const struct cpe_place *place, struct error *err)
{
	(void)place;
	(void)err;
	return eventfd(1, EFD_CLOEXEC);
}

int place6_doorbell(const struct cpe_place *place, struct error *err)
{
	(void)place;
	(void)err;
	return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

int dhcp6_io_hear_router(int fd, struct router_advert *ret, uint8_t ret_from[16])
{
	(void)fd;
	if (machine.adverts == 0)
		return 0;
	machine.adverts--;
	machine.heard++;
	*ret = (struct router_advert){ .lifetime_s = 1800,
		.dns_lifetime_s = 1800,
		.n_dns = 1,
		.dns = { { 0x20, [15] = machine.dns++ } } };
	memset(ret_from, 0xfe, 16);
	return 1;
}

size_t place6_addresses(const struct cpe_place *place,
    struct place6_address ret[PLACE6_ADDRESSES_MAX])
{
	(void)place;
	ret[0] = (struct place6_address){ .bytes = { 0xfe, 0x80, [15] = 1 },
		.is_link_local = true };
	ret[1] = (struct place6_address){ .bytes = { 0x20, [15] = 1 },
		.prefix = 64,
		.is_deprecated = machine.is_old };
	return 2;
}

/* ---- no DHCPv6 is spoken here ---------------------------------------------------------- */

int place6_set(const struct cpe_place *place, const uint8_t address[PLACE_ADDRESS6],
    uint32_t preferred_s, uint32_t valid_s, struct error *err)
{
	(void)place;
	(void)address;
	(void)preferred_s;
	(void)valid_s;
	(void)err;
	fail_msg("nothing is leased");
	return -1;
}

int place6_clear(const struct cpe_place *place, const uint8_t address[PLACE_ADDRESS6],
    struct error *err)
{
	return place6_set(place, address, 0, 0, err);
}

int dhcp6_io_open(const struct cpe_place *place, struct error *err)
{
	return place6_set(place, NULL, 0, 0, err);
}

int dhcp6_io_send(const struct cpe_place *place, int fd,
    const struct dhcp6_builder *message, struct error *err)
{
	(void)fd;
	(void)message;
	return place6_set(place, NULL, 0, 0, err);
}

int dhcp6_io_receive(int fd, uint8_t bytes[DHCP6_IO_MESSAGE_MAX],
    struct dhcp6_packet *ret, uint8_t ret_from[16])
{
	(void)fd;
	(void)bytes;
	(void)ret;
	(void)ret_from;
	return 0;
}

int dhcp6_io_solicit_router(const struct cpe_place *place, int fd, const uint8_t mac[6],
    struct error *err)
{
	(void)place;
	(void)fd;
	(void)mac;
	(void)err;
	return 0;
}

bool dhcp6_io_is_needed(const struct dhcp6_client *client)
{
	(void)client;
	return false;
}

/* ---- the host -------------------------------------------------------------------------- */

static void on_leased(void *user, bool is_renewal)
{
	(void)user;
	machine.leased += !is_renewal;
	machine.renewed += is_renewal;
}

static void on_lost(void *user, const uint8_t *address, const char *why)
{
	(void)user;
	(void)address;
	(void)why;
	machine.lost++;
}

static void on_refused(void *user, const char *what, const uint8_t *address,
    const char *why)
{
	(void)user;
	(void)what;
	(void)address;
	fail_msg("%s", why);
}

static void on_failed(void *user, const char *why)
{
	(void)user;
	fail_msg("%s", why);
}

static void on_stepped(void *user)
{
	(void)user;
}

struct scene {
	uv_loop_t loop;
	struct cpe_place place;
	struct rng rng;
	struct lessee6 *lessee;
};

static void scene_up(struct scene *scene)
{
	static const struct lessee6_handlers handlers = { .leased = on_leased,
		.lost = on_lost,
		.refused = on_refused,
		.failed = on_failed,
		.waited = on_stepped,
		.stepped = on_stepped };
	static const struct dhcp6_client_config config = { .mac = { 2 } };

	machine = (struct machine){ .now = 1000 * NS_PER_S };
	*scene = (struct scene){ .place = CPE_PLACE_NULL, .rng = rng_make(1, 1) };
	assert_int_equal(uv_loop_init(&scene->loop), 0);
	assert_int_equal(lessee6_new(&scene->lessee, &scene->loop, &scene->place,
			     &config, &scene->rng, &handlers, scene, NULL),
	    0);
	lessee6_start(scene->lessee);
}

static void scene_down(struct scene *scene)
{
	lessee6_close(scene->lessee, NULL);
	(void)uv_run(&scene->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&scene->loop), 0);
}

static void turn(struct scene *scene)
{
	(void)uv_run(&scene->loop, UV_RUN_NOWAIT);
}

/* n turns, a millisecond each, in which one router says something else each time. */
static void shout(struct scene *scene, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		machine.adverts = 1;
		turn(scene);
		if (machine.now >= lessee6_due(scene->lessee))
			lessee6_timer(scene->lessee);
		machine.now += NS_PER_MS;
	}
}

static void test_a_flood_leaves_others_their_turn(void **state)
{
	struct scene scene;

	(void)state;
	scene_up(&scene);
	machine.adverts = 1000000;
	turn(&scene);
	assert_int_equal(machine.heard, EAR_READS_MAX);
	turn(&scene);
	assert_int_equal(machine.heard, 2 * EAR_READS_MAX);
	scene_down(&scene);
}

/* Each news costs a line, and a session with the ACS. */
static void test_news_are_told_once_a_second(void **state)
{
	struct scene scene;

	(void)state;
	scene_up(&scene);
	shout(&scene, 3000);
	assert_int_equal(machine.heard, 3000);
	assert_int_equal(machine.leased, 1);
	assert_int_equal(machine.renewed, 2);

	/* The last is told, though nobody says it again. */
	assert_true(lessee6_due(scene.lessee) == 1003 * NS_PER_S);
	machine.now = 1003 * NS_PER_S;
	lessee6_timer(scene.lessee);
	assert_int_equal(machine.renewed, 3);
	assert_int_equal(scene.place.net6->dns[0][15], (uint8_t)(machine.dns - 1));
	assert_true(lessee6_due(scene.lessee) == INT64_MAX);
	scene_down(&scene);
}

static void test_an_address_that_comes_and_goes_is_told_once_a_second(void **state)
{
	struct scene scene;

	(void)state;
	scene_up(&scene);
	for (unsigned i = 0; i < 2000; i++) {
		machine.is_old = i % 2;
		shout(&scene, 1);
	}
	assert_int_equal(machine.leased, 2);
	assert_int_equal(machine.lost, 2);
	scene_down(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_flood_leaves_others_their_turn),
		cmocka_unit_test(test_news_are_told_once_a_second),
		cmocka_unit_test(
		    test_an_address_that_comes_and_goes_is_told_once_a_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
