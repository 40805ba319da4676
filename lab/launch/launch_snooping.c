/* DHCP snooping of a switch (agents/snoop/snoopd.h). */
#include "lab/launch/launch_internal.h"

#include "lib/base/json.h"

void launch_snooping(const struct node *node, struct launch *launch)
{
	struct json json = json_writer(&launch->conf, 1);

	launch_agent(launch, node, "snoopd");
	json_object_begin(&json, NULL);
	json_text(&json, "node", node->name);
	json_array_begin(&json, "trusted");
	for (size_t i = 0; i < node->sw.trusted.len; i++)
		json_text(&json, NULL, node->sw.trusted.items[i]);
	json_array_end(&json);
	json_text(&json, "circuit-id", node->sw.circuit_id);
	json_text(&json, "remote-id", node->sw.remote_id);
	json_object_end(&json);
}
