/* Which faults answer which method of a CPE: what TR-069 A6 A.3.1, A.3.2 and A.4.1 list below
 * each of them. */
#include "lib/cwmp/cwmp.h"

static const struct {
	enum cwmp_method method;
	uint16_t codes[CWMP_METHOD_FAULTS_MAX]; /* 0 ends them */
} rows[] = {
	{ CWMP_GET_RPC_METHODS, { 9001, 9002 } },
	{ CWMP_SET_PARAMETER_VALUES,
	    { 9001, 9002, 9003, 9004, 9005, 9006, 9007, 9008 } },
	{ CWMP_GET_PARAMETER_VALUES, { 9001, 9002, 9003, 9004, 9005 } },
	{ CWMP_GET_PARAMETER_NAMES, { 9001, 9002, 9003, 9005 } },
	{ CWMP_SET_PARAMETER_ATTRIBUTES, { 9001, 9002, 9003, 9004, 9005, 9009 } },
	{ CWMP_GET_PARAMETER_ATTRIBUTES, { 9001, 9002, 9003, 9004, 9005 } },
	{ CWMP_ADD_OBJECT, { 9001, 9002, 9003, 9004, 9005 } },
	{ CWMP_DELETE_OBJECT, { 9001, 9002, 9003, 9005 } },
	{ CWMP_REBOOT, { 9001, 9002, 9003 } },
	{ CWMP_DOWNLOAD, { 9000, 9001, 9002, 9003, 9004, 9010, 9012, 9013 } },
	/* optional ones */
	{ CWMP_GET_QUEUED_TRANSFERS, { 9000, 9001, 9002 } },
	{ CWMP_SCHEDULE_INFORM, { 9000, 9001, 9002, 9003 } },
	{ CWMP_SET_VOUCHERS, { 9000, 9001, 9002, 9003, 9004 } },
	{ CWMP_GET_OPTIONS, { 9000, 9001, 9002, 9003 } },
	{ CWMP_UPLOAD, { 9000, 9001, 9002, 9003, 9004, 9011, 9012, 9013 } },
	{ CWMP_FACTORY_RESET, { 9000, 9001, 9002, 9003 } },
	{ CWMP_GET_ALL_QUEUED_TRANSFERS, { 9000, 9001, 9002 } },
	{ CWMP_SCHEDULE_DOWNLOAD, { 9000, 9001, 9002, 9003, 9004, 9010, 9013 } },
	{ CWMP_CANCEL_TRANSFER, { 9000, 9001, 9021 } },
	{ CWMP_CHANGE_DU_STATE, { 9000, 9001, 9002, 9004 } },
};

size_t cwmp_method_faults(enum cwmp_method method, const uint16_t **ret)
{
	size_t n = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].method != method)
			continue;
		*ret = rows[i].codes;
		while (n < CWMP_METHOD_FAULTS_MAX && rows[i].codes[n] != 0)
			n++;
		return n;
	}
	return 0;
}

bool cwmp_method_has_fault(enum cwmp_method method, uint32_t code)
{
	const uint16_t *codes;
	size_t n = cwmp_method_faults(method, &codes);

	if (n > 0 && code >= 9800 && code <= 9899) /* a vendor's own */
		return true;
	for (size_t i = 0; i < n; i++) {
		if (codes[i] == code)
			return true;
	}
	return false;
}
