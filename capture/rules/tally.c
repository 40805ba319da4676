#include "capture/rules/tally.h"

#include "capture/facts/tell.h"
#include "lib/base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct tally {
	struct tally_key { /* without padding: its bytes are compared */
		const char *rule;
		uint64_t place; /* of the device, from 1; 0: not known */
		uint8_t mac[8]; /* the last byte is 1 where it is known */
	} key;
	struct rule_tally counts;
};

void tallies_free(struct tallies *tallies)
{
	map_free(&tallies->by);
	arena_free(&tallies->arena);
	free(tallies->items);
}

static struct tally_key key_of(const char *rule, const struct whole_who *who)
{
	struct tally_key key = { .rule = rule };

	if (who->device)
		key.place = (uint64_t)who->device->place + 1;
	if (who->host && who->host->has_mac) {
		memcpy(key.mac, who->host->mac, 6);
		key.mac[7] = 1;
	}
	return key;
}

static struct tally *tally_new(struct tallies *tallies, const struct tally_key *key,
    const struct whole_who *who)
{
	struct tally *tally = arena_alloc(&tallies->arena, sizeof(*tally));
	struct rule_tally counts = { .rule = key->rule };
	char mac[MAC_TEXT_MAX];

	if (!tally)
		return NULL;
	if (key->mac[7])
		counts.mac =
		    arena_strdup(&tallies->arena, str_of(mac_text(key->mac, mac)));
	if (who->device)
		counts.serial =
		    arena_strdup(&tallies->arena, str_of(who->device->serial));
	if ((key->mac[7] && !counts.mac) || (who->device && !counts.serial))
		return NULL;
	*tally = (struct tally){ *key, counts };
	if (map_put(&tallies->by, str_make(&tally->key, sizeof(tally->key)), tally) < 0)
		return NULL;
	return tally;
}

int tallies_add(struct tallies *tallies, const char *rule, const struct whole *view,
    enum rule_verdict verdict)
{
	const struct whole_who who = whole_who(view);
	const struct tally_key key = key_of(rule, &who);
	struct tally *tally = map_get(&tallies->by, str_make(&key, sizeof(key)));

	if (!tally && tallies->by.len == TALLIES_MAX)
		return 0;
	if (!tally)
		tally = tally_new(tallies, &key, &who);
	if (!tally)
		return -ENOMEM;
	tally->counts.kept += verdict == RULE_KEPT;
	tally->counts.broken += verdict == RULE_BROKEN;
	tally->counts.not_judged += verdict == RULE_NOT_JUDGED;
	return 0;
}

const struct rule_tally *tallies_take(struct tallies *tallies, size_t *ret_n)
{
	const struct tally *tally;
	size_t at = 0;

	free(tallies->items);
	tallies->items = calloc(tallies->by.len + 1, sizeof(*tallies->items));
	*ret_n = 0;
	while (tallies->items && (tally = map_next(&tallies->by, &at)))
		tallies->items[(*ret_n)++] = tally->counts;
	return tallies->items;
}
