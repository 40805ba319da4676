#include "lab/term/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

static bool is_stdout(const char *path)
{
	return strcmp(path, "-") == 0;
}

static int failed(const struct outfile *out, const char *what, struct error *err)
{
	int code = is_stdout(out->path) ? ERR_MACHINE : error_of_path(errno);

	return error_set(err, code, "%s: %s%s",
	    is_stdout(out->path) ? "standard output" : out->path, strerror(errno),
	    what);
}

static bool is_in_place(const char *path)
{
	struct stat st;

	return is_stdout(path) || (stat(path, &st) == 0 && !S_ISREG(st.st_mode));
}

static int open_in_place(struct outfile *out, struct error *err)
{
	out->fd = is_stdout(out->path) ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
				       : open(out->path, O_WRONLY | O_CLOEXEC);
	return out->fd < 0 ? failed(out, "", err) : 0;
}

int outfile_open(struct outfile *out, const char *path, mode_t mode, struct error *err)
{
	mode_t mask;

	*out = (struct outfile)OUTFILE_NULL;
	out->path = path;
	if (is_in_place(path))
		return open_in_place(out, err);
	if (asprintf(&out->temporary, "%s.partial-XXXXXX", path) < 0) {
		out->temporary = NULL;
		return error_set(err, -ENOMEM, "%s: no memory", path);
	}
	out->fd = mkostemp(out->temporary, O_CLOEXEC);
	if (out->fd < 0) {
		int r = failed(out, "", err);

		free(out->temporary);
		out->temporary = NULL;
		return r;
	}
	/* The rights that open() would have given it. */
	mask = umask(0);
	(void)umask(mask);
	(void)fchmod(out->fd, mode & ~mask);
	return 0;
}

int outfile_check(const char *path, mode_t mode, struct error *err)
{
	struct outfile out = { .path = path, .temporary = NULL, .fd = -1 };
	struct stat st;
	int r;

	if (!is_stdout(path) && stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return failed(&out, "", err);
	}
	if (is_in_place(path))
		return is_stdout(path) || access(path, W_OK) == 0
			   ? 0
			   : failed(&out, "", err);
	r = outfile_open(&out, path, mode, err);
	outfile_abort(&out);
	return r;
}

int outfile_write(struct outfile *out, struct str bytes, struct error *err)
{
	while (bytes.len > 0) {
		ssize_t n = write(out->fd, bytes.p, bytes.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return failed(out,
			    out->temporary ? "; nothing is left of it"
					   : "; what was written of it is not whole",
			    err);
		bytes = str_from(bytes, (size_t)n);
	}
	return 0;
}

int outfile_commit(struct outfile *out, struct error *err)
{
	int fd = steal_fd(&out->fd);

	/* A network file system may tell only now that there was no room. */
	if (close(fd) < 0)
		return failed(out, "", err);
	if (out->temporary && rename(out->temporary, out->path) < 0)
		return failed(out, "", err);
	free(out->temporary);
	out->temporary = NULL;
	return 0;
}

void outfile_abort(struct outfile *out)
{
	if (out->fd >= 0)
		(void)close(out->fd);
	if (out->temporary)
		(void)unlink(out->temporary);
	free(out->temporary);
	*out = (struct outfile)OUTFILE_NULL;
}

int outfile_put(const char *path, mode_t mode, const struct buf *bytes,
    struct error *err)
{
	struct outfile out;
	int r;

	if (bytes->error)
		return error_set(err, bytes->error, "%s: %s", path,
		    bytes->error == ERR_LIMIT ? "more than fits one file"
					      : error_name(bytes->error));
	r = outfile_open(&out, path, mode, err);
	if (r == 0)
		r = outfile_write(&out, buf_str(bytes), err);
	if (r == 0)
		r = outfile_commit(&out, err);
	outfile_abort(&out);
	return r;
}
