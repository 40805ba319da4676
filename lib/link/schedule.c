#include "lib/link/schedule.h"

#include "lib/base/compiler.h"

/* The end of a step; INT64_MAX: it has none. */
static clock_ns end_of(const struct schedule_step *step)
{
	return step->length > INT64_MAX - step->at ? INT64_MAX
						   : step->at + step->length;
}

void schedule_at(const struct impair_link *base, const struct schedule_step *steps,
    size_t n, clock_ns now, struct impair_link *ret, clock_ns *ret_next)
{
	*ret = *base;
	*ret_next = INT64_MAX;
	for (size_t i = 0; i < n; i++) {
		clock_ns end = end_of(&steps[i]);

		if (steps[i].at > now) {
			*ret_next = MIN(*ret_next, steps[i].at);
		} else if (end > now) {
			impair_apply(ret, &steps[i].change);
			*ret_next = MIN(*ret_next, end);
		}
	}
}

clock_ns schedule_again(clock_ns next, clock_ns now)
{
	return MIN(next, now + SCHEDULE_AGAIN_MS * NS_PER_MS);
}

const char *schedule_conflict(const struct impair_link *base,
    const struct schedule_step *steps, size_t n, clock_ns *ret_when, char *ret,
    size_t size)
{
	clock_ns now = 0, next;
	struct impair_link then;

	for (;;) {
		schedule_at(base, steps, n, now, &then, &next);
		if (ret_when)
			*ret_when = now;
		if (impair_link_conflict(&then, ret, size))
			return ret;
		if (next == INT64_MAX)
			return NULL;
		now = next;
	}
}
