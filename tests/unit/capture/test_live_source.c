/* What a decoding process makes of the stream of a capturing one, piece by piece, also where
 * that one was made to talk nonsense. */
#include "tests/unit/unit.h"

#include "capture/live/live.h"
#include "capture/live/live_source.h"
#include "capture/live/live_wire.h"
#include "lib/base/cleanup.h"

#include <sys/socket.h>

static const struct live_port port = { "eth0", "eth0", -1, -1, -1 };

struct talk {
	struct live_source source;
	int child; /* the end that the capturing process would have */
	struct buf heard;
};

static void on_frame(void *user, struct live_source *source, const struct frame *frame)
{
	buf_printf(user, "%.*s at %d, %u of %u, link %u\n", (int)frame->caplen,
	    (const char *)frame->bytes, (int)frame->time, frame->caplen, frame->len,
	    source->linktype);
}

static struct talk talk_begin(void)
{
	struct talk talk = { .source = { .port = &port } };
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	talk.source.fd = ends[0];
	talk.child = ends[1];
	return talk;
}

static void talk_end(struct talk *talk)
{
	live_source_close(&talk->source);
	if (talk->child >= 0)
		(void)close(talk->child);
	buf_free(&talk->heard);
}

static void say(struct buf *out, uint32_t what, const void *fixed, size_t fixed_len,
    const char *rest)
{
	struct live_head head = { what, (uint32_t)(fixed_len + strlen(rest)) };

	buf_append(out, &head, sizeof(head));
	buf_append(out, fixed, fixed_len);
	buf_append_text(out, rest);
}

static void pass(struct talk *talk, const void *bytes, size_t len)
{
	assert_int_equal(write(talk->child, bytes, len), len);
}

static int hear(struct talk *talk, struct error *err)
{
	return live_source_read(&talk->source, on_frame, &talk->heard, err);
}

static void test_frames_come_whole_from_any_pieces(void **state)
{
	const struct live_ready ready = { LINKTYPE_LINUX_SLL };
	const struct live_frame first = { 5, 90, 0 }, second = { 6, 2, 0 };
	const struct live_statistics statistics = { 7 };
	struct talk talk = talk_begin();
	struct error err = ERROR_NULL;
	auto_buf said = BUF_NULL;
	int r = 1;

	(void)state;
	say(&said, LIVE_READY, &ready, sizeof(ready), "");
	say(&said, LIVE_FRAME, &first, sizeof(first), "abc");
	say(&said, LIVE_STATISTICS, &statistics, sizeof(statistics), "");
	say(&said, LIVE_FRAME, &second, sizeof(second), "defg");
	say(&said, LIVE_END, NULL, 0, "");
	for (size_t i = 0; i < said.len; i++) {
		assert_int_equal(r, 1);
		pass(&talk, said.data + i, 1);
		r = hear(&talk, &err);
	}

	assert_int_equal(r, 0);
	assert_string_equal(buf_cstr(&talk.heard),
	    "abc at 5, 3 of 90, link 113\ndefg at 6, 4 of 4, link 113\n");
	assert_int_equal(talk.source.received, 2);
	assert_int_equal(talk.source.dropped, 7);
	talk_end(&talk);
}

static void test_a_link_goes_down_as_often_as_it_was_up(void **state)
{
	static const uint32_t is_up[] = { 1, 0, 0, 1, 0 };
	struct talk talk = talk_begin();
	struct error err = ERROR_NULL;
	auto_buf said = BUF_NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(is_up); i++)
		say(&said, LIVE_LINK, &is_up[i], sizeof(is_up[i]), "");
	pass(&talk, said.data, said.len);

	assert_int_equal(hear(&talk, &err), 1);
	assert_int_equal(talk.source.downs, 2);
	assert_true(talk.source.is_down);
	talk_end(&talk);
}

/* What follows at once is no part of the beginning. */
static void test_it_captures_once_all_of_ready_has_come(void **state)
{
	const struct live_ready ready = { LINKTYPE_LINUX_SLL };
	const struct live_frame first = { 5, 3, 0 };
	auto_buf said = BUF_NULL;
	size_t len;

	(void)state;
	say(&said, LIVE_READY, &ready, sizeof(ready), "");
	len = said.len;
	say(&said, LIVE_FRAME, &first, sizeof(first), "abc");
	say(&said, LIVE_END, NULL, 0, "");
	for (size_t n = 0; n < len; n++) {
		struct talk talk = talk_begin();
		struct error err = ERROR_NULL;

		pass(&talk, said.data, n);
		(void)close(talk.child);
		talk.child = -1;
		assert_int_equal(live_source_await(&talk.source, &err), ERR_CLOSED);
		assert_string_equal(err.text,
		    "the process that captured eth0 was killed");
		talk_end(&talk);
	}
	for (size_t n = len; n <= said.len; n++) {
		struct talk talk = talk_begin();
		struct error err = ERROR_NULL;

		pass(&talk, said.data, n);
		assert_int_equal(live_source_await(&talk.source, &err), 0);
		assert_int_equal(talk.source.linktype, LINKTYPE_LINUX_SLL);
		pass(&talk, said.data + n, said.len - n);
		assert_int_equal(hear(&talk, &err), 0);
		assert_string_equal(buf_cstr(&talk.heard),
		    "abc at 5, 3 of 3, link 113\n");
		talk_end(&talk);
	}
}

static void test_what_ends_before_it_began_is_refused(void **state)
{
	struct talk talk = talk_begin();
	struct error err = ERROR_NULL;
	auto_buf said = BUF_NULL;

	(void)state;
	say(&said, LIVE_END, NULL, 0, "");
	pass(&talk, said.data, said.len);

	assert_int_equal(live_source_await(&talk.source, &err), ERR_MALFORMED);
	talk_end(&talk);
}

static void test_a_failure_comes_with_its_words(void **state)
{
	const struct live_failed failed = { ERR_MACHINE };
	struct talk talk = talk_begin();
	struct error err = ERROR_NULL;
	auto_buf said = BUF_NULL;

	(void)state;
	say(&said, LIVE_FAILED, &failed, sizeof(failed), "port eth0: no");
	pass(&talk, said.data, said.len);

	assert_int_equal(hear(&talk, &err), ERR_MACHINE);
	assert_string_equal(err.text, "port eth0: no");
	talk_end(&talk);
}

static void test_a_death_in_the_middle_is_told(void **state)
{
	struct talk talk = talk_begin();
	struct error err = ERROR_NULL;

	(void)state;
	pass(&talk, "\2\0\0", 3);
	assert_int_equal(hear(&talk, &err), 1);
	(void)close(talk.child);
	talk.child = -1;

	assert_int_equal(hear(&talk, &err), ERR_CLOSED);
	assert_string_equal(err.text, "the process that captured eth0 was killed");
	talk_end(&talk);
}

static void test_nonsense_is_refused(void **state)
{
	static const struct {
		uint32_t what, len, sent;
	} cases[] = {
		{ LIVE_FRAME, LIVE_MESSAGE_MAX + 1, 0 },
		{ LIVE_FRAME, UINT32_MAX, 0 },
		{ LIVE_FRAME, sizeof(struct live_frame) - 1,
		    sizeof(struct live_frame) - 1 },
		{ LIVE_READY, 3, 3 },
		{ LIVE_STATISTICS, 9, 9 },
		{ LIVE_FAILED, 1, 1 },
		{ LIVE_LINK, 3, 3 },
		{ LIVE_LINK, 5, 5 },
		{ LIVE_END + 1, 0, 0 },
		{ UINT32_MAX, 4, 4 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		static const uint8_t zeros[64];
		const struct live_head head = { cases[i].what, cases[i].len };
		struct talk talk = talk_begin();
		struct error err = ERROR_NULL;

		pass(&talk, &head, sizeof(head));
		pass(&talk, zeros, cases[i].sent);
		assert_int_equal(hear(&talk, &err), ERR_MALFORMED);
		assert_string_equal(err.text,
		    "the process that captures eth0 says what cannot be read");
		assert_int_equal(talk.heard.len, 0);
		talk_end(&talk);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frames_come_whole_from_any_pieces),
		cmocka_unit_test(test_a_link_goes_down_as_often_as_it_was_up),
		cmocka_unit_test(test_it_captures_once_all_of_ready_has_come),
		cmocka_unit_test(test_what_ends_before_it_began_is_refused),
		cmocka_unit_test(test_a_failure_comes_with_its_words),
		cmocka_unit_test(test_a_death_in_the_middle_is_told),
		cmocka_unit_test(test_nonsense_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
