/* The table of diagnostics: their objects, arguments and results. */
#include "agents/cpe/diag/diag_internal.h"

#include "lib/base/compiler.h"

#define TEXT(name, field, needed)                                               \
	{                                                                       \
		name, offsetof(struct diag_args, field), true, needed, 0, 0, 0, \
	}
#define NUMBER(name, field, least, most, standard)                                  \
	{                                                                           \
		name, offsetof(struct diag_args, field), false, false, least, most, \
		    standard,                                                       \
	}
#define RESULT(name, field, format)                                 \
	{                                                           \
		name, offsetof(struct diag_results, field), format, \
	}
#define END                  \
	{                    \
		.name = NULL \
	}

#define TIMEOUT(standard) \
	NUMBER("Timeout", timeout_ms, 0, DIAG_TIMEOUT_MAX_MS, standard)
#define BLOCK(standard) NUMBER("DataBlockSize", size, 1, DIAG_BLOCK_MAX, standard)
#define DSCP            NUMBER("DSCP", dscp, 0, 63, 0)

/* ---- IPPing ------------------------------------------------------------------------- */

static const struct diag_argument ping_arguments[] = {
	TEXT("Host", host, true),
	NUMBER("NumberOfRepetitions", n, 1, DIAG_PINGS_MAX, 1),
	TIMEOUT(1000),
	BLOCK(56),
	DSCP,
	END,
};

static const struct diag_result ping_results[] = {
	RESULT("IPAddressUsed", from, DIAG_ADDRESS),
	RESULT("SuccessCount", n_ok, DIAG_COUNT),
	RESULT("FailureCount", n_failed, DIAG_COUNT),
	RESULT("AverageResponseTime", mean, DIAG_MS),
	RESULT("MinimumResponseTime", least, DIAG_MS),
	RESULT("MaximumResponseTime", most, DIAG_MS),
	RESULT("AverageResponseTimeDetailed", mean, DIAG_US),
	RESULT("MinimumResponseTimeDetailed", least, DIAG_US),
	RESULT("MaximumResponseTimeDetailed", most, DIAG_US),
	END,
};

/* ---- TraceRoute --------------------------------------------------------------------- */

static const struct diag_argument trace_arguments[] = {
	TEXT("Host", host, true),
	NUMBER("NumberOfTries", n, 1, DIAG_TRIES_MAX, 3),
	TIMEOUT(5000),
	BLOCK(38),
	DSCP,
	NUMBER("MaxHopCount", hops, 1, DIAG_HOPS_MAX, 30),
	END,
};

static const struct diag_result trace_results[] = {
	RESULT("IPAddressUsed", from, DIAG_ADDRESS),
	RESULT("ResponseTime", mean, DIAG_MS),
	END,
};

/* HopHost has the address where no name is known, and HopHostAddress is empty then (TR-098): the
 * CPE asks nobody for names of hops. */
static const struct diag_result hop_results[] = {
	{ "HopHost", offsetof(struct diag_hop, address), DIAG_ADDRESS },
	{ "HopErrorCode", offsetof(struct diag_hop, code), DIAG_COUNT },
	{ "HopRTTimes", 0, DIAG_TIMES },
	{ "Host", offsetof(struct diag_hop, address), DIAG_ADDRESS },
	{ "ErrorCode", offsetof(struct diag_hop, code), DIAG_COUNT },
	{ "RTTimes", 0, DIAG_TIMES },
	END,
};

/* ---- files -------------------------------------------------------------------------- */

static const struct diag_argument download_arguments[] = {
	TEXT("DownloadURL", host, true),
	DSCP,
	END,
};

static const struct diag_argument upload_arguments[] = {
	TEXT("UploadURL", host, true),
	NUMBER("TestFileLength", length, 0, DIAG_FILE_MAX, 0),
	DSCP,
	END,
};

#define TRANSFER_RESULTS                                                              \
	RESULT("IPAddressUsed", from, DIAG_ADDRESS),                                  \
	    RESULT("TCPOpenRequestTime", opening, DIAG_TIME),                         \
	    RESULT("TCPOpenResponseTime", opened, DIAG_TIME),                         \
	    RESULT("ROMTime", asked, DIAG_TIME), RESULT("BOMTime", begun, DIAG_TIME), \
	    RESULT("EOMTime", ended, DIAG_TIME),                                      \
	    RESULT("TotalBytesReceived", n_in, DIAG_COUNT),                           \
	    RESULT("TotalBytesSent", n_out, DIAG_COUNT)

static const struct diag_result download_results[] = {
	TRANSFER_RESULTS,
	RESULT("TestBytesReceived", n_test_bytes, DIAG_COUNT),
	END,
};

static const struct diag_result upload_results[] = {
	TRANSFER_RESULTS,
	RESULT("TestBytesSent", n_test_bytes, DIAG_COUNT),
	END,
};

/* ---- NSLookup ----------------------------------------------------------------------- */

static const struct diag_argument lookup_arguments[] = {
	TEXT("HostName", host, true),
	TEXT("DNSServer", server, false),
	TIMEOUT(5000),
	NUMBER("NumberOfRepetitions", n, 0, DIAG_LOOKUPS_MAX, 1),
	END,
};

static const struct diag_result lookup_results[] = {
	RESULT("SuccessCount", n_ok, DIAG_COUNT),
	END,
};

static const struct diag_result answer_results[] = {
	{ "Status", offsetof(struct diag_answer, status), DIAG_TEXT },
	{ "AnswerType", offsetof(struct diag_answer, type), DIAG_TEXT },
	{ "HostNameReturned", offsetof(struct diag_answer, name), DIAG_TEXT },
	{ "IPAddresses", 0, DIAG_ADDRESSES },
	{ "DNSServerIP", offsetof(struct diag_answer, server), DIAG_ADDRESS },
	{ "ResponseTime", offsetof(struct diag_answer, time), DIAG_MS },
	END,
};

/* ---- all of them -------------------------------------------------------------------- */

const struct diag_kind_row diag_kinds[DIAG_KINDS] = {
	[DIAG_PING] = { { "InternetGatewayDevice.IPPingDiagnostics.",
			    "Device.IP.Diagnostics.IPPing." },
	    ping_arguments, ping_results, NULL, NULL },
	[DIAG_TRACE] = { { "InternetGatewayDevice.TraceRouteDiagnostics.",
			     "Device.IP.Diagnostics.TraceRoute." },
	    trace_arguments, trace_results, "RouteHops.", hop_results },
	[DIAG_DOWNLOAD] = { { "InternetGatewayDevice.DownloadDiagnostics.",
				"Device.IP.Diagnostics.DownloadDiagnostics." },
	    download_arguments, download_results, NULL, NULL },
	[DIAG_UPLOAD] = { { "InternetGatewayDevice.UploadDiagnostics.",
			      "Device.IP.Diagnostics.UploadDiagnostics." },
	    upload_arguments, upload_results, NULL, NULL },
	[DIAG_LOOKUP] = { { "InternetGatewayDevice.NSLookupDiagnostics.",
			      "Device.DNS.Diagnostics.NSLookupDiagnostics." },
	    lookup_arguments, lookup_results, "Result.", answer_results },
};

const char *diag_kind_name(enum diag_kind kind)
{
	static const char *const names[] = {
#define XX(symbol, name) name,
		DIAG_KIND_MAP(XX)
#undef XX
		    "unknown",
	};

	return names[kind];
}

enum diag_kind diag_kind_of(const struct model *model, const struct model_at *object)
{
	struct str path = model->names[object->name].path;

	for (int kind = 0; kind < DIAG_KINDS; kind++) {
		for (size_t i = 0; i < ARRAY_LEN(diag_kinds[kind].paths); i++) {
			if (str_is(path, diag_kinds[kind].paths[i]))
				return (enum diag_kind)kind;
		}
	}
	return DIAG_UNKNOWN;
}

const struct diag_argument *diag_argument_find(enum diag_kind kind, struct str name)
{
	const struct diag_argument *argument =
	    kind == DIAG_UNKNOWN ? NULL : diag_kinds[kind].arguments;

	while (argument && argument->name && !str_is(name, argument->name))
		argument++;
	return argument && argument->name ? argument : NULL;
}

/* ---- places ------------------------------------------------------------------------- */

static bool find_child(const struct model *model, const struct model_at *object,
    struct str name, bool is_end, struct model_at *ret)
{
	const struct model_name *above = &model->names[object->name];

	for (uint32_t i = 0; i < above->n_children; i++) {
		uint32_t child = model->children[above->children + i];
		struct str tail = diag_tail(&model->names[child]);

		if (!(is_end ? str_ends(tail, name) : str_eq(tail, name)))
			continue;
		*ret = *object;
		ret->name = child;
		return true;
	}
	return false;
}

bool diag_child_of(const struct model *model, const struct model_at *object,
    const char *name, struct model_at *ret)
{
	return find_child(model, object, str_of(name), false, ret);
}

/* "LoopDiagnosticsState" of a WANDSLDiagnostics is one, too. */
bool diag_state_of(const struct model *model, const struct model_at *object,
    struct model_at *ret)
{
	return find_child(model, object, STR("DiagnosticsState"), true, ret) &&
	       model->names[ret->name].param->is_writable;
}
