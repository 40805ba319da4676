/* RPCs of deployment units: what RPC-10 and RPC-13 ask of them. */
#include "capture/rules/rpc_internal.h"

#include "capture/facts/asked.h"
#include "capture/facts/history.h"

bool rpc_tells_units(enum cwmp_method method)
{
	return method == CWMP_DU_STATE_CHANGE_COMPLETE ||
	       method == CWMP_AUTONOMOUS_DU_STATE_CHANGE_COMPLETE;
}

/* DeploymentUnitCPEFaultCodeType (cwmp-1-2.xsd). What is missing or no number is what SOAP-19 is
 * about. */
static bool is_fault_of_unit(struct str text)
{
	static const uint16_t codes[] = { 0, 9001, 9003, 9012, 9013, 9015, 9016, 9017,
		9018, 9022, 9023, 9024, 9025, 9026, 9027, 9028, 9029, 9030, 9031,
		9032 };
	uint64_t code;

	return str_to_u64(text, UINT32_MAX, &code) < 0 ||
	       is_fault_in((uint32_t)code, codes, ARRAY_LEN(codes));
}

static enum rule_verdict check_result(struct whole *view, const struct cwmp_item *item,
    size_t nth)
{
	struct str code = cwmp_item_text(item, "FaultCode");
	struct str state = cwmp_item_text(item, "CurrentState");

	if (!is_fault_of_unit(code))
		return rule_broken(view, view->http,
		    "Results[%zu] has FaultCode %.*s, which is none of a deployment "
		    "unit",
		    nth, STR_ARG(code));
	if (str_is(code, "0") && str_is(state, "Failed"))
		return rule_broken(view, view->http,
		    "Results[%zu] has CurrentState Failed and FaultCode 0", nth);
	return RULE_KEPT;
}

/* Whether the Inform tells of changes, and of none with this key. */
static bool is_other_key(const struct http_record *inform, struct str key)
{
	bool has_change = false;

	for (size_t i = 0; inform && i < inform->inform.n_events; i++) {
		if (cwmp_event_of(str_of(inform->inform.events[i])) !=
		    CWMP_EVENT_M_CHANGE_DU_STATE)
			continue;
		if (str_is(key, inform->inform.event_keys[i]))
			return false;
		has_change = true;
	}
	return has_change;
}

enum rule_verdict rpc_check_units(struct whole *view)
{
	const struct cwmp_args *args = &view->msg->args;
	enum rule_verdict verdict = RULE_KEPT;

	for (size_t i = 0; i < args->n_items && verdict == RULE_KEPT; i++)
		verdict = check_result(view, &args->items[i], i + 1);
	if (verdict != RULE_KEPT ||
	    view->msg->method != CWMP_DU_STATE_CHANGE_COMPLETE ||
	    !is_other_key(view->session->inform, args->command_key))
		return verdict;
	return rule_broken(view, view->http,
	    "DUStateChangeComplete has CommandKey \"%.*s\", its Inform has another",
	    STR_ARG(args->command_key));
}
