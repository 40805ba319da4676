/* Key logs: every line that is a secret is found, every other one is counted. */
#include "tests/unit/unit.h"

#include "capture/tls/keylog.h"
#include "lib/base/buf.h"
#include "lib/base/cleanup.h"
#include "lib/base/text.h"

#include <stdio.h>
#include <sys/mman.h>

#define RANDOM_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define RANDOM_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define BYTES_32 "0101010101010101010101010101010101010101010101010101010101010101"
#define BYTES_48 BYTES_32 "02020202020202020202020202020202"

static void fill(uint8_t random[32], uint8_t value)
{
	memset(random, value, 32);
}

static void test_secrets_are_found_among_junk(void **state)
{
	static const char text[] = "# a comment\n\n"
				   "CLIENT_RANDOM " RANDOM_A " " BYTES_48 "\r\n"
				   "CLIENT_RANDOM " RANDOM_A " " BYTES_32 "\n"
				   "CLIENT_RANDOM zz " BYTES_48 "\n"
				   "EXPORTER_SECRET " RANDOM_B " " BYTES_32 "\n"
				   "SERVER_TRAFFIC_SECRET_0 " RANDOM_B " " BYTES_32 "\n"
				   "HELLO\n"
				   "CLIENT_TRAFFIC_SECRET_0 " RANDOM_B " " BYTES_48;
	struct keylog log = KEYLOG_NULL;
	uint8_t a[32], b[32];

	(void)state;
	fill(a, 0xaa);
	fill(b, 0xbb);
	assert_int_equal(keylog_add(&log, str_of(text)), 0);

	assert_int_equal(log.n_lines, 3);
	assert_int_equal(log.n_junk, 3);
	assert_int_equal(keylog_find(&log, KEYLOG_CLIENT_RANDOM, a)->len, 48);
	assert_int_equal(keylog_find(&log, KEYLOG_SERVER_TRAFFIC, b)->len, 32);
	assert_int_equal(keylog_find(&log, KEYLOG_CLIENT_TRAFFIC, b)->bytes[47], 2);
	assert_null(keylog_find(&log, KEYLOG_SERVER_TRAFFIC, a));
	assert_null(keylog_find(&log, KEYLOG_CLIENT_RANDOM, b));
	keylog_free(&log);
}

/* The longest run of places of the index without a free one. */
static size_t longest_run(const struct keylog *log)
{
	size_t longest = 0, run = 0;

	for (size_t i = 0; i < log->index_cap; i++) {
		run = log->index[i] ? run + 1 : 0;
		longest = MAX(longest, run);
	}
	return longest;
}

/* A client that counts, in whichever bytes, makes no secrets that stand in one another's
 * way: of 4,096 in 8,192 places or more, 64 in a row do not come about by chance. */
static void test_randoms_that_count_do_not_collide(void **state)
{
	(void)state;
	for (size_t at = 0; at < 32; at += 2) {
		struct keylog log = KEYLOG_NULL;
		auto_buf text = BUF_NULL;

		for (unsigned i = 0; i < 4096; i++) {
			uint8_t random[32] = { 0 };

			random[at] = (uint8_t)(i >> 8);
			random[at + 1] = (uint8_t)i;
			buf_append_text(&text, "CLIENT_RANDOM ");
			hex_append(&text, random, sizeof(random));
			buf_append_text(&text, " " BYTES_48 "\n");
		}
		assert_int_equal(keylog_add(&log, buf_str(&text)), 0);
		assert_int_equal(log.n_secrets, 4096);
		assert_in_range(longest_run(&log), 0, 64);
		keylog_free(&log);
	}
}

static void test_a_thousand_connections_are_told_apart(void **state)
{
	struct keylog log = KEYLOG_NULL;
	auto_buf text = BUF_NULL;
	uint8_t random[32] = { 0 };

	(void)state;
	for (unsigned i = 0; i < 1000; i++)
		buf_printf(&text, "CLIENT_RANDOM %056u%08x %s\n", 0, i, BYTES_48);
	assert_int_equal(keylog_add(&log, buf_str(&text)), 0);

	assert_int_equal(log.n_secrets, 1000);
	for (unsigned i = 0; i < 1000; i++) {
		random[30] = (uint8_t)(i >> 8);
		random[31] = (uint8_t)i;
		assert_non_null(keylog_find(&log, KEYLOG_CLIENT_RANDOM, random));
	}
	keylog_free(&log);
}

static void test_a_file_that_grows_is_read_on(void **state)
{
	static const char first[] = "CLIENT_RANDOM " RANDOM_A " " BYTES_48 "\nCLIENT_R";
	static const char rest[] = "ANDOM " RANDOM_B " " BYTES_48 "\n";
	auto_fd fd = memfd_create("keys", MFD_CLOEXEC);
	struct keylog log = KEYLOG_NULL;
	struct error err = ERROR_NULL;
	uint8_t a[32], b[32];
	char path[64];

	(void)state;
	fill(a, 0xaa);
	fill(b, 0xbb);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	assert_int_equal(write(fd, first, sizeof(first) - 1), sizeof(first) - 1);
	assert_int_equal(keylog_open(&log, path, &err), 0);
	assert_non_null(keylog_find(&log, KEYLOG_CLIENT_RANDOM, a));
	assert_null(keylog_find(&log, KEYLOG_CLIENT_RANDOM, b));

	assert_int_equal(write(fd, rest, sizeof(rest) - 1), sizeof(rest) - 1);
	assert_non_null(keylog_find(&log, KEYLOG_CLIENT_RANDOM, b));
	keylog_free(&log);
}

static void test_a_missing_file_is_named(void **state)
{
	struct keylog log = KEYLOG_NULL;
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(keylog_open(&log, "/nowhere/keys.log", &err), ERR_USAGE);
	assert_string_equal(err.text, "/nowhere/keys.log: No such file or directory");
	keylog_free(&log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_secrets_are_found_among_junk),
		cmocka_unit_test(test_randoms_that_count_do_not_collide),
		cmocka_unit_test(test_a_thousand_connections_are_told_apart),
		cmocka_unit_test(test_a_file_that_grows_is_read_on),
		cmocka_unit_test(test_a_missing_file_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
