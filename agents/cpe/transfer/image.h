/* A firmware image as the CPEs of a lab take it (labelled.h).
 *
 *     cwmplab image 1
 *     version: 7.1.046   the SoftwareVersion that the CPE has with it
 *     model: hp5920      whose it is; without it, anybody's
 *     signer: HP         what stands for a signature (fault 9019)
 *
 * Only the first two are needed. What does not fit is fault 9018. */
#pragma once

#include "agents/cpe/transfer/labelled.h"

enum {
	IMAGE_TEXT_MAX = 65, /* SoftwareVersion has 64 characters at most (TR-098) */
};

struct image {
	struct labelled file;
	char version[IMAGE_TEXT_MAX];
	char model[IMAGE_TEXT_MAX];
	char signer[IMAGE_TEXT_MAX];
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

/* The file is whole. 0, or the fault with image->file.why: 9018 not an image, or not whole;
 * 9019 its signer is not the CPE's; 9001 an older version than the CPE takes. */
uint32_t image_finish(struct image *image, const struct image_rules *rules);

void image_free(struct image *image);
