/* Writes pcapng (draft-ietf-opsawg-pcapng): one section in this machine's byte order,
 * times in nanoseconds, Ethernet. Blocks gather in a buffer and reach the file whole,
 * so that the file can be read at any moment and after any death of the writer.
 *
 * The functions that put a block only append it to the buffer. Where it has no room
 * (memory, its limit) the block is lost, and so is all that the buffer holds and all
 * that is put later: every pcapng_flush() fails from then on. */
#pragma once

#include "capture/frame/frame.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"

#include <stdbool.h>

struct pcapng_writer {
	int fd;           /* owned */
	const char *path; /* borrowed, for messages */
	struct buf out;   /* whole blocks that are not in the file yet */
	uint64_t written; /* bytes in the file */
	bool is_pipe;     /* private: then out may begin inside a block */
};

#define PCAPNG_WRITER_NULL                   \
	{                                    \
		-1, NULL, BUF_NULL, 0, false \
	}

/* Creates or empties the file, readable by its owner alone (secrets go into it), and
 * begins a section. path is borrowed until pcapng_close(). -errno when the file cannot
 * be opened. */
int pcapng_create(struct pcapng_writer *writer, const char *path, struct error *err);

/* Describes the next interface, of Ethernet; the first has number 0. */
void pcapng_put_interface(struct pcapng_writer *writer, const char *name);

/* The same of any link type; name may be null. */
void pcapng_put_interface_of(struct pcapng_writer *writer, const char *name,
    uint16_t linktype);

/* frame->interface is the number of an interface that was described; the frame's own
 * number and link type are not written. */
void pcapng_put_frame(struct pcapng_writer *writer, const struct frame *frame);

/* Key log lines, whole ones. They must stand before the frames that they decrypt. */
void pcapng_put_secrets(struct pcapng_writer *writer, struct str lines);

struct pcapng_statistics {
	uint32_t interface;
	clock_ns start, end;
	uint64_t received, dropped; /* frames */
};

void pcapng_put_statistics(struct pcapng_writer *writer,
    const struct pcapng_statistics *statistics);

/* Writes the gathered blocks to the file. On failure (a full disk) the file is cut back
 * to its last whole block, the buffer is emptied, and the text says what happened;
 * -errno, or the error of the buffer. To a pipe that does not block only what it has
 * room for is written; the rest stays in out. */
int pcapng_flush(struct pcapng_writer *writer, struct error *err);

/* Flushes and closes the file, also where flushing fails. Safe to repeat. */
int pcapng_close(struct pcapng_writer *writer, struct error *err);
