/* Which version of CWMP has which faults: cwmp-1-0.xsd ends at 9013, cwmp-1-1.xsd describes those
 * to 9019, cwmp-1-2.xsd those to 9032. */
#include "lib/cwmp/cwmp.h"

enum {
	FAULT_DENIED = 9001,
	FAULT_DOWNLOAD = 9010,
	FAULT_UPLOAD = 9011
};

static const struct {
	uint32_t first, last;
	enum cwmp_ns since;
	bool is_of_file; /* whatever else went wrong, a file did not come or go */
} newer[] = {
	{ 9014, 9019, CWMP_NS_1_1, true },
	{ 9020, 9020, CWMP_NS_1_2, true },  /* time windows of a ScheduleDownload */
	{ 9021, 9021, CWMP_NS_1_2, false }, /* CancelTransfer */
	{ 9022, 9032, CWMP_NS_1_2, false }, /* deployment units */
	{ 9033, 9799, CWMP_NS_1_1, false }, /* kept for what is to come */
};

uint32_t cwmp_fault_in(enum cwmp_ns ns, uint32_t code, bool is_upload)
{
	for (size_t i = 0; i < sizeof(newer) / sizeof(newer[0]); i++) {
		if (code < newer[i].first || code > newer[i].last)
			continue;
		if (ns == CWMP_NS_UNKNOWN || ns >= newer[i].since)
			return code;
		if (!newer[i].is_of_file)
			return FAULT_DENIED;
		return is_upload ? FAULT_UPLOAD : FAULT_DOWNLOAD;
	}
	return code;
}

void cwmp_fit_faults(struct cwmp_msg *msg, enum cwmp_ns ns, bool is_upload)
{
	uint32_t code = cwmp_fault_in(ns, msg->fault.code, is_upload);

	msg->args.fault_code = cwmp_fault_in(ns, msg->args.fault_code, is_upload);
	if (msg->kind != CWMP_FAULT || code == msg->fault.code)
		return;
	msg->fault.code = code;
	msg->fault.soap_code = str_of(cwmp_fault_soap_code(code));
}
