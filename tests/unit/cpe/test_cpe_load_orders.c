/* agents/cpe/load/load_order.c: orders of several storms, and an ACS that goes. */
#include "tests/unit/unit.h"

#include "agents/cpe/device/cpe_fleet.h"
#include "agents/cpe/load/load_door.h"
#include "agents/cpe/load/load_internal.h"
#include "tests/support/guard.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

struct world {
	uv_loop_t loop;
	struct load load;
	struct load_config config;
	struct load_file file;
	struct load_storm storm; /* a sweep that calls the only CPE */
	struct cpe cpe, *cpes[1];
	struct sockaddr_un at; /* the door */
	int fd;
	bool is_closed;
};

static void open_door(struct world *world)
{
	char folder[] = "/tmp/door.XXXXXX";

	assert_non_null(mkdtemp(folder));
	guard_path(folder);
	world->at.sun_family = AF_UNIX;
	(void)snprintf(world->at.sun_path, sizeof(world->at.sun_path), "%s/door",
	    folder);
	world->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(world->fd, (const struct sockaddr *)&world->at,
			     sizeof(world->at)),
	    0);
	assert_int_equal(listen(world->fd, 1), 0);
}

static struct world *open_world(void)
{
	struct world *world = calloc(1, sizeof(*world));
	struct error err = ERROR_NULL;

	assert_non_null(world);
	open_door(world);
	assert_int_equal(uv_loop_init(&world->loop), 0);
	world->storm =
	    (struct load_storm){ .kind = LOAD_STORM_CALL_SWEEP, .ppm = 1000000 };
	world->file = (struct load_file){ .cpes = 1,
		.storms = &world->storm,
		.n_storms = 1,
		.acs.door = world->at.sun_path };
	world->cpes[0] = &world->cpe;
	world->load = (struct load){ .loop = &world->loop,
		.config = &world->config,
		.file = &world->file,
		.cpes = world->cpes,
		.shards = 1,
		.is_acs = true };
	assert_int_equal(load_order_open(&world->load, &err), 0);
	world->load.n_cpes = 1; /* now: it has no place where it could listen */
	return world;
}

static void note_closed(void *user)
{
	*(bool *)user = true;
}

static void close_world(struct world *world)
{
	if (world->fd >= 0)
		(void)close(world->fd);
	load_order_stop(&world->load, note_closed, &world->is_closed);
	(void)uv_run(&world->loop, UV_RUN_DEFAULT);
	assert_true(world->is_closed);
	assert_int_equal(uv_loop_close(&world->loop), 0);
	load_order_free(&world->load);
	tally_free(&world->load.tally);
	free(world);
}

/* Killed by a storm, say: what it was not told yet is waited for no longer. */
static void test_orders_for_an_acs_that_is_gone_end_the_run(void **state)
{
	struct world *world = open_world();
	struct load *load = &world->load;

	(void)state;
	load_order_storm(load, &world->storm, 10);
	load_order_beat(load, 0);
	assert_null(load_judge_beat(load));
	(void)close(world->fd);
	world->fd = -1;
	(void)uv_run(&world->loop, UV_RUN_DEFAULT);
	load_order_beat(load, 10);
	assert_false(load_order_is_over(load));
	assert_string_equal(load_judge_beat(load),
	    "the ACS has ended before all orders were carried out");
	close_world(world);
}

/* For as long as it may take to be back. */
static void test_an_acs_that_does_not_come_back_ends_the_run(void **state)
{
	struct world *world = open_world();
	struct load *load = &world->load;
	struct load_storm storms[] = {
		{ .kind = LOAD_STORM_ACS_RESTART, .at = 5, .lasts = 5 },
		world->storm,
	};

	(void)state;
	world->file.storms = storms;
	world->file.n_storms = 2;
	load->next_storm = 2;
	load_order_storm(load, &storms[1], 10);
	(void)close(world->fd);
	world->fd = -1;
	(void)uv_run(&world->loop, UV_RUN_DEFAULT);
	load_order_beat(load, 10 + LOAD_BACK_S * NS_PER_S - 1);
	assert_null(load_judge_beat(load));
	load_order_beat(load, 10 + LOAD_BACK_S * NS_PER_S);
	assert_string_equal(load_judge_beat(load),
	    "the ACS has ended before all orders were carried out");
	close_world(world);
}

/* Else the run would wait for the first of them for ever. */
static void test_a_cpe_has_orders_of_several_storms(void **state)
{
	struct world *world = open_world();
	struct load *load = &world->load;
	const struct load_storm campaign = { .kind = LOAD_STORM_FIRMWARE };
	struct order_list sweep = { .storm = &world->storm },
			  other = { .storm = &world->storm },
			  images = { .storm = &campaign },
			  later = { .storm = &campaign };
	struct order orders[] = { { .load = load, .list = &sweep },
		{ .load = load, .list = &images }, { .load = load, .list = &other },
		{ .load = load, .list = &later } };
	struct cpe_sight informed = { .began = 9,
		.stage = CPE_STAGE_RPC,
		.method = CWMP_INFORM };
	const struct cpe_sight told = { .stage = CPE_STAGE_RPC,
		.method = CWMP_TRANSFER_COMPLETE };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(orders); i++)
		order_begin(&orders[i], 10);
	load_order_passed(load, &informed, 25); /* it came before it was called */
	assert_int_equal(sweep.n_open + other.n_open, 2);
	informed.began = 10;
	load_order_passed(load, &informed, 30);
	assert_false(orders[0].is_open || orders[2].is_open);
	assert_true(orders[1].is_open && orders[3].is_open);
	assert_int_equal(sweep.n_open + other.n_open, 0);
	load_order_passed(load, &told, 35);
	assert_false(orders[1].is_open);
	assert_int_equal(later.n_open, 1);
	load_order_passed(load, &told, 40);
	assert_int_equal(images.n_open + later.n_open, 0);
	load_order_passed(load, &told, 50);
	assert_int_equal(load->tally.phases[TALLY_CALL].steps[TALLY_EXPECTED], 2);
	assert_int_equal(load->tally.phases[TALLY_UPDATE].steps[TALLY_UNEXPECTED], 2);
	close_world(world);
}

/* Of a run without a duration: its end waits for them. */
static void test_an_order_whose_cpe_does_not_come_times_out(void **state)
{
	struct world *world = open_world();
	struct load *load = &world->load;
	const struct load_storm campaign = { .kind = LOAD_STORM_FIRMWARE,
		.dark = 30 * NS_PER_S };
	struct order items[3] = { 0 };
	struct order_list list = { .storm = &campaign,
		.items = items,
		.len = 3,
		.next = 3 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(items); i++) {
		items[i] = (struct order){ .load = load, .list = &list };
		if (i != 1) /* that one was refused at once */
			order_begin(&items[i], (clock_ns)(i + 1) * NS_PER_S);
	}
	order_list_expire(&list, 631 * NS_PER_S - 1);
	assert_int_equal(list.n_open, 2);
	order_list_expire(&list, 631 * NS_PER_S);
	assert_false(items[0].is_open);
	assert_true(items[2].is_open);
	order_list_expire(&list, 633 * NS_PER_S);
	assert_int_equal(list.n_open, 0);
	assert_int_equal(load->tally.phases[TALLY_UPDATE].steps[TALLY_TIMED_OUT], 2);
	close_world(world);
}

/* It is called once more then, and has as long as it had at first. */
static void test_the_time_that_an_acs_is_gone_is_no_cpes(void **state)
{
	struct world *world = open_world();
	const struct cpe_sight informed = { .began = 899 * NS_PER_S,
		.stage = CPE_STAGE_RPC,
		.method = CWMP_INFORM };
	struct order item = { 0 };
	struct order_list list = { .storm = &world->storm,
		.items = &item,
		.len = 1,
		.next = 1 };

	(void)state;
	item = (struct order){ .load = &world->load, .list = &list };
	order_begin(&item, 1 * NS_PER_S);
	order_list_again(&list, 900 * NS_PER_S);
	assert_true(item.is_unsaid);
	order_list_expire(&list, (900 + LOAD_ORDER_S) * NS_PER_S - 1);
	assert_true(item.is_open);
	assert_int_equal(item.since, 1 * NS_PER_S); /* from which it is timed */
	/* Nobody would call it. */
	load_order_passed(&world->load, &informed, 900 * NS_PER_S);
	assert_true(item.is_open);
	order_list_expire(&list, (900 + LOAD_ORDER_S) * NS_PER_S);
	assert_false(item.is_open);
	close_world(world);
}

/* The ACS may have written it to its store before. */
static void test_what_a_kill_leaves_unanswered_is_no_refusal(void **state)
{
	struct world *world = open_world();
	struct load *load = &world->load;
	struct load_storm kill = { .kind = LOAD_STORM_ACS_RESTART,
		.lasts = 5 * NS_PER_S };
	const struct load_storm campaign = { .kind = LOAD_STORM_FIRMWARE };
	struct order_list list = { .storm = &campaign };
	struct order order = { .load = load, .list = &list };
	const struct tally_phase *steps = &load->tally.phases[TALLY_UPDATE];

	(void)state;
	world->file.storms = &kill;
	load->began = clock_monotonic();
	load->next_storm = 1;
	order_begin(&order, load->began);
	load_order_answered(&order, NULL);
	assert_true(order.is_open && order.is_unsaid);
	assert_int_equal(steps->steps[TALLY_UNEXPECTED], 0);
	load->next_storm = 0; /* it has ended of another cause */
	load_order_answered(&order, NULL);
	assert_false(order.is_open || order.is_unsaid);
	assert_int_equal(steps->steps[TALLY_UNEXPECTED], 1);
	close_world(world);
}

static void open_cpe(struct world *world, struct cpe_fleet *fleet)
{
	struct cpe_place place = CPE_PLACE_NULL;
	struct cpe_range range = { .count = 1, .name = "cpe", .has_mac = true };
	const char *source = getenv("CWMPLAB_SOURCE");
	struct error err = ERROR_NULL;
	char path[512];

	(void)snprintf(path, sizeof(path), "%s/topologies/models/hp5920.yaml",
	    source ? source : ".");
	if (model_load(path, &fleet->model, &err) < 0 ||
	    cpe_open(&world->cpe, fleet, &range, 0, 0, &place, &err) < 0)
		fail_msg("%s", err.text);
}

/* So many lines of those that the door was told, of which nothing else is left. */
static void take_lines(struct world *world, int peer, unsigned n, char text[4096])
{
	clock_ns until = clock_monotonic() + 10 * NS_PER_S;
	size_t len = 0;
	ssize_t r;

	while (n > 0) {
		(void)uv_run(&world->loop, UV_RUN_NOWAIT);
		r = recv(peer, text + len, 4095 - len, MSG_DONTWAIT);
		for (ssize_t i = 0; i < r; i++)
			n -= text[len++] == '\n';
		assert_true(r != 0 && clock_monotonic() < until);
	}
	text[len] = '\0';
}

static unsigned count_of(const char *text, const char *what)
{
	unsigned n = 0;

	while ((text = strstr(text, what))) {
		text++;
		n++;
	}
	return n;
}

/* Of two images for a CPE it has taken the first one; no more is known of the other. */
static void test_an_image_that_a_killed_acs_did_not_take_is_ordered_anew(void **state)
{
	static const char ok[] = "{\"re\":1,\"ok\":true}\n";
	struct world *world = open_world();
	struct load *load = &world->load;
	struct cpe_config config = { 0 };
	struct cpe_edges edges = { .monotonic = clock_monotonic, .wall = clock_wall };
	struct cpe_fleet fleet = { .config = &config, .edges = &edges };
	struct load_storm storms[] = {
		{ .kind = LOAD_STORM_ACS_RESTART, .lasts = 60 * NS_PER_S },
		{ .kind = LOAD_STORM_FIRMWARE, .ppm = 1000000, .file = "first.bin" },
		{ .kind = LOAD_STORM_FIRMWARE, .ppm = 1000000, .file = "other.bin" },
	};
	char text[4096];
	int peer;

	(void)state;
	open_cpe(world, &fleet);
	world->file.storms = storms;
	world->file.n_storms = load->next_storm = ARRAY_LEN(storms);
	load->began = clock_monotonic();
	load_order_storm(load, &storms[1], load->began);
	load_order_storm(load, &storms[2], load->began);
	load_order_beat(load, load->began);
	peer = accept(world->fd, NULL, NULL);
	take_lines(world, peer, 2, text);
	assert_int_equal(count_of(text, "\"rpc\""), 2);
	assert_int_equal(send(peer, ok, strlen(ok), 0), (ssize_t)strlen(ok));
	(void)close(peer);
	(void)uv_run(&world->loop, UV_RUN_DEFAULT);
	load_order_beat(load, load->began);
	peer = accept(world->fd, NULL, NULL);
	take_lines(world, peer, 2, text);
	assert_int_equal(count_of(text, "\"reach\""), 1);
	assert_int_equal(count_of(text, "\"rpc\""), 1);
	assert_int_equal(count_of(text, "other.bin"), 1);
	assert_int_equal(count_of(text, "first.bin"), 0);
	assert_null(load->refused);
	(void)close(peer);
	cpe_free(&world->cpe);
	model_free(fleet.model);
	load->state = LOAD_STOPPING;
	close_world(world);
}

static void note_answer(void *user, const struct conf_node *answer)
{
	assert_null(answer);
	++*(unsigned *)user;
}

/* It listens, and so the connection stands. */
static void test_an_acs_that_does_not_answer_is_given_up(void **state)
{
	struct world *world = open_world();
	struct load_door *door = NULL;
	struct error err = ERROR_NULL;
	unsigned n_answers = 0;
	bool is_closed = false;
	clock_ns before, after;
	int peer;

	(void)state;
	assert_int_equal(load_door_open(&door, &world->loop, world->at.sun_path, &err),
	    0);
	before = clock_monotonic();
	for (unsigned i = 0; i < 2; i++) {
		assert_non_null(load_door_ask(door, "status", note_answer, &n_answers));
		load_door_send(door);
	}
	after = clock_monotonic();
	load_door_look(door, before + LOAD_ANSWER_S * NS_PER_S - 1);
	assert_false(load_door_is_gone(door) || load_door_is_silent(door));
	load_door_look(door, after + LOAD_ANSWER_S * NS_PER_S);
	assert_true(load_door_is_gone(door) && load_door_is_silent(door));
	assert_int_equal(n_answers, 2);
	/* Whoever knocks again waits anew, where there is room for one more. */
	peer = accept(world->fd, NULL, NULL);
	assert_true(peer >= 0);
	(void)close(peer);
	assert_true(load_door_again(door));
	assert_false(load_door_is_silent(door));
	load_door_close(door, note_closed, &is_closed);
	(void)uv_run(&world->loop, UV_RUN_NOWAIT);
	close_world(world);
	assert_true(is_closed);
}

static void note_timer_closed(uv_handle_t *handle)
{
	(void)handle;
}

static const struct load_door *asked; /* there until its end has been told of */

static void note_account(void *user)
{
	((struct load *)user)->refused =
	    load_door_is_silent(asked) ? "its silence" : "the end of the wait";
}

/* It is stopped, say, and its door takes questions all the same. What it has said stays. */
static void test_an_acs_that_does_not_answer_holds_no_end(void **state)
{
	struct world *world = open_world();
	struct load *load = &world->load;
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(load_account_open(load, &err), 0);
	asked = load->account.door;
	load->account.first.is_known = true;
	load->account.last =
	    (struct load_count){ .is_known = true, .ended = 7, .running = 3 };
	load->began = clock_monotonic();
	load_account_stop(load, note_timer_closed, note_account);
	while (!load->refused)
		(void)uv_run(&world->loop, UV_RUN_ONCE);
	assert_true(load->account.last.is_known);
	assert_int_equal(load->account.last.ended, 7);
	assert_int_equal(load->account.last.running, 3);
	assert_string_equal(load->refused, "the end of the wait");
	close_world(world);
}

static int full_fd;

static void make_room(int number)
{
	(void)number;
	(void)close(accept(full_fd, NULL, NULL));
}

/* Others have knocked, and the ACS has yet to look at who is there. */
static void test_a_door_at_which_many_knock_is_waited_for(void **state)
{
	static const struct sigaction action = { .sa_handler = make_room };
	static const struct itimerval soon = { .it_value.tv_usec = 20000 };
	struct world *world = open_world();
	struct load_door *door = NULL;
	struct error err = ERROR_NULL;
	bool is_closed = false;
	int other = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int late = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	(void)state;
	full_fd = world->fd;
	assert_int_equal(connect(other, (const struct sockaddr *)&world->at,
			     sizeof(world->at)),
	    0);
	assert_int_equal(connect(late, (const struct sockaddr *)&world->at,
			     sizeof(world->at)),
	    -1);
	assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
	if (load_door_open(&door, &world->loop, world->at.sun_path, &err) < 0)
		fail_msg("%s", err.text);
	load_door_close(door, note_closed, &is_closed);
	(void)uv_run(&world->loop, UV_RUN_NOWAIT);
	(void)close(other);
	(void)close(late);
	close_world(world);
	assert_true(is_closed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_acs_that_does_not_come_back_ends_the_run),
		cmocka_unit_test(test_orders_for_an_acs_that_is_gone_end_the_run),
		cmocka_unit_test(test_a_cpe_has_orders_of_several_storms),
		cmocka_unit_test(test_an_order_whose_cpe_does_not_come_times_out),
		cmocka_unit_test(test_the_time_that_an_acs_is_gone_is_no_cpes),
		cmocka_unit_test(test_what_a_kill_leaves_unanswered_is_no_refusal),
		cmocka_unit_test(
		    test_an_image_that_a_killed_acs_did_not_take_is_ordered_anew),
		cmocka_unit_test(test_an_acs_that_does_not_answer_is_given_up),
		cmocka_unit_test(test_an_acs_that_does_not_answer_holds_no_end),
		cmocka_unit_test(test_a_door_at_which_many_knock_is_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
