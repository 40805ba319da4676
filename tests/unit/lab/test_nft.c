/* lab/kernel/nft: what is said of a program that does not load the rules. */
#include "tests/support/guard.h"
#include "tests/unit/unit.h"

#include "lab/kernel/nft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What the program does in place of nft, and what is told. */
static const struct row {
	const char *text, *want;
} rows[] = {
	{ "#!/bin/sh\nexit 0\n", "" },
	{ "#!/bin/sh\necho '/dev/stdin:1:1-5: Error: no such thing' >&2\nexit 1\n",
	    "nft: no such thing: this kernel cannot do it (it needs nf_tables with nat, "
	    "conntrack and its time-outs: as root: modprobe -a nft_chain_nat nft_nat "
	    "nft_ct nft_numgen)" },
	{ "#!/no-such-shell\n",
	    "\"nft\" cannot be started: No such file or directory" },
	{ "#!/bin/sh\nkill -9 $$\n", "\"nft\" was ended by signal 9" },
};

static void test_why_rules_are_not_loaded_is_told(void **state)
{
	char folder[] = "/tmp/cwmplab-nft-XXXXXX";
	char path[128];

	(void)state;
	assert_non_null(mkdtemp(folder));
	guard_path(folder);
	(void)snprintf(path, sizeof(path), "%s/nft", folder);
	assert_int_equal(setenv("PATH", folder, 1), 0);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct error err = ERROR_NULL;
		FILE *file = fopen(path, "w");

		assert_non_null(file);
		assert_true(fputs(rows[i].text, file) >= 0);
		assert_int_equal(fclose(file), 0);
		assert_int_equal(chmod(path, 0700), 0);
		assert_int_equal(nft_load("table ip t {}\n", &err),
		    *rows[i].want ? ERR_MACHINE : 0);
		assert_string_equal(err.text, rows[i].want);
	}
}

/* What nft says of rules that are only tried, and where. */
static const struct check_row {
	const char *text;
	int r;
	unsigned line, column;
	const char *want;
} check_rows[] = {
	{ "#!/bin/sh\n[ \"$*\" = \"-cf -\" ]\n", 0, 0, 0, "" },
	{ "#!/bin/sh\ncat >&2 <<E\n/dev/stdin:4:3-9: Error: syntax error, unexpected string\n"
	  "tcp drip\n    ^^^^\nE\nexit 1\n",
	    1, 4, 3, "syntax error, unexpected string" },
	{ "#!/bin/sh\necho 'Error: cache failed' >&2\nexit 1\n", 1, 0, 0,
	    "cache failed" },
};

static void test_where_rules_are_wrong_is_told(void **state)
{
	char folder[] = "/tmp/cwmplab-nft-XXXXXX";
	char path[128];

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chmod(folder, 0755), 0);
	guard_path(folder);
	(void)snprintf(path, sizeof(path), "%s:/usr/bin:/bin", folder);
	assert_int_equal(setenv("PATH", path, 1), 0);
	(void)snprintf(path, sizeof(path), "%s/nft", folder);
	for (size_t i = 0; i < ARRAY_LEN(check_rows); i++) {
		const struct check_row *row = &check_rows[i];
		struct nft_mistake mistake = { .line = 0 };
		struct error err = ERROR_NULL;
		FILE *file = fopen(path, "w");
		int r;

		assert_non_null(file);
		assert_true(fputs(row->text, file) >= 0);
		assert_int_equal(fclose(file), 0);
		assert_int_equal(chmod(path, 0755), 0);
		r = nft_check("table ip t {}\n", &mistake, &err);
		if (r == ERR_MACHINE && strstr(err.text, "namespace"))
			skip();
		assert_int_equal(r, row->r);
		assert_int_equal(mistake.line, row->line);
		assert_int_equal(mistake.column, row->column);
		assert_string_equal(mistake.text, row->want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_why_rules_are_not_loaded_is_told),
		cmocka_unit_test(test_where_rules_are_wrong_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
