/* HTTP messages of sessions: what they are, what stands in them, what belongs to them. */
#pragma once

#include "capture/record/rpc_outcome.h"
#include "capture/stream/conn.h"
#include "lib/cwmp/cwmp.h"
#include "lib/proto/http_auth.h"

/* A cookie that a response sets (RFC 6265 4.1). */
struct cookie_record {
	const char *pair; /* "name=value" */
	const char *path; /* null: none is said */
	bool is_secure;   /* it may only be sent over TLS */
	bool is_lasting;  /* it has an age or a date, so it may outlive the session */
	bool is_gone;     /* its age or date is over: the CPE has to forget it */
};

enum auth_proof {        /* whether credentials prove that the CPE has the password */
	AUTH_NOT_PROVEN, /* there are none, or the capture does not tell the password */
	AUTH_HOLDS,      /* they do, with the password that the capture tells */
	AUTH_FAILS,      /* they were made with another password */
};

enum auth_fact { /* bits: what is in a challenge or in credentials */
	AUTH_FACT_QOP = 1 << 0,
	AUTH_FACT_NC = 1 << 1,
	AUTH_FACT_STALE = 1 << 2, /* stale=true */
	AUTH_FACT_OTHER_URI =
	    1 << 3, /* the uri of credentials is not that of the request */
	AUTH_FACT_SEVERAL = 1 << 4, /* more challenges than the first, which is kept */
	AUTH_FACT_OTHER_QOP = 1 << 5, /* the qop of credentials is not auth */
	AUTH_FACT_BAD_NC = 1 << 6,    /* nc is not of eight hexadecimal digits */
};

/* What an HTTP message of a session is. One bit each, so that a rule can name several. */
enum http_sort {
	ON_INFORM = 1 << 0,
	ON_CPE_REQUEST = 1 << 1, /* TransferComplete, GetRPCMethods... */
	ON_CPE_RESPONSE = 1 << 2,
	ON_CPE_FAULT = 1 << 3,
	ON_CPE_EMPTY = 1 << 4, /* a POST without a body */
	ON_CPE_OTHER = 1 << 5, /* GET, PUT, or a body that is no envelope */
	ON_INFORM_RESPONSE = 1 << 6,
	ON_ACS_REQUEST = 1 << 7,
	ON_ACS_RESPONSE = 1 << 8, /* to other requests than Inform */
	ON_ACS_FAULT = 1 << 9,
	ON_ACS_EMPTY = 1 << 10,     /* 2xx without a body */
	ON_ACS_CHALLENGE = 1 << 11, /* 401, 407 */
	ON_ACS_REDIRECT = 1 << 12,
	ON_ACS_OTHER = 1 << 13, /* 1xx, 4xx, 5xx, or a body that is no envelope */
	HTTP_SORTS = 14,

	ON_CPE_ENVELOPE = ON_INFORM | ON_CPE_REQUEST | ON_CPE_RESPONSE | ON_CPE_FAULT,
	ON_ACS_ENVELOPE =
	    ON_INFORM_RESPONSE | ON_ACS_REQUEST | ON_ACS_RESPONSE | ON_ACS_FAULT,
	ON_ENVELOPE = ON_CPE_ENVELOPE | ON_ACS_ENVELOPE,
	ON_CPE = ON_CPE_ENVELOPE | ON_CPE_EMPTY | ON_CPE_OTHER,
	ON_ACS = ON_ACS_ENVELOPE | ON_ACS_EMPTY | ON_ACS_CHALLENGE | ON_ACS_REDIRECT |
		 ON_ACS_OTHER,
	ON_ANY = ON_CPE | ON_ACS,
};

/* What a message belongs to. */
struct http_links {
	struct conn_record *conn;
	struct session_record *session; /* null: of none */
	struct http_record *answers;    /* of a response: its request, or null */
	struct http_record *answer;     /* of a request: its final response, or null */
	/* Where it stands among the messages of its session, and its connection among the
	 * connections. */
	uint32_t place, conn_place;
};

/* The start line and the headers; what is not there is null, 0 or false. */
struct http_head_facts {
	unsigned status;               /* of a response */
	const char *method;            /* "POST"; of a request */
	const char *target;            /* of a request */
	const char *host;              /* of a request */
	const char *cookie;            /* of a request */
	const char *location;          /* of a redirect */
	struct cookie_record *cookies; /* that a response sets, the first 16 */
	size_t n_cookies;
	const char *content_type, *soap_action;
	uint8_t minor_version; /* HTTP/1.x */
	bool has_content_type, has_soap_action, has_content_length, is_chunked;
	bool wants_close, wants_continue, has_retry_after;
};

/* A challenge, or the credentials that answer one. */
struct http_auth_facts {
	enum auth_scheme scheme;
	const char *nonce, *cnonce, *username; /* or null */
	const char *realm, *opaque;            /* or null */
	enum auth_algorithm algorithm;
	uint32_t nonce_count; /* nc, 0: none */
	unsigned facts;       /* enum auth_fact */
	enum auth_proof proof;
	bool has_credentials; /* Authorization */
};

/* The bytes after the head, before anybody reads an envelope in them. */
struct http_body_facts {
	uint64_t length;         /* bytes that were seen */
	uint64_t content_length; /* as the head announces it; 0: it does not */
	uint64_t digest; /* of an Inform alone, to know the same one again; else 0 */
	const char *bad; /* why its framing or its SOAP cannot be read; null: it can */
	const char
	    *text; /* of an answer that is no envelope: its first line; or null */
	bool has_bad_framing; /* bad is about Content-Length or chunks */
	bool is_soap_like;    /* bad, but its sender meant it as an envelope */
	bool is_empty;        /* there are none */
	bool is_cut;          /* some are missing */
};

/* The CWMP envelope; where there is none all members are empty. */
struct envelope_facts {
	bool is_there;       /* there is one, and it can be read */
	bool holds_requests; /* HoldRequests is true */
	enum cwmp_kind kind;
	enum cwmp_method rpc;
	enum cwmp_ns ns;
	const char *name;         /* "Inform", "Fault" */
	const char *id;           /* cwmp:ID, or null */
	const char *detail;       /* one line for people */
	const char *encoding;     /* in the XML declaration, or null */
	const char *versions;     /* SupportedCWMPVersions or UseCWMPVersion, or null */
	uint32_t session_timeout; /* header SessionTimeout, seconds; 0: none */
	uint32_t fault_code;      /* 0 where there is none, see has_fault_code */
	bool has_fault_code;
	const char
	    *fault; /* "fault 9003", "a fault without a code"; null: it is none */
};

/* What an Inform says beside its parameters. */
struct inform_facts {
	const char **events;
	const char **event_keys; /* CommandKeys of the events */
	size_t n_events;         /* that are kept: the first 64 */
	/* Of its ParameterList: the sum of param_digest() (http_trace.h) of all. */
	uint64_t list_digest;
	const char *manufacturer; /* of its DeviceId */
	uint32_t event_bits;  /* 1 << enum cwmp_event_code, also of unknown events */
	uint32_t retry_count; /* 0 where there is none, see has_retry_count */
	bool has_retry_count;
};

/* The arguments of an RPC that some rule or report looks at. */
struct rpc_facts {
	/* Not all of the message, and at most 256: those of ManagementServer,
	 * SoftwareVersion, ProvisioningCode, DiagnosticsState, partial paths, and what
	 * observer_options.parameters names; of a SetParameterValues the first 64 of
	 * any name; of a GetParameterValues and its response what the session's last
	 * Set named, too. Of ParameterNames the values are empty; that of a secret is
	 * "***". */
	struct cwmp_param *params;
	size_t n_params;
	const char *password; /* that it sets for ManagementServer; never printed */
	const char *command_key, *parameter_key; /* null: none or empty */
	const char *url, *file_type;             /* of Download and Upload */
	const char *path;  /* ParameterPath, ObjectName of a request; else null */
	struct str *names; /* of a GetParameterValues: ParameterNames, the first 32 */
	size_t n_names;
	size_t n_list; /* members of its ParameterList or ParameterNames, all of them */
	size_t n_partial; /* members of ParameterNames that end in a dot or are empty */
	uint32_t delay_seconds, instance_number, status;
	bool has_status; /* else status is 0 */
	bool next_level;
};

/* One HTTP message, with its CWMP envelope where it has one. Its memory is that of its
 * session. */
struct http_record {
	struct frame_ref first, frame; /* frame: the one in which it is whole */
	unsigned on;                   /* enum http_sort: one bit */
	bool is_request;
	struct http_links links;
	struct http_head_facts head;
	struct http_auth_facts auth;
	struct http_body_facts body;
	struct envelope_facts envelope;
	struct inform_facts inform;
	struct rpc_facts args;
	struct rpc_outcome *outcome;       /* null: none */
	struct str shown_head, shown_body; /* redacted, where bodies are kept */
};

/* The parameter whose name ends in suffix, among http->args.params, or null. */
const struct cwmp_param *http_param(const struct http_record *http, const char *suffix);

/* The charset that its Content-Type names; a null view: none. */
struct str http_charset(const struct http_record *http);
