#include "capture/tls/keytail.h"

#include "lib/base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

enum {
	CHUNK = 256 << 10
};

int keytail_open(struct keytail *tail, const char *path, int flags, struct error *err)
{
	/* A pipe in its place must not hold up the frames. */
	auto_fd fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags, 0600);
	struct stat st;

	if (fd < 0)
		return error_set(err, ERR_USAGE, "%s: %s", path, strerror(errno));
	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode))
		return error_set(err, ERR_USAGE, "%s: a key log must be a file", path);
	*tail = (struct keytail){ .fd = steal_fd(&fd) };
	return 0;
}

void keytail_read(struct keytail *tail, keytail_fn *fn, void *user)
{
	auto_free uint8_t *chunk = NULL;
	struct stat st;

	if (tail->fd < 0 || fstat(tail->fd, &st) < 0 || st.st_size == tail->at)
		return;
	/* It was emptied: somebody began anew. */
	if (st.st_size < tail->at)
		tail->at = 0;
	chunk = malloc(CHUNK);
	while (chunk) {
		ssize_t n = pread(tail->fd, chunk, CHUNK, tail->at);
		size_t len = n > 0 ? (size_t)n : 0;

		while (len > 0 && chunk[len - 1] != '\n')
			len--;
		/* A line longer than the chunk is no secret: pass it. */
		if (len == 0 && n == CHUNK)
			tail->at += CHUNK;
		else if (len == 0)
			return;
		else
			fn(user, str_make(chunk, len));
		tail->at += (off_t)len;
	}
}

void keytail_close(struct keytail *tail)
{
	if (tail->fd >= 0)
		(void)close(tail->fd);
	tail->fd = -1;
}
