/* RPCs that transfer files: RPC-10, RPC-11 and RPC-13. */
#include "capture/rules/rpc_internal.h"

#include "capture/facts/asked.h"
#include "capture/facts/history.h"

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
static const struct http_record *asked_here(const struct whole *view, struct str key)
{
	const struct records *messages = &view->session->messages;

	for (size_t i = messages->len; i-- > rule_oldest(messages->len);) {
		const struct http_record *http = messages->items[i];

		if (http->on == ON_ACS_REQUEST && is_transfer(http->envelope.rpc) &&
		    str_is(key, http->args.command_key ? http->args.command_key : ""))
			return http;
	}
	return NULL;
}

/* ---- RPC-10 ---------------------------------------------------------------------- */

/* Whether the Inform has transfers, and none of them with this key. */
static bool is_other_key(const struct http_record *inform, struct str key)
{
	bool has_transfer = false;

	for (size_t i = 0; inform && i < inform->inform.n_events; i++) {
		if (!is_transfer_event(inform->inform.events[i]))
			continue;
		if (str_is(key, inform->inform.event_keys[i]))
			return false;
		has_transfer = true;
	}
	return has_transfer;
}

static bool was_done_at_once(const struct whole *view,
    const struct http_record *request)
{
	const struct records *messages = &view->session->messages;

	for (size_t i = rule_oldest(messages->len); i < messages->len; i++) {
		const struct http_record *http = messages->items[i];

		if (http->on == ON_CPE_RESPONSE &&
		    http->envelope.rpc == request->envelope.rpc &&
		    http->frame.number > request->frame.number)
			return http->envelope.rpc != CWMP_SCHEDULE_DOWNLOAD &&
			       http->args.status == 0;
	}
	return false;
}

/* The last transfer that the ACS asked for in this session before the message, or null. */
static const struct http_record *last_asked_here(const struct whole *view)
{
	const struct records *messages = &view->session->messages;

	for (size_t i = messages->len; i-- > rule_oldest(messages->len);) {
		const struct http_record *http = messages->items[i];

		if (http->on == ON_ACS_REQUEST && is_transfer(http->envelope.rpc))
			return http;
	}
	return NULL;
}

static bool has_transfer_event(const struct http_record *inform)
{
	return inform && inform->inform.event_bits &
			     (EVENT_BIT(TRANSFER_COMPLETE) | EVENT_BIT(M_DOWNLOAD) |
				 EVENT_BIT(M_UPLOAD) | EVENT_BIT(M_SCHEDULE_DOWNLOAD));
}

static bool owes_transfer(const struct device_record *device)
{
	for (size_t i = 0; device && i < device->owed.len; i++) {
		if (is_transfer_event(cwmp_event_text(device->owed.items[i].code)))
			return true;
	}
	return false;
}

/* The TransferComplete for key that the ACS has confirmed in this session, and no request for
 * the same key since; or null. */
static const struct http_record *completed_before(const struct whole *view,
    struct str key)
{
	const struct records *messages = &view->session->messages;
	const struct http_record *found = NULL;

	for (size_t i = rule_oldest(messages->len); i < messages->len; i++) {
		const struct http_record *http = messages->items[i];
		const char *own = http->args.command_key ? http->args.command_key : "";

		if (http == view->http || !str_is(key, own))
			continue;
		if (http->on == ON_ACS_REQUEST && is_transfer(http->envelope.rpc))
			found = NULL;
		if (http->on == ON_CPE_REQUEST &&
		    http->envelope.rpc == CWMP_TRANSFER_COMPLETE &&
		    http->links.answer && http->links.answer->on == ON_ACS_RESPONSE)
			found = http;
	}
	return found;
}

/* How many transfers of one key are told complete in one session without being asked for in
 * it: the Inform names each. */
static size_t count_events(const struct http_record *inform, struct str key)
{
	size_t n = 0;

	for (size_t i = 0; inform && i < inform->inform.n_events; i++)
		n += is_transfer_event(inform->inform.events[i]) &&
		     str_is(key, inform->inform.event_keys[i]);
	return n;
}

static enum rule_verdict check_key(struct whole *view)
{
	static const unsigned told_needs = SHOWN_START | SHOWN_WHOLE;
	static const unsigned whole = SHOWN_BOTH | SHOWN_WHOLE;
	/* Else another request of that key may be missing. */
	bool is_whole = (view->session->shown & whole) == whole;
	struct str key = view->msg->args.command_key;
	const struct http_record *request = asked_here(view, key);
	const struct http_record *last = last_asked_here(view);
	const struct http_record *before = completed_before(view, key);

	if (before && view->session->inform &&
	    (view->session->shown & told_needs) == told_needs &&
	    count_events(view->session->inform, key) < 2)
		return rule_broken(view, view->http,
		    "TransferComplete for \"%.*s\" comes again, which frame %llu told and "
		    "the ACS confirmed",
		    STR_ARG(key), (unsigned long long)before->frame.number);
	if (request && is_whole && was_done_at_once(view, request))
		return rule_broken(view, view->http,
		    "TransferComplete for \"%.*s\", which its response in this session "
		    "called done, Status 0",
		    STR_ARG(key));
	if (request)
		return RULE_KEPT;
	if (is_other_key(view->session->inform, key))
		return rule_broken(view, view->http,
		    "TransferComplete has CommandKey \"%.*s\", its Inform has another",
		    STR_ARG(key));
	if (last && is_whole && !has_transfer_event(view->session->inform) &&
	    !owes_transfer(view->device))
		return rule_broken(view, view->http,
		    "TransferComplete has CommandKey \"%.*s\"; that of the %s in frame "
		    "%llu is \"%s\"",
		    STR_ARG(key), last->envelope.name,
		    (unsigned long long)last->frame.number,
		    last->args.command_key ? last->args.command_key : "");
	return RULE_KEPT;
}

enum rule_verdict rpc_check_complete(struct whole *view)
{
	static const uint16_t codes[] = { 0, 9001, 9002, 9010, 9011, 9012, 9014, 9015,
		9016, 9017, 9018, 9019, 9020 };
	const struct cwmp_args *args = &view->msg->args;

	if (rpc_tells_units(view->msg->method))
		return rpc_check_units(view);
	if (view->msg->method != CWMP_TRANSFER_COMPLETE)
		return RULE_SILENT;
	if (args->has_fault_code &&
	    !is_fault_in(args->fault_code, codes, ARRAY_LEN(codes)))
		return rule_broken(view, view->http,
		    "TransferComplete has FaultCode %u, which is none of a transfer",
		    args->fault_code);
	return check_key(view);
}

/* DownloadResponse and UploadResponse say which way it is. */
static enum rule_verdict check_transfer_status(struct whole *view)
{
	const struct cwmp_msg *msg = view->msg;

	if ((msg->method != CWMP_DOWNLOAD && msg->method != CWMP_UPLOAD) ||
	    !msg->args.has_status)
		return RULE_SILENT;
	if (msg->args.status <= 1)
		return RULE_KEPT;
	return rule_broken(view, view->http, "Status of %s is %u, neither 0 nor 1",
	    view->http->envelope.name, msg->args.status);
}

/* Whether the ACS asked for it among the last turns of the session. */
static bool is_asked_in(const struct session_record *session, const char *key)
{
	for (size_t i = rule_oldest(session->n_turns); i < session->n_turns; i++) {
		const struct http_record *http = session->turns[i].answer;

		if (http && http->on == ON_ACS_REQUEST &&
		    is_transfer(http->envelope.rpc) &&
		    strcmp(http->args.command_key ? http->args.command_key : "", key) ==
			0)
			return true;
	}
	return false;
}

static enum rule_verdict compare_told(struct whole *view,
    const struct http_record *complete, const struct device_transfer *transfer)
{
	const char *key = complete->args.command_key ? complete->args.command_key : "";

	if (strcmp(transfer->command_key, key) != 0)
		return RULE_SILENT;
	if (transfer->left > 0 || is_asked_in(view->session, key))
		return RULE_KEPT;
	if (rule_oldest(view->session->n_turns) > 0)
		return RULE_SILENT;
	return rule_broken(view, complete,
	    "TransferComplete for \"%s\", which was told complete before; frame %llu "
	    "accepted it",
	    key, (unsigned long long)transfer->accepted.number);
}

/* Beside the sessions before: a transfer that is over does not end again. */
static enum rule_verdict check_told_before(struct whole *view)
{
	const struct device_more *more = view->device->more;
	enum rule_verdict verdict = RULE_SILENT;

	for (size_t i = 0; i < view->session->n_turns; i++) {
		const struct http_record *post = view->session->turns[i].post;

		if (post->on != ON_CPE_REQUEST ||
		    post->envelope.rpc != CWMP_TRANSFER_COMPLETE)
			continue;
		for (size_t k = 0; more && k < more->n_transfers; k++)
			verdict = rule_worse(verdict,
			    compare_told(view, post, &more->transfers[k]));
	}
	return verdict;
}

const struct rule_check rpc_told_before[] = {
	{ .scope = WHOLE_MESSAGE,
	    .on = ON_CPE_RESPONSE,
	    .check = check_transfer_status },
	{ .scope = WHOLE_DEVICE,
	    .needs = SHOWN_START | SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_told_before },
	{ .check = NULL },
};

/* ---- RPC-11 ---------------------------------------------------------------------- */

enum rule_verdict rpc_check_delay(struct whole *view)
{
	struct str key = view->msg->args.command_key;
	const struct device_record *device = view->device;
	const struct http_record *request;

	if (view->msg->method != CWMP_TRANSFER_COMPLETE)
		return RULE_SILENT;
	request = asked_here(view, key);
	if (request && request->args.delay_seconds > 0)
		return rule_broken(view, view->http,
		    "TransferComplete for \"%.*s\" comes in the session of its request, "
		    "though DelaySeconds is %u",
		    STR_ARG(key), request->args.delay_seconds);
	for (size_t i = 0; device && i < device->owed.len; i++) {
		const struct owed_event *owed = &device->owed.items[i];

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

/* ---- RPC-13 ---------------------------------------------------------------------- */

enum rule_verdict rpc_check_confirmation(struct whole *view)
{
	const struct http_record *request = view->http->links.answers;

	if (!request ||
	    (request->envelope.rpc != CWMP_TRANSFER_COMPLETE &&
		request->envelope.rpc != CWMP_AUTONOMOUS_TRANSFER_COMPLETE &&
		!rpc_tells_units(request->envelope.rpc)))
		return RULE_SILENT;
	if (view->http->envelope.rpc == request->envelope.rpc)
		return RULE_KEPT;
	return rule_broken(view, view->http, "%s answers %s", view->http->envelope.name,
	    request->envelope.name);
}
