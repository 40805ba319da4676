/* CPEs by their addresses and MACs: their leases, look-ups, and what runs there. */
#pragma once

#include "capture/record/device_record.h"
#include "capture/record/record_list.h"
#include "lib/base/list.h"
#include "lib/proto/url.h"

enum {
	LOOK_UPS_KEPT = 4
};

/* The lease that a CPE works with, and the ACS in it; many CPEs share one. */
struct lease_record {
	uint32_t server;     /* that gave it, host order; 0: not told */
	const char *acs_url; /* interned, as all texts here; null: none in it */
	struct url url;      /* acs_url taken apart; only where has_url */
	bool has_url;
	const char *provisioning_code, *username;
	const char *password; /* to check digests with; never printed */
	uint32_t retry_min_wait, retry_multiplier; /* s, thousandths; 0: not in it */
};

/* What DNS said of a name; one copy for all who were told the same. */
struct resolution {
	uint32_t refs; /* private: look-ups that were told so */
	uint32_t key;  /* private: bytes of it */
	const char *name;
	struct address addresses[4];
	uint8_t n_addresses;
	uint8_t rcode; /* 0 where it was answered without an error, or not yet */
};

/* A look-up as the rules remember it. */
struct look_up {
	struct resolution *what;  /* without an address until it is answered */
	uint64_t asked, answered; /* frames; 0: not yet */
	uint16_t id;
	uint16_t type; /* DNS_TYPE_A or DNS_TYPE_AAAA */
};

/* What is kept of a CPE for people to look at, where records are kept. */
struct cpe_kept {
	uint32_t place; /* among the CPEs, in the order in which they were made */
	char *address_text, *mac_text; /* null: not known */
	struct frame_ref first;        /* the first that shows the CPE */
	struct records dhcp;           /* struct dhcp_record */
	struct records dns;            /* struct dns_exchange */
	struct records conns;          /* struct conn_record */
	struct records calls;          /* struct call_record */
	struct records lights;         /* struct light_record */
};

/* What a CPE waits for before it can open a session: a lease, or the address of its ACS. It is
 * gone once the CPE has what it waits for. */
struct try_record {
	struct cpe_record *cpe;
	struct lease_try {
		/* Its first DHCPDISCOVER or SOLICIT since then; number 0: none. */
		struct frame_ref sought;
		size_t n_sought;
		struct frame_ref
		    refused; /* a DHCPNAK, or a REPLY with an error; number 0: none */
		bool is_offered;
	} leases[2];      /* of DHCPv4 and DHCPv6 */
	const char *name; /* of its ACS, as it was looked up last; or null */
	struct frame_ref query, answer;
	uint8_t rcode;
	struct list list; /* private */
};

/* One CPE by its address and MAC. It is small, as there is one for every address of a network
 * that was ever seen at work. Frames are numbers here, 0 where there was none. */
struct cpe_record {
	uint8_t mac[6];
	bool has_mac;
	bool is_cwmp; /* it has class dslforum.org, sent an Inform, or was expected */
	struct address at;            /* where it is now; NONE: not known */
	uint32_t address;             /* the same as IPv4, host order; 0: none yet */
	struct cpe_kept *kept;        /* null where records are not kept */
	struct device_record *device; /* the last that informed from here */
	/* What the last DHCPACK gave it or, where there is none, the last REPLY; or null. */
	const struct lease_record *lease;
	/* That a digest of its last sessions was made with, of those that the capture tells;
	 * interned, never printed; null: none was. */
	const char *shown_password;
	struct session_record *running; /* the newest that has not ended, or null */
	struct look_up *
	    look_ups; /* owned: the last of at most LOOK_UPS_KEPT, the newest first; or null */
	struct try_record *trying;      /* or null */
	struct frame_ref without_class; /* asked DHCP without class dslforum.org */
	uint64_t leased;                /* the frame of that DHCPACK */
	uint64_t discover;              /* its last DHCPDISCOVER */
	uint64_t started;   /* the last of them that shows a start, not a lost lease */
	clock_ns renews_at; /* when that DHCPACK's lease is due for renewal, T1 */
	/* The last frame of what was, or may have been, a session of it that the capture does
	 * not show as a whole. */
	uint64_t blind;
	uint64_t last_syn; /* of a connection that it opened */
	/* Of a connection to it that may be for a connection request, whatever came then. */
	uint64_t last_opened;
	uint64_t last_arp;   /* its last ARP request, */
	uint32_t arp_target; /* and the address that it asked for */
	uint32_t
	    sessions_since_boot; /* since that DHCPDISCOVER, the running one included */
	uint32_t n_unnamed;      /* private: sessions of it that no Inform names yet */
	uint32_t refs; /* private: of sessions and connections that have not ended */
	uint32_t n_devices;    /* private: whose last session was from here */
	struct host_key *keys; /* private, owned: where else it is found */
	struct list list;      /* private: of the observer's hosts */
	struct list of_device; /* private: of the hosts of its device */
	struct list acts;      /* private: what is to be told of it */
	uint8_t n_keys;        /* private */
	bool is_recent;        /* private: it was asked for lately */
	bool is_known;         /* private: a device was seen there */
	bool is_called;        /* private: a table of calls names it */
	uint8_t n_look_ups;    /* of names, ever; 255 and more are 255 */
	bool without_acs;      /* asked DHCP for no ACS */
	bool
	    has_xmpp; /* it opened a connection to an XMPP server (TR-069 A6 Annex K) */
	bool doubts_lease;  /* private: it gave its lease up, or asked whether it
				    still has it, and no DHCPACK says so */
	bool has_ip6_lease; /* private: a REPLY of DHCPv6 gave it one */
	bool is_shared; /* several devices inform from here: it is a NAT, or a proxy */
};

/* The device at that address; null where none has informed from there, or several have, so that
 * nobody knows whose a message is that no Inform names. */
static inline struct device_record *cpe_device(const struct cpe_record *cpe)
{
	return cpe && !cpe->is_shared ? cpe->device : NULL;
}

/* How many of look_ups there are. */
static inline size_t cpe_n_look_ups(const struct cpe_record *cpe)
{
	return MIN((size_t)cpe->n_look_ups, (size_t)LOOK_UPS_KEPT);
}
