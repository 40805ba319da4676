/* lab/channel: JSON lines over a socket pair. */
#include "tests/unit/unit.h"

#include "lab/channel/channel.h"

#include <stdlib.h>
#include <sys/socket.h>

struct pair {
	struct channel ours;
	int theirs;
};

static struct pair make_pair(void)
{
	struct pair pair;
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	channel_open(&pair.ours, ends[0]);
	pair.theirs = ends[1];
	return pair;
}

static void free_pair(struct pair *pair)
{
	channel_close(&pair->ours);
	if (pair->theirs >= 0)
		(void)close(pair->theirs);
}

static void write_theirs(struct pair *pair, const char *text, size_t len)
{
	assert_int_equal(send(pair->theirs, text, len, MSG_DONTWAIT), len);
}

static void collect(void *user, struct str line)
{
	buf_printf(user, "[%.*s]", STR_ARG(line));
}

static void test_lines_come_out_whole_however_they_arrive(void **state)
{
	struct pair pair = make_pair();
	auto_buf seen = BUF_NULL;

	(void)state;
	write_theirs(&pair, "{\"a\":1}\n{\"b", 11);
	assert_int_equal(channel_read(&pair.ours, collect, &seen), 0);
	assert_string_equal(buf_cstr(&seen), "[{\"a\":1}]");
	write_theirs(&pair, "\":2}\n\n", 6);
	assert_int_equal(channel_read(&pair.ours, collect, &seen), 0);
	assert_string_equal(buf_cstr(&seen), "[{\"a\":1}][{\"b\":2}][]");
	free_pair(&pair);
}

static void test_the_end_is_told_after_the_last_line(void **state)
{
	struct pair pair = make_pair();
	auto_buf seen = BUF_NULL;

	(void)state;
	write_theirs(&pair, "last\nhalf", 9);
	(void)close(pair.theirs);
	pair.theirs = -1;
	assert_int_equal(channel_read(&pair.ours, collect, &seen), ERR_CLOSED);
	assert_string_equal(buf_cstr(&seen), "[last]");
	free_pair(&pair);
}

static void test_a_line_without_end_is_over_the_limit(void **state)
{
	struct pair pair = make_pair();
	auto_buf seen = BUF_NULL;
	char part[4096];
	int r = 0;

	(void)state;
	memset(part, 'x', sizeof(part));
	for (int i = 0; i < 64 && r == 0; i++) {
		write_theirs(&pair, part, sizeof(part));
		r = channel_read(&pair.ours, collect, &seen);
	}
	assert_int_equal(r, ERR_LIMIT);
	assert_int_equal(seen.len, 0);
	free_pair(&pair);
}

static void test_a_reader_that_sleeps_is_given_up(void **state)
{
	struct pair pair = make_pair();
	size_t size = 1 << 16;
	char *line = malloc(size);
	int r = 0;

	(void)state;
	assert_non_null(line);
	memset(line, 'y', size);
	for (int i = 0; i < 1024 && r == 0; i++)
		r = channel_send(&pair.ours, str_make(line, size));
	assert_int_equal(r, ERR_LIMIT);
	free(line);
	free_pair(&pair);
}

static void test_descriptors_travel_with_a_line(void **state)
{
	struct pair pair = make_pair();
	int fds[CHANNEL_FDS_MAX], sent[2] = { 0, 1 };
	auto_buf line = BUF_NULL;

	(void)state;
	assert_int_equal(channel_send_fds(pair.theirs, STR("here"), sent, 2), 0);
	assert_int_equal(channel_receive(pair.ours.fd, &line, fds), 2);
	assert_string_equal(buf_cstr(&line), "here");
	(void)close(fds[0]);
	(void)close(fds[1]);
	free_pair(&pair);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_come_out_whole_however_they_arrive),
		cmocka_unit_test(test_the_end_is_told_after_the_last_line),
		cmocka_unit_test(test_a_line_without_end_is_over_the_limit),
		cmocka_unit_test(test_a_reader_that_sleeps_is_given_up),
		cmocka_unit_test(test_descriptors_travel_with_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
