/* What is known of parameters by their names. */
#include "lab/model/dump.h"

#include <errno.h>

/* forcedInform, activeNotify and hidden of TR-098 1.8 and TR-181 2.17; live: names of
 * MODEL_LIVE_MAP. */
static const struct fact {
	const char *name; /* below the root */
	const char *live;
	int notify;
	bool is_forced_inform, is_hidden;
} facts[] = {
	{ "DeviceSummary", NULL, MODEL_NOTIFY_OFF, true, false },
	{ "RootDataModelVersion", NULL, MODEL_NOTIFY_OFF, true, false },
	{ "DeviceInfo.SerialNumber", "serial", MODEL_NOTIFY_OFF, false, false },
	{ "DeviceInfo.HardwareVersion", NULL, MODEL_NOTIFY_OFF, true, false },
	{ "DeviceInfo.SoftwareVersion", "software-version", MODEL_NOTIFY_ALWAYS, true,
	    false },
	{ "DeviceInfo.SpecVersion", NULL, MODEL_NOTIFY_OFF, true, false },
	{ "DeviceInfo.ProvisioningCode", "provisioning-code", MODEL_NOTIFY_ALWAYS, true,
	    false },
	{ "DeviceInfo.UpTime", "uptime", MODEL_NOTIFY_DENIED, false, false },
	{ "ManagementServer.URL", "acs-url", MODEL_NOTIFY_OFF, false, false },
	{ "ManagementServer.Username", "acs-username", MODEL_NOTIFY_OFF, false, false },
	{ "ManagementServer.Password", "acs-password", MODEL_NOTIFY_OFF, false, true },
	{ "ManagementServer.PeriodicInformEnable", "periodic-inform-enable",
	    MODEL_NOTIFY_OFF, false, false },
	{ "ManagementServer.PeriodicInformInterval", "periodic-inform-interval",
	    MODEL_NOTIFY_OFF, false, false },
	{ "ManagementServer.PeriodicInformTime", "periodic-inform-time",
	    MODEL_NOTIFY_OFF, false, false },
	{ "ManagementServer.ParameterKey", "parameter-key", MODEL_NOTIFY_DENIED, true,
	    false },
	{ "ManagementServer.ConnectionRequestURL", "connection-request-url",
	    MODEL_NOTIFY_ACTIVE, true, false },
	{ "ManagementServer.ConnectionRequestUsername", "connection-request-username",
	    MODEL_NOTIFY_OFF, false, false },
	{ "ManagementServer.ConnectionRequestPassword", "connection-request-password",
	    MODEL_NOTIFY_OFF, false, true },
	{ "ManagementServer.CWMPRetryMinimumWaitInterval", "retry-min-wait",
	    MODEL_NOTIFY_OFF, false, false },
	{ "ManagementServer.CWMPRetryIntervalMultiplier", "retry-multiplier",
	    MODEL_NOTIFY_OFF, false, false },
	{ "ManagementServer.DefaultActiveNotificationThrottle", "notification-throttle",
	    MODEL_NOTIFY_OFF, false, false },
	{ "ManagementServer.AliasBasedAddressing", NULL, MODEL_NOTIFY_OFF, true,
	    false },
	{ "ManagementServer.UDPConnectionRequestAddress",
	    "udp-connection-request-address", MODEL_NOTIFY_ACTIVE, false, false },
	{ "ManagementServer.STUNEnable", "stun-enable", MODEL_NOTIFY_OFF, false,
	    false },
	{ "ManagementServer.STUNServerAddress", "stun-server-address", MODEL_NOTIFY_OFF,
	    false, false },
	{ "ManagementServer.STUNServerPort", "stun-server-port", MODEL_NOTIFY_OFF,
	    false, false },
	{ "ManagementServer.STUNUsername", "stun-username", MODEL_NOTIFY_OFF, false,
	    false },
	{ "ManagementServer.STUNPassword", "stun-password", MODEL_NOTIFY_OFF, false,
	    true },
	{ "ManagementServer.STUNMaximumKeepAlivePeriod", "stun-maximum-keep-alive",
	    MODEL_NOTIFY_OFF, false, false },
	{ "ManagementServer.STUNMinimumKeepAlivePeriod", "stun-minimum-keep-alive",
	    MODEL_NOTIFY_OFF, false, false },
	{ "ManagementServer.NATDetected", "nat-detected", MODEL_NOTIFY_ACTIVE, false,
	    false },
	{ "Time.CurrentLocalTime", "time", MODEL_NOTIFY_DENIED, false, false },
};

void dump_apply_facts(struct draft_param *param, struct str root)
{
	struct str name = str_from(param->path, root.len + 1);

	for (size_t i = 0; i < ARRAY_LEN(facts); i++) {
		const struct fact *fact = &facts[i];

		if (!str_is(name, fact->name))
			continue;
		param->live = str_of(fact->live);
		param->notify = fact->notify;
		param->is_forced_inform |= fact->is_forced_inform;
		param->is_hidden |= fact->is_hidden;
	}
}

/* ---- what every CPE needs ------------------------------------------------------------------ */

static const struct needed {
	const char *object, *name, *value, *live;
	bool is_writable;
	uint64_t max; /* characters (TR-098 1.8, TR-181 2.17) */
} needed[] = {
	{ "DeviceInfo.", "Manufacturer", "cwmplab", NULL, false, 64 },
	{ "DeviceInfo.", "ManufacturerOUI", "020000", NULL, false, 6 },
	{ "DeviceInfo.", "ProductClass", "imported", NULL, false, 64 },
	{ "DeviceInfo.", "SerialNumber", "", "serial", false, 64 },
	{ "ManagementServer.", "URL", "", "acs-url", true, 256 },
};

static struct str join(struct arena *arena, struct str a, const char *b, const char *c)
{
	size_t n = strlen(b), m = strlen(c);
	char *text = arena_alloc(arena, a.len + n + m + 2);

	if (!text)
		return STR_NULL;
	memcpy(text, a.p, a.len);
	text[a.len] = '.';
	memcpy(text + a.len + 1, b, n);
	memcpy(text + a.len + 1 + n, c, m);
	return str_make(text, a.len + 1 + n + m);
}

static struct draft_object *want_object(struct draft *draft, struct str path)
{
	for (size_t i = 0; i < draft->n_objects; i++) {
		if (str_eq(draft->objects[i].path, path))
			return &draft->objects[i];
	}
	draft->objects = draft_grow(&draft->arena, draft->objects, draft->n_objects,
	    sizeof(*draft->objects));
	if (!draft->objects)
		return NULL;
	draft->objects[draft->n_objects] = (struct draft_object){ .path = path };
	return &draft->objects[draft->n_objects++];
}

static bool has_param(const struct draft_object *object, const char *name)
{
	for (size_t i = 0; i < object->n_params; i++) {
		if (str_is(object->params[i].name, name))
			return true;
	}
	return false;
}

int dump_add_needed(struct draft *draft)
{
	int added = 0;

	for (size_t i = 0; i < ARRAY_LEN(needed); i++) {
		const struct needed *row = &needed[i];
		struct str path = join(&draft->arena, draft->root, row->object, "");
		struct draft_object *object = path.p ? want_object(draft, path) : NULL;

		if (!object)
			return -ENOMEM;
		if (has_param(object, row->name))
			continue;
		object->params = draft_grow(&draft->arena, object->params,
		    object->n_params, sizeof(*object->params));
		if (!object->params)
			return -ENOMEM;
		object->params[object->n_params++] = (struct draft_param){
			.name = str_of(row->name),
			.path =
			    join(&draft->arena, draft->root, row->object, row->name),
			.type = MODEL_STRING,
			.is_writable = row->is_writable,
			.live = str_of(row->live),
			.max_length = row->max,
			.value = str_of(row->value),
		};
		if (!object->params[object->n_params - 1].path.p)
			return -ENOMEM;
		added++;
	}
	return added;
}

/* ---- values -------------------------------------------------------------------------------- */

static bool is_in(const struct draft_param *param, struct str value)
{
	for (size_t i = 0; i < param->n_values; i++) {
		if (str_eq(param->values[i], value))
			return true;
	}
	return param->n_values == 0;
}

static bool is_in_ranges(const struct draft_param *param, struct str value)
{
	struct draft_range number;

	if (value.len > 0 && value.p[0] == '+')
		value = str_from(value, 1);
	if (draft_range_parse(value, &number) < 0)
		return false;
	for (size_t i = 0; i < param->n_ranges; i++) {
		if (number.low >= param->ranges[i].low &&
		    number.high <= param->ranges[i].high)
			return true;
	}
	return param->n_ranges == 0;
}

static bool takes_one(const struct draft_param *param, struct str value)
{
	const struct model_param of_type = { .type = param->type };

	if (!is_in(param, value) || model_check_value(&of_type, value) != 0)
		return false;
	if (draft_is_number_type(param->type))
		return is_in_ranges(param, value);
	return value.len >= param->min_length &&
	       (param->max_length == 0 || value.len <= param->max_length);
}

bool dump_takes(const struct draft_param *param, struct str value)
{
	size_t n = 0;

	if (!param->is_list)
		return takes_one(param, value);
	if (param->list_max > 0 && value.len > param->list_max)
		return false;
	for (; value.len > 0; n++) {
		if (!takes_one(param, str_trim(str_cut(value, ',', &value))))
			return false;
	}
	return param->items_max == 0 || n <= param->items_max;
}

/* 0, or what of the first range is next to it. */
static long long plain_number(const struct draft_param *param)
{
	if (is_in_ranges(param, STR("0")))
		return 0;
	return param->ranges[0].low > 0 ? param->ranges[0].low : param->ranges[0].high;
}

struct str dump_plain_value(struct arena *arena, const struct draft_param *param)
{
	char text[24];

	if (param->is_list)
		return STR("");
	if (param->n_values > 0)
		return param->values[0];
	switch ((enum model_type)param->type) {
	case MODEL_STRING:
	case MODEL_BASE64:
	case MODEL_HEX_BINARY:
		return STR("");
	case MODEL_BOOLEAN:
		return STR("false");
	case MODEL_DATE_TIME: /* TR-106 A6 3.2: the time is not known */
		return STR("0001-01-01T00:00:00Z");
	case MODEL_INT:
	case MODEL_UNSIGNED_INT:
	case MODEL_LONG:
	case MODEL_UNSIGNED_LONG:
		break;
	}
	(void)snprintf(text, sizeof(text), "%lld", plain_number(param));
	return arena_str(arena, str_of(text));
}
