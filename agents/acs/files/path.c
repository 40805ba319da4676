#include "agents/acs/files/path.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* "%2f" is a slash within a name, which no file has. */
static int decode(struct str text, char *path)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++) {
		int c = (unsigned char)text.p[i];

		if (c == '%') {
			int high = i + 2 < text.len ? hex_digit(text.p[i + 1]) : -1;
			int low = i + 2 < text.len ? hex_digit(text.p[i + 2]) : -1;

			if (high < 0 || low < 0)
				return ERR_MALFORMED;
			c = high * 16 + low;
			i += 2;
			if (c == '/')
				return ERR_MALFORMED;
		}
		if (c < ' ' || c == 0x7f || c == '\\' || n == FILES_PATH_MAX)
			return ERR_MALFORMED;
		path[n++] = (char)c;
	}
	path[n] = '\0';
	return 0;
}

int files_path_check(struct str path)
{
	unsigned depth = 0;

	if (path.len == 0 || path.len > FILES_PATH_MAX || str_ends(path, STR("/")))
		return ERR_MALFORMED;
	while (path.len > 0) {
		struct str part = str_cut(path, '/', &path);

		/* Also those of an upload that is not whole yet. */
		if (part.len == 0 || part.len > 255 || part.p[0] == '.' ||
		    ++depth > FILES_DEPTH_MAX)
			return ERR_MALFORMED;
	}
	return 0;
}

int files_path_of(struct str target, char *path)
{
	struct str rest, name = str_cut(target, '?', &rest);

	if (!str_starts(name, STR(FILES_PREFIX)) ||
	    decode(str_from(name, strlen(FILES_PREFIX)), path) < 0)
		return ERR_MALFORMED;
	return files_path_check(str_of(path));
}

static bool is_plain(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || strchr("-._~/", c);
}

void files_path_encode(struct buf *out, struct str path)
{
	for (size_t i = 0; i < path.len; i++) {
		if (path.p[i] != '\0' && is_plain(path.p[i]))
			buf_append_char(out, path.p[i]);
		else
			buf_printf(out, "%%%02X", (unsigned char)path.p[i]);
	}
}

int files_path_open_folder(int dir, const char *path, const char **ret_name)
{
	auto_fd at = fcntl(dir, F_DUPFD_CLOEXEC, 0);
	const char *slash;

	while (at >= 0 && (slash = strchr(path, '/'))) {
		char part[256];
		int next;

		memcpy(part, path, (size_t)(slash - path));
		part[slash - path] = '\0';
		next =
		    openat(at, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (next < 0)
			return -errno;
		(void)close(at);
		at = next;
		path = slash + 1;
	}
	if (at < 0)
		return -errno;
	*ret_name = path;
	return steal_fd(&at);
}

int files_path_open(int dir, const char *path)
{
	const char *name = NULL;
	auto_fd folder = files_path_open_folder(dir, path, &name);
	auto_fd fd = -1;
	struct stat st;

	if (folder < 0)
		return folder;
	/* A pipe that nobody writes to would keep us waiting. */
	fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		return -errno;
	return S_ISREG(st.st_mode) ? steal_fd(&fd) : -EISDIR;
}
