#include "lib/program/search_path.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char usual[] = "/usr/local/bin:/usr/bin:/bin";
static const char *const system_folders[] = { "/usr/local/sbin", "/usr/sbin", "/sbin" };

static bool has_folder(struct str path, const char *folder)
{
	while (path.len > 0) {
		if (str_is(str_cut(path, ':', &path), folder))
			return true;
	}
	return false;
}

void search_path_make(struct buf *out, const char *path)
{
	if (!path || !*path)
		path = usual;
	buf_append_text(out, path);
	for (size_t i = 0; i < ARRAY_LEN(system_folders); i++) {
		if (!has_folder(str_of(path), system_folders[i]))
			buf_printf(out, ":%s", system_folders[i]);
	}
}

void search_path_complete(void)
{
	auto_buf path = BUF_NULL;

	search_path_make(&path, getenv("PATH"));
	(void)buf_cstr(&path);
	if (!path.error)
		(void)setenv("PATH", buf_cstr(&path), 1);
}

static bool is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

bool search_path_find(const char *name, char *ret_path, size_t size)
{
	auto_buf path = BUF_NULL;
	struct str rest;

	search_path_make(&path, getenv("PATH"));
	rest = buf_str(&path);
	while (rest.len > 0) {
		struct str folder = str_cut(rest, ':', &rest);
		/* An empty entry is the working folder, as for execvp(). */
		int n = snprintf(ret_path, size, "%.*s%s%s", STR_ARG(folder),
		    folder.len ? "/" : "", name);

		if (n > 0 && (size_t)n < size && is_program(ret_path))
			return true;
	}
	return false;
}
