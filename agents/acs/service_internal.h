/* The ACS behind its sockets from inside: service.c reads requests and writes responses,
 * service_visit.c keeps the sessions. */
#pragma once

#include "agents/acs/service.h"

#define ACS_COOKIE "session"

enum {
	ACS_COOKIE_BYTES = 16
};

struct acs_visit {
	struct list link; /* longest silent first */
	struct acs_session session;
	struct acs_peer *peer; /* null: between connections */
	/* Of the connection of its last POST: a proxy may have brought another CPE's since. */
	uint64_t peer_number;
	clock_ns active;
	char cookie[2 * ACS_COOKIE_BYTES + 1];
	unsigned n_posts;
	bool is_told; /* its end was */
};

struct acs_service {
	struct acs_service_config config;
	struct acs_gate gate;
	struct shed shed;
	struct counts *counts; /* of the configuration, or own */
	struct counts own;
	uint64_t n_peers; /* so far */
	struct cwmp_reader *reader;
	struct arena arena;
	struct buf body;      /* of the response at hand */
	struct map by_cookie; /* the ACS draws the cookies, so it needs no seed */
	struct digest_chance chance; /* of the cookies */
	struct list by_age;
};

/* ---- service_visit.c ------------------------------------------------------------------ */

/* The session that a POST belongs to: by its cookie, else by its connection, else a new
 * one. An envelope after the end of a session begins the next, and so does a second
 * Inform. Null: a new one is turned away (shed_takes()), or there is no room or memory
 * for it. */
struct acs_visit *acs_visit_of(struct acs_service *service, struct acs_peer *peer,
    const struct http_head *head, struct str body, clock_ns now);

/* Whether the Inform of one CPE would be let in for the password that another one proved on the
 * connection of a proxy. */
bool acs_visit_is_unproved(const struct acs_service *service,
    const struct acs_peer *peer, struct str body);

/* The session is over; safe to repeat. */
void acs_visit_tell_end(struct acs_service *service, struct acs_visit *visit);

void acs_visit_free(struct acs_service *service, struct acs_visit *visit);
