#include "lab/course/pupil.h"

#include "lab/term/folders.h"
#include "lab/term/outfile.h"
#include "lib/base/shown.h"
#include "lib/program/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <jansson.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	CURRENT_BYTES_MAX = 64 << 10,
	PRIVATE = 0600,
	PRIVATE_FOLDER = 0700
};

static char *join(const char *folder, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

static int fail_memory(struct error *err)
{
	return error_set(err, -ENOMEM, "out of memory");
}

/* ---- where ---------------------------------------------------------------------------- */

/* The folder of all lessons; the caller frees it. */
static int find_root(char **ret, struct error *err)
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
	return n < 0 ? fail_memory(err) : 0;
}

static const char *login(void)
{
	const struct passwd *user = getpwuid(getuid());

	return user && student_name_is_good(str_of(user->pw_name)) ? user->pw_name
								   : "student";
}

/* Names of labs are labels of the DNS. */
static char *lab_name(const char *id, const char *student)
{
	char text[128], number[64];
	size_t n = (size_t)snprintf(text, sizeof(text), "lesson-%.30s",
	    folder_number(id, number, sizeof(number)));

	if (student)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "-%.20s", student);
	for (size_t i = 0; i < n; i++) {
		char c = text[i];

		if (c >= 'A' && c <= 'Z')
			text[i] = (char)(c | 0x20);
		else if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
			text[i] = '-';
	}
	while (n > 0 && text[n - 1] == '-')
		text[--n] = '\0';
	return strdup(text);
}

/* ---- current.json --------------------------------------------------------------------- */

/* The caller drops *ret, which is null where no lesson goes on. */
static int read_current(const char *root, json_t **ret, struct error *err)
{
	auto_free char *path = join(root, "current.json");
	auto_buf text = BUF_NULL;
	int r;

	*ret = NULL;
	if (!path)
		return fail_memory(err);
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

static int write_current(const struct pupil *pupil, const char *root, struct error *err)
{
	auto_free char *path = join(root, "current.json");
	auto_free char *text = NULL;
	auto_buf bytes = BUF_NULL;
	json_t *current =
	    json_pack("{s:s, s:s, s:s, s:s*}", "lesson", pupil->folder.path, "student",
		pupil->student, "lab", pupil->lab, "class", pupil->class_path);

	if (current)
		json_object_set_new(current, "home", json_string(pupil->home));
	text = current ? json_dumps(current, JSON_INDENT(1)) : NULL;
	json_decref(current);
	if (!path || !text)
		return fail_memory(err);
	buf_append_text(&bytes, text);
	return outfile_put(path, PRIVATE, &bytes, err);
}

/* ---- opening -------------------------------------------------------------------------- */

static const char *or_text(const char *first, const json_t *current, const char *key)
{
	return first ? first : json_string_value(json_object_get(current, key));
}

/* Who takes which lesson where: the command line, else what goes on of that lesson, else the
 * login. */
static int choose(struct pupil *pupil, const struct pupil_want *want, const char *root,
    const json_t *current, struct buf *told, struct error *err)
{
	const char *word = or_text(want->lesson, current, "lesson"), *student;
	const char *going = or_text(NULL, current, "lesson");
	const char *going_student = or_text(NULL, current, "student");
	const char *lab = or_text(NULL, current, "lab");
	const char *home = or_text(NULL, current, "home");
	const char *class_path;
	char real[PATH_MAX];
	bool is_going;
	int r;

	if (!word)
		return error_set(err, ERR_USAGE,
		    "no lesson goes on: \"cwmplab lesson start 1\" begins the first");
	r = folder_open(&pupil->folder, word, told, err);
	if (r < 0)
		return r;
	student = or_text(want->student, current, "student");
	/* What was left of the file by somebody else goes on with nothing. */
	is_going = going && going_student && lab && home &&
		   strcmp(going, pupil->folder.path) == 0 &&
		   (!want->student || strcmp(want->student, going_student) == 0);
	class_path = or_text(want->class_path, is_going ? current : NULL, "class");
	if (class_path && !realpath(class_path, real))
		return error_set(err, error_of_path(errno), "%s: %s", class_path,
		    error_name(-errno));
	pupil->class_path = class_path ? strdup(real) : NULL;
	pupil->student = strdup(is_going || want->student ? student : login());
	pupil->lab = want->lab  ? strdup(want->lab)
		     : is_going ? strdup(lab)
				: lab_name(pupil->folder.id, want->student);
	if (is_going)
		pupil->home = strdup(home);
	else if (asprintf(&pupil->home, "%s/%s%s%s", root, pupil->folder.id,
		     want->student ? "@" : "", want->student ? want->student : "") < 0)
		pupil->home = NULL;
	return pupil->student && pupil->lab && pupil->home ? 0 : fail_memory(err);
}

static int check_student(const struct pupil *pupil, struct error *err)
{
	const struct conf_strings *all = &pupil->class.students;

	if (!student_name_is_good(str_of(pupil->student)))
		return error_set(err, ERR_USAGE,
		    "\"%s\" cannot be the name of a student: letters, digits, \".\", "
		    "\"_\", \"-\" and \"@\", %d at most",
		    pupil->student, STUDENT_NAME_MAX);
	for (size_t i = 0; i < all->len; i++) {
		if (strcmp(all->items[i], pupil->student) == 0)
			return 0;
	}
	return all->len == 0
		   ? 0
		   : error_set(err, ERR_USAGE,
			 "\"%s\" is not in the class \"%s\": give --student NAME",
			 pupil->student, pupil->class.name);
}

static int load_class(struct pupil *pupil, struct buf *told, struct error *err)
{
	struct conf_mistakes mistakes = { .len = 0 };
	int r = class_file_load(&pupil->class, pupil->class_path, &mistakes, err);

	for (size_t i = 0; i < mistakes.len; i++) {
		shown_append_lines(told, str_of(mistakes.items[i].text));
		buf_append_char(told, '\n');
	}
	conf_mistakes_free(&mistakes);
	return r < 0 ? r : check_student(pupil, err);
}

static int load_progress(struct pupil *pupil, struct error *err)
{
	auto_buf text = BUF_NULL;
	int r;

	if (access(pupil->progress_path, F_OK) < 0)
		return 0;
	r = whole_file_read(pupil->progress_path, PROGRESS_BYTES_MAX, &text, err);
	if (r == 0)
		r = progress_read(&pupil->progress, pupil->folder.lesson,
		    str_of(pupil->class.secret), buf_str(&text), err);
	if (r == ERR_AUTH || r == ERR_MALFORMED) {
		(void)error_prefix(err, "%s is not graded", pupil->progress_path);
		return err->code = ERR_AUTH;
	}
	pupil->has_progress = r == 0;
	return r;
}

static int open_all(struct pupil *pupil, const struct pupil_want *want,
    struct buf *told, struct error *err)
{
	auto_free char *root = NULL;
	json_t *current = NULL;
	int r = find_root(&root, err);

	if (r == 0)
		r = read_current(root, &current, want->lesson ? NULL : err);
	if (want->lesson && r == ERR_USAGE)
		r = 0;
	if (r == 0)
		r = choose(pupil, want, root, current, told, err);
	json_decref(current);
	if (r == 0)
		r = load_class(pupil, told, err);
	if (r < 0)
		return r;
	pupil->lab_folder = join(pupil->home, "lab");
	pupil->out_folder = join(pupil->home, "out");
	pupil->progress_path = join(pupil->home, "progress.json");
	if (!pupil->lab_folder || !pupil->out_folder || !pupil->progress_path)
		return fail_memory(err);
	pupil->recording = join(pupil->out_folder, "capture.pcapng");
	if (!pupil->recording)
		return fail_memory(err);
	pupil->seat = (struct seat){ .student = pupil->student,
		.lesson = pupil->folder.id,
		.lab = pupil->lab,
		.folder = pupil->lab_folder,
		.recording = pupil->recording,
		.seed = seed_of(str_of(pupil->class.secret), str_of(pupil->student)) };
	return values_make(&pupil->values, pupil->folder.lesson, &pupil->seat, err);
}

int pupil_open(struct pupil *pupil, const struct pupil_want *want, struct buf *told,
    struct error *err)
{
	int r;

	*pupil = (struct pupil){ .student = NULL };
	r = open_all(pupil, want, told, err);
	return r < 0 ? r : load_progress(pupil, err);
}

void pupil_close(struct pupil *pupil)
{
	values_free(&pupil->values);
	class_file_free(&pupil->class);
	folder_close(&pupil->folder);
	free(pupil->class_path);
	free(pupil->student);
	free(pupil->lab);
	free(pupil->home);
	free(pupil->lab_folder);
	free(pupil->out_folder);
	free(pupil->recording);
	free(pupil->progress_path);
}

/* ---- beginning, saving, forgetting ----------------------------------------------------- */

static int make_private(const char *path, struct error *err)
{
	int r = folders_make(path, err);

	if (r == 0 && chmod(path, PRIVATE_FOLDER) < 0)
		r = error_set(err, error_of_path(errno), "%s: %s", path,
		    error_name(-errno));
	return r;
}

static void name_progress(struct pupil *pupil, clock_ns now)
{
	struct progress *progress = &pupil->progress;

	(void)snprintf(progress->lesson, sizeof(progress->lesson), "%s",
	    pupil->folder.id);
	(void)snprintf(progress->student, sizeof(progress->student), "%s",
	    pupil->student);
	(void)snprintf(progress->class_name, sizeof(progress->class_name), "%s",
	    pupil->class.name ? pupil->class.name : "");
	(void)snprintf(progress->lab, sizeof(progress->lab), "%s", pupil->lab);
	if (!progress->started)
		progress->started = now;
}

int pupil_begin(struct pupil *pupil, clock_ns now, struct error *err)
{
	auto_free char *root = NULL;
	int r = find_root(&root, err);

	if (r == 0)
		r = make_private(root, err);
	if (r == 0)
		r = make_private(pupil->home, err);
	if (r == 0)
		r = folders_make(pupil->lab_folder, err);
	if (r == 0)
		r = write_current(pupil, root, err);
	if (r < 0)
		return r;
	name_progress(pupil, now);
	pupil->has_progress = true;
	return pupil_save(pupil, now, err);
}

/* Another call may have reached something since this one has read the file. One that was edited
 * meanwhile adds nothing. */
static void merge_file(struct pupil *pupil)
{
	struct progress *other = calloc(1, sizeof(*other));
	struct error ignored = ERROR_NULL;
	auto_buf text = BUF_NULL;

	if (other && access(pupil->progress_path, F_OK) == 0 &&
	    whole_file_read(pupil->progress_path, PROGRESS_BYTES_MAX, &text,
		&ignored) == 0 &&
	    progress_read(other, pupil->folder.lesson, str_of(pupil->class.secret),
		buf_str(&text), &ignored) == 0)
		progress_merge(&pupil->progress, other);
	free(other);
}

int pupil_save(struct pupil *pupil, clock_ns now, struct error *err)
{
	auto_fd lock = open(pupil->home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	auto_buf text = BUF_NULL;
	int r;

	if (lock < 0 || flock(lock, LOCK_EX) < 0)
		return error_set(err, error_of_path(errno), "%s: %s", pupil->home,
		    error_name(-errno));
	merge_file(pupil);
	pupil->progress.updated = now;
	r = progress_write(&pupil->progress, pupil->folder.lesson,
	    str_of(pupil->class.secret), &text, err);
	return r < 0 ? r : outfile_put(pupil->progress_path, PRIVATE, &text, err);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static int remove_all(const char *path, struct error *err)
{
	if (access(path, F_OK) < 0 ||
	    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0)
		return 0;
	return error_set(err, error_of_path(errno), "%s: %s", path, error_name(-errno));
}

int pupil_forget(struct pupil *pupil, clock_ns now, struct error *err)
{
	struct progress old = pupil->progress;
	int r = remove_all(pupil->lab_folder, err);

	if (r == 0)
		r = remove_all(pupil->out_folder, err);
	if (r < 0)
		return r;
	pupil->progress =
	    (struct progress){ .resets = old.resets + 1, .is_solved = old.is_solved };
	for (size_t i = 0; i < LESSON_GOALS_MAX; i++)
		memcpy(pupil->progress.goals[i].has_hint, old.goals[i].has_hint,
		    sizeof(old.goals[i].has_hint));
	return pupil_begin(pupil, now, err);
}
