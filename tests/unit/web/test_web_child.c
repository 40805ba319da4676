/* lab/web/child.c: this program runs itself, and says what its first word tells it to. */
#include "tests/unit/unit.h"

#include "lab/web/child.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "tests/support/patience.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct net {
	uv_loop_t loop;
	struct web_child *child;
	bool is_done;
	int status;
	size_t len; /* of its output */
	struct buf said;
};

static void on_done(void *user, int status, struct str out, struct str errors)
{
	struct net *net = user;

	net->is_done = true;
	net->status = status;
	net->len = out.len;
	buf_printf(&net->said, "%.*s|%.*s",
	    STR_ARG(str_make(out.p, MIN(out.len, (size_t)100))), STR_ARG(errors));
	web_child_close(net->child);
}

static void run_for(struct net *net, const char *word, uint64_t longest_ms)
{
	const char *const words[] = { word, "more", NULL };
	const struct web_child_call call = { words, longest_ms, on_done, net };
	struct error err = ERROR_NULL;

	*net = (struct net){ .status = -1000 };
	assert_int_equal(uv_loop_init(&net->loop), 0);
	assert_int_equal(web_child_start(&net->child, &net->loop, &call, &err), 0);
}

static void run(struct net *net, const char *word)
{
	run_for(net, word, (uint64_t)patience_ms());
}

static void end(struct net *net)
{
	(void)uv_run(&net->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&net->loop), 0);
	buf_free(&net->said);
}

static void what_it_says_is_told_with_its_status(void **state)
{
	struct net net;

	(void)state;
	run(&net, "speak");
	(void)uv_run(&net.loop, UV_RUN_DEFAULT);
	assert_true(net.is_done);
	assert_int_equal(net.status, 3);
	assert_string_equal(buf_cstr(&net.said), "words more|complaints");
	end(&net);
}

static void too_many_words_are_dropped(void **state)
{
	struct net net;

	(void)state;
	run(&net, "flood");
	(void)uv_run(&net.loop, UV_RUN_DEFAULT);
	assert_true(net.is_done);
	assert_int_equal(net.status, 0);
	assert_true(net.len > 0 && net.len <= WEB_CHILD_BYTES);
	end(&net);
}

static void one_that_is_closed_is_ended_and_not_told(void **state)
{
	struct net net;

	(void)state;
	run(&net, "wait");
	web_child_close(net.child);
	end(&net);
	assert_false(net.is_done);
}

/* Nor is what it has started waited for, which has its outputs. */
static void one_that_takes_too_long_is_killed_and_that_is_told(void **state)
{
	static const char *const words[] = { "wait", "leave" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		struct net net;

		run_for(&net, words[i], 100);
		(void)uv_run(&net.loop, UV_RUN_DEFAULT);
		assert_true(net.is_done);
		assert_int_equal(net.status, -1);
		assert_string_equal(buf_cstr(&net.said),
		    "|it has not ended in its time, and was killed");
		end(&net);
	}
}

static int be_child(const char *word, const char *more)
{
	static char many[64 << 10];

	if (strcmp(word, "speak") == 0) {
		(void)printf("words %s", more);
		(void)fprintf(stderr, "complaints");
		return 3;
	}
	memset(many, 'x', sizeof(many));
	for (int i = 0; strcmp(word, "flood") == 0 && i < 40; i++)
		(void)fwrite(many, 1, sizeof(many), stdout);
	/* The other end of its outputs tells it when to go. */
	if (strcmp(word, "wait") == 0 || (strcmp(word, "leave") == 0 && fork() == 0))
		(void)poll(&(struct pollfd){ STDOUT_FILENO, 0, 0 }, 1, patience_ms());
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_it_says_is_told_with_its_status),
		cmocka_unit_test(too_many_words_are_dropped),
		cmocka_unit_test(one_that_is_closed_is_ended_and_not_told),
		cmocka_unit_test(one_that_takes_too_long_is_killed_and_that_is_told),
	};

	if (argc == 3)
		return be_child(argv[1], argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
