/* A load test (agents/cpe/load/load_agent.h): its profile stays where it is, beside the topology
 * or in it, and where it takes place is the lab's. */
#include "lab/launch/launch_internal.h"

#include "lib/base/compiler.h"
#include "lib/base/json.h"
#include "lib/base/text.h"
#include "lib/load/load_file.h"

static void put_acs(struct json *json, const struct launch_context *context,
    const struct node_load *load)
{
	char path[LAUNCH_PATH_MAX];

	json_object_begin(json, "acs");
	json_text(json, "url", load->url);
	if (load->to) {
		launch_put_text(json, "username", load->to->acs.username);
		launch_put_text(json, "password", load->to->acs.password);
		json_text(json, "door", launch_door(load->to, path, sizeof(path)));
	}
	if (str_starts(str_of(load->url), STR("https:")))
		json_text(json, "trust", launch_ca(context, path, sizeof(path)));
	json_object_end(json);
}

/* Of a probe: as any CPE of the lab is called. */
static void put_calls(struct json *json, const struct launch_context *context)
{
	char password[LAUNCH_CALL_PASSWORD_MAX];

	if (!launch_call_password(context, password))
		return;
	json_object_begin(json, "connection-requests");
	json_text(json, "username", LAUNCH_CALL_USERNAME);
	json_text(json, "password", password);
	json_object_end(json);
}

/* What stands in the topology goes along; the files that it names stand beside that. */
static void put_profile(struct json *json, const struct launch_context *context,
    const struct node_load *load)
{
	if (!load->own) {
		json_text(json, "profile", load->profile_path);
		return;
	}
	conf_put_bound(json, "profile", load->profile_conf, load_file_rows);
	json_text(json, "beside", context->plan->topology->path);
}

int launch_load(const struct launch_context *context, const struct node *node,
    struct launch *launch, struct error *err)
{
	const struct conf_ipv4_net *sources = &node->load.sources;
	struct json json = json_writer(&launch->conf, 1);
	char text[IPV4_TEXT_MAX + 8], path[LAUNCH_PATH_MAX], address[IPV4_TEXT_MAX];

	(void)err;
	launch_agent(launch, node, "loadd");
	json_object_begin(&json, NULL);
	json_text(&json, "node", node->name);
	put_profile(&json, context, &node->load);
	put_acs(&json, context, &node->load);
	put_calls(&json, context);
	if (sources->prefix > 0) {
		(void)snprintf(text, sizeof(text), "%s/%u",
		    ipv4_text(sources->address, address), sources->prefix);
		json_text(&json, "sources", text);
	}
	json_uint(&json, "seed", context->seed + node->identity);
	(void)snprintf(path, sizeof(path), "%s/load-%s", context->out, node->name);
	json_text(&json, "result", path);
	json_object_end(&json);
	return 0;
}
