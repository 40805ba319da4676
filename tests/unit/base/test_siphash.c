/* lib/base/siphash, against CPython 3.11: hash() of bytes is SipHash-1-3 there, its keys made
 * of PYTHONHASHSEED (0: both 0; 42: the second pair). */
#include "tests/unit/unit.h"

#include "lib/base/compiler.h"
#include "lib/base/siphash.h"

#include <string.h>

static const uint64_t keys[][2] = { { 0, 0 },
	{ UINT64_C(0xdc504fd368cd90af), UINT64_C(0xb920bb9ffe99e9c1) } };

static const struct {
	const char *bytes;
	uint64_t hashes[ARRAY_LEN(keys)];
} rows[] = {
	{ "a", { UINT64_C(0x407448d2b89b1813), UINT64_C(0xfe4a47335692551e) } },
	{ "02:00:00", { UINT64_C(0x13ede7e73a968418), UINT64_C(0x8cd282d0ab433c75) } },
	{ "0000C1-cpe1",
	    { UINT64_C(0x658fe30fa9dfab90), UINT64_C(0x4937cb285a186046) } },
	{ "sixteen bytes 16",
	    { UINT64_C(0xddb11c75cfd2565e), UINT64_C(0x23e1ba11b9ae4fe4) } },
	{ "00D09E-A-0123456789abcdef0123456789",
	    { UINT64_C(0xfd00c948ad850ffd), UINT64_C(0x6442dc6cfa73d3b8) } },
};

static void test_hashes_are_those_of_another_implementation(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		for (size_t k = 0; k < ARRAY_LEN(keys); k++)
			assert_int_equal(siphash13(keys[k][0], keys[k][1],
					     rows[i].bytes, strlen(rows[i].bytes)),
			    rows[i].hashes[k]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hashes_are_those_of_another_implementation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
