/* Where a live capture is written: one pcapng file, or a ring of them by size and time.
 * Each file of a ring can be read alone: it has the interfaces, the secrets that its
 * connections may need, and its own statistics. */
#pragma once

#include "capture/frame/frame.h"
#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/base/str.h"

#include <stddef.h>

enum {
	RING_BYTES_MIN = 64 << 10,  /* of one file of a ring */
	RING_SECRETS_MAX = 1 << 20, /* repeated at the start of each file, the newest */
	RING_WAITING_MAX =
	    32 << 20, /* that a pipe has not taken; then frames are lost */
	RING_FILES_MAX = 99999,
};

struct ring_conf {
	const char *path;   /* capture.pcapng; of a ring capture-00001.pcapng... */
	uint64_t max_bytes; /* of one file; 0: no limit */
	clock_ns max_time;  /* between the first and last frame of one; 0: no limit */
	uint64_t files;     /* that are kept, the oldest is removed; 0: all */
};

struct ring_interface {
	const char *name; /* borrowed */
	uint16_t linktype;
};

struct ring;

/* Creates the first file. A pipe in its place is written without ever blocking. conf and
 * interfaces are borrowed. Errors as pcapng_create(). */
int ring_open(const struct ring_conf *conf, const struct ring_interface *interfaces,
    size_t n, struct ring **ret, struct error *err);

/* What the next frames need. */
void ring_put_secrets(struct ring *ring, struct str lines);

/* Frames in the order of time; the next file begins where the conf says so. A failure is
 * that of pcapng_flush(): the file is whole up to there. */
int ring_put_frame(struct ring *ring, const struct frame *frame, struct error *err);

/* Frames of an interface that did not reach us so far, in all; for the statistics. */
void ring_set_dropped(struct ring *ring, size_t interface, uint64_t dropped);

/* Brings what is there into the file. */
int ring_flush(struct ring *ring, struct error *err);

/* Ends the last file with its statistics. */
int ring_close(struct ring *ring, struct error *err);

/* Frames that a slow reader of a pipe has cost. */
uint64_t ring_lost(const struct ring *ring);

/* The file that is being written, or was at last. */
const char *ring_path(const struct ring *ring);

/* To be polled: it is in error once nobody reads the pipe any more. */
int ring_fd(const struct ring *ring);

/* Leaves the file as it is. */
void ring_free(struct ring *ring);
DEFINE_CLEANUP(struct ring *, ring_free)
