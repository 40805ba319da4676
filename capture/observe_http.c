/* HTTP messages and the envelopes in them. */
#include "capture/inflate.h"
#include "capture/observe_internal.h"
#include "capture/redact.h"

#include <stdio.h>

/* ---- CWMP -------------------------------------------------------------------------- */

static bool is_wanted(const struct observer *observer, struct str name)
{
	const char *const *suffixes = observer->options.parameters;

	if (str_ends(name, str_of("ManagementServer.URL")))
		return true;
	for (; suffixes && *suffixes; suffixes++) {
		if (str_ends(name, str_of(*suffixes)))
			return true;
	}
	return false;
}

static void keep_param(struct observer *observer, struct http_record *record,
    struct str name, struct str value)
{
	struct cwmp_param *param = &record->params[record->n_params++];

	param->name = arena_str(&observer->arena, name);
	param->value = redact_is_secret(name) && !observer->options.show_secrets
			   ? STR("***")
			   : arena_str(&observer->arena, value);
}

static void keep_params(struct observer *observer, struct http_record *record,
    const struct cwmp_msg *msg)
{
	const struct cwmp_params *params =
	    msg->method == CWMP_INFORM ? &msg->inform.params : &msg->args.params;
	const struct cwmp_strings *names = &msg->args.names;
	size_t n = 0;

	for (size_t i = 0; i < params->len; i++)
		n += is_wanted(observer, params->items[i].name);
	for (size_t i = 0; i < names->len; i++)
		n += is_wanted(observer, names->items[i]);
	if (n == 0)
		return;
	record->params = observer_alloc(observer, n * sizeof(*record->params));
	if (!record->params)
		return;
	for (size_t i = 0; i < params->len; i++) {
		if (is_wanted(observer, params->items[i].name))
			keep_param(observer, record, params->items[i].name,
			    params->items[i].value);
	}
	for (size_t i = 0; i < names->len; i++) {
		if (is_wanted(observer, names->items[i]))
			keep_param(observer, record, names->items[i], STR_NULL);
	}
}

static void keep_events(struct observer *observer, struct http_record *record,
    const struct cwmp_inform *inform)
{
	record->events =
	    observer_alloc(observer, (inform->n_events + 1) * sizeof(char *));
	if (!record->events)
		return;
	for (size_t i = 0; i < inform->n_events; i++)
		record->events[record->n_events++] =
		    observer_strdup(observer, inform->events[i].code);
}

static void keep_device(struct observer *observer, struct cpe_record *cpe,
    const struct cwmp_device_id *device)
{
	if (cpe->serial)
		return;
	cpe->is_cwmp = true;
	cpe->oui = observer_strdup(observer, device->oui);
	cpe->product_class = observer_strdup(observer, device->product_class);
	cpe->serial = observer_strdup(observer, device->serial_number);
}

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

static void put_value(struct buf *out, struct str name, struct str value)
{
	bool hides = redact_is_secret(name);

	buf_printf(out, "%.*s = %.*s", STR_ARG(short_name(name)),
	    hides ? 3 : (int)MIN(value.len, (size_t)64),
	    hides     ? "***"
	    : value.p ? value.p
		      : "");
}

static void put_params(struct buf *out, const struct cwmp_msg *msg)
{
	const struct cwmp_params *params = &msg->args.params;
	const struct cwmp_strings *names = &msg->args.names;

	if (params->len > 0)
		put_value(out, params->items[0].name, params->items[0].value);
	else if (names->len > 0)
		buf_append_str(out, short_name(names->items[0]));
	if (params->len + names->len > 1)
		buf_printf(out, " and %zu more", params->len + names->len - 1);
}

/* One line for a ladder: what the message is about. */
static void put_detail(struct buf *out, const struct cwmp_msg *msg)
{
	bool has_status =
	    msg->kind == CWMP_RESPONSE &&
	    (msg->method == CWMP_SET_PARAMETER_VALUES ||
		msg->method == CWMP_ADD_OBJECT || msg->method == CWMP_DELETE_OBJECT ||
		msg->method == CWMP_DOWNLOAD);

	if (msg->kind == CWMP_FAULT) {
		buf_printf(out, "%u %.*s", msg->fault.code, STR_ARG(msg->fault.text));
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
		buf_append_str(out, msg->args.path);
	} else {
		put_params(out, msg);
	}
}

static void keep_message(struct observer *observer, struct cpe_record *cpe,
    struct http_record *record, const struct cwmp_msg *msg)
{
	auto_buf detail = BUF_NULL;

	record->has_cwmp = true;
	record->kind = msg->kind;
	record->rpc = msg->method;
	record->name = msg->method == CWMP_UNKNOWN_METHOD && msg->kind != CWMP_FAULT
			   ? observer_strdup(observer, msg->method_name)
			   : cwmp_msg_name(msg).p;
	record->rpc_status = msg->args.status;
	record->fault_code = msg->fault.code;
	if (msg->header.has_id)
		record->id = observer_strdup(observer, msg->header.id);
	put_detail(&detail, msg);
	record->detail = observer_text(observer,
	    str_make(detail.data, MIN(detail.len, (size_t)DETAIL_MAX)));
	keep_params(observer, record, msg);
	if (msg->kind == CWMP_REQUEST && msg->method == CWMP_INFORM) {
		keep_events(observer, record, &msg->inform);
		if (cpe)
			keep_device(observer, cpe, &msg->inform.device);
	}
}

/* The body without its packing; as it is where that cannot be taken off. */
static struct str unpack(const struct http_stream_message *message, struct buf *room)
{
	struct str coding = http_header(message->head, "Content-Encoding");

	if (!http_has_token(coding, "gzip") && !http_has_token(coding, "x-gzip") &&
	    !http_has_token(coding, "deflate"))
		return message->body;
	return inflate_body(message->body, room) == 0 ? buf_str(room) : message->body;
}

static void read_body(struct observer *observer, struct cpe_record *cpe,
    struct http_record *record, const struct http_stream_message *message)
{
	auto_buf room = BUF_MAX(HTTP_STREAM_BODY_MAX);
	struct str body = unpack(message, &room);
	struct error err = ERROR_NULL;
	struct cwmp_msg msg;
	auto_buf shown = BUF_NULL;

	arena_reset(&observer->scratch);
	if (cwmp_reader_read(observer->reader, &msg, &observer->scratch, body.p,
		body.len, NULL, &err) < 0)
		record->bad = observer_strdup(observer, str_of(err.text));
	else
		keep_message(observer, cpe, record, &msg);
	if (!observer->options.keep_bodies)
		return;
	if (observer->options.show_secrets)
		buf_append_str(&shown, body);
	else
		redact_xml(&shown, body);
	record->body = arena_str(&observer->arena, buf_str(&shown));
}

/* ---- HTTP -------------------------------------------------------------------------- */

static struct http_record *add_record(struct conn_state *state,
    const struct http_stream_message *message)
{
	struct observer *observer = state->observer;
	struct http_record *record = observer_alloc(observer, sizeof(*record));
	const struct http_head *head = message->head;

	if (!record)
		return NULL;
	record->first = message->first;
	record->frame = message->last;
	record->is_request = head->is_request;
	record->status = head->status;
	record->is_empty = message->body_length == 0 && message->end == HTTP_WHOLE;
	record->is_cut = message->end == HTTP_CUT;
	record->body_length = message->body_length;
	record->content_length = head->content_length;
	if (message->end == HTTP_BAD)
		record->bad = observer_strdup(observer, str_of(message->why));
	observer_push(observer, &state->record->messages, record);
	return record;
}

void observe_request(void *user, const struct http_stream_message *message)
{
	struct conn_state *state = user;
	struct observer *observer = state->observer;
	struct http_record *record = add_record(state, message);
	const struct http_head *head = message->head;

	(void)snprintf(state->method, sizeof(state->method), "%.*s",
	    STR_ARG(head->method));
	if (!record)
		return;
	record->method = observer_strdup(observer, head->method);
	record->target = observer_strdup(observer, head->target);
	record->host = observer_text(observer, http_header(head, "Host"));
	record->cookie = observer_text(observer, http_header(head, "Cookie"));
	record->has_credentials = http_header(head, "Authorization").p != NULL;
	if (message->end == HTTP_WHOLE && !record->is_empty &&
	    str_is(head->method, "POST"))
		read_body(observer, state->record->cpe, record, message);
}

void observe_response(void *user, const struct http_stream_message *message)
{
	struct conn_state *state = user;
	struct observer *observer = state->observer;
	struct http_record *record = add_record(state, message);

	if (!record)
		return;
	record->location =
	    observer_text(observer, http_header(message->head, "Location"));
	if (message->end == HTTP_WHOLE && !record->is_empty && record->status == 200)
		read_body(observer, state->record->cpe, record, message);
}
