#include "capture/observe/http_detail.h"

#include "lib/base/secret.h"

enum {
	VALUE_MAX = 64
};

/* The last part of a parameter's name, with its parent: "ManagementServer.URL". */
static struct str short_name(struct str name)
{
	size_t dots = 0, i = name.len;

	while (i > 0 && dots < 2) {
		if (name.p[i - 1] == '.' && i < name.len)
			dots++;
		if (dots < 2)
			i--;
	}
	return str_from(name, i);
}

void http_detail_put_text(struct buf *out, struct str text, bool shows_secrets)
{
	if (shows_secrets)
		buf_append_str(out, text);
	else
		secret_put(out, text);
}

static void put_value(struct buf *out, struct str name, struct str value,
    bool shows_secrets)
{
	auto_buf shown = BUF_NULL;

	if (!shows_secrets && secret_is_name(name))
		buf_append_text(&shown, "***");
	else
		http_detail_put_text(&shown, value, shows_secrets);
	buf_printf(out, "%.*s = ", STR_ARG(short_name(name)));
	buf_append(out, shown.data, MIN(shown.len, (size_t)VALUE_MAX));
}

static void put_params(struct buf *out, const struct cwmp_msg *msg, bool shows_secrets)
{
	const struct cwmp_params *params = &msg->args.params;
	const struct cwmp_strings *names = &msg->args.names;

	if (params->len > 0)
		put_value(out, params->items[0].name, params->items[0].value,
		    shows_secrets);
	else if (names->len > 0)
		buf_append_str(out, short_name(names->items[0]));
	if (params->len + names->len > 1)
		buf_printf(out, " and %zu more", params->len + names->len - 1);
}

void http_detail_put(struct buf *out, const struct cwmp_msg *msg, bool shows_secrets)
{
	bool has_status =
	    msg->kind == CWMP_RESPONSE && msg->args.has_status &&
	    (msg->method == CWMP_SET_PARAMETER_VALUES ||
		msg->method == CWMP_ADD_OBJECT || msg->method == CWMP_DELETE_OBJECT ||
		msg->method == CWMP_DOWNLOAD);

	if (msg->kind == CWMP_FAULT) {
		if (msg->fault.has_code)
			buf_printf(out, "%u", msg->fault.code);
		else
			buf_append_text(out, "no FaultCode");
		if (msg->fault.text.len > 0)
			buf_append_char(out, ' ');
		http_detail_put_text(out, msg->fault.text, shows_secrets);
		if (msg->fault.n_params > 0)
			buf_printf(out, ": %.*s", STR_ARG(msg->fault.params[0].name));
	} else if (msg->method == CWMP_INFORM && msg->kind == CWMP_REQUEST) {
		for (size_t i = 0; i < msg->inform.n_events; i++)
			buf_printf(out, "%s%.*s", i > 0 ? ", " : "",
			    STR_ARG(msg->inform.events[i].code));
		if (msg->inform.retry_count > 0)
			buf_printf(out, "; RetryCount %u", msg->inform.retry_count);
	} else if (has_status) {
		buf_printf(out, "Status %u", msg->args.status);
	} else if (msg->args.path.len > 0) {
		http_detail_put_text(out, msg->args.path, shows_secrets);
	} else {
		put_params(out, msg, shows_secrets);
	}
}
