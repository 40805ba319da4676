/* What is kept of what an RPC ended in. */
#include "capture/observe/observe_internal.h"
#include "capture/record/http_detail.h"
#include "capture/record/http_secrets.h"

enum {
	FAULTS_KEPT_MAX = 256, /* parameters of one fault, units of one message */
};

/* The text as people may see it, null where it is empty. */
static const char *keep_text(struct observer *observer, struct arena *arena,
    const struct session_record *session, struct str text)
{
	auto_buf shown = BUF_NULL;

	http_detail_put_text(&shown, text, observer->options.show_secrets);
	if (!observer->options.show_secrets)
		http_secrets_hide(session, &shown);
	return observer_text_in(observer, arena, buf_str(&shown));
}

static void keep_transfer(struct observer *observer, struct arena *arena,
    struct rpc_outcome *outcome, const struct incoming *in)
{
	const struct session_record *session = in->session;
	const struct cwmp_args *args = &in->msg->args;

	outcome->is_transfer = true;
	outcome->has_code = args->has_fault_code;
	outcome->code = args->fault_code;
	outcome->text = keep_text(observer, arena, session, args->fault_text);
	outcome->command_key = keep_text(observer, arena, session, args->command_key);
	if (args->command_key.p && !outcome->command_key)
		outcome->command_key = "";
	outcome->start = keep_text(observer, arena, session, args->start_time);
	outcome->complete = keep_text(observer, arena, session, args->complete_time);
}

static void keep_params(struct observer *observer, struct arena *arena,
    struct rpc_outcome *outcome, const struct incoming *in)
{
	const struct cwmp_fault *fault = &in->msg->fault;
	size_t n = MIN(fault->n_params, (size_t)FAULTS_KEPT_MAX);

	outcome->params =
	    observer_alloc_in(observer, arena, n * sizeof(*outcome->params));
	outcome->n_all = fault->n_params;
	for (size_t i = 0; outcome->params && i < n; i++) {
		const struct cwmp_param_fault *from = &fault->params[i];
		auto_buf shown = BUF_NULL;

		http_detail_put_fault_text(&shown, from,
		    observer->options.show_secrets);
		if (!observer->options.show_secrets)
			http_secrets_hide(in->session, &shown);
		outcome->params[i] = (struct param_outcome){
			.name = observer_strdup_in(observer, arena, from->name),
			.text = observer_text_in(observer, arena, buf_str(&shown)),
			.code = from->code,
		};
		outcome->n_params += outcome->params[i].name != NULL;
	}
}

static void keep_unit(struct observer *observer, struct arena *arena,
    const struct session_record *session, struct unit_outcome *unit,
    const struct cwmp_item *item)
{
	uint64_t code = 0;

	unit->uuid = keep_text(observer, arena, session, cwmp_item_text(item, "UUID"));
	if (!unit->uuid)
		unit->uuid = keep_text(observer, arena, session,
		    cwmp_item_text(item, "DeploymentUnitRef"));
	unit->version =
	    keep_text(observer, arena, session, cwmp_item_text(item, "Version"));
	unit->state =
	    keep_text(observer, arena, session, cwmp_item_text(item, "CurrentState"));
	unit->text =
	    keep_text(observer, arena, session, cwmp_item_text(item, "FaultString"));
	if (str_to_u64(cwmp_item_text(item, "FaultCode"), UINT32_MAX, &code) == 0)
		unit->code = (uint32_t)code;
}

static void keep_units(struct observer *observer, struct arena *arena,
    struct rpc_outcome *outcome, const struct incoming *in)
{
	const struct session_record *session = in->session;
	const struct cwmp_args *args = &in->msg->args;
	size_t n = MIN(args->n_items, (size_t)FAULTS_KEPT_MAX);

	outcome->is_units = true;
	outcome->n_all = args->n_items;
	outcome->command_key = keep_text(observer, arena, session, args->command_key);
	if (args->command_key.p && !outcome->command_key)
		outcome->command_key = "";
	outcome->units =
	    observer_alloc_in(observer, arena, n * sizeof(*outcome->units));
	for (size_t i = 0; outcome->units && i < n; i++)
		keep_unit(observer, arena, session, &outcome->units[outcome->n_units++],
		    &args->items[i]);
}

void rpc_outcome_keep(struct observer *observer, struct arena *arena,
    struct http_record *record, const struct incoming *in)
{
	const struct cwmp_msg *msg = in->msg;
	bool is_transfer = msg->kind == CWMP_REQUEST &&
			   (msg->method == CWMP_TRANSFER_COMPLETE ||
			       msg->method == CWMP_AUTONOMOUS_TRANSFER_COMPLETE);
	bool is_units = msg->kind == CWMP_REQUEST &&
			(msg->method == CWMP_DU_STATE_CHANGE_COMPLETE ||
			    msg->method == CWMP_AUTONOMOUS_DU_STATE_CHANGE_COMPLETE);
	bool has_params = msg->kind == CWMP_FAULT && msg->fault.n_params > 0;

	if (!observer_shows_sessions(observer) ||
	    (!is_transfer && !is_units && !has_params))
		return;
	record->outcome = observer_alloc_in(observer, arena, sizeof(*record->outcome));
	if (!record->outcome)
		return;
	if (is_transfer)
		keep_transfer(observer, arena, record->outcome, in);
	else if (is_units)
		keep_units(observer, arena, record->outcome, in);
	else
		keep_params(observer, arena, record->outcome, in);
}

/* What promises to be told complete by that method. */
static bool promises(enum cwmp_method rpc, enum cwmp_method complete)
{
	if (complete == CWMP_DU_STATE_CHANGE_COMPLETE)
		return rpc == CWMP_CHANGE_DU_STATE;
	return rpc == CWMP_DOWNLOAD || rpc == CWMP_UPLOAD ||
	       rpc == CWMP_SCHEDULE_DOWNLOAD;
}

/* The response of this session that promised what has that CommandKey. */
static struct frame_ref promised_here(const struct session_record *session,
    enum cwmp_method complete, const char *key)
{
	for (size_t i = session->messages.len; i-- > 0;) {
		const struct http_record *http = session->messages.items[i];
		const struct http_record *next = i + 1 < session->messages.len
						     ? session->messages.items[i + 1]
						     : NULL;

		if (http->on == ON_ACS_REQUEST && next && next->on == ON_CPE_RESPONSE &&
		    promises(http->envelope.rpc, complete) &&
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
	enum cwmp_method complete = record->envelope.rpc;

	if (!record->outcome || (complete != CWMP_TRANSFER_COMPLETE &&
				    complete != CWMP_DU_STATE_CHANGE_COMPLETE))
		return;
	record->outcome->promised = promised_here(session, complete, key);
	for (size_t i = 0;
	     device && record->outcome->promised.number == 0 && i < device->owed.len;
	     i++) {
		const struct owed_event *owed = &device->owed.items[i];

		if (cwmp_event_delivered_by(owed->code) == complete &&
		    strcmp(owed->command_key, key) == 0)
			record->outcome->promised = owed->since;
	}
}
