/* TLS secrets by connection: lines of an NSS key log (draft-ietf-tls-keylogfile), from
 * memory or from a file that may still grow. Other lines are skipped. */
#pragma once

#include "lib/base/error.h"
#include "lib/base/str.h"

#include <stdint.h>

enum keylog_label {
	KEYLOG_CLIENT_RANDOM, /* the master secret of TLS 1.2 and before */
	KEYLOG_CLIENT_EARLY,
	KEYLOG_CLIENT_HANDSHAKE,
	KEYLOG_SERVER_HANDSHAKE,
	KEYLOG_CLIENT_TRAFFIC,
	KEYLOG_SERVER_TRAFFIC,
	KEYLOG_LABELS
};

enum {
	KEYLOG_SECRET_MAX = 48,
	KEYLOG_SECRETS_MAX = 1 << 23 /* more are refused */
};

struct keylog_secret {
	uint8_t random[32]; /* of the ClientHello */
	uint8_t label;
	uint8_t len;
	uint8_t bytes[KEYLOG_SECRET_MAX];
};

struct keylog {
	struct keylog_secret *secrets; /* owned */
	size_t n_secrets, cap;
	uint32_t *index; /* owned; hash table of 1 + position in secrets, 0: free */
	size_t index_cap;
	/* Set it before the first line to what no peer can know: clients choose their
	 * randoms, and could make thousands that stand in one another's way. */
	uint64_t seed;
	uint64_t n_lines; /* that hold a secret */
	uint64_t n_junk;  /* that hold none and are no comment or line of other tools */
	int fd;           /* of the file that may grow, or -1 */
	uint64_t offset;  /* of it, up to which lines were read */
};

#define KEYLOG_NULL                                 \
	{                                           \
		NULL, 0, 0, NULL, 0, 0, 0, 0, -1, 0 \
	}

/* Copies the secrets of whole lines; the last may lack its line end. 0, ERR_LIMIT or
 * -ENOMEM; on failure the secrets before are kept. */
int keylog_add(struct keylog *log, struct str lines);

/* Opens a file and reads it; keylog_find() reads what it has grown by when a secret is
 * missing. A file that was opened before is closed; its secrets stay. ERR_USAGE with
 * the path and the reason in the text, also where memory or reading fails. */
int keylog_open(struct keylog *log, const char *path, struct error *err);

/* The secret, or null. Looks into the file again before it says null. The pointer lives
 * until the next call of any of these. */
const struct keylog_secret *keylog_find(struct keylog *log, enum keylog_label label,
    const uint8_t random[32]);

/* Overwrites and frees the secrets and closes the file. Safe to repeat. */
void keylog_free(struct keylog *log);
