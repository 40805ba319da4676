/* The lab of a lesson: its files, filled in for a student; up, down; what can be seen of it. */
#pragma once

#include "lab/course/pupil.h"
#include "lab/lesson/judge.h"

#include <jansson.h>

enum {
	STAGE_UP_S = 180,     /* until it is up */
	STAGE_READY_S = 120,  /* until its recording shows what a student begins with */
	STAGE_SCRIPT_S = 300, /* a script of a lesson */
	STAGE_COMMAND_S = 20  /* a command in a node */
};

/* Whether the programs that the lesson needs are there; ERR_MACHINE with how to get one. */
int stage_check_needs(const struct pupil *pupil, struct error *err);

/* Writes the files of the lab that are not there yet, so that what the student has changed
 * stays. */
int stage_write(struct pupil *pupil, struct error *err);

/* Reads the topology, which the caller frees, and whether the goals speak of nodes that it
 * has. Mistakes are told in told. */
int stage_topology(struct pupil *pupil, struct buf *told, struct topology **ret,
    struct error *err);

/* Writes the files, as stage_write(), and whether the lab that they make is that of the pupil: those
 * that were there already may have another name. Mistakes are told in told. */
int stage_make(struct pupil *pupil, struct buf *told, struct error *err);

bool stage_is_up(const struct pupil *pupil);

/* That it is not up, and what brings it up: appended, or as ERR_USAGE. */
void stage_put_down(const struct pupil *pupil, struct buf *out);
int stage_fail_down(const struct pupil *pupil, struct error *err);

/* What its supervisor says of it, which the caller drops. ERR_USAGE where it is not up. */
int stage_ask_status(const struct pupil *pupil, json_t **ret, struct error *err);

/* Whether it is up, and is the lesson's. */
bool stage_is_own(const struct pupil *pupil);

/* Starts it, recorded, and waits until it is ready: 0; or 1, where it was up already. What it
 * said is in err. Whatever stops it, Ctrl-C among them, half a lab is no lab: it is taken down, at
 * the next call where this one cannot. */
int stage_up(struct pupil *pupil, struct error *err);

/* Ends it; nothing where it is not up. ERR_USAGE where a lab of that name is up that is not the
 * lesson's. */
int stage_down(const struct pupil *pupil, struct error *err);

/* Runs a script of the lesson in the folder of the lab, and appends what it says to out. The
 * exit status of the script, or an error. ends_on_signal is spawn.h's. */
int stage_script(struct pupil *pupil, const char *script, bool ends_on_signal,
    struct buf *out, struct error *err);

/* Whether what happens now is recorded, without which nothing can be judged: ERR_USAGE where the lab is
 * down, ERR_MACHINE where the disk is full or the recorder has ended. */
int stage_check_recording(const struct pupil *pupil, struct error *err);

struct stage_facts {
	struct facts facts;
	struct topology *topology; /* owned */
	struct analysis *analysis; /* owned; null: none */
	char why[ERROR_TEXT_MAX];
};

/* What packets and kernel say now. 0 also where nothing can be judged, which facts.not_judged says. The caller calls
 * stage_facts_free(). */
int stage_look(struct pupil *pupil, struct stage_facts *ret, struct error *err);
void stage_facts_free(struct stage_facts *facts);
