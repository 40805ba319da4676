/* Secrets that requests have carried, so that they are known where somebody quotes them: a CPE in
 * the words of a fault or of a transfer that failed, at once or sessions later. */
#pragma once

#include "lib/base/buf.h"
#include "lib/cwmp/cwmp.h"

enum {
	CWMP_SECRETS_MAX =
	    256, /* of these and so many bytes; older ones are forgotten */
	CWMP_SECRETS_BYTES = 16 << 10,
	/* A shorter one is a part of many words: it is hidden where it is all of the text, in
	 * quotes or brackets, or behind "=" or ":". */
	CWMP_SECRET_MIN = 4
};

struct cwmp_secrets {
	struct buf texts; /* each terminated, the newest last; errors are sticky */
	size_t n;
	/* The last request that carried any carried more than that: whatever may quote them is
	 * hidden as a whole. */
	bool is_over;
};

/* Adds those of a request to *set, which is made where there is none: values of parameters that it
 * sets whose names say that they are secret (lib/base/secret.h), passwords of its files, and
 * what is secret within its URLs and other values. False without memory. */
bool cwmp_secrets_add(struct cwmp_secrets **set, const struct cwmp_msg *request);

/* Moves all of *from to *set, as if they had been added after those, and frees *from. False without
 * memory. */
bool cwmp_secrets_move(struct cwmp_secrets **set, struct cwmp_secrets **from);

/* Puts "***" wherever text has one of them, in markup also by references to characters; set may
 * be null. Without memory, also in what was added before, nothing of it is left and text->error
 * says so. */
void cwmp_secrets_hide(const struct cwmp_secrets *set, struct buf *text);

/* The bytes that they take; 0 for null. */
size_t cwmp_secrets_bytes(const struct cwmp_secrets *set);

/* Frees them; *set becomes null. */
void cwmp_secrets_free(struct cwmp_secrets **set);
