/* lab/supervisor between its clients and its agents, over socket pairs: one agent, "acs1", that
 * the test plays. */
#include "tests/unit/lab/labs.h"

#include "lab/supervisor/supervisor_internal.h"
#include "lib/base/cleanup.h"

#include <jansson.h>
#include <stdlib.h>
#include <sys/socket.h>

enum {
	CLIENTS = 2
};

struct world {
	struct topology *topology;
	struct plan *plan;
	struct supervisor_options options;
	struct supervisor supervisor;
	struct service acs1, *services[1];
	struct channel agent;            /* the agent's end */
	struct channel clients[CLIENTS]; /* theirs */
};

static int make_pair(struct channel *theirs)
{
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	channel_open(theirs, ends[1]);
	return ends[0];
}

static struct world *make_world(void)
{
	struct world *world = calloc(1, sizeof(*world));
	struct supervisor *supervisor;

	assert_non_null(world);
	world->topology = must_read(small_lab);
	world->plan = must_build(world->topology);
	world->options.plan = world->plan;
	supervisor = &world->supervisor;
	*supervisor = (struct supervisor){
		.options = &world->options,
		.state = SUPERVISOR_RUNNING,
		.events = -1,
		.fabric = (void *)world, /* only whether there is one counts here */
		.services = world->services,
		.n_services = 1,
	};
	list_init(&supervisor->questions);
	assert_int_equal(watch_open(&supervisor->loop, NULL), 0);
	clients_init(&supervisor->clients, supervisor->loop, supervisor_commands,
	    supervisor);
	for (size_t i = 0; i < CLIENTS; i++)
		assert_int_equal(clients_add(&supervisor->clients,
				     make_pair(&world->clients[i]), false, NULL),
		    0);
	world->services[0] = &world->acs1;
	world->acs1 = (struct service){
		.name = "acs1",
		.node =
		    world->plan->instances[plan_find(world->plan, STR("acs1"))].node,
		.is_agent = true,
		.pid = getpid(),
		.loop = supervisor->loop,
	};
	channel_open(&world->acs1.channel, make_pair(&world->agent));
	return world;
}

static void free_world(struct world *world)
{
	clients_close(&world->supervisor.clients);
	assert_true(list_empty(&world->supervisor.questions));
	channel_close(&world->acs1.channel);
	channel_close(&world->agent);
	for (size_t i = 0; i < CLIENTS; i++)
		channel_close(&world->clients[i]);
	(void)close(world->supervisor.loop);
	plan_free(world->plan);
	topology_free(world->topology);
	free(world);
}

static void take_line(void *user, struct str line)
{
	struct world *world = user;

	supervisor_take_line(&world->supervisor, &world->acs1, line);
}

static void take_too_long(void *user)
{
	struct world *world = user;

	supervisor_take_too_long(&world->supervisor, &world->acs1);
}

/* The supervisor reads what its agent and its clients have sent, and answers. */
static void turn(struct world *world)
{
	static const struct channel_sink sink = { take_line, take_too_long };

	for (int i = 0; i < 20; i++)
		assert_int_equal(watch_once(world->supervisor.loop, 1), 0);
	(void)channel_read(&world->acs1.channel, &sink, world);
	supervisor_look_at_questions(&world->supervisor);
	for (int i = 0; i < 20; i++)
		assert_int_equal(watch_once(world->supervisor.loop, 1), 0);
}

static void append_line(void *user, struct str line)
{
	buf_printf(user, "%.*s\n", STR_ARG(line));
}

/* All that has arrived at that end, with the supervisor given its turn before. */
static const char *heard(struct world *world, struct channel *at, struct buf *out)
{
	static const struct channel_sink sink = { append_line, NULL };

	turn(world);
	buf_reset(out);
	(void)channel_read(at, &sink, out);
	return buf_cstr(out);
}

static void say(struct channel *from, const char *line)
{
	assert_int_equal(channel_send(from, str_of(line)), 0);
}

static void test_pages_go_one_by_one_from_the_agent_to_the_client(void **state)
{
	struct world *world = make_world();
	struct channel *client = &world->clients[0], *agent = &world->agent;
	auto_buf out = BUF_NULL;

	(void)state;
	say(client, "{\"id\":77,\"cmd\":\"agent\",\"node\":\"acs1\"}");
	assert_string_equal(heard(world, agent, &out),
	    "{\"id\":1,\"cmd\":\"status\"}\n");
	say(agent, "{\"re\":1,\"ok\":true,\"status\":{\"a\":[1]},\"more\":true}");
	assert_string_equal(heard(world, client, &out),
	    "{\"re\":77,\"ok\":true,\"status\":{\"a\":[1]},\"more\":true}\n");
	assert_string_equal(heard(world, agent, &out), "{\"id\":1,\"cmd\":\"more\"}\n");
	say(agent, "{\"re\":1,\"ok\":true,\"status\":{\"a\":[2]}}");
	assert_string_equal(heard(world, client, &out),
	    "{\"re\":77,\"ok\":true,\"status\":{\"a\":[2]}}\n");
	assert_string_equal(heard(world, agent, &out), "");
	free_world(world);
}

/* What is secret is part of the command: it is passed on as it came. */
static void test_a_command_goes_to_the_agent_as_it_is(void **state)
{
	struct world *world = make_world();
	auto_buf out = BUF_NULL;

	(void)state;
	say(&world->clients[0],
	    "{\"id\":5,\"cmd\":\"agent\",\"node\":\"acs1\",\"command\":{\"id\":9,\"cmd\":\"rpc\","
	    "\"arguments\":{\"values\":{\"A.Password\":\"x\",\"B\":7,\"C\":\"7\"}},\"call\":true}}");
	assert_string_equal(heard(world, &world->agent, &out),
	    "{\"id\":1,\"cmd\":\"rpc\",\"arguments\":{\"values\":{\"A.Password\":\"x\","
	    "\"B\":7,\"C\":\"7\"}},\"call\":true}\n");
	say(&world->agent, "{\"re\":1,\"ok\":true,\"task\":{\"task\":1}}");
	assert_string_equal(heard(world, &world->clients[0], &out),
	    "{\"re\":5,\"ok\":true,\"task\":{\"task\":1}}\n");
	say(&world->clients[0],
	    "{\"id\":6,\"cmd\":\"agent\",\"node\":\"acs1\",\"command\":[\"rpc\"]}");
	assert_string_equal(heard(world, &world->clients[0], &out),
	    "{\"re\":6,\"ok\":false,\"why\":\"\\\"command\\\" wants an object\"}\n");
	free_world(world);
}

static void test_each_client_gets_its_own_answer(void **state)
{
	struct world *world = make_world();
	struct channel *agent = &world->agent;
	auto_buf out = BUF_NULL;

	(void)state;
	say(&world->clients[0], "{\"id\":1,\"cmd\":\"agent\",\"node\":\"acs1\"}");
	turn(world);
	say(&world->clients[1], "{\"id\":1,\"cmd\":\"agent\",\"node\":\"acs1\"}");
	assert_string_equal(heard(world, agent, &out),
	    "{\"id\":1,\"cmd\":\"status\"}\n{\"id\":2,\"cmd\":\"status\"}\n");
	say(agent, "{\"re\":2,\"ok\":true,\"for\":\"two\"}");
	say(agent, "{\"re\":1,\"ok\":false,\"why\":\"not now\"}");
	say(agent, "{\"re\":3,\"ok\":true,\"for\":\"nobody\"}");
	assert_string_equal(heard(world, &world->clients[0], &out),
	    "{\"re\":1,\"ok\":false,\"why\":\"not now\"}\n");
	assert_string_equal(heard(world, &world->clients[1], &out),
	    "{\"re\":1,\"ok\":true,\"for\":\"two\"}\n");
	free_world(world);
}

static void test_an_agent_is_told_when_its_reader_is_gone(void **state)
{
	struct world *world = make_world();
	auto_buf out = BUF_NULL;

	(void)state;
	say(&world->clients[0], "{\"id\":1,\"cmd\":\"agent\",\"node\":\"acs1\"}");
	turn(world);
	say(&world->agent, "{\"re\":1,\"ok\":true,\"a\":[1],\"more\":true}");
	turn(world);
	channel_close(&world->clients[0]);
	assert_string_equal(heard(world, &world->agent, &out),
	    "{\"id\":1,\"cmd\":\"status\"}\n{\"id\":1,\"cmd\":\"more\"}\n"
	    "{\"id\":1,\"cmd\":\"enough\"}\n");
	say(&world->agent, "{\"re\":1,\"ok\":true,\"a\":[2]}");
	turn(world);
	free_world(world);
}

static void test_a_client_is_told_when_its_agent_has_ended(void **state)
{
	struct world *world = make_world();
	auto_buf out = BUF_NULL;

	(void)state;
	say(&world->clients[0], "{\"id\":1,\"cmd\":\"agent\",\"node\":\"acs1\"}");
	turn(world);
	world->acs1.is_gone = true;
	assert_string_equal(heard(world, &world->clients[0], &out),
	    "{\"re\":1,\"ok\":false,\"why\":\"acs1 has ended\",\"exit\":3}\n");
	say(&world->clients[0], "{\"id\":2,\"cmd\":\"agent\",\"node\":\"sw1\"}");
	assert_string_equal(heard(world, &world->clients[0], &out),
	    "{\"re\":2,\"ok\":false,\"why\":\"that node runs no agent of ours\"}\n");
	free_world(world);
}

static void test_an_acs_that_is_gone_for_a_while_can_be_stopped_for_good(void **state)
{
	static const char *const commands[] = {
		"{\"id\":1,\"cmd\":\"stop-node\",\"node\":\"acs1\"}",
		"{\"id\":1,\"cmd\":\"kill-node\",\"node\":\"acs1\"}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		struct world *world = make_world();
		auto_buf out = BUF_NULL;

		world->acs1.pid = 0;
		world->acs1.is_gone = world->acs1.is_stopping = true;
		world->acs1.start_at = clock_monotonic() + 3600 * NS_PER_S;
		say(&world->clients[0], commands[i]);
		assert_string_equal(heard(world, &world->clients[0], &out),
		    "{\"re\":1,\"ok\":true}\n");
		assert_int_equal(supervisor_restart_deadline(&world->supervisor), 0);
		say(&world->clients[0], commands[i]);
		assert_string_equal(heard(world, &world->clients[0], &out),
		    "{\"re\":1,\"ok\":false,\"why\":\"acs1 is stopped already\"}\n");
		free_world(world);
	}
}

static void test_an_acs_that_somebody_stops_is_not_started_by_a_load_test(void **state)
{
	struct world *world = make_world();
	const struct node homes = { .kind = NODE_LOAD, .load.to = world->acs1.node };
	const struct service by = { .node = &homes };
	json_t *event = json_pack("{s:i}", "for_ms", 1000);

	(void)state;
	world->acs1.pid = INT32_MAX; /* of nobody */
	supervisor_restart(&world->supervisor, &by, event);
	assert_true(world->acs1.start_at > 0);
	world->acs1.start_at = 0;
	supervisor_restart(&world->supervisor, &by, event);
	assert_int_equal(world->acs1.start_at, 0);
	json_decref(event);
	free_world(world);
}

static bool is_said(struct world *world, const char *words)
{
	auto_buf out = BUF_NULL;

	say(&world->clients[0], "{\"id\":1,\"cmd\":\"node\",\"node\":\"acs1\"}");
	return strstr(heard(world, &world->clients[0], &out), words);
}

/* Its stage has not begun; a host without a command is there at once. */
static void test_a_program_that_has_yet_to_be_started_waits(void **state)
{
	struct world *world = make_world();
	uint32_t *addresses = calloc(world->plan->n_instances, sizeof(*addresses));
	uint8_t(*addresses6)[16] =
	    calloc(world->plan->n_instances, sizeof(*addresses6));

	(void)state;
	world->supervisor.addresses = addresses;
	world->supervisor.addresses6 = addresses6;
	world->acs1.pid = 0;
	assert_true(is_said(world, "\"log\":\"acs1\",\"program\":\"waits\"}"));
	world->acs1.pid = getpid();
	assert_true(is_said(world, "\"program\":\"starts\"}"));
	world->acs1.pid = 0;
	world->acs1.is_ready = true;
	assert_false(is_said(world, "\"program\""));
	free(addresses);
	free(addresses6);
	free_world(world);
}

static size_t count(const struct buf *text, const char *needle)
{
	struct str rest = buf_str(text);
	size_t n = 0, at;

	for (; str_find(rest, str_of(needle), &at); n++)
		rest = str_from(rest, at + 1);
	return n;
}

static void test_a_line_that_cannot_be_read_is_told_once_and_ends_nobody(void **state)
{
	static const char *const lines[] = { "nonsense", "[]", "{}", "{\"re\":\"x\"}",
		"{\"event\":5}" };
	struct world *world = make_world();
	auto_buf too_long = BUF_NULL;
	auto_buf out = BUF_NULL;

	(void)state;
	say(&world->clients[0], "{\"id\":1,\"cmd\":\"events\"}");
	turn(world);
	for (int i = 0; i <= LINE_BYTES_MAX; i++)
		buf_append_char(&too_long, 'x');
	buf_append_char(&too_long, '\n');
	assert_int_equal(send(world->agent.fd, too_long.data, too_long.len, 0),
	    too_long.len);
	turn(world);
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		say(&world->agent, lines[i]);
	say(&world->agent, "{\"event\":\"ready\"}");
	(void)heard(world, &world->clients[0], &out);
	assert_int_equal(count(&out, "unreadable"), 1);
	assert_int_equal(
	    count(&out,
		",\"event\":\"unreadable\",\"node\":\"acs1\",\"why\":\"a line of "
		"more than 65536 bytes\"}\n"),
	    1);
	assert_int_equal(count(&out, "{\"event\":\"ready\"}\n"), 1);
	assert_true(world->acs1.is_ready);
	free_world(world);
}

/* Pages wait in the agent, not in the supervisor, while a client does not read. */
static void test_a_client_that_does_not_read_holds_up_its_answer_alone(void **state)
{
	struct world *world = make_world();
	struct channel *agent = &world->agent;
	auto_buf page = BUF_NULL;
	auto_buf out = BUF_NULL;
	int asked = 0;

	(void)state;
	buf_append_text(&page, "{\"re\":1,\"ok\":true,\"a\":[\"");
	for (int i = 0; i < PAGE_BYTES; i++)
		buf_append_char(&page, 'x');
	buf_append_text(&page, "\"],\"more\":true}");
	say(&world->clients[0], "{\"id\":1,\"cmd\":\"agent\",\"node\":\"acs1\"}");
	while (count(&out, "status") + count(&out, "more") > 0 || asked == 0) {
		(void)heard(world, agent, &out);
		if (out.len > 0)
			assert_int_equal(channel_send(agent, buf_str(&page)), 0);
		assert_true(++asked < 1000);
	}
	say(&world->clients[1], "{\"id\":1,\"cmd\":\"agent\",\"node\":\"acs1\"}");
	assert_string_equal(heard(world, agent, &out),
	    "{\"id\":2,\"cmd\":\"status\"}\n");
	say(agent, "{\"re\":2,\"ok\":true}");
	assert_string_equal(heard(world, &world->clients[1], &out),
	    "{\"re\":1,\"ok\":true}\n");
	/* Once it reads, the rest is asked for. */
	(void)heard(world, &world->clients[0], &out);
	assert_string_equal(heard(world, agent, &out), "{\"id\":1,\"cmd\":\"more\"}\n");
	free_world(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pages_go_one_by_one_from_the_agent_to_the_client),
		cmocka_unit_test(test_a_command_goes_to_the_agent_as_it_is),
		cmocka_unit_test(test_each_client_gets_its_own_answer),
		cmocka_unit_test(test_an_agent_is_told_when_its_reader_is_gone),
		cmocka_unit_test(test_a_client_is_told_when_its_agent_has_ended),
		cmocka_unit_test(
		    test_an_acs_that_is_gone_for_a_while_can_be_stopped_for_good),
		cmocka_unit_test(
		    test_an_acs_that_somebody_stops_is_not_started_by_a_load_test),
		cmocka_unit_test(test_a_program_that_has_yet_to_be_started_waits),
		cmocka_unit_test(
		    test_a_line_that_cannot_be_read_is_told_once_and_ends_nobody),
		cmocka_unit_test(
		    test_a_client_that_does_not_read_holds_up_its_answer_alone),
	};

	return cmocka_run_group_tests(tests, enter_source, NULL);
}
