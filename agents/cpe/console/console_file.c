/* The start-up file of a console: in the folder of what outlives the process, where there is
 * one. */
#include "agents/cpe/console/console.h"

#include "lib/base/cleanup.h"
#include "lib/base/fd.h"
#include "lib/program/private_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

enum {
	START_UP_BYTES_MAX = 1 << 20 /* a longer file is none of ours */
};

/* False: nothing outlives the process. */
static bool put_path(const struct console *console, struct buf *path)
{
	const char *state = console->cpe->fleet->config->state;

	if (state)
		buf_printf(path, "%s/%s.cfg", state, console->cpe->name);
	return state;
}

/* The whole file takes the place of the old one, or nothing changes. */
static int write_file(const char *path, struct str text)
{
	auto_buf name = BUF_NULL;
	auto_fd fd = -1;
	int64_t r;

	buf_printf(&name, "%s.new", path);
	fd = private_file_open(buf_cstr(&name), O_WRONLY | O_TRUNC);
	if (fd < 0)
		return fd;
	r = fd_write_whole(fd, text);
	if (r >= 0 && (fsync(fd) < 0 || rename(buf_cstr(&name), path) < 0))
		r = -errno;
	if (r < 0)
		(void)unlink(buf_cstr(&name));
	return r < 0 ? (int)r : 0;
}

int console_save(void *user, struct str text, struct error *err)
{
	struct console *console = user;
	auto_buf path = BUF_NULL;
	char *copy;
	int r;

	if (put_path(console, &path)) {
		r = write_file(buf_cstr(&path), text);
		return r < 0 ? error_set(err, r, "%s", error_name(r)) : 0;
	}
	copy = str_dup(text);
	if (!copy)
		return error_set(err, -ENOMEM, "no memory");
	free(console->saved);
	console->saved = copy;
	return 0;
}

static int read_file(const char *path, struct buf *ret)
{
	auto_file file = fopen(path, "re");
	char bytes[4096];
	size_t n;

	if (!file)
		return errno == ENOENT ? ERR_NOT_FOUND : -errno;
	while ((n = fread(bytes, 1, sizeof(bytes), file)) > 0) {
		buf_append(ret, bytes, n);
		if (ret->len > START_UP_BYTES_MAX)
			return ERR_LIMIT;
	}
	return ferror(file) ? -EIO : ret->error;
}

int console_load(void *user, struct buf *ret)
{
	const struct console *console = user;
	auto_buf path = BUF_NULL;

	if (put_path(console, &path))
		return read_file(buf_cstr(&path), ret);
	if (!console->saved)
		return ERR_NOT_FOUND;
	buf_append_text(ret, console->saved);
	return ret->error;
}

int console_forget(void *user, struct error *err)
{
	struct console *console = user;
	auto_buf path = BUF_NULL;

	free(steal_ptr(&console->saved));
	if (put_path(console, &path) && unlink(buf_cstr(&path)) < 0 && errno != ENOENT)
		return error_set(err, -errno, "%s", error_name(-errno));
	return 0;
}
