/* Rules of the notification of changes (TR-069 A6 3.7.1.5). */
#include "capture/facts/history.h"
#include "capture/record/http_trace.h"
#include "capture/rules/catalogue.h"

#include <stddef.h>
#include <string.h>

/* ---- NTF-01 ---------------------------------------------------------------------- */

/* The last SetParameterValues of the device's ACS is in a session that ended before. */
static const struct set_values *last_set(const struct whole *view)
{
	const struct set_values *set = view->device->set;

	return set && set->n > 0 ? set : NULL;
}

/* Whether the ACS itself gave the parameter that value: by the last Set of it, or by one with
 * Status 1, which takes effect later. */
static bool was_set(const struct whole *view, const struct cwmp_param *param)
{
	const struct device_more *more = view->device->more;
	const struct set_values *set = last_set(view);

	for (size_t i = set ? set->n : 0; i-- > 0;) {
		if (!str_is(param->name, set->items[i].name))
			continue;
		if (str_is(param->value, set->items[i].value))
			return true;
		break;
	}
	for (size_t i = 0; more && i < more->n_later; i++) {
		if (str_is(param->name, more->later[i].name) &&
		    str_is(param->value, more->later[i].value))
			return true;
	}
	return false;
}

/* Whether the ACS has set more than the history of the device keeps: nobody knows what. */
static bool set_too_much(const struct whole *view)
{
	const struct device_more *more = view->device->more;
	const struct set_values *set = view->device->set;

	return (set && set->has_more) || (more && more->has_more_later);
}

/* Those whose active notification no ACS can turn off (activeNotify "forceEnabled" of TR-181
 * 2.17 and TR-098 1.8). Every Inform shows them. */
static const struct watched {
	const char *name;
	size_t offset; /* of the value before, in struct device_informed */
} watched[] = {
	{ "DeviceInfo.SoftwareVersion",
	    offsetof(struct device_informed, software_version) },
	{ "DeviceInfo.ProvisioningCode",
	    offsetof(struct device_informed, provisioning_code) },
};

/* A configuration that the CPE has downloaded is its ACS's, too. */
static bool was_configured(const struct whole *view, const struct watched *one)
{
	return one->offset == offsetof(struct device_informed, provisioning_code) &&
	       view_has_event(view,
		   EVENT_BIT(TRANSFER_COMPLETE) | EVENT_BIT(M_DOWNLOAD));
}

/* A Set with Status 1, or one of a configuration, takes effect with the next start at the latest.
 * Where no start was seen since a session that the capture does not show as a whole, or since the
 * capture began, it may have come then. */
static bool may_be_older(const struct whole *view, const struct watched *one)
{
	static const unsigned starts = EVENT_BIT(BOOTSTRAP) | EVENT_BIT(BOOT);
	const struct device_past *past = &view->device->past;

	if (one->offset != offsetof(struct device_informed, provisioning_code) ||
	    !view_has_event(view, starts))
		return false;
	for (size_t i = past->len; i-- > 0;) {
		if (past->items[i].shown != SHOWN_ALL)
			return true;
		if (past->items[i].event_bits & starts)
			return view->host &&
			       view->host->blind > past->items[i].start.number;
	}
	return true;
}

/* The value of the Inform before; null: there was none. */
static const char *value_before(const struct whole *view, const struct watched *one)
{
	const char *value;

	memcpy(&value, (const char *)&view->device->informed + one->offset,
	    sizeof(value));
	return value;
}

static enum rule_verdict check_change(struct whole *view)
{
	const struct http_record *inform = view->session->inform;
	const struct past_session *last = past_last(view->device);
	bool is_seen = false;

	if (!inform || !last || !last->has_inform_response || set_too_much(view) ||
	    (inform->inform.event_bits & EVENT_BIT(BOOTSTRAP)))
		return RULE_SILENT;
	for (size_t i = 0; i < ARRAY_LEN(watched); i++) {
		const char *before = value_before(view, &watched[i]);
		const struct cwmp_param *now = http_param(inform, watched[i].name);

		if (!now || !before || str_is(now->value, before) ||
		    was_set(view, now) || was_configured(view, &watched[i]) ||
		    may_be_older(view, &watched[i]))
			continue;
		is_seen = true;
		if (!(inform->inform.event_bits & EVENT_BIT(VALUE_CHANGE)))
			return rule_broken(view, inform,
			    "%s changed from \"%s\" to \"%.*s\", but there is no "
			    "4 VALUE CHANGE",
			    strchr(watched[i].name, '.') + 1, before,
			    STR_ARG(now->value));
	}
	return rule_kept_if(is_seen);
}

/* Whether 4 VALUE CHANGE tells of nothing but what the ACS has set: without that, and without
 * the ParameterKey, which each Set gives, the list is that of the Inform before, value by
 * value. Where it is not, something else may have changed: which of the two is told, nobody
 * knows. */
static enum rule_verdict check_own_change(struct whole *view)
{
	const struct http_record *inform = view->session->inform;
	const struct past_session *last = past_last(view->device);
	const struct cwmp_param *key =
	    inform ? http_param(inform, "ManagementServer.ParameterKey") : NULL;
	uint64_t rest;
	size_t n_set = 0;

	if (!view_has_event(view, EVENT_BIT(VALUE_CHANGE)) || !last ||
	    !last_set(view) || last_set(view)->session != last->id ||
	    last->outcome != SESSION_COMPLETE || set_too_much(view) ||
	    (last->event_bits & EVENT_BIT(VALUE_CHANGE)) ||
	    view->device->informed.n_list == 0)
		return RULE_SILENT;
	rest = inform->inform.list_digest - (key ? param_digest(key) : 0);
	for (size_t i = 0; i < inform->args.n_params; i++) {
		const struct cwmp_param *param = &inform->args.params[i];

		if (param == key || !was_set(view, param))
			continue;
		rest -= param_digest(param);
		n_set++;
	}
	if (n_set == 0 || rest != view->device->informed.rest_digest)
		return RULE_SILENT;
	return rule_broken(view, inform,
	    "4 VALUE CHANGE tells of what the ACS itself has set in the session of frame "
	    "%llu",
	    (unsigned long long)last->inform);
}

static const struct rule_check own_changes[] = {
	{ .scope = WHOLE_DEVICE, .needs = SHOWN_ALL, .check = check_own_change },
	{ .check = NULL },
};

/* ---- table ----------------------------------------------------------------------- */

const struct rule rules_ntf[] = {
	{ .id = "NTF-01",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.1.5",
	    .text = "A change of a parameter with active notification is told by "
		    "4 VALUE CHANGE, unless the ACS itself made it.",
	    .example = "SoftwareVersion has changed after 1 BOOT, and there is no "
		       "4 VALUE CHANGE.",
	    .scope = WHOLE_DEVICE,
	    .needs = SHOWN_START,
	    .check = check_change,
	    .more = own_changes },
	{ .id = NULL },
};
