/* What is kept of what an RPC ended in. */
#include "capture/observe/observe_internal.h"
#include "capture/record/http_detail.h"

enum {
	FAULTS_KEPT_MAX = 256, /* parameters of one fault */
};

/* The text as people may see it, null where it is empty. */
static const char *keep_text(struct observer *observer, struct arena *arena,
    struct str text)
{
	auto_buf shown = BUF_NULL;

	http_detail_put_text(&shown, text, observer->options.show_secrets);
	return observer_text_in(observer, arena, buf_str(&shown));
}

static void keep_transfer(struct observer *observer, struct arena *arena,
    struct rpc_outcome *outcome, const struct cwmp_args *args)
{
	outcome->is_transfer = true;
	outcome->has_code = args->has_fault_code;
	outcome->code = args->fault_code;
	outcome->text = keep_text(observer, arena, args->fault_text);
	outcome->command_key = keep_text(observer, arena, args->command_key);
	if (args->command_key.p && !outcome->command_key)
		outcome->command_key = "";
	outcome->start = keep_text(observer, arena, args->start_time);
	outcome->complete = keep_text(observer, arena, args->complete_time);
}

static void keep_params(struct observer *observer, struct arena *arena,
    struct rpc_outcome *outcome, const struct cwmp_fault *fault)
{
	size_t n = MIN(fault->n_params, (size_t)FAULTS_KEPT_MAX);

	outcome->params =
	    observer_alloc_in(observer, arena, n * sizeof(*outcome->params));
	outcome->n_all = fault->n_params;
	for (size_t i = 0; outcome->params && i < n; i++) {
		const struct cwmp_param_fault *from = &fault->params[i];
		auto_buf shown = BUF_NULL;

		http_detail_put_fault_text(&shown, from,
		    observer->options.show_secrets);
		outcome->params[i] = (struct param_outcome){
			.name = observer_strdup_in(observer, arena, from->name),
			.text = observer_text_in(observer, arena, buf_str(&shown)),
			.code = from->code,
		};
		outcome->n_params += outcome->params[i].name != NULL;
	}
}

void rpc_outcome_keep(struct observer *observer, struct arena *arena,
    struct http_record *record, const struct cwmp_msg *msg)
{
	bool is_transfer = msg->kind == CWMP_REQUEST &&
			   (msg->method == CWMP_TRANSFER_COMPLETE ||
			       msg->method == CWMP_AUTONOMOUS_TRANSFER_COMPLETE);
	bool has_params = msg->kind == CWMP_FAULT && msg->fault.n_params > 0;

	if (!observer_shows_sessions(observer) || (!is_transfer && !has_params))
		return;
	record->outcome = observer_alloc_in(observer, arena, sizeof(*record->outcome));
	if (!record->outcome)
		return;
	if (is_transfer)
		keep_transfer(observer, arena, record->outcome, &msg->args);
	else
		keep_params(observer, arena, record->outcome, &msg->fault);
}

/* The response of this session that promised the transfer with that CommandKey. */
static struct frame_ref promised_here(const struct session_record *session,
    const char *key)
{
	for (size_t i = session->messages.len; i-- > 0;) {
		const struct http_record *http = session->messages.items[i];
		const struct http_record *next = i + 1 < session->messages.len
						     ? session->messages.items[i + 1]
						     : NULL;
		enum cwmp_method rpc = http->envelope.rpc;

		if (http->on == ON_ACS_REQUEST && next && next->on == ON_CPE_RESPONSE &&
		    (rpc == CWMP_DOWNLOAD || rpc == CWMP_UPLOAD ||
			rpc == CWMP_SCHEDULE_DOWNLOAD) &&
		    strcmp(http->args.command_key ? http->args.command_key : "", key) ==
			0)
			return next->frame;
	}
	return (struct frame_ref){ 0, 0 };
}

void rpc_outcome_find(struct http_record *record, const struct session_record *session)
{
	const struct device_record *device = session->device;
	const char *key = record->args.command_key ? record->args.command_key : "";

	if (!record->outcome || record->envelope.rpc != CWMP_TRANSFER_COMPLETE)
		return;
	record->outcome->promised = promised_here(session, key);
	for (size_t i = 0;
	     device && record->outcome->promised.number == 0 && i < device->owed.len;
	     i++) {
		const struct owed_event *owed = &device->owed.items[i];

		if (cwmp_event_delivered_by(owed->code) == CWMP_TRANSFER_COMPLETE &&
		    strcmp(owed->command_key, key) == 0)
			record->outcome->promised = owed->since;
	}
}
