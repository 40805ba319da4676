#include "capture/record/http_secrets.h"

#include "capture/record/records.h"
#include "lib/base/secret.h"

enum {
	SECRETS_KEPT_MAX = 16,
	SECRET_MIN = 4,         /* bytes: a shorter one is a word of many texts */
	MESSAGES_LOOKED_AT = 16 /* before the one that may quote them */
};

static bool keep(struct http_record *http, struct arena *arena, struct str secret)
{
	struct str kept;

	if (secret.len < SECRET_MIN || http->args.n_secrets == SECRETS_KEPT_MAX)
		return true;
	if (!http->args.secrets)
		http->args.secrets =
		    arena_array(arena, SECRETS_KEPT_MAX, sizeof(*http->args.secrets));
	if (!http->args.secrets)
		return false;
	kept = arena_str(arena, secret);
	http->args.secrets[http->args.n_secrets] = kept;
	http->args.n_secrets += kept.p != NULL;
	return kept.p != NULL;
}

bool http_secrets_keep(struct http_record *http, struct arena *arena,
    const struct cwmp_msg *msg)
{
	const struct cwmp_params *params = &msg->args.params;
	size_t n_files = msg->method == CWMP_CHANGE_DU_STATE ? msg->args.n_items : 0;
	bool ok = true;

	if (msg->kind != CWMP_REQUEST)
		return true;
	if (msg->method == CWMP_DOWNLOAD)
		return keep(http, arena, msg->args.password);
	for (size_t i = 0; ok && i < n_files; i++)
		ok = keep(http, arena, cwmp_item_text(&msg->args.items[i], "Password"));
	for (size_t i = 0;
	     msg->method == CWMP_SET_PARAMETER_VALUES && ok && i < params->len; i++) {
		if (secret_is_named(params->items[i].name))
			ok = keep(http, arena, params->items[i].value);
	}
	return ok;
}

static void hide(struct buf *text, struct str secret)
{
	struct str rest = buf_str(text);
	auto_buf shown = BUF_NULL;
	size_t at;

	if (!str_find(rest, secret, &at))
		return;
	do {
		buf_append(&shown, rest.p, at);
		buf_append_text(&shown, "***");
		rest = str_from(rest, at + secret.len);
	} while (str_find(rest, secret, &at));
	buf_append_str(&shown, rest);
	text->len = 0;
	buf_append_str(text, buf_str(&shown));
	if (shown.error)
		text->error = shown.error;
}

void http_secrets_hide(const struct session_record *session, struct buf *text)
{
	size_t n = session ? session->messages.len : 0;
	size_t first = n > MESSAGES_LOOKED_AT ? n - MESSAGES_LOOKED_AT : 0;

	for (size_t i = first; i < n; i++) {
		const struct http_record *http = session->messages.items[i];

		for (size_t k = 0; k < http->args.n_secrets; k++)
			hide(text, http->args.secrets[k]);
	}
}
