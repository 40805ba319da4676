/* lib/base/wire */
#include "tests/unit/unit.h"

#include "lib/base/wire.h"

static const uint8_t bytes[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };

static void test_numbers_are_big_endian(void **state)
{
	struct wire_reader r = wire_reader(bytes, sizeof(bytes));

	(void)state;
	assert_int_equal(wire_u8(&r), 0x01);
	assert_int_equal(wire_u16(&r), 0x0203);
	assert_int_equal(wire_u24(&r), 0x040506);
	assert_int_equal(wire_u32(&r), 0x0708090a);
	assert_int_equal(wire_left(&r), 0);
	assert_int_equal(r.error, 0);
}

static void test_reading_past_the_end_sticks(void **state)
{
	struct wire_reader r = wire_reader(bytes, 3);

	(void)state;
	assert_int_equal(wire_u16(&r), 0x0102);
	assert_int_equal(wire_u16(&r), 0);
	assert_int_equal(r.error, ERR_TRUNCATED);
	assert_int_equal(wire_u8(&r), 0);
	assert_int_equal(wire_left(&r), 0);
	assert_null(wire_take(&r, 0));
	assert_null(wire_str(&r, 1).p);
}

static void test_huge_lengths_do_not_wrap(void **state)
{
	struct wire_reader r = wire_reader(bytes, 3);

	(void)state;
	(void)wire_u8(&r);
	assert_null(wire_take(&r, SIZE_MAX));
	assert_int_equal(r.error, ERR_TRUNCATED);
}

static void test_a_part_reads_alone(void **state)
{
	struct wire_reader r = wire_reader(bytes, sizeof(bytes));
	struct wire_reader part = wire_sub(&r, 3);

	(void)state;
	assert_int_equal(wire_u32(&part), 0);
	assert_int_equal(part.error, ERR_TRUNCATED);
	assert_int_equal(r.error, 0);
	assert_int_equal(wire_u8(&r), 4);
	part = wire_sub(&r, 99);
	assert_int_equal(part.error, ERR_TRUNCATED);
	assert_int_equal(wire_left(&part), 0);
}

static void test_nothing_is_written_past_the_end(void **state)
{
	uint8_t out[8] = { 0 };
	struct wire_writer w = wire_writer(out, 7);

	(void)state;
	wire_put_u8(&w, 1);
	wire_put_u16(&w, 0x0203);
	wire_put_bytes(&w, "\x04", 1);
	wire_put_bytes(&w, NULL, 0);
	wire_put_u32(&w, 0x05060708);
	assert_int_equal(w.error, ERR_LIMIT);
	wire_put_u8(&w, 9);
	assert_int_equal(w.at, 4);
	assert_memory_equal(out, "\x01\x02\x03\x04\0\0\0\0", 8);

	w = wire_writer(out, 4);
	wire_put_u32(&w, 0x0a0b0c0d);
	assert_int_equal(w.error, 0);
	assert_memory_equal(out, "\x0a\x0b\x0c\x0d", 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_are_big_endian),
		cmocka_unit_test(test_reading_past_the_end_sticks),
		cmocka_unit_test(test_huge_lengths_do_not_wrap),
		cmocka_unit_test(test_a_part_reads_alone),
		cmocka_unit_test(test_nothing_is_written_past_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
