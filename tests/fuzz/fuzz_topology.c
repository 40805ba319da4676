/* Any bytes as a topology: read and checked; what is sound is planned and drawn. */
#include "lab/graph/graph.h"
#include "lab/plan/plan.h"
#include "lib/base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	const struct topology_options options = { .models = NULL };
	struct topology *topology = NULL;
	struct plan *plan = NULL;
	struct error err = ERROR_NULL;
	auto_buf out = BUF_NULL;

	if (topology_parse("/dev/fuzz.yaml", str_make(bytes, len), &options, &topology,
		&err) < 0)
		return 0;
	if (topology->n_cpes <= 1000 && plan_build(topology, &plan, &err) == 0) {
		for (size_t i = 0; i < plan->n_steps; i++)
			plan_step_text(&out, plan, &plan->steps[i]);
	}
	graph_text(&out, topology, true);
	graph_dot(&out, topology);
	(void)graph_svg(&out, topology);
	plan_free(plan);
	topology_free(topology);
	return 0;
}
