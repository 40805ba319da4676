#include "capture/record/http_secrets.h"

#include "capture/record/records.h"
#include "lib/cwmp/cwmp_secrets.h"

#include <stdlib.h>

enum {
	MESSAGES_LOOKED_AT = 16 /* before the one that may quote them */
};

bool http_secrets_keep(struct http_record *http, struct arena *arena,
    const struct cwmp_msg *msg)
{
	struct str secrets[CWMP_SECRETS_MAX];
	size_t n = cwmp_secrets(msg, secrets);

	if (n == 0)
		return true;
	http->args.secrets = arena_array(arena, n, sizeof(*http->args.secrets));
	for (size_t i = 0; http->args.secrets && i < n; i++) {
		struct str kept = arena_str(arena, secrets[i]);

		if (!kept.p)
			return false;
		http->args.secrets[http->args.n_secrets++] = kept;
	}
	return http->args.secrets != NULL;
}

static int longer_first(const void *a, const void *b)
{
	size_t len = ((const struct str *)a)->len, other = ((const struct str *)b)->len;

	return (len < other) - (len > other);
}

void http_secrets_hide(const struct session_record *session, struct buf *text)
{
	size_t n = session ? session->messages.len : 0;
	size_t first = n > MESSAGES_LOOKED_AT ? n - MESSAGES_LOOKED_AT : 0;
	struct str secrets[MESSAGES_LOOKED_AT * CWMP_SECRETS_MAX];
	size_t len = 0;

	for (size_t i = first; i < n; i++) {
		const struct http_record *http = session->messages.items[i];

		for (size_t k = 0; k < http->args.n_secrets; k++)
			secrets[len++] = http->args.secrets[k];
	}
	if (len > 1)
		qsort(secrets, len, sizeof(*secrets), longer_first);
	for (size_t i = 0; i < len; i++)
		cwmp_secret_hide(text, secrets[i]);
}
