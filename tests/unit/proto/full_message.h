/* A message of each method with all that it can have, as the schemas want it
 * (cwmp-1-2.xsd). */
#pragma once

#include "lib/base/compiler.h"
#include "lib/cwmp/cwmp.h"

static struct cwmp_param some_params[] = {
	{ STR("Device.A"), STR("1 < 2 & \"3\""), STR("string") },
	{ STR("Device.B"), STR("0"), STR("boolean") },
	{ STR("Device.C"), STR("\xc3\xa4\r\n\t."), STR("string") },
};
static struct str some_names[] = { STR("Device."), STR("Device.B") };
static struct str some_vouchers[] = { STR("AAAA"), STR("BBBB") };
static struct str some_access[] = { STR("Subscriber") };
static struct cwmp_param_info some_infos[] = {
	{ STR("Device.A."), true, true, true, 2, { some_access, 1 } },
	{ STR("Device.B"), false, false, false, 0, { NULL, 0 } },
};
static struct cwmp_event some_events[] = {
	{ STR("0 BOOTSTRAP"), STR("") },
	{ STR("M Reboot"), STR("key") },
};

/* ---- members that are names and texts ------------------------------------------------ */

#define PAIR(name_, value_)                                                \
	{                                                                  \
		.name = STR(name_), .value = STR(value_), .type = STR_NULL \
	}
#define ITEM_OF(pairs)                                                       \
	{                                                                    \
		.fields = (pairs), .len = ARRAY_LEN(pairs), .type = STR_NULL \
	}

static struct cwmp_param window[] = { PAIR("WindowStart", "0"),
	PAIR("WindowEnd", "3600"), PAIR("WindowMode", "1 At Any Time"),
	PAIR("UserMessage", "<now>"), PAIR("MaxRetries", "3") };
static struct cwmp_param transfer[] = { PAIR("CommandKey", "k"), PAIR("State", "1"),
	PAIR("IsDownload", "1"), PAIR("FileType", "1 Firmware Upgrade Image"),
	PAIR("FileSize", "9"), PAIR("TargetFileName", "") };
static struct cwmp_param install[] = { PAIR("URL", "http://h/a"),
	PAIR("UUID", "12345678-1234-5678-9abc-123456789abc"), PAIR("Username", "u"),
	PAIR("Password", "p"), PAIR("ExecutionEnvRef", "Device.X.1.") };
static struct cwmp_param uninstall[] = {
	PAIR("UUID", "12345678-1234-5678-9abc-123456789abc"),
};
static struct cwmp_param update[] = { PAIR("Version", "2"), PAIR("URL", "http://h/b") };
/* The members of the struct Fault are pairs beside the others. */
static struct cwmp_param du_result[] = { PAIR("UUID",
					     "12345678-1234-5678-9abc-123456789abc"),
	PAIR("DeploymentUnitRef", "Device.SoftwareModules.DeploymentUnit.1."),
	PAIR("Version", "1.0"), PAIR("CurrentState", "Failed"), PAIR("Resolved", "1"),
	PAIR("ExecutionUnitRefList", ""), PAIR("StartTime", "2026-11-23T10:00:00Z"),
	PAIR("CompleteTime", "2026-11-23T10:00:01Z"), PAIR("Fault", ""),
	PAIR("FaultCode", "9022"), PAIR("FaultString", "no"),
	PAIR("OperationPerformed", "Install") };
static struct cwmp_param option[] = { PAIR("OptionName", "o"), PAIR("VoucherSN", "1"),
	PAIR("State", "0"), PAIR("Mode", "1"),
	PAIR("StartDate", "2026-11-23T10:00:00Z"),
	PAIR("ExpirationDate", "2026-11-24T10:00:00Z"), PAIR("IsTransferable", "1") };
static struct cwmp_param argument[] = { PAIR("Name", "n"), PAIR("Value", "v") };

static struct cwmp_item windows[] = { ITEM_OF(window), ITEM_OF(window) };
static struct cwmp_item transfers[] = { ITEM_OF(transfer) };
static struct cwmp_item operations[] = {
	{ install, ARRAY_LEN(install), STR("InstallOpStruct") },
	{ uninstall, ARRAY_LEN(uninstall), STR("UninstallOpStruct") },
	{ update, ARRAY_LEN(update), STR("UpdateOpStruct") },
};
static struct cwmp_item du_results[] = { ITEM_OF(du_result), ITEM_OF(du_result) };
static struct cwmp_item options[] = { ITEM_OF(option) };
static struct cwmp_item arguments[] = { ITEM_OF(argument) };

static void put_items(struct cwmp_args *args, enum cwmp_method method)
{
	static const struct {
		enum cwmp_method method;
		struct cwmp_item *items;
		size_t n;
	} rows[] = {
		{ CWMP_SCHEDULE_DOWNLOAD, windows, ARRAY_LEN(windows) },
		{ CWMP_GET_QUEUED_TRANSFERS, transfers, ARRAY_LEN(transfers) },
		{ CWMP_GET_ALL_QUEUED_TRANSFERS, transfers, ARRAY_LEN(transfers) },
		{ CWMP_CHANGE_DU_STATE, operations, ARRAY_LEN(operations) },
		{ CWMP_DU_STATE_CHANGE_COMPLETE, du_results, ARRAY_LEN(du_results) },
		{ CWMP_AUTONOMOUS_DU_STATE_CHANGE_COMPLETE, du_results,
		    ARRAY_LEN(du_results) },
		{ CWMP_GET_OPTIONS, options, ARRAY_LEN(options) },
		{ CWMP_REQUEST_DOWNLOAD, arguments, ARRAY_LEN(arguments) },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].method != method)
			continue;
		args->items = rows[i].items;
		args->n_items = rows[i].n;
	}
}

/* ---- the message ----------------------------------------------------------------------- */

static struct cwmp_msg full_message(enum cwmp_kind kind, enum cwmp_method method)
{
	struct cwmp_msg msg = { .kind = kind, .method = method, .ns = CWMP_NS_1_2 };

	msg.header.has_id = true;
	msg.header.id = STR("17");
	msg.inform = (struct cwmp_inform){
		.device = { STR("HP"), STR("00E0FC"), STR("5920"), STR("S1") },
		.events = some_events,
		.n_events = 2,
		.max_envelopes = 1,
		.current_time = STR("2026-11-23T10:00:00Z"),
		.retry_count = 3,
		.params = { some_params, 3 },
	};
	msg.args = (struct cwmp_args){
		.params = { some_params, 3 },
		.names = { some_names, 2 },
		.parameter_key = STR("pk"),
		.command_key = STR("ck"),
		.max_envelopes = 1,
		.status = 1,
		.path = STR("Device."),
		.next_level = true,
		.instance_number = 7,
		.infos = some_infos,
		.n_infos = 2,
		.file_type = STR("1 Firmware Upgrade Image"),
		.url = STR("http://h/f?a=1&b=2"),
		.announce_url = STR("http://h/a"),
		.transfer_url = STR("http://h/t"),
		.success_url = STR("http://h/s"),
		.failure_url = STR("http://h/f"),
		.file_size = 4294967295U,
		.delay_seconds = 9,
		.start_time = STR("0001-01-01T00:00:00Z"),
		.fault_code = 9010,
		.fault_text = STR("no"),
		.is_download = true,
		.next = STR("n"),
		.complete_time = STR("2026-11-23T10:00:00Z"),
	};
	if (method == CWMP_SET_VOUCHERS)
		msg.args.names.items = some_vouchers;
	put_items(&msg.args, method);
	return msg;
}
