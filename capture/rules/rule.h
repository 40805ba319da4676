/* The rules that a capture is judged by: a catalogue as data and one small function each.
 *
 * The observer (observe.h) makes records of what is on the wire; judge.h hands them to the
 * rules as they become whole: a DHCP message, an HTTP message, a session that has ended, a
 * device whose history has grown. A rule looks at its view and says what it found. It
 * speaks only when the capture shows enough: what a rule needs is in its row, and the judge
 * asks it only where that is there.
 *
 * Families of rules are the files of capture/rules/, each a table of rows. */
#pragma once

#include "capture/observe/records.h"
#include "capture/rules/rule_options.h"
#include "lib/base/compiler.h"
#include "lib/proto/dhcp.h"
#include "lib/proto/http.h"

struct findings; /* tell.h */

enum rule_who { /* who can break it */
	RULE_BY_CPE,
	RULE_BY_ACS,
	RULE_BY_SERVER, /* of DHCP */
	RULE_BY_BOTH,   /* whoever sends the message */
};

enum rule_severity {
	RULE_MUST,
	RULE_SHOULD,
	RULE_NOTE,
	RULE_SEVERITIES,
};

/* When a rule is asked, and what of its view is set then (host always is where known). */
enum rule_scope {
	RULE_DHCP,     /* a DHCP message: view.dhcp, view.packet */
	RULE_TLS_OPEN, /* a TLS handshake got as far as the ServerHello, or ended before:
	                  view.conn */
	RULE_CONN, /* a connection is over that was of no session or had its roles turned
			  round: view.conn */
	RULE_MESSAGE, /* an HTTP message of a session, as soon as it is whole: view.session,
	                  view.conn, view.http, view.head, and view.msg where it has an
	                  envelope that can be read */
	RULE_SESSION, /* a session that has ended: view.session, view.device */
	RULE_DEVICE,  /* the same moment, for what it means in the device's history:
	                  view.session, view.device as it was before this session. Asked only
	                  where no session since the one before is hidden (SHOWN_PAST) */
	RULE_CALL, /* an HTTP exchange of a connection request (TR-069 A6 3.2.2): view.call,
	                  view.device and view.host of the CPE that is called */
	RULE_DATAGRAM, /* STUN and UDP connection requests: view.datagram */
	RULE_OVERDUE, /* 30 s have passed since a session ended, or the capture goes on after
	                  it: view.device, view.now. Absences are judged here */
	RULE_END, /* the capture is over: each device once, view.device */
	RULE_SCOPES,
};

/* What a message is; a rule of scope RULE_MESSAGE names those that it looks at. */
enum rule_message {
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
	RULE_MESSAGES = 14,

	ON_CPE_ENVELOPE = ON_INFORM | ON_CPE_REQUEST | ON_CPE_RESPONSE | ON_CPE_FAULT,
	ON_ACS_ENVELOPE =
	    ON_INFORM_RESPONSE | ON_ACS_REQUEST | ON_ACS_RESPONSE | ON_ACS_FAULT,
	ON_ENVELOPE = ON_CPE_ENVELOPE | ON_ACS_ENVELOPE,
	ON_CPE = ON_CPE_ENVELOPE | ON_CPE_EMPTY | ON_CPE_OTHER,
	ON_ACS = ON_ACS_ENVELOPE | ON_ACS_EMPTY | ON_ACS_CHALLENGE | ON_ACS_REDIRECT |
		 ON_ACS_OTHER,
	ON_ANY = ON_CPE | ON_ACS,
};

enum rule_verdict {
	RULE_SILENT,     /* there was nothing that the rule is about */
	RULE_KEPT,       /* there was, and it is as it should be */
	RULE_BROKEN,     /* rule_broken() was told */
	RULE_NOT_JUDGED, /* there was, but the capture does not show enough */
};

struct rule_view {
	struct findings *findings; /* private: where what is found goes */
	const struct rule *rule;   /* the one that is asked */
	struct rule_count *count;  /* private: its count */
	bool is_strict;
	struct cpe_record *host;      /* by address and MAC */
	struct device_record *device; /* by OUI, product class, serial */
	struct session_record *session;
	struct conn_record *conn;
	struct http_record *http;
	const struct http_head *head;
	const struct cwmp_msg *msg;
	const struct dhcp_record *dhcp;
	const struct dhcp_packet *packet;
	const struct call_record *call;
	const struct datagram_record *datagram;
	const struct fleet_record *fleet;
	struct frame_ref now; /* the frame that is being read */
};

struct rule {
	const char *id; /* of facts about the wire: "SES-09" */
	enum rule_who who;
	enum rule_severity severity;
	const char *basis;   /* "TR-069 A6 3.7.1.4" */
	const char *text;    /* the rule in one plain sentence */
	const char *example; /* what breaking it looks like, one to three lines */
	enum rule_scope scope;
	unsigned on;    /* enum rule_message, of scope RULE_MESSAGE */
	unsigned needs; /* enum shown: asked only when the session shows all of it */
	bool is_common; /* the field breaks it often: a note for tolerant readers */
	enum rule_verdict (*check)(struct rule_view *view);
	const struct rule_check *more; /* what else there is to ask; may be null */
};

struct rule_check { /* the last has a null check */
	enum rule_scope scope;
	unsigned on, needs;
	enum rule_verdict (*check)(struct rule_view *view);
};

/* The catalogue, in the order of families (catalogue.h) and of numbers. */
size_t rules_count(void);
const struct rule *rule_at(size_t i);
/* Null when there is none of that id (any case). */
const struct rule *rule_find(const char *id);
const char *rule_severity_name(enum rule_severity severity); /* "must" */
const char *rule_who_name(enum rule_who who); /* "cpe", "acs", "dhcp", "both" */

/* ---- for rules ---------------------------------------------------------------------- */

/* The rule is broken by the message http (who: its sender, frame: its last). The text is
 * one sentence with the values that prove it; secrets must not be in it. RULE_BROKEN. */
enum rule_verdict rule_broken(struct rule_view *view, const struct http_record *http,
    const char *fmt, ...) ATTR_PRINTF(3, 4) ATTR_COLD;

/* The same with who and frame said; who is never RULE_BY_BOTH. */
enum rule_verdict rule_broken_at(struct rule_view *view, enum rule_who who,
    struct frame_ref frame, const char *fmt, ...) ATTR_PRINTF(4, 5) ATTR_COLD;

/* The capture does not show enough: why, in words for people ("start of session
 * missing"), a literal. RULE_NOT_JUDGED. */
enum rule_verdict rule_not_judged(struct rule_view *view, const char *why) ATTR_COLD;

static inline enum rule_verdict rule_kept_if(bool is_kept)
{
	return is_kept ? RULE_KEPT : RULE_SILENT;
}
