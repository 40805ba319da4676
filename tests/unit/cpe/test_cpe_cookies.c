/* agents/cpe/session: where the cookies of an ACS go. */
#include "tests/unit/cpe/session_play.h"
#include "tests/unit/unit.h"

static void test_cookies_come_back_and_stay_with_their_origin(void **state)
{
	static const char *const elsewhere[] = { "http://other.lab:7547/",
		"http://acs1.lab:7548/", "https://acs1.lab:7547/" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(elsewhere); i++) {
		auto_buf text = BUF_NULL;
		struct play play;

		play_begin(&play, 0);
		assert_null(http_header(&play.head, "Cookie").p);
		answer(&play, "307 Location: /y\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2");
		assert_true(str_is(http_header(&play.head, "Cookie"), "a=1; b=2"));
		buf_printf(&text, "307 Location: %s", elsewhere[i]);
		answer(&play, buf_cstr(&text));
		assert_null(http_header(&play.head, "Cookie").p);
		play_end(&play);
	}
}

/* One that keeps them for its next session may have moved to another ACS by then. */
static void test_kept_cookies_go_to_no_other_host(void **state)
{
	static const struct {
		const char *url, *sent;
	} rows[] = {
		{ "http://acs1.lab:7547/", "a=1" },
		{ "http://acs2.lab:7547/", NULL },
		{ "http://acs1.lab:7548/", "a=1" },
	};
	struct play play = { .stub = stub_new("hp5920.yaml"),
		.quirks = quirk_bit(quirks_of_cpe, STR("keeps-cookies")) };

	(void)state;
	play_inform(&play, "http://acs1.lab:7547/", 0);
	answer(&play, "200 Set-Cookie: a=1|informed");
	answer(&play, "204");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str sent;

		cpe_session_free(play.session);
		play_inform(&play, rows[i].url, 0);
		sent = http_header(&play.head, "Cookie");
		assert_true(rows[i].sent ? str_is(sent, rows[i].sent) : !sent.p);
	}
	play_end(&play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cookies_come_back_and_stay_with_their_origin),
		cmocka_unit_test(test_kept_cookies_go_to_no_other_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
