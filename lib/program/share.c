#include "lib/program/share.h"

#include "lib/base/cleanup.h"
#include "lib/conf/conf.h"

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* base/middle/relative, or null when that cannot be read. */
static char *look(const char *base, const char *middle, const char *relative)
{
	char *path;

	if (asprintf(&path, "%s/%s%s", base, middle, relative) < 0)
		return NULL;
	if (access(path, R_OK) == 0)
		return path;
	free(path);
	return NULL;
}

char *share_path(const char *relative)
{
	const char *set = getenv("CWMPLAB_SHARE");
	char program[PATH_MAX];
	ssize_t n;
	char *path, *slash;

	if (set)
		return look(set, "", relative);
	n = readlink("/proc/self/exe", program, sizeof(program) - 1);
	if (n < 0)
		return NULL;
	program[n] = '\0';
	slash = strrchr(program, '/');
	if (!slash)
		return NULL;
	*slash = '\0';
	path = look(program, "../share/cwmplab/", relative);
	return path ? path : look(program, "../", relative);
}

void share_list_free(char **names)
{
	for (size_t i = 0; names && names[i]; i++)
		free(names[i]);
	free(names);
}

/* Cuts the suffix off; false where there is none, or nothing before it. */
static bool cut_suffix(char *name, const char *suffix)
{
	size_t len = strlen(name), tail = strlen(suffix);

	if (len <= tail || strcmp(name + len - tail, suffix) != 0)
		return false;
	name[len - tail] = '\0';
	return true;
}

char **share_list(const char *folder, const char *suffix)
{
	auto_free char *path = share_path(folder);
	struct dirent **entries = NULL;
	int n = path ? scandir(path, &entries, NULL, alphasort) : -1;
	char **names = calloc((size_t)MAX(n, 0) + 1, sizeof(*names));
	size_t kept = 0;

	for (int i = 0; i < n; i++) {
		if (names && cut_suffix(entries[i]->d_name, suffix))
			names[kept] = strdup(entries[i]->d_name);
		kept += names && names[kept];
		free(entries[i]);
	}
	free(entries);
	if (kept > 0)
		return names;
	free(names);
	return NULL;
}

void share_explain(const char *relative, char *text, size_t size)
{
	const char *set = getenv("CWMPLAB_SHARE");

	if (set)
		(void)snprintf(text, size, "CWMPLAB_SHARE is %.120s, which has no %s",
		    set, relative);
	else
		(void)snprintf(text, size,
		    "the files of cwmplab are not beside this program: set CWMPLAB_SHARE "
		    "to the folder that has %s",
		    relative);
}

void share_suggest(const char *folder, const char *word, char *text, size_t size)
{
	char **names = share_list(folder, ".yaml");
	size_t n = 0;

	while (names && names[n])
		n++;
	if (!names)
		share_explain(folder, text, size);
	else if (!conf_suggest(str_of(word), (const char *const *)names, n, text, size))
		(void)snprintf(text, size, "give a name of %s, or a path", folder);
	share_list_free(names);
}
