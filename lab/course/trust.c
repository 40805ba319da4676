#include "lab/course/trust.h"

#include "lab/course/pupil.h"
#include "lab/lesson/seed.h"
#include "lab/term/folders.h"
#include "lib/base/shown.h"
#include "lib/program/say.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fail_memory(struct error *err)
{
	return error_set(err, -ENOMEM, "out of memory");
}

/* ---- what is remembered ------------------------------------------------------------------ */

/* A file whose name is made of what is in the folder, and where it is; the caller frees it. */
static int find_mark(const struct folder *folder, char **ret, struct error *err)
{
	auto_free char *root = NULL;
	auto_buf all = BUF_NULL, path = BUF_NULL;
	int r = pupil_find_root(&root, err);

	if (r < 0)
		return r;
	buf_append_text(&all, folder->path);
	for (size_t i = 0; i < folder->n_files; i++) {
		const struct folder_file *file = &folder->files[i];

		buf_printf(&all, "\n%s %zu\n", file->name, file->text.len);
		buf_append_str(&all, buf_str(&file->text));
	}
	buf_printf(&path, "%s/trusted", root);
	r = folders_make(buf_cstr(&path), err);
	if (r < 0)
		return r;
	buf_append_char(&path, '/');
	seed_put_hash(buf_str(&all), 2 * SEED_BYTES, &path);
	*ret = all.error || path.error ? NULL : strdup(buf_cstr(&path));
	return *ret ? 0 : fail_memory(err);
}

static int remember(const char *mark, struct error *err)
{
	auto_fd fd = open(mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	return fd < 0 ? error_set(err, error_of_path(errno), "%s: %s", mark,
			    error_name(-errno))
		      : 0;
}

/* ---- what is said ------------------------------------------------------------------------ */

static void put_script(const struct folder *folder, const char *key, struct buf *out)
{
	const struct conf_node *at = conf_get(folder->lesson->doc->root, key);

	if (at)
		shown_printf(out, "%s%s (%s/lesson.yaml:%u)", out->len ? ", " : "", key,
		    folder->path, at->line);
}

/* Every place from which something runs that is no agent of ours. */
static void put_places(const struct folder *folder, struct buf *out)
{
	static const char *const keys[] = { "prepare", "wrong", "solve" };

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		put_script(folder, keys[i], out);
	if (str_find(folder_text(folder, "topology.yaml"), STR("command"), NULL))
		shown_printf(out, "%scommands of its hosts (%s/topology.yaml)",
		    out->len ? ", " : "", folder->path);
}

static bool ask(const struct folder *folder, const char *places)
{
	char answer[16] = "";

	say(stderr,
	    "The lesson in %s did not come with the program. Its scripts run as you, on "
	    "this machine:\n%s.\nRun them? [y/N] ",
	    folder->path, places);
	return fgets(answer, sizeof(answer), stdin) &&
	       (strcmp(answer, "y\n") == 0 || strcmp(answer, "yes\n") == 0);
}

int trust_check(const struct folder *folder, bool is_given, struct error *err)
{
	auto_free char *mark = NULL;
	auto_buf places = BUF_NULL;
	bool has_terminal = isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
	int r;

	if (folder->is_shipped)
		return 0;
	r = find_mark(folder, &mark, err);
	if (r < 0 || access(mark, F_OK) == 0)
		return r;
	put_places(folder, &places);
	if (is_given || (has_terminal && ask(folder, buf_cstr(&places))))
		return remember(mark, err);
	if (has_terminal)
		return error_set(err, ERR_USAGE, "nothing was run");
	return error_set(err, ERR_USAGE,
	    "the lesson in %s did not come with the program, and its scripts run as you, "
	    "on this machine: %s. Read them; --trust, of start, solve and test, runs them",
	    folder->path, buf_cstr(&places));
}
