/* Which faults answer which method of a CPE: what TR-069 A6 lists below each of them, in the
 * section that stands beside its row.
 *
 * From 9005 on each row is held against the table of A.5.1, which says of each code with which
 * methods it goes, and whose words public programs carry. (It names Download also with 9014 to
 * 9019, which Download's own list lacks: they are told by TransferComplete.) The whole lists of
 * A.3.2.1 to A.3.2.3, A.3.2.6 and A.3.2.7 stand in OSGi's TR069Connector, too, that of A.3.2.6
 * also in oneM2M TS-0006 8.1.2. No second source was found for 9000 to 9004 in the other fifteen
 * rows. */
#include "lib/cwmp/cwmp.h"

static const struct {
	enum cwmp_method method;
	uint16_t codes[CWMP_METHOD_FAULTS_MAX]; /* 0 ends them */
} rows[] = {
	/* A.3.1.1 */
	{ CWMP_GET_RPC_METHODS, { 9001, 9002 } },
	/* A.3.2.1 */
	{ CWMP_SET_PARAMETER_VALUES,
	    { 9001, 9002, 9003, 9004, 9005, 9006, 9007, 9008 } },
	/* A.3.2.2 */
	{ CWMP_GET_PARAMETER_VALUES, { 9001, 9002, 9003, 9004, 9005 } },
	/* A.3.2.3 */
	{ CWMP_GET_PARAMETER_NAMES, { 9001, 9002, 9003, 9005 } },
	/* A.3.2.4 */
	{ CWMP_SET_PARAMETER_ATTRIBUTES, { 9001, 9002, 9003, 9004, 9005, 9009 } },
	/* A.3.2.5 */
	{ CWMP_GET_PARAMETER_ATTRIBUTES, { 9001, 9002, 9003, 9004, 9005 } },
	/* A.3.2.6 */
	{ CWMP_ADD_OBJECT, { 9001, 9002, 9003, 9004, 9005 } },
	/* A.3.2.7 */
	{ CWMP_DELETE_OBJECT, { 9001, 9002, 9003, 9005 } },
	/* A.3.2.8 */
	{ CWMP_DOWNLOAD, { 9000, 9001, 9002, 9003, 9004, 9010, 9012, 9013 } },
	/* A.3.2.9 */
	{ CWMP_REBOOT, { 9001, 9002, 9003 } },
	/* optional ones */
	/* A.4.1.1 */
	{ CWMP_GET_QUEUED_TRANSFERS, { 9000, 9001, 9002 } },
	/* A.4.1.2 */
	{ CWMP_SCHEDULE_INFORM, { 9000, 9001, 9002, 9003 } },
	/* A.4.1.3 */
	{ CWMP_SET_VOUCHERS, { 9000, 9001, 9002, 9003, 9004 } },
	/* A.4.1.4 */
	{ CWMP_GET_OPTIONS, { 9000, 9001, 9002, 9003 } },
	/* A.4.1.5 */
	{ CWMP_UPLOAD, { 9000, 9001, 9002, 9003, 9004, 9011, 9012, 9013 } },
	/* A.4.1.6 */
	{ CWMP_FACTORY_RESET, { 9000, 9001, 9002, 9003 } },
	/* A.4.1.7 */
	{ CWMP_GET_ALL_QUEUED_TRANSFERS, { 9000, 9001, 9002 } },
	/* A.4.1.8 */
	{ CWMP_SCHEDULE_DOWNLOAD, { 9000, 9001, 9002, 9003, 9004, 9010, 9013 } },
	/* A.4.1.9 */
	{ CWMP_CANCEL_TRANSFER, { 9000, 9001, 9021 } },
	/* A.4.1.10 */
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
