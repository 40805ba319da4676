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
	RING_BYTES_MIN =
	    64 << 10, /* the least that a file of a ring may be limited to */
	/* Bytes of secrets, the newest, that are repeated at the start of each file; of
	 * files of a limited size an eighth of that, if it is less. */
	RING_SECRETS_MAX = 1 << 20,
	/* Bytes that may wait for a pipe to take them; beyond that frames are lost. */
	RING_WAITING_MAX = 32 << 20,
	RING_FILES_MAX = 99999,
};

struct ring_conf {
	const char *path;   /* capture.pcapng; of a ring capture-00001.pcapng... */
	uint64_t max_bytes; /* of one file; 0: no limit */
	clock_ns max_time;  /* between the first and last frame of one; 0: no limit */
	uint64_t files;     /* how many are kept; older ones are removed; 0: all */
};

struct ring_interface {
	const char *name; /* borrowed */
	uint16_t linktype;
};

struct ring;

/* Creates the first file. A pipe in its place is written without ever blocking. conf
 * and interfaces are borrowed until ring_free(). Errors as pcapng_create() and
 * pcapng_flush(). The caller frees *ret, also after ring_close(). */
int ring_open(const struct ring_conf *conf, const struct ring_interface *interfaces,
    size_t n, struct ring **ret, struct error *err);

/* Whole lines of key logs, by which the next frames are decrypted. */
void ring_put_secrets(struct ring *ring, struct str lines);

/* Copies the next frame, in the order of time, whose interface is an index into
 * interfaces, and begins the next file where the conf says so. A frame for which a pipe
 * has no room is lost, and counted. Errors as ring_open(): the file is whole up to
 * there. */
int ring_put_frame(struct ring *ring, const struct frame *frame, struct error *err);

/* Tells the ring how many frames of an interface were dropped so far, for the
 * statistics in the file. */
void ring_set_dropped(struct ring *ring, size_t interface, uint64_t dropped);

/* Writes what is gathered to the file. */
int ring_flush(struct ring *ring, struct error *err);

/* Ends the last file with its statistics and closes it; the reader of a pipe has a
 * second to take what is left. Safe to repeat. */
int ring_close(struct ring *ring, struct error *err);

/* How many frames were lost because the reader of a pipe was too slow. */
uint64_t ring_lost(const struct ring *ring);

/* The name of the file that is being written, or was the last one; the ring owns it,
 * until the next file begins. */
const char *ring_path(const struct ring *ring);

/* A descriptor to poll: POLLERR comes once nobody reads the pipe any more. It is the
 * ring's; -1 once that is closed. */
int ring_fd(const struct ring *ring);

/* Frees the ring and leaves its file as it is, without statistics and without what was
 * gathered since ring_flush(). */
void ring_free(struct ring *ring);
DEFINE_CLEANUP(struct ring *, ring_free)
