/* lab/console/remote.c: answers of a lab, which are there before the questions. */
#include "tests/unit/unit.h"

#include "lab/channel/channel.h"
#include "lab/console/remote.h"

#include <sys/socket.h>
#include <unistd.h>

static int ask(struct remote *remote, const char *answer)
{
	struct error err = ERROR_NULL;
	struct channel lab;
	int ends[2], r;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	channel_open(&lab, ends[0]);
	remote->place.fd = ends[1];
	assert_int_equal(channel_send(&lab, str_of(answer)), 0);
	r = remote_ask(remote, REMOTE_LINE, STR("x"), 0, &err);
	assert_int_equal(r, err.code);
	channel_close(&lab);
	(void)close(ends[1]);
	remote->place.fd = -1;
	return r;
}

#define ANSWER                                                                          \
	"{\"ok\":true,\"console\":{\"session\":7,\"prompt\":\"<sw>\",\"note\":\"odd\"," \
	"\"lines\":[\"one\",\"two\"]}}"

static void test_an_answer_has_its_prompt_its_lines_and_its_note(void **state)
{
	struct remote remote = { .place = { .fd = -1 } };

	(void)state;
	assert_int_equal(ask(&remote, ANSWER), 0);
	assert_int_equal(remote.session, 7);
	assert_string_equal(buf_cstr(&remote.prompt), "<sw>");
	assert_string_equal(buf_cstr(&remote.out), "one\ntwo\n");
	assert_string_equal(buf_cstr(&remote.note), "odd");
	remote_close(&remote);
}

/* Whichever part of it there is no room for. */
static void test_an_answer_that_was_not_taken_whole_is_an_error(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct remote remote = { .place = { .fd = -1 },
			.out = BUF_MAX(i == 0 ? 7 : 8),
			.prompt = BUF_MAX(i == 1 ? 3 : 4),
			.note = BUF_MAX(i == 2 ? 2 : 3) };

		assert_int_equal(ask(&remote, ANSWER), ERR_LIMIT);
		remote_close(&remote);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_answer_has_its_prompt_its_lines_and_its_note),
		cmocka_unit_test(test_an_answer_that_was_not_taken_whole_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
