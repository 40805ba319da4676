/* agents/common/control: an agent's control channel over a socket pair, with a loop. */
#include "tests/unit/unit.h"

#include "agents/common/control.h"
#include "lib/base/clock.h"
#include "tests/support/patience.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
	ITEMS = 50000
};

struct world {
	uv_loop_t loop;
	struct control *control;
	int theirs; /* the supervisor's end; -1: none */
	uv_async_t
	    alive; /* without a supervisor the loop has nothing else to live for */
	struct line_reader in;
	unsigned n_stops;
};

static void on_stop(void *user)
{
	struct world *world = user;

	world->n_stops++;
	(void)control_event(world->control, "stopping");
	control_event_end(world->control);
}

static int page_list(void *user, struct answer *answer, struct error *err)
{
	(void)user;
	(void)err;
	json_array_begin(answer->json, "items");
	for (; answer->at < ITEMS && !answer_is_full(answer); answer->at++)
		json_uint(answer->json, NULL, answer->at);
	json_array_end(answer->json);
	return answer->at < ITEMS ? ANSWER_MORE : ANSWER_WHOLE;
}

static const struct command table[] = {
	{ .name = "list", .help = "numbers", .page = page_list },
	{ NULL },
};

static struct world *make_world(void)
{
	static const struct control_handlers handlers = { on_stop, table };
	struct world *world = calloc(1, sizeof(*world));
	int ends[2];

	assert_non_null(world);
	assert_int_equal(uv_loop_init(&world->loop), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	world->theirs = ends[1];
	assert_int_equal(control_open(&world->control, &world->loop, ends[0], "n1",
			     &handlers, world, NULL),
	    0);
	return world;
}

static void free_world(struct world *world)
{
	control_close(world->control);
	if (world->alive.loop)
		uv_close((uv_handle_t *)&world->alive, NULL);
	(void)uv_run(&world->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&world->loop), 0);
	if (world->theirs >= 0)
		(void)close(world->theirs);
	line_reader_free(&world->in);
	free(world);
}

static void turn(struct world *world)
{
	if (!world->control)
		return;
	(void)uv_run(&world->loop, UV_RUN_NOWAIT);
}

static void tell(struct world *world, struct str text)
{
	while (text.len > 0) {
		ssize_t n = send(world->theirs, text.p, text.len, MSG_DONTWAIT);

		if (n > 0)
			text = str_from(text, (size_t)n);
		turn(world);
	}
}

/* The next line of the agent, borrowed until the next call. */
static struct str hear(struct world *world)
{
	clock_ns deadline = clock_monotonic() + patience_ms() * NS_PER_MS;
	struct str line;
	int r;

	while ((r = line_reader_next(&world->in, &line)) == 0) {
		uint8_t *room = line_reader_room(&world->in);
		ssize_t n;

		if (clock_monotonic() > deadline)
			fail_msg("the agent says nothing");
		turn(world);
		n = recv(world->theirs, room, LINE_READ_BYTES, MSG_DONTWAIT);
		if (n > 0)
			line_reader_add(&world->in, (size_t)n);
	}
	assert_int_equal(r, 1);
	return line;
}

static bool has(struct str line, const char *part)
{
	return str_find(line, str_of(part), NULL);
}

/* With a text that nobody cuts. */
static void say_event(struct world *world, size_t padding)
{
	struct json *json = control_event(world->control, "hello");
	auto_buf text = BUF_NULL;

	for (size_t i = 0; i < padding; i++)
		buf_append_char(&text, 'x');
	json->text_max = 0;
	json_str(json, "text", buf_str(&text));
	control_event_end(world->control);
}

static void test_events_have_their_time_and_node(void **state)
{
	struct world *world = make_world();
	struct str line;

	(void)state;
	say_event(world, 3);
	json_int(control_event_of(world->control, "cpe-7", "hello"), "n", 1);
	control_event_end(world->control);
	line = hear(world);
	assert_true(str_starts(line, STR("{\"time\":")));
	assert_true(str_ends(line,
	    STR(",\"node\":\"n1\",\"event\":\"hello\",\"text\":\"xxx\"}")));
	line = hear(world);
	assert_true(
	    str_ends(line, STR(",\"node\":\"cpe-7\",\"event\":\"hello\",\"n\":1}")));
	free_world(world);
}

static void test_unknown_commands_are_answered(void **state)
{
	struct world *world = make_world();

	(void)state;
	tell(world, STR("{\"id\":4,\"cmd\":\"dance\"}\nnonsense\n"));
	assert_true(str_is(hear(world),
	    "{\"re\":4,\"ok\":false,\"why\":\"no command is named \\\"dance\\\": known are "
	    "stop, list\"}"));
	assert_true(str_is(hear(world),
	    "{\"re\":0,\"ok\":false,\"why\":\"the line is no JSON object\"}"));
	assert_int_equal(world->n_stops, 0);
	free_world(world);
}

/* The carrier of links turns its loop when something is there for it, and sleeps. */
static void test_a_turn_that_reads_a_command_writes_the_answer(void **state)
{
	static const struct str ask = { "{\"id\":4,\"cmd\":\"dance\"}\n", 23 };
	struct world *world = make_world();
	char answer[128];

	(void)state;
	turn(world);
	assert_int_equal(send(world->theirs, ask.p, ask.len, MSG_DONTWAIT), ask.len);
	turn(world);
	assert_true(recv(world->theirs, answer, sizeof(answer), MSG_DONTWAIT) > 0);
	assert_memory_equal(answer, "{\"re\":4,", 8);
	free_world(world);
}

static void test_a_long_answer_comes_as_fast_as_it_is_asked_for(void **state)
{
	struct world *world = make_world();
	auto_buf all = BUF_NULL;
	auto_buf want = BUF_NULL;
	bool has_more = true;
	char byte;

	(void)state;
	tell(world, STR("{\"id\":9,\"cmd\":\"list\"}\n"));
	while (has_more) {
		const struct str head = STR("{\"re\":9,\"ok\":true,\"items\":[");
		struct str line = hear(world);

		assert_true(str_starts(line, head));
		has_more = str_ends(line, STR("],\"more\":true}"));
		line = str_from(line, head.len);
		buf_append(&all, line.p, str_find_char(line, ']'));
		buf_append_char(&all, ',');
		if (!has_more)
			break;
		/* Events go on in between, and no page comes unasked. */
		turn(world);
		assert_int_equal(recv(world->theirs, &byte, 1, MSG_DONTWAIT), -1);
		say_event(world, 1);
		assert_true(has(hear(world), "hello"));
		tell(world, STR("{\"id\":9,\"cmd\":\"more\"}\n"));
	}
	for (int i = 0; i < ITEMS; i++)
		buf_printf(&want, "%d,", i);
	assert_int_equal(all.len, want.len);
	assert_memory_equal(all.data, want.data, want.len);
	free_world(world);
}

static void test_a_line_that_is_too_long_ends_nothing(void **state)
{
	struct world *world = make_world();
	auto_buf line = BUF_NULL;

	(void)state;
	for (int i = 0; i < 3 * LINE_BYTES_MAX; i++)
		buf_append_char(&line, ' ');
	buf_append_text(&line, "\n{\"id\":2,\"cmd\":\"dance\"}\n");
	tell(world, buf_str(&line));
	assert_true(str_is(hear(world),
	    "{\"re\":0,\"ok\":false,\"why\":\"a line of more than 65536 bytes is no "
	    "command\"}"));
	assert_true(has(hear(world), "{\"re\":2,\"ok\":false"));
	assert_int_equal(world->n_stops, 0);
	free_world(world);
}

static void test_an_event_that_no_reader_would_take_is_left_out(void **state)
{
	struct world *world = make_world();

	(void)state;
	say_event(world, LINE_BYTES_MAX);
	say_event(world, 1);
	assert_true(has(hear(world), "\"text\":\"x\"}"));
	assert_true(has(hear(world), "\"event\":\"lost\",\"events\":1}"));
	free_world(world);
}

/* More than the queue and the socket hold: what is too much is left out and counted. */
static void test_a_reader_that_sleeps_loses_events_and_ends_nobody(void **state)
{
	enum {
		EVENTS = 3 * CONTROL_QUEUE_MAX / 60000
	};
	struct world *world = make_world();
	uint64_t seen = 0, lost = 0, answers = 0;
	size_t at;

	(void)state;
	for (int i = 0; i < EVENTS; i++) {
		say_event(world, 60000);
		turn(world);
	}
	/* Commands wait, too. */
	assert_true(send(world->theirs, "{\"id\":2,\"cmd\":\"dance\"}\n", 23, 0) > 0);
	turn(world);
	assert_int_equal(world->n_stops, 0);
	while (seen + lost < EVENTS || answers == 0) {
		struct str line = hear(world), number;

		if (has(line, "\"event\":\"hello\"")) {
			seen++;
		} else if (has(line, "{\"re\":2,")) {
			answers++;
		} else if (str_find(line, STR("\"events\":"), &at)) {
			number = str_from(line, at + 9);
			assert_int_equal(str_to_u64(str_make(number.p, number.len - 1),
					     UINT32_MAX, &lost),
			    0);
		}
	}
	assert_in_range(seen, 1, 2 * CONTROL_QUEUE_MAX / 60000);
	assert_true(lost > EVENTS / 3);
	assert_int_equal(seen + lost, EVENTS);
	free_world(world);
}

struct told { /* by the agent, of a flood */
	uint64_t seen, lost, others;
};

static void take_told(struct str line, struct told *told)
{
	struct str head = STR(",\"event\":\"lost\",\"events\":"), number;
	uint64_t n;
	size_t at;

	if (str_find(line, head, &at)) {
		number = str_from(line, at + head.len);
		number = str_make(number.p, str_find_char(number, ','));
		assert_int_equal(str_to_u64(number, UINT32_MAX, &n), 0);
		assert_true(str_ends(line, STR(",\"of\":\"offer\"}")));
		told->lost += n;
	} else if (has(line, "\"event\":\"offer\"")) {
		told->seen++;
	} else {
		assert_true(has(line, "\"event\":\"nak\""));
		told->others++;
	}
}

static void say_rationed(struct world *world, const char *event)
{
	(void)control_event_rationed(world->control, event);
	control_event_end(world->control);
}

/* A stranger causes 1,000 events more than there are rations. They are told in the end, but
 * for those that the time it takes gives new rations for, and other kinds are told as ever. */
static void test_a_flood_of_one_kind_is_rationed_and_counted(void **state)
{
	enum {
		MORE = 1000,
		EVENTS = CONTROL_EVENTS_BURST + MORE,
		STEP = 1000
	};
	clock_ns start = clock_monotonic();
	int64_t given;
	struct world *world = make_world();
	struct told told = { 0 };

	(void)state;
	for (int i = 0; i < EVENTS; i++) {
		say_rationed(world, "offer");
		if (i % STEP != 0)
			continue;
		say_rationed(world, "nak");
		for (int k = 0; i > 0 && k < STEP / 2; k++)
			take_told(hear(world), &told);
	}
	given = (clock_monotonic() - start) / (NS_PER_S / CONTROL_EVENTS_PER_S);
	while (told.seen + told.lost < EVENTS || told.others < EVENTS / STEP)
		take_told(hear(world), &told);
	assert_int_equal(told.seen + told.lost, EVENTS);
	assert_true(told.lost <= MORE);
	assert_true((int64_t)told.lost + given >= MORE);
	assert_int_equal(told.others, EVENTS / STEP);
	free_world(world);
}

/* ---- standard output ---------------------------------------------------------------- */

/* The agent's standard output is out, for as long as control is open. */
static struct world *make_world_at(int out, int *ret_kept)
{
	static const struct control_handlers handlers = { on_stop, table };
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	world->theirs = -1;
	assert_int_equal(uv_loop_init(&world->loop), 0);
	(void)fflush(stdout);
	*ret_kept = dup(STDOUT_FILENO);
	assert_true(*ret_kept >= 0);
	assert_int_equal(dup2(out, STDOUT_FILENO), STDOUT_FILENO);
	(void)close(out);
	assert_int_equal(control_open(&world->control, &world->loop, -1, "n1",
			     &handlers, world, NULL),
	    0);
	assert_int_equal(uv_async_init(&world->loop, &world->alive, NULL), 0);
	return world;
}

static void give_back(int kept)
{
	(void)dup2(kept, STDOUT_FILENO);
	(void)close(kept);
}

static void open_pipe(int ends[2])
{
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
}

static void open_sockets(int ends[2])
{
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
}

static void read_all(struct world *world, int from, uint64_t n)
{
	struct line_reader in = { .at = 0 };
	uint64_t seen = 0;
	char want[32];

	assert_int_equal(fcntl(from, F_SETFL, O_NONBLOCK), 0);
	while (seen < n) {
		ssize_t got;
		struct str line;

		turn(world);
		got = read(from, line_reader_room(&in), LINE_READ_BYTES);
		line_reader_add(&in, got > 0 ? (size_t)got : 0);
		while (line_reader_next(&in, &line) == 1) {
			(void)snprintf(want, sizeof(want), ",\"n\":%d}", (int)seen++);
			assert_true(str_ends(line, str_of(want)));
		}
	}
	line_reader_free(&in);
}

/* On a terminal; what has no line of its own is told as JSON. */
static void test_people_are_told_in_lines(void **state)
{
	char seen[512] = "";
	struct world *world;
	int ends[2], kept;
	ssize_t n;

	(void)state;
	open_pipe(ends);
	world = make_world_at(ends[1], &kept);
	assert_false(control_tells_people(world->control));
	control_tell_people(world->control);
	assert_true(control_tells_people(world->control));

	json_text(control_event(world->control, "policy-loaded"), "file", "a.yaml");
	control_event_end(world->control);
	json_int(control_event(world->control, "settled"), "next_ms", 1);
	control_event_end(world->control);
	(void)control_event(world->control, "hello");
	control_event_end(world->control);
	turn(world);
	n = read(ends[0], seen, sizeof(seen) - 1);
	give_back(kept);

	assert_true(n > 0);
	/* Behind the time of day. */
	assert_true(
	    str_starts(str_of(seen + 12), STR("  n1: goes by a.yaml now\n{\"time\":")));
	assert_true(
	    str_ends(str_of(seen), STR(",\"node\":\"n1\",\"event\":\"hello\"}\n")));
	(void)close(ends[0]);
	free_world(world);
}

/* More than a pipe or a socket holds; then the reader comes back, and gets it all. */
static void test_a_resting_reader_of_standard_output_stops_nobody(void **state)
{
	static void (*const open_ends[])(int ends[2]) = { open_pipe, open_sockets };
	enum {
		EVENTS = 20000
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(open_ends); i++) {
		struct world *world;
		int ends[2], kept;

		open_ends[i](ends);
		world = make_world_at(ends[i == 0], &kept);
		for (int n = 0; n < EVENTS; n++) {
			json_int(control_event(world->control, "hello"), "n", n);
			control_event_end(world->control);
			if (n % 100 == 0)
				turn(world);
		}
		/* The same open file belongs to others, too. */
		assert_int_equal(fcntl(STDOUT_FILENO, F_GETFL) & O_NONBLOCK, 0);
		read_all(world, ends[i != 0], EVENTS);
		assert_int_equal(world->n_stops, 0);
		free_world(world);
		give_back(kept);
		(void)close(ends[i != 0]);
	}
}

static void test_an_agent_ends_though_nobody_reads_its_standard_output(void **state)
{
	struct world *world;
	int ends[2], kept;

	(void)state;
	open_pipe(ends);
	world = make_world_at(ends[1], &kept);
	for (int n = 0; n < 4; n++) {
		say_event(world, 60000);
		turn(world);
	}
	assert_int_equal(raise(SIGTERM), 0);
	while (world->n_stops == 0)
		turn(world);
	free_world(world);
	give_back(kept);
	(void)close(ends[0]);
}

static void test_a_reader_of_standard_output_that_is_gone_means_stop(void **state)
{
	struct world *world;
	int ends[2], kept;

	(void)state;
	open_pipe(ends);
	world = make_world_at(ends[1], &kept);
	(void)close(ends[0]);
	say_event(world, 1);
	turn(world);
	assert_int_equal(world->n_stops, 1);
	free_world(world);
	/* What was for nobody is not for the terminal, either. */
	__fpurge(stdout);
	clearerr(stdout);
	give_back(kept);
}

static void test_stop_is_answered_before_it_is_obeyed(void **state)
{
	struct world *world = make_world();

	(void)state;
	tell(world, STR("{\"id\":1,\"cmd\":\"stop\"}\n{\"id\":2,\"cmd\":\"stop\"}\n"));
	assert_true(str_is(hear(world), "{\"re\":1,\"ok\":true}"));
	assert_true(has(hear(world), "stopping"));
	assert_true(str_is(hear(world), "{\"re\":2,\"ok\":true}"));
	assert_int_equal(world->n_stops, 1);
	free_world(world);
}

static void test_the_other_end_going_away_means_stop(void **state)
{
	struct world *world = make_world();

	(void)state;
	tell(world, STR("{\"id\":1,\"cmd\":\"list\"}\n"));
	(void)close(world->theirs);
	world->theirs = -1;
	for (int i = 0; i < 10; i++) {
		say_event(world, 1);
		turn(world);
	}
	assert_int_equal(world->n_stops, 1);
	free_world(world);
}

static void test_a_signal_means_stop(void **state)
{
	struct world *world = make_world();

	(void)state;
	assert_int_equal(raise(SIGTERM), 0);
	assert_int_equal(raise(SIGINT), 0);
	assert_true(has(hear(world), "stopping"));
	turn(world);
	assert_int_equal(world->n_stops, 1);
	free_world(world);
}

/* control_close() from within the handler of a command, as agents do. */
static void close_world(void *user)
{
	struct world *world = user;

	world->n_stops++;
	control_close(world->control);
	world->control = NULL;
}

static void test_closing_in_the_middle_of_commands_is_fine(void **state)
{
	static const struct control_handlers handlers = { close_world, table };
	struct world world = { .theirs = -1 };
	struct str line;
	int ends[2];

	(void)state;
	assert_int_equal(uv_loop_init(&world.loop), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	assert_int_equal(control_open(&world.control, &world.loop, ends[0], "n1",
			     &handlers, &world, NULL),
	    0);
	world.theirs = ends[1];
	line = STR("{\"id\":1,\"cmd\":\"list\"}\n{\"id\":2,\"cmd\":\"stop\"}\n"
		   "{\"id\":3,\"cmd\":\"list\"}\n");
	assert_int_equal(send(world.theirs, line.p, line.len, 0), line.len);
	(void)uv_run(&world.loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&world.loop), 0);
	assert_int_equal(world.n_stops, 1);
	assert_true(
	    str_starts(hear(&world), STR("{\"re\":1,\"ok\":true,\"items\":[0,1,2,")));
	assert_true(str_is(hear(&world), "{\"re\":2,\"ok\":true}"));
	assert_int_equal(recv(world.theirs, ends, 1, 0), 0);
	line_reader_free(&world.in);
	(void)close(world.theirs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_events_have_their_time_and_node),
		cmocka_unit_test(test_unknown_commands_are_answered),
		cmocka_unit_test(test_a_turn_that_reads_a_command_writes_the_answer),
		cmocka_unit_test(test_a_long_answer_comes_as_fast_as_it_is_asked_for),
		cmocka_unit_test(test_a_line_that_is_too_long_ends_nothing),
		cmocka_unit_test(test_an_event_that_no_reader_would_take_is_left_out),
		cmocka_unit_test(
		    test_a_reader_that_sleeps_loses_events_and_ends_nobody),
		cmocka_unit_test(test_a_flood_of_one_kind_is_rationed_and_counted),
		cmocka_unit_test(test_people_are_told_in_lines),
		cmocka_unit_test(test_a_resting_reader_of_standard_output_stops_nobody),
		cmocka_unit_test(
		    test_an_agent_ends_though_nobody_reads_its_standard_output),
		cmocka_unit_test(
		    test_a_reader_of_standard_output_that_is_gone_means_stop),
		cmocka_unit_test(test_stop_is_answered_before_it_is_obeyed),
		cmocka_unit_test(test_the_other_end_going_away_means_stop),
		cmocka_unit_test(test_a_signal_means_stop),
		cmocka_unit_test(test_closing_in_the_middle_of_commands_is_fine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
