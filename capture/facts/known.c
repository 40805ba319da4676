#include "capture/facts/known.h"

#include "lib/base/compiler.h"
#include "lib/proto/date_time.h"

enum known_type {
	TYPE_STRING,
	TYPE_BOOLEAN,
	TYPE_UNSIGNED,
	TYPE_DATE_TIME,
};

#define NAME(text)                     \
	{                              \
		text, sizeof(text) - 1 \
	}

static const struct known {
	struct str name; /* below the root */
	enum known_type type;
	bool is_writable;
	uint64_t min, max; /* of TYPE_UNSIGNED */
} known[] = {
	{ NAME("DeviceInfo.Manufacturer"), TYPE_STRING, false, 0, 0 },
	{ NAME("DeviceInfo.ManufacturerOUI"), TYPE_STRING, false, 0, 0 },
	{ NAME("DeviceInfo.ModelName"), TYPE_STRING, false, 0, 0 },
	{ NAME("DeviceInfo.ProductClass"), TYPE_STRING, false, 0, 0 },
	{ NAME("DeviceInfo.SerialNumber"), TYPE_STRING, false, 0, 0 },
	{ NAME("DeviceInfo.HardwareVersion"), TYPE_STRING, false, 0, 0 },
	{ NAME("DeviceInfo.SoftwareVersion"), TYPE_STRING, false, 0, 0 },
	{ NAME("DeviceInfo.UpTime"), TYPE_UNSIGNED, false, 0, UINT32_MAX },
	{ NAME("ManagementServer.ParameterKey"), TYPE_STRING, false, 0, 0 },
	{ NAME("ManagementServer.ConnectionRequestURL"), TYPE_STRING, false, 0, 0 },
	{ NAME("ManagementServer.UDPConnectionRequestAddress"), TYPE_STRING, false, 0,
	    0 },
	{ NAME("ManagementServer.NATDetected"), TYPE_BOOLEAN, false, 0, 0 },
	{ NAME("ManagementServer.PeriodicInformEnable"), TYPE_BOOLEAN, true, 0, 0 },
	{ NAME("ManagementServer.PeriodicInformInterval"), TYPE_UNSIGNED, true, 1,
	    UINT32_MAX },
	{ NAME("ManagementServer.PeriodicInformTime"), TYPE_DATE_TIME, true, 0, 0 },
	{ NAME("ManagementServer.UpgradesManaged"), TYPE_BOOLEAN, true, 0, 0 },
	{ NAME("ManagementServer.STUNEnable"), TYPE_BOOLEAN, true, 0, 0 },
	{ NAME("ManagementServer.STUNServerPort"), TYPE_UNSIGNED, true, 0, UINT16_MAX },
	{ NAME("ManagementServer.CWMPRetryMinimumWaitInterval"), TYPE_UNSIGNED, true, 1,
	    UINT16_MAX },
	{ NAME("ManagementServer.CWMPRetryIntervalMultiplier"), TYPE_UNSIGNED, true,
	    1000, UINT16_MAX },
};

static const struct known *find_known(struct str name)
{
	static const struct str roots[] = { NAME("Device."),
		NAME("InternetGatewayDevice.") };

	for (size_t i = 0; i < ARRAY_LEN(roots); i++) {
		struct str rest = str_from(name, roots[i].len);

		if (!str_starts(name, roots[i]))
			continue;
		for (size_t k = 0; k < ARRAY_LEN(known); k++) {
			if (str_eq(rest, known[k].name))
				return &known[k];
		}
	}
	return NULL;
}

static const char *name_of(enum known_type type)
{
	switch (type) {
	case TYPE_STRING:
		return "string";
	case TYPE_BOOLEAN:
		return "boolean";
	case TYPE_UNSIGNED:
		return "unsignedInt";
	case TYPE_DATE_TIME:
		return "dateTime";
	}
	return "";
}

/* An unsignedInt as XML Schema writes it: "7", "+007". */
static bool read_number(struct str text, uint64_t *ret)
{
	if (str_starts(text, STR("+")))
		text = str_from(text, 1);
	while (text.len > 1 && text.p[0] == '0')
		text = str_from(text, 1);
	return str_to_u64(text, UINT32_MAX, ret) == 0;
}

static unsigned wrong_value(const struct known *param, struct str value)
{
	struct date_time time;
	uint64_t number = 0;

	switch (param->type) {
	case TYPE_STRING:
		return 0;
	case TYPE_BOOLEAN:
		return str_is(value, "0") || str_is(value, "1") ||
			       str_eq_nocase(value, STR("true")) ||
			       str_eq_nocase(value, STR("false"))
			   ? 0
			   : KNOWN_NO_VALUE;
	case TYPE_UNSIGNED:
		if (!read_number(value, &number))
			return KNOWN_NO_VALUE;
		return number < param->min || number > param->max ? KNOWN_VALUE : 0;
	case TYPE_DATE_TIME:
		return date_time_read(&time, value) == 0 ? 0 : KNOWN_NO_VALUE;
	}
	return 0;
}

unsigned known_wrong(const struct cwmp_param *param)
{
	const struct known *found = find_known(param->name);
	unsigned wrong;

	if (!found || param->type.len == 0)
		return 0;
	wrong = wrong_value(found, str_trim(param->value));
	if (!str_is(param->type, name_of(found->type)))
		wrong |= KNOWN_TYPE;
	return wrong | (found->is_writable ? 0 : KNOWN_READ_ONLY);
}

bool known_is_fault(unsigned wrong, uint32_t code)
{
	switch (code) {
	case 9006:
		return wrong & (KNOWN_TYPE | KNOWN_NO_VALUE);
	case 9007:
		return wrong & (KNOWN_VALUE | KNOWN_NO_VALUE);
	case 9008:
		return wrong & KNOWN_READ_ONLY;
	default:
		return false;
	}
}
