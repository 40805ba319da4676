#include "lib/cwmp/cwmp_secrets.h"

#include "lib/base/secret.h"

static size_t add(struct str *ret, size_t n, struct str secret)
{
	if (secret.len < CWMP_SECRET_MIN || n == CWMP_SECRETS_MAX)
		return n;
	ret[n] = secret;
	for (size_t i = n; i > 0 && ret[i - 1].len < secret.len; i--) {
		ret[i] = ret[i - 1];
		ret[i - 1] = secret;
	}
	return n + 1;
}

size_t cwmp_secrets(const struct cwmp_msg *request, struct str ret[CWMP_SECRETS_MAX])
{
	const struct cwmp_args *args = &request->args;
	size_t n = 0;

	if (request->kind != CWMP_REQUEST)
		return 0;
	n = add(ret, n, args->password);
	for (size_t i = 0; request->method == CWMP_CHANGE_DU_STATE && i < args->n_items;
	     i++)
		n = add(ret, n, cwmp_item_text(&args->items[i], "Password"));
	for (size_t i = 0;
	     request->method == CWMP_SET_PARAMETER_VALUES && i < args->params.len;
	     i++) {
		if (secret_is_named(args->params.items[i].name))
			n = add(ret, n, args->params.items[i].value);
	}
	return n;
}

void cwmp_secret_hide(struct buf *text, struct str secret)
{
	struct str rest = buf_str(text);
	auto_buf shown = BUF_NULL;
	size_t at;

	if (secret.len == 0 || !str_find(rest, secret, &at))
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
