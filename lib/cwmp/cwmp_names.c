/* Names of CWMP: methods, namespaces, faults, events. */
#include "lib/cwmp/cwmp.h"

static const char *const methods[CWMP_METHODS] = { [CWMP_UNKNOWN_METHOD] = "",
#define XX(symbol, name, who) [CWMP_##symbol] = (name),
	CWMP_METHOD_MAP(XX)
#undef XX
};

const char *cwmp_method_name(enum cwmp_method method)
{
	return method < CWMP_METHODS ? methods[method] : "";
}

enum cwmp_method cwmp_method_of(struct str name)
{
	static const struct str names[CWMP_METHODS] = {
#define XX(symbol, name, who) [CWMP_##symbol] = { name, sizeof(name) - 1 },
		CWMP_METHOD_MAP(XX)
#undef XX
	};

	for (int i = CWMP_UNKNOWN_METHOD + 1; i < CWMP_METHODS; i++) {
		if (str_eq(name, names[i]))
			return (enum cwmp_method)i;
	}
	return CWMP_UNKNOWN_METHOD;
}

enum answerer {
	ANSWERER_CPE = 1,
	ANSWERER_ACS = 2,
	ANSWERER_BOTH = ANSWERER_CPE | ANSWERER_ACS
};

static bool is_answered_by(enum cwmp_method method, enum answerer who)
{
	static const enum answerer answerers[CWMP_METHODS] = {
#define XX(symbol, name, who) [CWMP_##symbol] = ANSWERER_##who,
		CWMP_METHOD_MAP(XX)
#undef XX
	};

	return method < CWMP_METHODS && (answerers[method] & who) != 0;
}

bool cwmp_cpe_answers(enum cwmp_method method)
{
	return is_answered_by(method, ANSWERER_CPE);
}

bool cwmp_acs_answers(enum cwmp_method method)
{
	return is_answered_by(method, ANSWERER_ACS);
}

const char *cwmp_ns_uri(enum cwmp_ns ns)
{
	switch (ns) {
	case CWMP_NS_1_0:
		return "urn:dslforum-org:cwmp-1-0";
	case CWMP_NS_1_1:
		return "urn:dslforum-org:cwmp-1-1";
	case CWMP_NS_UNKNOWN:
	case CWMP_NS_1_2:
		break;
	}
	return "urn:dslforum-org:cwmp-1-2";
}

struct str cwmp_msg_name(const struct cwmp_msg *msg)
{
	/* Static text, since a view cannot be put together: name and name + "Response". */
	static const char *const responses[CWMP_METHODS] = { [CWMP_UNKNOWN_METHOD] = "",
#define XX(symbol, name, who) [CWMP_##symbol] = (name "Response"),
		CWMP_METHOD_MAP(XX)
#undef XX
	};

	if (msg->kind == CWMP_FAULT)
		return STR("Fault");
	if (msg->method == CWMP_UNKNOWN_METHOD || msg->method >= CWMP_METHODS)
		return msg->method_name;
	return str_of(
	    msg->kind == CWMP_RESPONSE ? responses[msg->method] : methods[msg->method]);
}

/* TR-069 A6 A.5, in the words of cwmp-1-2.xsd and cwmp-1-4.xsd */
#define FAULT_MAP(XX)                                                                 \
	XX(8000, "Method not supported", "Server")                                    \
	XX(8001, "Request denied", "Server")                                          \
	XX(8002, "Internal error", "Server")                                          \
	XX(8003, "Invalid arguments", "Client")                                       \
	XX(8004, "Resources exceeded", "Server")                                      \
	XX(8005, "Retry request", "Server")                                           \
	XX(8006, "ACS version incompatible with CPE", "Server")                       \
	XX(9000, "Method not supported", "Server")                                    \
	XX(9001, "Request denied", "Server")                                          \
	XX(9002, "Internal error", "Server")                                          \
	XX(9003, "Invalid arguments", "Client")                                       \
	XX(9004, "Resources exceeded", "Server")                                      \
	XX(9005, "Invalid parameter name", "Client")                                  \
	XX(9006, "Invalid parameter type", "Client")                                  \
	XX(9007, "Invalid parameter value", "Client")                                 \
	XX(9008, "Attempt to set a non-writable parameter", "Client")                 \
	XX(9009, "Notification request rejected", "Server")                           \
	XX(9010, "File transfer failure", "Server")                                   \
	XX(9011, "Upload failure", "Server")                                          \
	XX(9012, "File transfer server authentication failure", "Server")             \
	XX(9013, "Unsupported protocol for file transfer", "Server")                  \
	XX(9014, "File transfer failure: unable to join multicast group", "Server")   \
	XX(9015, "File transfer failure: unable to contact file server", "Server")    \
	XX(9016, "File transfer failure: unable to access file", "Server")            \
	XX(9017, "File transfer failure: unable to complete download", "Server")      \
	XX(9018, "File transfer failure: file corrupted", "Server")                   \
	XX(9019, "File transfer failure: file authentication failure", "Server")      \
	XX(9020, "File transfer failure: not within the time windows", "Client")      \
	XX(9021, "Cancelation of file transfer not permitted", "Client")              \
	XX(9022, "Invalid UUID format", "Client")                                     \
	XX(9023, "Unknown execution environment", "Client")                           \
	XX(9024, "Disabled execution environment", "Client")                          \
	XX(9025, "Deployment unit to execution environment mismatch", "Client")       \
	XX(9026, "Duplicate deployment unit", "Client")                               \
	XX(9027, "System resources exceeded", "Server")                               \
	XX(9028, "Unknown deployment unit", "Client")                                 \
	XX(9029, "Invalid deployment unit state", "Client")                           \
	XX(9030, "Invalid deployment unit update: downgrade not permitted", "Client") \
	XX(9031, "Invalid deployment unit update: version not specified", "Client")   \
	XX(9032, "Invalid deployment unit update: version already exists", "Client")

const char *cwmp_fault_text(uint32_t code)
{
	switch (code) {
#define XX(number, text, who) \
	case number:          \
		return text;
		FAULT_MAP(XX)
#undef XX
	}
	return "";
}

const char *cwmp_fault_soap_code(uint32_t code)
{
	switch (code) {
#define XX(number, text, who) \
	case number:          \
		return who;
		FAULT_MAP(XX)
#undef XX
	}
	return "Server";
}

static const struct {
	const char *text;
	bool repeats;
	enum cwmp_event_retry retry;
	enum cwmp_method delivered_by;
} events[CWMP_EVENT_CODES] = {
#define XX(symbol, code, repeats, retry, delivered) \
	[CWMP_EVENT_##                              \
	    symbol] = { (code), (repeats), CWMP_RETRY_##retry, CWMP_##delivered },
	CWMP_EVENT_MAP(XX)
#undef XX
};

const char *cwmp_event_text(enum cwmp_event_code code)
{
	return code < CWMP_EVENT_CODES ? events[code].text : "";
}

enum cwmp_event_code cwmp_event_of(struct str text)
{
	for (int i = 0; i < CWMP_EVENT_CODES; i++) {
		if (str_is(text, events[i].text))
			return (enum cwmp_event_code)i;
	}
	return CWMP_EVENT_CODES;
}

enum cwmp_event_retry cwmp_event_retry(enum cwmp_event_code code)
{
	return code < CWMP_EVENT_CODES ? events[code].retry : CWMP_RETRY_NEVER_DISCARD;
}

bool cwmp_event_repeats(enum cwmp_event_code code)
{
	return code >= CWMP_EVENT_CODES || events[code].repeats;
}

enum cwmp_method cwmp_event_delivered_by(enum cwmp_event_code code)
{
	return code < CWMP_EVENT_CODES ? events[code].delivered_by : CWMP_INFORM;
}

struct str cwmp_item_text(const struct cwmp_item *item, const char *name)
{
	for (size_t i = 0; i < item->len; i++) {
		if (str_is(item->fields[i].name, name))
			return str_trim(item->fields[i].value);
	}
	return STR_NULL;
}
