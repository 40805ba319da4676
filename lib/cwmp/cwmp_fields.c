#include "lib/cwmp/cwmp_fields.h"

/* clang-format off */
#define AT(member) .offset = offsetof(struct cwmp_msg, member)
#define STR_ROW(n, member, most)                                                       \
	{ .name = n, .type = FIELD_STR, AT(member), .max = most }
#define SPARE_STR(n, member, most)                                                     \
	{ .name = n, .type = FIELD_STR, .is_spared = true, AT(member), .max = most }
#define SPARE_UINT(n, member)                                                          \
	{ .name = n, .type = FIELD_UINT, .is_spared = true, AT(member) }
#define MAX_ENVELOPES(member, has)                                                     \
	{ .name = "MaxEnvelopes", .type = FIELD_UINT, .is_spared = true, AT(member),   \
	  .has_offset = offsetof(struct cwmp_msg, has) }
#define UINT_ROW(n, member) { .name = n, .type = FIELD_UINT, AT(member) }
#define HAS_UINT(n, member, has)                                                       \
	{ .name = n, .type = FIELD_UINT, AT(member),                                   \
	  .has_offset = offsetof(struct cwmp_msg, has) }
#define BOOL_ROW(n, member) { .name = n, .type = FIELD_BOOL, AT(member) }
#define LIST_ROW(n, kind, items_, len_, struct_, rows, m, t, most)                           \
	{ .name = n, .type = kind, AT(items_),                                         \
	  .len_offset = offsetof(struct cwmp_msg, len_), .item_size = sizeof(struct struct_), \
	  .fields = rows, .member = m, .member_type = t, .max = most }
#define ITEM(struct_, n, kind, member_)                                                \
	{ .name = n, .type = kind, .offset = offsetof(struct struct_, member_) }
#define ITEM_STR(struct_, n, member_, most)                                            \
	{ .name = n, .type = FIELD_STR, .offset = offsetof(struct struct_, member_),   \
	  .max = most }
#define NAME(n)          { .name = n, .type = FIELD_STR }
#define OPTIONAL_NAME(n) { .name = n, .type = FIELD_STR, .is_optional = true }
#define END { .name = NULL }

static const struct cwmp_field nothing[] = { END };

/* ---- members of lists ------------------------------------------------------------- */

static const struct cwmp_field param_value[] = {
	ITEM_STR(cwmp_param, "Name", name, CWMP_NAME_MAX),
	ITEM(cwmp_param, "Value", FIELD_VALUE, value),
	END
};
static const struct cwmp_field event[] = {
	ITEM_STR(cwmp_event, "EventCode", code, 64),
	{ .name = "CommandKey", .type = FIELD_STR, .is_spared = true,
	  .offset = offsetof(struct cwmp_event, command_key), .max = 32 },
	END
};
static const struct cwmp_field param_fault[] = {
	ITEM_STR(cwmp_param_fault, "ParameterName", name, CWMP_NAME_MAX),
	{ .name = "FaultCode", .type = FIELD_UINT,
	  .offset = offsetof(struct cwmp_param_fault, code),
	  .has_offset = offsetof(struct cwmp_param_fault, has_code) },
	{ .name = "FaultString", .type = FIELD_STR, .is_optional = true,
	  .max = 256, .offset = offsetof(struct cwmp_param_fault, text) },
	END
};
static const struct cwmp_field info[] = {
	ITEM_STR(cwmp_param_info, "Name", name, CWMP_NAME_MAX),
	ITEM(cwmp_param_info, "Writable", FIELD_BOOL, writable),
	END
};
#define ACCESS_LIST                                                                    \
	{ .name = "AccessList", .type = FIELD_STRINGS, .is_spared = true,              \
	  .offset = offsetof(struct cwmp_param_info, access_list.items),               \
	  .len_offset = offsetof(struct cwmp_param_info, access_list.len),             \
	  .item_size = sizeof(struct str), .member = "string", .member_type = "xsd:string", \
	  .max = 64 }
static const struct cwmp_field set_attributes[] = {
	ITEM_STR(cwmp_param_info, "Name", name, CWMP_NAME_MAX),
	ITEM(cwmp_param_info, "NotificationChange", FIELD_BOOL, notification_change),
	ITEM(cwmp_param_info, "Notification", FIELD_UINT, notification),
	ITEM(cwmp_param_info, "AccessListChange", FIELD_BOOL, access_list_change),
	ACCESS_LIST,
	END
};
static const struct cwmp_field attributes[] = {
	ITEM_STR(cwmp_param_info, "Name", name, CWMP_NAME_MAX),
	ITEM(cwmp_param_info, "Notification", FIELD_UINT, notification),
	ACCESS_LIST,
	END
};

/* Members that are kept as names and texts. */
static const struct cwmp_field time_window[] = {
	NAME("WindowStart"), NAME("WindowEnd"), NAME("WindowMode"), NAME("UserMessage"),
	NAME("MaxRetries"), END
};
static const struct cwmp_field queued_transfer[] = { NAME("CommandKey"), NAME("State"), END };
static const struct cwmp_field any_queued_transfer[] = {
	NAME("CommandKey"), NAME("State"), NAME("IsDownload"), NAME("FileType"),
	NAME("FileSize"), NAME("TargetFileName"), END
};
static const struct cwmp_field install[] = {
	NAME("URL"), OPTIONAL_NAME("UUID"), OPTIONAL_NAME("Username"),
	OPTIONAL_NAME("Password"), OPTIONAL_NAME("ExecutionEnvRef"), END
};
static const struct cwmp_field update[] = {
	OPTIONAL_NAME("UUID"), OPTIONAL_NAME("Version"), OPTIONAL_NAME("URL"),
	OPTIONAL_NAME("Username"), OPTIONAL_NAME("Password"), END
};
static const struct cwmp_field uninstall[] = {
	NAME("UUID"), OPTIONAL_NAME("Version"), OPTIONAL_NAME("ExecutionEnvRef"), END
};
static const struct cwmp_variant operations[] = {
	{ "InstallOpStruct", install }, { "UpdateOpStruct", update },
	{ "UninstallOpStruct", uninstall }, { NULL, NULL }
};
static const struct cwmp_field du_fault[] = {
	NAME("FaultCode"), OPTIONAL_NAME("FaultString"), END
};
#define DU_RESULT                                                                      \
	NAME("UUID"), NAME("DeploymentUnitRef"), NAME("Version"), NAME("CurrentState"), \
	NAME("Resolved"), NAME("ExecutionUnitRefList"), NAME("StartTime"),             \
	NAME("CompleteTime"),                                                          \
	{ .name = "Fault", .type = FIELD_STRUCT, .fields = du_fault }
static const struct cwmp_field du_result[] = { DU_RESULT, END };
static const struct cwmp_field autonomous_du_result[] = {
	DU_RESULT, NAME("OperationPerformed"), END
};
static const struct cwmp_field option[] = {
	NAME("OptionName"), NAME("VoucherSN"), NAME("State"), NAME("Mode"),
	NAME("StartDate"), OPTIONAL_NAME("ExpirationDate"), NAME("IsTransferable"), END
};
static const struct cwmp_field argument[] = { NAME("Name"), NAME("Value"), END };

/* ---- rows that several messages share --------------------------------------------- */

#define PARAMETER_LIST                                                                 \
	LIST_ROW("ParameterList", FIELD_LIST, args.params.items, args.params.len,      \
	    cwmp_param, param_value, "ParameterValueStruct", "cwmp:ParameterValueStruct", 0)
#define STRINGS_ROW(n, m, t, most)                                                     \
	{ .name = n, .type = FIELD_STRINGS, .needs_member = true, AT(args.names.items), \
	  .len_offset = offsetof(struct cwmp_msg, args.names.len),                     \
	  .item_size = sizeof(struct str), .member = m, .member_type = t, .max = most }
#define INFO_LIST(rows, m, needs)                                                      \
	{ .name = "ParameterList", .type = FIELD_LIST, .needs_member = needs,          \
	  AT(args.infos), .len_offset = offsetof(struct cwmp_msg, args.n_infos),       \
	  .item_size = sizeof(struct cwmp_param_info), .fields = rows, .member = m,    \
	  .member_type = "cwmp:" m }
#define ITEMS_ROW(n, kind, m, rows)                                                    \
	LIST_ROW(n, kind, args.items, args.n_items, cwmp_item, rows, m, "cwmp:" m, 0)
#define PARAMETER_KEY SPARE_STR("ParameterKey", args.parameter_key, 32)
#define COMMAND_KEY   STR_ROW("CommandKey", args.command_key, 32)
#define OPTIONAL_COMMAND_KEY                                                           \
	{ .name = "CommandKey", .type = FIELD_STR, .is_optional = true,                \
	  AT(args.command_key), .max = 32 }
#define OBJECT_NAME   STR_ROW("ObjectName", args.path, CWMP_NAME_MAX)
#define STATUS        HAS_UINT("Status", args.status, args.has_status)
#define DELAY         SPARE_UINT("DelaySeconds", args.delay_seconds)
#define FILE_TYPE     STR_ROW("FileType", args.file_type, 64)
#define FILE_SIZE     SPARE_UINT("FileSize", args.file_size)
#define TARGET        SPARE_STR("TargetFileName", args.target_file_name, 256)
#define TIMES                                                                          \
	SPARE_STR("StartTime", args.start_time, 0),                                    \
	SPARE_STR("CompleteTime", args.complete_time, 0)
#define LOGIN                                                                          \
	STR_ROW("URL", args.url, 256), SPARE_STR("Username", args.username, 256),      \
	SPARE_STR("Password", args.password, 256)

static const struct cwmp_field transfer_fault[] = {
	HAS_UINT("FaultCode", args.fault_code, args.has_fault_code),
	SPARE_STR("FaultString", args.fault_text, 256),
	END
};
#define FAULT_STRUCT { .name = "FaultStruct", .type = FIELD_STRUCT, .fields = transfer_fault }

/* ---- messages --------------------------------------------------------------------- */

static const struct cwmp_field device_id[] = {
	STR_ROW("Manufacturer", inform.device.manufacturer, 64),
	STR_ROW("OUI", inform.device.oui, 6),
	STR_ROW("ProductClass", inform.device.product_class, 64),
	STR_ROW("SerialNumber", inform.device.serial_number, 64),
	END
};
static const struct cwmp_field inform[] = {
	{ .name = "DeviceId", .type = FIELD_STRUCT, .fields = device_id },
	LIST_ROW("Event", FIELD_LIST, inform.events, inform.n_events, cwmp_event, event,
	    "EventStruct", "cwmp:EventStruct", 0),
	MAX_ENVELOPES(inform.max_envelopes, inform.has_max_envelopes),
	STR_ROW("CurrentTime", inform.current_time, 0),
	HAS_UINT("RetryCount", inform.retry_count, inform.has_retry_count),
	LIST_ROW("ParameterList", FIELD_LIST, inform.params.items, inform.params.len,
	    cwmp_param, param_value, "ParameterValueStruct", "cwmp:ParameterValueStruct", 0),
	END
};
static const struct cwmp_field inform_response[] = {
	MAX_ENVELOPES(args.max_envelopes, args.has_max_envelopes), END
};
static const struct cwmp_field method_list[] = {
	STRINGS_ROW("MethodList", "string", "xsd:string", 64), END
};
static const struct cwmp_field set_values[] = { PARAMETER_LIST, PARAMETER_KEY, END };
static const struct cwmp_field values[] = { PARAMETER_LIST, END };
static const struct cwmp_field names[] = {
	STRINGS_ROW("ParameterNames", "string", "xsd:string", CWMP_NAME_MAX), END
};
static const struct cwmp_field get_names[] = {
	STR_ROW("ParameterPath", args.path, CWMP_NAME_MAX),
	BOOL_ROW("NextLevel", args.next_level), END
};
static const struct cwmp_field names_response[] = { INFO_LIST(info, "ParameterInfoStruct", false), END };
static const struct cwmp_field set_attributes_list[] = {
	INFO_LIST(set_attributes, "SetParameterAttributesStruct", true), END
};
static const struct cwmp_field attributes_response[] = {
	INFO_LIST(attributes, "ParameterAttributeStruct", false), END
};
static const struct cwmp_field object[] = { OBJECT_NAME, PARAMETER_KEY, END };
static const struct cwmp_field add_object_response[] = {
	HAS_UINT("InstanceNumber", args.instance_number, args.has_instance_number), STATUS, END
};
static const struct cwmp_field status[] = { STATUS, END };
static const struct cwmp_field command_key[] = { COMMAND_KEY, END };
static const struct cwmp_field download[] = {
	COMMAND_KEY, FILE_TYPE, LOGIN, FILE_SIZE, TARGET, DELAY,
	SPARE_STR("SuccessURL", args.success_url, 256),
	SPARE_STR("FailureURL", args.failure_url, 256), END
};
static const struct cwmp_field transfer_response[] = { STATUS, TIMES, END };
static const struct cwmp_field schedule_download[] = {
	COMMAND_KEY, FILE_TYPE, LOGIN, FILE_SIZE, TARGET,
	{ .name = "TimeWindowList", .type = FIELD_ITEMS, .needs_member = true,
	  AT(args.items), .len_offset = offsetof(struct cwmp_msg, args.n_items),
	  .item_size = sizeof(struct cwmp_item), .fields = time_window,
	  .member = "TimeWindowStruct", .member_type = "cwmp:TimeWindowStruct" },
	END
};
static const struct cwmp_field upload[] = { COMMAND_KEY, FILE_TYPE, LOGIN, DELAY, END };
static const struct cwmp_field queued[] = {
	ITEMS_ROW("TransferList", FIELD_ITEMS, "QueuedTransferStruct", queued_transfer), END
};
static const struct cwmp_field all_queued[] = {
	ITEMS_ROW("TransferList", FIELD_ITEMS, "AllQueuedTransferStruct",
	    any_queued_transfer), END
};
static const struct cwmp_field schedule_inform[] = { DELAY, COMMAND_KEY, END };
static const struct cwmp_field change_du_state[] = {
	{ .name = "Operations", .type = FIELD_REPEAT_ITEMS, AT(args.items),
	  .len_offset = offsetof(struct cwmp_msg, args.n_items),
	  .item_size = sizeof(struct cwmp_item), .variants = operations,
	  .member = "OperationStruct", .member_type = "cwmp:OperationStruct" },
	OPTIONAL_COMMAND_KEY, END
};
static const struct cwmp_field du_results[] = {
	ITEMS_ROW("Results", FIELD_REPEAT_ITEMS, "OpResultStruct", du_result),
	OPTIONAL_COMMAND_KEY, END
};
static const struct cwmp_field autonomous_du_results[] = {
	ITEMS_ROW("Results", FIELD_REPEAT_ITEMS, "AutonOpResultStruct",
	    autonomous_du_result), END
};
static const struct cwmp_field vouchers[] = {
	STRINGS_ROW("VoucherList", "base64", "soap-enc:base64", 0), END
};
static const struct cwmp_field option_name[] = {
	STR_ROW("OptionName", args.option_name, 64), END
};
static const struct cwmp_field options[] = {
	ITEMS_ROW("OptionList", FIELD_ITEMS, "OptionStruct", option), END
};
static const struct cwmp_field transfer_complete[] = { COMMAND_KEY, FAULT_STRUCT, TIMES, END };
static const struct cwmp_field autonomous_transfer[] = {
	STR_ROW("AnnounceURL", args.announce_url, 1024),
	STR_ROW("TransferURL", args.transfer_url, 1024),
	BOOL_ROW("IsDownload", args.is_download), FILE_TYPE, FILE_SIZE, TARGET, FAULT_STRUCT,
	TIMES, END
};
static const struct cwmp_field request_download[] = {
	FILE_TYPE, ITEMS_ROW("FileTypeArg", FIELD_ITEMS, "ArgStruct", argument), END
};
static const struct cwmp_field kicked[] = {
	STR_ROW("Command", args.command, 32), STR_ROW("Referer", args.referer, 64),
	STR_ROW("Arg", args.arg, 256), STR_ROW("Next", args.next, 1024), END
};
static const struct cwmp_field kicked_response[] = {
	STR_ROW("NextURL", args.next, 1024), END
};

static const struct cwmp_field cwmp_fault[] = {
	HAS_UINT("FaultCode", fault.code, fault.has_code),
	{ .name = "FaultString", .type = FIELD_STR, .is_optional = true, AT(fault.text),
	  .max = 256 },
	{ .name = "SetParameterValuesFault", .type = FIELD_REPEAT, .is_optional = true,
	  AT(fault.params), .len_offset = offsetof(struct cwmp_msg, fault.n_params),
	  .item_size = sizeof(struct cwmp_param_fault), .fields = param_fault },
	END
};
static const struct cwmp_field detail[] = {
	{ .name = "Fault", .type = FIELD_STRUCT, .fields = cwmp_fault }, END
};
/* Some CPEs leave faultstring open until after the detail. */
static const struct cwmp_field in_faultstring[] = {
	{ .name = "detail", .type = FIELD_STRUCT, .is_optional = true, .fields = detail },
	END
};
static const struct cwmp_field fault[] = {
	STR_ROW("faultcode", fault.soap_code, 0),
	{ .name = "faultstring", .type = FIELD_STR, AT(fault.soap_string),
	  .fields = in_faultstring },
	{ .name = "detail", .type = FIELD_STRUCT, .fields = detail },
	END
};

static const struct {
	const struct cwmp_field *request, *response;
} shapes[CWMP_METHODS] = {
	[CWMP_GET_RPC_METHODS] = { nothing, method_list },
	[CWMP_SET_PARAMETER_VALUES] = { set_values, status },
	[CWMP_GET_PARAMETER_VALUES] = { names, values },
	[CWMP_GET_PARAMETER_NAMES] = { get_names, names_response },
	[CWMP_SET_PARAMETER_ATTRIBUTES] = { set_attributes_list, nothing },
	[CWMP_GET_PARAMETER_ATTRIBUTES] = { names, attributes_response },
	[CWMP_ADD_OBJECT] = { object, add_object_response },
	[CWMP_DELETE_OBJECT] = { object, status },
	[CWMP_REBOOT] = { command_key, nothing },
	[CWMP_DOWNLOAD] = { download, transfer_response },
	[CWMP_SCHEDULE_DOWNLOAD] = { schedule_download, nothing },
	[CWMP_UPLOAD] = { upload, transfer_response },
	[CWMP_FACTORY_RESET] = { nothing, nothing },
	[CWMP_GET_QUEUED_TRANSFERS] = { nothing, queued },
	[CWMP_GET_ALL_QUEUED_TRANSFERS] = { nothing, all_queued },
	[CWMP_CANCEL_TRANSFER] = { command_key, nothing },
	[CWMP_SCHEDULE_INFORM] = { schedule_inform, nothing },
	[CWMP_CHANGE_DU_STATE] = { change_du_state, nothing },
	[CWMP_SET_VOUCHERS] = { vouchers, nothing },
	[CWMP_GET_OPTIONS] = { option_name, options },
	[CWMP_INFORM] = { inform, inform_response },
	[CWMP_TRANSFER_COMPLETE] = { transfer_complete, nothing },
	[CWMP_AUTONOMOUS_TRANSFER_COMPLETE] = { autonomous_transfer, nothing },
	[CWMP_REQUEST_DOWNLOAD] = { request_download, nothing },
	[CWMP_KICKED] = { kicked, kicked_response },
	[CWMP_DU_STATE_CHANGE_COMPLETE] = { du_results, nothing },
	[CWMP_AUTONOMOUS_DU_STATE_CHANGE_COMPLETE] = { autonomous_du_results, nothing },
};
/* clang-format on */

const struct cwmp_field *cwmp_fields(enum cwmp_kind kind, enum cwmp_method method)
{
	if (kind == CWMP_FAULT)
		return fault;
	if (method <= CWMP_UNKNOWN_METHOD || method >= CWMP_METHODS)
		return NULL;
	return kind == CWMP_REQUEST ? shapes[method].request : shapes[method].response;
}
