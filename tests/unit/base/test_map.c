/* lib/base/map, against a plain array of the same entries. */
#include "tests/unit/colliding_keys.h"
#include "tests/unit/unit.h"

#include "lib/base/compiler.h"
#include "lib/base/map.h"
#include "lib/base/rng.h"

#include <stdio.h>

enum {
	N_KEYS = 500,
	N_STEPS = 20000
};

static void test_an_empty_map_holds_nothing(void **state)
{
	struct map map = MAP_NULL;
	size_t at = 0;

	(void)state;
	assert_null(map_get(&map, STR("a")));
	assert_null(map_remove(&map, STR("a")));
	assert_null(map_next(&map, &at));
	map_free(&map);
	map_free(&map);
}

static void test_keys_are_bytes(void **state)
{
	static int a, b, c;
	struct map map = MAP_NULL;

	(void)state;
	assert_int_equal(map_put(&map, STR("a"), &a), 0);
	assert_int_equal(map_put(&map, STR("a\0"), &b), 0);
	assert_int_equal(map_put(&map, STR_NULL, &c), 0);
	assert_int_equal(map.len, 3);
	assert_ptr_equal(map_get(&map, STR("a")), &a);
	assert_ptr_equal(map_get(&map, STR("a\0")), &b);
	assert_ptr_equal(map_get(&map, STR("")), &c);
	assert_int_equal(map_put(&map, STR("a"), &c), 0);
	assert_int_equal(map.len, 3);
	assert_ptr_equal(map_get(&map, STR("a")), &c);
	map_free(&map);
}

/* Puts and removes at random; after each step the map holds what the array says. */
static void run_steps(struct map *map, struct rng *rng)
{
	static char names[N_KEYS][8];
	bool is_in[N_KEYS] = { false };
	size_t n = 0, seen = 0, at = 0;

	for (int i = 0; i < N_KEYS; i++)
		(void)snprintf(names[i], sizeof(names[i]), "k%d", i);
	for (int step = 0; step < N_STEPS; step++) {
		size_t i = (size_t)rng_between(rng, 0, N_KEYS - 1);
		struct str key = str_of(names[i]);

		if (rng_between(rng, 0, 1) == 0) {
			assert_int_equal(map_put(map, key, names[i]), 0);
			n += !is_in[i];
			is_in[i] = true;
		} else {
			assert_ptr_equal(map_remove(map, key),
			    is_in[i] ? names[i] : NULL);
			n -= is_in[i];
			is_in[i] = false;
		}
		assert_int_equal(map->len, n);
		i = (size_t)rng_between(rng, 0, N_KEYS - 1);
		assert_ptr_equal(map_get(map, str_of(names[i])),
		    is_in[i] ? names[i] : NULL);
	}
	for (char *value = map_next(map, &at); value; value = map_next(map, &at)) {
		assert_true(is_in[(value - names[0]) / (long)sizeof(names[0])]);
		seen++;
	}
	assert_int_equal(seen, n);
}

static void test_entries_survive_growth_and_removal(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 3; seed++) {
		struct map map = { .seed = seed };
		struct rng rng = rng_make(seed, 1);

		run_steps(&map, &rng);
		map_free(&map);
	}
}

/* A peer that knows the hash can make the time grow with the square of the keys, unless it
 * does not know the seed. */
static void test_keys_that_collide_for_one_seed_do_not_for_another(void **state)
{
	static char names[COLLIDING_KEYS][COLLIDING_KEY_MAX];
	struct map plain = MAP_NULL, seeded = { .seed = UINT64_C(0x9c5f3e02b1d47a68) };
	unsigned at = 0;

	(void)state;
	for (size_t i = 0; i < COLLIDING_KEYS; i++) {
		struct str key = colliding_key(names[i], "k", &at);

		assert_int_equal(map_put(&plain, key, names[i]), 0);
		assert_int_equal(map_put(&seeded, key, names[i]), 0);
	}
	assert_true(map_detours(&plain) > (size_t)COLLIDING_KEYS * COLLIDING_KEYS / 8);
	assert_true(map_detours(&seeded) < (size_t)COLLIDING_KEYS * 4);
	map_free(&plain);
	map_free(&seeded);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_empty_map_holds_nothing),
		cmocka_unit_test(test_keys_are_bytes),
		cmocka_unit_test(test_entries_survive_growth_and_removal),
		cmocka_unit_test(
		    test_keys_that_collide_for_one_seed_do_not_for_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
