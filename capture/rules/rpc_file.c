/* RPC-12: the requests for the files that RPCs have named. */
#include "capture/rules/rpc_internal.h"

#include "capture/facts/asked.h"

/* ---- credentials, as they come --------------------------------------------------------- */

static const char missing[] = "bytes are missing from the capture";

static const char *name_of(const struct file_order *order)
{
	return cwmp_method_name(order->method);
}

/* Whether the capture may have missed the request that was meant, or the order that the CPE
 * follows. */
static bool may_miss(const struct whole *view, const struct file_order *order)
{
	return view->fleet->last_gap > order->asked.number ||
	       (view->host &&
		   (view->host->blind > order->asked.number || view->host->is_shared));
}

enum rule_verdict rpc_check_file_user(struct whole *view)
{
	const struct file_record *file = view->file;
	const struct file_order *order = file->order;

	if (file->scheme == AUTH_NONE)
		return RULE_SILENT;
	if (file->proof == AUTH_HOLDS)
		return RULE_KEPT;
	if (may_miss(view, order))
		return rule_not_judged(view, missing);
	if (order->username[0] == '\0') {
		/* An ACS knows the CPE by what it has for its sessions. */
		if (file->is_of_acs || order->password[0] != '\0')
			return RULE_SILENT;
		return rule_broken_at(view, RULE_BY_CPE, file->frame,
		    "the CPE sends credentials of user \"%s\" for the file of the %s in "
		    "frame %llu, which has none",
		    file->username, name_of(order),
		    (unsigned long long)order->asked.number);
	}
	if (!file->is_user)
		return rule_broken_at(view, RULE_BY_CPE, file->frame,
		    "the CPE asks for the file of the %s in frame %llu as \"%s\", not as "
		    "its user \"%s\"",
		    name_of(order), (unsigned long long)order->asked.number,
		    file->username, order->username);
	/* A digest may be made in ways that nobody here knows: then the server takes it. */
	if (file->proof == AUTH_NOT_PROVEN ||
	    (file->scheme == AUTH_DIGEST && !file->is_refused))
		return RULE_SILENT;
	return rule_broken_at(view, RULE_BY_CPE, file->frame,
	    "the credentials of user \"%s\" are not of the password of the %s in frame "
	    "%llu",
	    file->username, name_of(order), (unsigned long long)order->asked.number);
}

/* ---- what was moved, once the CPE says that it was ---------------------------------------- */

/* The only order of that CommandKey, or null. */
static const struct file_order *order_of_key(const struct device_record *device,
    struct str key)
{
	const struct device_more *more = device ? device->more : NULL;
	const struct file_order *found = NULL;

	for (size_t i = 0; more && i < more->n_files; i++) {
		if (!str_is(key, more->files[i]->command_key))
			continue;
		if (found)
			return NULL;
		found = more->files[i];
	}
	return found;
}

/* The order of the request that the CPE's response answers, or null. */
static const struct file_order *order_of_response(const struct whole *view)
{
	const struct http_record *request = asked(view, view->msg->method);
	const struct device_more *more = view->device ? view->device->more : NULL;

	for (size_t i = 0; request && more && i < more->n_files; i++) {
		if (more->files[i]->asked.number == request->frame.number)
			return more->files[i];
	}
	return NULL;
}

/* The order whose file has been moved by what the message says, or which failed at the file
 * server; null: it says nothing of that. */
static const struct file_order *order_told(const struct whole *view)
{
	static const uint16_t codes[] = { 0, 9010, 9011, 9012, 9016, 9017, 9018, 9019 };
	const struct cwmp_args *args = &view->msg->args;

	if (view->http->on == ON_CPE_RESPONSE)
		return (view->msg->method == CWMP_DOWNLOAD ||
			   view->msg->method == CWMP_UPLOAD) &&
			       args->has_status && args->status == 0
			   ? order_of_response(view)
			   : NULL;
	if (view->msg->method != CWMP_TRANSFER_COMPLETE || !args->has_fault_code ||
	    args->fault_code >= 9800 ||
	    !is_fault_in(args->fault_code, codes, ARRAY_LEN(codes)))
		return NULL;
	return order_of_key(view->device, args->command_key);
}

static enum rule_verdict check_moved(struct whole *view)
{
	const struct file_order *order = order_told(view);
	bool is_upload = order && order->method == CWMP_UPLOAD;

	if (!order)
		return RULE_SILENT;
	if (order->is_moved) {
		if (order->challenged.number == 0 || order->has_sent ||
		    order->username[0] == '\0')
			return RULE_KEPT;
		if (may_miss(view, order))
			return rule_not_judged(view, missing);
		return rule_broken_at(view, RULE_BY_CPE, order->challenged,
		    "the file server asks for credentials, and the CPE never sends those "
		    "of the %s in frame %llu",
		    name_of(order), (unsigned long long)order->asked.number);
	}
	if (order->other.number == 0)
		return RULE_SILENT;
	if (may_miss(view, order))
		return rule_not_judged(view, missing);
	if (order->other_method)
		return rule_broken_at(view, RULE_BY_CPE, order->other,
		    "the file of the %s in frame %llu goes by %s; PUT is expected",
		    name_of(order), (unsigned long long)order->asked.number,
		    order->other_method);
	return rule_broken_at(view, RULE_BY_CPE, order->other,
	    "the CPE %s %s for the %s in frame %llu, whose URL is %s",
	    is_upload ? "sends its file to" : "asks for", order->other_url,
	    name_of(order), (unsigned long long)order->asked.number, order->url);
}

const struct rule_check rpc_file_moved[] = {
	{ .scope = WHOLE_MESSAGE,
	    .on = ON_CPE_REQUEST | ON_CPE_RESPONSE,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_moved },
	{ .check = NULL },
};
