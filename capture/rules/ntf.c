/* Rules of the notification of changes (TR-069 A6 3.7.1.5). */
#include "capture/facts/history.h"
#include "capture/rules/catalogue.h"

#include <stddef.h>
#include <string.h>

/* ---- NTF-01 ---------------------------------------------------------------------- */

/* The last SetParameterValues of the device's ACS is in a session that ended before. */
static const struct set_values *last_set(const struct whole *view)
{
	const struct device_more *more = view->device->more;

	return more && more->set.n > 0 ? &more->set : NULL;
}

/* Whether the ACS itself gave the parameter that value. */
static bool was_set(const struct whole *view, const struct cwmp_param *param)
{
	const struct set_values *set = last_set(view);

	for (size_t i = 0; set && i < set->n; i++) {
		if (str_is(param->name, set->items[i].name))
			return str_is(param->value, set->items[i].value);
	}
	/* Status 1: it takes effect later. */
	for (size_t i = 0; set && i < view->device->more->n_later; i++) {
		if (str_is(param->name, view->device->more->later[i].name))
			return str_is(param->value, view->device->more->later[i].value);
	}
	return false;
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

	if (!inform || !last || !last->has_inform_response ||
	    (inform->inform.event_bits & EVENT_BIT(BOOTSTRAP)))
		return RULE_SILENT;
	for (size_t i = 0; i < ARRAY_LEN(watched); i++) {
		const char *before = value_before(view, &watched[i]);
		const struct cwmp_param *now = http_param(inform, watched[i].name);

		if (!now || !before || str_is(now->value, before) ||
		    was_set(view, now) || was_configured(view, &watched[i]))
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

/* Whether 4 VALUE CHANGE tells of nothing but what the ACS has set: beside the parameters of
 * the Inform before, which are unchanged, there are those alone, with those values. */
static enum rule_verdict check_own_change(struct whole *view)
{
	const struct http_record *inform = view->session->inform;
	const struct past_session *last = past_last(view->device);
	const struct cwmp_param *call =
	    inform ? http_param(inform, "ManagementServer.ConnectionRequestURL") : NULL;
	size_t n_set = 0;

	if (!view_has_event(view, EVENT_BIT(VALUE_CHANGE)) || !last ||
	    !last_set(view) || view->device->more->set.session != last->id ||
	    last->outcome != SESSION_COMPLETE ||
	    (last->event_bits & EVENT_BIT(VALUE_CHANGE)) ||
	    view->device->informed.n_list == 0)
		return RULE_SILENT;
	for (size_t i = 0; i < inform->args.n_params; i++)
		n_set += was_set(view, &inform->args.params[i]);
	for (size_t i = 0; i < ARRAY_LEN(watched); i++) {
		const char *before = value_before(view, &watched[i]);
		const struct cwmp_param *now = http_param(inform, watched[i].name);

		if (now && !was_set(view, now) &&
		    (!before || !str_is(now->value, before)))
			return RULE_KEPT;
	}
	if (call && !was_set(view, call) &&
	    (!view->device->informed.call_url ||
		!str_is(call->value, view->device->informed.call_url)))
		return RULE_KEPT;
	if (n_set == 0 || inform->args.n_list > view->device->informed.n_list + n_set)
		return RULE_KEPT;
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
