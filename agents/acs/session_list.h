/* The sessions that run, by their cookie. One that hears nothing for the time-out is over
 * (TR-069 A6 3.7.2.4). */
#pragma once

#include "agents/acs/session.h"

enum {
	SESSIONS_MAX = 65536,
	SESSION_COOKIE_LEN = 32
};

struct listed_session {
	struct acs_session session;
	char cookie[SESSION_COOKIE_LEN + 1];
	bool is_known; /* it proved its password */
	/* private */
	struct list link; /* longest silent first */
	clock_ns active;
};

struct session_list {
	struct map by_cookie;
	struct list by_age;
	clock_ns timeout;
	void *user;
	/* Called with each session that ends by itself, before it is freed. */
	void (*expired)(void *user, struct listed_session *session);
};

void session_list_init(struct session_list *list, clock_ns timeout,
    void (*expired)(void *user, struct listed_session *session), void *user);
void session_list_free(struct session_list *list);

/* A session with a fresh random cookie; the longest silent one goes when the list is full.
 * Null without memory. */
struct listed_session *session_list_add(struct session_list *list,
    const struct acs_session_config *config, const char *address, clock_ns now);

/* The one with this cookie, which counts as heard of now; or null. */
struct listed_session *session_list_find(struct session_list *list, struct str cookie,
    clock_ns now);

void session_list_remove(struct session_list *list, struct listed_session *session);

/* Ends those that are silent for too long. */
void session_list_expire(struct session_list *list, clock_ns now);
