/* lib/base/arena */
#include "tests/unit/unit.h"

#include "lib/base/arena.h"
#include "lib/base/compiler.h"

#include <stdalign.h>
#include <string.h>

static void test_memory_is_zeroed_and_aligned(void **state)
{
	auto_arena arena = ARENA_NULL;
	static const uint8_t zeros[100] = { 0 };

	(void)state;
	for (size_t size = 0; size < 100; size++) {
		uint8_t *p = arena_alloc(&arena, size);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
		assert_memory_equal(p, zeros, size);
		memset(p, 0xff, size);
	}
}

static void test_used_memory_comes_back_zeroed(void **state)
{
	auto_arena arena = ARENA_NULL;
	static const uint8_t zeros[64] = { 0 };

	(void)state;
	memset(arena_alloc(&arena, 64), 0xff, 64);
	arena_reset(&arena);
	assert_int_equal(arena.used, 0);
	assert_memory_equal(arena_alloc(&arena, 64), zeros, 64);
}

static void test_blocks_larger_than_usual_are_given(void **state)
{
	auto_arena arena = ARENA_NULL;
	char *large = arena_alloc(&arena, 1 << 20);
	char *small = arena_alloc(&arena, 16);

	(void)state;
	assert_non_null(large);
	assert_non_null(small);
	memset(large, 'x', 1 << 20);
	assert_int_equal(small[0], 0);
}

static void test_limit_is_kept(void **state)
{
	auto_arena arena = ARENA_MAX(1024);

	(void)state;
	assert_null(arena_alloc(&arena, 1025));
	assert_non_null(arena_alloc(&arena, 1000));
	assert_null(arena_alloc(&arena, 32));
	assert_non_null(arena_alloc(&arena, 16));
	arena_reset(&arena);
	assert_non_null(arena_alloc(&arena, 1024));
}

static void test_arrays_do_not_overflow(void **state)
{
	auto_arena arena = ARENA_NULL;

	(void)state;
	assert_null(arena_array(&arena, SIZE_MAX / 2, 4));
	assert_null(arena_array(&arena, SIZE_MAX, 1));
	assert_non_null(arena_array(&arena, 0, 4));
	assert_non_null(arena_array(&arena, 4, 0));
	assert_non_null(arena_array(&arena, 4, 4));
}

static void test_strings_are_copied_and_terminated(void **state)
{
	auto_arena arena = ARENA_NULL;
	struct str view = arena_str(&arena, str_make("abcdef", 3));

	(void)state;
	assert_string_equal(view.p, "abc");
	assert_int_equal(view.len, 3);
	assert_string_equal(arena_strdup(&arena, STR_NULL), "");
	assert_null(arena_strdup(&arena, str_make("", SIZE_MAX)));
}

static void test_free_may_be_repeated(void **state)
{
	struct arena arena = ARENA_NULL;

	(void)state;
	arena_free(&arena);
	assert_non_null(arena_alloc(&arena, 1));
	arena_free(&arena);
	arena_free(&arena);
	arena_reset(&arena);
	assert_int_equal(arena.used, 0);
}

/* A message that needed several blocks finds one that is large enough the next time. */
static void test_a_reset_leaves_room_for_the_same_again(void **state)
{
	auto_arena arena = ARENA_NULL;
	char *first, *again;

	(void)state;
	for (int i = 0; i < 10; i++)
		assert_non_null(arena_alloc(&arena, 1000));
	arena_reset(&arena);
	first = arena_alloc(&arena, 1000);
	for (int i = 1; i < 10; i++)
		assert_ptr_equal(arena_alloc(&arena, 1000), first + i * 1008);
	arena_reset(&arena);
	again = arena_alloc(&arena, 1000);
	assert_ptr_equal(again, first);
}

static void test_arenas_of_a_pool_hand_on_their_blocks(void **state)
{
	struct arena_pool pool = { NULL, 0 };
	static const uint8_t zeros[3000] = { 0 };

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct arena arena = { .pool = &pool };

		for (int k = 0; k < 4; k++) {
			uint8_t *p = arena_alloc(&arena, 3000);

			assert_memory_equal(p, zeros, sizeof(zeros));
			memset(p, 0xff, sizeof(zeros));
		}
		assert_non_null(arena_alloc(&arena, 100000));
		arena_free(&arena);
		assert_int_equal(pool.n, WATCHES_MEMORY ? 0 : 4);
	}
	arena_pool_free(&pool);
	assert_int_equal(pool.n, 0);
	assert_null(pool.blocks);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory_is_zeroed_and_aligned),
		cmocka_unit_test(test_used_memory_comes_back_zeroed),
		cmocka_unit_test(test_blocks_larger_than_usual_are_given),
		cmocka_unit_test(test_limit_is_kept),
		cmocka_unit_test(test_arrays_do_not_overflow),
		cmocka_unit_test(test_strings_are_copied_and_terminated),
		cmocka_unit_test(test_free_may_be_repeated),
		cmocka_unit_test(test_a_reset_leaves_room_for_the_same_again),
		cmocka_unit_test(test_arenas_of_a_pool_hand_on_their_blocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
