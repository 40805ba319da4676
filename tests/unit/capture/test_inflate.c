/* Packed bodies as peers send them. */
#include "tests/unit/unit.h"

#include "capture/message/inflate.h"
#include "lib/base/compiler.h"
#include "lib/base/error.h"

#include <zlib.h>

static size_t pack(const char *text, int window, uint8_t *out, size_t size)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)text,
		.avail_in = (uInt)strlen(text),
		.next_out = out,
		.avail_out = (uInt)size };

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY),
	    Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	(void)deflateEnd(&z);
	return size - z.avail_out;
}

static void gzip_zlib_and_raw_come_out_alike(void **state)
{
	static const int windows[] = { 15 + 16, 15, -15 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(windows); i++) {
		auto_buf out = BUF_MAX(1 << 20);
		uint8_t packed[256];
		size_t n = pack("<a>hello hello hello</a>", windows[i], packed,
		    sizeof(packed));

		assert_int_equal(inflate_body(str_make(packed, n), &out), 0);
		assert_string_equal(buf_cstr(&out), "<a>hello hello hello</a>");
		assert_int_equal(inflate_body(str_make(packed, n / 2), &out),
		    ERR_MALFORMED);
	}
}

static void what_is_not_packed_and_bombs_are_refused(void **state)
{
	static char zeros[100001];
	auto_buf out = BUF_MAX(1 << 16);
	uint8_t packed[1024];
	size_t n;

	(void)state;
	assert_int_equal(inflate_body(STR("<a/>"), &out), ERR_MALFORMED);
	assert_int_equal(inflate_body(STR_NULL, &out), ERR_MALFORMED);
	memset(zeros, '0', sizeof(zeros) - 1);
	n = pack(zeros, 31, packed, sizeof(packed));
	assert_int_equal(inflate_body(str_make(packed, n), &out), ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gzip_zlib_and_raw_come_out_alike),
		cmocka_unit_test(what_is_not_packed_and_bombs_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
