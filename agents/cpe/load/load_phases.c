/* Whether the CPEs of a fleet inform in the same moment, which is another load than the same
 * number spread over the interval. */
#include "agents/cpe/load/load_internal.h"

#include <inttypes.h>

enum {
	PHASES_MIN = 100, /* of fewer CPEs nothing is said */
	CROWDED = 4,      /* times as many in a slot as if they were spread */
	BAR_MAX = 40
};

bool load_phases_tell(struct buf *out, const uint64_t slots[LOAD_PHASES], uint64_t all)
{
	uint64_t most = 0;

	for (size_t i = 0; i < LOAD_PHASES; i++)
		most = MAX(most, slots[i]);
	if (all < PHASES_MIN || most * LOAD_PHASES < all * CROWDED)
		return false;
	buf_printf(out,
	    "%" PRIu64 " of %" PRIu64 " CPEs inform within one %uth of their interval "
	    "(PeriodicInformTime); how many when:\n",
	    most, all, (unsigned)LOAD_PHASES);
	for (size_t i = 0; i < LOAD_PHASES; i++)
		buf_printf(out, "  %3zu %% %8" PRIu64 " %.*s\n", i * 100 / LOAD_PHASES,
		    slots[i], (int)(slots[i] * BAR_MAX / most),
		    "########################################");
	return true;
}

void load_phases_note(struct load *load)
{
	load->n_phased = load_fleet_phases(load, load->phases, LOAD_PHASES);
}

bool load_put_phases(struct buf *out, const struct load *load)
{
	return load_phases_tell(out, load->phases, load->n_phased);
}
