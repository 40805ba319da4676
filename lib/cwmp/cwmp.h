/* CWMP messages (TR-069 A6 Annex A, cwmp-1-0.xsd to cwmp-1-4.xsd) as values.
 *
 * One struct holds any message. Its strings and arrays live in the arena that cwmp_read()
 * was given, or are the caller's when a message is written. */
#pragma once

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/str.h"

#include <stdbool.h>
#include <stdint.h>

/* XX(symbol, name on the wire, who must answer it) */
#define CWMP_METHOD_MAP(XX)                                                 \
	XX(GET_RPC_METHODS, "GetRPCMethods", BOTH)                          \
	XX(SET_PARAMETER_VALUES, "SetParameterValues", CPE)                 \
	XX(GET_PARAMETER_VALUES, "GetParameterValues", CPE)                 \
	XX(GET_PARAMETER_NAMES, "GetParameterNames", CPE)                   \
	XX(SET_PARAMETER_ATTRIBUTES, "SetParameterAttributes", CPE)         \
	XX(GET_PARAMETER_ATTRIBUTES, "GetParameterAttributes", CPE)         \
	XX(ADD_OBJECT, "AddObject", CPE)                                    \
	XX(DELETE_OBJECT, "DeleteObject", CPE)                              \
	XX(REBOOT, "Reboot", CPE)                                           \
	XX(DOWNLOAD, "Download", CPE)                                       \
	XX(SCHEDULE_DOWNLOAD, "ScheduleDownload", CPE)                      \
	XX(UPLOAD, "Upload", CPE)                                           \
	XX(FACTORY_RESET, "FactoryReset", CPE)                              \
	XX(GET_QUEUED_TRANSFERS, "GetQueuedTransfers", CPE)                 \
	XX(GET_ALL_QUEUED_TRANSFERS, "GetAllQueuedTransfers", CPE)          \
	XX(CANCEL_TRANSFER, "CancelTransfer", CPE)                          \
	XX(SCHEDULE_INFORM, "ScheduleInform", CPE)                          \
	XX(CHANGE_DU_STATE, "ChangeDUState", CPE)                           \
	XX(SET_VOUCHERS, "SetVouchers", CPE)                                \
	XX(GET_OPTIONS, "GetOptions", CPE)                                  \
	XX(INFORM, "Inform", ACS)                                           \
	XX(TRANSFER_COMPLETE, "TransferComplete", ACS)                      \
	XX(AUTONOMOUS_TRANSFER_COMPLETE, "AutonomousTransferComplete", ACS) \
	XX(REQUEST_DOWNLOAD, "RequestDownload", ACS)                        \
	XX(KICKED, "Kicked", ACS)                                           \
	XX(DU_STATE_CHANGE_COMPLETE, "DUStateChangeComplete", ACS)          \
	XX(AUTONOMOUS_DU_STATE_CHANGE_COMPLETE, "AutonomousDUStateChangeComplete", ACS)

enum cwmp_method {
	CWMP_UNKNOWN_METHOD,
#define XX(symbol, name, who) CWMP_##symbol,
	CWMP_METHOD_MAP(XX)
#undef XX
	CWMP_METHODS
};

enum cwmp_kind {
	CWMP_REQUEST,
	CWMP_RESPONSE,
	CWMP_FAULT
};

/* The three namespaces there are; 1.3 and 1.4 use that of 1.2 (TR-069 A6 3.5). */
enum cwmp_ns {
	CWMP_NS_UNKNOWN,
	CWMP_NS_1_0,
	CWMP_NS_1_1,
	CWMP_NS_1_2
};

struct cwmp_soap_header {
	bool has_id;
	struct str id;
	bool has_hold_requests, hold_requests;
	bool has_session_timeout;
	uint32_t session_timeout;
	struct str supported_versions; /* null view: absent */
	struct str use_version;
	bool has_no_more_requests, no_more_requests;
};

/* xsi:type of a value, by local name ("string", "unsignedInt", "dateTime"...); empty when
 * the attribute was absent. */
struct cwmp_param {
	struct str name;
	struct str value;
	struct str type;
};

struct cwmp_event {
	struct str code; /* "0 BOOTSTRAP" */
	struct str command_key;
};

struct cwmp_fault { /* SOAP-ENV:Fault with cwmp:Fault in its detail */
	uint32_t code;
	bool has_code;        /* as has_... everywhere: it was read, and is a number */
	struct str text;      /* FaultString */
	struct str soap_code; /* local name: Client, Server */
	struct str soap_string; /* "CWMP fault" */
	struct cwmp_param_fault {
		struct str name;
		uint32_t code;
		struct str text;
		bool has_code;
	} * params; /* SetParameterValuesFault */
	size_t n_params;
};

struct cwmp_device_id {
	struct str manufacturer, oui, product_class, serial_number;
};

struct cwmp_params {
	struct cwmp_param *items;
	size_t len;
};

struct cwmp_strings {
	struct str *items;
	size_t len;
};

struct cwmp_inform {
	struct cwmp_device_id device;
	struct cwmp_event *events;
	size_t n_events;
	uint32_t max_envelopes;
	struct str current_time;
	uint32_t retry_count;
	bool has_max_envelopes, has_retry_count;
	struct cwmp_params params;
};

/* Arguments of every other request and response, as the rows of cwmp_fields.c name them.
 * A member that a message does not have stays zero: a text of it is a null view, where an
 * empty one is not; a number or a truth has a flag has_... that it was read, where anybody
 * asks. The writer looks at no flag. */
struct cwmp_args {
	struct cwmp_params params; /* ParameterList of values */
	struct cwmp_strings names; /* ParameterNames, MethodList, VoucherList */
	struct str parameter_key;
	struct str command_key;
	uint32_t max_envelopes; /* InformResponse */
	uint32_t status;
	bool has_max_envelopes, has_status, has_instance_number, has_fault_code;
	struct str path; /* ParameterPath, ObjectName */
	bool next_level;
	uint32_t instance_number;
	struct cwmp_param_info {
		struct str name;
		bool writable;
		/* attributes */
		bool notification_change, access_list_change;
		uint32_t notification;
		struct cwmp_strings access_list;
	} * infos; /* GetParameterNamesResponse, Set/GetParameterAttributes(Response) */
	size_t n_infos;
	struct str file_type, url, username, password, target_file_name;
	struct str success_url, failure_url;
	uint32_t file_size, delay_seconds;
	struct str start_time, complete_time;
	uint32_t fault_code; /* FaultStruct */
	struct str fault_text;
	struct str announce_url, transfer_url;
	bool is_download;
	struct str command, referer, arg, next; /* Kicked; next is also NextURL */
	struct str option_name;
	struct cwmp_item { /* what repeats in the rarer messages, as name and text */
		struct cwmp_param *fields;
		size_t len;
		/* Of an operation of ChangeDUState, what it does: "InstallOpStruct",
		 * "UpdateOpStruct", "UninstallOpStruct". */
		struct str type;
	} * items; /* TimeWindowList, TransferList, Operations, Results, FileTypeArg... */
	size_t n_items;
};

enum cwmp_deviation { /* bits: readable, but against TR-069 A6 3.5 and Annex A */
	CWMP_NO_HEADER = 1 << 0,
	CWMP_EMPTY_ID = 1 << 1,
	CWMP_ID_NOT_UNDERSTAND = 1 << 2, /* mustUnderstand is not 1 */
	CWMP_WRONG_COUNT = 1 << 3,       /* arrayType count differs from the members */
	CWMP_NO_ARRAY_TYPE = 1 << 4,
	CWMP_NO_XSI_TYPE = 1 << 5,
	CWMP_QUALIFIED_INNER = 1 << 6,
	CWMP_ODD_ENVELOPE_NS = 1 << 7,
	CWMP_UNKNOWN_NS = 1 << 8,
	CWMP_UNKNOWN_ELEMENT = 1 << 9,
	CWMP_MISSING_ARGUMENT = 1 << 10,
	CWMP_SEVERAL_BODIES = 1 << 11,
	CWMP_BOM = 1 << 12,
	CWMP_BAD_VALUE = 1 << 13,      /* a number or boolean that is none */
	CWMP_FAULT_SHAPE = 1 << 14,    /* faultstring or detail not as TR-069 wants */
	CWMP_NOT_UTF8 = 1 << 15,       /* as it should be by its declaration: read as
	                               Latin-1, which is what such ends mean */
	CWMP_UNBOUND_PREFIX = 1 << 16, /* a prefix that nothing declares */
};

/* Where a message deviates, and how: of these deviations the reader notes it. */
enum cwmp_oddity_kind {
	CWMP_ODD_MISSING,    /* CWMP_MISSING_ARGUMENT */
	CWMP_ODD_COUNT,      /* CWMP_WRONG_COUNT */
	CWMP_ODD_ARRAY_TYPE, /* CWMP_NO_ARRAY_TYPE */
	CWMP_ODD_XSI_TYPE,   /* CWMP_NO_XSI_TYPE */
	CWMP_ODD_ID,         /* CWMP_ID_NOT_UNDERSTAND */
	CWMP_ODD_PREFIX,     /* CWMP_UNBOUND_PREFIX */
	CWMP_ODDITIES
};

enum {
	CWMP_MISSING_TOLD_MAX = 4 /* elements in the path of CWMP_ODD_MISSING */
};

struct cwmp_oddity {
	/* The element, by its path below the method:
	 * "ParameterList/ParameterValueStruct[3]/Value". That of the first; of what is missing
	 * the first of them, with ", " between them. Null: not of an element, or none. */
	struct str path;
	/* What is wrong, in words that follow the path: "has no arrayType". Null of what is
	 * missing. */
	struct str text;
	size_t n; /* how often; 0: never */
	/* Of what is missing: how often it is not plain what was meant (is_spared of
	 * cwmp_fields.h). */
	size_t n_needed;
};

struct cwmp_msg {
	enum cwmp_kind kind;
	enum cwmp_method method; /* of a fault: CWMP_UNKNOWN_METHOD */
	struct str
	    method_name; /* local name of the Body's child, as it was on the wire */
	enum cwmp_ns ns;
	struct str ns_uri;
	struct cwmp_soap_header header;
	struct cwmp_inform inform; /* kind REQUEST, method INFORM */
	struct cwmp_args args;
	struct cwmp_fault fault;
	unsigned deviations; /* enum cwmp_deviation */
	struct cwmp_oddity odd[CWMP_ODDITIES];
	/* For the writer alone: the XML declaration is left out, which UTF-8 does without
	 * (XML 1.0 4.3.3). Some ends put what they get into a text of their own. */
	bool has_no_declaration;
};

struct cwmp_limits {   /* 0: the default in brackets */
	size_t bytes;  /* [4 MiB] */
	size_t params; /* [65536] list members in one message */
};

/* Reads one envelope. ERR_MALFORMED with a byte offset and the parser's words for XML
 * that is not well formed (DTDs and entities of one's own are refused as such), for
 * what is no SOAP 1.1 envelope and for an empty Body; ERR_LIMIT over a limit, that of
 * arena included; -ENOMEM. After a failure *msg is not to be used. An unknown
 * method is no error: method is CWMP_UNKNOWN_METHOD. limits may be null. */
int cwmp_read(struct cwmp_msg *msg, struct arena *arena, const void *xml, size_t len,
    const struct cwmp_limits *limits, struct error *err);

enum {
	CWMP_NAME_MAX = 256, /* characters of the name of a parameter or an object */
	CWMP_FAULT_TEXT_MAX = 256 /* and of a FaultString */
};

/* Whether no text of msg is longer than the schema allows (cwmp-1-2.xsd: string(64) and
 * the like count characters, not bytes). 0; or ERR_LIMIT with words such as "SerialNumber
 * has 70000 characters, at most 64 go" for the first that is, which whoever got msg refuses
 * as an invalid argument (8003, 9003). The members of the rarer lists (struct cwmp_item)
 * are not looked at: nothing here keeps them. */
int cwmp_check_lengths(const struct cwmp_msg *msg, struct error *err);

/* Appends the envelope of msg, UTF-8, in the namespace msg->ns (UNKNOWN writes 1.2).
 * NoMoreRequests is not written, and every fault has the faultstring "CWMP fault". Of
 * an item (struct cwmp_item) what it has is written in the order of its rows; what no
 * row names is left out. ERR_MALFORMED for strings that XML cannot hold (NUL, most C0
 * controls, what is no UTF-8) and for an operation of ChangeDUState without its type;
 * ERR_UNSUPPORTED for an unknown method; the error of out. After a failure out holds a
 * part of the envelope. */
int cwmp_write(struct buf *out, const struct cwmp_msg *msg, struct error *err);

/* "Inform", "InformResponse", "Fault"; for an unknown one method_name itself. Lives as
 * long as msg. */
struct str cwmp_msg_name(const struct cwmp_msg *msg);

/* "Inform"; "" for CWMP_UNKNOWN_METHOD. */
const char *cwmp_method_name(enum cwmp_method method);
/* The method of that name, without "Response"; CWMP_UNKNOWN_METHOD when there is
 * none. */
enum cwmp_method cwmp_method_of(struct str name);
/* Whether a CPE, or an ACS, must answer it where it knows it: CWMP_METHOD_MAP. Nobody does
 * CWMP_UNKNOWN_METHOD. */
bool cwmp_cpe_answers(enum cwmp_method method);
bool cwmp_acs_answers(enum cwmp_method method);
/* The first version that has it; CWMP_NS_1_0 for CWMP_UNKNOWN_METHOD (cwmp_method_versions.c). */
enum cwmp_ns cwmp_method_since(enum cwmp_method method);
/* CWMP_NS_UNKNOWN gives that of 1.2. */
const char *cwmp_ns_uri(enum cwmp_ns ns);

/* The text of the item's member of that name, trimmed; a null view where it has none. */
struct str cwmp_item_text(const struct cwmp_item *item, const char *name);

/* ---- faults (TR-069 A6 A.5) --------------------------------------------------------- */

/* The standard FaultString of a code, or "". */
const char *cwmp_fault_text(uint32_t code);
/* "Client" or "Server": who is to blame for a fault of this code; "Server" for unknown
 * ones. */
const char *cwmp_fault_soap_code(uint32_t code);

enum {
	CWMP_METHOD_FAULTS_MAX = 8
};

/* The faults that a CPE may answer a method with, as the standard lists them there (TR-069 A6
 * A.3.1, A.3.2, A.4.1): their number, and the codes in *ret. 0, with *ret as it was, for a
 * method that is not asked of CPEs. */
size_t cwmp_method_faults(enum cwmp_method method, const uint16_t **ret);
/* Whether code is one of those, or one of a vendor's own (9800 to 9899). */
bool cwmp_method_has_fault(enum cwmp_method method, uint32_t code);

/* What a CPE that speaks ns says where it means the fault code (cwmp_fault_versions.c): code
 * itself where that version has it. Of a newer one that is about a file 9010, or 9011 of an upload;
 * of another newer one 9001. */
uint32_t cwmp_fault_in(enum cwmp_ns ns, uint32_t code, bool is_upload);
/* The same for the fault that msg is, or that it tells of a transfer. Its words stay: they say
 * what the older code cannot. */
void cwmp_fit_faults(struct cwmp_msg *msg, enum cwmp_ns ns, bool is_upload);

/* ---- events (TR-069 A6 3.7.1.5, table 8) -------------------------------------------- */

/* XX(symbol, code on the wire, may repeat in one Inform, retry class, delivered by) */
#define CWMP_EVENT_MAP(XX)                                                         \
	XX(BOOTSTRAP, "0 BOOTSTRAP", false, NEVER_DISCARD, INFORM)                 \
	XX(BOOT, "1 BOOT", false, UNTIL_REBOOT, INFORM)                            \
	XX(PERIODIC, "2 PERIODIC", false, NEVER_DISCARD, INFORM)                   \
	XX(SCHEDULED, "3 SCHEDULED", false, NEVER_DISCARD, INFORM)                 \
	XX(VALUE_CHANGE, "4 VALUE CHANGE", false, UNTIL_REBOOT, INFORM)            \
	XX(KICKED, "5 KICKED", false, UNTIL_REBOOT, KICKED)                        \
	XX(CONNECTION_REQUEST, "6 CONNECTION REQUEST", false, NO_RETRY, INFORM)    \
	XX(TRANSFER_COMPLETE, "7 TRANSFER COMPLETE", false, NEVER_DISCARD,         \
	    TRANSFER_COMPLETE)                                                     \
	XX(DIAGNOSTICS_COMPLETE, "8 DIAGNOSTICS COMPLETE", false, UNTIL_REBOOT,    \
	    INFORM)                                                                \
	XX(REQUEST_DOWNLOAD, "9 REQUEST DOWNLOAD", false, UNTIL_REBOOT,            \
	    REQUEST_DOWNLOAD)                                                      \
	XX(AUTONOMOUS_TRANSFER_COMPLETE, "10 AUTONOMOUS TRANSFER COMPLETE", false, \
	    NEVER_DISCARD, AUTONOMOUS_TRANSFER_COMPLETE)                           \
	XX(DU_STATE_CHANGE_COMPLETE, "11 DU STATE CHANGE COMPLETE", false,         \
	    NEVER_DISCARD, DU_STATE_CHANGE_COMPLETE)                               \
	XX(AUTONOMOUS_DU_STATE_CHANGE_COMPLETE,                                    \
	    "12 AUTONOMOUS DU STATE CHANGE COMPLETE", false, NEVER_DISCARD,        \
	    AUTONOMOUS_DU_STATE_CHANGE_COMPLETE)                                   \
	XX(WAKEUP, "13 WAKEUP", false, NEVER_DISCARD, INFORM)                      \
	XX(HEARTBEAT, "14 HEARTBEAT", false, NO_RETRY, INFORM)                     \
	XX(M_REBOOT, "M Reboot", true, NEVER_DISCARD, INFORM)                      \
	XX(M_SCHEDULE_INFORM, "M ScheduleInform", true, NEVER_DISCARD, INFORM)     \
	XX(M_DOWNLOAD, "M Download", true, NEVER_DISCARD, TRANSFER_COMPLETE)       \
	XX(M_SCHEDULE_DOWNLOAD, "M ScheduleDownload", true, NEVER_DISCARD,         \
	    TRANSFER_COMPLETE)                                                     \
	XX(M_UPLOAD, "M Upload", true, NEVER_DISCARD, TRANSFER_COMPLETE)           \
	XX(M_CHANGE_DU_STATE, "M ChangeDUState", true, NEVER_DISCARD,              \
	    DU_STATE_CHANGE_COMPLETE)

enum cwmp_event_code {
#define XX(symbol, code, repeats, retry, delivered) CWMP_EVENT_##symbol,
	CWMP_EVENT_MAP(XX)
#undef XX
	CWMP_EVENT_CODES, /* also: vendor and unknown codes */
};

enum cwmp_event_retry {
	CWMP_RETRY_NEVER_DISCARD,
	CWMP_RETRY_UNTIL_REBOOT,
	CWMP_RETRY_NO_RETRY,
};

/* Of CWMP_EVENT_CODES, which stands for all other codes: the text is "", it may repeat,
 * it is never discarded and an InformResponse delivers it. */
const char *cwmp_event_text(enum cwmp_event_code code);
enum cwmp_event_code cwmp_event_of(struct str text);
enum cwmp_event_retry cwmp_event_retry(enum cwmp_event_code code);
bool cwmp_event_repeats(enum cwmp_event_code code);
/* The method whose response delivers the event. */
enum cwmp_method cwmp_event_delivered_by(enum cwmp_event_code code);
