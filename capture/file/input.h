/* Bytes of a file or pipe, unpacked when they are gzip, through one buffer. */
#pragma once

#include "lib/base/error.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	INPUT_BUFFER = 64 << 10
};

struct input {
	int fd;
	uint8_t *bytes;      /* owned */
	size_t at, end, cap; /* bytes[at, end) is not consumed yet */
	uint64_t offset;     /* of bytes[at] in the unpacked stream */
	bool is_at_end;
	bool is_cut;          /* the end came inside gzip data */
	int error;            /* -errno or ERR_MALFORMED (gzip), sticky */
	struct input_gzip *z; /* null for plain files */
};

#define INPUT_NULL                                          \
	{                                                   \
		-1, NULL, 0, 0, 0, 0, false, false, 0, NULL \
	}

/* Opens path, or standard input for "-", and reads its first bytes. ERR_USAGE with the
 * path and the reason in the text, or -ENOMEM. *in need not have been set before. */
int input_open(struct input *in, const char *path, struct error *err);

/* Safe to repeat. */
void input_close(struct input *in);

/* The slow part of input_peek(). */
size_t input_fill(struct input *in, size_t n);

/* Reads until at least n bytes stand at input_at() and returns how many do: fewer than n
 * only at the end of the stream or after a failure (in->error). The buffer grows to n
 * bytes and stays so: the caller bounds what a file may ask for. */
static inline size_t input_peek(struct input *in, size_t n)
{
	size_t have = in->end - in->at;

	return have >= n ? have : input_fill(in, n);
}

/* The bytes that input_peek() has promised; they stay there until it is called
 * again. */
static inline const uint8_t *input_at(const struct input *in)
{
	return in->bytes + in->at;
}

/* The next n bytes, which input_peek() has promised, are done with. */
static inline void input_advance(struct input *in, size_t n)
{
	in->at += n;
	in->offset += n;
}
