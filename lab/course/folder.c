#include "lab/course/folder.h"

#include "lib/base/shown.h"
#include "lib/program/share.h"
#include "lib/program/whole_file.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LESSONS "topologies/lessons"

/* ---- names ---------------------------------------------------------------------------- */

static int no_dots(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

char *folder_number(const char *id, char *text, size_t size)
{
	const char *digits = id + strspn(id, "0");
	size_t n = strspn(digits, "0123456789");

	if (n > 0 && digits[n] == '-')
		(void)snprintf(text, size, "%.*s", (int)n, digits);
	else
		(void)snprintf(text, size, "%s", id);
	return text;
}

static bool has_lesson(const char *path)
{
	auto_free char *file = NULL;
	struct stat st;

	return asprintf(&file, "%s/lesson.yaml", path) >= 0 && stat(file, &st) == 0 &&
	       S_ISREG(st.st_mode);
}

int folder_each(int (*fn)(void *user, const char *path, struct error *err), void *user,
    struct error *err)
{
	auto_free char *lessons = share_path(LESSONS);
	struct dirent **entries = NULL;
	int n = lessons ? scandir(lessons, &entries, no_dots, alphasort) : -1, r = 0;
	char why[SHARE_EXPLAIN_MAX];

	if (n < 0) {
		share_explain(LESSONS, why, sizeof(why));
		return error_set(err, ERR_MACHINE, "the lessons are not there: %s",
		    why);
	}
	for (int i = 0; i < n; i++) {
		auto_free char *path = NULL;

		if (r == 0 &&
		    asprintf(&path, "%s/%s", lessons, entries[i]->d_name) >= 0 &&
		    has_lesson(path))
			r = fn(user, path, err);
		free(entries[i]);
	}
	free(entries);
	return r;
}

/* ---- finding one ---------------------------------------------------------------------- */

struct search {
	const char *word;
	char path[PATH_MAX];
	struct buf names;
};

static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int compare(void *user, const char *path, struct error *err)
{
	struct search *search = user;
	const char *name = name_of(path);
	char number[NAME_MAX + 1];

	(void)err;
	shown_printf(&search->names, "%s%s", search->names.len ? ", " : "", name);
	if (strcmp(name, search->word) == 0 ||
	    strcmp(folder_number(name, number, sizeof(number)), search->word) == 0)
		(void)snprintf(search->path, sizeof(search->path), "%s", path);
	return 0;
}

static int find(const char *word, char *ret, struct error *err)
{
	struct search search = { .word = word };
	bool is_path = strchr(word, '/') != NULL;
	int r = is_path && has_lesson(word) ? 0 : folder_each(compare, &search, err);

	if (!search.path[0] && has_lesson(word)) {
		(void)snprintf(search.path, sizeof(search.path), "%s", word);
		r = 0;
	}
	if (r == 0 && search.path[0] && realpath(search.path, ret)) {
		buf_free(&search.names);
		return 0;
	}
	if (r == 0)
		r = error_set(err, ERR_USAGE,
		    "no lesson is \"%s\", and no folder of that name has a lesson.yaml; "
		    "lessons: %s",
		    word, buf_cstr(&search.names));
	buf_free(&search.names);
	return r;
}

/* ---- its files ------------------------------------------------------------------------ */

static int read_file(struct folder *folder, const char *name, struct error *err)
{
	struct folder_file *file = &folder->files[folder->n_files];
	auto_free char *path = NULL;
	struct stat st;

	if (asprintf(&path, "%s/%s", folder->path, name) < 0) {
		path = NULL;
		return error_set(err, -ENOMEM, "out of memory");
	}
	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return 0;
	if (folder->n_files == FOLDER_FILES_MAX)
		return error_set(err, ERR_USAGE, "%s: more than %d files", folder->path,
		    FOLDER_FILES_MAX);
	folder->n_files++;
	*file = (struct folder_file){ .name = strdup(name), .text = BUF_NULL };
	if (!file->name)
		return error_set(err, -ENOMEM, "out of memory");
	return whole_file_read(path, FOLDER_BYTES_MAX, &file->text, err);
}

static int read_files(struct folder *folder, struct error *err)
{
	struct dirent **entries = NULL;
	int n = scandir(folder->path, &entries, no_dots, alphasort), r = 0;

	if (n < 0)
		return error_set(err, error_of_path(errno), "%s: %s", folder->path,
		    error_name(-errno));
	for (int i = 0; i < n; i++) {
		if (r == 0)
			r = read_file(folder, entries[i]->d_name, err);
		free(entries[i]);
	}
	free(entries);
	return r;
}

struct str folder_text(const struct folder *folder, const char *name)
{
	for (size_t i = 0; i < folder->n_files; i++) {
		if (strcmp(folder->files[i].name, name) == 0)
			return buf_str(&folder->files[i].text);
	}
	return STR_NULL;
}

/* ---- mistakes ------------------------------------------------------------------------- */

static void tell(const struct conf_mistakes *mistakes, const char *path,
    struct buf *told)
{
	for (size_t i = 0; i < mistakes->len; i++)
		shown_append_lines(told, str_of(mistakes->items[i].text)),
		    buf_append_char(told, '\n');
	if (mistakes->left_out > 0)
		shown_printf(told, "%s: and %zu more mistakes\n", path,
		    mistakes->left_out);
}

/* Everything but lesson.yaml, which is checked by then. */
static int check_file(const struct folder *folder, const struct folder_file *file,
    struct buf *told, struct error *err)
{
	struct conf_mistakes mistakes = { .len = 0 };
	auto_free char *path = NULL;
	int r;

	if (strcmp(file->name, "lesson.yaml") == 0)
		return 0;
	if (asprintf(&path, "%s/%s", folder->path, file->name) < 0) {
		path = NULL;
		return error_set(err, -ENOMEM, "out of memory");
	}
	r = lesson_check_text(folder->lesson, path, buf_str(&file->text), &mistakes,
	    err);
	tell(&mistakes, path, told);
	conf_mistakes_free(&mistakes);
	return r;
}

static int check(struct folder *folder, struct buf *told, struct error *err)
{
	static const char *const needed[] = { "task.md", "topology.yaml" };
	struct conf_mistakes mistakes = { .len = 0 };
	auto_free char *path = NULL;
	int r, worst = 0;

	if (asprintf(&path, "%s/lesson.yaml", folder->path) < 0) {
		path = NULL;
		return error_set(err, -ENOMEM, "out of memory");
	}
	r = lesson_parse(path, folder_text(folder, "lesson.yaml"), &mistakes,
	    &folder->lesson, err);
	tell(&mistakes, path, told);
	conf_mistakes_free(&mistakes);
	for (size_t i = 0; i < ARRAY_LEN(needed); i++) {
		if (folder_text(folder, needed[i]).len > 0)
			continue;
		shown_printf(told, "%s: error: there is no %s in it\n", folder->path,
		    needed[i]);
		worst =
		    error_set(err, ERR_CONFIG, "%s has no %s", folder->path, needed[i]);
	}
	for (size_t i = 0; r == 0 && i < folder->n_files; i++) {
		int of_file = check_file(folder, &folder->files[i], told, err);

		worst = of_file < 0 ? of_file : worst;
	}
	return r < 0 ? r : worst;
}

static bool is_shipped(const char *path)
{
	auto_free char *lessons = share_path(LESSONS);
	char real[PATH_MAX];
	size_t n;

	if (!lessons || !realpath(lessons, real))
		return false;
	n = strlen(real);
	return strncmp(path, real, n) == 0 && path[n] == '/' &&
	       !strchr(path + n + 1, '/');
}

int folder_open(struct folder *folder, const char *word, struct buf *told,
    struct error *err)
{
	char path[PATH_MAX] = "";
	int r;

	*folder = (struct folder){ .path = NULL };
	r = find(word, path, err);
	if (r < 0)
		return r;
	folder->path = strdup(path);
	folder->is_shipped = is_shipped(path);
	folder->id = strdup(name_of(path));
	if (!folder->path || !folder->id)
		return error_set(err, -ENOMEM, "out of memory");
	r = read_files(folder, err);
	return r < 0 ? r : check(folder, told, err);
}

void folder_close(struct folder *folder)
{
	lesson_free(folder->lesson);
	for (size_t i = 0; i < folder->n_files; i++) {
		free(folder->files[i].name);
		buf_free(&folder->files[i].text);
	}
	free(folder->path);
	free(folder->id);
	*folder = (struct folder){ .path = NULL };
}
