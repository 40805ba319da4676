/* What differs from student to student, drawn so that nobody has to remember it: all of it is
 * a pure function of the student's name, the secret of the class, the lesson and the name of
 * what is drawn, by HMAC-SHA-256 (RFC 2104). Who does not know the secret learns nothing of
 * another student's values from his own. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/str.h"

enum {
	SEED_BYTES = 32
};

struct seed { /* of a student in a class; a secret */
	uint8_t key[SEED_BYTES];
};

/* secret may be empty: of students who learn by themselves. */
struct seed seed_of(struct str secret, struct str student);

/* The bytes that are drawn for one thing, as many as are wanted. */
struct seed_draw {
	struct seed key; /* of lesson and name */
	uint8_t block[SEED_BYTES];
	uint64_t n; /* blocks made */
	size_t at;  /* in the block */
};

struct seed_draw seed_draw_begin(const struct seed *seed, struct str lesson,
    struct str name);

/* A number below n, each as likely as any other. n is at least 1. */
uint64_t seed_below(struct seed_draw *draw, uint64_t n);

/* Appends the pattern, '#' drawn as a digit, '?' as a letter, '%' as a hex digit. */
void seed_put_pattern(struct seed_draw *draw, struct str pattern, struct buf *out);

/* Shuffles the indexes 0 to n - 1 into order. */
void seed_shuffle(struct seed_draw *draw, size_t *order, size_t n);

/* Appends the hex digits of the HMAC of bytes under the secret: what a result is signed with. */
void seed_put_signature(struct str secret, struct str bytes, struct buf *out);

/* Appends n hex digits, 64 at most, that tell texts apart whose names were cut: no secret. */
void seed_put_hash(struct str text, size_t n, struct buf *out);
