/* An ACS (agents/acs/config.h). */
#include "lab/launch/launch_internal.h"

#include "lib/base/json.h"
#include "lib/base/text.h"

static const char *const auth_names[] = {
	[ACS_AUTH_NONE] = "none",
	[ACS_AUTH_BASIC] = "basic",
	[ACS_AUTH_DIGEST] = "digest",
};

/* CPEs come from the lab's CA or are refused. */
static void put_asks(struct json *json, const struct launch_context *context,
    const struct node_acs *acs)
{
	static const char *const names[] = { "none", "request", "require" };
	char path[LAUNCH_PATH_MAX];

	if (acs->asks == 0)
		return;
	json_text(json, "client-certificate", names[acs->asks]);
	if (acs->client_name == 1)
		json_text(json, "client-name", "refuse");
	json_text(json, "client-ca", launch_ca(context, path, sizeof(path)));
	(void)snprintf(path, sizeof(path), "%s/crl.pem", context->tls);
	json_text(json, "client-crl", path);
}

static void put_certificate(struct json *json, const struct launch_context *context,
    const struct node *node)
{
	char path[LAUNCH_PATH_MAX];

	if (!node->acs.is_https)
		return;
	(void)snprintf(path, sizeof(path), "%s/%s.pem", context->tls, node->name);
	json_text(json, "certificate", path);
	(void)snprintf(path, sizeof(path), "%s/%s.key", context->tls, node->name);
	json_text(json, "key", path);
	json_object_begin(json, "tls");
	launch_put_versions(json, &node->acs.tls);
	if (node->acs.has_tickets)
		json_bool(json, "tickets", true);
	put_asks(json, context, &node->acs);
	json_object_end(json);
}

static void put_call(struct json *json, const struct launch_context *context,
    const struct node_acs *acs)
{
	static const char *const ways[] = { "http", "udp" };
	char password[LAUNCH_CALL_PASSWORD_MAX];
	bool is_labs = launch_call_password(context, password);

	json_object_begin(json, "connection-request");
	launch_put_text(json, "username",
	    is_labs ? LAUNCH_CALL_USERNAME : acs->call.username);
	launch_put_text(json, "password", is_labs ? password : acs->call.password);
	launch_put_text(json, "file", acs->call.file_path);
	if (acs->call.after)
		launch_put_duration(json, "after", acs->call.after);
	json_text(json, "by", ways[acs->call.by]);
	if (acs->call.stun_port)
		json_uint(json, "stun-port", acs->call.stun_port);
	launch_put_text(json, "stun-username", acs->call.stun_username);
	launch_put_text(json, "stun-password", acs->call.stun_password);
	json_object_end(json);
}

/* What CPEs upload is a result of the lab: whoever runs it may perhaps not write where its
 * topology stands, as with those of the package. */
static void put_files(struct json *json, const struct launch_context *context,
    const struct node_acs *acs)
{
	auto_buf uploads = BUF_NULL;

	if (!acs->files_path && !acs->uploads)
		return;
	json_object_begin(json, "files");
	launch_put_text(json, "folder", acs->files_path);
	if (acs->uploads) {
		if (acs->uploads[0] != '/')
			buf_printf(&uploads, "%s/", context->out);
		buf_append_text(&uploads, acs->uploads);
		json_text(json, "uploads", buf_cstr(&uploads));
	}
	json_object_end(json);
}

static void put_list(struct json *json, const char *key,
    const struct conf_strings *items)
{
	json_array_begin(json, key);
	for (size_t i = 0; i < items->len; i++)
		json_text(json, NULL, items->items[i]);
	json_array_end(json);
}

static void put_misbehave(struct json *json, const struct conf_strings *names)
{
	if (names->len < 2)
		json_text(json, "misbehave",
		    names->len == 1 ? names->items[0] : "none");
	else
		put_list(json, "misbehave", names);
}

static void put_limit(struct json *json, const struct node_acs *acs)
{
	if (acs->limit.sessions == 0 && acs->limit.rate == 0)
		return;
	json_object_begin(json, "limit");
	json_uint(json, "sessions", acs->limit.sessions);
	json_uint(json, "rate", acs->limit.rate);
	launch_put_duration(json, "retry-after", acs->limit.retry_after);
	json_object_end(json);
}

/* Where none is named in the lab's own /run, which ends with the lab: an ACS that is stopped and
 * started again knows its devices, and what it was told to ask them. */
static void put_state(struct json *json, const struct node *node)
{
	char path[LAUNCH_PATH_MAX];

	(void)snprintf(path, sizeof(path), "/run/%s.devices", node->name);
	json_text(json, "state", node->acs.state ? node->acs.state : path);
}

/* A load test asks it what it has counted, perhaps over a storm that ends it. */
static void put_loaded(struct json *json, const struct node *node)
{
	char path[LAUNCH_PATH_MAX];

	json_text(json, "door", launch_door(node, path, sizeof(path)));
	(void)snprintf(path, sizeof(path), "/run/%s.counts", node->name);
	json_text(json, "counts", path);
}

/* One, or a list of one of each family. */
static void put_listen(struct json *json, const struct node *node)
{
	bool is_both = node->address.prefix > 0 && node->address6.prefix > 0;
	const char *key = is_both ? NULL : "listen";
	char ip[IPV6_TEXT_MAX], text[IPV6_TEXT_MAX + 16];

	if (is_both)
		json_array_begin(json, "listen");
	if (node->address.prefix > 0) {
		(void)snprintf(text, sizeof(text), "%s:%u",
		    ipv4_text(node->address.address, ip), (unsigned)node->acs.port);
		json_text(json, key, text);
	}
	if (node->address6.prefix > 0) {
		(void)snprintf(text, sizeof(text), "[%s]:%u",
		    ipv6_text(node->address6.address, ip), (unsigned)node->acs.port);
		json_text(json, key, text);
	}
	if (is_both)
		json_array_end(json);
}

int launch_acs(const struct launch_context *context, const struct node *node,
    struct launch *launch, struct error *err)
{
	const struct node_acs *acs = &node->acs;
	struct json json = json_writer(&launch->conf, 1);

	(void)err;
	launch_agent(launch, node, "acs");
	json_object_begin(&json, NULL);
	json_text(&json, "node", node->name);
	json_text(&json, "url", acs->url);
	put_listen(&json, node);
	put_certificate(&json, context, node);
	launch_put_keylog(&json, context);
	json_text(&json, "auth", auth_names[acs->auth]);
	launch_put_text(&json, "username", acs->username);
	launch_put_text(&json, "password", acs->password);
	launch_put_text(&json, "policy", acs->policy_path);
	put_call(&json, context, acs);
	put_files(&json, context, acs);
	if (acs->notification_port)
		json_uint(&json, "notification-port", acs->notification_port);
	put_misbehave(&json, &acs->misbehave);
	put_limit(&json, acs);
	if (acs->proxies.len > 0)
		put_list(&json, "trust-proxies", &acs->proxies);
	if (acs->is_loaded)
		put_loaded(&json, node);
	put_state(&json, node);
	json_object_end(&json);
	return 0;
}
