/* Rules of the Inform, alone and against what the capture knows of its CPE (TR-069 A6
 * 3.2.1.1, 3.7.1.5, A.3.3.1; TR-098 and TR-181 for the forced parameters). */
#include "capture/facts/history.h"
#include "capture/facts/news.h"
#include "capture/facts/retry_wait.h"
#include "capture/rules/catalogue.h"

#include "lib/base/text.h"
#include "lib/base/utf8.h"
#include "lib/base/wire.h"
#include "lib/proto/url.h"

/* ---- INF-01 ---------------------------------------------------------------------- */

enum {
	DEVICE_ID_MAX = 64, /* characters */
	OUI_LEN = 6,
};

static bool is_oui(struct str oui)
{
	for (size_t i = 0; i < oui.len; i++) {
		char c = oui.p[i];

		if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'F')))
			return false;
	}
	return oui.len == OUI_LEN;
}

static enum rule_verdict check_device_id(struct whole *view)
{
	const struct cwmp_device_id *id = &view->msg->inform.device;
	const struct {
		const char *name;
		struct str value;
	} fields[] = { { "Manufacturer", id->manufacturer },
		{ "ProductClass", id->product_class },
		{ "SerialNumber", id->serial_number } };

	if (!is_oui(id->oui))
		return rule_broken(view, view->http,
		    "OUI is \"%.*s\", not six upper-case hexadecimal digits",
		    (int)MIN(id->oui.len, (size_t)16), id->oui.p ? id->oui.p : "");
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		if (utf8_length(fields[i].value) > DEVICE_ID_MAX)
			return rule_broken(view, view->http,
			    "%s has %zu characters; 64 are the most", fields[i].name,
			    utf8_length(fields[i].value));
	}
	if (id->serial_number.len == 0)
		return rule_broken(view, view->http, "SerialNumber is empty");
	return RULE_KEPT;
}

/* ---- INF-02 ---------------------------------------------------------------------- */

/* Whether the session is of the CPE that informed as before: at the address that DHCP gave to
 * its MAC, to which its ConnectionRequestURL leads, now as then, and without a start in
 * between. Two CPEs behind one NAT publish other URLs. */
static bool is_same_cpe(const struct whole *view, const struct device_record *before)
{
	const struct cpe_record *host = view->host;
	const struct cwmp_param *call =
	    http_param(view->http, "ManagementServer.ConnectionRequestURL");
	const struct past_session *last = past_last(before);
	uint32_t address;
	struct url url;

	return host && host->has_mac && host->leased > 0 && before->host == host &&
	       last && host->leased < last->start.number &&
	       host->discover < last->start.number && call &&
	       before->informed.call_url &&
	       str_is(call->value, before->informed.call_url) &&
	       url_parse(&url, call->value, NULL) == 0 &&
	       ipv4_parse(url.host, &address) == 0 && address == host->address;
}

/* The name of its maker may change with its software. */
static enum rule_verdict check_manufacturer(struct whole *view)
{
	const struct device_informed *informed = &view->device->informed;
	const struct cwmp_param *version =
	    http_param(view->http, "DeviceInfo.SoftwareVersion");
	const char *now = view->http->inform.manufacturer;

	if (!informed->manufacturer || !now || strcmp(informed->manufacturer, now) == 0)
		return rule_kept_if(view->device->past.len > 0);
	if (!version || !informed->software_version ||
	    !str_is(version->value, informed->software_version))
		return RULE_SILENT;
	return rule_broken(view, view->http,
	    "the Manufacturer of the CPE with serial number %s was \"%s\" before and is "
	    "\"%s\" now",
	    view->device->serial, informed->manufacturer, now);
}

static enum rule_verdict check_same_id(struct whole *view)
{
	const struct device_record *before = view->session->device_before;
	const struct device_record *device = view->device;

	if (!before)
		return check_manufacturer(view);
	if (strcmp(before->serial, device->serial) == 0)
		return rule_broken(view, view->http,
		    "the CPE with serial number %s was %s %s before and is %s %s now",
		    device->serial, before->oui, before->product_class, device->oui,
		    device->product_class);
	if (device->past.len > 0 || !is_same_cpe(view, before))
		return rule_not_judged(view,
		    "several CPEs share one address, or it was given to another");
	return rule_broken(view, view->http,
	    "the CPE at %s had the serial number %s before and has %s now",
	    before->informed.call_url, before->serial, device->serial);
}

/* ---- INF-03, INF-04, INF-05, INF-06 ---------------------------------------------- */

enum {
	EVENTS_MAX = 64
};

/* "M X_<VENDOR>_<method>", "X <OUI or VENDOR> <event>". */
static bool is_vendor_event(struct str code)
{
	if (str_starts(code, STR("M X_")))
		return code.len > 4 &&
		       str_find_char(str_from(code, 2), ' ') >= code.len - 2;
	if (!str_starts(code, STR("X ")))
		return false;
	code = str_from(code, 2);
	return str_find_char(code, ' ') > 0 && str_find_char(code, ' ') + 1 < code.len;
}

static enum rule_verdict check_events(struct whole *view)
{
	const struct cwmp_inform *inform = &view->msg->inform;

	if (inform->n_events > EVENTS_MAX)
		return rule_broken(view, view->http,
		    "the Inform has %zu events; %d are the most", inform->n_events,
		    EVENTS_MAX);
	for (size_t i = 0; i < inform->n_events; i++) {
		struct str code = inform->events[i].code;

		if (cwmp_event_of(code) == CWMP_EVENT_CODES && !is_vendor_event(code))
			return rule_broken(view, view->http,
			    "\"%.*s\" is no event code", (int)MIN(code.len, (size_t)64),
			    code.p ? code.p : "");
	}
	return RULE_KEPT;
}

static enum rule_verdict check_single(struct whole *view)
{
	const struct cwmp_inform *inform = &view->msg->inform;
	uint32_t seen = 0;

	for (size_t i = 0; i < inform->n_events; i++) {
		enum cwmp_event_code code = cwmp_event_of(inform->events[i].code);

		if (code == CWMP_EVENT_CODES || cwmp_event_repeats(code))
			continue;
		if (seen & (1u << code))
			return rule_broken(view, view->http, "%s is there twice",
			    cwmp_event_text(code));
		seen |= 1u << code;
	}
	return rule_kept_if(seen != 0);
}

static enum rule_verdict check_companions(struct whole *view)
{
	static const struct {
		enum cwmp_event_code number;
		unsigned methods;
		const char *name;
	} pairs[] = {
		{ CWMP_EVENT_SCHEDULED, EVENT_BIT(M_SCHEDULE_INFORM),
		    "M ScheduleInform" },
		{ CWMP_EVENT_TRANSFER_COMPLETE,
		    EVENT_BIT(M_DOWNLOAD) | EVENT_BIT(M_SCHEDULE_DOWNLOAD) |
			EVENT_BIT(M_UPLOAD),
		    "M Download, M ScheduleDownload or M Upload" },
		{ CWMP_EVENT_DU_STATE_CHANGE_COMPLETE, EVENT_BIT(M_CHANGE_DU_STATE),
		    "M ChangeDUState" },
	};
	uint32_t events = view->http->inform.event_bits;
	bool is_seen = false;

	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		bool has_number = events & (1u << pairs[i].number);
		bool has_method = events & pairs[i].methods;

		if (has_number != has_method)
			return rule_broken(view, view->http, "%s is there without %s",
			    has_number ? cwmp_event_text(pairs[i].number)
				       : pairs[i].name,
			    has_number ? pairs[i].name
				       : cwmp_event_text(pairs[i].number));
		is_seen |= has_number;
	}
	return rule_kept_if(is_seen);
}

static enum rule_verdict check_keys_empty(struct whole *view)
{
	const struct cwmp_inform *inform = &view->msg->inform;

	for (size_t i = 0; i < inform->n_events; i++) {
		const struct cwmp_event *event = &inform->events[i];

		if (event->command_key.len > 0 && event->code.len > 0 &&
		    event->code.p[0] >= '0' && event->code.p[0] <= '9')
			return rule_broken(view, view->http,
			    "%.*s has the CommandKey \"%.*s\"; only M events have one",
			    STR_ARG(event->code),
			    (int)MIN(event->command_key.len, (size_t)32),
			    event->command_key.p);
	}
	return rule_kept_if(inform->n_events > 0);
}

/* M Reboot and M ScheduleInform are EVT-08's and EVT-09's. */
static bool is_of_transfer(enum cwmp_event_code code)
{
	return code == CWMP_EVENT_M_DOWNLOAD || code == CWMP_EVENT_M_UPLOAD ||
	       code == CWMP_EVENT_M_SCHEDULE_DOWNLOAD ||
	       code == CWMP_EVENT_M_CHANGE_DU_STATE;
}

static enum rule_verdict check_keys(struct whole *view)
{
	const struct device_record *device = view->device;
	const struct http_record *inform = view->session->inform;
	bool is_seen = false;

	for (size_t i = 0; inform && i < device->owed.len; i++) {
		const struct owed_event *owed = &device->owed.items[i];
		const char *key =
		    is_of_transfer(owed->code)
			? inform_key(inform, owed->code, owed->command_key)
			: NULL;

		if (!key)
			continue;
		if (strcmp(key, owed->command_key) != 0 && device->owed.len == 1)
			return rule_broken(view, inform,
			    "%s has CommandKey \"%s\"; the request before frame %llu had "
			    "\"%s\"",
			    cwmp_event_text(owed->code), key,
			    (unsigned long long)owed->since.number, owed->command_key);
		is_seen |= strcmp(key, owed->command_key) == 0;
	}
	return rule_kept_if(is_seen);
}

static const struct rule_check keys_later[] = {
	{ .scope = WHOLE_DEVICE, .check = check_keys },
	{ .check = NULL },
};

/* ---- INF-07 ---------------------------------------------------------------------- */

/* "2026-01-01T00:00:00" and what may follow: fraction, "Z" or "+01:00". */
static enum rule_verdict check_time(struct whole *view)
{
	static const char shape[] = "dddd-dd-ddTdd:dd:dd";
	struct str time = str_trim(view->msg->inform.current_time);
	size_t i = 0;

	for (; i < sizeof(shape) - 1 && i < time.len; i++) {
		bool is_digit = time.p[i] >= '0' && time.p[i] <= '9';

		if (shape[i] == 'd' ? !is_digit : time.p[i] != shape[i])
			break;
	}
	if (i < sizeof(shape) - 1)
		return rule_broken(view, view->http,
		    "CurrentTime \"%.*s\" is no dateTime",
		    (int)MIN(time.len, (size_t)40), time.p ? time.p : "");
	if (i < time.len && time.p[i] == '.') {
		for (i++; i < time.len && time.p[i] >= '0' && time.p[i] <= '9';)
			i++;
	}
	if (i == time.len)
		return rule_broken(view, view->http,
		    "CurrentTime \"%.*s\" has no time zone", STR_ARG(time));
	if ((time.p[i] == 'Z' && i + 1 == time.len) ||
	    ((time.p[i] == '+' || time.p[i] == '-') && i + 6 == time.len))
		return RULE_KEPT;
	return rule_broken(view, view->http,
	    "CurrentTime \"%.*s\" has a time zone that cannot be read",
	    (int)MIN(time.len, (size_t)40), time.p);
}

/* ---- INF-08 ---------------------------------------------------------------------- */

/* After a success with a RetryCount it is RTY-04 that speaks. Whether a session that broke
 * off behind InformResponse counts as failed, CPEs see differently. */
static enum rule_verdict check_count(struct whole *view)
{
	const struct past_session *last = past_last(view->device);
	const struct http_record *inform = view->session->inform;
	uint32_t due;

	if (!last || !inform || last->shown != SHOWN_ALL ||
	    last->outcome == SESSION_RUNNING ||
	    (last->outcome == SESSION_COMPLETE && last->retry_count > 0) ||
	    !last->has_retry_count || !inform->inform.has_retry_count)
		return RULE_SILENT;
	due = last->outcome == SESSION_COMPLETE ? 0 : last->retry_count + 1;
	if (inform->inform.retry_count == due)
		return RULE_KEPT;
	if (last->has_inform_response && inform->inform.retry_count == 0)
		return RULE_SILENT;
	if (inform->inform.event_bits & EVENT_BIT(BOOTSTRAP) &&
	    inform->inform.retry_count == 0)
		return RULE_SILENT;
	if (inform->inform.retry_count == 0 && boot_since(view, last) == BOOT_SURE)
		return RULE_SILENT; /* RTY-04's */
	if (inform->inform.retry_count > due && retry_fits_unseen(view, last, due))
		return rule_not_judged(view,
		    "attempts may have failed where the capture shows nothing");
	return rule_broken(view, inform,
	    "RetryCount is %u; after the session of frame %llu, which %s, %u is expected",
	    inform->inform.retry_count, (unsigned long long)last->inform,
	    due == 0 ? "succeeded" : "failed", due);
}

/* ---- INF-09, INF-10 -------------------------------------------------------------- */

enum {
	DUPLICATES_AMONG_MAX = 256 /* parameters that are compared with each other */
};

// clang-format off
#define FORCED(root, name, is_strict) \
	{ { root, sizeof(root) - 1 }, { root name, sizeof(root name) - 1 }, is_strict }
// clang-format on
#define FORCED_TR181(name, is_strict) FORCED("Device.", name, is_strict)
#define FORCED_TR098(name, is_strict) FORCED("InternetGatewayDevice.", name, is_strict)

static const struct forced {
	struct str root, name;
	bool is_strict; /* many CPEs leave it out */
} forced[] = {
	FORCED_TR181("RootDataModelVersion", true),
	FORCED_TR181("DeviceInfo.HardwareVersion", false),
	FORCED_TR181("DeviceInfo.SoftwareVersion", false),
	FORCED_TR181("DeviceInfo.ProvisioningCode", false),
	FORCED_TR181("ManagementServer.ParameterKey", false),
	FORCED_TR181("ManagementServer.ConnectionRequestURL", false),
	FORCED_TR098("DeviceSummary", true),
	FORCED_TR098("DeviceInfo.SpecVersion", false),
	FORCED_TR098("DeviceInfo.HardwareVersion", false),
	FORCED_TR098("DeviceInfo.SoftwareVersion", false),
	FORCED_TR098("DeviceInfo.ProvisioningCode", false),
	FORCED_TR098("ManagementServer.ParameterKey", false),
	FORCED_TR098("ManagementServer.ConnectionRequestURL", false),
};

static bool has_param(const struct cwmp_params *params, struct str name)
{
	for (size_t i = 0; i < params->len; i++) {
		if (str_eq(params->items[i].name, name))
			return true;
	}
	return false;
}

static const struct cwmp_param *find_twice(const struct cwmp_params *params)
{
	size_t n = MIN(params->len, (size_t)DUPLICATES_AMONG_MAX);

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < i; k++) {
			if (str_eq(params->items[i].name, params->items[k].name))
				return &params->items[i];
		}
	}
	return NULL;
}

static enum rule_verdict check_forced(struct whole *view)
{
	const struct cwmp_params *params = &view->msg->inform.params;
	const struct cwmp_param *twice = find_twice(params);

	if (twice)
		return rule_broken(view, view->http, "%.*s is there twice",
		    STR_ARG(twice->name));
	for (size_t i = 0; i < ARRAY_LEN(forced); i++) {
		if ((params->len > 0 &&
			!str_starts(params->items[0].name, forced[i].root)) ||
		    (forced[i].is_strict && !rule_is_strict(view)) ||
		    has_param(params, forced[i].name))
			continue;
		return rule_broken(view, view->http, "%.*s is not in the Inform",
		    STR_ARG(forced[i].name));
	}
	return RULE_KEPT;
}

static enum rule_verdict check_one_root(struct whole *view)
{
	const struct cwmp_params *params = &view->msg->inform.params;

	for (size_t i = 1; i < params->len; i++) {
		bool is_igd =
		    str_starts(params->items[i].name, STR("InternetGatewayDevice."));

		if (is_igd !=
		    str_starts(params->items[0].name, STR("InternetGatewayDevice.")))
			return rule_broken(view, view->http,
			    "%.*s and %.*s are of two data models",
			    STR_ARG(params->items[0].name),
			    STR_ARG(params->items[i].name));
	}
	return rule_kept_if(params->len > 1);
}

/* ---- INF-11 ---------------------------------------------------------------------- */

static enum rule_verdict check_call_host(struct whole *view)
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

/* ---- INF-12 ---------------------------------------------------------------------- */

static enum rule_verdict check_key(struct whole *view)
{
	const struct http_record *inform = view->session->inform;
	const struct cwmp_param *key =
	    inform ? http_param(inform, "ManagementServer.ParameterKey") : NULL;
	const char *due = view->device->settings.parameter_key;

	if (!key || !view->device->settings.has_parameter_key)
		return RULE_SILENT;
	if (!due)
		due = "";
	if (str_is(key->value, due))
		return RULE_KEPT;
	/* 0 BOOTSTRAP may tell of a reset that nobody saw. */
	if (key->value.len == 0 && (inform->inform.event_bits & EVENT_BIT(BOOTSTRAP)))
		return RULE_SILENT;
	return rule_broken(view, inform,
	    "ParameterKey is \"%.*s\"; \"%s\" was set last",
	    (int)MIN(key->value.len, (size_t)64), key->value.p ? key->value.p : "",
	    due);
}

/* ---- INF-13 ---------------------------------------------------------------------- */

enum {
	FORCED_MAX = 8 /* forced parameters of either data model */
};

static enum rule_verdict check_changed(struct whole *view)
{
	const struct device_record *device = view->device;
	const struct http_record *inform = view->session->inform;
	const struct cwmp_param *version, *call;

	if (!view_has_event(view, EVENT_BIT(VALUE_CHANGE)))
		return RULE_SILENT;
	if (inform->args.n_list > FORCED_MAX)
		return RULE_KEPT;
	version = http_param(inform, "DeviceInfo.SoftwareVersion");
	call = http_param(inform, "ManagementServer.ConnectionRequestURL");
	if (device->past.len == 0 || !device->informed.software_version ||
	    !device->informed.call_url || !version || !call)
		return rule_not_judged(view, "no Inform before it shows other values");
	if (!str_is(version->value, device->informed.software_version) ||
	    !str_is(call->value, device->informed.call_url))
		return RULE_KEPT;
	if (inform->inform.list_digest != device->informed.list_digest)
		return RULE_KEPT;
	return rule_broken(view, inform,
	    "4 VALUE CHANGE, but all %zu parameters are those of the Inform before, with "
	    "the same values",
	    inform->args.n_list);
}

/* ---- table ----------------------------------------------------------------------- */

const struct rule rules_inf[] = {
	{ .id = "INF-01",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.3.3.1",
	    .text =
		"DeviceId has an OUI of six upper-case hexadecimal digits, a serial "
		"number, and at most 64 characters a field.",
	    .example = "<OUI>3c9066</OUI>.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_INFORM,
	    .is_common = true,
	    .check = check_device_id },
	{ .id = "INF-02",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-181 DeviceInfo",
	    .text = "The DeviceId of a CPE never changes.",
	    .example = "The serial number stays, ProductClass differs in the next "
		       "session.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_INFORM,
	    .check = check_same_id },
	{ .id = "INF-03",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.1.5, table 8",
	    .text =
		"An Inform has at most 64 events, spelled exactly as the standard does.",
	    .example = "<EventCode>1 Boot</EventCode>.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_INFORM,
	    .check = check_events },
	{ .id = "INF-04",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.1.5, table 8",
	    .text = "An event that is not cumulative is there once.",
	    .example = "2 PERIODIC twice in one Inform.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_INFORM,
	    .check = check_single },
	{ .id = "INF-05",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.1.5, table 8",
	    .text =
		"3 SCHEDULED, 7 TRANSFER COMPLETE and 11 DU STATE CHANGE COMPLETE come "
		"with their M events, and the other way round.",
	    .example = "7 TRANSFER COMPLETE without M Download.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_INFORM,
	    .check = check_companions },
	{ .id = "INF-06",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.1.5",
	    .text =
		"An M event has the CommandKey of the ACS's request; other events have "
		"none.",
	    .example = "1 BOOT with CommandKey \"abc\".",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_INFORM,
	    .check = check_keys_empty,
	    .more = keys_later },
	{ .id = "INF-07",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.3.3.1",
	    .text = "CurrentTime is a dateTime with its time zone.",
	    .example = "<CurrentTime>2026-01-01T00:00:00</CurrentTime>.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_INFORM,
	    .is_common = true,
	    .check = check_time },
	{ .id = "INF-08",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.3.3.1",
	    .text = "RetryCount is the number of sessions that failed since the last "
		    "success.",
	    .example = "A session fails; the next Inform has RetryCount 0.",
	    .scope = WHOLE_DEVICE,
	    .needs = SHOWN_START,
	    .check = check_count },
	{ .id = "INF-09",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-098 and TR-181, forcedInform",
	    .text = "An Inform has the forced parameters of its data model, and no "
		    "parameter twice.",
	    .example = "No Device.DeviceInfo.SoftwareVersion.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_INFORM,
	    .check = check_forced },
	{ .id = "INF-10",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-106 3.1",
	    .text = "Parameters of InternetGatewayDevice and of Device are not mixed.",
	    .example = "InternetGatewayDevice.DeviceSummary beside "
		       "Device.DeviceInfo.SoftwareVersion.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_INFORM,
	    .check = check_one_root },
	{ .id = "INF-11",
	    .who = RULE_BY_CPE,
	    .severity = RULE_SHOULD,
	    .basis = "TR-069 A6 3.2.2.1",
	    .text =
		"ConnectionRequestURL names the CPE's own address, unless there is NAT "
		"between.",
	    .example = "A CPE at 10.0.0.100 publishes http://192.168.1.1:7547/x.",
	    .scope = WHOLE_MESSAGE,
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
	    .scope = WHOLE_DEVICE,
	    .check = check_key },
	{ .id = "INF-13",
	    .who = RULE_BY_CPE,
	    .severity = RULE_SHOULD,
	    .basis = "TR-069 A6 3.7.1.5",
	    .text = "An Inform with 4 VALUE CHANGE has a parameter that changed.",
	    .example =
		"4 VALUE CHANGE with the forced parameters alone, all as before.",
	    .scope = WHOLE_DEVICE,
	    .needs = SHOWN_START,
	    .check = check_changed },
	{ .id = NULL },
};
