#include "agents/cpe/wheel/wheel.h"

enum {
	MASK = WHEEL_SLOTS - 1
};

#define SPAN  (UINT64_C(1) << (WHEEL_LEVELS * WHEEL_BITS)) /* ticks of the whole wheel */
#define NEVER UINT64_MAX

static unsigned slot_of(uint64_t tick, unsigned level)
{
	return (unsigned)(tick >> (level * WHEEL_BITS)) & MASK;
}

static bool is_boundary(uint64_t tick, unsigned level)
{
	return (tick & ((UINT64_C(1) << (level * WHEEL_BITS)) - 1)) == 0;
}

void wheel_init(struct wheel *wheel, clock_ns now)
{
	*wheel = (struct wheel){ .tick = (uint64_t)(now / WHEEL_TICK) };
	for (unsigned level = 0; level < WHEEL_LEVELS; level++) {
		for (unsigned i = 0; i < WHEEL_SLOTS; i++)
			list_init(&wheel->slots[level][i]);
	}
}

/* ---- putting ------------------------------------------------------------------------ */

/* Rounded up: no timer is early. One that is overdue stands in the slot that is next. One
 * beyond the wheel stands at its far end, and is put again from there. */
static uint64_t tick_of(const struct wheel *wheel, clock_ns at)
{
	uint64_t tick = at > 0 ? (uint64_t)((at - 1) / WHEEL_TICK) + 1 : 0;

	if (tick < wheel->tick)
		return wheel->tick;
	return tick - wheel->tick < SPAN ? tick : wheel->tick + SPAN - 1;
}

static void put(struct wheel *wheel, struct wheel_timer *timer)
{
	uint64_t tick = tick_of(wheel, timer->at);
	uint64_t left = tick - wheel->tick;
	unsigned level = 0, slot;

	while (left >> ((level + 1) * WHEEL_BITS))
		level++;
	slot = slot_of(tick, level);
	list_append(&wheel->slots[level][slot], &timer->link);
	wheel->busy[level][slot / 64] |= UINT64_C(1) << (slot % 64);
}

void wheel_disarm(struct wheel *wheel, struct wheel_timer *timer)
{
	if (!timer->link.next)
		return;
	list_remove(&timer->link);
	timer->link = (struct list){ .next = NULL };
	wheel->n--;
}

void wheel_arm(struct wheel *wheel, struct wheel_timer *timer, clock_ns at)
{
	if (timer->link.next && timer->at == at)
		return;
	wheel_disarm(wheel, timer);
	if (at == INT64_MAX)
		return;
	timer->at = at;
	put(wheel, timer);
	wheel->n++;
}

/* ---- looking ------------------------------------------------------------------------ */

/* How many slots behind slot from (0 to WHEEL_SLOTS - 1 of them) the first busy one is;
 * WHEEL_SLOTS where none is. */
static unsigned find_busy(const uint64_t busy[WHEEL_WORDS], unsigned from)
{
	for (unsigned seen = 0; seen < WHEEL_SLOTS;) {
		unsigned at = (from + seen) & MASK;
		uint64_t word = busy[at / 64] >> (at % 64);

		if (word)
			return MIN(seen + (unsigned)__builtin_ctzll(word),
			    (unsigned)WHEEL_SLOTS);
		seen += 64 - at % 64;
	}
	return WHEEL_SLOTS;
}

/* The first tick at which a slot is to be emptied: of the lowest level into the caller's hands,
 * of another one into those below. */
static uint64_t due_tick(const struct wheel *wheel)
{
	unsigned n = find_busy(wheel->busy[0], slot_of(wheel->tick, 0));
	uint64_t due = n < WHEEL_SLOTS ? wheel->tick + n : NEVER;

	for (unsigned level = 1; level < WHEEL_LEVELS; level++) {
		uint64_t turn = (wheel->tick >> (level * WHEEL_BITS)) + 1;

		n = find_busy(wheel->busy[level], (unsigned)turn & MASK);
		if (n < WHEEL_SLOTS)
			due = MIN(due, (turn + n) << (level * WHEEL_BITS));
	}
	return due;
}

clock_ns wheel_due(const struct wheel *wheel)
{
	uint64_t due = wheel->n > 0 ? due_tick(wheel) : NEVER;

	return due <= (uint64_t)(INT64_MAX / WHEEL_TICK) ? (clock_ns)due * WHEEL_TICK
							 : INT64_MAX;
}

/* ---- taking ------------------------------------------------------------------------- */

static void spread(struct wheel *wheel, unsigned level)
{
	unsigned slot = slot_of(wheel->tick, level);
	struct list *from = &wheel->slots[level][slot];
	struct list all = LIST_INIT(all);

	wheel->busy[level][slot / 64] &= ~(UINT64_C(1) << (slot % 64));
	while (!list_empty(from)) {
		struct list *link = from->next;

		list_remove(link);
		list_append(&all, link);
	}
	while (!list_empty(&all)) {
		struct list *link = all.next;

		list_remove(link);
		put(wheel, list_entry(link, struct wheel_timer, link));
	}
}

static void go_to(struct wheel *wheel, uint64_t tick)
{
	wheel->tick = tick;
	for (unsigned level = WHEEL_LEVELS; level-- > 1;) {
		if (is_boundary(tick, level))
			spread(wheel, level);
	}
}

struct wheel_timer *wheel_take(struct wheel *wheel, clock_ns now)
{
	uint64_t last = (uint64_t)(now / WHEEL_TICK);

	while (wheel->n > 0 && wheel->tick <= last) {
		unsigned slot = slot_of(wheel->tick, 0);
		struct list *list = &wheel->slots[0][slot];

		if (!list_empty(list)) {
			struct wheel_timer *timer =
			    list_first(list, struct wheel_timer, link);

			wheel_disarm(wheel, timer);
			return timer;
		}
		wheel->busy[0][slot / 64] &= ~(UINT64_C(1) << (slot % 64));
		go_to(wheel, MIN(due_tick(wheel), last + 1));
	}
	return NULL;
}
