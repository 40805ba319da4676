/* lab/web/decoder.c: this program runs itself as the decoder, and does what its port tells it to. */
#include "tests/unit/unit.h"

#include "lab/web/decoder.h"
#include "lib/base/buf.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

struct net {
	uv_loop_t loop;
	struct web_decoder *decoder;
	bool has_ended;
	struct buf told;
};

static void on_started(void *user)
{
	struct net *net = user;

	buf_append_text(&net->told, "started|");
}

static void on_line(void *user, struct str line)
{
	struct net *net = user;

	buf_printf(&net->told, "%.*s|", STR_ARG(line));
}

static void on_ended(void *user, const char *why)
{
	struct net *net = user;

	net->has_ended = true;
	buf_append_text(&net->told, why);
}

static void run(const char *port, const char *told)
{
	const struct web_decoder_handlers handlers = { on_started, on_line, on_ended };
	char word[32];
	char *ports[] = { word };
	struct error err = ERROR_NULL;
	struct net net = { .has_ended = false };

	(void)snprintf(word, sizeof(word), "%s", port);
	assert_int_equal(uv_loop_init(&net.loop), 0);
	assert_int_equal(web_decoder_open(&net.decoder, &net.loop, ports, 1, &handlers,
			     &net, &err),
	    0);
	while (!net.has_ended)
		(void)uv_run(&net.loop, UV_RUN_ONCE);
	web_decoder_close(net.decoder);
	(void)uv_run(&net.loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&net.loop), 0);
	assert_string_equal(buf_cstr(&net.told), told);
	buf_free(&net.told);
}

static void that_it_captures_is_told_and_by_what_signal_it_ended(void **state)
{
	(void)state;
	run("killed", "started|was ended by signal 9 (Killed)");
}

static void why_it_ended_is_what_it_said_last(void **state)
{
	(void)state;
	run("refused", "ended with status 3: no right to capture there");
	run("lost", "started|ended with status 3: acs1: the interface was removed");
	run("silent", "ended with status 0");
}

static void one_that_ends_again_and_again_is_started_less_and_less_often(void **state)
{
	static const unsigned pauses[] = { 1, 2, 4, 8, 16, 32, 60, 60 };

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(pauses); i++)
		assert_int_equal(web_decoder_pause_s(i + 1), pauses[i]);
	assert_int_equal(web_decoder_pause_s(1000000), 60);
}

static int be_decoder(const char *port)
{
	bool is_lost = strcmp(port, "lost") == 0;

	if (is_lost || strcmp(port, "killed") == 0)
		(void)fputs("capturing at acs1; Ctrl-C stops\n", stderr);
	if (is_lost)
		(void)fputs("acs1: the interface was removed\n"
			    "captured 7 packets in 1.0 s\nno CWMP session is in it\n",
		    stderr);
	if (strcmp(port, "refused") == 0)
		(void)fputs("no right to capture there", stderr);
	if (strcmp(port, "killed") == 0)
		(void)raise(SIGKILL);
	return strcmp(port, "silent") == 0 ? 0 : 3;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(that_it_captures_is_told_and_by_what_signal_it_ended),
		cmocka_unit_test(why_it_ended_is_what_it_said_last),
		cmocka_unit_test(
		    one_that_ends_again_and_again_is_started_less_and_less_often),
	};

	/* cwmplab decode --format ndjson --interface PORT */
	if (argc == 6)
		return be_decoder(argv[5]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
