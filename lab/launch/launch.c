#include "lab/launch/launch.h"

#include "lab/launch/launch_internal.h"
#include "lib/base/json.h"

#include <stdarg.h>
#include <stdio.h>

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

void launch_arg(struct launch *launch, const char *fmt, ...)
{
	char text[256];
	size_t n = 0;
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	while (launch->argv[n])
		n++;
	if (n + 1 < LAUNCH_ARGS_MAX)
		launch->argv[n] = arena_strdup(&launch->arena, str_of(text));
}

void launch_conf(struct launch *launch, const struct node *node, const char *suffix)
{
	(void)snprintf(launch->conf_path, sizeof(launch->conf_path), "/run/%s.%s",
	    node ? node->name : "recorder", suffix);
}

void launch_agent(struct launch *launch, const struct node *node, const char *verb)
{
	launch->is_agent = true;
	launch_conf(launch, node, "conf");
	launch_arg(launch, "cwmplab");
	launch_arg(launch, "%s", verb);
	launch_arg(launch, "--config");
	launch_arg(launch, "%s", launch->conf_path);
	launch_arg(launch, "--control");
	launch_arg(launch, "%d", LAUNCH_CONTROL_FD);
}

const char *launch_netns(int fd, char *text, size_t size)
{
	(void)snprintf(text, size, "/proc/1/fd/%d", fd);
	return text;
}

const char *launch_ca(const struct launch_context *context, char *text, size_t size)
{
	(void)snprintf(text, size, "%s/ca.pem", context->tls);
	return text;
}

void launch_put_duration(struct json *json, const char *key, clock_ns value)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%lldms", (long long)(value / NS_PER_MS));
	json_text(json, key, text);
}

void launch_put_tls(struct json *json, const struct tls_range *range)
{
	static const char *const names[] = {
		[TLS_VERSION_1_2] = "1.2",
		[TLS_VERSION_1_3] = "1.3",
	};

	json_object_begin(json, "tls");
	json_text(json, "min", names[range->min]);
	json_text(json, "max", names[range->max]);
	json_object_end(json);
}

void launch_put_keylog(struct json *json, const struct launch_context *context)
{
	char path[LAUNCH_PATH_MAX];

	if (!context->captures)
		return;
	(void)snprintf(path, sizeof(path), "%s/keys.log", context->out);
	json_text(json, "keylog", path);
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

static launch_fn *const programs[] = {
	[NODE_SWITCH] = launch_nothing,
	[NODE_DNS] = launch_dns,
	[NODE_DHCP] = launch_dhcp,
	[NODE_ACS] = launch_acs,
	[NODE_CPE] = launch_cpe,
	[NODE_HOST] = launch_host,
};

int launch_program(const struct launch_context *context, const struct node *node,
    struct launch *launch, struct error *err)
{
	*launch =
	    (struct launch){ .stage = node ? launch_stage(node) : STAGE_RECORDER };
	if (!node)
		return launch_recorder(context, node, launch, err);
	return programs[node->kind](context, node, launch, err);
}

void launch_free(struct launch *launch)
{
	buf_free(&launch->conf);
	arena_free(&launch->arena);
}
