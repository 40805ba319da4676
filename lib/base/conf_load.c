#include "lib/base/buf.h"
#include "lib/base/conf.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

/* One byte over the limit is enough to know. */
static int read_file(int fd, struct buf *bytes)
{
	while (bytes->len <= CONF_BYTES_MAX) {
		uint8_t *room = buf_reserve(bytes, 1 << 16);
		ssize_t n;

		if (!room)
			return bytes->error;
		n = read(fd, room, 1 << 16);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		bytes->len += (size_t)n;
	}
	return 0;
}

int conf_load_all(const char *path, struct conf_mistakes *mistakes,
    struct conf_doc **ret, struct error *err)
{
	auto_fd fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	auto_buf bytes = BUF_NULL;
	struct stat st;
	int r;

	if (fd < 0)
		return error_set(err, ERR_CONFIG, "%s: error: cannot be opened: %s",
		    path, strerror(errno));
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		return error_set(err, ERR_CONFIG,
		    "%s: error: is a directory, not a file", path);
	r = read_file(fd, &bytes);
	if (r < 0)
		return error_set(err, ERR_CONFIG, "%s: error: cannot be read: %s", path,
		    error_name(r));
	return conf_parse_all(path, buf_str(&bytes), mistakes, ret, err);
}

int conf_load(const char *path, struct conf_doc **ret, struct error *err)
{
	return conf_load_all(path, NULL, ret, err);
}
