/* Secrets that a request carries, so that they are known where its answer quotes them: some CPEs
 * put a value that they refuse into the words of their fault. */
#pragma once

#include "lib/base/buf.h"
#include "lib/cwmp/cwmp.h"

enum {
	CWMP_SECRETS_MAX = 16,
	CWMP_SECRET_MIN = 4 /* bytes: a shorter one is a word of many texts */
};

/* The first of them, borrowed from the request: values of parameters that it sets whose names say
 * that they are secret, and the passwords of its files. Longer ones come first, for one that
 * is hidden leaves the rest of another that begins with it. Their number. */
size_t cwmp_secrets(const struct cwmp_msg *request, struct str ret[CWMP_SECRETS_MAX]);

/* Puts "***" wherever text has the secret. Without memory text->error says so. */
void cwmp_secret_hide(struct buf *text, struct str secret);
