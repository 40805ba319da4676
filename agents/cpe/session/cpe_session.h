/* One CWMP session from the CPE's side (TR-069 A6 3.7.1), without sockets or clock: it
 * writes HTTP requests and is given HTTP responses.
 *
 *                          ASKING --+ 8005: again
 *                   a request ^  | ^+
 *                    of ours  |  v answered
 *   INFORMING --InformResponse--> ACTIVE --empty POST--> FINISHED --empty answer--> DONE
 *      |   ^ 8005: again            |  ^
 *      +---+          HoldRequests  v  | released
 *                                  HELD
 *
 * In ACTIVE, HELD and FINISHED the ACS's requests are answered as they come. What the CPE
 * asks (struct jobs) goes first, and only in ACTIVE: before the Inform is answered, while the
 * ACS holds requests, and once our empty POST was sent, none may (3.7.1.3). Any state leads
 * to FAILED.
 *
 * Username and password are for the origin (scheme, host, port) of the configured URL
 * alone: an ACS to which another one redirects gets the Inform and nothing else, no
 * credentials, no cookie, no answer to what the first one has asked. Basic goes out within
 * TLS, and without it where the model says so. */
#pragma once

#include "agents/cpe/rpc/rpc.h"
#include "agents/cpe/session/event_queue.h"
#include "agents/cpe/session/failure.h"
#include "agents/cpe/session/witness.h"
#include "lib/proto/cookie.h"
#include "lib/proto/http.h"
#include "lib/proto/http_auth.h"
#include "lib/proto/url.h"
#include "lib/quirk/quirk.h"

struct cwmp_reader;

enum {
	SESSION_REDIRECTS_MAX = 5, /* in a row (TR-069 A6 3.4.3) */
	SESSION_INFORMS_MAX = 5,   /* repeated for fault 8005, as any request of ours */
	SESSION_TIMEOUT_S = 60,    /* SessionTimeout, which a CPE of CWMP 1.3 sends */
	SESSION_MESSAGES_MAX = 100000,
	SESSION_RESPONSE_MAX = 16 << 20, /* bytes of one body */
	SESSION_CNONCE_MAX = 40,
	SESSION_CHALLENGE_MAX = 1024 /* bytes of a WWW-Authenticate that is looked at */
};

enum session_state {
	SESSION_INFORMING,
	SESSION_ACTIVE,
	SESSION_ASKING,
	SESSION_HELD,
	SESSION_FINISHED,
	SESSION_DONE,
	SESSION_FAILED,
	SESSION_STATES
};

enum session_event {
	SESSION_INFORM_OK,
	SESSION_ASKED_AGAIN, /* fault 8005 */
	SESSION_ASKS,        /* a request of ours goes out next */
	SESSION_ANSWERED,    /* it was, by its response or by a fault */
	SESSION_REQUESTED,   /* a request of the ACS, which is answered next */
	SESSION_EMPTY,       /* an empty response */
	SESSION_SENT_EMPTY,  /* our empty POST went out */
	SESSION_HOLD,        /* HoldRequests came */
	SESSION_RELEASE,     /* an envelope without it */
	SESSION_EVENTS
};

/* What the owner does next. */
enum session_next {
	SESSION_SEND, /* cpe_session_produce(), on this connection if it is still open */
	SESSION_GO_ELSEWHERE, /* a redirect: send it on a new connection to session->url */
	/* A job of this session goes on: cpe_session_resume() when one has ended. */
	SESSION_WAIT,
	SESSION_CLOSE, /* success */
	SESSION_ABORT  /* failed: session->failure says why */
};

struct cpe_session_config {
	/* Copied, because an ACS may change them while the session runs. */
	struct str url;
	struct str username, password; /* null view: none */
	/* Borrowed for the session's life. */
	const struct rpc *rpc;
	struct event_queue *events;
	const struct cpe_witness *witness; /* null: nobody looks on */
	struct cwmp_reader
	    *reader; /* of all sessions; null: each message has its own */
	/* Where a CPE with the quirk keeps the cookies of its last session: owned there, to be
	 * ended by cpe_session_drop_cookies(); null: nowhere. */
	struct cookie_jar **kept_cookies;
	/* What it does wrong beside what its model does: bits of quirks_of_cpe (quirk_bit()). */
	uint64_t quirks;
	unsigned retry_count;
	auth_hash_fn *hash;
	struct str user_agent;
};

struct cpe_session {
	enum session_state state;
	struct failure failure;
	struct url url;   /* where the session is now; views into url_text */
	char *url_text;   /* owned */
	unsigned n_posts; /* requests written */
	/* the rest is private */
	struct cpe_session_config config; /* with its own username and password */
	char *username, *password;
	struct url home; /* whose credentials they are; views into home_text */
	char *home_text; /* owned; null: the session has never left it */
	struct cookie_jar *cookies; /* owned; null: no cookie was set yet */
	enum cwmp_ns ns;
	struct buf body;         /* of the request that is, or will be, under way */
	bool is_envelope;        /* it has a body; else it is an empty POST */
	enum cwmp_method method; /* of the body; unknown: there is none, or a fault */
	bool is_untold;          /* the witness has not seen it yet: it was not sent */
	unsigned kind;           /* enum quirk_on: what the body is; 0: not looked at */
	struct quirks quirks;    /* the model's, and those of this session alone */
	/* What they want: its bits, and what of it was done. */
	unsigned conduct;
	bool has_probed, is_probing, has_repeated, is_early, was_early;
	unsigned n_redirects, n_informs, n_challenges;
	unsigned n_asks;   /* how often the present request of ours went out again */
	unsigned last_id;  /* of our requests: cwmp:ID */
	uint32_t told_job; /* that the request under way tells; 0: none */
	enum cwmp_method asked;
	uint32_t awaited_job; /* whose end the response to the ACS waits for; 0: none */
	char *awaited_id;     /* owned: cwmp:ID of that request; null: it has none */
	bool owes_answer;     /* the body answers a request of the ACS */
	char *challenge;      /* owned: WWW-Authenticate; null: none yet */
	uint32_t nonce_count;
	char cnonce[SESSION_CNONCE_MAX];
};

/* Allocates and writes the Inform: takes the events of the queue. wall is CurrentTime.
 * ERR_* with words when the URL cannot be used or the Inform cannot be written,
 * -ENOMEM; the events then wait again. The caller frees *ret. */
int cpe_session_new(const struct cpe_session_config *config, clock_ns wall,
    struct cpe_session **ret, struct error *err);

/* Frees it, after telling the queue whether it succeeded (event_queue_end()). Safe with
 * null. */
void cpe_session_free(struct cpe_session *session);
DEFINE_CLEANUP(struct cpe_session *, cpe_session_free)

/* To be called whenever a connection to session->url has opened, with new random text,
 * which Digest sends as cnonce (RFC 7616 3.4). */
void cpe_session_connected(struct cpe_session *session, struct str cnonce);

/* Appends the next HTTP request and returns SESSION_SEND, or SESSION_ABORT. Called
 * again without a response between, it writes the same request again (with the next nc
 * of Digest). A request counts towards SESSION_MESSAGES_MAX each time. */
enum session_next cpe_session_produce(struct cpe_session *session, struct buf *out);

/* Whether what goes out next is another message than the last one that went out. */
static inline bool cpe_session_has_news(const struct cpe_session *session)
{
	return session->is_untold;
}

/* Empties and frees what is kept. Safe to repeat. */
void cpe_session_drop_cookies(struct cookie_jar **kept);

/* Whether the next request wants a connection of its own, though this one is open: a quirk
 * of the model. */
bool cpe_session_wants_connection(const struct cpe_session *session);

/* Takes the whole response to the request that cpe_session_produce() wrote last, and says
 * what the owner does next. */
enum session_next cpe_session_consume(struct cpe_session *session,
    const struct http_head *head, struct str body);

/* A job has ended, or made a step (SESSION_WAIT before). As cpe_session_consume(). */
enum session_next cpe_session_resume(struct cpe_session *session);

/* The session fails for a reason that it cannot see itself: the connection broke, the owner
 * stops. It is to be freed. */
void cpe_session_fail(struct cpe_session *session, enum failure_layer layer,
    const char *why);

/* ---- cpe_session_table.c ------------------------------------------------------------ */

/* Whether event is allowed in state, and where it leads. */
bool cpe_session_step(enum session_state state, enum session_event event,
    enum session_state *ret);
const char *cpe_session_state_name(enum session_state state);
