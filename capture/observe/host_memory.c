/* The memory of hosts. Any address of a network that asks DHCP or DNS may become a CPE, so all
 * are remembered at first; of strangers, which no session and no device refers to, only the
 * newest, as their number grows with the network and not with its CPEs. */
#include "capture/observe/observe_internal.h"

#include <errno.h>
#include <stdlib.h>

enum {
	STRANGERS_MAX = 1 << 16,
	LOOKED_AT = 64, /* strangers for one that can be forgotten */
	KEYS_MAX = 64,  /* of one host */
};

/* Where else a host is found: at an address that it had, by its DUID. */
struct host_key {
	struct host_key *next; /* older */
	struct map *map;
	uint32_t len;
	char bytes[];
};

static struct str key_of(const struct host_key *key)
{
	return str_make(key->bytes, key->len);
}

/* ---- keys ---------------------------------------------------------------------------- */

static void drop_key(const struct cpe_record *host, struct host_key *key)
{
	/* Somebody else may have the address by now. */
	if (map_get(key->map, key_of(key)) == host)
		(void)map_remove(key->map, key_of(key));
	free(key);
}

static void drop_oldest(struct cpe_record *host)
{
	struct host_key **at = &host->keys;

	while ((*at)->next)
		at = &(*at)->next;
	drop_key(host, *at);
	*at = NULL;
	host->n_keys--;
}

void host_add_key(struct observer *observer, struct cpe_record *host, struct map *map,
    struct str bytes)
{
	struct host_key *key = malloc(sizeof(*key) + bytes.len);

	if (!key) {
		observer->memory.error = -ENOMEM;
		return;
	}
	*key = (struct host_key){ .next = host->keys,
		.map = map,
		.len = (uint32_t)bytes.len };
	memcpy(key->bytes, bytes.p, bytes.len);
	(void)map_remove(map, key_of(key));
	if (map_put(map, key_of(key), host) < 0)
		observer->memory.error = -ENOMEM;
	host->keys = key;
	if (++host->n_keys > KEYS_MAX)
		drop_oldest(host);
}

static void free_keys(struct cpe_record *host)
{
	while (host->keys) {
		struct host_key *next = host->keys->next;

		free(host->keys);
		host->keys = next;
	}
}

/* ---- strangers ----------------------------------------------------------------------- */

static bool can_go(const struct cpe_record *host)
{
	return host->refs == 0 && host->n_unnamed == 0 && !host->running;
}

static void forget(struct observer *observer, struct cpe_record *host)
{
	struct str address = address_key(&host->at), mac = str_make(host->mac, 6);

	while (host->keys) {
		struct host_key *next = host->keys->next;

		drop_key(host, host->keys);
		host->keys = next;
	}
	if (host->at.family != ADDRESS_NONE &&
	    map_get(&observer->index.by_address, address) == host)
		(void)map_remove(&observer->index.by_address, address);
	if (host->has_mac && map_get(&observer->index.by_mac, mac) == host)
		(void)map_remove(&observer->index.by_mac, mac);
	look_ups_free(observer, host);
	try_forget(observer, host);
	acts_forget(observer, host);
	/* Whoever is seen next at work may be this one. */
	observer->strangers.blind = MAX(observer->strangers.blind, host->blind);
	observer->counts.forgotten++;
}

/* The memory of one that was not asked for lately, or null: the list goes round, and who was
 * asked for since is left for the next time. */
static struct cpe_record *reuse(struct observer *observer)
{
	for (size_t i = 0; i < LOOKED_AT; i++) {
		struct cpe_record *host =
		    list_first(&observer->strangers.list, struct cpe_record, list);

		list_remove(&host->list);
		if (can_go(host) && !host->is_recent) {
			forget(observer, host);
			observer->strangers.n--;
			return host;
		}
		host->is_recent = false;
		list_append(&observer->strangers.list, &host->list);
	}
	return NULL;
}

static struct cpe_record *room_for_one(struct observer *observer)
{
	struct cpe_record *host = NULL;

	if (observer->strangers.n >= STRANGERS_MAX && !observer->options.keep_records)
		host = reuse(observer);
	if (!host)
		host = observer_alloc(observer, sizeof(*host));
	return host;
}

struct cpe_record *host_new(struct observer *observer, struct frame_ref frame)
{
	struct cpe_record *host = room_for_one(observer);

	if (!host)
		return NULL;
	*host = (struct cpe_record){ .blind = observer->strangers.blind };
	list_init(&host->of_device);
	list_init(&host->acts);
	list_append(&observer->strangers.list, &host->list);
	observer->strangers.n++;
	if (!observer->options.keep_records)
		return host;
	host->kept = observer_alloc(observer, sizeof(*host->kept));
	if (!host->kept)
		return NULL;
	host->kept->first = frame;
	host->kept->place = observer->kept.cpes.len;
	observer_push(observer, &observer->kept.cpes, host);
	return host;
}

void host_pin(struct observer *observer, struct cpe_record *host)
{
	if (host->is_known)
		return;
	host->is_known = true;
	list_remove(&host->list);
	list_append(&observer->strangers.known, &host->list);
	observer->strangers.n--;
}

void host_unpin(struct observer *observer, struct cpe_record *host)
{
	if (!host->is_known || host->device || host->n_devices > 0 || host->is_called)
		return;
	host->is_known = false;
	list_remove(&host->list);
	list_append(&observer->strangers.list, &host->list);
	observer->strangers.n++;
}

static void free_hosts(struct observer *observer, struct list *list)
{
	while (!list_empty(list)) {
		struct cpe_record *host = list_first(list, struct cpe_record, list);

		list_remove(&host->list);
		free_keys(host);
		look_ups_free(observer, host);
	}
}

void hosts_free(struct observer *observer)
{
	free_hosts(observer, &observer->strangers.list);
	free_hosts(observer, &observer->strangers.known);
}
