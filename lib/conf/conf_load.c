#include "lib/base/buf.h"
#include "lib/conf/conf.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
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
		/* A pipe whose writer has yet to write. */
		if (n < 0 && errno == EAGAIN) {
			(void)poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1,
			    -1);
			continue;
		}
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
	/* A pipe without a writer would be waited for, and signals may be blocked. */
	auto_fd fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	auto_buf bytes = BUF_NULL;
	struct stat st;
	int r;

	if (fd < 0)
		return error_set(err, ERR_CONFIG, "%s: error: cannot be opened: %s",
		    path, strerror(errno));
	if (fstat(fd, &st) < 0)
		st.st_mode = 0;
	if (S_ISDIR(st.st_mode))
		return error_set(err, ERR_CONFIG,
		    "%s: error: is a directory, not a file", path);
	r = read_file(fd, &bytes);
	if (r < 0)
		return error_set(err, ERR_CONFIG, "%s: error: cannot be read: %s", path,
		    error_name(r));
	if (bytes.len == 0 && S_ISFIFO(st.st_mode))
		return error_set(err, ERR_CONFIG,
		    "%s: error: is a pipe that nobody writes to", path);
	return conf_parse_all(path, buf_str(&bytes), mistakes, ret, err);
}

int conf_load(const char *path, struct conf_doc **ret, struct error *err)
{
	return conf_load_all(path, NULL, ret, err);
}
