#include "lab/term/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	PIECE_BYTES = 64 << 10
};

static const char *folder(void)
{
	const char *name = getenv("TMPDIR");

	return name && *name ? name : "/tmp";
}

static int failed(struct error *err)
{
	return error_set(err, ERR_MACHINE, "%s: output that waits there: %s", folder(),
	    strerror(errno));
}

int spool_open(struct spool *spool, struct error *err)
{
	auto_buf path = BUF_NULL;

	spool->fd = open(folder(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (spool->fd >= 0)
		return 0;
	/* Not every file system has files without names. */
	buf_printf(&path, "%s/cwmplab-XXXXXX", folder());
	buf_append_char(&path, '\0');
	if (path.error)
		return error_set(err, path.error, "out of memory");
	spool->fd = mkostemp((char *)path.data, O_CLOEXEC);
	if (spool->fd < 0)
		return failed(err);
	(void)unlink((char *)path.data);
	return 0;
}

int spool_write(struct spool *spool, struct str bytes, struct error *err)
{
	while (bytes.len > 0) {
		ssize_t n = write(spool->fd, bytes.p, bytes.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return failed(err);
		bytes = str_from(bytes, (size_t)n);
	}
	return 0;
}

int spool_copy(const struct spool *spool, struct outfile *out, struct error *err)
{
	auto_free char *piece = malloc(PIECE_BYTES);
	off_t at = 0;
	int r = 0;

	if (!piece)
		return error_set(err, -ENOMEM, "out of memory");
	while (r == 0) {
		ssize_t n = pread(spool->fd, piece, PIECE_BYTES, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return failed(err);
		if (n == 0)
			break;
		at += n;
		r = outfile_write(out, str_make(piece, (size_t)n), err);
	}
	return r;
}

void spool_close(struct spool *spool)
{
	if (spool->fd >= 0)
		(void)close(spool->fd);
	spool->fd = -1;
}
