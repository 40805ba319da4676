/* What a student's account gets from the board of a class ("cwmplab lesson serve") in place of the
 * file of the class: the seed of that student alone. Values are drawn by it, and results are
 * signed with it; of anybody else's it says nothing. It is kept beside the progress. */
#pragma once

#include "lab/lesson/class_file.h"
#include "lab/lesson/seed.h"
#include "lib/base/buf.h"

struct ticket {
	char path[256];                      /* of the socket that it is from */
	char class_name[CLASS_NAME_MAX + 1]; /* and what the board calls them both */
	char student[STUDENT_NAME_MAX + 1];
	struct seed seed;
};

/* Reads one that is kept in the file. ERR_NOT_FOUND where there is none. */
int ticket_read(struct ticket *ticket, const char *file, struct error *err);
int ticket_write(const struct ticket *ticket, const char *file, struct error *err);

/* Asks the board at that socket for the caller's. ERR_MACHINE where it does not answer; ERR_USAGE
 * where it knows no such student, or the socket is not of who owns the folder that it lies in. */
int ticket_ask(struct ticket *ticket, const char *path, struct error *err);

/* Shows a result to the board. Errors as ticket_ask(). */
int ticket_send(const struct ticket *ticket, struct str result, struct error *err);
