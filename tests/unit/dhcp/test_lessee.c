/* agents/cpe/dhcp/lessee with a machine that refuses addresses: sockets, interface and clock
 * are the test's. */
#include "tests/unit/unit.h"

#include "agents/cpe/dhcp/dhcp_io.h"
#include "agents/cpe/dhcp/lessee.h"
#include "agents/cpe/place/ifaddr.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define ADDRESS 0xc0000264u
#define SERVER  0xc0000202u

clock_ns __wrap_clock_monotonic(void);

static struct machine {
	clock_ns now;
	unsigned refusals; /* how often an address is refused from now on */
	uint32_t address;  /* on the interface */
	struct dhcp_builder incoming;
	bool has_incoming;
	uint32_t xid;
	char seen
	    [64]; /* 's'et, 'R'efused, 'c'leared; told: 'L'eased, 'N'ew, 'F'ailed, '-' */
} machine;

static void see(char c)
{
	size_t n = strlen(machine.seen);

	assert_true(n + 1 < sizeof(machine.seen));
	machine.seen[n] = c;
	machine.seen[n + 1] = '\0';
}

static void expect(const char *seen)
{
	assert_string_equal(machine.seen, seen);
	machine.seen[0] = '\0';
}

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

int ifaddr_set(const struct cpe_place *place, uint32_t address, unsigned prefix,
    uint32_t router, struct error *err)
{
	(void)place;
	(void)prefix;
	(void)router;
	if (machine.refusals > 0) {
		machine.refusals--;
		see('R');
		return error_set(err, -ENOBUFS, "eth0: %s", error_name(-ENOBUFS));
	}
	see('s');
	machine.address = address;
	return 0;
}

int ifaddr_clear(const struct cpe_place *place, struct error *err)
{
	(void)place;
	(void)err;
	see('c');
	machine.address = 0;
	return 0;
}

int dhcp_io_init(struct dhcp_io *io, const struct cpe_place *place, const uint8_t *mac,
    struct error *err)
{
	(void)err;
	*io = (struct dhcp_io)DHCP_IO_NULL;
	io->place = place;
	memcpy(io->mac, mac, sizeof(io->mac));
	return 0;
}

bool dhcp_io_will_close(const struct dhcp_io *io, const struct dhcp_client *client)
{
	(void)io;
	(void)client;
	return false;
}

int dhcp_io_apply(struct dhcp_io *io, const struct dhcp_client *client,
    const struct dhcp_client_actions *actions, struct error *err)
{
	(void)actions;
	(void)err;
	if (io->fd < 0)
		io->fd = eventfd(1, EFD_CLOEXEC);
	machine.xid = client->xid;
	return 0;
}

int dhcp_io_receive(struct dhcp_io *io, enum dhcp_client_event *ret_event,
    struct dhcp_packet *ret_packet)
{
	(void)io;
	if (!machine.has_incoming)
		return 0;
	machine.has_incoming = false;
	assert_int_equal(dhcp_parse(ret_packet, machine.incoming.bytes,
			     machine.incoming.len, NULL),
	    0);
	*ret_event = DHCP_CLIENT_PACKET;
	return 1;
}

void dhcp_io_close(struct dhcp_io *io)
{
	if (io->fd >= 0)
		(void)close(io->fd);
	io->fd = -1;
}

static void on_leased(void *user, bool is_renewal)
{
	(void)user;
	see(is_renewal ? 'N' : 'L');
}

static void on_lost(void *user, uint32_t address, const char *why)
{
	(void)user;
	(void)address;
	(void)why;
	see('-');
}

static void on_refused(void *user, const char *what, uint32_t address, const char *why)
{
	(void)user;
	(void)what;
	(void)address;
	(void)why;
	see('?');
}

static void on_failed(void *user, const char *why)
{
	(void)user;
	assert_string_equal(why, "eth0: No buffer space available");
	see('F');
}

static void on_stepped(void *user)
{
	(void)user;
}

struct scene {
	uv_loop_t loop;
	struct cpe_place place;
	struct rng rng;
	struct lessee *lessee;
};

static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 1 };

static void hear(struct scene *scene, uint8_t type, uint32_t router)
{
	struct dhcp_packet header = { .op = 2,
		.htype = 1,
		.hlen = 6,
		.yiaddr = ADDRESS,
		.xid = machine.xid };

	memcpy(header.chaddr, mac, sizeof(mac));
	dhcp_build(&machine.incoming, &header, type, 0);
	dhcp_build_u32(&machine.incoming, DHCP_OPTION_SERVER_ID, SERVER);
	dhcp_build_u32(&machine.incoming, DHCP_OPTION_LEASE_TIME, 3600);
	dhcp_build_u32(&machine.incoming, DHCP_OPTION_SUBNET_MASK, 0xffffff00);
	dhcp_build_u32(&machine.incoming, DHCP_OPTION_ROUTER, router);
	assert_int_equal(dhcp_build_end(&machine.incoming), 0);
	machine.has_incoming = true;
	(void)uv_run(&scene->loop, UV_RUN_NOWAIT);
	assert_false(machine.has_incoming);
}

/* From the start to the ACK. */
static void scene_up(struct scene *scene, unsigned refusals)
{
	static const struct lessee_handlers handlers = { on_leased, on_lost, on_refused,
		on_failed, on_stepped };
	static const struct dhcp_client_config config = { .probes = 0 };

	machine = (struct machine){ .now = 1000 * NS_PER_S, .refusals = refusals };
	*scene = (struct scene){ .place = CPE_PLACE_NULL, .rng = rng_make(1, 1) };
	assert_int_equal(uv_loop_init(&scene->loop), 0);
	assert_int_equal(lessee_new(&scene->lessee, &scene->loop, &scene->place, mac,
			     &config, &scene->rng, &handlers, scene, NULL),
	    0);
	lessee_start(scene->lessee);
	hear(scene, DHCP_OFFER, SERVER);
	hear(scene, DHCP_ACK, SERVER);
}

static void scene_down(struct scene *scene)
{
	lessee_close(scene->lessee, NULL);
	(void)uv_run(&scene->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&scene->loop), 0);
}

static void wait_for(struct scene *scene, clock_ns seconds)
{
	machine.now += seconds * NS_PER_S - 1;
	assert_true(lessee_due(scene->lessee) == machine.now + 1);
	lessee_timer(scene->lessee);
	expect("");
	machine.now++;
	lessee_timer(scene->lessee);
}

static void test_an_address_that_the_machine_refuses_is_tried_again(void **state)
{
	struct scene scene;

	(void)state;
	scene_up(&scene, 3);
	expect("RF");
	wait_for(&scene, 1);
	expect("RF");
	wait_for(&scene, 2);
	expect("RF");
	wait_for(&scene, 4);

	expect("sL");
	assert_int_equal(machine.address, ADDRESS);
	assert_int_equal(scene.place.address, ADDRESS);
	assert_true(lessee_due(scene.lessee) == lessee_lease(scene.lessee)->renew_at);
	scene_down(&scene);
}

static void test_the_waits_between_tries_end_at_64_s(void **state)
{
	struct scene scene;

	(void)state;
	scene_up(&scene, 100);
	expect("RF");
	for (clock_ns wait = 1; wait <= 64; wait *= 2) {
		wait_for(&scene, wait);
		expect("RF");
	}
	wait_for(&scene, 64);
	expect("RF");
	machine.refusals = 0;
	scene_down(&scene);
}

/* lost() without leased() would be a riddle. */
static void test_what_never_stood_there_is_not_told_as_lost(void **state)
{
	struct scene scene;

	(void)state;
	scene_up(&scene, 1);
	expect("RF");
	lessee_stop(scene.lessee);

	expect("c");
	assert_true(lessee_due(scene.lessee) == INT64_MAX);
	scene_down(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_an_address_that_the_machine_refuses_is_tried_again),
		cmocka_unit_test(test_the_waits_between_tries_end_at_64_s),
		cmocka_unit_test(test_what_never_stood_there_is_not_told_as_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
