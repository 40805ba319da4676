/* What several programs' descriptions have in common: arguments, paths, configuration. */
#include "lab/launch/launch_internal.h"

#include "lib/base/json.h"
#include "lib/base/rng.h"
#include "lib/proto/opt43.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

/* A program is not started with half of its arguments: launch_program() looks here. */
static void fail_once(struct launch *launch, int code)
{
	if (!launch->conf.error)
		launch->conf.error = code;
}

void launch_arg(struct launch *launch, const char *fmt, ...)
{
	char text[256];
	size_t n = 0;
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	while (launch->argv[n])
		n++;
	if (n + 1 >= LAUNCH_ARGS_MAX || len < 0 || (size_t)len >= sizeof(text)) {
		fail_once(launch, ERR_LIMIT);
		return;
	}
	launch->argv[n] = arena_strdup(&launch->arena, str_of(text));
	if (!launch->argv[n])
		fail_once(launch, -ENOMEM);
}

void launch_conf(struct launch *launch, const struct node *node)
{
	(void)snprintf(launch->conf_path, sizeof(launch->conf_path), "/run/%s.conf",
	    node ? node->name : "recorder");
}

void launch_agent(struct launch *launch, const struct node *node, const char *verb)
{
	launch->is_agent = true;
	launch_conf(launch, node);
	launch_arg(launch, "cwmplab");
	launch_arg(launch, "%s", verb);
	launch_arg(launch, "--config");
	launch_arg(launch, "%s", launch->conf_path);
	launch_arg(launch, "--control");
	launch_arg(launch, "%d", LAUNCH_CONTROL_FD);
}

void launch_folder(struct launch *launch, const struct node *node)
{
	char path[LAUNCH_PATH_MAX];

	(void)snprintf(path, sizeof(path), "/run/nodes/%s", node->name);
	launch->folder = arena_strdup(&launch->arena, str_of(path));
	if (!launch->folder)
		fail_once(launch, -ENOMEM);
}

void launch_file(struct launch *launch, const char *to, struct str text)
{
	struct launch_file *file = &launch->files[launch->n_files];

	if (launch->n_files == LAUNCH_FILES_MAX) {
		fail_once(launch, ERR_LIMIT);
		return;
	}
	*file =
	    (struct launch_file){ .to = to, .bytes = arena_str(&launch->arena, text) };
	if (!file->bytes.p)
		fail_once(launch, -ENOMEM);
	launch->n_files++;
}

/* Not as a daemon: it would change to another user, and only one exists in the lab. */
void launch_dnsmasq(struct launch *launch, const struct node *node, unsigned udp_port)
{
	launch->udp_port = udp_port;
	launch_conf(launch, node);
	launch_arg(launch, "dnsmasq");
	launch_arg(launch, "--no-daemon");
	launch_arg(launch, "--conf-file=%s", launch->conf_path);
	buf_append_text(&launch->conf, "pid-file\nlog-facility=-\n");
}

const char *launch_netns(int fd, char *text, size_t size)
{
	(void)snprintf(text, size, "/proc/1/fd/%d", fd);
	return text;
}

const char *launch_door(const struct node *acs, char *text, size_t size)
{
	(void)snprintf(text, size, "/run/%s.door", acs->name);
	return text;
}

const char *launch_ca(const struct launch_context *context, char *text, size_t size)
{
	(void)snprintf(text, size, "%s/ca.pem", context->tls);
	return text;
}

void launch_put_text(struct json *json, const char *key, const char *value)
{
	if (value)
		json_text(json, key, value);
}

void launch_put_duration(struct json *json, const char *key, clock_ns value)
{
	char text[32] = "infinite";

	if (value != INT64_MAX)
		(void)snprintf(text, sizeof(text), "%lldms",
		    (long long)(value / NS_PER_MS));
	json_text(json, key, text);
}

void launch_put_versions(struct json *json, const struct tls_range *range)
{
	static const char *const names[] = {
		[TLS_VERSION_1_2] = "1.2",
		[TLS_VERSION_1_3] = "1.3",
	};

	json_text(json, "min", names[range->min]);
	json_text(json, "max", names[range->max]);
}

void launch_put_keylog(struct json *json, const struct launch_context *context)
{
	char path[LAUNCH_PATH_MAX];

	if (!context->captures)
		return;
	(void)snprintf(path, sizeof(path), "%s/keys.log", context->out);
	json_text(json, "keylog", path);
}

int launch_option43(const struct dhcp_pool *pool, struct buf *out, struct error *err)
{
	const struct pool_acs *acs = &pool->acs;
	struct opt43 option = {
		.layout =
		    acs->format == ACS_FORMAT_COMWARE ? OPT43_COMWARE : OPT43_TR069,
		.url = str_of(acs->url),
		.username = str_of(acs->username),
		.password = str_of(acs->password),
		.provisioning_code = str_of(acs->provisioning_code),
		.service_provider = str_of(acs->service_provider),
		.has_min_wait = acs->retry_min_wait != 0,
		.has_multiplier = acs->retry_multiplier != 0,
		.retry_min_wait = (uint32_t)(acs->retry_min_wait / NS_PER_S),
		.retry_multiplier = (uint32_t)acs->retry_multiplier,
	};

	if (!acs->is_set)
		return 0;
	if (acs->raw) {
		buf_append(out, acs->raw, acs->raw_len);
		return out->error;
	}
	return opt43_write(out, &option, err);
}

enum {
	CALL_STREAM = 1 << 20 /* of the lab's seed: no node's number is so high */
};

const char *launch_call_password(const struct launch_context *context,
    char text[LAUNCH_CALL_PASSWORD_MAX])
{
	const struct topology *topology = context->plan->topology;
	struct rng rng = rng_make(context->seed, CALL_STREAM);

	for (size_t i = 0; i < topology->n_nodes; i++) {
		if (topology->nodes[i].kind == NODE_ACS &&
		    topology->nodes[i].acs.call.username)
			return NULL;
	}
	(void)snprintf(text, LAUNCH_CALL_PASSWORD_MAX, "%016" PRIx64, rng_u64(&rng));
	return text;
}
