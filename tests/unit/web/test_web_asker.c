/* lab/web/asker.c: questions to a lab that is the other end of a pair of sockets. */
#include "tests/unit/unit.h"

#include "lab/web/asker.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "tests/support/patience.h"

#include <jansson.h>
#include <sys/socket.h>
#include <unistd.h>

struct net {
	uv_loop_t loop;
	struct web_asker *asker;
	int lab;          /* the other end */
	struct buf calls; /* of the handlers, in their order */
	struct buf asked; /* what the lab has got */
};

static void on_event(void *user, struct str line)
{
	struct net *net = user;

	buf_printf(&net->calls, "event %.*s; ", STR_ARG(line));
}

static void on_ended(void *user)
{
	struct net *net = user;

	buf_append_text(&net->calls, "ended; ");
}

static void on_page(void *user, json_t *page)
{
	struct net *net = user;

	buf_printf(&net->calls, "page %d; ",
	    (int)json_integer_value(json_object_get(page, "n")));
}

static void on_done(void *user, const struct error *err)
{
	struct net *net = user;

	buf_printf(&net->calls, "done%s%s; ", err->code ? ": " : "",
	    err->code ? err->text : "");
}

static const struct web_ask_handlers asks = { on_page, on_done };

static void net_open(struct net *net)
{
	const struct web_asker_handlers handlers = { on_event, on_ended };
	struct error err = ERROR_NULL;
	int ends[2];

	*net = (struct net){ .lab = -1 };
	assert_int_equal(uv_loop_init(&net->loop), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	net->lab = ends[1];
	assert_int_equal(web_asker_open(&net->asker, &net->loop, ends[0], &handlers,
			     net, &err),
	    0);
}

static void net_close(struct net *net)
{
	web_asker_close(net->asker);
	(void)uv_run(&net->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&net->loop), 0);
	if (net->lab >= 0)
		(void)close(net->lab);
	buf_free(&net->calls);
	buf_free(&net->asked);
}

/* Runs until the handlers have been called so, and the lab has been asked so much. */
static void assert_calls(struct net *net, const char *calls)
{
	clock_ns end = clock_monotonic() + patience_ms() * NS_PER_MS;

	while (!str_is(buf_str(&net->calls), calls)) {
		char bytes[65536];
		ssize_t n = net->lab < 0
				? 0
				: recv(net->lab, bytes, sizeof(bytes), MSG_DONTWAIT);

		if (n > 0)
			buf_append(&net->asked, bytes, (size_t)n);
		(void)uv_run(&net->loop, UV_RUN_NOWAIT);
		if (clock_monotonic() > end)
			fail_msg("it has called: %s", buf_cstr(&net->calls));
	}
}

static void tell(const struct net *net, const char *lines)
{
	assert_int_equal(send(net->lab, lines, strlen(lines), 0), strlen(lines));
}

static void answers_come_in_pages_and_events_between_them(void **state)
{
	struct net net;

	(void)state;
	net_open(&net);
	web_asker_ask(net.asker, "agent", "acs", "{\"cmd\":\"status\"}", &asks, &net);
	tell(&net, "{\"re\":0,\"ok\":true}\n"
		   "{\"re\":1,\"ok\":true,\"n\":1,\"more\":true}\n"
		   "{\"event\":\"x\"}\n"
		   "{\"re\":7,\"ok\":true,\"n\":7}\n"
		   "{\"re\":1,\"ok\":true,\"n\":2}\n"
		   "{\"re\":1,\"ok\":true,\"n\":3}\n");
	assert_calls(&net, "page 1; event {\"event\":\"x\"}; page 2; done; ");
	assert_string_equal(buf_cstr(&net.asked),
	    "{\"id\":0,\"cmd\":\"events\"}\n"
	    "{\"id\":1,\"cmd\":\"agent\",\"node\":\"acs\","
	    "\"command\":{\"cmd\":\"status\"}}\n");
	net_close(&net);
}

static void a_refusal_is_told_in_its_words(void **state)
{
	struct net net;

	(void)state;
	net_open(&net);
	web_asker_ask(net.asker, "status", NULL, NULL, &asks, &net);
	tell(&net, "{\"re\":1,\"ok\":false,\"why\":\"no node has that name\"}\n");
	assert_calls(&net, "done: no node has that name; ");
	net_close(&net);
}

static void what_is_open_is_told_when_the_lab_ends(void **state)
{
	struct net net;

	(void)state;
	net_open(&net);
	for (int i = 0; i <= WEB_ASKS_MAX; i++)
		web_asker_ask(net.asker, "status", NULL, NULL, &asks, &net);
	(void)close(net.lab);
	net.lab = -1;
	assert_calls(&net, "done: the lab has ended; done: the lab has ended; "
			   "done: the lab has ended; done: the lab has ended; "
			   "done: the lab has ended; done: the lab has ended; "
			   "done: the lab has ended; done: the lab has ended; "
			   "done: the lab has ended; ended; ");
	web_asker_ask(net.asker, "status", NULL, NULL, &asks, &net);
	assert_true(
	    str_ends(buf_str(&net.calls), STR("ended; done: the lab has ended; ")));
	net_close(&net);
}

static void so_many_are_asked_at_once_and_so_many_wait(void **state)
{
	struct net net;

	(void)state;
	net_open(&net);
	for (int i = 0; i < WEB_ASKS_MAX + WEB_ASKS_WAITING; i++)
		web_asker_ask(net.asker, "status", NULL, NULL, &asks, &net);
	assert_int_equal(net.calls.len, 0);
	web_asker_ask(net.asker, "status", NULL, NULL, &asks, &net);
	assert_calls(&net, "done: too much is being asked of the lab: try again; ");
	/* One that is answered makes room for the next. */
	buf_reset(&net.calls);
	tell(&net, "{\"re\":1,\"ok\":true}\n");
	assert_calls(&net, "page 0; done; ");
	assert_true(
	    str_ends(buf_str(&net.asked), STR("{\"id\":8,\"cmd\":\"status\"}\n")) ||
	    str_ends(buf_str(&net.asked), STR("{\"id\":9,\"cmd\":\"status\"}\n")));
	net_close(&net);
}

static void one_that_is_forgotten_is_not_told(void **state)
{
	struct net net;

	(void)state;
	net_open(&net);
	web_asker_ask(net.asker, "status", NULL, NULL, &asks, &net);
	web_asker_forget(net.asker, &net);
	tell(&net, "{\"re\":1,\"ok\":true,\"n\":1}\n{\"event\":1}\n");
	assert_calls(&net, "event {\"event\":1}; ");
	net_close(&net);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_come_in_pages_and_events_between_them),
		cmocka_unit_test(a_refusal_is_told_in_its_words),
		cmocka_unit_test(what_is_open_is_told_when_the_lab_ends),
		cmocka_unit_test(so_many_are_asked_at_once_and_so_many_wait),
		cmocka_unit_test(one_that_is_forgotten_is_not_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
