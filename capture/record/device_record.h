/* CPEs by their DeviceIds: what their ACSs have set and asked of them, and what they owe. */
#pragma once

#include "capture/record/forwarded.h"
#include "capture/record/http_record.h"
#include "capture/record/session_record.h"
#include "lib/base/list.h"

enum {
	DEVICE_PAST_MAX = 128, /* older ones are forgotten */
	DEVICE_OWED_MAX = 32,
	DEVICE_LATER_MAX = 8,
	DEVICE_TRANSFERS_MAX = 8,
};

/* An event that a CPE owes its ACS: it has to be in the Inform of a session to come. */
struct owed_event {
	enum cwmp_event_code code; /* CWMP_EVENT_M_REBOOT... */
	const char *command_key;   /* of the ACS's request; "" none */
	struct frame_ref since;    /* of the response that promised it */
	uint64_t session;
	clock_ns due; /* it must not come before; 0: it may come at once */
	/* Of a diagnostic, whose object is command_key: a response that reads its end; number 0:
	 * none yet. */
	struct frame_ref ended;
	/* The same, private: the Inform of the session that is being learnt may tell its end. */
	bool may_be_told;
};

/* Downloads and uploads of one CommandKey that the ACS asked for and the CPE accepted. */
struct device_transfer {
	const char *command_key;   /* interned */
	enum cwmp_method method;   /* of the last one */
	struct frame_ref accepted; /* the last response */
	uint32_t left; /* that have yet to be told complete, by a TransferComplete */
	bool is_told;  /* one came since, whatever became of it */
};

/* A file that a device is to fetch or to send, as its ACS has told it by Download,
 * ScheduleDownload or Upload over HTTP, until the transfer is over; and what the capture shows of
 * that. The texts are in one piece of memory with it. */
struct file_order {
	enum cwmp_method method;
	struct frame_ref asked; /* the ACS's request */
	const char *command_key, *url;
	const char *username, *password; /* "": none; the password is never printed */
	bool is_moved; /* it was asked for at its URL, or sent there by PUT */
	bool has_sent; /* credentials, there */
	/* The file server answers a request without credentials by a challenge that any CPE
	 * can meet (TR-069 A6 3.4.3); number 0: it does not. */
	struct frame_ref challenged;
	/* The first request that must have been meant for the file, and is not as the ACS wants
	 * it; number 0: there is none. */
	struct frame_ref other;
	char *other_url;          /* owned: where it went; null: to the right place, */
	const char *other_method; /* but by this method; else null */
};

/* A request for a file at the URL of an order, and what came of it. */
struct file_record {
	const struct file_order *order;
	struct frame_ref frame;
	enum auth_scheme
	    scheme;   /* of its credentials; NONE: it has none that can be read */
	bool is_user; /* they are of the order's user */
	enum auth_proof proof; /* of its password */
	bool is_of_acs; /* the file server is the ACS, which may know the CPE already */
	bool is_refused;   /* by 401, and not for an old nonce */
	char username[64]; /* of the credentials, cut */
};

enum {
	DEVICE_ECHOES_MAX = 256 /* echo requests of a ping that are counted */
};

/* The IPPing that an ACS has asked a device for last, and its echoes that the capture shows until the
 * ACS has read its counts. */
struct ping_record {
	char object[64]; /* "Device.IP.Diagnostics.IPPing." */
	char host[64];
	clock_ns timeout; /* for each reply; 0: not known */
	uint16_t id,
	    first; /* of the first request: its identifier, its sequence number */
	unsigned n_sent,
	    n_back;      /* requests, and replies that were in time in any case */
	bool has_others; /* of another identifier, or more than are counted */
	struct {
		bool is_sent, is_back;
		clock_ns time;
	} echoes[DEVICE_ECHOES_MAX]; /* by sequence number, from the first on */
	/* The response that has told these first; number 0: none yet. What comes later counts no
	 * more. */
	struct frame_ref read;
	uint64_t n_success, n_failure;
};

/* What its ACS set last and it confirmed, and in which session. It is in one piece of memory, no
 * larger than what was set at a time needs: every device of a network may have one. */
struct set_values {
	uint64_t session;
	uint16_t n, cap;
	bool has_more; /* there were more than are kept, DEVICE_LATER_MAX */
	struct {
		const char *name, *value;
	} items[];
};

/* What few devices need: calls of connection requests, values that take effect later. */
struct device_more {
	uint64_t n_calls;              /* connection requests, whatever came of them */
	struct frame_ref last_call;    /* answered 200 or 204 */
	struct frame_ref last_refused; /* credentials answered 401 */
	struct frame_ref last_busy;    /* answered 503 */
	struct frame_ref last_other;   /* answered neither 200, 204, 401 nor 503 */
	unsigned last_other_status;
	struct frame_ref last_udp; /* UDP connection request (TR-069 A6 Annex G) */
	struct frame_ref
	    last_unsure; /* its bytes, or its answer, are not in the capture */
	/* The last challenge to a call, for who answers it; a nonce of 0: not known. */
	struct {
		uint32_t nonce;        /* its digest (http_trace.h) */
		uint32_t count;        /* the last nc with it; 0: none yet */
		struct address caller; /* who counted so: each client counts its own */
		bool has_qop;
	} challenge;
	uint64_t busy_session; /* running when the last call was answered; 0: none */
	unsigned calls;        /* successful ones since the last session with event 6 */
	struct {
		const char *name, *value;
		uint64_t session;
	} later[DEVICE_LATER_MAX]; /* set, but in force only later (Status 1) */
	size_t n_later;
	bool has_more_later; /* there were more than are kept */
	struct device_transfer transfers[DEVICE_TRANSFERS_MAX]; /* the newest last */
	size_t n_transfers;
	struct file_order *files[DEVICE_TRANSFERS_MAX]; /* owned, the newest last */
	size_t n_files;
	struct ping_record *ping; /* owned; null: none was asked for */
	/* The events with a CommandKey of the Inform of its last session that failed. */
	struct keyed_event {
		enum cwmp_event_code code;
		const char *key;
	} keyed[DEVICE_LATER_MAX];
	size_t n_keyed; /* DEVICE_LATER_MAX + 1: there were more */
	uint64_t keyed_session;
	uint64_t udp_ts; /* of the last UDP connection request; 0: none */
	/* Credentials that its ACS set and it confirmed; the password is never printed. */
	const char *username, *password;
	const char *redirected_to; /* URL of its last session's redirect; or null */
};

/* The sessions of a device so far, the oldest first. */
struct device_past {
	struct past_session *items; /* owned */
	uint16_t len, cap;
	bool has_forgotten; /* older ones were dropped (DEVICE_PAST_MAX) */
};

/* The ManagementServer of a device, as its ACSs have set it and it has confirmed. */
struct device_settings {
	const char *url;          /* interned; null: not known */
	const char *url_before;   /* the one that the last Set replaced, or null */
	struct frame_ref url_set; /* the response that confirmed that Set; number 0 */
	const char *url_username; /* set together with the URL, or null */
	char *parameter_key;      /* owned: as last confirmed; null: the empty one */
	uint16_t parameter_key_room; /* private: bytes that fit where it is */
	bool has_parameter_key;      /* parameter_key is known */
	uint32_t periodic_interval;  /* seconds; 0: not known */
	uint64_t periodic_since;     /* frame of the message that told it */
	uint32_t retry_min_wait, retry_multiplier; /* s, thousandths; 0: not known */
	uint64_t retry_since; /* frame of the message that told either of them last */
};

/* What the last Inform of a device said. */
struct device_informed {
	uint64_t list_digest;         /* of the ParameterList */
	uint64_t rest_digest;         /* the same without the ParameterKey */
	const char *software_version; /* or null */
	char *call_url;               /* owned: ConnectionRequestURL, or null */
	struct forwarded
	    *forwarded; /* owned: of the last session that tells, or null */
	const char *provisioning_code; /* or null */
	const char *manufacturer;
	uint32_t n_list; /* members of the ParameterList */
};

/* The events that a device owes its ACS. */
struct device_debts {
	struct owed_event *items; /* owned */
	uint32_t len, cap;
	/* A boot was seen, which loses all diagnostics, and each that was requested since is among
	 * these, or was told. */
	bool has_all_diagnostics;
};

/* What must not come again in a device's next session, as digests (http_trace.h): the cookie
 * that was for the last session alone, and the last nonce and cnonce. 0: none. */
struct device_traces {
	uint32_t cookie, nonce, cnonce;
};

/* One CPE by its DeviceId, through all addresses and sessions. */
struct device_record {
	const char *oui, *product_class, *serial; /* in key */
	size_t place;            /* among the devices, by their first frame; from 0 */
	struct cpe_record *host; /* of its last session */
	struct device_past past;
	struct device_settings settings;
	struct set_values *set; /* owned; null: nothing was set */
	struct device_informed informed;
	struct device_debts owed;
	struct device_traces traces;
	unsigned n_live;               /* private: sessions that have not ended */
	struct session_record *latest; /* the newest of those, or null */
	struct device_more *more;      /* null: nothing of it */
	struct cwmp_secrets *secrets;  /* owned: that its ACSs have told it; or null */
	clock_ns overdue_at;           /* private */
	struct list list;              /* private */
	/* Private: its memory, see device_memory.c. */
	char *key;         /* owned */
	struct list hosts; /* struct cpe_record, whose device it is */
	struct list all;   /* of the observer's devices */
	uint32_t refs;     /* of sessions and calls that may ask for it */
	uint16_t key_len;
	bool is_held;   /* a table leads to it */
	bool is_recent; /* it was asked for lately */
};
