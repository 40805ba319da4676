/* What is kept of an HTTP message and the envelope in it. */
#include "capture/message/body_line.h"
#include "capture/message/redact.h"
#include "capture/observe/observe_internal.h"
#include "capture/record/http_detail.h"
#include "capture/record/http_secrets.h"
#include "capture/record/http_trace.h"
#include "lib/base/secret.h"
#include "lib/xml/xml_text.h"

/* ---- parameters -------------------------------------------------------------------- */

/* Rules look at the object ManagementServer and a few others; names of partial paths stand
 * for what is below them. */
static bool is_wanted(const struct observer *observer, struct str name)
{
	static const char *const always[] = { "DeviceInfo.SoftwareVersion",
		"DeviceInfo.ProvisioningCode", ".DiagnosticsState" };
	const char *const *suffixes = observer->options.parameters;

	if (str_find(name, STR("ManagementServer."), NULL) || str_ends(name, STR(".")))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(always); i++) {
		if (str_ends(name, str_of(always[i])))
			return true;
	}
	for (; suffixes && *suffixes; suffixes++) {
		if (str_ends(name, str_of(*suffixes)))
			return true;
	}
	return false;
}

static void keep_param(struct observer *observer, struct arena *arena,
    struct http_record *record, const struct cwmp_param *from)
{
	struct cwmp_param *param = &record->args.params[record->args.n_params++];

	param->name = arena_str(arena, from->name);
	param->type = arena_str(arena, from->type);
	param->value = secret_is_named(from->name) && !observer->options.show_secrets
			   ? STR("***")
			   : arena_str(arena, from->value);
}

enum {
	SET_KEPT_MAX = 64, /* parameters of a SetParameterValues, whatever they are */
	PARAMS_KEPT_MAX = 256, /* of any message: rules compare each with each */
	NAMES_KEPT_MAX = 32,   /* of a GetParameterValues */
	EVENTS_KEPT_MAX = 64,  /* an Inform has no more (TR-069 A6 A.3.3.1) */
};

/* Which parameters of one message are kept. */
struct wanted {
	const struct observer *observer;
	bool is_set;
	const struct http_record *set; /* what it sets is asked for again, or null */
};

static bool is_among(const struct http_record *set, struct str name)
{
	for (size_t i = 0; set && i < set->args.n_params; i++) {
		if (str_eq(set->args.params[i].name, name))
			return true;
	}
	return false;
}

static bool is_kept(const struct wanted *wanted, struct str name, size_t kept)
{
	if (kept >= PARAMS_KEPT_MAX)
		return false;
	return is_wanted(wanted->observer, name) ||
	       (wanted->is_set && kept < SET_KEPT_MAX) || is_among(wanted->set, name);
}

static struct wanted wanted_of(const struct observer *observer,
    const struct incoming *in)
{
	const struct cwmp_msg *msg = in->msg;

	return (struct wanted){ .observer = observer,
		.is_set = msg->kind == CWMP_REQUEST &&
			  msg->method == CWMP_SET_PARAMETER_VALUES,
		.set = msg->method == CWMP_GET_PARAMETER_VALUES && in->session
			   ? in->session->last_set
			   : NULL };
}

/* Which members of the lists are kept, parameters before names; the others are only counted. */
static size_t choose_params(struct http_record *record, const struct wanted *wanted,
    const struct cwmp_params *params, const struct cwmp_strings *names,
    struct cwmp_param chosen[PARAMS_KEPT_MAX])
{
	size_t n = 0;

	record->args.n_list = params->len + names->len;
	for (size_t i = 0; i < params->len; i++) {
		if (is_kept(wanted, params->items[i].name, n))
			chosen[n++] = params->items[i];
	}
	for (size_t i = 0; i < names->len; i++) {
		if (is_kept(wanted, names->items[i], n))
			chosen[n++] = (struct cwmp_param){ .name = names->items[i] };
		record->args.n_partial +=
		    names->items[i].len == 0 || str_ends(names->items[i], STR("."));
	}
	return n;
}

static void keep_params(struct observer *observer, struct arena *arena,
    struct http_record *record, const struct incoming *in)
{
	const struct cwmp_msg *msg = in->msg;
	const struct cwmp_params *params =
	    msg->method == CWMP_INFORM ? &msg->inform.params : &msg->args.params;
	const struct cwmp_strings *names = &msg->args.names;
	struct cwmp_param chosen[PARAMS_KEPT_MAX];
	struct wanted wanted = wanted_of(observer, in);
	size_t n = choose_params(record, &wanted, params, names, chosen);

	if (n == 0)
		return;
	record->args.params =
	    observer_alloc_in(observer, arena, n * sizeof(*record->args.params));
	if (!record->args.params)
		return;
	for (size_t i = 0; i < n; i++)
		keep_param(observer, arena, record, &chosen[i]);
}

/* What is asked for has to come: the names of the request are held against the response. */
static void keep_names(struct observer *observer, struct arena *arena,
    struct http_record *record, const struct cwmp_msg *msg)
{
	const struct cwmp_strings *names = &msg->args.names;
	size_t n = MIN(names->len, (size_t)NAMES_KEPT_MAX);

	if (msg->method != CWMP_GET_PARAMETER_VALUES || msg->kind != CWMP_REQUEST)
		return;
	record->args.names =
	    observer_alloc_in(observer, arena, (n + 1) * sizeof(*record->args.names));
	for (size_t i = 0; i < n && record->args.names; i++)
		record->args.names[record->args.n_names++] =
		    arena_str(arena, names->items[i]);
}

/* The password that the message sets: once the CPE confirms it, credentials can be checked
 * with it. */
static void keep_password(struct observer *observer, struct arena *arena,
    struct http_record *record, const struct cwmp_msg *msg)
{
	const struct cwmp_params *params = &msg->args.params;

	if (msg->method != CWMP_SET_PARAMETER_VALUES || msg->kind != CWMP_REQUEST)
		return;
	for (size_t i = 0; i < params->len; i++) {
		if (str_ends(params->items[i].name, STR("ManagementServer.Password")))
			record->args.password =
			    observer_strdup_in(observer, arena, params->items[i].value);
	}
}

/* The encoding that the XML declaration names, if there is one. */
static void keep_encoding(struct observer *observer, struct arena *arena,
    struct http_record *record, struct str body)
{
	record->envelope.encoding =
	    observer_text_in(observer, arena, xml_text_declared(str_trim(body)));
}

/* ---- one line for people ----------------------------------------------------------- */

static bool is_quoting(const struct cwmp_msg *msg)
{
	return !msg || msg->kind == CWMP_FAULT ||
	       (msg->kind == CWMP_REQUEST &&
		   (msg->method == CWMP_TRANSFER_COMPLETE ||
		       msg->method == CWMP_AUTONOMOUS_TRANSFER_COMPLETE ||
		       msg->method == CWMP_DU_STATE_CHANGE_COMPLETE ||
		       msg->method == CWMP_AUTONOMOUS_DU_STATE_CHANGE_COMPLETE));
}

/* Faults and error pages are words of their own, which may quote what was set. */
static void hide_quoted(const struct observer *observer, const struct incoming *in,
    struct buf *text)
{
	if (!observer->options.show_secrets && is_quoting(in->msg))
		http_secrets_hide(in->session, text);
}

static void keep_detail(struct observer *observer, struct arena *arena,
    struct http_record *record, const struct incoming *in)
{
	auto_buf detail = BUF_NULL;

	if (!observer_shows_sessions(observer))
		return;
	http_detail_put(&detail, in->msg, observer->options.show_secrets);
	hide_quoted(observer, in, &detail);
	record->envelope.detail = observer_text_in(observer, arena,
	    str_make(detail.data, MIN(detail.len, (size_t)DETAIL_MAX)));
}

/* ---- the envelope ------------------------------------------------------------------ */

/* The digest of a list does not depend on its order. */
static uint64_t digest_of_list(const struct cwmp_params *params)
{
	uint64_t digest = 0;

	for (size_t i = 0; i < params->len; i++)
		digest += param_digest(&params->items[i]);
	return digest;
}

static void keep_inform(struct observer *observer, struct arena *arena,
    struct http_record *record, const struct cwmp_inform *inform)
{
	size_t n = MIN(inform->n_events, (size_t)EVENTS_KEPT_MAX);
	size_t room = (n + 1) * sizeof(char *);

	record->inform.retry_count = inform->retry_count;
	record->inform.manufacturer =
	    observer_strdup_in(observer, arena, inform->device.manufacturer);
	record->inform.has_retry_count = inform->has_retry_count;
	record->inform.list_digest = digest_of_list(&inform->params);
	record->inform.events = observer_alloc_in(observer, arena, room);
	record->inform.event_keys = observer_alloc_in(observer, arena, room);
	if (!record->inform.events || !record->inform.event_keys)
		return;
	for (size_t i = 0; i < n; i++) {
		const struct cwmp_event *event = &inform->events[i];

		record->inform.events[i] =
		    observer_strdup_in(observer, arena, event->code);
		record->inform.event_keys[i] =
		    observer_strdup_in(observer, arena, event->command_key);
	}
	record->inform.n_events = n;
	for (size_t i = 0; i < inform->n_events; i++)
		record->inform.event_bits |= 1u
					     << cwmp_event_of(inform->events[i].code);
}

static void keep_fault(struct observer *observer, struct arena *arena,
    struct http_record *record, const struct cwmp_fault *fault)
{
	auto_buf words = BUF_NULL;

	record->envelope.fault_code = fault->code;
	record->envelope.has_fault_code = fault->has_code;
	buf_printf(&words, "fault %u", fault->code);
	record->envelope.fault =
	    fault->has_code ? observer_strdup_in(observer, arena, buf_str(&words))
			    : "a fault without a code";
}

static const char *name_of(struct observer *observer, struct arena *arena,
    const struct cwmp_msg *msg)
{
	return msg->kind != CWMP_FAULT && msg->method == CWMP_UNKNOWN_METHOD
		   ? observer_strdup_in(observer, arena, msg->method_name)
		   : cwmp_msg_name(msg).p;
}

static bool has_path(const struct cwmp_msg *msg)
{
	return msg->kind == CWMP_REQUEST &&
	       (msg->method == CWMP_GET_PARAMETER_NAMES ||
		   msg->method == CWMP_ADD_OBJECT || msg->method == CWMP_DELETE_OBJECT);
}

static void keep_message(struct observer *observer, struct arena *arena,
    struct http_record *record, const struct incoming *in)
{
	const struct cwmp_msg *msg = in->msg;

	record->envelope.is_there = true;
	record->envelope.kind = msg->kind;
	record->envelope.rpc = msg->method;
	record->envelope.ns = msg->ns;
	record->envelope.name = name_of(observer, arena, msg);
	record->args.status = msg->args.status;
	record->args.has_status = msg->args.has_status;
	if (msg->kind == CWMP_FAULT)
		keep_fault(observer, arena, record, &msg->fault);
	record->envelope.versions = observer_text_in(observer, arena,
	    msg->header.supported_versions.p ? msg->header.supported_versions
					     : msg->header.use_version);
	record->envelope.session_timeout =
	    msg->header.has_session_timeout ? msg->header.session_timeout : 0;
	record->envelope.holds_requests = msg->header.hold_requests;
	record->args.command_key =
	    observer_text_in(observer, arena, msg->args.command_key);
	record->args.parameter_key =
	    observer_text_in(observer, arena, msg->args.parameter_key);
	record->args.url = observer_text_in(observer, arena, msg->args.url);
	record->args.file_type = observer_text_in(observer, arena, msg->args.file_type);
	record->args.delay_seconds = msg->args.delay_seconds;
	record->args.next_level = msg->args.next_level;
	if (has_path(msg))
		record->args.path = observer_strdup_in(observer, arena, msg->args.path);
	record->args.instance_number = msg->args.instance_number;
	if (msg->header.has_id)
		record->envelope.id =
		    observer_strdup_in(observer, arena, msg->header.id);
	keep_detail(observer, arena, record, in);
	rpc_outcome_keep(observer, arena, record, in);
	keep_password(observer, arena, record, msg);
	keep_encoding(observer, arena, record, in->body);
	keep_params(observer, arena, record, in);
	keep_names(observer, arena, record, msg);
	if (msg->kind == CWMP_REQUEST && msg->method == CWMP_INFORM) {
		record->body.digest = bytes_digest(in->body);
		keep_inform(observer, arena, record, &msg->inform);
	}
}

/* ---- the head ---------------------------------------------------------------------- */

static unsigned class_of_request(const struct http_record *record)
{
	if (!record->envelope.is_there)
		return record->body.is_empty && strcmp(record->head.method, "POST") == 0
			   ? ON_CPE_EMPTY
			   : ON_CPE_OTHER;
	if (record->envelope.kind == CWMP_FAULT)
		return ON_CPE_FAULT;
	if (record->envelope.kind == CWMP_RESPONSE)
		return ON_CPE_RESPONSE;
	return record->envelope.rpc == CWMP_INFORM ? ON_INFORM : ON_CPE_REQUEST;
}

static unsigned class_of_response(const struct http_record *record)
{
	if (record->envelope.is_there && record->envelope.kind == CWMP_FAULT)
		return ON_ACS_FAULT;
	if (record->envelope.is_there && record->envelope.kind == CWMP_REQUEST)
		return ON_ACS_REQUEST;
	if (record->envelope.is_there)
		return record->envelope.rpc == CWMP_INFORM ? ON_INFORM_RESPONSE
							   : ON_ACS_RESPONSE;
	if (record->head.status == 401 || record->head.status == 407)
		return ON_ACS_CHALLENGE;
	if (record->head.status / 100 == 3)
		return ON_ACS_REDIRECT;
	return record->head.status / 100 == 2 && record->body.is_empty ? ON_ACS_EMPTY
								       : ON_ACS_OTHER;
}

static void keep_body(struct observer *observer, struct arena *arena,
    struct http_record *record, const struct incoming *in)
{
	auto_buf shown = BUF_NULL;

	if (!observer->options.keep_bodies || in->body.len == 0)
		return;
	if (observer->options.show_secrets)
		buf_append_str(&shown, in->body);
	else
		redact_body(&shown, in->body);
	hide_quoted(observer, in, &shown);
	record->shown_body = arena_str(arena, buf_str(&shown));
}

static void put_request_line(struct buf *out, const struct http_head *head,
    bool shows_secrets)
{
	buf_printf(out, "%.*s ", STR_ARG(head->method));
	http_detail_put_text(out, head->target, shows_secrets);
	buf_printf(out, " HTTP/1.%u\r\n", head->minor_version);
}

static void put_status_line(struct buf *out, const struct http_head *head,
    bool shows_secrets)
{
	buf_printf(out, "HTTP/1.%u %03u ", head->minor_version, head->status);
	http_detail_put_text(out, head->reason, shows_secrets);
	buf_append_text(out, "\r\n");
}

static void keep_head_text(struct observer *observer, struct arena *arena,
    struct http_record *record, const struct http_head *head)
{
	auto_buf shown = BUF_NULL;

	/* A head that no text had is not shown as if it were of one. */
	if (!observer->options.keep_bodies ||
	    (record->links.conn->flags & CONN_NO_HEADS))
		return;
	if (head->is_request)
		put_request_line(&shown, head, observer->options.show_secrets);
	else
		put_status_line(&shown, head, observer->options.show_secrets);
	for (size_t i = 0; i < head->n_headers; i++) {
		const struct http_header *header = &head->headers[i];

		buf_printf(&shown, "%.*s: ", STR_ARG(header->name));
		if (observer->options.show_secrets)
			buf_append_str(&shown, header->value);
		else
			redact_header(&shown, header->name, header->value);
		buf_append_text(&shown, "\r\n");
	}
	record->shown_head = arena_str(arena, buf_str(&shown));
}

/* What a server says where the CPE wants an envelope, in one line. Pages that come with a
 * challenge or a redirect say nothing more than that. */
static void keep_text(struct observer *observer, struct arena *arena,
    struct http_record *record, const struct incoming *in)
{
	unsigned status = record->head.status;
	auto_buf line = BUF_NULL;

	if (!observer_shows_sessions(observer) || record->is_request || in->msg ||
	    record->body.is_soap_like || status / 100 == 3 || status == 401 ||
	    status == 407)
		return;
	body_line_put(&line, in->body, observer->options.show_secrets);
	hide_quoted(observer, in, &line);
	record->body.text = observer_text_in(observer, arena, buf_str(&line));
}

struct http_record *http_facts_new(struct observer *observer, struct arena *arena,
    const struct incoming *in)
{
	struct http_record *record =
	    observer_alloc_in(observer, arena, sizeof(*record));
	const struct http_stream_message *message = in->message;

	if (!record)
		return NULL;
	record->first = message->first;
	record->frame = message->last;
	record->links.conn = in->state->record;
	record->body.is_empty = message->body_length == 0 && message->end == HTTP_WHOLE;
	record->body.is_cut = message->end == HTTP_CUT;
	record->body.length = message->body_length;
	head_facts_keep(observer, arena, record, message->head);
	record->body.has_bad_framing = message->end == HTTP_BAD;
	if (in->bad) {
		record->body.bad = observer_strdup_in(observer, arena, str_of(in->bad));
		record->body.is_soap_like = str_find(in->body, STR("Envelope"), NULL);
	}
	if (in->msg)
		keep_message(observer, arena, record, in);
	keep_text(observer, arena, record, in);
	keep_body(observer, arena, record, in);
	keep_head_text(observer, arena, record, message->head);
	record->on =
	    record->is_request ? class_of_request(record) : class_of_response(record);
	return record;
}
