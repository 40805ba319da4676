#include "agents/acs/policy/rpc_rows.h"

#include "lib/base/buf.h"
#include "lib/base/json.h"
#include "lib/base/utf8.h"

#include <stdio.h>

static const struct acs_rpc rpcs[] = {
	{ CWMP_GET_RPC_METHODS, "", "what the CPE can do" },
	{ CWMP_GET_PARAMETER_VALUES, "names!", "read values" },
	{ CWMP_SET_PARAMETER_VALUES, "values! parameter-key",
	    "set values, all or none" },
	{ CWMP_GET_PARAMETER_NAMES, "path! next-level", "what there is" },
	{ CWMP_GET_PARAMETER_ATTRIBUTES, "names!", "read notification attributes" },
	{ CWMP_SET_PARAMETER_ATTRIBUTES, "attributes!", "set notification attributes" },
	{ CWMP_ADD_OBJECT, "object! parameter-key", "make an instance" },
	{ CWMP_DELETE_OBJECT, "object! parameter-key", "delete an instance" },
	{ CWMP_REBOOT, "command-key", "boot anew" },
	{ CWMP_FACTORY_RESET, "", "forget all that was set" },
	{ CWMP_DOWNLOAD,
	    "file-type! url|file! command-key username password file-size "
	    "target-file-name delay success-url failure-url",
	    "fetch a file" },
	{ CWMP_SCHEDULE_DOWNLOAD,
	    "file-type! url|file! time-windows! command-key username password "
	    "file-size target-file-name",
	    "fetch a file within time windows" },
	{ CWMP_UPLOAD, "file-type! url|file! command-key username password delay",
	    "send a file" },
	{ CWMP_SCHEDULE_INFORM, "delay! command-key", "inform again later" },
	{ CWMP_CANCEL_TRANSFER, "command-key!", "give up a transfer" },
	{ CWMP_GET_QUEUED_TRANSFERS, "", "transfers under way (deprecated)" },
	{ CWMP_GET_ALL_QUEUED_TRANSFERS, "", "transfers under way" },
	{ CWMP_CHANGE_DU_STATE, "operations! command-key",
	    "install, update and remove software modules" },
	{ CWMP_GET_OPTIONS, "option-name", "vouchers that it has (deprecated)" },
	{ CWMP_SET_VOUCHERS, "vouchers!", "give it vouchers (deprecated)" },
};

/* ---- rows -------------------------------------------------------------------------- */

#define ATTRIBUTE(member, key_, kind, help_) \
	.key = key_, .type = kind,           \
	.offset = offsetof(struct acs_rpc_attribute, member), .help = help_
#define WINDOW(member, key_, kind, help_) \
	.key = key_, .type = kind,        \
	.offset = offsetof(struct acs_rpc_time_window, member), .help = help_
#define OPERATION(member, key_, kind, help_) \
	.key = key_, .type = kind,           \
	.offset = offsetof(struct acs_rpc_operation, member), .help = help_

/* Of Notification: 0 to 6 (cwmp-1-4.xsd), by their places. */
static const char *const notifications[] = { "off", "passive", "active",
	"passive-lightweight", "passive-and-passive-lightweight", "active-lightweight",
	"passive-and-active-lightweight", NULL };
static const char *const operation_names[] = { "install", "update", "uninstall", NULL };

const struct conf_row acs_rpc_attribute_rows[] = {
	{ ATTRIBUTE(name, "name", CONF_STR, "parameter, or object with all below it"),
	    .is_required = true, .min = 1, .max = CWMP_NAME_MAX },
	{ ATTRIBUTE(notification, "notification", CONF_ENUM, "left alone where absent"),
	    .names = notifications,
	    .node_offset = 1 + offsetof(struct acs_rpc_attribute, notification_at) },
	{ ATTRIBUTE(access_list, "access-list", CONF_STRINGS,
	      "who may set it beside the ACS: Subscriber, or []; left alone where "
	      "absent"),
	    .max = 16,
	    .node_offset = 1 + offsetof(struct acs_rpc_attribute, access_list_at) },
	{ NULL },
};

const struct conf_row acs_rpc_window_rows[] = {
	{ WINDOW(start, "start", CONF_DURATION, "from when it is asked for"),
	    .max = UINT32_MAX * (uint64_t)NS_PER_S, .dflt = "0" },
	{ WINDOW(end, "end", CONF_DURATION, "from when it is asked for"),
	    .is_required = true, .max = UINT32_MAX * (uint64_t)NS_PER_S },
	{ WINDOW(mode, "mode", CONF_STR,
	      "\"1 At Any Time\", \"2 Immediately\", \"3 When Idle\", \"4 Confirmation "
	      "Needed\""),
	    .min = 1, .max = 64, .dflt = "1 At Any Time" },
	{ WINDOW(message, "message", CONF_STR, "what the user is asked"), .max = 256 },
	{ WINDOW(retries, "retries", CONF_UINT, "within the window"), .max = 1000 },
	{ NULL },
};

const struct conf_row acs_rpc_operation_rows[] = {
	{ OPERATION(kind, "do", CONF_ENUM, "what to do"), .is_required = true,
	    .names = operation_names },
	{ OPERATION(url, "url", CONF_STR, "of the module"), .min = 1, .max = 1024 },
	{ OPERATION(file, "file", CONF_STR, "below the ACS's own files"), .min = 1,
	    .max = 256 },
	{ OPERATION(uuid, "uuid", CONF_STR, "of the module"), .max = 36 },
	{ OPERATION(version, "version", CONF_STR, "of the module"), .max = 32 },
	{ OPERATION(username, "username", CONF_STR, "for the url"), .max = 256 },
	{ OPERATION(password, "password", CONF_STR, "for the url"), .max = 256,
	    .is_secret = true },
	{ OPERATION(execution_env, "execution-env", CONF_STR,
	      "path of where it is to run"),
	    .max = 256 },
	{ NULL },
};

const struct conf_row acs_rpc_rows[] = { RPC_ARG_ROWS, { NULL } };

/* ---- the table --------------------------------------------------------------------- */

const struct acs_rpc *acs_rpc_at(size_t i)
{
	return i < ARRAY_LEN(rpcs) ? &rpcs[i] : NULL;
}

const struct acs_rpc *acs_rpc_of(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(rpcs); i++) {
		if (str_is(name, cwmp_method_name(rpcs[i].method)))
			return &rpcs[i];
	}
	return NULL;
}

/* Takes the next word of an RPC's keys: "url|file" and that it is needed. */
static struct str next_word(struct str *keys, bool *ret_is_needed)
{
	struct str word = str_cut(*keys, ' ', keys);

	*ret_is_needed = str_ends(word, STR("!"));
	if (*ret_is_needed)
		word.len--;
	return word;
}

static bool is_among(struct str word, struct str key)
{
	while (word.len > 0) {
		if (str_eq(str_cut(word, '|', &word), key))
			return true;
	}
	return false;
}

bool acs_rpc_takes(const struct acs_rpc *rpc, struct str key)
{
	struct str keys = str_of(rpc->keys);
	bool is_needed;

	while (keys.len > 0) {
		if (is_among(next_word(&keys, &is_needed), key))
			return true;
	}
	return false;
}

bool acs_rpc_is_key(struct str key)
{
	for (const struct conf_row *row = acs_rpc_rows; row->key; row++) {
		if (str_is(key, row->key))
			return true;
	}
	return false;
}

const struct acs_rpc *acs_rpc_find(const struct conf_doc *doc,
    const struct conf_node *name, struct error *err)
{
	const char *names[ARRAY_LEN(rpcs)];
	auto_buf hint = BUF_NULL;
	char near[96];
	const struct acs_rpc *rpc = acs_rpc_of(name->text);

	if (rpc)
		return rpc;
	for (size_t i = 0; i < ARRAY_LEN(rpcs); i++)
		names[i] = cwmp_method_name(rpcs[i].method);
	if (conf_suggest(name->text, names, ARRAY_LEN(names), near, sizeof(near)))
		buf_printf(&hint, "%s It knows ", near);
	else
		buf_append_text(&hint, "it knows ");
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		buf_printf(&hint, "%s%s", i > 0 ? ", " : "", names[i]);
	(void)conf_fail(doc, name, buf_cstr(&hint), err, "an ACS cannot send \"%.*s\"",
	    (int)MIN(name->text.len, (size_t)80), name->text.p);
	return NULL;
}

/* ---- checks ------------------------------------------------------------------------ */

/* "it takes file-type, url or file, ..." */
static const char *told_keys(const struct acs_rpc *rpc, struct buf *out)
{
	struct str keys = str_of(rpc->keys);
	bool is_needed;

	buf_append_text(out, keys.len > 0 ? "it takes " : "it takes no argument");
	while (keys.len > 0) {
		struct str word = next_word(&keys, &is_needed);
		struct str rest, first = str_cut(word, '|', &rest);

		buf_printf(out, "%.*s%s%.*s%s", STR_ARG(first), rest.p ? " or " : "",
		    STR_ARG(rest), keys.len > 0 ? ", " : "");
	}
	return buf_cstr(out);
}

static int check_foreign(const struct conf_doc *doc, const struct conf_node *node,
    const struct acs_rpc *rpc, struct error *err)
{
	int worst = 0;

	for (size_t i = 0; i < node->len; i++) {
		const struct conf_node *key = node->pairs[i].key;
		auto_buf hint = BUF_NULL;
		int r;

		if (!acs_rpc_is_key(key->text) || acs_rpc_takes(rpc, key->text))
			continue;
		r = conf_fail(doc, key, told_keys(rpc, &hint), err,
		    "%s takes no \"%.*s\"", cwmp_method_name(rpc->method),
		    STR_ARG(key->text));
		if (!conf_go_on(doc, r, &worst))
			return r;
	}
	return worst;
}

/* How many of the keys in word are written. */
static unsigned count_written(const struct conf_node *node, struct str word)
{
	unsigned n = 0;

	for (size_t i = 0; i < node->len; i++)
		n += is_among(word, node->pairs[i].key->text);
	return n;
}

static int check_needed(const struct conf_doc *doc, const struct conf_node *node,
    const struct acs_rpc *rpc, struct error *err)
{
	struct str keys = str_of(rpc->keys);
	int worst = 0;

	while (keys.len > 0) {
		bool is_needed;
		struct str word = next_word(&keys, &is_needed);
		struct str rest, first = str_cut(word, '|', &rest);
		unsigned n = is_needed ? count_written(node, word) : 1;
		int r = 0;

		if (n == 0)
			r = conf_fail(doc, node, NULL, err, "%s wants \"%.*s\"%s%.*s%s",
			    cwmp_method_name(rpc->method), STR_ARG(first),
			    rest.p ? " or \"" : "", STR_ARG(rest), rest.p ? "\"" : "");
		if (n > 1)
			r = conf_fail(doc, node, NULL, err,
			    "\"%.*s\" and \"%.*s\" are two places of one file",
			    STR_ARG(first), STR_ARG(rest));
		if (!conf_go_on(doc, r, &worst))
			return r;
	}
	return worst;
}

static bool is_typed(const struct conf_node *node)
{
	const struct conf_node *type = conf_get(node, "type"),
			       *value = conf_get(node, "value");

	return node->kind == CONF_MAPPING && node->len == 2 && type && value &&
	       type->kind == CONF_SCALAR && value->kind == CONF_SCALAR;
}

int acs_rpc_check_values(const struct conf_doc *doc, const struct conf_node *node,
    struct error *err)
{
	int worst = 0;

	if (node->kind != CONF_MAPPING || node->len == 0)
		return conf_fail(doc, node, "{ManagementServer.URL: \"...\"}", err,
		    "names with values are wanted here");
	for (size_t i = 0; i < node->len; i++) {
		const struct conf_node *value = node->pairs[i].value;
		int r;

		if (value->kind == CONF_SCALAR || is_typed(value))
			continue;
		r = conf_fail(doc, value, "or {type: ..., value: ...}", err,
		    "a parameter has one value");
		if (!conf_go_on(doc, r, &worst))
			return r;
	}
	return worst;
}

static int check_seconds(const struct conf_doc *doc, const struct conf_node *node,
    clock_ns duration, struct error *err)
{
	if (duration % NS_PER_S == 0)
		return 0;
	return conf_fail(doc, node, "such as 30s or 1h", err,
	    "CWMP counts whole seconds");
}

static int check_windows(const struct conf_doc *doc, const struct conf_node *node,
    const struct acs_rpc_args *args, struct error *err)
{
	const struct acs_rpc_time_window *windows = args->time_windows.items;
	int worst = 0;

	for (size_t i = 0; i < args->time_windows.len; i++) {
		const struct conf_node *at = node->items[i];
		int r = check_seconds(doc, at, windows[i].start, err);

		if (r == 0)
			r = check_seconds(doc, at, windows[i].end, err);
		if (r == 0 && windows[i].end <= windows[i].start)
			r = conf_fail(doc, at, NULL, err, "it ends before it begins");
		if (r == 0 && i > 0 && windows[i].start < windows[i - 1].end)
			r = conf_fail(doc, at, NULL, err,
			    "it begins before the one before it ends");
		if (!conf_go_on(doc, r, &worst))
			return r;
	}
	return worst;
}

static int check_operation(const struct conf_doc *doc, const struct conf_node *node,
    const struct acs_rpc_operation *operation, struct error *err)
{
	static const struct {
		const char *key;
		unsigned kinds; /* bits of enum acs_rpc_operation_kind */
	} rows[] = { { "url", 1 << RPC_INSTALL | 1 << RPC_UPDATE },
		{ "file", 1 << RPC_INSTALL | 1 << RPC_UPDATE },
		{ "version", 1 << RPC_UPDATE | 1 << RPC_UNINSTALL },
		{ "username", 1 << RPC_INSTALL | 1 << RPC_UPDATE },
		{ "password", 1 << RPC_INSTALL | 1 << RPC_UPDATE },
		{ "execution-env", 1 << RPC_INSTALL | 1 << RPC_UNINSTALL } };
	const char *name = operation_names[operation->kind];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (conf_get(node, rows[i].key) &&
		    !(rows[i].kinds & 1U << operation->kind))
			return conf_fail(doc, conf_get(node, rows[i].key), NULL, err,
			    "%s takes no \"%s\"", name, rows[i].key);
	}
	if (operation->url && operation->file)
		return conf_fail(doc, node, NULL, err, "either \"url\" or \"file\"");
	if (operation->kind == RPC_INSTALL && !operation->url && !operation->file)
		return conf_fail(doc, node, NULL, err,
		    "install wants \"url\" or \"file\"");
	if (operation->kind == RPC_UNINSTALL && !operation->uuid)
		return conf_fail(doc, node, NULL, err, "uninstall wants \"uuid\"");
	return 0;
}

static int check_operations(const struct conf_doc *doc, const struct conf_node *node,
    const struct acs_rpc_args *args, struct error *err)
{
	const struct acs_rpc_operation *operations = args->operations.items;
	int worst = 0;

	for (size_t i = 0; i < args->operations.len; i++) {
		int r = check_operation(doc, node->items[i], &operations[i], err);

		if (!conf_go_on(doc, r, &worst))
			return r;
	}
	return worst;
}

static int check_attributes(const struct conf_doc *doc, const struct conf_node *node,
    const struct acs_rpc_args *args, struct error *err)
{
	const struct acs_rpc_attribute *attributes = args->attributes.items;
	int worst = 0;

	for (size_t i = 0; i < args->attributes.len; i++) {
		int r = 0;

		if (!attributes[i].notification_at && !attributes[i].access_list_at)
			r = conf_fail(doc, node->items[i], NULL, err,
			    "an attribute wants \"notification\" or \"access-list\"");
		if (!conf_go_on(doc, r, &worst))
			return r;
	}
	return worst;
}

/* The schema counts characters, rows count bytes. */
static int check_key(const struct conf_doc *doc, const struct conf_node *node,
    struct error *err)
{
	size_t n = node ? utf8_length(node->text) : 0;

	if (n <= RPC_KEY_MAX)
		return 0;
	return conf_fail(doc, node, NULL, err, "%zu characters, at most %d go", n,
	    RPC_KEY_MAX);
}

int acs_rpc_check(const struct conf_doc *doc, const struct conf_node *node,
    const struct acs_rpc *rpc, const struct acs_rpc_args *args, struct error *err)
{
	int worst = 0, r = check_foreign(doc, node, rpc, err);

	if (conf_go_on(doc, r, &worst))
		r = check_needed(doc, node, rpc, err);
	if (conf_go_on(doc, r, &worst) && args->values)
		r = acs_rpc_check_values(doc, args->values, err);
	if (conf_go_on(doc, r, &worst) && args->time_windows.len > 0)
		r = check_windows(doc, conf_get(node, "time-windows"), args, err);
	if (conf_go_on(doc, r, &worst) && args->operations.len > 0)
		r = check_operations(doc, conf_get(node, "operations"), args, err);
	if (conf_go_on(doc, r, &worst) && args->attributes.len > 0)
		r = check_attributes(doc, conf_get(node, "attributes"), args, err);
	if (conf_go_on(doc, r, &worst))
		r = check_seconds(doc, conf_get(node, "delay"), args->delay, err);
	if (conf_go_on(doc, r, &worst))
		r = check_key(doc, conf_get(node, "command-key"), err);
	if (conf_go_on(doc, r, &worst))
		r = check_key(doc, conf_get(node, "parameter-key"), err);
	return r < 0 ? r : worst;
}

/* ---- values and schemas ------------------------------------------------------------ */

static struct str plain_type(const struct conf_node *value)
{
	uint64_t number;

	if (!value->is_quoted &&
	    (str_is(value->text, "true") || str_is(value->text, "false")))
		return STR("boolean");
	if (!value->is_quoted && str_to_u64(value->text, UINT32_MAX, &number) == 0)
		return STR("unsignedInt");
	return STR("string");
}

void acs_rpc_value(const struct conf_node *node, struct str *ret_value,
    struct str *ret_type)
{
	const struct conf_node *type = conf_get(node, "type");

	*ret_value = type ? conf_get(node, "value")->text : node->text;
	*ret_type = type ? type->text : plain_type(node);
}

static void put_scalar_types(struct json *json)
{
	json_array_begin(json, "type");
	json_text(json, NULL, "string");
	json_text(json, NULL, "number");
	json_text(json, NULL, "boolean");
	json_array_end(json);
}

void acs_rpc_values_schema(struct json *json, const char *key)
{
	json_object_begin(json, key);
	json_text(json, "description",
	    "names with values; a value, or {type: ..., value: ...}");
	json_text(json, "type", "object");
	json_uint(json, "minProperties", 1);
	json_object_begin(json, "additionalProperties");
	json_array_begin(json, "anyOf");
	json_object_begin(json, NULL);
	put_scalar_types(json);
	json_object_end(json);
	json_object_begin(json, NULL);
	json_text(json, "type", "object");
	json_object_begin(json, "properties");
	json_object_begin(json, "type");
	json_text(json, "type", "string");
	json_object_end(json);
	json_object_begin(json, "value");
	put_scalar_types(json);
	json_object_end(json);
	json_object_end(json);
	json_array_begin(json, "required");
	json_text(json, NULL, "type");
	json_text(json, NULL, "value");
	json_array_end(json);
	json_bool(json, "additionalProperties", false);
	json_object_end(json);
	json_array_end(json);
	json_object_end(json);
	json_object_end(json);
}

void acs_rpc_name_schema(struct json *json, const char *key)
{
	auto_buf help = BUF_NULL;

	buf_append_text(&help, "the RPC that is sent; its arguments stand beside it:");
	for (size_t i = 0; i < ARRAY_LEN(rpcs); i++) {
		auto_buf keys = BUF_NULL;

		buf_printf(&help, "%s %s (%s)", i > 0 ? "," : "",
		    cwmp_method_name(rpcs[i].method), told_keys(&rpcs[i], &keys));
	}
	json_object_begin(json, key);
	json_text(json, "description", buf_cstr(&help));
	json_array_begin(json, "enum");
	for (size_t i = 0; i < ARRAY_LEN(rpcs); i++)
		json_text(json, NULL, cwmp_method_name(rpcs[i].method));
	json_array_end(json);
	json_object_end(json);
}
