#include "lab/launch/launch.h"

#include "lab/launch/launch_internal.h"

enum stage launch_stage(const struct node *node)
{
	/* A host that says when it serves is waited for. */
	if (node->kind == NODE_HOST && (node->host.ready.tcp || node->host.ready.udp))
		return STAGE_SERVERS;
	/* Without it no client reaches its DHCP server. */
	if (node->kind == NODE_SWITCH && node->sw.snooping_conf)
		return STAGE_SERVERS;
	return node_kind_facts(node->kind)->is_server ? STAGE_SERVERS : STAGE_CLIENTS;
}

/* One that is neither managed nor snoops runs nothing. */
static int launch_switch(const struct launch_context *context, const struct node *node,
    struct launch *launch, struct error *err)
{
	if (node->sw.is_managed)
		return launch_cpe(context, node, launch, err);
	if (node->sw.snooping_conf)
		launch_snooping(node, launch);
	return 0;
}

static int launch_nothing(const struct launch_context *context, const struct node *node,
    struct launch *launch, struct error *err)
{
	(void)context;
	(void)node;
	(void)launch;
	(void)err;
	return 0;
}

static launch_fn *const programs[NODE_KINDS] = {
	[NODE_SWITCH] = launch_switch,
	[NODE_DNS] = launch_dns,
	[NODE_DHCP] = launch_dhcp,
	[NODE_ACS] = launch_acs,
	[NODE_CPE] = launch_cpe,
	[NODE_HOST] = launch_host,
	[NODE_ROUTER] = launch_router,
	[NODE_NAT] = launch_nothing,
	[NODE_LOAD] = launch_load,
	[NODE_PROXY] = launch_proxy,
	[NODE_FIREWALL] = launch_firewall,
};

int launch_check(const struct launch *launch, struct error *err)
{
	if (!launch->conf.error)
		return 0;
	return error_set(err, launch->conf.error, "its configuration and arguments: %s",
	    error_name(launch->conf.error));
}

int launch_program(const struct launch_context *context, const struct node *node,
    struct launch *launch, struct error *err)
{
	int r;

	*launch =
	    (struct launch){ .stage = node ? launch_stage(node) : STAGE_RECORDER };
	r = node ? programs[node->kind](context, node, launch, err)
		 : launch_recorder(context, node, launch, err);
	return r == 0 ? launch_check(launch, err) : r;
}

void launch_free(struct launch *launch)
{
	buf_free(&launch->conf);
	arena_free(&launch->arena);
}
