/* agents/cpe/transfer/package: deployment units, and why a file is none. */
#include "tests/unit/unit.h"

#include "agents/cpe/transfer/package.h"

#include <stdio.h>

#define HEAD "cwmplab deployment-unit 1\n"
#define UNIT HEAD "name: a\nversion: 1\n"
#define C16  "aaaaaaaaaaaaaaaa"
#define C48  C16 C16 C16

static const struct row {
	const char *bytes, *why; /* null: it is one */
} rows[] = {
	{ UNIT "\n", NULL },
	{ UNIT "vendor: v\nuuid: 0b5f4b30-6f3a-5b8a-9c6e-00005E005301\ndescription: d\n"
	       "environment: e\nunits: a, b\nneeds: c\nstarts: no\ndisk: 0\nmemory: 1\n"
	       "size: 5\n\nhello",
	    NULL },
	{ "", "the file is no deployment unit: its lines have no end" },
	{ "cwmplab image 1\nversion: 1\n\n",
	    "the file is no deployment unit: its first line is not \"cwmplab "
	    "deployment-unit 1\"" },
	{ HEAD "version: 1\n\n", "the deployment unit names no name" },
	{ HEAD "name: a\n\n", "the deployment unit names no version" },
	{ UNIT "model: m\n\n",
	    "a line of the deployment unit is none of a deployment unit's" },
	{ UNIT "size: 4\n\nhello", "the deployment unit has 5 bytes and says 4" },
	{ UNIT "sha256: ab\n\n",
	    "the deployment unit has another checksum than it says" },
	{ HEAD "name: " C48 "\nversion: 1\n\n", NULL },
	{ HEAD "name: a\x1b[2J\nversion: 1\n\n",
	    "the name of the deployment unit holds a control character" },
	{ HEAD "name: " C48 "a\nversion: 1\n\n",
	    "the name of the deployment unit has 49 bytes" },
	{ HEAD "name: a\nversion: " C16 C16 "\n\n", NULL },
	{ HEAD "name: a\nversion: " C16 C16 "a\n\n",
	    "the version of the deployment unit has 33 bytes" },
	{ UNIT "vendor: " C48 C48 C16 C16 "\n\n", NULL },
	{ UNIT "vendor: " C48 C48 C16 C16 "a\n\n",
	    "the vendor of the deployment unit has 129 bytes" },
	{ UNIT "uuid: 0b5f4b30-6f3a-5b8a-9c6e-00005e00530\n\n",
	    "the uuid of the deployment unit is none" },
	{ UNIT "uuid: 0b5f4b30-6f3a-5b8a-9c6e-00005e00530g\n\n",
	    "the uuid of the deployment unit is none" },
	{ UNIT "uuid: 0b5f4b30-6f3a-5b8a-9c6e100005e005301\n\n",
	    "the uuid of the deployment unit is none" },
	{ UNIT "units: 1,2,3,4,5,6,7,8\n\n", NULL },
	{ UNIT "units: 1,2,3,4,5,6,7,8,9\n\n",
	    "the deployment unit has 9 execution units, at most 8 go" },
	{ UNIT "units: a,,b\n\n", "the name of an execution unit has 0 bytes" },
	{ UNIT "units: " C48 "\n\n", NULL },
	{ UNIT "units: " C48 "a\n\n", "the name of an execution unit has 49 bytes" },
	{ UNIT "starts: true\n\n", "the starts of the deployment unit has 4 bytes" },
	{ UNIT "starts: now\n\n",
	    "starts of the deployment unit is neither yes nor no" },
	{ UNIT "disk: 2147483647\n\n", NULL },
	{ UNIT "disk: 2147483648\n\n",
	    "the disk of the deployment unit is no number of KiB" },
	{ UNIT "memory: -1\n\n",
	    "the memory of the deployment unit is no number of KiB" },
};

static void check(const struct row *row, size_t piece)
{
	struct package package = { .name = "" };
	struct str rest = str_of(row->bytes);
	uint32_t fault;

	package_start(&package);
	for (; rest.len > 0; rest = str_from(rest, piece))
		labelled_add(&package.file, str_make(rest.p, MIN(piece, rest.len)));
	fault = package_finish(&package);
	if (fault != (row->why ? 9018 : 0) ||
	    strcmp(package.file.why, row->why ? row->why : "") != 0)
		fail_msg("%s: %u %s", row->bytes, fault, package.file.why);
	package_free(&package);
}

static void test_units_in_pieces_of_any_size(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check(&rows[i], 1);
		check(&rows[i], 4096);
	}
}

static void test_what_a_unit_says_is_read(void **state)
{
	struct package package = { .name = "" };

	(void)state;
	package_start(&package);
	labelled_add(&package.file, str_of(UNIT "starts: yes\ndisk: 7\nmemory: 9\n\n"));
	assert_int_equal(package_finish(&package), 0);
	assert_string_equal(package.name, "a");
	assert_string_equal(package.version, "1");
	assert_true(package.does_start);
	assert_int_equal(package.disk_kib, 7);
	assert_int_equal(package.memory_kib, 9);
	/* another download begins */
	package_start(&package);
	assert_string_equal(package.name, "");
	assert_false(package.does_start);
	package_free(&package);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_units_in_pieces_of_any_size),
		cmocka_unit_test(test_what_a_unit_says_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
