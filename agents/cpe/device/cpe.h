/* One CPE: its lease, its ACS, its data model, and at most one session at a time.
 *
 *   OFF --boot--> LEASING --leased--> IDLE --news--> TALKING --over--> IDLE
 *   IDLE --lost--> LEASING
 *   TALKING --lost--> STRANDED --over--> LEASING
 *   STRANDED --leased--> TALKING
 *   IDLE --reboot--> OFF
 *   LEASING --reboot--> OFF
 *   any --stop--> STOPPING --released--> STOPPED
 *
 * It reboots because an ACS has asked for it, or to run a new image, which takes it a while
 * in OFF.
 * Not drawn are the moves that leave a CPE where it is: a lease that is renewed, or lost
 * while it has no meaning; a session that ends after the stop. "any" is each state before
 * STOPPING. A CPE without DHCP is leased as soon as it boots. STRANDED: the session was
 * broken off because the lease was lost, and its connection is still closing.
 *
 * This is the life of a CPE between its sessions: when it boots, informs, retries, moves.
 * It opens no socket and reads no clock: struct cpe_edges does, and calls back with what
 * happened (cpe_leased() to cpe_over(), cpe_tick()). */
#pragma once

#include "agents/common/tls_memory.h"
#include "agents/cpe/device/config.h"
#include "agents/cpe/dhcp/dhcp_lease.h"
#include "agents/cpe/diag/diag.h"
#include "agents/cpe/jobs/jobs.h"
#include "agents/cpe/place/cpe_place.h"
#include "agents/cpe/reach/reach_hub.h"
#include "agents/cpe/reach/udp_door.h"
#include "agents/cpe/rpc/rpc.h"
#include "agents/cpe/session/acs_slots.h"
#include "agents/cpe/session/event_queue.h"
#include "agents/cpe/session/failure.h"
#include "agents/cpe/session/observer.h"
#include "agents/cpe/session/retry.h"
#include "agents/cpe/wheel/wheel.h"
#include "lib/base/clock.h"

#include <uv.h>

struct cpe_fleet;
struct cpe_receipt;
struct lessee;
struct lessee6;
struct package;
struct probe;
struct switchboard;
struct talk;

enum {
	CPE_BYTES_MAX = 624, /* of a struct cpe; all of an idle CPE is 1.1 KB at most */
	CPE_SCHEDULED_MAX = 16,
	CPE_CALL_URL_MAX = 128 /* of a ConnectionRequestURL, terminated */
};

/* XX(symbol, name). The names stand in the agent's "status", but for TALKING, where the
 * state of the session stands. */
#define CPE_STATE_MAP(XX)        \
	XX(OFF, "off")           \
	XX(LEASING, "leasing")   \
	XX(IDLE, "idle")         \
	XX(TALKING, "talking")   \
	XX(STRANDED, "closing")  \
	XX(STOPPING, "stopping") \
	XX(STOPPED, "stopped")

enum cpe_state {
#define XX(symbol, name) CPE_##symbol,
	CPE_STATE_MAP(XX)
#undef XX
	CPE_STATES
};

#define CPE_EVENT_MAP(XX)                                             \
	XX(BOOT, "boot")                                              \
	XX(LEASED, "leased")                                          \
	XX(LOST, "lost")     /* the lease */                          \
	XX(NEWS, "news")     /* an event is to be told, and is due */ \
	XX(OVER, "over")     /* the session, with its connection */   \
	XX(REBOOT, "reboot") /* and no session runs */                \
	XX(STOP, "stop")                                              \
	XX(RELEASED, "released") /* the loop holds nothing of the CPE any more */

enum cpe_event {
#define XX(symbol, name) CPE_EVENT_##symbol,
	CPE_EVENT_MAP(XX)
#undef XX
	CPE_EVENTS
};

struct cpe;

/* What a CPE does to the world, and time. One table for all CPEs: cpe_edges.c has the
 * agent's, tests have their own. */
struct cpe_edges {
	clock_ns (*monotonic)(void);
	clock_ns (*wall)(void);
	/* Calls cpe_tick() at cpe_due(), which is another time than before. */
	void (*arm)(struct cpe *cpe);
	/* Asks for a lease; cpe_leased() follows. CPEs with DHCP only, as the next. */
	void (*lease)(struct cpe *cpe);
	/* Gives the lease back; cpe_lost() is called from inside. */
	void (*release)(struct cpe *cpe);
	/* Its address is another one, or it has none (0), or it is switched on or off, or a
	 * session may have set what STUN goes by: listens for connection requests where
	 * cpe_is_reachable(). */
	void (*listen)(struct cpe *cpe);
	/* Starts a session with the events that wait. cpe_over() follows, perhaps from
	 * inside this call. -ENOMEM when it could not be started. */
	int (*talk)(struct cpe *cpe);
	/* Breaks the session off. cpe_over() follows, perhaps from inside. */
	void (*hang_up)(struct cpe *cpe, enum failure_layer layer, const char *why);
	/* Sends a lightweight notification; one that is under way gives way. May be null. */
	void (
	    *notify)(struct cpe *cpe, struct str host, uint16_t port, struct str bytes);
	/* Starts the transfer of a job that runs now. cpe_transferred() follows, never from
	 * inside this call. -ENOMEM. */
	int (*transfer)(struct cpe *cpe, const struct job *job);
	/* Gives it up: cpe_transferred() does not follow. No-op when none is under way. */
	void (*cancel)(struct cpe *cpe);
	/* Starts a diagnostic. cpe_diag_ended() follows, never from inside this call.
	 * -ENOMEM. */
	int (*diagnose)(struct cpe *cpe, enum diag_kind kind,
	    const struct diag_args *args);
	/* Gives it up: cpe_diag_ended() does not follow. No-op when none runs. */
	void (*desist)(struct cpe *cpe);
	/* A job has ended that the session may wait for. */
	void (*resume)(struct cpe *cpe);
	/* Gives the lease back and lets go of everything. cpe_release() is called for each
	 * thing that the loop has held. */
	void (*close)(struct cpe *cpe);
	/* The last of them is gone. */
	void (*stopped)(struct cpe *cpe);
};

struct cpe_schedule { /* ScheduleInform */
	clock_ns due;
	char *command_key; /* owned; null: empty */
};

enum cpe_power { /* what is to become of a CPE, by its plug */
	CPE_POWER_AS_IS,
	CPE_POWER_CYCLE,
	CPE_POWER_OFF
};

/* What was typed at its console and no parameter of its model holds; without a console all of it is
 * as in cpe_open(). */
struct cpe_typed {
	clock_ns wait_timeout; /* of sessions; 0: the configuration's */
	clock_ns inform_at;    /* monotonic: one Inform then; INT64_MAX: none */
	uint32_t retry_limit;  /* 0: it never tries again */
	bool has_retry_limit;
	bool is_disabled; /* CWMP: it tells nobody anything, and nobody can call it */
};

struct cpe_wish {         /* what was asked for, to be done when the session is over */
	clock_ns back_at; /* of CPE_POWER_OFF: when it boots; 0: when it is told to */
	char *reboot_key; /* owned; null: empty */
	enum cpe_power power;
	bool reboot, factory_reset;
};

struct cpe_trigger {         /* of passive lightweight notifications; zeroed at first */
	uint64_t interval_s; /* that at was made with, and the phase; 0: none is */
	clock_ns phase;
	clock_ns at;
	bool has_rest; /* what was due had no room in one message */
};

/* There may be hundreds of thousands in a process: what most of them have no use for is behind a
 * pointer, and made when it is needed. */
struct cpe {
	struct cpe_fleet *fleet;
	char *name; /* owned; the serial number stands behind it */
	const char *serial;
	struct cpe_place *place;
	uint64_t number; /* in its fleet, from 0; of a shard: in the whole of it */
	struct rng rng;
	char cr_path[17]; /* of ConnectionRequestURL */
	uint8_t mac[6];
	bool has_mac;
	enum cpe_state state;
	bool is_booting;         /* 1 BOOT is to be told */
	bool is_settled;         /* and this was reported */
	bool has_missed_acs;     /* no slot has a URL, and this was reported */
	bool has_talked;         /* a session is over, */
	bool is_last_ok;         /* well, the last one */
	bool hears;              /* connection requests, though its fleet is deaf */
	bool has_own;            /* what it does of its own accord has been queued */
	bool is_uploading;       /* the file that is under way goes to a server */
	bool is_switch;          /* its interface is a bridge */
	bool was_reset;          /* when it was opened, before it had a console */
	bool has_acs6;           /* that its lease names is DHCPv6's */
	bool may_want_diagnosis; /* one may be requested that does not run yet */
	uint8_t n_failed_events; /* that the failed session leaves waiting */
	uint8_t n_schedules;
	uint16_t n_open;  /* things that the loop holds */
	unsigned n_ports; /* of a switch, that its data model has objects of */
	struct cpe_typed typed;

	/* The edges', which make them and take them away. */
	struct wheel_timer timer;    /* on the wheel of its fleet */
	struct lessee *lessee;       /* owned; null: no DHCP */
	struct lessee6 *lessee6;     /* owned; null: it leases nothing of IPv6 */
	struct talk *talk;           /* null: no session runs */
	struct cpe_receipt *receipt; /* null: no file is under way */
	struct probe *probe;         /* null: no diagnostic runs */
	struct switchboard *ports;   /* owned; null: it is no switch */
	struct udp_door *udp;        /* null: STUN is off */
	struct light_sender *light;  /* null: no notification is under way */
	/* For connection requests; the other, owned, where its place has an IPv6 address. */
	struct reach_door door, *door6;
	struct cr_throttle throttle; /* of both */
	struct tls_memory tls_memory;
	struct cookie_jar *kept_cookies; /* null, unless it has the quirk */

	const struct dhcp_lease *lease; /* the lessee's; null: no DHCP */
	struct acs_slots slots;
	const char *acs_url; /* what the CPE regards as its ACS; null: none yet */
	const char *software_version; /* of the image that it runs; null: the model's */
	const char *last_why; /* of the last session, which failed; null: none has */
	struct model_values values;
	struct event_queue events;
	struct jobs jobs;
	struct cpe_schedule *schedules; /* owned */
	struct cpe_wish wish;
	struct model_at
	    *diagnostic; /* owned: the one at this object runs; null: none */
	struct cpe_trigger *trigger; /* owned; null: it sends no lightweight ones */
	uint32_t address;            /* its own, as far as known */
	unsigned retry_count;
	uint32_t n_begun;    /* sessions, since it was opened */
	uint32_t periodic_s; /* the interval that periodic_at was made with; 0: none */

	/* Times on the monotonic clock; INT64_MAX: never. */
	clock_ns booted_at;
	clock_ns boot_at, retry_at, periodic_at;
	clock_ns watch_at;       /* what an ACS wants to know at once may change then */
	clock_ns cut_until;      /* its uplink is cut until then; 0: it is not */
	clock_ns over_at;        /* of the last session */
	clock_ns ok_at;          /* of the last one that was well; 0: none was */
	clock_ns due_since;      /* the next session was to begin then */
	clock_ns late;           /* for so long the process has kept it waiting */
	clock_ns periodic_phase; /* that periodic_at was made with: phase_of() */
	clock_ns retry_after;    /* that the last ACS to fail it asked for; 0: none */
};

_Static_assert(sizeof(struct cpe) <= CPE_BYTES_MAX,
    "a member that few CPEs have a use for stands behind a pointer");

/* Makes CPE i of a (whole) range, number n of its fleet, both from 0; place is borrowed for its
 * life. -ENOMEM with words; *cpe is to be freed in any case. */
int cpe_open(struct cpe *cpe, struct cpe_fleet *fleet, const struct cpe_range *range,
    uint64_t i, uint64_t n, struct cpe_place *place, struct error *err);

/* Powers it on after a while. */
void cpe_boot_in(struct cpe *cpe, clock_ns delay);

/* Makes it as it came from the factory, but for the image that it runs: what was set, ordered and
 * has yet to be told is gone, and its next session is a BOOTSTRAP. Of one that is between
 * sessions, and about to boot. */
void cpe_reset(struct cpe *cpe);

/* Does what is wished for: resets it to the factory's state, boots it, switches it off. Only
 * between sessions. */
void cpe_reboot(struct cpe *cpe);

/* Ends the session, releases the lease, closes. The edge stopped() follows when the loop
 * has let go of it. No-op when it was called before. */
void cpe_stop(struct cpe *cpe);

/* Frees what cpe_open() made, after the stop. */
void cpe_free(struct cpe *cpe);

/* When cpe_tick() is to be called; INT64_MAX: never. */
clock_ns cpe_due(const struct cpe *cpe);

/* ---- what the edges tell ------------------------------------------------------------ */

/* It is cpe_due(): boots, and takes the events whose time has come. cpe_consider() is to
 * be called after it. */
void cpe_tick(struct cpe *cpe);

/* Something may have happened that wants a session: starts one, or reports "settled". */
void cpe_consider(struct cpe *cpe);

/* cpe->lease is on the interface. is_renewal: it was, and something else of it is new.
 * cpe_consider() is to be called after it, and after the next. */
void cpe_leased(struct cpe *cpe, bool is_renewal);

/* The address is not the CPE's any more; it still stands on the interface. */
void cpe_lost(struct cpe *cpe, uint32_t address, const char *why);

/* The same of IPv6, of which place->address6 tells; acs: what DHCPv6 names, or null. A CPE of
 * both families is leased when it has both, or cpe_waited() says that it waits no more; what
 * comes later is news, and what goes while the other stays as well. */
void cpe_leased6(struct cpe *cpe, bool is_renewal, const struct opt43 *acs);
void cpe_lost6(struct cpe *cpe, const uint8_t *address, const char *why);
void cpe_waited(struct cpe *cpe);

/* Whether a family is leased that is still to come. */
bool cpe_awaits_family(const struct cpe *cpe);

/* Whether it has its address from the network, which comes and goes. */
static inline bool cpe_leases(const struct cpe *cpe)
{
	return cpe->lease || cpe->lessee6;
}

/* The kernel uses this address towards the ACS; it was not known before. */
void cpe_addressed(struct cpe *cpe, uint32_t address);
void cpe_addressed6(struct cpe *cpe, const uint8_t *address);

/* A connection request was accepted and answered: a session follows, at once or after the one
 * that runs, however many requests there are until then (TR-069 A6 3.2.2.2). */
void cpe_called(struct cpe *cpe);

/* Whether it is switched on and has an address. */
bool cpe_is_reachable(const struct cpe *cpe);

/* The session is over and its connection is gone. */
void cpe_over(struct cpe *cpe, bool is_success);

/* The loop holds one thing more of the CPE, since cpe_hold(), or one less; after the
 * last cpe_release() it has stopped. */
void cpe_hold(struct cpe *cpe);
void cpe_release(struct cpe *cpe);

/* ---- cpe_range.c -------------------------------------------------------------------- */

/* Another name and serial number; both may be views of what it has. -ENOMEM: it has what it
 * had. */
int cpe_set_names(struct cpe *cpe, struct str name, struct str serial);

/* ---- cpe.c, for its other parts ------------------------------------------------------ */

/* Takes the move that the event leads to, or logs that there is none. */
void cpe_enter(struct cpe *cpe, enum cpe_event event);
bool cpe_is_stopping(const struct cpe *cpe);

/* ---- cpe_life.c --------------------------------------------------------------------- */

/* Whether event is allowed in state, and where it leads. */
bool cpe_step(enum cpe_state state, enum cpe_event event, enum cpe_state *ret);
const char *cpe_state_name(enum cpe_state state);
const char *cpe_event_name(enum cpe_event event);

/* ---- cpe_plan.c: when a CPE does something of its own accord ------------------------- */

/* A session has failed: sets retry_at and reports it, or gives up (retry.limit). */
void cpe_plan_retry(struct cpe *cpe);

/* Plans the periodic Inform anew where the data model has another interval, none, or another
 * time for its phase (TR-181, PeriodicInformTime). */
void cpe_plan_periodic(struct cpe *cpe);

/* One Inform at this time of day ("2026-01-01T00:00:00", UTC); a time that is over plans none. */
void cpe_plan_inform(struct cpe *cpe, struct str time);

/* CWMP is disabled: nothing is planned any more. */
void cpe_plan_nothing(struct cpe *cpe);

/* When cpe_tick() has something to do of this; INT64_MAX: never. */
clock_ns cpe_plan_due(const struct cpe *cpe);

/* Puts the events into the queue whose time has come by now. */
void cpe_take_due_events(struct cpe *cpe, clock_ns now);

/* ScheduleInform: 0, or a fault code. */
uint32_t cpe_schedule(struct cpe *cpe, uint32_t delay_s, struct str command_key);
void cpe_forget_schedules(struct cpe *cpe);

/* ---- cpe_sight.c: when sessions were to begin ---------------------------------------- */

/* It is now, and at was the time of something that wants a session. */
void cpe_due_since(struct cpe *cpe, clock_ns at, clock_ns now);

/* A session begins: what an observer is to know of it. Later ones are due anew. */
struct cpe_sight cpe_take_sight(struct cpe *cpe);

/* ---- cpe_jobs.c: what goes on beside and after sessions ------------------------------ */

struct cpe_file {       /* what a transfer has brought; borrowed */
	uint32_t fault; /* 0: all is well */
	const char *why;
	const char *version; /* of an image; null: it is none */
	struct str settings; /* of a configuration file; null view: it is none */
	bool has_commands;   /* it is one of the vendor, and its console has it */
	const struct package *package; /* of a deployment unit; null: it is none */
};

/* Does what is due of the jobs, and can be done in this state. */
void cpe_jobs_run(struct cpe *cpe);

/* When cpe_jobs_run() has something to do, monotonic; INT64_MAX: never. */
clock_ns cpe_jobs_due(const struct cpe *cpe);

/* The transfer that edges->transfer() has started is over. */
void cpe_transferred(struct cpe *cpe, const struct cpe_file *file);

/* A session begins: what is DONE is in its Inform. */
void cpe_jobs_announce(struct cpe *cpe);
/* The ACS is another one: it is not told of transfers that the last one has ordered (a
 * BOOTSTRAP discards what was to be told, TR-069 A6 3.7.1.5). */
void cpe_jobs_forget_untold(struct cpe *cpe);
/* The session is over: what it was to be told, and was not, is told by a later one. */
void cpe_jobs_session_over(struct cpe *cpe);

/* A new image has come and waits for the reboot. */
bool cpe_wants_flash(const struct cpe *cpe);

/* The CPE goes down or loses its address: what runs begins anew later. */
void cpe_jobs_interrupt(struct cpe *cpe);
/* It comes up, with the new image where it has one. */
void cpe_jobs_boot(struct cpe *cpe);

/* ---- cpe_own.c: what no ACS has ordered ---------------------------------------------- */

/* It boots: queues what its model has it do of its own accord, once in its life. */
void cpe_own_boot(struct cpe *cpe);
/* Queues one thing that it does of its own accord. -ENOMEM. */
int cpe_own_begin(struct cpe *cpe, const struct model_own *own);
/* Whether a job that is over is to be told; results that are not are dropped. True of what an
 * ACS has ordered. */
bool cpe_own_is_told(const struct cpe *cpe, struct job *job);

/* ---- cpe_units.c: deployment units --------------------------------------------------- */

/* Does what a change has yet to do, until it waits for a file. Whether it is DONE. */
bool cpe_units_run(struct cpe *cpe, struct job *job);
/* The file of its operation has come, or not. Whether it is DONE. */
bool cpe_units_fetched(struct cpe *cpe, struct job *job, const struct cpe_file *file);

/* ---- cpe_diag.c: diagnostics --------------------------------------------------------- */

/* No session runs and none is due: starts the first diagnostic that is requested, unless one
 * runs. */
void cpe_diag_run(struct cpe *cpe);

/* Whether one runs, or is about to. */
bool cpe_diag_is_busy(const struct cpe *cpe);

/* An ACS has set something of the diagnostic at object: if it runs, it is ended. */
void cpe_diag_set(struct cpe *cpe, const struct model_at *object);

/* What edges->diagnose() has started is over. cpe_consider() is to be called after it. */
void cpe_diag_ended(struct cpe *cpe, const struct diag_results *results);

/* The CPE loses its address or stops: what runs begins anew later. */
void cpe_diag_interrupt(struct cpe *cpe);

/* It boots: what was requested before is forgotten, and the ACS is not told of it. */
void cpe_diag_boot(struct cpe *cpe);

/* ---- cpe_state.c: what outlives the process ------------------------------------------ */

/* Writes what has changed, if anything has. 0; -ENOMEM; -errno of the file, logged. */
int cpe_commit(struct cpe *cpe);

/* Takes over what the fleet's state log has of it. What cannot be read is left out and
 * logged. */
void cpe_restore(struct cpe *cpe);

/* ---- cpe_watch.c: values that change by themselves ----------------------------------- */

/* No session runs: has one begin where a value has changed whose notification is active, and
 * sets watch_at. */
void cpe_watch(struct cpe *cpe);

/* A session begins, for whatever reason: its Inform tells of changes of passive ones too. */
void cpe_watch_session(struct cpe *cpe);

/* ---- cpe_light.c -------------------------------------------------------------------- */

/* Sends a lightweight notification where one is due. How long until the next look; INT64_MAX:
 * there is nothing to look at. */
clock_ns cpe_light_look(struct cpe *cpe);

/* ---- cpe_call_url.c ----------------------------------------------------------------- */

/* Its ConnectionRequestURL, where it listens now; "" where it does not: a URL at which
 * somebody else listens, its ACS for one, would send callers there. text is returned. */
char *cpe_call_url(const struct cpe *cpe, char text[CPE_CALL_URL_MAX]);

/* ---- cpe_values.c ------------------------------------------------------------------- */

/* The CPE as its data model asks for it. */
struct rpc_device cpe_device(struct cpe *cpe);
struct rpc cpe_rpc(struct cpe *cpe);

/* What it has when it comes from the factory: the ACS and the values of its configuration, and of
 * the data that goes with it. Of a factory reset the caller has freed values and slots. -ENOMEM. */
int cpe_take_factory(struct cpe *cpe);

/* A factory reset: a switch has all of its ports up, and an object of each. ERR_LIMIT, -ENOMEM. */
int cpe_reset_ports(struct cpe *cpe);

/* ---- cpe_report.c: events of the control channel ------------------------------------- */

void cpe_report_lease(struct cpe *cpe);
void cpe_report_trouble(struct cpe *cpe, const char *event, uint32_t address,
    const char *why);
void cpe_report_trouble6(struct cpe *cpe, const char *event, const uint8_t *address,
    const char *why);
void cpe_report_lease6(struct cpe *cpe);
void cpe_report_acs(struct cpe *cpe);
void cpe_report_start(struct cpe *cpe, const struct cwmp_event *events, size_t n);
void cpe_report_end(struct cpe *cpe, const struct failure *failure);
/* For whoever debugs it at its console, if anybody does: a line without a secret. */
void cpe_report_debug(struct cpe *cpe, bool is_error, const char *fmt, ...)
    ATTR_PRINTF(3, 4);
/* It listens for connection requests at its ConnectionRequestURL. */
void cpe_report_reachable(struct cpe *cpe);
/* A lightweight notification of so many parameters goes to "host:port". */
void cpe_report_notification(struct cpe *cpe, const char *to, size_t n);
/* Its NAT keeps a binding of UDP for so long. */
void cpe_report_binding(struct cpe *cpe, int64_t seconds);
/* A connection request, and what it was answered with (0: it came by UDP); why is null where
 * it was accepted. */
void cpe_report_call(struct cpe *cpe, const char *peer, unsigned status,
    const char *why);
void cpe_report_retry(struct cpe *cpe, clock_ns wait, struct retry_band band);
void cpe_report_moved(struct cpe *cpe, const char *from, const char *to);
/* A transfer has begun (is_over: has ended, with fault or 0). */
void cpe_report_transfer(struct cpe *cpe, const struct job *job, bool is_over);
/* An operation on a deployment unit is over. */
void cpe_report_unit(struct cpe *cpe, const struct job_operation *operation);
/* A diagnostic has begun; with the state that it has ended with. */
void cpe_report_diagnostic(struct cpe *cpe, enum diag_kind kind, const char *object);
void cpe_report_diagnosed(struct cpe *cpe, enum diag_kind kind, const char *object,
    const char *state);
/* It goes down for a while to write a new image. */
void cpe_report_flash(struct cpe *cpe, clock_ns wait);
/* due: when it does something of its own accord, monotonic; INT64_MAX: never. */
void cpe_report_settled(struct cpe *cpe, clock_ns due);
