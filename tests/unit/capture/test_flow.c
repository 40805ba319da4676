/* capture/stream: the table of connections, and what one direction remembers of its past */
#include "tests/unit/unit.h"

#include "capture/stream/flow.h"
#include "lib/base/compiler.h"

#include <string.h>

enum {
	FLOWS = 3 * FLOWS_LATEST
};

/* Every third one is of IPv6. */
static struct flow_key key_of(unsigned i)
{
	struct address src = { .family = i % 3 ? ADDRESS_IPV4 : ADDRESS_IPV6 };
	struct address dst = { .family = src.family };
	bool from_low;

	memcpy(src.bytes, (uint8_t[]){ 10, 0, (uint8_t)(i >> 8), (uint8_t)i }, 4);
	memcpy(dst.bytes, (uint8_t[]){ 10, 1, 0, 1 }, 4);
	if (i % 3 == 0)
		src.bytes[15] = (uint8_t)(i >> 4);
	return flow_key(&src, (uint16_t)(1024 + i), &dst, 7547, &from_low);
}

static void test_flows_are_found_until_they_are_removed(void **state)
{
	static struct flow *flows[FLOWS];
	struct flow_table table;

	(void)state;
	flow_table_init(&table, 1);
	for (unsigned i = 0; i < FLOWS; i++) {
		struct flow_key key = key_of(i);

		assert_null(flow_find(&table, &key));
		flows[i] = flow_add(&table, &key);
		assert_non_null(flows[i]);
	}
	for (unsigned round = 0; round < 2 * FLOWS; round++) {
		struct flow_key key = key_of(round % FLOWS);

		assert_ptr_equal(flow_find(&table, &key), flows[round % FLOWS]);
		assert_ptr_equal(flow_find(&table, &key), flows[round % FLOWS]);
	}
	for (unsigned i = 0; i < FLOWS; i += 2)
		flow_remove(&table, flows[i]);
	for (unsigned i = 0; i < FLOWS; i++) {
		struct flow_key key = key_of(i);

		assert_ptr_equal(flow_find(&table, &key), i % 2 ? flows[i] : NULL);
	}
	for (unsigned i = 1; i < FLOWS; i += 2)
		flow_remove(&table, flows[i]);
	assert_int_equal(table.len, 0);
	flow_table_free(&table);
}

static void take_data(void *user, struct str bytes)
{
	*(size_t *)user += bytes.len;
}

static void take_gap(void *user, uint64_t bytes)
{
	(void)user;
	fail_msg("a gap of %llu bytes", (unsigned long long)bytes);
}

/* Whatever its length, a segment that comes again with one bit changed is another one. */
static void test_a_changed_bit_is_a_conflict(void **state)
{
	size_t told = 0;
	const struct reasm_sink sink = { &told, take_data, take_gap };
	uint8_t bytes[200];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7);
	for (size_t len = 1; len <= sizeof(bytes); len++) {
		const struct span span = { bytes, (uint32_t)len, (uint32_t)len };
		struct reasm r = { .next = 0 };

		reasm_start(&r, 5);
		assert_int_equal(reasm_add(&r, 5, span, 0, &sink), REASM_IN_ORDER);
		assert_int_equal(reasm_add(&r, 5, span, 0, &sink), REASM_RETRANSMITTED);
		for (size_t bit = 0; bit < len * 8; bit++) {
			bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_int_equal(reasm_add(&r, 5, span, 0, &sink),
			    REASM_CONFLICT);
			bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		reasm_free(&r);
	}
	assert_int_equal(told, sizeof(bytes) * (sizeof(bytes) + 1) / 2);
}

/* Words that have changed places are found, too: order counts. */
static void test_swapped_words_are_a_conflict(void **state)
{
	size_t told = 0;
	const struct reasm_sink sink = { &told, take_data, take_gap };
	uint8_t bytes[128], swapped[128];
	const struct span first = { bytes, 128, 128 }, second = { swapped, 128, 128 };

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 11);
	for (size_t a = 0; a < 128; a += 8) {
		for (size_t b = a + 8; b < 128; b += 8) {
			struct reasm r = { .next = 0 };

			memcpy(swapped, bytes, sizeof(bytes));
			memcpy(swapped + a, bytes + b, 8);
			memcpy(swapped + b, bytes + a, 8);
			reasm_start(&r, 0);
			assert_int_equal(reasm_add(&r, 0, first, 0, &sink),
			    REASM_IN_ORDER);
			assert_int_equal(reasm_add(&r, 0, second, 0, &sink),
			    REASM_CONFLICT);
			reasm_free(&r);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flows_are_found_until_they_are_removed),
		cmocka_unit_test(test_a_changed_bit_is_a_conflict),
		cmocka_unit_test(test_swapped_words_are_a_conflict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
