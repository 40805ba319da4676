/* Rules of an Inform against what the capture knows of its CPE (TR-069 A6 3.2.1.1, 3.7.1.5,
 * A.3.3.1; TR-181 ManagementServer). */
#include "capture/rules/history.h"

#include "lib/base/text.h"
#include "lib/base/wire.h"
#include "lib/proto/url.h"

/* ---- INF-02 ------------------------------------------------------------------------ */

static enum rule_verdict check_same_id(struct rule_view *view)
{
	const struct device_record *before = view->session->device_before;
	const struct device_record *device = view->device;

	if (!before)
		return rule_kept_if(device->n_past > 0);
	if (strcmp(before->serial, device->serial) != 0)
		return rule_not_judged(view,
		    "several CPEs share one address, or it was given to another");
	return rule_broken(view, view->http,
	    "the CPE with serial number %s was %s %s before and is %s %s now",
	    device->serial, before->oui, before->product_class, device->oui,
	    device->product_class);
}

/* ---- INF-06 ------------------------------------------------------------------------ */

/* M Reboot and M ScheduleInform are EVT-08's and EVT-09's. */
static bool is_of_transfer(enum cwmp_event_code code)
{
	return code == CWMP_EVENT_M_DOWNLOAD || code == CWMP_EVENT_M_UPLOAD ||
	       code == CWMP_EVENT_M_SCHEDULE_DOWNLOAD ||
	       code == CWMP_EVENT_M_CHANGE_DU_STATE;
}

static enum rule_verdict check_keys(struct rule_view *view)
{
	const struct device_record *device = view->device;
	const struct http_record *inform = view->session->inform;
	bool is_seen = false;

	for (size_t i = 0; inform && i < device->n_owed; i++) {
		const struct owed_event *owed = &device->owed[i];
		const char *key =
		    is_of_transfer(owed->code)
			? inform_key(inform, owed->code, owed->command_key)
			: NULL;

		if (!key)
			continue;
		if (strcmp(key, owed->command_key) != 0 && device->n_owed == 1)
			return rule_broken(view, inform,
			    "%s has CommandKey \"%s\"; the request before frame %llu had "
			    "\"%s\"",
			    cwmp_event_text(owed->code), key,
			    (unsigned long long)owed->since.number, owed->command_key);
		is_seen |= strcmp(key, owed->command_key) == 0;
	}
	return rule_kept_if(is_seen);
}

const struct rule_check rule_inform_keys[] = {
	{ .scope = RULE_DEVICE, .check = check_keys },
	{ .check = NULL },
};

/* ---- INF-08 ------------------------------------------------------------------------ */

/* After a success with a RetryCount it is RTY-04 that speaks. Whether a session that broke
 * off behind InformResponse counts as failed, CPEs see differently. */
static enum rule_verdict check_count(struct rule_view *view)
{
	const struct past_session *last = past_last(view->device);
	const struct http_record *inform = view->session->inform;
	uint32_t due;

	if (!last || !inform || last->shown != SHOWN_ALL ||
	    last->outcome == SESSION_RUNNING ||
	    (last->outcome == SESSION_COMPLETE && last->retry_count > 0))
		return RULE_SILENT;
	due = last->outcome == SESSION_COMPLETE ? 0 : last->retry_count + 1;
	if (inform->retry_count == due)
		return RULE_KEPT;
	if (last->has_inform_response && inform->retry_count == 0)
		return RULE_SILENT;
	if (inform->event_bits & EVENT_BIT(BOOTSTRAP) && inform->retry_count == 0)
		return RULE_SILENT;
	if (inform->retry_count > due && rule_fits_unseen_retries(view, last, due))
		return rule_not_judged(view,
		    "attempts may have failed where the capture shows nothing");
	return rule_broken(view, inform,
	    "RetryCount is %u; after the session of frame %llu, which %s, %u is due",
	    inform->retry_count, (unsigned long long)last->inform,
	    due == 0 ? "succeeded" : "failed", due);
}

/* ---- INF-11 ------------------------------------------------------------------------ */

static enum rule_verdict check_call_host(struct rule_view *view)
{
	const struct cwmp_param *published =
	    http_param(view->http, "ManagementServer.ConnectionRequestURL");
	const struct address *client = &view->conn->client;
	char text[ADDRESS_TEXT_MAX];
	struct url url;
	uint32_t address;

	if (!published || client->family != ADDRESS_IPV4 ||
	    url_parse(&url, published->value, NULL) < 0 ||
	    ipv4_parse(url.host, &address) < 0)
		return RULE_SILENT;
	if (address == get_u32(client->bytes))
		return RULE_KEPT;
	/* Seen with its lease, it is on this side of any NAT. */
	if (!view->host || !view->host->lease ||
	    view->host->address != get_u32(client->bytes))
		return rule_not_judged(view, "the CPE may be behind NAT");
	return rule_broken(view, view->http,
	    "ConnectionRequestURL names %.*s; the CPE is at %s", STR_ARG(url.host),
	    address_text(client, text));
}

/* ---- INF-12 ------------------------------------------------------------------------ */

static enum rule_verdict check_key(struct rule_view *view)
{
	const struct http_record *inform = view->session->inform;
	const struct cwmp_param *key =
	    inform ? http_param(inform, "ManagementServer.ParameterKey") : NULL;
	const char *due = view->device->parameter_key;

	if (!key || !view->device->has_parameter_key)
		return RULE_SILENT;
	if (!due)
		due = "";
	if (str_is(key->value, due))
		return RULE_KEPT;
	/* 0 BOOTSTRAP may tell of a reset that nobody saw. */
	if (key->value.len == 0 && (inform->event_bits & EVENT_BIT(BOOTSTRAP)))
		return RULE_SILENT;
	return rule_broken(view, inform,
	    "ParameterKey is \"%.*s\"; \"%s\" was set last",
	    (int)MIN(key->value.len, (size_t)64), key->value.p ? key->value.p : "",
	    due);
}

/* ---- INF-13 ------------------------------------------------------------------------ */

enum {
	FORCED_MAX = 8 /* forced parameters of either data model */
};

static enum rule_verdict check_changed(struct rule_view *view)
{
	const struct device_record *device = view->device;
	const struct http_record *inform = view->session->inform;
	const struct cwmp_param *version, *call;

	if (!view_has_event(view, EVENT_BIT(VALUE_CHANGE)))
		return RULE_SILENT;
	if (inform->n_list > FORCED_MAX)
		return RULE_KEPT;
	version = http_param(inform, "DeviceInfo.SoftwareVersion");
	call = http_param(inform, "ManagementServer.ConnectionRequestURL");
	if (device->n_past == 0 || !device->software_version || !device->call_url ||
	    !version || !call)
		return rule_not_judged(view, "no Inform before it shows other values");
	if (!str_is(version->value, device->software_version) ||
	    !str_is(call->value, device->call_url))
		return RULE_KEPT;
	if (inform->list_digest != device->list_digest)
		return RULE_KEPT;
	return rule_broken(view, inform,
	    "4 VALUE CHANGE, but all %zu parameters are those of the Inform before, with "
	    "the same values",
	    inform->n_list);
}

/* ---- table ------------------------------------------------------------------------- */

const struct rule rules_inform_history[] = {
	{ .id = "INF-02",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-181 DeviceInfo",
	    .text = "The DeviceId of a CPE never changes.",
	    .example =
		"The serial number stays, ProductClass is another one in the next "
		"session.",
	    .scope = RULE_MESSAGE,
	    .on = ON_INFORM,
	    .check = check_same_id },
	{ .id = "INF-08",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.3.3.1",
	    .text = "RetryCount is the number of sessions that failed since the last "
		    "success.",
	    .example = "A session fails; the next Inform has RetryCount 0.",
	    .scope = RULE_DEVICE,
	    .needs = SHOWN_START,
	    .check = check_count },
	{ .id = "INF-11",
	    .who = RULE_BY_CPE,
	    .severity = RULE_SHOULD,
	    .basis = "TR-069 A6 3.2.2.1",
	    .text =
		"ConnectionRequestURL names the CPE's own address, unless there is NAT "
		"between.",
	    .example = "A CPE at 10.0.0.100 publishes http://192.168.1.1:7547/x.",
	    .scope = RULE_MESSAGE,
	    .on = ON_INFORM,
	    .check = check_call_host },
	{ .id = "INF-12",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.3.2.1",
	    .text = "ParameterKey is that of the last successful SetParameterValues, "
		    "AddObject or DeleteObject.",
	    .example = "SetParameterValues with ParameterKey \"k2\" succeeds; the next "
		       "Inform says \"k1\".",
	    .scope = RULE_DEVICE,
	    .check = check_key },
	{ .id = "INF-13",
	    .who = RULE_BY_CPE,
	    .severity = RULE_SHOULD,
	    .basis = "TR-069 A6 3.7.1.5",
	    .text = "An Inform with 4 VALUE CHANGE has a parameter that changed.",
	    .example =
		"4 VALUE CHANGE with the forced parameters alone, all as before.",
	    .scope = RULE_DEVICE,
	    .needs = SHOWN_START,
	    .check = check_changed },
	{ .id = NULL },
};
