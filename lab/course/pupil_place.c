/* Who takes which lesson, where, and in which class. */
#include "lab/course/pupil.h"

#include "lab/term/outfile.h"
#include "lab/topology/topology.h"
#include "lib/base/json.h"
#include "lib/base/shown.h"
#include "lib/base/text.h"
#include "lib/program/whole_file.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	CURRENT_BYTES_MAX = 64 << 10,
	PRIVATE = 0600,
	NAME_PART_MAX =
	    20, /* of a lesson's id, and of a student, in the name of a lab */
	NAME_HASH_DIGITS = 6 /* that tell apart what was cut or changed */
};

static int fail_memory(struct error *err)
{
	return error_set(err, -ENOMEM, "out of memory");
}

int pupil_find_root(char **ret, struct error *err)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	int n;

	if (state && state[0] == '/')
		n = asprintf(ret, "%s/cwmplab/lessons", state);
	else if (home && home[0] == '/')
		n = asprintf(ret, "%s/.local/state/cwmplab/lessons", home);
	else
		return error_set(err, ERR_USAGE,
		    "neither XDG_STATE_HOME nor HOME says where progress is kept");
	if (n >= 0)
		return 0;
	*ret = NULL;
	return fail_memory(err);
}

static const char *login(void)
{
	const struct passwd *user = getpwuid(getuid());

	return user && student_name_is_good(str_of(user->pw_name)) ? user->pw_name
								   : "student";
}

/* ---- the name of the lab ----------------------------------------------------------------- */

/* Appends text as a part of a label of the DNS; whether it is the whole of it, unchanged. */
static bool put_label(struct buf *out, const char *text)
{
	bool is_whole = strlen(text) <= NAME_PART_MAX;

	for (size_t i = 0; text[i] && i < NAME_PART_MAX; i++) {
		bool is_good = (text[i] >= 'a' && text[i] <= 'z') ||
			       (text[i] >= '0' && text[i] <= '9') || text[i] == '-';

		if (text[i] >= 'A' && text[i] <= 'Z')
			buf_append_char(out, (char)(text[i] | 0x20));
		else
			buf_append_char(out, is_good ? text[i] : '-');
		is_whole = is_whole && is_good;
	}
	return is_whole;
}

/* Labels of the DNS end in no hyphen. */
static void put_hash(struct buf *out, const char *text)
{
	buf_append_char(out, '-');
	seed_put_hash(str_of(text), NAME_HASH_DIGITS, out);
}

char *pupil_lab_name(const struct folder *folder, const char *student)
{
	char number[NAME_MAX + 1];
	auto_buf name = BUF_NULL;

	buf_append_text(&name, "lesson-");
	(void)put_label(&name, folder_number(folder->id, number, sizeof(number)));
	if (!folder->is_shipped)
		put_hash(&name, folder->path);
	if (student) {
		buf_append_char(&name, '-');
		if (!put_label(&name, student) ||
		    strchr("-", student[strlen(student) - 1]))
			put_hash(&name, student);
	}
	return name.error ? NULL : strdup(buf_cstr(&name));
}

/* ---- current.json --------------------------------------------------------------------- */

/* The caller drops *ret, which is null where no lesson goes on. */
static int read_current(const char *root, json_t **ret, struct error *err)
{
	auto_free char *path = NULL;
	auto_buf text = BUF_NULL;
	int r;

	*ret = NULL;
	if (asprintf(&path, "%s/current.json", root) < 0) {
		path = NULL;
		return fail_memory(err);
	}
	if (access(path, F_OK) < 0)
		return 0;
	r = whole_file_read(path, CURRENT_BYTES_MAX, &text, err);
	if (r < 0)
		return r;
	*ret = json_loadb((const char *)text.data, text.len, 0, NULL);
	return *ret ? 0
		    : error_set(err, ERR_USAGE,
			  "%s is damaged: \"cwmplab lesson start N\" writes it anew",
			  path);
}

int pupil_go_on(const struct pupil *pupil, struct error *err)
{
	auto_free char *path = NULL;
	auto_buf out = BUF_NULL;
	struct json json = json_writer(&out, 1);

	if (asprintf(&path, "%s/current.json", pupil->root) < 0) {
		path = NULL;
		return fail_memory(err);
	}
	json_object_begin(&json, NULL);
	json_text(&json, "lesson", pupil->folder.path);
	json_text(&json, "student", pupil->student);
	json_text(&json, "lab", pupil->lab);
	json_text(&json, "home", pupil->home);
	if (pupil->class_path)
		json_text(&json, "class", pupil->class_path);
	json_object_end(&json);
	buf_append_char(&out, '\n');
	return outfile_put(path, PRIVATE, &out, err);
}

/* ---- what is wanted, and what goes on ----------------------------------------------------- */

static const char *text_of(const json_t *current, const char *key)
{
	return json_string_value(json_object_get(current, key));
}

/* What was left of the file by somebody else goes on with nothing. */
static bool is_whole(const json_t *current)
{
	return text_of(current, "lesson") && text_of(current, "student") &&
	       text_of(current, "lab") && text_of(current, "home");
}

/* Whether the student of the lesson that goes on gave that name. */
static bool has_name(const json_t *current)
{
	const char *home = text_of(current, "home");
	const char *slash = home ? strrchr(home, '/') : NULL;

	return slash && strchr(slash, '@');
}

/* A board that is away for a while leaves no file; the ticket that it gave is there still. */
static int find_class(struct pupil *pupil, const char *path, bool is_given,
    struct error *err)
{
	char real[PATH_MAX];

	if (!path || strcmp(path, "none") == 0)
		return 0;
	if (realpath(path, real))
		path = real;
	else if (is_given || errno != ENOENT)
		return error_set(err, error_of_path(errno), "%s: %s", path,
		    error_name(-errno));
	pupil->class_path = strdup(path);
	return pupil->class_path ? 0 : fail_memory(err);
}

static int find_home(struct pupil *pupil, const char *name, struct error *err)
{
	auto_buf home = BUF_NULL;

	buf_printf(&home, "%s/%s", pupil->root, pupil->folder.id);
	if (!pupil->folder.is_shipped) {
		buf_append_char(&home, '~');
		seed_put_hash(str_of(pupil->folder.path), 8, &home);
	}
	if (name)
		buf_printf(&home, "@%s", name);
	pupil->home = home.error ? NULL : strdup(buf_cstr(&home));
	return pupil->home ? 0 : fail_memory(err);
}

/* The name that the student goes by, now or with the lesson that goes on; null: none was given. */
static const char *name_of(const struct pupil_want *want, const json_t *current)
{
	if (want->student)
		return want->student;
	return has_name(current) ? text_of(current, "student") : NULL;
}

static int check_lab(const char *lab, struct error *err)
{
	size_t n = lab ? strspn(lab, "abcdefghijklmnopqrstuvwxyz0123456789-") : 0;

	if (!lab || (n > 0 && n <= TOPOLOGY_NAME_MAX && !lab[n] && lab[0] != '-' &&
			lab[n - 1] != '-'))
		return 0;
	return error_set(err, ERR_USAGE,
	    "--lab \"%s\" cannot be the name of a lab: a to z, 0 to 9 and \"-\" inside, at "
	    "most %d characters",
	    lab, TOPOLOGY_NAME_MAX);
}

/* current is whole, or null. */
static int choose(struct pupil *pupil, const struct pupil_want *want,
    const json_t *current, struct error *err)
{
	const char *name = name_of(want, current);
	const char *lab = want->lab;
	const char *class_path =
	    want->class_path ? want->class_path : text_of(current, "class");
	bool is_going;
	int r = check_lab(lab, err);

	if (r == 0)
		r = find_class(pupil, class_path, want->class_path, err);
	if (r < 0)
		return r;
	pupil->student = strdup(name ? name : login());
	if (!pupil->student)
		return fail_memory(err);
	is_going = current &&
		   strcmp(text_of(current, "lesson"), pupil->folder.path) == 0 &&
		   strcmp(text_of(current, "student"), pupil->student) == 0;
	if (!lab && is_going)
		lab = text_of(current, "lab");
	if (lab) {
		pupil->lab = strdup(lab);
		if (!pupil->lab)
			return fail_memory(err);
	}
	if (!is_going)
		return find_home(pupil, name, err);
	pupil->home = strdup(text_of(current, "home"));
	return pupil->home ? 0 : fail_memory(err);
}

int pupil_find_place(struct pupil *pupil, const struct pupil_want *want,
    struct buf *told, struct error *err)
{
	json_t *current = NULL;
	struct error damaged = ERROR_NULL;
	const char *word;
	int r = pupil_find_root(&pupil->root, err);

	if (r < 0)
		return r;
	r = read_current(pupil->root, &current, &damaged);
	if (r < 0 && !(want->lesson && r == ERR_USAGE)) {
		*err = damaged;
		return r;
	}
	word = want->lesson ? want->lesson : text_of(current, "lesson");
	r = word
		? folder_open(&pupil->folder, word, told, err)
		: error_set(err, ERR_USAGE,
		      "no lesson goes on: \"cwmplab lesson start 1\" begins the first");
	if (r == 0)
		r = choose(pupil, want, is_whole(current) ? current : NULL, err);
	json_decref(current);
	return r;
}
