/* One call at a time makes the lab of a student, or ends it. */
#include "lab/course/pupil.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum {
	HOLDER_MAX = 64
};

static int fail_path(const char *path, struct error *err)
{
	return error_set(err, error_of_path(errno), "%s: %s", path, error_name(-errno));
}

/* "start 4711", as whoever holds it has written; a moment before that it says nothing yet. */
static int fail_held(const struct pupil *pupil, int fd, struct error *err)
{
	char holder[HOLDER_MAX] = "", number[NAME_MAX + 1];
	ssize_t n = pread(fd, holder, sizeof(holder) - 1, 0);
	struct str process,
	    what = str_cut(str_make(holder, (size_t)MAX(n, 0)), ' ', &process);
	uint64_t pid;

	(void)folder_number(pupil->folder.id, number, sizeof(number));
	if (str_to_u64(process, INT32_MAX, &pid) < 0)
		return error_set(err, ERR_USAGE,
		    "another call is at the lab of lesson %s: wait until it has ended",
		    number);
	return error_set(err, ERR_USAGE,
	    "\"cwmplab lesson %.*s\" of process %llu is at the lab of lesson %s: wait until "
	    "it has ended",
	    STR_ARG(what), (unsigned long long)pid, number);
}

int pupil_hold(struct pupil *pupil, const char *what, struct error *err)
{
	auto_free char *path = NULL;
	auto_fd fd = -1;
	char holder[HOLDER_MAX];

	if (asprintf(&path, "%s/held", pupil->home) < 0) {
		path = NULL;
		return error_set(err, -ENOMEM, "out of memory");
	}
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	/* Where nothing was begun, nothing is there to be held. */
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return fail_path(path, err);
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK ? fail_held(pupil, fd, err)
					    : fail_path(path, err);
	(void)snprintf(holder, sizeof(holder), "%s %d", what, (int)getpid());
	if (ftruncate(fd, 0) < 0 || write(fd, holder, strlen(holder)) < 0)
		return fail_path(path, err);
	pupil->hold = steal_fd(&fd);
	pupil->is_held = true;
	return 0;
}
