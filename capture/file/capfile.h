/* Reads capture files: classic pcap (both byte orders, micro- and nanoseconds, Kuznetzov's
 * modified one), pcapng (sections of both byte orders, many interfaces, secrets), either of
 * them in gzip, from a path or standard input. Memory is one block of the file. */
#pragma once

#include "capture/file/input.h"
#include "capture/frame/frame.h"
#include "lib/base/error.h"
#include "lib/base/str.h"

#include <stdbool.h>

enum {
	CAPFILE_BLOCK_MAX = 16 << 20, /* as Wireshark's limit of a pcapng block */
	CAPFILE_INTERFACES_MAX = 4096,
};

struct capfile;

struct capfile_counts {
	uint64_t frames;
	uint64_t bytes;   /* of the frames as captured */
	uint64_t dropped; /* as the statistics blocks of all interfaces tell */
	uint32_t interfaces;
	/* Whether the file could not be read to its end, because it is cut off inside a
	 * record or damaged; the byte where that record begins; and what is wrong there
	 * (a literal; null: it is only cut off). */
	bool is_truncated;
	uint64_t truncated_at;
	const char *damage;
	/* Blocks for a frame that hold none: malformed, or of an interface that the file
	 * does not describe; the byte where the first of them begins, and what is wrong
	 * there (a literal; null: there is none). */
	uint64_t skipped_records;
	uint64_t skipped_at;
	const char *skipped_why;
};

/* Called with the text of each TLS key log in the file, before the frames after it. The
 * text lives until the function returns. */
typedef void capfile_secrets_fn(void *user, struct str keylog);

/* Opens path, or standard input for "-", and reads its first header. ERR_USAGE when it
 * cannot be opened, ERR_MALFORMED when it is empty or no capture, ERR_UNSUPPORTED for
 * another version of pcap, -ENOMEM; the text begins with the path. secrets may be null.
 * The caller closes *ret with capfile_close(). */
int capfile_open(const char *path, capfile_secrets_fn *secrets, void *user,
    struct capfile **ret, struct error *err);

/* The same for an input that is open. The capture takes it over, also where this fails
 * afterwards, and leaves *in as INPUT_NULL; only without memory *in may still be the
 * caller's, who calls input_close() in any case. path is what errors call it. */
int capfile_open_input(struct input *in, const char *path, capfile_secrets_fn *secrets,
    void *user, struct capfile **ret, struct error *err);

/* Whether the input is to be read as a capture: it begins with one of the magic
 * numbers, has fewer than four bytes, or cannot be read, which capfile_open_input()
 * then tells. */
bool capfile_is_one(struct input *in);

void capfile_close(struct capfile *file);

/* The next frame: 1; 0 at the end, also when that comes in the middle of a record or the
 * file is damaged so that no later record can be found (the counts say so); -errno when
 * reading fails, ERR_MALFORMED when the file is damaged before its first frame. *ret lives
 * until the next call. */
int capfile_next(struct capfile *file, struct frame *ret, struct error *err);

/* What was read so far. The counts belong to file and change with each
 * capfile_next(). */
const struct capfile_counts *capfile_counts(const struct capfile *file);

/* Hands on every key log in a file without decoding its frames, so that secrets at the
 * end of the file can decrypt the frames before them. True when that was done: whoever
 * reads the frames then (capfile_open()) needs no secrets function. False, and nothing
 * was handed on, for "-", pipes, classic pcap and what cannot be opened. Damage is not
 * reported here: whoever reads the frames will meet it. */
bool capfile_scan_secrets(const char *path, capfile_secrets_fn *secrets, void *user);
