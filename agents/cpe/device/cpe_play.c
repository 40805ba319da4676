#include "agents/cpe/device/cpe_play.h"

#include "agents/cpe/device/cpe_data.h"
#include "agents/cpe/device/cpe_fleet.h"
#include "agents/cpe/talk/talk.h"
#include "lib/base/json.h"
#include "lib/base/text.h"

#include <errno.h>

/* ---- power --------------------------------------------------------------------------- */

/* What is under way ends first, and cpe_over() then sees the wish. */
static void wish_for_power(struct cpe *cpe, enum cpe_power power)
{
	cpe->wish.power = power;
	if (cpe->state == CPE_TALKING)
		cpe->fleet->edges->hang_up(cpe, FAILURE_CWMP,
		    "the CPE is switched off");
	else if (cpe->state == CPE_IDLE || cpe->state == CPE_LEASING)
		cpe_reboot(cpe);
}

static bool is_off(const struct cpe *cpe)
{
	return cpe->state == CPE_OFF && cpe->boot_at == INT64_MAX;
}

void cpe_play_boot(struct cpe *cpe)
{
	if (cpe->state == CPE_OFF)
		cpe_boot_in(cpe, 0);
	else
		wish_for_power(cpe, CPE_POWER_CYCLE);
}

int cpe_play_power_off(struct cpe *cpe, struct error *err)
{
	if (is_off(cpe))
		return error_set(err, ERR_USAGE, "%s is switched off already",
		    cpe->name);
	if (cpe->state == CPE_OFF) {
		cpe->boot_at = INT64_MAX;
		cpe->fleet->edges->arm(cpe);
	} else {
		wish_for_power(cpe, CPE_POWER_OFF);
	}
	return 0;
}

int cpe_play_power_on(struct cpe *cpe, struct error *err)
{
	if (!is_off(cpe) && cpe->wish.power != CPE_POWER_OFF)
		return error_set(err, ERR_USAGE, "%s is switched on already",
		    cpe->name);
	cpe_play_boot(cpe);
	return 0;
}

static int check_power(const struct cpe *cpe, struct error *err)
{
	return is_off(cpe)
		   ? error_set(err, ERR_USAGE,
			 "%s is switched off: \"power on\" switches it on", cpe->name)
		   : 0;
}

int cpe_play_factory_reset(struct cpe *cpe, struct error *err)
{
	int r = check_power(cpe, err);

	if (r < 0)
		return r;
	cpe->wish.factory_reset = true;
	if (cpe->state == CPE_IDLE || cpe->state == CPE_LEASING)
		cpe_reboot(cpe);
	return 0;
}

/* ---- news ---------------------------------------------------------------------------- */

int cpe_play_inform(struct cpe *cpe, struct str code, struct error *err)
{
	static const enum cwmp_event_code codes[] = { CWMP_EVENT_PERIODIC,
		CWMP_EVENT_SCHEDULED, CWMP_EVENT_VALUE_CHANGE,
		CWMP_EVENT_CONNECTION_REQUEST, CWMP_EVENT_DIAGNOSTICS_COMPLETE };
	int r = check_power(cpe, err);

	for (size_t i = 0; i < ARRAY_LEN(codes) && r == 0; i++) {
		if (!str_is(code, cwmp_event_text(codes[i])))
			continue;
		r = event_queue_add(&cpe->events, codes[i], STR_NULL);
		if (r < 0)
			return error_set(err, r, "%s: %s", cpe->name, error_name(r));
		cpe_consider(cpe);
		return 0;
	}
	return r < 0
		   ? r
		   : error_set(err, ERR_USAGE,
			 "an Inform is made for 2 PERIODIC, 3 SCHEDULED, 4 VALUE CHANGE, "
			 "6 CONNECTION REQUEST or 8 DIAGNOSTICS COMPLETE, not for "
			 "\"%.*s\"",
			 STR_ARG(code));
}

/* ---- values -------------------------------------------------------------------------- */

static int check_value(const struct cpe *cpe, const struct model_param *param,
    struct str name, struct str value, struct error *err)
{
	if (model_live_is_outside((enum model_live)param->live))
		return error_set(err, ERR_USAGE,
		    "%.*s of %s is what the CPE itself knows: it cannot be changed so",
		    STR_ARG(name), cpe->name);
	if (model_check_value(param, value) != 0)
		return error_set(err, ERR_USAGE,
		    "%.*s of %s takes no \"%.*s\": it is %s", STR_ARG(name), cpe->name,
		    STR_ARG(value), model_type_name(param->type));
	return 0;
}

int cpe_play_value(struct cpe *cpe, struct str name, struct str value,
    struct error *err)
{
	struct model_at at, object;
	int r;

	if (!cpe_find_parameter(cpe, name, &at))
		return error_set(err, ERR_USAGE, "%s has no parameter \"%.*s\"",
		    cpe->name, STR_ARG(name));
	r = check_value(cpe, model_param_at(cpe->values.model, &at), name, value, err);
	if (r < 0)
		return r;
	r = model_values_change(&cpe->values, &at, value);
	if (r == 0)
		r = cpe_commit(cpe);
	if (r < 0)
		return error_set(err, r, "%s: %s", cpe->name, error_name(r));
	if (diag_is_touched(cpe->values.model, &at, &object))
		cpe_diag_set(cpe, &object);
	cpe_consider(cpe);
	return 0;
}

/* ---- as it is ------------------------------------------------------------------------ */

/* While it talks, what its session is about says more. */
static const char *state_name(const struct cpe *cpe)
{
	if (cpe->state == CPE_TALKING && cpe->talk)
		return talk_state_name(talk_state(cpe->talk));
	return is_off(cpe) || cpe->state != CPE_OFF ? cpe_state_name(cpe->state)
						    : "booting";
}

bool cpe_is_unwell(const struct cpe *cpe)
{
	if (cpe->has_talked)
		return !cpe->is_last_ok;
	return cpe->state != CPE_OFF && !(cpe->talk && talk_is_heard(cpe->talk));
}

void cpe_play_write(const struct cpe *cpe, struct json *json)
{
	clock_ns due = cpe_due(cpe), now = cpe->fleet->edges->monotonic();
	char text[IPV6_TEXT_MAX];

	json_object_begin(json, NULL);
	json_text(json, "node", cpe->name);
	json_text(json, "serial", cpe->serial);
	json_text(json, "state", state_name(cpe));
	json_text(json, "address", ipv4_text(cpe->address, text));
	if (cpe->place->has_address6)
		json_text(json, "address6", ipv6_text(cpe->place->address6, text));
	json_text(json, "acs", cpe->acs_url);
	json_text(json, "source", acs_source_name(acs_slots_source(&cpe->slots)));
	json_uint(json, "retry_count", cpe->retry_count);
	if (cpe->has_talked) {
		json_int(json, "last_session_ms", (now - cpe->over_at) / NS_PER_MS);
		json_bool(json, "last_session_ok", cpe->is_last_ok);
		if (cpe->last_why)
			json_text(json, "last_session_why", cpe->last_why);
	}
	if (due != INT64_MAX)
		json_int(json, "next_ms", MAX(due - now, 0) / NS_PER_MS);
	if (cpe->retry_at != INT64_MAX)
		json_int(json, "retry_ms", MAX(cpe->retry_at - now, 0) / NS_PER_MS);
	json_object_end(json);
}
