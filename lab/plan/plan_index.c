/* The numbers of ports at switches: counted up in the order of the file, and kept while a lab changes,
 * since no interface that is up can be given another one. */
#include "lab/plan/plan_internal.h"

#include <stdarg.h>
#include <stdio.h>

enum {
	KEY_MAX = 4 * INSTANCE_NAME_MAX
};

static const char *switch_of(const struct plan *plan, const struct plan_index *index)
{
	return plan->instances[index->ns].node->name;
}

int plan_index_follow(struct plan_builder *b)
{
	struct plan_index *index = b->before ? b->before->indexes : NULL;
	char text[KEY_MAX];

	for (; index; index = index->next) {
		struct str key;

		(void)snprintf(text, sizeof(text), "%s %s", switch_of(b->before, index),
		    index->of);
		key = arena_str(&b->scratch, str_of(text));
		if (!key.p || map_put(&b->kept, key, index) < 0)
			return plan_fail_memory(b);
	}
	return 0;
}

/* A number is never given twice, or a port would be taken for the one that had it before. */
void plan_index_begin(struct plan_builder *b, const struct node *sw)
{
	uint32_t next = PLAN_IFINDEX_BRIDGE + 1;
	const struct plan_index *index = b->before ? b->before->indexes : NULL;

	for (; index; index = index->next) {
		if (index->ifindex >= next &&
		    str_is(str_of(sw->name), switch_of(b->before, index)))
			next = index->ifindex + 1;
	}
	b->next_index[sw->number] = next;
}

static uint32_t number_of(struct plan_builder *b, const struct node *sw, const char *of)
{
	const struct plan_index *kept;
	char key[KEY_MAX];

	(void)snprintf(key, sizeof(key), "%s %s", sw->name, of);
	kept = b->before ? map_get(&b->kept, str_of(key)) : NULL;
	return kept ? kept->ifindex : b->next_index[sw->number]++;
}

uint32_t plan_index(struct plan_builder *b, const struct node *sw, const char *fmt, ...)
{
	struct plan *plan = b->plan;
	struct plan_index *index = arena_alloc(&plan->arena, sizeof(*index));
	char of[2 * INSTANCE_NAME_MAX];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(of, sizeof(of), fmt, args);
	va_end(args);
	if (!index)
		return 0;
	*index = (struct plan_index){
		.next = plan->indexes,
		.ns = b->first_ns[sw->number],
		.ifindex = number_of(b, sw, of),
		.of = arena_strdup(&plan->arena, str_of(of)),
	};
	if (!index->of)
		return 0;
	plan->indexes = index;
	return index->ifindex;
}
