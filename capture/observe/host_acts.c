/* What CPEs do beside their sessions, where nobody keeps it: it is told once it is whole. Who is
 * not known to be a CPE may prove to be one, and a query may be answered: until then it waits,
 * of all hosts together the newest. */
#include "capture/observe/observe_internal.h"

#include <errno.h>
#include <stdlib.h>

enum {
	ACTS_MAX = 2048,
	LOOKED_AT = 64, /* queries of one host for an answer */
};

static void drop(struct observer *observer, struct waiting_act *act)
{
	list_remove(&act->all);
	list_remove(&act->of_host);
	arena_free(&act->arena);
	free(act);
	observer->acts.n--;
}

static void tell(struct observer *observer, struct waiting_act *act)
{
	if (act->host->is_cwmp)
		observer->options.act(observer->options.ended_user, act->host,
		    &act->what);
	drop(observer, act);
}

/* Where the client is shows only with its lease. */
static bool is_whole(const struct waiting_act *act)
{
	return act->what.dhcp ? act->host->at.family != ADDRESS_NONE
			      : act->dns.answer.number > 0;
}

struct waiting_act *act_new(struct observer *observer, struct cpe_record *host)
{
	struct waiting_act *act;

	if (!observer->options.act)
		return NULL;
	if (observer->acts.n == ACTS_MAX)
		tell(observer,
		    list_first(&observer->acts.all, struct waiting_act, all));
	act = calloc(1, sizeof(*act));
	if (!act) {
		observer->memory.error = -ENOMEM;
		return NULL;
	}
	act->host = host;
	list_append(&observer->acts.all, &act->all);
	list_append(&host->acts, &act->of_host);
	observer->acts.n++;
	return act;
}

void act_query(struct observer *observer, struct cpe_record *host,
    const struct dns_exchange *query)
{
	struct waiting_act *act = act_new(observer, host);

	if (!act)
		return;
	act->dns = *query;
	act->dns.name = observer_strdup_in(observer, &act->arena, str_of(query->name));
	act->what.dns = &act->dns;
	if (!act->dns.name)
		drop(observer, act);
}

struct dns_exchange *act_find_query(const struct cpe_record *host,
    const struct dns_message *message)
{
	size_t left = LOOKED_AT;

	for (struct list *at = host->acts.prev; at != &host->acts && left > 0;
	     at = at->prev, left--) {
		struct waiting_act *act = list_entry(at, struct waiting_act, of_host);

		if (act->what.dns && act->dns.id == message->id &&
		    act->dns.type == message->type &&
		    strcmp(act->dns.name, message->name) == 0)
			return &act->dns;
	}
	return NULL;
}

void acts_tell(struct observer *observer, struct cpe_record *host)
{
	if (!host->is_cwmp)
		return;
	LIST_FOREACH_SAFE (at, &host->acts) {
		struct waiting_act *act = list_entry(at, struct waiting_act, of_host);

		if (is_whole(act))
			tell(observer, act);
	}
}

void act_call(struct observer *observer, const struct cpe_record *host,
    const struct call_record *call)
{
	const struct host_act what = { .call = call };

	if (observer->options.act && host && host->is_cwmp && call->get)
		observer->options.act(observer->options.ended_user, host, &what);
}

void act_light(struct observer *observer, const struct cpe_record *host,
    const struct light_record *light)
{
	const struct host_act what = { .light = light };

	if (observer->options.act && host->is_cwmp)
		observer->options.act(observer->options.ended_user, host, &what);
}

void acts_forget(struct observer *observer, struct cpe_record *host)
{
	while (!list_empty(&host->acts))
		drop(observer, list_first(&host->acts, struct waiting_act, of_host));
}

void acts_finish(struct observer *observer)
{
	while (!list_empty(&observer->acts.all))
		tell(observer,
		    list_first(&observer->acts.all, struct waiting_act, all));
}

void acts_free(struct observer *observer)
{
	while (!list_empty(&observer->acts.all))
		drop(observer,
		    list_first(&observer->acts.all, struct waiting_act, all));
}
