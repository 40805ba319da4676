/* lab/channel: JSON lines over a socket pair, answers in pages. */
#include "tests/unit/unit.h"

#include "lab/channel/labsock.h"
#include "lab/channel/pages.h"

#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

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

static void note_too_long(void *user)
{
	buf_append_char(user, '!');
}

static const struct channel_sink sink = { collect, note_too_long };

static void test_lines_come_out_whole_however_they_arrive(void **state)
{
	struct pair pair = make_pair();
	auto_buf seen = BUF_NULL;

	(void)state;
	write_theirs(&pair, "{\"a\":1}\n{\"b", 11);
	assert_int_equal(channel_read(&pair.ours, &sink, &seen), 0);
	assert_string_equal(buf_cstr(&seen), "[{\"a\":1}]");
	write_theirs(&pair, "\":2}\n\n", 6);
	assert_int_equal(channel_read(&pair.ours, &sink, &seen), 0);
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
	assert_int_equal(channel_read(&pair.ours, &sink, &seen), ERR_CLOSED);
	assert_string_equal(buf_cstr(&seen), "[last]");
	free_pair(&pair);
}

static void test_a_line_without_end_is_skipped_and_the_next_one_is_read(void **state)
{
	struct pair pair = make_pair();
	auto_buf seen = BUF_NULL;
	char part[4096];

	(void)state;
	memset(part, 'x', sizeof(part));
	for (int i = 0; i < 64; i++) {
		write_theirs(&pair, part, sizeof(part));
		assert_int_equal(channel_read(&pair.ours, &sink, &seen), 0);
	}
	write_theirs(&pair, "x\nnext\n", 7);
	assert_int_equal(channel_read(&pair.ours, &sink, &seen), 0);
	assert_string_equal(buf_cstr(&seen), "![next]");
	free_pair(&pair);
}

static void test_a_line_that_the_other_side_would_refuse_is_not_sent(void **state)
{
	struct pair pair = make_pair();
	auto_buf line = BUF_NULL;
	char got[8];

	(void)state;
	for (int i = 0; i <= LINE_BYTES_MAX; i++)
		buf_append_char(&line, 'y');
	assert_int_equal(channel_send(&pair.ours, buf_str(&line)), ERR_LIMIT);
	assert_int_equal(channel_send(&pair.ours, STR("z")), 0);
	assert_int_equal(recv(pair.theirs, got, sizeof(got), MSG_DONTWAIT), 2);
	assert_memory_equal(got, "z\n", 2);
	free_pair(&pair);
}

static void test_a_reader_that_sleeps_is_given_up(void **state)
{
	struct pair pair = make_pair();
	size_t size = LINE_BYTES_MAX;
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

/* Receives what fits into size bytes; returns how many, with a descriptor in *ret_fd or -1. */
static ssize_t receive(int from, char *bytes, size_t size, int *ret_fd)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec part = { bytes, size };
	struct msghdr msg = { .msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes) };
	ssize_t n = recvmsg(from, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	struct cmsghdr *rights = CMSG_FIRSTHDR(&msg);

	*ret_fd = -1;
	if (n > 0 && rights)
		memcpy(ret_fd, CMSG_DATA(rights), sizeof(int));
	return n;
}

static void test_descriptors_travel_with_their_line(void **state)
{
	struct pair pair = make_pair();
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC), fd;
	char bytes[64];

	(void)state;
	assert_int_equal(line_writer_put(&pair.ours.out, STR("before"), STR_NULL), 0);
	assert_int_equal(line_writer_put(&pair.ours.out, STR("with"), STR_NULL), 0);
	assert_int_equal(channel_attach(&pair.ours, &null, 1), 0);
	assert_int_equal(channel_attach(&pair.ours, &null, 1), ERR_LIMIT);
	(void)close(null);
	assert_int_equal(line_writer_put(&pair.ours.out, STR("after"), STR_NULL), 0);
	assert_int_equal(channel_flush(&pair.ours), 0);

	assert_int_equal(receive(pair.theirs, bytes, 7, &fd), 7);
	assert_memory_equal(bytes, "before\n", 7);
	assert_int_equal(fd, -1);
	assert_int_equal(receive(pair.theirs, bytes, sizeof(bytes), &fd), 11);
	assert_memory_equal(bytes, "with\nafter\n", 11);
	assert_true(fd >= 0);
	(void)close(fd);
	free_pair(&pair);
}

/* ---- answers in pages --------------------------------------------------------------- */

static const char *const pages[] = {
	"{\"re\":1,\"ok\":true,\"more\":true,\"status\":{\"n\":4,\"a\":[1,{\"b\":[2]}]}}",
	"{\"re\":1,\"ok\":true,\"more\":true,\"status\":{\"a\":[3]}}",
	"{\"re\":1,\"ok\":true,\"more\":true,\"status\":{\"a\":[],\"c\":[\"\"]},\"z\":{}}",
	"{\"re\":1,\"ok\":true,\"last\":{\"x\":null},\"\":[0],\"y\":[]}",
};

static void test_pages_are_printed_as_one_document(void **state)
{
	char *text = NULL;
	size_t length = 0;
	struct page_printer printer = { .out = open_memstream(&text, &length) };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
		json_t *page = json_loads(pages[i], 0, NULL);

		assert_non_null(page);
		(void)json_object_del(page, "re");
		(void)json_object_del(page, "ok");
		(void)json_object_del(page, "more");
		page_print(&printer, page);
		json_decref(page);
	}
	page_print_end(&printer);
	(void)fclose(printer.out);
	assert_string_equal(text, "{\n"
				  "  \"status\": {\n"
				  "    \"n\": 4,\n"
				  "    \"a\": [\n"
				  "      1,\n"
				  "      {\"b\": [2]},\n"
				  "      3\n"
				  "    ],\n"
				  "    \"c\": [\n"
				  "      \"\"\n"
				  "    ]\n"
				  "  },\n"
				  "  \"z\": {},\n"
				  "  \"last\": {\n"
				  "    \"x\": null\n"
				  "  },\n"
				  "  \"\": [\n"
				  "    0\n"
				  "  ],\n"
				  "  \"y\": []\n"
				  "}\n");
	free(text);
}

static void append_page(void *user, json_t *page)
{
	buf_printf(user, "%lld ", json_integer_value(json_object_get(page, "p")));
}

/* The answers are there before the question: a stream does not mind. */
static void test_an_answer_is_asked_for_and_joined(void **state)
{
	struct pair pair = make_pair();
	struct error err = ERROR_NULL;
	auto_buf seen = BUF_NULL;
	json_t *answer = NULL;
	char question[100];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pages); i++)
		assert_int_equal(channel_send(&pair.ours, str_of(pages[i])), 0);
	assert_int_equal(labsock_ask(pair.theirs, "agent", "a\"b", &answer, NULL, &err),
	    0);
	assert_int_equal(json_array_size(
			     json_object_get(json_object_get(answer, "status"), "a")),
	    3);
	assert_null(json_object_get(answer, "more"));
	json_decref(answer);
	assert_int_equal(recv(pair.ours.fd, question, sizeof(question), 0), 37);
	assert_memory_equal(question,
	    "{\"id\":1,\"cmd\":\"agent\",\"node\":\"a\\\"b\"}\n", 37);

	assert_int_equal(channel_send(&pair.ours,
			     STR("{\"ok\":true,\"p\":1,\"more\":true}")),
	    0);
	assert_int_equal(channel_send(&pair.ours,
			     STR("{\"ok\":false,\"why\":\"no\",\"exit\":3}")),
	    0);
	assert_int_equal(labsock_ask_pages(pair.theirs, "x", NULL, append_page, &seen,
			     &err),
	    ERR_MACHINE);
	assert_string_equal(err.text, "no");
	assert_string_equal(buf_cstr(&seen), "1 ");
	assert_int_equal(channel_send(&pair.ours, STR("{\"ok\":false}")), 0);
	assert_int_equal(labsock_ask(pair.theirs, "x", NULL, &answer, NULL, &err),
	    ERR_USAGE);
	assert_int_equal(channel_send(&pair.ours, STR("}")), 0);
	assert_int_equal(labsock_ask(pair.theirs, "x", NULL, &answer, NULL, &err),
	    ERR_MALFORMED);
	channel_close(&pair.ours);
	assert_true(labsock_ask(pair.theirs, "x", NULL, &answer, NULL, &err) < 0);
	free_pair(&pair);
}

/* Somebody calls the lab over and over while it is tried to take its name. */
static void test_to_call_a_lab_does_not_take_its_name(void **state)
{
	enum {
		ROUNDS = 100000
	};
	struct error err = ERROR_NULL;
	char lab[32];
	pid_t caller;
	int fd;

	(void)state;
	(void)snprintf(lab, sizeof(lab), "race-%d", (int)getpid());
	caller = fork();
	assert_true(caller >= 0);
	for (pid_t pid; caller == 0;)
		(void)labsock_connect(lab, &fd, &pid, &err);
	for (int i = 0; i < ROUNDS; i++) {
		int r = labsock_bind(lab, &fd, &err);

		if (r < 0)
			(void)kill(caller, SIGKILL);
		if (r < 0)
			fail_msg("round %d: %s", i, err.text);
		(void)close(fd);
	}
	assert_int_equal(labsock_owner(lab), 0);
	assert_int_equal(kill(caller, SIGKILL), 0);
	assert_int_equal(waitpid(caller, NULL, 0), caller);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_come_out_whole_however_they_arrive),
		cmocka_unit_test(test_the_end_is_told_after_the_last_line),
		cmocka_unit_test(
		    test_a_line_without_end_is_skipped_and_the_next_one_is_read),
		cmocka_unit_test(
		    test_a_line_that_the_other_side_would_refuse_is_not_sent),
		cmocka_unit_test(test_a_reader_that_sleeps_is_given_up),
		cmocka_unit_test(test_descriptors_travel_with_their_line),
		cmocka_unit_test(test_pages_are_printed_as_one_document),
		cmocka_unit_test(test_an_answer_is_asked_for_and_joined),
		cmocka_unit_test(test_to_call_a_lab_does_not_take_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
