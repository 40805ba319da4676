#include "capture/record/http_detail.h"

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

/* That n things are what one was shown of. */
static void put_others(struct buf *out, size_t n)
{
	if (n <= 1)
		return;
	buf_append_text(out, " and ");
	buf_append_uint(out, n - 1, 1);
	buf_append_text(out, " more");
}

static void put_value(struct buf *out, struct str name, struct str value,
    bool shows_secrets)
{
	auto_buf shown = BUF_NULL;

	if (!shows_secrets && secret_is_named(name))
		buf_append_text(&shown, "***");
	else
		http_detail_put_text(&shown, value, shows_secrets);
	buf_append_str(out, short_name(name));
	buf_append_text(out, " = ");
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
	put_others(out, params->len + names->len);
}

static void put_fault(struct buf *out, const struct cwmp_fault *fault,
    bool shows_secrets)
{
	if (fault->has_code)
		buf_printf(out, "%u", fault->code);
	else
		buf_append_text(out, "no FaultCode");
	if (fault->text.len > 0)
		buf_append_char(out, ' ');
	http_detail_put_text(out, fault->text, shows_secrets);
	if (fault->n_params == 0)
		return;
	buf_printf(out, "; %.*s", STR_ARG(short_name(fault->params[0].name)));
	if (fault->params[0].has_code)
		buf_printf(out, " %u", fault->params[0].code);
	if (fault->params[0].text.len > 0)
		buf_append_char(out, ' ');
	http_detail_put_fault_text(out, &fault->params[0], shows_secrets);
	put_others(out, fault->n_params);
}

void http_detail_put_fault_text(struct buf *out, const struct cwmp_param_fault *fault,
    bool shows_secrets)
{
	/* Some CPEs quote the value that they refuse. */
	if (!shows_secrets && secret_is_named(fault->name) && fault->text.len > 0 &&
	    !str_is(fault->text, cwmp_fault_text(fault->code)))
		buf_append_text(out, "***");
	else
		http_detail_put_text(out, fault->text, shows_secrets);
}

static const char unknown_time[] = "0001-01-01T00:00:00Z";

static bool is_known(struct str time)
{
	return time.len > 0 && !str_is(time, unknown_time);
}

/* What a transfer ended in, and when; its CommandKey says which it was. */
static void put_transfer(struct buf *out, const struct cwmp_msg *msg,
    bool shows_secrets)
{
	const struct cwmp_args *args = &msg->args;

	if (args->has_fault_code && args->fault_code == 0)
		buf_append_text(out, "no fault");
	else if (args->has_fault_code)
		buf_printf(out, "%u ", args->fault_code);
	else
		buf_append_text(out, "no FaultCode");
	http_detail_put_text(out, args->fault_text, shows_secrets);
	if (msg->method == CWMP_TRANSFER_COMPLETE) {
		buf_append_text(out, ", CommandKey \"");
		http_detail_put_text(out, args->command_key, shows_secrets);
		buf_append_char(out, '"');
	} else {
		buf_printf(out, ", %s ", args->is_download ? "from" : "to");
		http_detail_put_text(out, args->transfer_url, shows_secrets);
	}
	if (is_known(args->start_time))
		buf_printf(out, ", from %.*s", STR_ARG(args->start_time));
	if (is_known(args->complete_time))
		buf_printf(out, ", until %.*s", STR_ARG(args->complete_time));
}

/* The first of the units that has a fault, else the first; null: there is none. */
static const struct cwmp_item *worst_unit(const struct cwmp_args *args)
{
	for (size_t i = 0; i < args->n_items; i++) {
		struct str code = cwmp_item_text(&args->items[i], "FaultCode");

		if (code.len > 0 && !str_is(code, "0"))
			return &args->items[i];
	}
	return args->n_items > 0 ? &args->items[0] : NULL;
}

/* What a change of deployment units ended in. */
static void put_units(struct buf *out, const struct cwmp_msg *msg, bool shows_secrets)
{
	const struct cwmp_args *args = &msg->args;
	const struct cwmp_item *unit = worst_unit(args);
	struct str code = unit ? cwmp_item_text(unit, "FaultCode") : STR_NULL;

	if (code.len == 0 || str_is(code, "0")) {
		buf_append_text(out, code.len > 0 ? "no fault" : "no FaultCode");
	} else {
		http_detail_put_text(out, code, shows_secrets);
		buf_append_char(out, ' ');
		http_detail_put_text(out, cwmp_item_text(unit, "FaultString"),
		    shows_secrets);
	}
	if (unit) {
		buf_append_text(out, ", UUID \"");
		http_detail_put_text(out, cwmp_item_text(unit, "UUID"), shows_secrets);
		buf_append_text(out, "\" ");
		http_detail_put_text(out, cwmp_item_text(unit, "CurrentState"),
		    shows_secrets);
	}
	put_others(out, args->n_items);
	if (msg->method == CWMP_DU_STATE_CHANGE_COMPLETE) {
		buf_append_text(out, ", CommandKey \"");
		http_detail_put_text(out, args->command_key, shows_secrets);
		buf_append_char(out, '"');
	}
}

/* The file that an ACS sends for. */
static void put_file(struct buf *out, const struct cwmp_args *args, bool shows_secrets)
{
	http_detail_put_text(out, args->file_type, shows_secrets);
	buf_append_text(out, ", ");
	http_detail_put_text(out, args->url, shows_secrets);
	buf_append_text(out, ", CommandKey \"");
	http_detail_put_text(out, args->command_key, shows_secrets);
	buf_append_char(out, '"');
	if (args->delay_seconds > 0)
		buf_printf(out, ", after %u s", args->delay_seconds);
}

static void put_event(struct buf *out, struct str code, bool needs_comma)
{
	if (needs_comma)
		buf_append_text(out, ", ");
	buf_append_str(out, code);
}

static void put_inform(struct buf *out, const struct cwmp_inform *inform)
{
	for (size_t i = 0; i < inform->n_events; i++)
		put_event(out, inform->events[i].code, i > 0);
	if (inform->retry_count > 0)
		buf_printf(out, "; RetryCount %u", inform->retry_count);
}

static void put_request(struct buf *out, const struct cwmp_msg *msg, bool shows_secrets)
{
	switch ((int)msg->method) {
	case CWMP_INFORM:
		put_inform(out, &msg->inform);
		return;
	case CWMP_TRANSFER_COMPLETE:
	case CWMP_AUTONOMOUS_TRANSFER_COMPLETE:
		put_transfer(out, msg, shows_secrets);
		return;
	case CWMP_DU_STATE_CHANGE_COMPLETE:
	case CWMP_AUTONOMOUS_DU_STATE_CHANGE_COMPLETE:
		put_units(out, msg, shows_secrets);
		return;
	case CWMP_DOWNLOAD:
	case CWMP_UPLOAD:
	case CWMP_SCHEDULE_DOWNLOAD:
		put_file(out, &msg->args, shows_secrets);
		return;
	}
	if (msg->args.path.len > 0)
		http_detail_put_text(out, msg->args.path, shows_secrets);
	else
		put_params(out, msg, shows_secrets);
}

static void put_response(struct buf *out, const struct cwmp_msg *msg,
    bool shows_secrets)
{
	const struct cwmp_args *args = &msg->args;

	if (!args->has_status) {
		put_params(out, msg, shows_secrets);
		return;
	}
	buf_append_text(out, "Status ");
	buf_append_uint(out, args->status, 1);
	if (args->has_instance_number)
		buf_printf(out, ", instance %u", args->instance_number);
	if (is_known(args->start_time))
		buf_printf(out, ", from %.*s", STR_ARG(args->start_time));
	if (is_known(args->complete_time))
		buf_printf(out, ", until %.*s", STR_ARG(args->complete_time));
}

void http_detail_put(struct buf *out, const struct cwmp_msg *msg, bool shows_secrets)
{
	switch (msg->kind) {
	case CWMP_FAULT:
		put_fault(out, &msg->fault, shows_secrets);
		break;
	case CWMP_REQUEST:
		put_request(out, msg, shows_secrets);
		break;
	case CWMP_RESPONSE:
		put_response(out, msg, shows_secrets);
		break;
	}
}
