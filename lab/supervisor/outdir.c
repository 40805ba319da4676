#include "lab/supervisor/outdir.h"

#include "lab/term/folders.h"
#include "lib/base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

static int failed(struct error *err, const char *path, const char *name)
{
	int number = errno;

	return error_set(err, error_of_path(number), "%s%s%s: %s", path,
	    *name ? "/" : "", name, error_name(-number));
}

/* A folder for results that cannot be had is a mistake in the call, unless the machine has no
 * room: say what to do. */
static int unusable(struct error *err)
{
	char words[ERROR_TEXT_MAX];

	if (err->code != ERR_USAGE)
		return err->code;
	(void)snprintf(words, sizeof(words), "%s", err->text);
	return error_set(err, ERR_USAGE,
	    "%.900s: no results can go there; choose another folder with --out", words);
}

int outdir_open(struct outdir *dir, const char *path, struct error *err)
{
	*dir = (struct outdir)OUTDIR_NULL;
	if (folders_make(path, err) < 0)
		return unusable(err);
	dir->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir->fd < 0) {
		(void)failed(err, path, "");
		return unusable(err);
	}
	dir->path = realpath(path, NULL);
	if (!dir->path)
		return failed(err, path, "");
	if (flock(dir->fd, LOCK_EX | LOCK_NB) < 0)
		return error_set(err, ERR_USAGE,
		    "%s: another lab writes there; choose another folder with --out",
		    path);
	if (mkdirat(dir->fd, "logs", 0777) < 0 && errno != EEXIST)
		return failed(err, path, "logs");
	return 0;
}

void outdir_close(struct outdir *dir)
{
	if (dir->fd >= 0)
		(void)close(dir->fd);
	free(dir->path);
	*dir = (struct outdir)OUTDIR_NULL;
}

int outdir_create(const struct outdir *dir, const char *name, mode_t mode, int *ret_fd,
    struct error *err)
{
	int fd;

	/* A file of an earlier run may have been made with other rights, and somebody may
	 * have it open. */
	(void)unlinkat(dir->fd, name, 0);
	fd = openat(dir->fd, name, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC,
	    mode);
	if (fd < 0)
		return failed(err, dir->path, name);
	*ret_fd = fd;
	return 0;
}

int outdir_write(const struct outdir *dir, const char *name, mode_t mode,
    const struct buf *bytes, struct error *err)
{
	char partial[64];
	auto_fd fd = -1;
	size_t at = 0;

	(void)snprintf(partial, sizeof(partial), "%s.partial", name);
	if (bytes->error)
		return error_set(err, bytes->error, "%s: %s", name,
		    error_name(bytes->error));
	/* One of an earlier run would say nothing of this one. */
	(void)unlinkat(dir->fd, name, 0);
	if (outdir_create(dir, partial, mode, &fd, err) < 0)
		return err->code;
	while (at < bytes->len) {
		ssize_t n = write(fd, bytes->data + at, bytes->len - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			(void)failed(err, dir->path, name);
			(void)unlinkat(dir->fd, partial, 0);
			return err->code;
		}
		at += (size_t)n;
	}
	if (renameat(dir->fd, partial, dir->fd, name) < 0)
		return failed(err, dir->path, name);
	return 0;
}

char *outdir_path(const struct outdir *dir, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s", dir->path, name) < 0 ? NULL : path;
}
