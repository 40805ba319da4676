/* lab/web/feed.c: what browsers are told, and what one that comes late or reads slowly misses. */
#include "tests/unit/unit.h"

#include "lab/web/feed.h"

#define TABLES \
	"event: tables\ndata: {\"nodes\":1,\"cpes\":1,\"devices\":1,\"links\":1,\"leases\":1,\"sessions\":1,\"findings\":1}\n\n"

static void assert_taken(struct web_reader *reader, const struct web_feed *feed,
    const char *words)
{
	auto_buf out = BUF_NULL;

	web_reader_take(reader, feed, &out);
	assert_string_equal(buf_cstr(&out), words);
}

static void a_reader_gets_all_from_where_it_begins(void **state)
{
	struct web_reader reader;
	struct web_feed feed;

	(void)state;
	web_feed_init(&feed);
	web_feed_add(&feed, "lab", STR("{\"n\":1}"));
	web_reader_init(&reader, &feed, 0);
	assert_true(web_reader_is_behind(&reader, &feed));
	assert_taken(&reader, &feed, TABLES "id: 1\nevent: lab\ndata: {\"n\":1}\n\n");
	assert_false(web_reader_is_behind(&reader, &feed));
	web_feed_add(&feed, "lab", STR("{\"n\":2}"));
	assert_true(web_reader_is_behind(&reader, &feed));
	assert_taken(&reader, &feed, "id: 2\nevent: lab\ndata: {\"n\":2}\n\n");
	assert_taken(&reader, &feed, "");
	web_feed_free(&feed);
}

static void one_that_comes_back_goes_on_where_it_was(void **state)
{
	struct web_reader reader;
	struct web_feed feed;

	(void)state;
	web_feed_init(&feed);
	web_feed_add(&feed, "lab", STR("1"));
	web_feed_add(&feed, "lab", STR("2"));
	web_reader_init(&reader, &feed, 1);
	assert_taken(&reader, &feed, TABLES "id: 2\nevent: lab\ndata: 2\n\n");
	/* One that says to have had what was never told begins anew. */
	web_reader_init(&reader, &feed, 99);
	assert_taken(&reader, &feed,
	    TABLES "id: 1\nevent: lab\ndata: 1\n\nid: 2\nevent: lab\ndata: 2\n\n");
	web_feed_free(&feed);
}

static void one_that_begins_is_told_the_last_of_what_was(void **state)
{
	struct web_reader reader;
	struct web_feed feed;

	(void)state;
	web_feed_init(&feed);
	for (int i = 0; i < WEB_FEED_HISTORY + 7; i++)
		web_feed_add(&feed, "lab", STR("x"));
	web_reader_init(&reader, &feed, 0);
	assert_int_equal(reader.next, 8);
	web_feed_free(&feed);
}

static void a_table_is_told_once_however_often_it_changed(void **state)
{
	struct web_reader reader;
	struct web_feed feed;

	(void)state;
	web_feed_init(&feed);
	web_reader_init(&reader, &feed, 0);
	assert_taken(&reader, &feed, TABLES);
	web_feed_touch(&feed, WEB_CPES);
	web_feed_touch(&feed, WEB_CPES);
	assert_true(web_reader_is_behind(&reader, &feed));
	assert_taken(&reader, &feed, "event: tables\ndata: {\"cpes\":3}\n\n");
	assert_false(web_reader_is_behind(&reader, &feed));
	web_feed_free(&feed);
}

/* Text of strangers may hold what ends a field of the stream. */
static void a_line_break_begins_no_other_field(void **state)
{
	struct web_reader reader;
	struct web_feed feed;

	(void)state;
	web_feed_init(&feed);
	web_reader_init(&reader, &feed, 0);
	assert_taken(&reader, &feed, TABLES);
	web_feed_add(&feed, "lab", STR("a\r\n\nevent: ended\ndata: {}"));
	assert_taken(&reader, &feed,
	    "id: 1\nevent: lab\ndata: a   event: ended data: {}\n\n");
	web_feed_free(&feed);
}

static void fill(struct web_feed *feed, unsigned n, size_t bytes)
{
	auto_buf data = BUF_NULL;

	for (size_t i = 0; i < bytes; i++)
		buf_append_char(&data, 'x');
	for (unsigned i = 0; i < n; i++)
		web_feed_add(feed, "lab", buf_str(&data));
}

static void the_oldest_go(void **state)
{
	struct web_feed feed;

	(void)state;
	web_feed_init(&feed);
	fill(&feed, 100, WEB_FEED_BYTES / 50);
	assert_true(feed.bytes <= WEB_FEED_BYTES);
	/* 49 of them fit, with what each takes beside its text. */
	assert_int_equal(feed.first, 52);
	web_feed_free(&feed);
}

/* What it does not get is counted, and what it gets is the newest: a crowd that is slow costs no more
 * than one that is not. */
static void one_that_is_far_behind_goes_on_with_the_newest(void **state)
{
	struct web_reader reader;
	struct web_feed feed;
	auto_buf out = BUF_NULL;
	size_t got = 0;

	(void)state;
	web_feed_init(&feed);
	web_reader_init(&reader, &feed, 0);
	web_reader_take(&reader, &feed, &out);
	fill(&feed, 1000, 1000);
	buf_reset(&out);
	web_reader_take(&reader, &feed, &out);
	/* Of 1,000 bytes and what stands around them 127 are near enough. */
	assert_true(str_starts(buf_str(&out),
	    STR("event: lost\ndata: {\"n\":873}\n\nid: 874\nevent: lab\n")));
	while (got += out.len, web_reader_is_behind(&reader, &feed)) {
		buf_reset(&out);
		web_reader_take(&reader, &feed, &out);
	}
	assert_true(got > 127 * 1000 && got < WEB_FEED_BEHIND + 100);
	/* The last is told in any case. */
	fill(&feed, 2, WEB_FEED_ENTRY_MAX);
	buf_reset(&out);
	web_reader_take(&reader, &feed, &out);
	assert_true(str_starts(buf_str(&out),
	    STR("event: lost\ndata: {\"n\":1}\n\nid: 1002\nevent: lab\n")));
	assert_false(web_reader_is_behind(&reader, &feed));
	web_feed_free(&feed);
}

static void a_piece_has_a_limit_and_the_rest_comes_with_the_next(void **state)
{
	struct web_reader reader;
	struct web_feed feed;
	unsigned n = 0;

	(void)state;
	web_feed_init(&feed);
	web_reader_init(&reader, &feed, 0);
	fill(&feed, 10, WEB_FEED_PIECE / 3);
	while (web_reader_is_behind(&reader, &feed)) {
		auto_buf out = BUF_NULL;

		web_reader_take(&reader, &feed, &out);
		assert_true(out.len > 0 && out.len <= WEB_FEED_PIECE + 100);
		n++;
	}
	assert_int_equal(n, 5);
	assert_int_equal(reader.next, 11);
	web_feed_free(&feed);
}

static void one_that_is_too_long_is_told_as_lost(void **state)
{
	struct web_reader reader;
	struct web_feed feed;

	(void)state;
	web_feed_init(&feed);
	web_reader_init(&reader, &feed, 0);
	assert_taken(&reader, &feed, TABLES);
	fill(&feed, 1, WEB_FEED_ENTRY_MAX + 1);
	assert_taken(&reader, &feed, "event: lost\ndata: {\"n\":1}\n\n");
	fill(&feed, 2, WEB_FEED_ENTRY_MAX + 1);
	web_feed_add(&feed, "lab", STR("4"));
	assert_taken(&reader, &feed,
	    "event: lost\ndata: {\"n\":2}\n\nid: 4\nevent: lab\ndata: 4\n\n");
	web_feed_free(&feed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reader_gets_all_from_where_it_begins),
		cmocka_unit_test(one_that_comes_back_goes_on_where_it_was),
		cmocka_unit_test(one_that_begins_is_told_the_last_of_what_was),
		cmocka_unit_test(a_table_is_told_once_however_often_it_changed),
		cmocka_unit_test(a_line_break_begins_no_other_field),
		cmocka_unit_test(the_oldest_go),
		cmocka_unit_test(one_that_is_far_behind_goes_on_with_the_newest),
		cmocka_unit_test(a_piece_has_a_limit_and_the_rest_comes_with_the_next),
		cmocka_unit_test(one_that_is_too_long_is_told_as_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
