/* One CWMP session from the ACS's side (TR-069 A6 3.7.2), without sockets or clock: it is
 * given the body of each POST and says what to answer.
 *
 *   WAITING --Inform--> SERVING --an RPC of ours--> ASKED --its response--> SERVING
 *                          |
 *                          +-- empty POST or response, nothing left to ask --> DONE
 *
 * What it asks is what the policy says, and then the tasks that are queued for the CPE.
 *
 * A policy may hold the CPE's own requests back: the envelopes up to the last request of ours say
 * so, and the empty answer behind it is none to the session, but lets the CPE's come.
 *
 * A request goes out only as the answer to an empty POST or to a response, one at a time.
 * An empty POST instead of its response leaves it unanswered for good, and the next one
 * goes out. On another connection the request may have been lost with the one before: then
 * a task goes out again.
 * Any state leads to FAILED: a second Inform, no SOAP, a response to nothing. */
#pragma once

#include "agents/acs/device.h"
#include "agents/acs/policy/policy_run.h"
#include "agents/acs/tasks/task_queue.h"
#include "lib/base/buf.h"
#include "lib/cwmp/cwmp_reader.h"

enum acs_session_state {
	ACS_WAITING,
	ACS_SERVING,
	ACS_ASKED,
	ACS_DONE,
	ACS_FAILED,
	ACS_SESSION_STATES
};

enum acs_session_event {
	ACS_INFORMED,      /* a good Inform */
	ACS_CPE_REQUESTED, /* another request of the CPE: answered at once */
	ACS_CPE_RESPONDED, /* the response or fault that was waited for */
	ACS_ASKS,          /* a request of ours goes out */
	ACS_NOTHING_LEFT,  /* an empty answer goes out */
	ACS_SESSION_EVENTS
};

struct acs_session;

enum acs_note_kind {
	ACS_NOTE_RPC,        /* a request of ours was answered */
	ACS_NOTE_REQUEST,    /* the CPE asked for something, and was answered */
	ACS_NOTE_POLICY,     /* the policy was cut short */
	ACS_NOTE_CERTIFICATE /* an Inform came with the certificate of another device */
};

/* What happened in a session, for whoever tells it. */
struct acs_note {
	enum acs_note_kind kind;
	enum cwmp_method method;
	const struct cwmp_msg *msg; /* of RPC the answer; of REQUEST what was asked; of
				     * CERTIFICATE the Inform, and session->device is null */
	uint32_t fault;             /* of REQUEST: what the CPE was answered; 0: well */
	uint64_t task;    /* of RPC: its number in the queue; 0: of the policy */
	const char *text; /* of POLICY: why; of CERTIFICATE: its common name */
	bool is_refused;  /* of CERTIFICATE: the Inform is */
};

/* Who says what is asked before the policy does, and hears what goes over the line: a sequence
 * that is played (agents/acs/scene). */
struct acs_script {
	/* A message of the session, in the order of the line, once its device is known; null:
	 * an empty one. What fails the session is not told. */
	void (*saw)(void *user, const struct acs_session *session, bool from_acs,
	    const struct cwmp_msg *msg);
	/* As policy_run_next(). */
	int (*next)(void *user, const struct acs_session *session, struct arena *arena,
	    struct cwmp_msg *request, struct error *err);
	void *user;
};

struct acs_session_config { /* borrowed for the life of the session */
	const struct policy *policy;
	const char *url; /* of this ACS */
	struct device_list *devices;
	struct cwmp_reader *reader;
	struct arena *arena;      /* of the message at hand; reset after each POST */
	struct task_queue *tasks; /* null: nothing is ever queued */
	/* The URL of a file of this ACS (rpc.h); null: it serves none. */
	struct str (*file_url)(void *user, struct str file, struct arena *arena,
	    uint32_t *ret_size);
	/* A transfer of a file of this ACS's with credentials of its own goes out. May be
	 * null. */
	void (*transfer)(void *user, struct str url, struct str username,
	    struct str password);
	const struct acs_script *script; /* null: there is none */
	/* Both may be null. changed: a tag of the device, or how it is called, is another one
	 * now, which is kept before anything else is said. */
	void (*noted)(void *user, const struct acs_session *session,
	    const struct acs_note *note);
	void (*changed)(void *user, const struct acs_session *session);
	bool has_no_declaration; /* of XML, at the beginning of its envelopes */
	/* An Inform that comes with the certificate of another device is refused, and not
	 * only told (TR-069 A6 3.4.4). */
	bool refuses_other_names;
	/* Wrong on purpose: the first request goes out in the place of InformResponse. */
	bool asks_first;
	bool asks_once;       /* the second one never does */
	bool fails_at_faults; /* of the CPE, which end the session */
	/* And the faults that answer each Inform, and each other request of the CPE; 0: none. */
	uint32_t inform_fault, request_fault;
	void *user;
};

/* What the POST is answered with. */
struct acs_answer {
	unsigned status; /* 200 with an envelope, 204 without; 400: failed, see why */
	bool is_last;    /* the session is over, well or not */
};

enum {
	ACS_WHY_MAX = 200
};

struct acs_session {
	struct acs_session_config config;
	enum acs_session_state state;
	struct device *device; /* of the Inform, pinned; null before */
	char why[ACS_WHY_MAX]; /* of a failure */
	char address[64];      /* of the CPE */
	/* SessionTimeout of the Inform: how long the CPE may be silent; 0 where absent. */
	uint32_t timeout_s;
	/* During acs_session_post(): the common name of the certificate that the CPE has shown;
	 * null or "": none. Borrowed. */
	const char *certificate;
	bool
	    has_moved; /* and whether it is on another connection than the POST before */
	/* the rest is private */
	enum cwmp_ns ns;
	const char *root;       /* "Device." or "InternetGatewayDevice." */
	struct policy_run *run; /* null: the policy has nothing to say */
	struct task *task;      /* of the queue, whose request is out; null: none */
	bool is_policys;        /* the request that is out is the policy's */
	bool is_holding;        /* requests of the CPE */
	enum cwmp_method asked; /* of the request that is out */
	/* What it sets of ConnectionRequestUsername and -Password; owned; null: nothing. */
	char *set_username, *set_password;
	uint32_t request_id;
};

/* config is copied, address too. The session must stay where it is. The caller ends it with
 * acs_session_end(), before the list of devices and the queue go. */
void acs_session_init(struct acs_session *session,
    const struct acs_session_config *config, const char *address);

/* Lets go of the device; session is good for acs_session_init() alone afterwards. */
void acs_session_end(struct acs_session *session);

/* The URL of a file that the ACS serves, as struct acs_session_config says; user is the session. */
struct str acs_session_file_url(void *user, struct str file, struct arena *arena,
    uint32_t *ret_size);

enum acs_inform {
	ACS_NO_INFORM,
	ACS_INFORM_AGAIN,     /* of the session's device */
	ACS_INFORM_OF_ANOTHER /* device */
};

/* What the body is to a session that has had its Inform; before that it is none. */
enum acs_inform acs_session_inform(const struct acs_session *session, struct str body);

/* Takes the body of a POST (empty: none) at time now (wall clock) and appends the envelope
 * of the answer, if any, to out. */
struct acs_answer acs_session_post(struct acs_session *session, struct str body,
    clock_ns now, struct buf *out);

/* ---- session_base.c ---------------------------------------------------------------- */

/* Whether event is allowed in state, and where it leads. */
bool acs_session_step(enum acs_session_state state, enum acs_session_event event,
    enum acs_session_state *ret);
const char *acs_session_state_name(enum acs_session_state state);
