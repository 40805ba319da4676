#include "agents/acs/session_list.h"

#include "agents/common/digest.h"

#include <stdlib.h>

void session_list_init(struct session_list *list, clock_ns timeout,
    void (*expired)(void *user, struct listed_session *session), void *user)
{
	*list = (struct session_list){ .timeout = timeout,
		.expired = expired,
		.user = user };
	list_init(&list->by_age);
}

void session_list_free(struct session_list *list)
{
	while (!list_empty(&list->by_age))
		session_list_remove(list,
		    list_first(&list->by_age, struct listed_session, link));
	map_free(&list->by_cookie);
}

static void expire(struct session_list *list, struct listed_session *session)
{
	list->expired(list->user, session);
	session_list_remove(list, session);
}

struct listed_session *session_list_add(struct session_list *list,
    const struct acs_session_config *config, const char *address, clock_ns now)
{
	struct listed_session *session = calloc(1, sizeof(*session));

	if (!session)
		return NULL;
	if (list->by_cookie.len >= SESSIONS_MAX)
		expire(list, list_first(&list->by_age, struct listed_session, link));
	acs_session_init(&session->session, config, address);
	digest_random_hex(session->cookie, SESSION_COOKIE_LEN / 2);
	session->active = now;
	list_init(&session->link);
	if (map_put(&list->by_cookie, str_of(session->cookie), session) < 0) {
		free(session);
		return NULL;
	}
	list_append(&list->by_age, &session->link);
	return session;
}

struct listed_session *session_list_find(struct session_list *list, struct str cookie,
    clock_ns now)
{
	struct listed_session *session = map_get(&list->by_cookie, cookie);

	if (!session)
		return NULL;
	session->active = now;
	list_remove(&session->link);
	list_append(&list->by_age, &session->link);
	return session;
}

void session_list_remove(struct session_list *list, struct listed_session *session)
{
	(void)map_remove(&list->by_cookie, str_of(session->cookie));
	list_remove(&session->link);
	free(session);
}

void session_list_expire(struct session_list *list, clock_ns now)
{
	while (!list_empty(&list->by_age)) {
		struct listed_session *oldest =
		    list_first(&list->by_age, struct listed_session, link);

		if (now - oldest->active < list->timeout)
			return;
		expire(list, oldest);
	}
}
