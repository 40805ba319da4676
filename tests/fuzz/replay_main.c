/* Replays a corpus without libFuzzer: each argument is a file or a folder of files. Fails
 * when nothing was replayed, so that a lost corpus is noticed. */
#include "lib/base/buf.h"
#include "lib/base/cleanup.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static int replay_file(const char *path)
{
	auto_file file = fopen(path, "rb");
	auto_buf bytes = BUF_NULL;
	uint8_t *exact;
	size_t n;

	if (!file)
		return 0;
	do {
		uint8_t *room = buf_reserve(&bytes, 65536);

		if (!room)
			return 0;
		n = fread(room, 1, 65536, file);
		bytes.len += n;
	} while (n > 0);
	/* A block of just this size, so that AddressSanitizer sees a read past the end. */
	exact = malloc(bytes.len ? bytes.len : 1);
	if (!exact)
		return 0;
	if (bytes.len > 0)
		memcpy(exact, bytes.data, bytes.len);
	(void)LLVMFuzzerTestOneInput(exact, bytes.len);
	free(exact);
	return 1;
}

static int replay(const char *path)
{
	struct stat st;
	struct dirent *entry;
	DIR *dir;
	int n = 0;

	if (stat(path, &st) < 0)
		return 0;
	if (!S_ISDIR(st.st_mode))
		return replay_file(path);
	dir = opendir(path);
	if (!dir)
		return 0;
	while ((entry = readdir(dir))) {
		char file[4096];

		if (entry->d_name[0] == '.')
			continue;
		if (snprintf(file, sizeof(file), "%s/%s", path, entry->d_name) <
		    (int)sizeof(file))
			n += replay_file(file);
	}
	(void)closedir(dir);
	return n;
}

int main(int argc, char **argv)
{
	int n = 0;

	for (int i = 1; i < argc; i++)
		n += replay(argv[i]);
	printf("%d inputs replayed\n", n);
	return n > 0 ? 0 : 1;
}
