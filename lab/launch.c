#include "lab/launch.h"

enum stage launch_stage(const struct node *node)
{
	switch (node->kind) {
	case NODE_DNS:
	case NODE_DHCP:
	case NODE_ACS:
		return STAGE_SERVERS;
	case NODE_SWITCH:
	case NODE_CPE:
	case NODE_HOST:
		break;
	}
	return STAGE_CLIENTS;
}

static int launch_host(const struct launch_context *context, const struct node *node,
    struct launch *launch, struct error *err)
{
	const struct conf_strings *command = &node->host.command;

	(void)context;
	if (command->len >= LAUNCH_ARGS_MAX)
		return error_set(err, ERR_LIMIT, "a command of more than %d words",
		    LAUNCH_ARGS_MAX - 1);
	for (size_t i = 0; i < command->len; i++)
		launch->argv[i] = command->items[i];
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

typedef int launch_fn(const struct launch_context *context, const struct node *node,
    struct launch *launch, struct error *err);

static launch_fn *const programs[] = {
	[NODE_SWITCH] = launch_nothing,
	[NODE_DNS] = launch_nothing,
	[NODE_DHCP] = launch_nothing,
	[NODE_ACS] = launch_nothing,
	[NODE_CPE] = launch_nothing,
	[NODE_HOST] = launch_host,
};

int launch_program(const struct launch_context *context, const struct node *node,
    struct launch *launch, struct error *err)
{
	*launch =
	    (struct launch){ .stage = node ? launch_stage(node) : STAGE_RECORDER };
	if (!node)
		return 0;
	return programs[node->kind](context, node, launch, err);
}

void launch_free(struct launch *launch)
{
	buf_free(&launch->conf);
	arena_free(&launch->arena);
}

int launch_prepare_tls(const struct topology *topology, const char *folder,
    struct error *err)
{
	(void)topology;
	(void)folder;
	(void)err;
	return 0;
}
