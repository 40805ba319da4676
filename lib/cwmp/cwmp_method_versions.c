/* Which version of CWMP has which RPCs: cwmp-1-0.xsd, cwmp-1-1.xsd, cwmp-1-2.xsd. */
#include "lib/cwmp/cwmp.h"

enum cwmp_ns cwmp_method_since(enum cwmp_method method)
{
	static const enum cwmp_ns newer[CWMP_METHODS] = {
		[CWMP_GET_ALL_QUEUED_TRANSFERS] = CWMP_NS_1_1,
		[CWMP_AUTONOMOUS_TRANSFER_COMPLETE] = CWMP_NS_1_1,
		[CWMP_SCHEDULE_DOWNLOAD] = CWMP_NS_1_2,
		[CWMP_CANCEL_TRANSFER] = CWMP_NS_1_2,
		[CWMP_CHANGE_DU_STATE] = CWMP_NS_1_2,
		[CWMP_DU_STATE_CHANGE_COMPLETE] = CWMP_NS_1_2,
		[CWMP_AUTONOMOUS_DU_STATE_CHANGE_COMPLETE] = CWMP_NS_1_2,
	};

	return method < CWMP_METHODS && newer[method] != CWMP_NS_UNKNOWN ? newer[method]
									 : CWMP_NS_1_0;
}
