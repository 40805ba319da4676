#include "lab/course/pupil.h"

#include "lab/term/folders.h"
#include "lab/term/outfile.h"
#include "lib/base/shown.h"
#include "lib/base/text.h"
#include "lib/program/whole_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
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

/* ---- the class -------------------------------------------------------------------------- */

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

static int load_class_file(struct pupil *pupil, struct buf *told, struct error *err)
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

static bool is_socket(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISSOCK(st.st_mode);
}

static bool has_ticket_in(struct pupil *pupil, const char *folder)
{
	auto_free char *file = join(folder, "ticket.json");
	struct error ignored = ERROR_NULL;

	return file && ticket_read(&pupil->ticket, file, &ignored) == 0 &&
	       strcmp(pupil->ticket.path, pupil->class_path) == 0;
}

static int no_dots(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* The ticket is the account's, whatever the lesson: one that came with another serves as well. */
static bool has_neighbour(struct pupil *pupil)
{
	struct dirent **entries = NULL;
	int n = scandir(pupil->root, &entries, no_dots, alphasort);
	bool has_one = false;

	for (int i = 0; i < n; i++) {
		auto_free char *folder = join(pupil->root, entries[i]->d_name);

		has_one = has_one || (folder && has_ticket_in(pupil, folder));
		free(entries[i]);
	}
	free(entries);
	return has_one;
}

/* Whoever has a ticket of that board needs the board no more. */
static int find_ticket(struct pupil *pupil, bool is_listing, struct error *err)
{
	bool is_there = is_socket(pupil->class_path);
	int r;

	pupil->has_ticket = has_ticket_in(pupil, pupil->home);
	if (pupil->has_ticket || is_listing)
		return 0;
	r = is_there ? ticket_ask(&pupil->ticket, pupil->class_path, err) : ERR_MACHINE;
	pupil->has_ticket = r == 0 || (r == ERR_MACHINE && has_neighbour(pupil));
	if (pupil->has_ticket)
		return 0;
	return is_there
		   ? r
		   : error_set(err, ERR_USAGE,
			 "the class was %s, which is not there: give --class PATH, or "
			 "--class none",
			 pupil->class_path);
}

/* The ticket is the account's, and so is the name in it. */
static int load_ticket(struct pupil *pupil, const struct pupil_want *want,
    struct error *err)
{
	int r = find_ticket(pupil, want->is_listing, err);

	if (r < 0 || !pupil->has_ticket)
		return r;
	if (want->student && strcmp(pupil->student, pupil->ticket.student) != 0)
		return error_set(err, ERR_USAGE,
		    "to the class \"%s\" this account is \"%s\", and nobody else",
		    pupil->ticket.class_name, pupil->ticket.student);
	pupil->class.name = pupil->ticket.class_name;
	free(pupil->student);
	pupil->student = strdup(pupil->ticket.student);
	return pupil->student ? 0 : fail_memory(err);
}

static int load_class(struct pupil *pupil, const struct pupil_want *want,
    struct buf *told, struct error *err)
{
	if (!pupil->class_path ||
	    (!is_socket(pupil->class_path) && access(pupil->class_path, F_OK) == 0))
		return load_class_file(pupil, told, err);
	pupil->class = (struct class_file){ .name = "", .secret = "" };
	return load_ticket(pupil, want, err);
}

struct str pupil_secret(const struct pupil *pupil)
{
	return pupil->has_ticket ? str_make(pupil->ticket.seed.key, SEED_BYTES)
				 : str_of(pupil->class.secret);
}

/* ---- opening -------------------------------------------------------------------------- */

static int load_progress(struct pupil *pupil, struct error *err)
{
	auto_buf text = BUF_NULL;
	int r;

	if (access(pupil->progress_path, F_OK) < 0) {
		pupil->is_lost = access(pupil->lab_folder, F_OK) == 0 ||
				 access(pupil->out_folder, F_OK) == 0;
		return 0;
	}
	r = whole_file_read(pupil->progress_path, PROGRESS_BYTES_MAX, &text, err);
	if (r == 0)
		r = progress_read(&pupil->progress, pupil->folder.lesson,
		    pupil_secret(pupil), buf_str(&text), err);
	if (r == ERR_AUTH || r == ERR_MALFORMED) {
		pupil->is_lost = true;
		progress_read_spoilt(&pupil->progress, pupil->folder.lesson,
		    buf_str(&text));
		(void)error_prefix(err, "%s is not graded", pupil->progress_path);
		return err->code = ERR_AUTH;
	}
	pupil->has_progress = r == 0;
	return r;
}

static int find_paths(struct pupil *pupil, struct error *err)
{
	pupil->lab_folder = join(pupil->home, "lab");
	pupil->out_folder = join(pupil->home, "out");
	pupil->progress_path = join(pupil->home, "progress.json");
	if (!pupil->lab_folder || !pupil->out_folder || !pupil->progress_path)
		return fail_memory(err);
	pupil->recording = join(pupil->out_folder, "capture.pcapng");
	return pupil->recording ? 0 : fail_memory(err);
}

/* The lab is that of the command line or of the lesson that goes on, else that of the progress,
 * else one whose name tells lesson and student. */
static int take_seat(struct pupil *pupil, struct error *err)
{
	const char *home = strrchr(pupil->home, '/');

	if (!pupil->lab && pupil->has_progress && pupil->progress.lab[0])
		pupil->lab = strdup(pupil->progress.lab);
	else if (!pupil->lab)
		pupil->lab = pupil_lab_name(&pupil->folder,
		    strchr(home, '@') ? pupil->student : NULL);
	if (!pupil->lab)
		return fail_memory(err);
	pupil->seat = (struct seat){ .student = pupil->student,
		.lesson = pupil->folder.id,
		.lab = pupil->lab,
		.folder = pupil->lab_folder,
		.recording = pupil->recording,
		.seed = pupil->has_ticket ? pupil->ticket.seed
					  : seed_of(str_of(pupil->class.secret),
						str_of(pupil->student)) };
	return values_make(&pupil->values, pupil->folder.lesson, &pupil->seat, err);
}

int pupil_open(struct pupil *pupil, const struct pupil_want *want, struct buf *told,
    struct error *err)
{
	int r, of_progress;

	*pupil = (struct pupil){ .student = NULL };
	r = pupil_find_place(pupil, want, told, err);
	if (r == 0)
		r = load_class(pupil, want, told, err);
	if (r == 0)
		r = find_paths(pupil, err);
	if (r < 0)
		return r;
	of_progress = load_progress(pupil, err);
	if (of_progress < 0 && of_progress != ERR_AUTH)
		return of_progress;
	r = take_seat(pupil, err);
	return r < 0 ? r : of_progress;
}

void pupil_close(struct pupil *pupil)
{
	if (pupil->is_held)
		(void)close(pupil->hold);
	values_free(&pupil->values);
	class_file_free(&pupil->class);
	folder_close(&pupil->folder);
	free(pupil->class_path);
	free(pupil->student);
	free(pupil->lab);
	free(pupil->root);
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

/* The ticket is there before the first result that is signed with it. */
static int keep_ticket(const struct pupil *pupil, struct error *err)
{
	auto_free char *file = join(pupil->home, "ticket.json");

	if (!file)
		return fail_memory(err);
	return pupil->has_ticket ? ticket_write(&pupil->ticket, file, err) : 0;
}

int pupil_begin(struct pupil *pupil, clock_ns now, struct error *err)
{
	int r = make_private(pupil->root, err);

	if (r == 0)
		r = make_private(pupil->home, err);
	if (r == 0)
		r = keep_ticket(pupil, err);
	if (r < 0)
		return r;
	name_progress(pupil, now);
	pupil->progress.losses += pupil->is_lost;
	pupil->is_lost = false;
	pupil->has_progress = true;
	r = pupil_save(pupil, now, err);
	/* Where there is a lab, there was a progress. */
	return r < 0 ? r : folders_make(pupil->lab_folder, err);
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
	    progress_read(other, pupil->folder.lesson, pupil_secret(pupil),
		buf_str(&text), &ignored) == 0)
		progress_merge(&pupil->progress, other);
	free(other);
}

static void show_board(struct pupil *pupil, struct str text)
{
	struct error err = ERROR_NULL;

	pupil->unsent[0] = '\0';
	if (pupil->has_ticket && ticket_send(&pupil->ticket, text, &err) < 0)
		(void)snprintf(pupil->unsent, sizeof(pupil->unsent), "%s", err.text);
}

/* What was written is in text. */
static int save_file(struct pupil *pupil, clock_ns now, struct buf *text,
    struct error *err)
{
	auto_fd lock = open(pupil->home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r;

	if (lock < 0 || flock(lock, LOCK_EX) < 0)
		return error_set(err, error_of_path(errno), "%s: %s", pupil->home,
		    error_name(-errno));
	merge_file(pupil);
	pupil->progress.updated = now;
	r = progress_write(&pupil->progress, pupil->folder.lesson, pupil_secret(pupil),
	    text, err);
	if (r == 0)
		r = outfile_put(pupil->progress_path, PRIVATE, text, err);
	if (r == 0)
		progress_keep(&pupil->progress);
	return r;
}

int pupil_save(struct pupil *pupil, clock_ns now, struct error *err)
{
	auto_buf text = BUF_NULL;
	int r = save_file(pupil, now, &text, err);

	if (r == 0)
		show_board(pupil, buf_str(&text));
	return r;
}

void pupil_put_word(const struct pupil *pupil, struct buf *out)
{
	char number[NAME_MAX + 1];

	if (pupil->folder.is_shipped)
		buf_append_text(out,
		    folder_number(pupil->folder.id, number, sizeof(number)));
	else
		shell_append(out, pupil->folder.path);
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
	pupil->progress = (struct progress){ .resets = old.resets + 1,
		.losses = old.losses,
		.is_solved = old.is_solved };
	for (size_t i = 0; i < LESSON_GOALS_MAX; i++)
		memcpy(pupil->progress.goals[i].has_hint, old.goals[i].has_hint,
		    sizeof(old.goals[i].has_hint));
	return pupil_begin(pupil, now, err);
}
