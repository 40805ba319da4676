/* A firmware image as the CPEs of a lab take it: lines that say what it is, an empty one, and
 * then any bytes.
 *
 *     cwmplab image 1
 *     version: 7.1.046             the SoftwareVersion that the CPE has with it
 *     model: hp5920                whose it is; without it, anybody's
 *     signer: HP                   what stands for a signature (fault 9019)
 *     size: 1048576                of the bytes behind the empty line
 *     sha256: 9f86d081884c7d65...  of the same
 *
 * Only the first two are needed. What does not fit is fault 9018. */
#pragma once

#include "agents/common/digest.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	IMAGE_HEAD_MAX = 1024, /* bytes of the lines */
	IMAGE_TEXT_MAX = 65,   /* SoftwareVersion has 64 characters at most (TR-098) */
	IMAGE_WHY_MAX = 160,
};

struct image {
	char version[IMAGE_TEXT_MAX];
	char model[IMAGE_TEXT_MAX];
	char signer[IMAGE_TEXT_MAX];
	uint32_t fault; /* 0: it is good so far */
	char why[IMAGE_WHY_MAX];
	/* the rest is private */
	char head[IMAGE_HEAD_MAX];
	size_t n_head;
	bool is_headed, has_size;
	uint64_t size, n_bytes;
	char sha256[AUTH_HASH_HEX_MAX]; /* "" where the image names none */
	struct digest *digest;          /* owned */
};

/* What the CPE holds an image against. */
struct image_rules {
	const char *model;   /* its name */
	const char *version; /* that it runs */
	bool takes_older;
	const char *signer; /* null: any */
};

/* Also to forget what has come. *image was zeroed before the first call. */
void image_start(struct image *image);

/* The next bytes of the file; after a fault they are dropped. */
void image_add(struct image *image, struct str bytes);

/* The file is whole. 0, or the fault with image->why: 9018 not an image, or not whole; 9019
 * its signer is not the CPE's; 9001 an older version than the CPE takes. */
uint32_t image_finish(struct image *image, const struct image_rules *rules);

void image_free(struct image *image);

/* Whether version a is older than b: runs of digits are numbers, all else is text. */
bool image_is_older(const char *a, const char *b);
