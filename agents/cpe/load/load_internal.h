/* Shared by the files of this room. */
#pragma once

#include "agents/cpe/device/cpe_drive.h"
#include "agents/cpe/load/load.h"
#include "lib/load/arrival.h"

#include <uv.h>

enum {
	LOAD_BEAT_MS = 10, /* how often the loop is timed */
	LOAD_FAIL_SECONDS =
	    10, /* a threshold of time that is broken for so long ends a run */
	LOAD_SHORT_SECONDS = 10, /* the same of an offered rate that is not reached */
	LOAD_DESCRIPTORS = 32,   /* for other things than sessions */
	LOAD_PHASES = 20,        /* slots of an interval */
	LOAD_LOOK_MAX = 64,      /* CPEs that are passed over for being busy */
	LOAD_STRANGE_MAX = 10,   /* sessions that fail before any Inform was answered */
	LOAD_NOBODY_SECONDS = 10, /* in which nothing was reached ends a run */
	LOAD_BACK_S = 60,  /* an ACS that a storm has ended takes that to serve again */
	LOAD_ORDER_S = 600 /* that a CPE has to come in a run without a duration */
};

enum limit_phase { /* of a step of --find-limit */
	LIMIT_SETTLING,
	LIMIT_HOLDING,
	LIMIT_RESTING,
	LIMIT_OVER
};

struct limit_mark { /* the numbers as they were when it began to be measured */
	uint64_t offered, started, completed, failed, shed, open, late, refused;
};

struct limit_search {
	struct knee knee;
	enum limit_phase phase;
	double rate;
	clock_ns began, measured, rest_until;
	struct limit_mark mark;
	struct hist latency; /* of the sessions that completed while it was held */
};

struct conf_node;
struct http_server;
struct load_door;
struct load_orders;
struct load_probes;

struct load_count { /* what an ACS says of its sessions */
	bool is_known;
	char since[CLOCK_ISO8601_MAX]; /* when it began to count */
	uint64_t ended, failed, running, shed;
};

struct load_kind { /* an entry of the mix */
	struct cpe_config config;
	struct cpe_fleet *fleet; /* owned; null: no CPE of this process is of it */
	uint32_t *numbers;       /* owned: of its CPEs; null: there is no other kind */
};

struct load {
	uv_loop_t *loop;
	const struct load_config *config;
	const struct load_file *file;
	const struct load_handlers *handlers;
	void *user;
	enum load_state state;
	struct load_kind *kinds; /* owned; as the file's mixes */
	size_t n_kinds, n_fleets;
	struct cpe **cpes; /* owned list of all CPEs, in the order of their numbers */
	uint64_t n_cpes;
	clock_ns wait_timeout;
	struct cpe_observer observer;
	uint64_t shards;
	/* Of the schedule. */
	struct arrival_plan plan;
	struct arrival arrival;
	bool is_resting;   /* nothing begins until there is another schedule */
	bool is_paced;     /* the schedule begins all sessions, not only boots */
	uint64_t next;     /* the CPE that the next start goes to */
	uint64_t n_booted; /* so many of them have been switched on */
	size_t next_storm;
	clock_ns wall, began, ended; /* monotonic but for wall */
	clock_ns pace_began;         /* of the schedule that runs */
	bool has_search;
	struct limit_search search; /* where it is wanted */
	const char *ended_early;
	clock_ns drain_until;
	uv_timer_t pace, beat, second;
	int n_open; /* timers and the fleet, that the loop holds */
	/* Numbers. */
	struct tally tally;
	struct own_limits own;
	struct series series;
	uint64_t open; /* sessions that have begun and not ended */
	uint64_t n_late,
	    late_bound;     /* starts that were later than verdict_bounds() has it */
	bool has_reached;   /* TCP has stood once */
	bool is_acs;        /* an Inform was answered as one */
	unsigned n_strange; /* before that: sessions that were answered otherwise */
	char strange[TALLY_REASON_MAX + 64]; /* the words that end the run then */
	/* Of the second that runs. */
	struct {
		uint64_t number;
		clock_ns began;
		uint64_t offered, started, completed, failed, shed, busy;
		uint64_t late_us, lag_us;
	} now;
	uint64_t phases[LOAD_PHASES], n_phased;
	struct http_server *scrape; /* null: nobody asked for it */
	struct load_probes *probes; /* owned; null: there are none */
	struct load_orders *orders; /* owned; null: no storm is an operator's */
	const char
	    *refused; /* what of the file did not come, which ends the run; null */
	struct {
		struct load_door *door; /* owned; null: the ACS is not asked */
		struct load_count first, last;
		bool is_asking;
		void (*begin)(struct load *load);
		uv_timer_t timer;
		clock_ns
		    until; /* the ACS is looked at, as long as sessions are waited for */
		uv_close_cb on_closed;
		void (*done)(void *user);
	} account;
	struct buf events; /* lines that wait to be written */
	bool has_lost_events;
	clock_ns beat_due;
	clock_ns cpu, run_delay; /* as they were when the second began */
	clock_ns cpu_first, run_delay_first;
	uint64_t memory_kb;
	uint64_t states[SERIES_STATES]; /* of the last look at all CPEs */
	uint64_t states_seen[SERIES_STATES];
	uint64_t yet_to_come, yet_to_come_seen; /* as struct series_point's */
	uint64_t look_at;
	unsigned failing_s, short_s;
};

/* ---- load_fleet.c: its CPEs -------------------------------------------------------------- */

/* Opens all CPEs, each switched off. Errors as cpe_fleet_new(); n_fleets hold the loop, also after
 * a failure. */
int load_fleet_new(struct load *load, struct error *err);
/* The same of a fleet that is open already, and stays its owner's, to whom it is given back before
 * load_fleet_free(). -ENOMEM. */
int load_fleet_lend(struct load *load, struct cpe_fleet *fleet);
void load_fleet_give_back(struct load *load);
/* They are driven from now on. */
void load_fleet_begin(struct load *load);
/* The number in the whole fleet, from 0, of CPE i of this process. */
uint64_t load_number(const struct load *load, uint64_t i);
/* What the file says of the kind of CPE number, which is one of this process. */
const struct load_mix *load_mix_of(const struct load *load, uint64_t number);
/* As cpe_drive_forgive(), cpe_drive_end(), cpe_drive_open(), cpe_drive_phases(). */
void load_fleet_forgive(struct load *load);
void load_fleet_end(struct load *load);
uint64_t load_fleet_open(const struct load *load);
uint64_t load_fleet_phases(const struct load *load, uint64_t *slots, size_t n);
/* As cpe_fleet_stop(), once for each fleet. */
void load_fleet_stop(struct load *load, void (*on_stopped)(void *user), void *user);
void load_fleet_free(struct load *load);

static inline uint64_t load_index(const struct cpe *cpe)
{
	return (uint64_t)(cpe - cpe->fleet->cpes); /* in its fleet */
}

/* ---- load_storm.c: what befalls many at a time ---------------------------------------------- */

/* Does what is due, and says when the next is; INT64_MAX: never. */
clock_ns load_storm_on(struct load *load, clock_ns now);
/* Whether none is to come, and whom they have befallen has power and its uplink again. */
bool load_storm_is_past(const struct load *load, clock_ns now);

/* ---- load_account.c: what the ACS has counted ------------------------------------------------ */

/* Where the file names the ACS's door: asks for the first time, and calls
 * account.begin, where there is one by then, behind the answer. ERR_USAGE with words;
 * n_open counts the door. */
int load_account_open(struct load *load, struct error *err);
/* Where the ACS is asked: asks it again until it has no session that runs, for the time
 * of the drain at most, beside a second in which it may answer, and closes. One that a
 * storm has ended is waited for as long. Both functions are called then; n_open counts the
 * timer, too. */
void load_account_stop(struct load *load, uv_close_cb on_closed,
    void (*done)(void *user));
/* The account of what lies between two. Null, or why there is none, in words. */
const char *load_account_of(const struct load_count *first,
    const struct load_count *last, struct tally_account *ret);
/* The path in "unix:PATH", or PATH. */
const char *load_door_path(const struct load *load);

/* ---- load_probe.c ---------------------------------------------------------------------------- */

enum {
	LOAD_PARAMETER_MAX = 280
};

/* Where the file wants probes: marks CPEs. ERR_USAGE, ERR_CONFIG, -ENOMEM with words; n_open counts
 * their door. */
int load_probe_open(struct load *load, struct error *err);
void load_probe_beat(struct load *load, clock_ns now);
/* done is called where there is a door to be closed. */
void load_probe_stop(struct load *load, void (*done)(void *user), void *user);
void load_probe_free(struct load *load);

/* CPE listens for connection requests. ERR_CONFIG with words, which begin with what wants it, where
 * nobody listens. */
int load_mark(struct cpe *cpe, const char *what, struct error *err);
/* The name by which its ACS knows the CPE, which has room for CWMP_DEVICE_NAME_MAX
 * bytes. ERR_LIMIT. */
int load_name(struct cpe *cpe, char *name);

/* ---- load_order.c: storms that are an operator's doing ---------------------------------------- */

struct order { /* to one CPE */
	struct load *load;
	struct order_list *list;
	uint64_t at; /* its place in load->cpes */
	struct order
	    *before; /* of another storm, that is open for that CPE, too; or null */
	clock_ns due, since;
	clock_ns awaited; /* since it was given, or its ACS is back */
	bool is_open;     /* it was given, and is not over */
	bool is_lost;     /* the CPE will never return */
	bool is_taken;    /* the ACS has said that it took it */
	bool is_unsaid; /* its ACS was ended, and has yet to be told to call the CPE */
};

struct order_list { /* of one storm, by the times at which they are due */
	const struct load_storm *storm;
	struct order *items; /* owned */
	size_t len, next, n_open;
	size_t oldest; /* before which none is open */
};

/* Whom the storm hits, and when. -ENOMEM. The caller calls order_list_free(). */
int order_list_make(struct order_list *list, struct load *load,
    const struct load_storm *storm, clock_ns now);
void order_list_free(struct order_list *list);
/* Takes the next that is due and may be given beside those that are open; null:
 * none. */
struct order *order_list_next(struct order_list *list, clock_ns now);
/* The order was given: it is open until its CPE has come. */
void order_begin(struct order *order, clock_ns now);
/* Those that were given LOAD_ORDER_S ago, and the time that their CPEs are dark, have timed out. */
void order_list_expire(struct order_list *list, clock_ns now);
/* The ACS that was ended is back: those that are open are to be said to it again, and are
 * waited for as if they were given now. */
void order_list_again(struct order_list *list, clock_ns now);
/* A load_answer_fn of the order that user is: ends it where it is refused, or the ACS is gone
 * for good. */
void load_order_answered(void *user, const struct conf_node *answer);

/* Whether CPE number, from 0, of so many is in the region of the storm: neighbours, as many as its
 * share says, from where it says. */
bool load_storm_hits(const struct load_storm *storm, uint64_t cpes, uint64_t number);
/* Whether orders to CPEs, through the ACS, are what the storm is made of. */
bool load_storm_is_order(const struct load_storm *storm);
/* Whether the ACS is to take a command for it. */
bool load_storm_wants_door(const struct load_storm *storm);
/* Where the file has such storms: their CPEs listen, and orders have a door of their own. Errors as
 * load_probe_open(); n_open counts the door. */
int load_order_open(struct load *load, struct error *err);
void load_order_storm(struct load *load, const struct load_storm *storm, clock_ns now);
void load_order_beat(struct load *load, clock_ns now);
/* As struct cpe_observer has it. */
void load_order_passed(struct load *load, const struct cpe_sight *sight, clock_ns now);
/* Whether all were given, and none is open. */
bool load_order_is_over(const struct load *load);
/* Those that are open have come to nothing. */
void load_order_give_up(struct load *load);
/* done is called where there is a door to be closed. */
void load_order_stop(struct load *load, void (*done)(void *user), void *user);
void load_order_free(struct load *load);

/* In microseconds; 0 of what lies before. */
static inline uint64_t load_us(clock_ns time)
{
	return time > 0 ? (uint64_t)(time / NS_PER_US) : 0;
}

/* ---- load_watch.c: what the fleet tells ------------------------------------------------- */

void load_watch_begin(struct load *load);

/* ---- load_pace.c: when sessions begin ---------------------------------------------------- */

void load_pace_begin(struct load *load);
/* Whether the schedule will begin no session any more. */
bool load_pace_is_over(const struct load *load);
/* Starts what is due, and waits for the next. */
void load_pace_on(struct load *load);
void load_pace_stop(struct load *load);
/* Another schedule in place of the one before: so many a second, without an end. */
void load_pace_at_rate(struct load *load, double rate, clock_ns now);

/* ---- load_limit.c: --find-limit ------------------------------------------------------------ */

void load_limit_begin(struct load *load);
void load_limit_beat(struct load *load, clock_ns now);
/* A session has completed. */
void load_limit_ended(struct load *load, uint64_t latency_us);

/* ---- load_own.c: ourselves, once a beat and once a second --------------------------------- */

void load_own_begin(struct load *load);
/* Where all CPEs are now, for the last point of the series. */
void load_own_look(struct load *load, clock_ns now);
void load_own_beat(struct load *load, clock_ns now);
/* Ends the second: adds its point to the series. */
void load_own_second(struct load *load, clock_ns now);
/* The run is over: what was seen of it on average. */
void load_own_end(struct load *load, clock_ns now);

/* ---- load_events.c ------------------------------------------------------------------------ */

/* A session has ended. */
void load_events_put(struct load *load, const struct cpe_sight *sight,
    const struct failure *failure, clock_ns now);
/* Writes what waits. Whether all could be written. */
bool load_events_end(struct load *load);

/* ---- load_scrape.c ------------------------------------------------------------------------ */

/* Where it is wanted: listens at 127.0.0.1. ERR_USAGE where the port is in use, -errno. */
int load_scrape_begin(struct load *load, struct error *err);
void load_scrape_end(struct load *load);

/* ---- load_phases.c ------------------------------------------------------------------------ */

/* Notes where in their interval the CPEs inform, while they still do. */
void load_phases_note(struct load *load);
/* Appends a warning with a histogram, whole lines, where a slot is crowded; else false. */
bool load_phases_tell(struct buf *out, const uint64_t slots[LOAD_PHASES], uint64_t all);

/* ---- load_judge.c ------------------------------------------------------------------------- */

/* Why the run is to end now: nothing of an ACS was seen; or null. Asked each beat. */
const char *load_judge_beat(struct load *load);
/* The same by --abort-on-fail, or because its rate is not reached. */
const char *load_judge_second(struct load *load);

/* ---- load_reason.c ------------------------------------------------------------------------- */

/* The words of a failure without what is of one CPE only: addresses go, other numbers but HTTP
 * statuses become N. text is returned. */
char *load_reason(const char *why, char text[TALLY_REASON_MAX]);
