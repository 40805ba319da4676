/* A student at a lesson: the folder of the lesson, its values for this student, and the folder
 * below the user's state in which the student's lab, recording and progress are:
 *
 *     $XDG_STATE_HOME/cwmplab/lessons/       (~/.local/state where that is not set)
 *       current.json                         which lesson goes on, and who takes it
 *       03-acs-discovery/                    with "@STUDENT" behind it for one who gave a name
 *         progress.json  lab/  out/ */
#pragma once

#include "lab/course/folder.h"
#include "lab/lesson/class_file.h"
#include "lab/lesson/progress.h"
#include "lab/lesson/values.h"

struct pupil_want { /* as the command line says; null: not given */
	const char *lesson, *student, *class_path, *lab;
};

struct pupil {
	struct folder folder;
	struct class_file class;
	char *class_path;    /* owned, absolute; null: none */
	char *student, *lab; /* owned */
	struct seat seat;
	struct values values;
	char *home, *lab_folder, *out_folder, *recording, *progress_path; /* owned */
	struct progress progress;
	bool has_progress;
};

/* Opens the lesson that is wanted or, where none is, the one that goes on. Mistakes of files are
 * told in told. ERR_CONFIG, ERR_USAGE, ERR_MACHINE; ERR_AUTH: the progress was edited. The
 * caller calls pupil_close() even when this failed. */
int pupil_open(struct pupil *pupil, const struct pupil_want *want, struct buf *told,
    struct error *err);
void pupil_close(struct pupil *pupil);

/* From now on this is the lesson that goes on; its folder is made. */
int pupil_begin(struct pupil *pupil, clock_ns now, struct error *err);

/* Writes the progress, whole or not at all, with what other calls have reached meanwhile. */
int pupil_save(struct pupil *pupil, clock_ns now, struct error *err);

/* Removes lab, recording and progress; what hints were seen, and that it was reset, is kept. */
int pupil_forget(struct pupil *pupil, clock_ns now, struct error *err);
