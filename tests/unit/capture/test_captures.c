/* Other people's captures: whole, cut at many lengths, with bytes of their headers flipped.
 * Nothing may crash or be read out of bounds, and a whole file gives each of its frames. */
#include "tests/unit/unit.h"

#include "capture/decoder.h"
#include "lib/base/buf.h"
#include "lib/base/cleanup.h"
#include "lib/base/compiler.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/mman.h>

enum {
	SKIPPED = 77,
	CUTS = 64,        /* lengths tried for each file */
	FLIPS = 64,       /* positions tried for each file */
	LARGE = 256 << 10 /* larger files are read whole only */
};

static const char *const folders[] = { "dhcp", "http", "link", "tcp", "tls" };

static int decode(struct str bytes, struct decoder_counts *ret)
{
	static const struct conn_sink sink;
	auto_fd fd = memfd_create("capture", MFD_CLOEXEC);
	struct error err = ERROR_NULL;
	char path[64];

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes.p, bytes.len), bytes.len);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return decoder_run(path, NULL, &sink, ret, &err);
}

static void torture(struct buf *file)
{
	struct decoder_counts counts;
	size_t step = file->len / CUTS + 1;

	for (size_t len = 1; len < file->len; len += step)
		(void)decode(str_make(file->data, len), &counts);
	step = file->len / FLIPS + 1;
	for (size_t at = 0; at < file->len; at += at < 64 ? 1 : step) {
		file->data[at] ^= 0xff;
		(void)decode(buf_str(file), &counts);
		file->data[at] ^= 0xff;
	}
}

static void read_file(const char *path, struct buf *ret)
{
	auto_file in = fopen(path, "rb");
	size_t n;

	assert_non_null(in);
	do {
		uint8_t *room = buf_reserve(ret, 65536);

		assert_non_null(room);
		n = fread(room, 1, 65536, in);
		ret->len += n;
	} while (n > 0);
}

static unsigned try_folder(const char *folder)
{
	struct dirent *entry;
	unsigned n = 0;
	DIR *dir = opendir(folder);

	if (!dir)
		return 0;
	while ((entry = readdir(dir))) {
		auto_buf file = BUF_NULL;
		struct decoder_counts counts;
		char path[4096];

		if (entry->d_name[0] == '.')
			continue;
		if (snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name) >=
		    (int)sizeof(path))
			fail_msg("%s: a name too long", folder);
		read_file(path, &file);
		if (decode(buf_str(&file), &counts) < 0)
			fail_msg("%s does not read", path);
		if (counts.packets == 0 && !strstr(path, "empty"))
			fail_msg("%s has no frames", path);
		if (file.len < LARGE)
			torture(&file);
		n++;
	}
	(void)closedir(dir);
	return n;
}

static const char *source(void)
{
	const char *path = getenv("CWMPLAB_SOURCE");

	return path ? path : ".";
}

static void test_public_captures_survive_cuts_and_flips(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
		char path[4096];

		(void)snprintf(path, sizeof(path), "%s/../shared/captures/%s", source(),
		    folders[i]);
		assert_true(try_folder(path) > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_public_captures_survive_cuts_and_flips),
	};
	const char *source = getenv("CWMPLAB_SOURCE");
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/../shared/captures",
	    source ? source : ".");
	if (access(path, R_OK) < 0)
		return SKIPPED;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
