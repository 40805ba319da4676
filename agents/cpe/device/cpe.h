/* One CPE: its lease, its ACS, its data model, and at most one session at a time.
 *
 *  OFF --boot--> LEASING --lease--> IDLE --event--> RESOLVING --> CONNECTING --> TALKING
 *                   ^                ^                  |             |            |
 *                   +-- lease lost --+--- closed ---- CLOSING <-------+------------+
 *
 * Without DHCP a CPE goes from OFF to IDLE. One timer a CPE serves whatever is due next. */
#pragma once

#include "agents/common/http_client.h"
#include "agents/common/resolver.h"
#include "agents/cpe/device/acs_slots.h"
#include "agents/cpe/device/config.h"
#include "agents/cpe/dhcp/dhcp_io.h"
#include "agents/cpe/session/retry.h"
#include "agents/cpe/session/session.h"

struct cpe_fleet;

enum {
	CPE_SCHEDULED_MAX = 16,
	CPE_NAME_MAX = 80,
	CPE_LISTENER_PORT = 7547 /* of ConnectionRequestURL */
};

enum cpe_state {
	CPE_OFF,
	CPE_LEASING,
	CPE_IDLE,
	CPE_RESOLVING,
	CPE_CONNECTING,
	CPE_TALKING,
	CPE_CLOSING,
	CPE_STOPPED,
	CPE_STATES
};

enum cpe_after {           /* what follows when a connection is gone */
	CPE_AFTER_OVER,    /* the session ended with it */
	CPE_AFTER_CONNECT, /* the same on another one */
	CPE_AFTER_RESOLVE  /* the same at another ACS: a redirect */
};

struct cpe_schedule { /* ScheduleInform */
	clock_ns due;
	char *command_key; /* owned; null: empty */
};

struct cpe_wish { /* what an ACS asked for, to be done when the session is over */
	bool reboot, factory_reset;
	char reboot_key[EVENT_COMMAND_KEY_MAX];
};

struct cpe {
	struct cpe_fleet *fleet;
	const char *name;      /* owned */
	const char *interface; /* borrowed, or null */
	uint8_t mac[6];
	bool has_mac;
	char *serial; /* owned */
	int netns;    /* -1: the process's own */
	struct rng rng;
	enum cpe_state state;
	bool is_booting;     /* 1 BOOT is to be told */
	bool is_settled;     /* and this was reported */
	bool has_missed_acs; /* no slot has a URL, and this was reported */
	bool is_stopping;
	uv_timer_t timer;
	unsigned n_open; /* handles that the loop holds */

	struct dhcp_client *dhcp; /* owned; null: no DHCP */
	struct dhcp_io io;
	uv_poll_t *dhcp_poll; /* owned; null: nothing is polled */

	struct acs_slots slots;
	char *acs_url;    /* owned: what the CPE regards as its ACS; null: none yet */
	uint32_t address; /* its own, as far as known */
	char cr_path[17]; /* of ConnectionRequestURL */
	clock_ns booted_at;
	struct model_values values;
	struct rpc rpc;
	struct event_queue events;
	struct cpe_schedule *schedules; /* owned */
	unsigned n_schedules;
	struct cpe_wish wish;

	/* Times on the monotonic clock; INT64_MAX: never. */
	clock_ns boot_at, retry_at, periodic_at, deadline;
	uint64_t periodic_s; /* the interval that periodic_at was made with */
	unsigned retry_count;

	/* The session that runs. */
	struct resolver *resolver;
	struct session *session;
	struct http_client *http;
	struct sockaddr_in acs_address;
	struct failure failure;   /* of a session that did not come to be */
	unsigned n_failed_events; /* that the failed session leaves waiting */
	bool is_resent;           /* this request went out on a second connection */
	struct url url;           /* views into acs_url */
	enum cpe_after after;     /* of the connection that is closing */
	bool is_hanging_up;
};

/* The instance is borrowed; without one the CPE is number i of those that count names.
 * -errno or ERR_* with words. */
int cpe_open(struct cpe *cpe, struct cpe_fleet *fleet,
    const struct cpe_instance *instance, size_t i, struct error *err);

/* Powers it on after a while. */
void cpe_boot_in(struct cpe *cpe, clock_ns delay);

/* Ends the session, releases the lease, closes. fleet's on_stopped is called when the loop
 * has let go of it. */
void cpe_stop(struct cpe *cpe);

/* Frees what cpe_open() made, after the stop. */
void cpe_free(struct cpe *cpe);

const char *cpe_state_name(enum cpe_state state);

/* ---- between the cpe_*.c files ------------------------------------------------------ */

/* Sets the timer to what is due first. Call after any change of a time. */
void cpe_arm(struct cpe *cpe);

/* Something may have happened that wants a session: starts one, or says "settled". */
void cpe_consider(struct cpe *cpe);

/* cpe_dhcp.c */
int cpe_dhcp_open(struct cpe *cpe, struct error *err);
void cpe_dhcp_step(struct cpe *cpe, enum dhcp_client_event event,
    const struct dhcp_packet *packet);
void cpe_dhcp_close(struct cpe *cpe);
/* What is odd about option 43 of the lease, "a length past the end, clamped at byte 0"; ""
 * when nothing is. */
void cpe_explain_option_43(const struct cpe *cpe, char *text, size_t size);

/* cpe_talk.c: one session from the name of the ACS to the last FIN. */
void cpe_talk_start(struct cpe *cpe);
void cpe_talk_timeout(struct cpe *cpe);
/* At once, for a reason of the owner's. */
void cpe_talk_break(struct cpe *cpe, enum failure_layer layer, const char *why);
/* The session has ended and its connection is gone (cpe.c). */
void cpe_talk_over(struct cpe *cpe, bool is_success);

/* cpe_device.c: the CPE as its data model asks for it. */
struct rpc_device cpe_device(struct cpe *cpe);

/* cpe_report.c: events of the control channel. */
void cpe_report_lease(struct cpe *cpe);
void cpe_report_trouble(struct cpe *cpe, const char *event, uint32_t address,
    const char *why);
void cpe_report_acs(struct cpe *cpe);
void cpe_report_start(struct cpe *cpe, const struct cwmp_event *events, size_t n);
void cpe_report_end(struct cpe *cpe, const struct failure *failure);
void cpe_report_retry(struct cpe *cpe, clock_ns wait, struct retry_band band);
void cpe_report_moved(struct cpe *cpe, const char *from, const char *to);
void cpe_report_settled(struct cpe *cpe);
