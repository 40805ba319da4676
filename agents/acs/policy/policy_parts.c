#include "agents/acs/policy/policy_parts.h"

#include "lib/conf/conf.h"

#include <errno.h>

static void forget(struct policy_draft *draft)
{
	buf_free(&draft->text);
	draft->id = 0;
}

static struct policy_draft *find(struct policy_parts *parts, uint64_t id)
{
	for (size_t i = 0; id > 0 && i < POLICY_PARTS_MAX; i++) {
		if (parts->drafts[i].id == id)
			return &parts->drafts[i];
	}
	return NULL;
}

/* In a free place, or in that of the one that has waited for longest: whoever sent it is gone most
 * likely. */
static struct policy_draft *begin(struct policy_parts *parts)
{
	struct policy_draft *place = &parts->drafts[0];

	for (size_t i = 1; i < POLICY_PARTS_MAX && place->id > 0; i++) {
		struct policy_draft *other = &parts->drafts[i];

		if (other->id == 0 || other->touched < place->touched)
			place = other;
	}
	forget(place);
	place->id = ++parts->last_id;
	place->text = (struct buf)BUF_MAX(CONF_BYTES_MAX);
	return place;
}

int policy_parts_add(struct policy_parts *parts, uint64_t id, struct str text,
    clock_ns now, uint64_t *ret_id, struct error *err)
{
	struct policy_draft *draft = id > 0 ? find(parts, id) : begin(parts);
	int r;

	if (!draft)
		return error_set(err, ERR_USAGE,
		    "no part of a policy %llu is here, or it came more than %d s ago: "
		    "send it from its beginning",
		    (unsigned long long)id, POLICY_PARTS_S);
	buf_append_str(&draft->text, text);
	r = draft->text.error;
	if (r < 0) {
		forget(draft);
		return r == ERR_LIMIT
			   ? error_set(err, r, "a policy has %d bytes at most",
				 CONF_BYTES_MAX)
			   : error_set(err, r, "no memory for a policy");
	}
	draft->touched = now;
	*ret_id = draft->id;
	return 0;
}

struct buf policy_parts_take(struct policy_parts *parts, uint64_t id)
{
	struct policy_draft *draft = find(parts, id);
	struct buf text = BUF_NULL;

	if (!draft)
		return text;
	text = draft->text;
	*draft = (struct policy_draft){ .id = 0 };
	return text;
}

void policy_parts_sweep(struct policy_parts *parts, clock_ns now)
{
	for (size_t i = 0; i < POLICY_PARTS_MAX; i++) {
		struct policy_draft *draft = &parts->drafts[i];

		if (draft->id > 0 && now - draft->touched >= POLICY_PARTS_S * NS_PER_S)
			forget(draft);
	}
}

void policy_parts_free(struct policy_parts *parts)
{
	for (size_t i = 0; i < POLICY_PARTS_MAX; i++)
		forget(&parts->drafts[i]);
}
