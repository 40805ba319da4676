/* Passwords as a configuration shows them: "$c$3$" and Base64, 33 to 373 characters for 1 to
 * 255. It keeps a password from being read over a shoulder or in a log, as the vendor's does;
 * whoever has this program can turn it back, so that a configuration can be loaded again.
 * The same password always looks the same: equal configurations have equal texts. */
#pragma once

#include "lib/base/str.h"

#include <stdbool.h>

enum {
	CLI_CIPHER_PLAIN_MAX = 255,
	CLI_CIPHER_MAX = 373 + 1 /* terminated */
};

/* text has room for CLI_CIPHER_MAX and is returned; of more than CLI_CIPHER_PLAIN_MAX bytes those
 * behind are lost. */
char *cli_cipher_hide(struct str plain, char *text);

/* Turns it back into ret, of CLI_CIPHER_PLAIN_MAX + 1 bytes, terminated. False, with ret as it was:
 * it is no such text, or was changed. */
bool cli_cipher_show(struct str text, char *ret);
