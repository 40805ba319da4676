/* Rules of file transfers (TR-069 A6 A.3.2.8, A.3.3.2). */
#include "capture/rules/asked.h"
#include "capture/rules/history.h"

static const char unknown_time[] = "0001-01-01T00:00:00Z";

static bool is_transfer_event(const char *text)
{
	enum cwmp_event_code code = cwmp_event_of(str_of(text));

	return code == CWMP_EVENT_M_DOWNLOAD || code == CWMP_EVENT_M_UPLOAD ||
	       code == CWMP_EVENT_M_SCHEDULE_DOWNLOAD;
}

static bool is_transfer(enum cwmp_method method)
{
	return method == CWMP_DOWNLOAD || method == CWMP_UPLOAD ||
	       method == CWMP_SCHEDULE_DOWNLOAD;
}

/* The request of this session with that CommandKey, or null. */
static const struct http_record *asked_here(const struct rule_view *view,
    struct str key)
{
	const struct records *messages = &view->session->messages;

	for (size_t i = messages->len; i-- > rule_oldest(messages->len);) {
		const struct http_record *http = messages->items[i];

		if (http->on == ON_ACS_REQUEST && is_transfer(http->rpc) &&
		    str_is(key, http->command_key ? http->command_key : ""))
			return http;
	}
	return NULL;
}

/* ---- RPC-10 -------------------------------------------------------------------------- */

/* Whether the Inform has transfers, and none of them with this key. */
static bool is_other_key(const struct http_record *inform, struct str key)
{
	bool has_transfer = false;

	for (size_t i = 0; inform && i < inform->n_events; i++) {
		if (!is_transfer_event(inform->events[i]))
			continue;
		if (str_is(key, inform->event_keys[i]))
			return false;
		has_transfer = true;
	}
	return has_transfer;
}

static bool was_done_at_once(const struct rule_view *view,
    const struct http_record *request)
{
	const struct records *messages = &view->session->messages;

	for (size_t i = rule_oldest(messages->len); i < messages->len; i++) {
		const struct http_record *http = messages->items[i];

		if (http->on == ON_CPE_RESPONSE && http->rpc == request->rpc &&
		    http->frame.number > request->frame.number)
			return http->rpc != CWMP_SCHEDULE_DOWNLOAD &&
			       http->rpc_status == 0;
	}
	return false;
}

static enum rule_verdict check_complete(struct rule_view *view)
{
	static const uint16_t codes[] = { 0, 9001, 9002, 9010, 9011, 9012, 9014, 9015,
		9016, 9017, 9018, 9019, 9020 };
	const struct cwmp_args *args = &view->msg->args;
	const struct http_record *request;

	if (view->msg->method != CWMP_TRANSFER_COMPLETE)
		return RULE_SILENT;
	if (!is_fault_in(args->fault_code, codes, ARRAY_LEN(codes)))
		return rule_broken(view, view->http,
		    "TransferComplete has FaultCode %u, which is none of a transfer",
		    args->fault_code);
	request = asked_here(view, args->command_key);
	if (request && was_done_at_once(view, request))
		return rule_broken(view, view->http,
		    "TransferComplete for \"%.*s\", which its response in this session "
		    "called done, Status 0",
		    STR_ARG(args->command_key));
	if (!request && is_other_key(view->session->inform, args->command_key))
		return rule_broken(view, view->http,
		    "TransferComplete has CommandKey \"%.*s\", its Inform has another",
		    STR_ARG(args->command_key));
	return RULE_KEPT;
}

/* ---- RPC-11 -------------------------------------------------------------------------- */

static enum rule_verdict check_delay(struct rule_view *view)
{
	struct str key = view->msg->args.command_key;
	const struct device_record *device = view->device;
	const struct http_record *request;

	if (view->msg->method != CWMP_TRANSFER_COMPLETE)
		return RULE_SILENT;
	request = asked_here(view, key);
	if (request && request->delay_seconds > 0)
		return rule_broken(view, view->http,
		    "TransferComplete for \"%.*s\" comes in the session of its request, "
		    "though DelaySeconds is %u",
		    STR_ARG(key), request->delay_seconds);
	for (size_t i = 0; device && i < device->n_owed; i++) {
		const struct owed_event *owed = &device->owed[i];

		if (!is_transfer_event(cwmp_event_text(owed->code)) ||
		    !str_is(key, owed->command_key))
			continue;
		if (view->http->frame.time >= owed->due)
			return RULE_KEPT;
		return rule_broken(view, view->http,
		    "TransferComplete for \"%.*s\" comes %.0f s before its DelaySeconds "
		    "are over",
		    STR_ARG(key),
		    (double)(owed->due - view->http->frame.time) / (double)NS_PER_S);
	}
	return RULE_SILENT;
}

/* ---- RPC-13 -------------------------------------------------------------------------- */

static enum rule_verdict check_confirmation(struct rule_view *view)
{
	const struct http_record *request = view->http->answers;

	if (!request || (request->rpc != CWMP_TRANSFER_COMPLETE &&
			    request->rpc != CWMP_AUTONOMOUS_TRANSFER_COMPLETE))
		return RULE_SILENT;
	if (view->http->rpc == request->rpc)
		return RULE_KEPT;
	return rule_broken(view, view->http, "%s answers %s", view->http->name,
	    request->name);
}

/* ---- RPC-15 -------------------------------------------------------------------------- */

/* "2026-01-01T00:00:00", with whatever follows. */
static bool is_time(struct str text)
{
	static const char shape[] = "0000-00-00T00:00:00";

	for (size_t i = 0; i < sizeof(shape) - 1; i++) {
		bool is_digit = i < text.len && text.p[i] >= '0' && text.p[i] <= '9';

		if (i >= text.len ||
		    (shape[i] == '0' ? !is_digit : text.p[i] != shape[i]))
			return false;
	}
	return true;
}

/* Both in one zone, so that their texts compare. */
static bool is_before(struct str a, struct str b)
{
	static const size_t whole = sizeof("0000-00-00T00:00:00") - 1;

	return str_eq(str_from(a, whole), str_from(b, whole)) &&
	       memcmp(a.p, b.p, whole) < 0;
}

static enum rule_verdict check_times(struct rule_view *view)
{
	struct str start = str_trim(view->msg->args.start_time);
	struct str complete = str_trim(view->msg->args.complete_time);
	bool has_times =
	    view->http->is_request
		? view->msg->method == CWMP_TRANSFER_COMPLETE ||
		      view->msg->method == CWMP_AUTONOMOUS_TRANSFER_COMPLETE
		: false;

	if (view->http->on == ON_CPE_RESPONSE)
		has_times = view->msg->method == CWMP_DOWNLOAD ||
			    view->msg->method == CWMP_UPLOAD;
	if (!has_times)
		return RULE_SILENT;
	if (!is_time(start) || !is_time(complete))
		return rule_broken(view, view->http,
		    "%s of %s is \"%.*s\"; a time that is not known is %s",
		    is_time(start) ? "CompleteTime" : "StartTime", view->http->name,
		    STR_ARG(is_time(start) ? complete : start), unknown_time);
	if (!str_is(start, unknown_time) && !str_is(complete, unknown_time) &&
	    is_before(complete, start))
		return rule_broken(view, view->http,
		    "CompleteTime %.*s is before StartTime %.*s", STR_ARG(complete),
		    STR_ARG(start));
	return RULE_KEPT;
}

/* ---- table --------------------------------------------------------------------------- */

const struct rule rules_transfer[] = {
	{ .id = "RPC-10",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.3.2.8, A.3.3.2",
	    .text =
		"A transfer completes in one way: Status 0, or a TransferComplete with "
		"its CommandKey and a fault code of transfers.",
	    .example = "DownloadResponse with Status 0, then TransferComplete for it.",
	    .scope = RULE_MESSAGE,
	    .on = ON_CPE_REQUEST,
	    .check = check_complete },
	{ .id = "RPC-11",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.3.2.8",
	    .text =
		"A transfer with DelaySeconds begins after them, and not in the session "
		"of its request.",
	    .example =
		"Download with DelaySeconds 600; its TransferComplete comes after a "
		"minute.",
	    .scope = RULE_MESSAGE,
	    .on = ON_CPE_REQUEST,
	    .check = check_delay },
	{ .id = "RPC-13",
	    .who = RULE_BY_ACS,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.3.3.2",
	    .text = "TransferComplete is answered with TransferCompleteResponse, "
		    "AutonomousTransferComplete with its own.",
	    .example = "AutonomousTransferCompleteResponse answers TransferComplete.",
	    .scope = RULE_MESSAGE,
	    .on = ON_ACS_RESPONSE,
	    .needs = SHOWN_WHOLE,
	    .check = check_confirmation },
	{ .id = "RPC-15",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.3.2.8, A.3.3.2; TR-106 3.2.1",
	    .text =
		"StartTime and CompleteTime are times, the second not before the first; "
		"one that is not known is 0001-01-01T00:00:00Z.",
	    .example = "TransferComplete with an empty StartTime.",
	    .scope = RULE_MESSAGE,
	    .on = ON_CPE_REQUEST | ON_CPE_RESPONSE,
	    .check = check_times },
	{ .id = NULL },
};
