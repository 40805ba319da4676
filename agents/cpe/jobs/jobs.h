/* What a CPE has yet to do, or to tell its ACS with a request of its own: the transfers and the
 * changes of deployment units that were ordered, and what it wants to ask. Values and
 * times alone; whoever owns the queue carries out what is due.
 *
 *   WAITING --its time--> RUNNING --over--> DONE --the ACS has answered--> gone
 *      ^                     |                ^
 *      +--a try failed, the--+    APPLYING ---+ the CPE has booted with the new image
 *      |  window goes on     |       ^
 *      +---------------------+-------+ an image has come
 *
 * A transfer is told complete in one of three ways (TR-069 A6 A.3.2.8): by the response to
 * its order, which waits for it; by a TransferComplete of the same session; or by one of a
 * later session, whose Inform says "7 TRANSFER COMPLETE" and "M Download".
 *
 * Times are those of the day, so that they outlive the process. */
#pragma once

#include "agents/cpe/jobs/job_operation.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/cwmp/cwmp.h"

enum {
	JOBS_MAX = 16, /* TransferList (cwmp-1-2.xsd) */
	JOB_WINDOWS_MAX = 2,
	JOB_RETRY_S = 5, /* before a failed try within a window is repeated */
};

/* XX(symbol, name, the request that tells it, event, M event); the last two are
 * CWMP_EVENT_CODES where there is none. */
#define JOB_KIND_MAP(XX)                                                           \
	XX(DOWNLOAD, "download", TRANSFER_COMPLETE, TRANSFER_COMPLETE, M_DOWNLOAD) \
	XX(SCHEDULED_DOWNLOAD, "scheduled-download", TRANSFER_COMPLETE,            \
	    TRANSFER_COMPLETE, M_SCHEDULE_DOWNLOAD)                                \
	XX(UPLOAD, "upload", TRANSFER_COMPLETE, TRANSFER_COMPLETE, M_UPLOAD)       \
	XX(OWN_TRANSFER, "own-transfer", AUTONOMOUS_TRANSFER_COMPLETE,             \
	    AUTONOMOUS_TRANSFER_COMPLETE, CODES)                                   \
	XX(OWN_UPLOAD, "own-upload", AUTONOMOUS_TRANSFER_COMPLETE,                 \
	    AUTONOMOUS_TRANSFER_COMPLETE, CODES)                                   \
	XX(CHANGE, "change", DU_STATE_CHANGE_COMPLETE, DU_STATE_CHANGE_COMPLETE,   \
	    M_CHANGE_DU_STATE)                                                     \
	XX(OWN_CHANGE, "own-change", AUTONOMOUS_DU_STATE_CHANGE_COMPLETE,          \
	    AUTONOMOUS_DU_STATE_CHANGE_COMPLETE, CODES)                            \
	XX(ASK_METHODS, "ask-methods", GET_RPC_METHODS, CODES, CODES)              \
	XX(ASK_DOWNLOAD, "ask-download", REQUEST_DOWNLOAD, REQUEST_DOWNLOAD, CODES)

enum job_kind {
#define XX(symbol, name, method, event, m_event) JOB_##symbol,
	JOB_KIND_MAP(XX)
#undef XX
	JOB_KINDS
};

/* XX(symbol, name) */
#define JOB_STAGE_MAP(XX)        \
	XX(WAITING, "waiting")   \
	XX(RUNNING, "running")   \
	XX(APPLYING, "applying") \
	XX(DONE, "done")

enum job_stage {
#define XX(symbol, name) JOB_##symbol,
	JOB_STAGE_MAP(XX)
#undef XX
	JOB_STAGES
};

enum job_way {           /* how its end is told */
	JOB_LATER,       /* in a session that begins after it */
	JOB_IN_SESSION,  /* by a request of the session that ordered it */
	JOB_BY_RESPONSE, /* by the response to the order */
};

/* XX(symbol): its texts, each at most as long as the message that it came in allows. */
#define JOB_TEXT_MAP(XX)                                   \
	XX(COMMAND_KEY)                                    \
	XX(FILE_TYPE)                                      \
	XX(URL)                                            \
	XX(USERNAME)                                       \
	XX(PASSWORD)                                       \
	XX(TARGET)                                         \
	XX(ANNOUNCE_URL)                                   \
	XX(VERSION) /* of the image that it has brought */ \
	XX(FAULT)

enum job_text {
#define XX(symbol) JOB_##symbol,
	JOB_TEXT_MAP(XX)
#undef XX
	JOB_TEXTS
};

enum job_mode { /* WindowMode (cwmp-1-2.xsd) */
	JOB_ANY_TIME,
	JOB_IMMEDIATELY,
	JOB_WHEN_IDLE,
	JOB_CONFIRMED, /* nobody confirms anything to a CPE of a lab: it never runs */
};

struct job_window {
	clock_ns start, end;
	enum job_mode mode;
	int32_t
	    retries; /* after a try that failed; below 0: as often as there is time */
};

struct job {
	uint32_t id; /* of its queue, never used again */
	enum job_kind kind;
	enum job_stage stage;
	enum job_way way;
	bool is_announced; /* the Inform of the running session has its events */
	bool is_upgrade;   /* an image to be applied by a reboot */
	uint32_t file_size;
	clock_ns due;        /* WAITING: not before */
	clock_ns started_at; /* 0: unknown, as the next */
	clock_ns completed_at;
	uint32_t fault;
	struct job_window windows[JOB_WINDOWS_MAX];
	uint8_t n_windows, window; /* 0 windows: any time; the present one */
	int32_t n_tries;           /* that failed in it */
	char *texts[JOB_TEXTS];    /* owned; null: empty */
	/* Owned: what a change is to do, and has done, in the order of the order. */
	struct job_operation *operations;
	uint32_t n_operations;
};

struct jobs {
	struct job *
	    *items; /* owned, in the order of their orders; null while there are none */
	uint32_t len;
	uint32_t last_id;
};

struct job_order {
	enum job_kind kind;
	enum job_way way;
	bool is_upgrade;
	uint32_t file_size;
	clock_ns due;
	struct job_window windows[JOB_WINDOWS_MAX];
	uint8_t n_windows;
	struct str texts[JOB_TEXTS]; /* copied */
};

/* Adds a job; one of JOB_ASK_* is DONE at once, for there is nothing to do. *ret (may be null)
 * lives until the job is removed. ERR_LIMIT when JOBS_MAX are there; -ENOMEM. */
int jobs_add(struct jobs *jobs, const struct job_order *order, struct job **ret);

/* The job of this number, or null. */
struct job *jobs_get(const struct jobs *jobs, uint32_t id);
void jobs_remove(struct jobs *jobs, uint32_t id);

/* Frees them all. Safe to repeat. */
void jobs_free(struct jobs *jobs);

/* "" where there is none. */
struct str job_text(const struct job *job, enum job_text text);
/* 0 or -ENOMEM. */
int job_set_text(struct job *job, enum job_text text, struct str value);

/* What it is: a question of the CPE's own, a change of deployment units, or a file. */
bool job_is_question(const struct job *job);
/* The request that tells of it, or asks it. */
enum cwmp_method job_method(const struct job *job);
bool job_is_change(const struct job *job);
bool job_is_transfer(const struct job *job);
/* That no ACS has ordered. */
bool job_is_own(const struct job *job);
/* Whether files of it come to the CPE. */
bool job_is_download(const struct job *job);
/* CWMP_EVENT_CODES: none. */
enum cwmp_event_code job_event(const struct job *job);
enum cwmp_event_code job_m_event(const struct job *job);

/* ---- running ------------------------------------------------------------------------ */

/* Goes on to the next window of those that wait and whose window is over. Without another one
 * a job is DONE with the fault of its last try, or 9020, and returned: call it again until it
 * gives null. */
struct job *jobs_tick(struct jobs *jobs, clock_ns wall);

/* Whether one is RUNNING or APPLYING: a CPE does one thing at a time. */
bool jobs_are_busy(const struct jobs *jobs);

/* The first that is due; null when none is, or they are busy. While a session runs
 * (is_in_session), only one that is to be told within it. */
struct job *jobs_next(const struct jobs *jobs, clock_ns wall, bool is_in_session);

/* When jobs_tick() or jobs_next() has something to do, time of day; INT64_MAX: never. */
clock_ns jobs_due(const struct jobs *jobs);

void job_start(struct job *job, clock_ns wall);

/* When a try that runs is to be given up, for its window is over; INT64_MAX: never. */
clock_ns job_deadline(const struct job *job);

/* A try is over, with 0 or a fault and its words (may be a null view): it is DONE, or waits
 * for another try. */
void job_finish(struct job *job, clock_ns wall, uint32_t fault, struct str words);

/* ---- operations of a change ---------------------------------------------------------- */

/* Takes what *operation owns, as the one at `at`; those behind it go on by one. ERR_LIMIT over
 * JOB_RESULTS_MAX, -ENOMEM: nothing is taken. */
int job_add_operation(struct job *job, uint32_t at, struct job_operation *operation);

/* Removes the one at `at`. */
void job_drop_operation(struct job *job, uint32_t at);

/* The first that is not done; null when all are. */
struct job_operation *job_next_operation(const struct job *job);

/* ---- telling ------------------------------------------------------------------------ */

/* The first that is DONE and may be told by a request of the running session. Null: none. */
struct job *jobs_to_tell(const struct jobs *jobs);

/* Whether a job that is to be told within the session that ordered it goes on. */
bool jobs_are_awaited(const struct jobs *jobs);

/* Fills kind, method and arguments of the request that tells it. Texts are borrowed from the
 * job, times are in arena. -ENOMEM. */
int job_fill_request(const struct job *job, struct arena *arena, struct cwmp_msg *ret);

/* The same of the response to the order of a job that is DONE: a fault where it failed. */
int job_fill_response(const struct job *job, struct arena *arena, struct cwmp_msg *ret);

/* GetQueuedTransfers and GetAllQueuedTransfers: the transfers as TransferList, in arena; of
 * the first those of ACSs alone, with key and state. -ENOMEM. */
int jobs_fill_list(const struct jobs *jobs, bool is_all, struct arena *arena,
    struct cwmp_args *ret);

/* CancelTransfer: removes the transfers of this key. 0; 9003 when there is none, 9021 when one
 * of them has begun, and then all stay. */
uint32_t jobs_cancel(struct jobs *jobs, struct str command_key);

/* ---- jobs_text.c -------------------------------------------------------------------- */

/* Appends a line for each job (agents/cpe/store/words.h), but for those that an unsent
 * response is to tell: nobody was promised anything of them. What runs waits again. */
void jobs_save(const struct jobs *jobs, struct buf *out);

/* Reads one line of those back. False for a line that is none, or without memory. */
bool jobs_restore(struct jobs *jobs, struct str line);
