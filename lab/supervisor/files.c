#include "lab/supervisor/files.h"

#include "lib/base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	PATH_ROOM = 512,
	COPY_BYTES = 1 << 16
};

static int failed(struct error *err, const char *path, int number)
{
	return error_set(err, -number, "%s: %s", path, error_name(-number));
}

static int write_all(int fd, const char *path, const void *bytes, size_t n,
    struct error *err)
{
	const char *p = bytes;

	while (n > 0) {
		ssize_t written = write(fd, p, n);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return failed(err, path, written < 0 ? errno : ENOSPC);
		p += written;
		n -= (size_t)written;
	}
	return 0;
}

static int write_conf(const struct launch *launch, struct error *err)
{
	auto_fd fd = -1;

	if (!launch->conf_path[0])
		return 0;
	fd = open(launch->conf_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return failed(err, launch->conf_path, errno);
	return write_all(fd, launch->conf_path, launch->conf.data, launch->conf.len,
	    err);
}

/* The folders on the way to path, which is absolute. */
static int make_parents(char *path, struct error *err)
{
	for (char *p = path + 1; *p; p++) {
		int r;

		if (*p != '/')
			continue;
		*p = '\0';
		r = mkdir(path, 0755) < 0 && errno != EEXIST ? failed(err, path, errno)
							     : 0;
		*p = '/';
		if (r < 0)
			return r;
	}
	return 0;
}

/* *ret_mode: that of a new file with the rights of from. */
static int open_from(const char *path, mode_t *ret_mode, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		(void)failed(err, path, errno);
		if (fd >= 0)
			(void)close(fd);
		return err->code;
	}
	*ret_mode = 0644 | (st.st_mode & 0111);
	return fd;
}

static int copy(int from, const char *from_path, int to, const char *path,
    struct error *err)
{
	char bytes[COPY_BYTES];

	for (;;) {
		ssize_t n = read(from, bytes, sizeof(bytes));
		int r;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return failed(err, from_path, errno);
		if (n == 0)
			return 0;
		r = write_all(to, path, bytes, (size_t)n, err);
		if (r < 0)
			return r;
	}
}

static int put_file(const struct launch *launch, const struct launch_file *file,
    struct error *err)
{
	char path[PATH_ROOM];
	mode_t mode = 0644;
	auto_fd from = -1, fd = -1;

	(void)snprintf(path, sizeof(path), "%s/%s", launch->folder, file->to);
	if (make_parents(path, err) < 0)
		return err->code;
	if (file->from) {
		from = open_from(file->from, &mode, err);
		if (from < 0)
			return err->code;
	}
	/* A new one: somebody may have the old one open, or run it. */
	(void)unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0)
		return failed(err, path, errno);
	return file->from ? copy(from, file->from, fd, path, err)
			  : write_all(fd, path, file->bytes.p, file->bytes.len, err);
}

int files_write(const struct launch *launch, struct error *err)
{
	char path[PATH_ROOM];
	int r = write_conf(launch, err);

	if (r < 0 || !launch->folder)
		return r;
	(void)snprintf(path, sizeof(path), "%s/", launch->folder);
	r = make_parents(path, err);
	for (size_t i = 0; i < launch->n_files && r == 0; i++)
		r = put_file(launch, &launch->files[i], err);
	return r;
}
