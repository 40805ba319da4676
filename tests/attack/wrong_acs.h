/* An ACS that gives one CPE one wrong answer and then is good; to all others it is good from
 * the start, but answers their Informs only once the wrong one is under way. */
#pragma once

#include "tests/attack/certificates.h"

enum wrong_at { /* which message of the CPE is answered wrongly, or what else is wrong */
	AT_ACCEPT = 1 << 0, /* none: it is the connection */
	AT_TLS = 1 << 1,    /* the same behind a redirect to https */
	AT_INFORM = 1 << 2,
	AT_EMPTY = 1 << 3,  /* its empty POST */
	AT_ANSWER = 1 << 4, /* its answer to an RPC */
	AT_EACH = AT_INFORM | AT_EMPTY | AT_ANSWER,
};

enum wrong_end { /* once the answer is given */
	END_STAYS,
	END_FIN,
	END_RST,
};

enum wrong_tls {
	TLS_NEVER, /* the bytes come instead of a handshake, once the CPE has said hello */
	TLS_OLD,   /* TLS 1.1 */
	TLS_DONE,  /* the bytes come over TLS; END_FIN sends no close_notify */
	TLS_UNDER, /* they come beneath it, after the handshake */
};

struct wrong_answer {
	const char *name;
	unsigned at; /* of enum wrong_at: a row of the table each */
	/* What is sent: one of these. */
	const char *status;                  /* with no body */
	const char *body;                    /* with 200 */
	struct str raw;                      /* as it is */
	void (*write)(struct buf *out);      /* as it is */
	void (*write_body)(struct buf *out); /* with 200 */
	const char *headers; /* with status and body: more of them, a line each */
	/* And then, for ever: */
	struct str drip; /* a bit later, and again */
	struct str pour; /* as fast as it goes */
	enum wrong_end end;
	bool is_again; /* the same answer to each such message of the session */
	enum wrong_tls tls;
	enum certificate_kind certificate;
	/* What the CPE says of its session: words that stand in its reason, or others behind
	 * a "|" where it depends on who is faster. No layer: it succeeds all the same. */
	const char *layer, *why;
	int seconds; /* that the session may last; 0: WRONG_SESSION_S */
};

enum {
	WRONG_WAIT_S = 2, /* wait-timeout of the CPEs: silence ends a session */
	WRONG_SESSION_S =
	    5, /* two silences, since a broken connection is tried again */
	WRONG_PORT = 7547,
	WRONG_TLS_PORT = 7548,
	WRONG_VICTIM =
	    0x7f010001, /* the address of the CPE that gets the wrong answer */
};

extern const struct wrong_answer wrong_answers[];
extern const size_t n_wrong_answers;

struct wrong_acs {
	const struct wrong_answer *answer;
	enum wrong_at at;
	const struct certificates *pki;
	int fd, tls_fd;
	struct buf made; /* by the answer's write() or write_body() */
	/* Written by the threads that serve, to be read with __atomic_load_n(). */
	clock_ns wrong_at; /* wall clock, when the wrong answer began; 0: not yet */
	unsigned n_given;
	unsigned n_informs;   /* of the victim's sessions */
	unsigned retry_count; /* of its last Inform */
	bool is_good;         /* its session was retried */
};

/* Listens at both ports. */
void wrong_acs_open(struct wrong_acs *acs, const struct wrong_answer *answer,
    enum wrong_at at, const struct certificates *pki);

/* Serves from now on, in threads of the process. */
void wrong_acs_serve(struct wrong_acs *acs);
