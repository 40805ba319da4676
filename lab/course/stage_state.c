/* Whether the lab of a lesson is up, what it says of itself, and whether it is recorded. */
#include "lab/course/stage.h"

#include "lab/channel/labsock.h"
#include "lib/base/cleanup.h"
#include "lib/base/shown.h"

#include <jansson.h>
#include <sys/statvfs.h>

enum {
	ROOM_BYTES_MIN = 64 << 10 /* on the disk of a recording */
};

bool stage_is_up(const struct pupil *pupil)
{
	return labsock_owner(pupil->lab) > 0;
}

void stage_put_down(const struct pupil *pupil, struct buf *out)
{
	shown_printf(out, "the lab \"%s\" is not up: \"cwmplab lesson start ",
	    pupil->lab);
	pupil_put_word(pupil, out);
	buf_append_text(out, "\" brings it up");
}

int stage_fail_down(const struct pupil *pupil, struct error *err)
{
	auto_buf words = BUF_NULL;

	stage_put_down(pupil, &words);
	return error_set(err, ERR_USAGE, "%s", buf_cstr(&words));
}

int stage_ask_status(const struct pupil *pupil, json_t **ret, struct error *err)
{
	auto_fd fd = -1;
	pid_t pid;
	int r = labsock_connect(pupil->lab, &fd, &pid, err);

	return r < 0 ? r : labsock_ask(fd, "status", NULL, ret, NULL, err);
}

static int check_room(const struct pupil *pupil, struct error *err)
{
	struct statvfs disk;

	if (statvfs(pupil->out_folder, &disk) < 0 || disk.f_blocks == 0 ||
	    (uint64_t)disk.f_bavail * disk.f_frsize >= ROOM_BYTES_MIN)
		return 0;
	return error_set(err, ERR_MACHINE,
	    "nothing is recorded: no space is left on the disk of %s",
	    pupil->out_folder);
}

int stage_check_recording(const struct pupil *pupil, struct error *err)
{
	json_t *status = NULL;
	bool is_recorded;
	int r =
	    stage_is_up(pupil) ? check_room(pupil, err) : stage_fail_down(pupil, err);

	if (r == 0)
		r = stage_ask_status(pupil, &status, err);
	if (r < 0)
		return r;
	is_recorded = !json_is_false(json_object_get(status, "recorded"));
	json_decref(status);
	return is_recorded
		   ? 0
		   : error_set(err, ERR_MACHINE,
			 "nothing is recorded: the recorder of the lab \"%s\" has "
			 "ended; \"cwmplab down %s\", and start it again",
			 pupil->lab, pupil->lab);
}
