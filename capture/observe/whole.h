/* What has become whole: a DHCP message, an HTTP message, a session that has ended, a device
 * whose history has grown. The observer tells one listener, who may look at the records
 * until the call returns; what comes later is not in them yet. */
#pragma once

#include "capture/record/records.h"
#include "capture/record/why.h"
#include "lib/proto/dhcp.h"
#include "lib/proto/http.h"

/* What it is, and which members of struct whole are set then (host always is where known). */
enum whole_what {
	WHOLE_DHCP,     /* a DHCP message: dhcp, packet, exchange */
	WHOLE_TLS_OPEN, /* a TLS handshake got as far as the ServerHello: conn */
	WHOLE_CONN,     /* a connection is over that was of no session or had its roles
			   turned round: conn */
	WHOLE_MESSAGE, /* an HTTP message of a session that has shown an envelope: session,
			   conn, http, head, and msg where it has an envelope that can be
			   read */
	WHOLE_SESSION, /* a session has ended: session, device */
	WHOLE_DEVICE,  /* the same moment, for what it means in the device's history:
			   session, whose shown tells of SHOWN_PAST now, and device as it was
			   before this session */
	WHOLE_CALL, /* an HTTP exchange of a connection request (TR-069 A6 3.2.2) none of
			   whose bytes are missing: call, and device and host of the CPE that
			   is called */
	WHOLE_FILE, /* a request for a file that an RPC has named was answered, or nothing more
			   comes: file, conn, device, host */
	WHOLE_DATAGRAM, /* STUN, UDP connection requests, lightweight notifications:
			   datagram */
	WHOLE_RELAY, /* a proxy has passed on a request of a CPE, or given it an answer, and the
			capture has both its sides: relay, and session, device and host of the
			CPE */
	WHOLE_OVERDUE, /* more than 30 s have passed since a session ended or a connection
			   request succeeded: device, now. What was to come until then has
			   not come */
	WHOLE_FAILED, /* a session, or what a CPE needs before one, has failed: failure, and
			  session, conn, host and device as far as there are any */
	WHOLE_END, /* the capture is over: each device once, device */
	WHOLES,
};

struct whole {
	struct cpe_record *host;      /* by address and MAC */
	struct device_record *device; /* by OUI, product class, serial */
	struct session_record *session;
	struct conn_record *conn;
	struct http_record *http;
	const struct http_head *head;
	const struct cwmp_msg *msg;
	const struct dhcp_record *dhcp;
	const struct dhcp_packet *packet;
	/* Of dhcp, as far as it goes: what servers have offered its client; null: not kept. */
	const struct dhcp_exchange *exchange;
	const struct call_record *call;
	const struct file_record *file;
	const struct datagram_record *datagram;
	const struct relay_record *relay;
	const struct light_facts *light; /* of datagram; null: it is none */
	const struct why *failure;
	const struct fleet_record *fleet;
	struct frame_ref now; /* the frame that is being read */
	unsigned lacks;       /* enum lack: of the session, or of all that was read */
	void *listener;       /* the listener's own, null at first */
};

typedef void whole_fn(void *user, enum whole_what what, struct whole *whole);
