/* What was seen of each CPE, in the order of the wire: leases, look-ups, connections and
 * their messages. The observer (observer.h) fills these records from frames; rules,
 * sequences and reports read them. Members called private are the observer's own. Texts are
 * those of an arena of the observer, of the session or of the connection. */
#pragma once

#include "capture/record/conn_record.h"
#include "capture/record/cpe_record.h"
#include "capture/record/device_record.h"
#include "capture/record/http_record.h"
#include "capture/record/lease_step.h"
#include "capture/record/session_record.h"
#include "lib/base/map.h"
#include "lib/cwmp/lightweight.h"
#include "lib/proto/opt43.h"

struct dhcp_record {
	struct frame_ref frame;
	bool is_ip6, is_of_server;
	uint8_t type; /* enum dhcp_message or, for IPv6, dhcp6_message */
	enum lease_step step;
	struct address address; /* offered, leased or asked for */
	uint32_t server;        /* host order; 0: not told, as always in IPv6 */
	uint32_t vlan;          /* as the frame has it; 0: none */
	uint8_t acs_option;     /* of the server: 43, 125 or, for IPv6, 17; 0: none */
	struct opt43 acs;       /* what that option says, read leniently */
	const char *acs_error;  /* what is not well formed in it; null: all is */
	const char
	    *acs_mistake;    /* what it is instead (opt43_mistake()); null: nothing */
	const char *acs_raw; /* its bytes in hex, where they name no ACS */
	const char *options; /* the line of dhcp_options.h; null: none */
};

struct dns_exchange {
	struct frame_ref query, answer; /* answer.number 0: none came */
	const char *name;
	struct address addresses[4];
	uint16_t id;
	uint16_t type; /* DNS_TYPE_A or DNS_TYPE_AAAA */
	uint8_t rcode;
	uint8_t n_addresses;
};

/* One exchange of a connection request: GET, and what the CPE answered. */
struct call_record {
	struct conn_record *conn;
	struct http_record *get, *answer; /* answer: null, none was seen */
	/* Whose ConnectionRequestURL is called; null: nobody's who is known. */
	struct device_record *device;
	struct frame_ref previous; /* the last successful one before, of that device */
};

/* What a datagram says that is meant as a lightweight notification (TR-069 A6 Annex M). */
struct light_facts {
	struct lightweight said; /* as far as it was read; borrowed */
	int error;        /* 0, or why it cannot be read: ERR_MALFORMED, ERR_LIMIT */
	struct error bad; /* in words */
	bool
	    is_cut; /* it is shorter than its head says, so that the capture has not all */
	enum auth_proof proof; /* of its signature */
};

/* The same among what a CPE did. */
struct light_record {
	struct frame_ref frame;
	const char
	    *text;      /* its parameters with their values, or why it cannot be read */
	bool is_broken; /* that */
};

/* What a CPE did beside its sessions: one of these, the others are null. */
struct host_act {
	const struct dhcp_record *dhcp;
	const struct dns_exchange *dns; /* answered, or never to be */
	const struct call_record *call;
	const struct light_record *light;
};

/* What is known of all devices together. */
struct fleet_record {
	uint64_t n_first_retries;    /* first sessions after one that failed */
	clock_ns min_wait, max_wait; /* before those */
	struct frame_ref last_retry;
	const struct device_record *last; /* the device that made it */
	struct map *
	    call_paths; /* struct device_record by path of its call_url, in its normal form */
	uint64_t last_gap; /* frame of the last hole in any connection */
};

/* A UDP datagram of STUN or of a UDP connection request. */
struct datagram_record {
	struct frame_ref frame;
	struct address from, to;
	uint16_t from_port, to_port;
	uint32_t vlan; /* 0: it has no tag; see struct link */
	struct str payload;
};
