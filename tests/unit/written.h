/* Long texts that a test expects stand in files beside it, "written/NAME" in the test's
 * folder, and are compared as a whole. After a deliberate change the program of the test
 * with the argument "--write" writes them anew: read the difference before it is
 * committed. */
#pragma once

#include "tests/unit/unit.h"

#include "lib/base/buf.h"
#include "lib/base/cleanup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool written_anew;

/* For main(): takes "--write". */
static inline void written_options(int argc, char **argv)
{
	written_anew = argc == 2 && strcmp(argv[1], "--write") == 0;
}

/* The setup of the group: paths are from the root of the source. */
static inline int written_enter(void **state)
{
	const char *source = getenv("CWMPLAB_SOURCE");

	(void)state;
	return source ? chdir(source) : 0;
}

static inline FILE *written_open(const char *path, const char *mode)
{
	FILE *file = fopen(path, mode);

	if (!file)
		fail_msg("%s cannot be opened", path);
	return file;
}

/* Appends the text of a file. */
static inline void written_load(struct buf *out, const char *path)
{
	auto_file file = written_open(path, "re");
	char bytes[4096];
	size_t n;

	while ((n = fread(bytes, 1, sizeof(bytes), file)) > 0)
		buf_append(out, bytes, n);
}

/* Whether the text is that of the file; says the first line that differs. */
static inline bool written_is(const char *path, struct str got)
{
	auto_buf file = BUF_NULL;
	struct str want;

	if (written_anew) {
		auto_file out = written_open(path, "we");

		assert_int_equal(fwrite(got.p, 1, got.len, out), got.len);
		return true;
	}
	written_load(&file, path);
	want = buf_str(&file);
	for (unsigned line = 1; got.len > 0 || want.len > 0; line++) {
		struct str a = str_cut(got, '\n', &got);
		struct str b = str_cut(want, '\n', &want);

		if (str_eq(a, b))
			continue;
		print_message(
		    "%s:%u: \"%.*s\", not \"%.*s\" (where it should be so, run "
		    "this test with --write)\n",
		    path, line, STR_ARG(a), STR_ARG(b));
		return false;
	}
	return true;
}
