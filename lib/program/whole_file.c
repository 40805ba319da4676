#include "lib/program/whole_file.h"

#include "lib/base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int read_all(int fd, const char *path, size_t max, struct buf *ret,
    struct error *err)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		return error_set(err, ERR_USAGE, "%s: is a folder", path);
	ret->max = max + 1;
	for (;;) {
		uint8_t *room = buf_reserve(ret, 1);
		size_t left = ret->cap - ret->len;
		ssize_t n;

		if (!room)
			return ret->error == ERR_LIMIT
				   ? error_set(err, ERR_USAGE, "%s: more than %zu MiB",
					 path, max >> 20)
				   : error_set(err, -ENOMEM, "%s: no memory", path);
		n = read(fd, room, left);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_set(err, error_of_path(errno),
			    "%s: cannot be read: %s", path, strerror(errno));
		if (n == 0)
			break;
		ret->len += (size_t)n;
	}
	return ret->len > max
		   ? error_set(err, ERR_USAGE, "%s: more than %zu MiB", path, max >> 20)
		   : 0;
}

int whole_file_read(const char *path, size_t max, struct buf *ret, struct error *err)
{
	auto_fd fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return error_set(err, error_of_path(errno), "%s: cannot be opened: %s",
		    path, strerror(errno));
	return read_all(fd, path, max, ret, err);
}

int whole_input_read(const char *path, size_t max, struct buf *ret, struct error *err)
{
	if (strcmp(path, "-") == 0)
		return read_all(STDIN_FILENO, "standard input", max, ret, err);
	return whole_file_read(path, max, ret, err);
}

int first_line_read(const char *path, char *line, size_t size, struct error *err)
{
	bool is_input = strcmp(path, "-") == 0;
	auto_file file = is_input ? NULL : fopen(path, "re");
	FILE *from = is_input ? stdin : file;
	const char *got;
	size_t len;

	if (!from)
		return error_set(err, ERR_USAGE, "%s", error_name(-errno));
	got = fgets(line, (int)size, from);
	if (ferror(from))
		return error_set(err, ERR_USAGE, "%s", error_name(-errno));
	len = got ? strcspn(line, "\r\n") : 0;
	line[len] = '\0';
	if (len == 0 || len + 1 == size)
		return error_set(err, ERR_USAGE, "its first line is %s",
		    len == 0 ? "empty" : "too long");
	return 0;
}
