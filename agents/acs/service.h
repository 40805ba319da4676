/* The ACS behind its sockets: takes HTTP requests and writes HTTP responses, keeps the
 * sessions apart by cookie and, for CPEs that return none, by connection (TR-069 A6
 * 3.4.2). No sockets, no clock. */
#pragma once

#include "agents/acs/gate/counts.h"
#include "agents/acs/gate/gate.h"
#include "agents/acs/gate/shed.h"
#include "agents/acs/session.h"
#include "lib/quirk/quirk.h"

#include <netinet/in.h>

enum {
	ACS_SESSIONS_MAX = 65536,
	ACS_TIMEOUT_DEFAULT_S = 30, /* the least that TR-069 A6 3.7.2 allows */
	ACS_TIMEOUT_MAX_S = 3600,
	ACS_GRACE_MS = 1000,
	ACS_CERTIFICATE_MAX =
	    128 /* of a common name, which has 64 characters at most */
};

struct acs_visit; /* a session with its cookie */

/* One connection, as its owner keeps it; zeroed but for address, is_tls and certificate
 * at first. It must stay where it is until acs_service_gone(). */
struct acs_peer {
	char address[INET6_ADDRSTRLEN];
	bool is_tls;
	/* The common name of the certificate that it has shown; "": none. */
	char certificate[ACS_CERTIFICATE_MAX];
	bool is_authenticated; /* a POST on it proved the password */
	bool has_proved;       /* the present one did */
	bool is_tolerated;     /* and this was told of it */
	struct acs_visit *visit;
	uint64_t number; /* private: of those with a POST; 0: it had none yet */
};

/* A request that was refused for what its head says. */
struct acs_refusal {
	const char *address; /* of the peer */
	unsigned status;
	const char *why;     /* in words */
	struct str target;   /* borrowed, as the name; null: no head was read */
	struct str username; /* null: it has no credentials that can be read */
	bool is_challenge;   /* it only asks for credentials, or for a fresh nonce */
	bool is_of_session;  /* that it fails, so its end is told, too */
};

struct acs_service_config {
	const struct policy *policy;
	const char *url; /* of this ACS */
	struct str
	    path; /* of url: the only one that is served, unless takes_any_path */
	bool takes_any_path;
	bool has_no_declaration; /* of XML, at the beginning of envelopes */
	struct device_list *devices;
	enum acs_auth_scheme auth;
	enum auth_algorithm algorithm; /* of digest */
	struct str username, password;
	clock_ns timeout; /* 0: ACS_TIMEOUT_DEFAULT_S; a SessionTimeout may be longer */
	/* 0: ACS_SESSIONS_MAX. Then the longest silent one makes room, if it has been silent
	 * for ACS_GRACE_MS. */
	size_t sessions_max;
	struct shed_limit limit; /* beyond it sessions are turned away by 503 */
	struct counts *counts;   /* gets what becomes of them; may be null */
	/* May be null. session->device and session->why tell more; device is null when
	 * no Inform was accepted. */
	void (*informed)(void *user, const struct acs_session *session);
	void (*ended)(void *user, const struct acs_session *session, bool ok);
	/* May be null. Told only where tells_all is set: a 401 that asks for credentials
	 * where none came, or whose nonce is too old; a 400 that ends a session, which
	 * ended() tells as well. */
	void (*refused)(void *user, const struct acs_refusal *refusal);
	bool tells_all;
	/* Something of a POST is not as it has to be, and is let pass; told once a
	 * connection. May be null. */
	void (*tolerated)(void *user, const struct acs_peer *peer, const char *what);
	void *user;
	/* What sessions ask beside the policy, and whom they tell: as in struct
	 * acs_session_config. All may be null. */
	struct task_queue *tasks;
	const struct acs_script *script;
	struct str (*file_url)(void *user, struct str file, struct arena *arena,
	    uint32_t *ret_size);
	void (*transfer)(void *user, struct str url, struct str username,
	    struct str password);
	void (*noted)(void *user, const struct acs_session *session,
	    const struct acs_note *note);
	void (*changed)(void *user, const struct acs_session *session);
	bool refuses_other_names; /* as in struct acs_session_config */
	struct quirks quirks;     /* what it does wrong on purpose */
};

struct acs_service;

/* config is copied, what it points to borrowed. Null without memory. */
struct acs_service *acs_service_new(const struct acs_service_config *config);
/* Drops the sessions without telling ended(). Null is fine. */
void acs_service_free(struct acs_service *service);
DEFINE_CLEANUP(struct acs_service *, acs_service_free)

/* Sessions that begin from now on go by this policy, which is borrowed; those that run keep
 * theirs. */
void acs_service_set_policy(struct acs_service *service, const struct policy *policy);

/* Whether a session goes by it still. */
bool acs_service_goes_by(const struct acs_service *service,
    const struct policy *policy);

/* Looks at the head of a peer's request, before its body is read. True: it is refused, or
 * has to prove the password first, and the response is appended to out; *ret_close says
 * whether the connection is to be closed after it. False: the body may come, and then
 * acs_service_request(). now is monotonic. A digest's count is used up. */
bool acs_service_refuses(struct acs_service *service, struct acs_peer *peer,
    const struct http_head *head, clock_ns now, struct buf *out, bool *ret_close);

/* Appends the response to the request of a peer whose head was not refused. now is
 * monotonic, for time limits; wall is noted with devices. True when the connection is to be
 * closed after it. */
bool acs_service_request(struct acs_service *service, struct acs_peer *peer,
    const struct http_head *head, struct str body, clock_ns now, clock_ns wall,
    struct buf *out);

/* The connection is gone. Its session waits for the CPE to come back with the cookie. */
void acs_service_gone(struct acs_service *service, struct acs_peer *peer);

/* Ends the sessions whose CPE has been silent for too long. */
void acs_service_sweep(struct acs_service *service, clock_ns now);

/* What has become of its sessions. */
const struct counts *acs_service_counts(const struct acs_service *service);

/* How many sessions run, or are over and keep their connection. */
size_t acs_service_sessions(const struct acs_service *service);

/* As if its store could not be reached until then (monotonic): sessions that begin are
 * turned away by 503 without Retry-After; those that run go on with what they have. */
void acs_service_outage(struct acs_service *service, clock_ns until);
