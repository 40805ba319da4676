#include "agents/common/crowd.h"

void crowd_init(struct crowd *crowd, const clock_ns limits[CROWD_PHASES])
{
	crowd->len = 0;
	for (size_t i = 0; i < CROWD_PHASES; i++) {
		crowd->limits[i] = limits[i];
		list_init(&crowd->by_phase[i]);
	}
	for (size_t i = 0; i < CROWD_RANKS; i++)
		list_init(&crowd->by_rank[i]);
}

static enum crowd_rank rank_of(const struct crowd_member *member)
{
	switch (member->phase) {
	case CROWD_HEAD:
	case CROWD_BODY:
	case CROWD_BETWEEN:
		return member->had_request ? CROWD_REGULAR : CROWD_STRANGER;
	case CROWD_UNREAD:
		return CROWD_MUTE;
	case CROWD_LEAVING:
		return CROWD_GONE;
	case CROWD_ANSWER:
	case CROWD_PHASES:
		break;
	}
	return CROWD_RANKS;
}

/* Within its rank a member keeps its place, or a byte now and then would save it. */
static void take_place(struct crowd *crowd, struct crowd_member *member)
{
	enum crowd_rank rank = rank_of(member);

	list_append(&crowd->by_phase[member->phase], &member->by_phase);
	if (member->rank == rank)
		return;
	member->rank = rank;
	list_remove(&member->by_rank);
	if (rank != CROWD_RANKS)
		list_append(&crowd->by_rank[rank], &member->by_rank);
}

void crowd_join(struct crowd *crowd, struct crowd_member *member, clock_ns now)
{
	*member = (struct crowd_member){ .phase = CROWD_HEAD,
		.rank = CROWD_RANKS,
		.since = now };
	list_init(&member->by_phase);
	list_init(&member->by_rank);
	crowd->len++;
	take_place(crowd, member);
}

void crowd_enter(struct crowd *crowd, struct crowd_member *member,
    enum crowd_phase phase, clock_ns now)
{
	if (list_empty(&member->by_phase) || member->phase == phase)
		return;
	member->phase = phase;
	member->since = now;
	member->had_request |= phase == CROWD_ANSWER;
	list_remove(&member->by_phase);
	take_place(crowd, member);
}

void crowd_leave(struct crowd *crowd, struct crowd_member *member)
{
	if (list_empty(&member->by_phase))
		return;
	list_remove(&member->by_phase);
	list_remove(&member->by_rank);
	crowd->len--;
}

/* All in a phase have the same time, so the first is the first to be late. */
struct crowd_member *crowd_late(const struct crowd *crowd, clock_ns now)
{
	for (size_t i = 0; i < CROWD_PHASES; i++) {
		struct crowd_member *first;

		if (list_empty(&crowd->by_phase[i]))
			continue;
		first = list_first(&crowd->by_phase[i], struct crowd_member, by_phase);
		if (now - first->since >= crowd->limits[i])
			return first;
	}
	return NULL;
}

struct crowd_member *crowd_victim(const struct crowd *crowd)
{
	for (size_t i = 0; i < CROWD_RANKS; i++) {
		if (!list_empty(&crowd->by_rank[i]))
			return list_first(&crowd->by_rank[i], struct crowd_member,
			    by_rank);
	}
	return NULL;
}
