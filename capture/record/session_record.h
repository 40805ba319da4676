/* CWMP sessions, and what of a session is remembered. */
#pragma once

#include "capture/record/conn_record.h"
#include "capture/record/forwarded.h"
#include "capture/record/http_record.h"
#include "capture/record/record_list.h"
#include "capture/record/relay_record.h"
#include "capture/record/unjudged.h"
#include "lib/base/list.h"
#include "lib/base/map.h"

enum shown {                  /* bits: what the capture shows of a session */
	SHOWN_START = 1 << 0, /* its first message in the capture is its first one */
	SHOWN_BOTH = 1 << 1,  /* both directions */
	SHOWN_WHOLE = 1 << 2, /* no bytes are missing, every message can be read */
	SHOWN_END = 1 << 3,   /* it ended before the capture did */
	SHOWN_PAST =
	    1 << 4, /* no session of its CPE can have come unseen between it and
	                         the last one in the device's past */
	SHOWN_ALL = SHOWN_START | SHOWN_BOTH | SHOWN_WHOLE | SHOWN_END | SHOWN_PAST,
};

/* Bits: what messages lack that were read from a text (capture/text/text.h). */
enum lack {
	LACKS_PACKETS =
	    1 << 0,           /* TCP, TLS, DHCP, DNS; when and whether anything came */
	LACKS_LINES = 1 << 1, /* the start lines of the wire */
	LACKS_HEADS = 1 << 2, /* its headers */
	LACKS_TALK = 1 << 3,  /* other messages may have stood between these */
	LACKS_ALL = LACKS_PACKETS | LACKS_LINES | LACKS_HEADS | LACKS_TALK,
};

/* One request of the CPE and what the ACS answered in the end: rounds of 401, 100 Continue
 * and redirects are left out. */
struct turn {
	struct http_record *post;
	struct http_record *answer; /* null: none was seen */
};

/* What of a session went over one of its connections. */
struct conn_part {
	const struct http_record *first, *last; /* messages; null: there are none */
};

enum session_outcome {
	SESSION_RUNNING,  /* or the capture ended first */
	SESSION_COMPLETE, /* as TR-069 A6 3.7.1.4 wants */
	SESSION_BROKEN,   /* it ended before that */
};

/* One CWMP session (TR-069 A6 3.7): what belongs together by connection, cookie, CPE and
 * time, on one TCP connection or several. */
struct session_record {
	/* From 1, in the order in which it became certain that they are sessions: of the
	 * first envelope, or of the end where there is none. 0: it is not yet. */
	uint64_t id;
	struct arena arena;
	struct cpe_record *host;
	struct address at; /* of the host, once it has ended; NONE: not known */
	uint64_t ended;    /* the frame up to which it was waited for */
	struct device_record *device; /* null until an Inform names it */
	/* The device that informed last from its address, where that is another one. */
	struct device_record *device_before;
	struct records conns;   /* struct conn_record */
	struct map conns_known; /* private: the same by their ids, once they are many */
	struct records messages; /* struct http_record, in the order of frames */
	struct turn *turns;      /* once it has ended */
	size_t n_turns;
	struct conn_part *parts; /* once it has ended: of each of its conns */
	/* The first Inform that was answered with InformResponse, else the last one; null:
	 * there is none. */
	struct http_record *inform;
	bool has_inform_response;
	const struct http_record *last_set; /* SetParameterValues, or null */
	const struct forwarded
	    *forwarded; /* as its first request that tells; or null */
	/* Owned: what its requests have carried while nobody had named the device; or null. */
	struct cwmp_secrets *secrets;
	unsigned shown;        /* enum shown */
	unsigned lacks;        /* enum lack */
	const char *not_shown; /* the first thing that is missing, in words, or null */
	enum session_outcome outcome;
	enum unjudged unjudged;      /* once it has ended */
	const struct why *failure;   /* once it has ended; null: it has not failed */
	struct frame_ref start, end; /* SYN or first message; last frame */
	const char *url;      /* where the CPE POSTs to, interned; null: not known */
	unsigned n_envelopes; /* of CWMP, also those that cannot be read */
	struct frame_ref
	    called; /* the first connection request while it ran; number 0 */
	struct relay_place relayed_to; /* private: by a proxy, the last request */
	bool is_relay; /* private: a proxy's, whose CPEs have sessions of their own */
	uint64_t relay_of;   /* private: the first frame of the CPE's; 0: it is none */
	bool acs_challenged; /* private: the ACS behind a proxy wants credentials */
	bool is_cwmp; /* private: it goes to an ACS beyond doubt, without an envelope */
	bool is_done; /* private: the CPE has said that it has nothing more */
	unsigned open_conns;    /* private */
	clock_ns waits_since;   /* private: since then no connection is open */
	struct records cookies; /* private: keys of the observer's by_cookie */
	bool shares_cookie;     /* private: one of them is that of another session */
	struct list list;       /* private */
};

/* What is remembered of a session in its device's history. */
struct past_session {
	uint64_t id;
	struct frame_ref start, end;
	uint64_t inform; /* frame; 0: it had none */
	uint64_t closed; /* frame of the CPE's FIN or of an RST; 0: none was seen */
	const char *url; /* interned: the same URL is the same pointer */
	uint16_t client_port;
	uint32_t event_bits; /* as http_record's */
	uint32_t
	    undelivered; /* of them: the response that delivers them did not come */
	uint32_t retry_count;
	uint8_t calls; /* successful connection requests that it may be the answer to */
	uint8_t shown            : 5; /* enum shown */
	uint8_t outcome          : 2; /* enum session_outcome */
	bool has_inform_response : 1;
	bool went_on             : 1; /* the CPE did: it has that InformResponse */
	bool has_retry_count     : 1; /* else retry_count is 0 */
	uint32_t conn; /* the end of the id of its last connection, from client_port */
};

/* Whether both were there at once on two connections from the same port: what a CPE begins beside a
 * session comes from another one. So it is one session, recorded on both sides of a NAT. */
static inline bool session_is_twin(const struct session_record *session,
    const struct past_session *past)
{
	if (past->end.number < session->start.number ||
	    past->start.number > session->end.number)
		return false;
	for (size_t i = 0; i < session->conns.len; i++) {
		const struct conn_record *conn = session->conns.items[i];

		if (conn->client_port == past->client_port &&
		    (uint32_t)conn->id != past->conn)
			return true;
	}
	return false;
}
