#include "lab/look/groups.h"

#include "lib/base/shown.h"

#include <errno.h>
#include <inttypes.h>

void groups_begin(struct groups *groups, size_t max, uint64_t seed)
{
	*groups = (struct groups){ .max = max, .by_key.seed = seed, .seen.seed = seed };
	groups->items = arena_array(&groups->arena, max, sizeof(*groups->items));
	if (!groups->items)
		groups->error = -ENOMEM;
}

void groups_free(struct groups *groups)
{
	map_free(&groups->by_key);
	map_free(&groups->seen);
	arena_free(&groups->arena);
}

const struct group *groups_find(const struct groups *groups, struct str key)
{
	return map_get(&groups->by_key, key);
}

/* Whether the key is new to the map. */
static bool note(struct groups *groups, struct map *map, struct str key,
    struct group *group)
{
	struct str kept;

	if (map_get(map, key))
		return false;
	kept = arena_str(&groups->arena, key);
	if (kept.p && map_put(map, kept, group) == 0)
		return true;
	groups->error = -ENOMEM;
	return false;
}

void groups_add(struct groups *groups, struct str key, const char *cpe,
    const void *first)
{
	struct group *group = map_get(&groups->by_key, key);
	auto_buf whose = BUF_NULL;

	if (groups->error < 0)
		return;
	if (!group && groups->n == groups->max) {
		groups->more++;
		return;
	}
	if (!group) {
		group = &groups->items[groups->n++];
		group->first = first;
		(void)note(groups, &groups->by_key, key, group);
	}
	group->n++;
	buf_append_str(&whose, key);
	buf_append_char(&whose, '\n');
	buf_append_text(&whose, cpe);
	group->cpes += note(groups, &groups->seen, buf_str(&whose), group);
	if (whose.error)
		groups->error = whose.error;
}

void group_put_place(struct buf *out, const struct group *group,
    const struct group_place *first, const struct findings_options *options)
{
	if (group->n > 1)
		buf_printf(out, "%" PRIu64 " CPE%s, %" PRIu64 " times, first ",
		    group->cpes, group->cpes == 1 ? "" : "s", group->n);
	buf_append_text(out, first->cpe ? first->cpe : "a CPE");
	if (first->serial)
		buf_printf(out, " (%s)", first->serial);
	if (first->line)
		buf_printf(out, ", %s:%" PRIu32, options->file ? options->file : "",
		    first->line);
	else
		buf_printf(out, ", %s %" PRIu64, options->is_text ? "message" : "frame",
		    first->frame);
}
