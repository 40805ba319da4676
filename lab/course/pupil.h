/* A student at a lesson: the folder of the lesson, its values for this student, and the folder
 * below the user's state in which the student's lab, recording and progress are:
 *
 *     $XDG_STATE_HOME/cwmplab/lessons/       (~/.local/state where that is not set)
 *       current.json                         which lesson goes on, and who takes it
 *       03-acs-discovery/                    with "@STUDENT" behind it for one who gave a name
 *         progress.json  lab/  out/
 *         ticket.json                        from the board of the class, where there is one
 *         starting                           while its lab is being made
 *         held                               locked by who makes it, or ends it
 *       mine~1f0c3e5a/                       of a folder elsewhere, told apart by its path */
#pragma once

#include "lab/course/folder.h"
#include "lab/course/ticket.h"
#include "lab/lesson/class_file.h"
#include "lab/lesson/progress.h"
#include "lab/lesson/values.h"

struct pupil_want { /* as the command line says; null: not given */
	const char *lesson, *student, *class_path, *lab;
	bool is_listing; /* a class that is away is no reason to fail */
};

struct pupil {
	struct folder folder;
	struct class_file class;
	char *
	    class_path; /* owned, absolute, of a file or of a board's socket; null: none */
	struct ticket ticket; /* where class_path is a socket */
	bool has_ticket;
	char *student, *lab; /* owned */
	struct seat seat;
	struct values values;
	char *root, *home, *lab_folder, *out_folder, *recording,
	    *progress_path; /* owned */
	struct progress progress;
	bool has_progress;
	bool is_lost; /* what was reached is spoilt, or gone while its lab is there */
	bool is_held; /* hold is open: an owned descriptor */
	int hold;
	char unsent
	    [ERROR_TEXT_MAX]; /* why the board has not the last progress; "": it has */
};

/* Opens the lesson that is wanted or, where none is, the one that goes on. Who takes it, and in
 * which class, is as it was with the lesson that goes on, where it is not said. Mistakes of files
 * are told in told. ERR_CONFIG, ERR_USAGE, ERR_MACHINE; ERR_AUTH: the progress was edited. The
 * caller calls pupil_close() even when this failed. */
int pupil_open(struct pupil *pupil, const struct pupil_want *want, struct buf *told,
    struct error *err);
void pupil_close(struct pupil *pupil);

/* Makes its folder, and a progress where there is none: one that notes where what was reached before
 * is lost. */
int pupil_begin(struct pupil *pupil, clock_ns now, struct error *err);

/* From now on this is the lesson that goes on. */
int pupil_go_on(const struct pupil *pupil, struct error *err);

/* Writes the progress, whole or not at all, with what other calls have reached meanwhile, and shows
 * it to the board of the class; that the board does not answer is no failure. */
int pupil_save(struct pupil *pupil, clock_ns now, struct error *err);

/* Removes lab, recording and progress; what hints were seen, and that it was reset, is kept. Of one that
 * was edited all that speaks against its student is, too, and that it was lost. */
int pupil_forget(struct pupil *pupil, clock_ns now, struct error *err);

/* What its results are signed with; it lives as long as the pupil. */
struct str pupil_secret(const struct pupil *pupil);

/* How "cwmplab lesson start" names the lesson: "3", or the path of a folder as a word of a shell.
 * Appended. */
void pupil_put_word(const struct pupil *pupil, struct buf *out);

/* ---- pupil_hold.c --------------------------------------------------------------------- */

/* Until pupil_close() no other call makes or ends its lab; what is the action. ERR_USAGE with who does
 * so now. */
int pupil_hold(struct pupil *pupil, const char *what, struct error *err);

/* ---- pupil_place.c -------------------------------------------------------------------- */

/* The folder of all lessons; the caller frees it. */
int pupil_find_root(char **ret, struct error *err);

/* Who takes which lesson where, for pupil_open(): root, folder, class_path, student, home; lab too,
 * where it is said or goes on. */
int pupil_find_place(struct pupil *pupil, const struct pupil_want *want,
    struct buf *told, struct error *err);

/* The name of its lab, where nothing says otherwise: a label of the DNS that no other lesson or
 * student of the same account has. The caller frees it; null without memory. */
char *pupil_lab_name(const struct folder *folder, const char *student);
