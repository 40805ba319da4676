/* The histograms of a run as a log that viewers of HdrHistogram open. */
#include "agents/cpe/load/load_internal.h"

#include "lib/load/hist_log.h"

#include <stdio.h>

static void put_phase(struct buf *out, const struct load *load, unsigned phase)
{
	const struct tally_phase *numbers = &load->tally.phases[phase];
	clock_ns took = load_took(load);
	char tag[HIST_LOG_TAG_MAX];

	if (numbers->service.total == 0)
		return;
	(void)snprintf(tag, sizeof(tag), "latency.%s", tally_phase_name(phase));
	hist_log_put(out, tag, 0, took, &numbers->latency);
	(void)snprintf(tag, sizeof(tag), "service.%s", tally_phase_name(phase));
	hist_log_put(out, tag, 0, took, &numbers->service);
}

void load_put_log(struct buf *out, const struct load *load)
{
	hist_log_begin(out, load->file->name, load->wall);
	for (unsigned phase = 0; phase < TALLY_PHASES; phase++)
		put_phase(out, load, phase);
	hist_log_put(out, "lateness", 0, load_took(load), &load->tally.lateness);
}
