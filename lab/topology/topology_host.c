/* Hosts: any program as a node, with its files, its environment, and what shows that it serves. */
#include "lab/topology/topology_internal.h"
#include "lab/topology/topology_node_rows.h"
#include "lib/base/buf.h"
#include "lib/base/json.h"
#include "lib/program/whole_file.h"

#include <errno.h>
#include <stdio.h>

static void put_environment(struct json *json, const char *key);

// clang-format off
static const struct conf_row file_rows[] = {
	{ ROW(host_file, from, "from", CONF_STR, "a file beside the topology"), .min = 1 },
	{ ROW(host_file, text, "text", CONF_STR, "what is in it, instead of \"from\"") },
	{ ROW(host_file, to, "to", CONF_STR,
	      "its name in the folder of the program, perhaps below others there; that of \"from\" if absent"),
	  .min = 1, .max = 100 },
	{ ROW(host_file, fills, "fill", CONF_BOOL,
	      "whether {{name}}, {{address}}, {{address6}}, {{router}}, {{router6}}, {{lab}}, {{domain}}, {{NODE.address}}, {{NODE.address6}} and {{NODE.url}} in it are filled in"),
	  .dflt = "false" },
	{ NULL },
};

static const struct conf_row ready_rows[] = {
	{ ROW(node_host, ready.tcp, "tcp", CONF_UINT, "the port of TCP that answers then"),
	  .min = 1, .max = UINT16_MAX },
	{ ROW(node_host, ready.udp, "udp", CONF_UINT, "the port of UDP that is bound then"),
	  .min = 1, .max = UINT16_MAX },
	{ ROW(node_host, ready.within, "within", CONF_DURATION,
	      "how long it may take from its start; then the lab has failed"),
	  .min = 100 * NS_PER_MS, .max = 3600 * NS_PER_S, .dflt = "30s" },
	{ NULL },
};

const struct conf_row host_rows[] = {
	NODE_ROW_KIND,
	NODE_ROW_ATTACH(true),
	NODE_ROW_ADDRESS,
	NODE_ROW_ROUTER,
	{ ROW(node, host.program, "program", CONF_STRINGS,
	      "program and arguments to run there, in a folder of its own, /run/nodes/NODE; it has to stay in the foreground"),
	  .min = 1, .max = 23 },
	{ ROW(node, host.command, "command", CONF_STRINGS,
	      "the same without a folder: it runs where cwmplab was called") },
	{ ROW(node, host.files, "files", CONF_OBJECTS,
	      "what is put into the folder each time before the program starts; one that may be executed still may"),
	  .rows = file_rows, .item_size = sizeof(struct host_file), .max = HOST_FILES_MAX },
	{ ROW(node, host.env_conf, "environment", CONF_NODE,
	      "variables for the program, NAME: value, beside those that cwmplab was called with"),
	  .schema = put_environment },
	{ .key = "ready", .type = CONF_OBJECT, .offset = offsetof(struct node, host),
	  .rows = ready_rows,
	  .help = "what shows that the program serves: CPEs and hosts without it wait for that, and its end is a failure" },
	{ NULL },
};
// clang-format on

static void put_environment(struct json *json, const char *key)
{
	json_object_begin(json, key);
	json_text(json, "description",
	    "variables for the program, NAME: value, beside those that cwmplab was "
	    "called with");
	json_text(json, "type", "object");
	json_object_begin(json, "propertyNames");
	json_text(json, "pattern", "^[A-Za-z_][A-Za-z0-9_]*$");
	json_object_end(json);
	json_object_begin(json, "additionalProperties");
	json_array_begin(json, "type");
	json_text(json, NULL, "string");
	json_text(json, NULL, "number");
	json_text(json, NULL, "boolean");
	json_array_end(json);
	json_object_end(json);
	json_object_end(json);
}

/* ---- files -------------------------------------------------------------------------- */

/* A name below a folder: no step leads out of it. */
static bool is_inside(struct str path)
{
	if (path.len == 0 || path.p[0] == '/' || path.p[path.len - 1] == '/')
		return false;
	while (path.len > 0) {
		struct str step = str_cut(path, '/', &path);

		if (step.len == 0 || str_eq(step, STR(".")) || str_eq(step, STR("..")))
			return false;
	}
	return true;
}

static const char *last_step(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* What is to be filled in is tried here, so that nothing unknown is left for the start. */
static int check_filled(struct topology *t, const struct node *node,
    const struct host_file *file, const struct conf_node *at, struct error *err)
{
	auto_buf bytes = BUF_NULL, filled = BUF_NULL;
	struct str text = str_of(file->text);
	struct error why = ERROR_NULL;
	int r = 0;

	if (!file->fills)
		return 0;
	if (file->from) {
		r = whole_file_read(file->from_path, HOST_FILLED_MAX, &bytes, &why);
		text = buf_str(&bytes);
	}
	if (r == 0) {
		r = topology_fill(t, node, text, &filled, &why);
		if (r < 0 && file->from)
			(void)error_prefix(&why, "%s", file->from);
	}
	if (r == -ENOMEM)
		return topology_fail_memory(t, err);
	return r < 0 ? conf_fail(t->doc, at, NULL, err, "%s", why.text) : 0;
}

static int check_from(struct topology *t, struct host_file *file,
    const struct conf_node *at, struct error *err)
{
	char hint[300];

	file->from_path = topology_beside(t, file->from);
	if (!file->from_path)
		return topology_fail_memory(t, err);
	if (!file->to)
		file->to = last_step(file->from);
	if (topology_is_file(file->from_path))
		return 0;
	(void)snprintf(hint, sizeof(hint), "looked for %.250s", file->from_path);
	return conf_fail(t->doc, conf_get(at, "from"), hint, err, "no file \"%.80s\"",
	    file->from);
}

static int check_file(struct topology *t, struct node *node, size_t i,
    const struct conf_node *at, struct error *err)
{
	struct host_file *files = node->host.files.items, *file = &files[i];
	int r;

	if (!file->from == !file->text)
		return conf_fail(t->doc, at,
		    "{from: app.conf}, or {to: app.conf, text: ...}", err,
		    "a file has either \"from\" or \"text\"");
	if (!file->from && !file->to)
		return conf_fail(t->doc, at, NULL, err, "\"text\" needs a \"to\"");
	r = file->from ? check_from(t, file, at, err) : 0;
	if (r < 0)
		return r;
	if (!is_inside(str_of(file->to)))
		return conf_fail(t->doc, conf_get(at, "to") ? conf_get(at, "to") : at,
		    "such as app.conf or etc/app.conf", err,
		    "\"%.80s\" is no name of a file in the program's folder", file->to);
	for (size_t k = 0; k < i; k++) {
		if (files[k].to && strcmp(files[k].to, file->to) == 0)
			return conf_fail(t->doc, at, NULL, err,
			    "\"%.80s\" is the name of two files", file->to);
	}
	return check_filled(t, node, file, conf_get(at, file->from ? "from" : "text"),
	    err);
}

static int check_files(struct topology *t, struct node *node, struct error *err)
{
	const struct conf_node *list = conf_get(node->conf, "files");
	int worst = 0;

	for (size_t i = 0; i < node->host.files.len; i++) {
		int r = check_file(t, node, i, topology_item(list, i), err);

		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	return worst;
}

/* ---- environment -------------------------------------------------------------------- */

static bool is_variable(struct str name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.p[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
			(i > 0 && c >= '0' && c <= '9')))
			return false;
	}
	return name.len > 0;
}

static int read_variable(struct topology *t, struct node *node,
    const struct conf_pair *pair, struct error *err)
{
	struct str name = pair->key->text, value = pair->value->text;
	char *text;

	if (!is_variable(name))
		return conf_fail(t->doc, pair->key, "letters, digits and \"_\"", err,
		    "\"%.*s\" cannot be the name of a variable",
		    (int)MIN(name.len, (size_t)80), name.p);
	if (pair->value->kind != CONF_SCALAR)
		return conf_fail(t->doc, pair->value, NULL, err,
		    "a variable has one value");
	text = arena_alloc(&t->doc->arena, name.len + value.len + 2);
	if (!text)
		return topology_fail_memory(t, err);
	(void)snprintf(text, name.len + value.len + 2, "%.*s=%.*s", STR_ARG(name),
	    STR_ARG(value));
	node->host.environment[node->host.n_environment++] = text;
	return 0;
}

static int read_environment(struct topology *t, struct node *node, struct error *err)
{
	const struct conf_node *at = node->host.env_conf;
	int worst = 0;

	if (!at)
		return 0;
	if (at->kind != CONF_MAPPING)
		return conf_fail(t->doc, at, "such as {PORT: 7547}", err,
		    "\"environment\" wants one entry a variable");
	if (at->len > HOST_ENVIRONMENT_MAX)
		return conf_fail(t->doc, at, NULL, err,
		    "%zu variables; %d are the most", at->len, HOST_ENVIRONMENT_MAX);
	node->host.environment =
	    arena_array(&t->doc->arena, at->len + 1, sizeof(char *));
	if (!node->host.environment)
		return topology_fail_memory(t, err);
	for (size_t i = 0; i < at->len; i++) {
		int r = read_variable(t, node, &at->pairs[i], err);

		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	return worst;
}

/* ---- the program -------------------------------------------------------------------- */

/* What is for a program is a mistake where there is none that could have it. */
static int check_needs(struct topology *t, const struct node *node, struct error *err)
{
	static const struct {
		const char *key;
		bool has_folder; /* it wants one: a command has none */
	} keys[] = { { "files", true }, { "environment", false }, { "ready", false } };

	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		const struct conf_node *at = conf_get(node->conf, keys[i].key);
		size_t n = keys[i].has_folder ? node->host.program.len
					      : node_host_program(node)->len;

		if (at && n == 0)
			return conf_fail(t->doc, at, "program: [NAME, ARGUMENT...]",
			    err, "\"%s\" is for a program, and \"%s\" has none",
			    keys[i].key, node->name);
	}
	return 0;
}

/* "./app" is looked for in the folder, which has nothing but these files. */
static int check_own_program(struct topology *t, const struct node *node,
    struct error *err)
{
	const struct host_file *files = node->host.files.items;
	const char *name =
	    node->host.program.len > 0 ? node->host.program.items[0] : "";

	if (name[0] == '/' || !strchr(name, '/'))
		return 0;
	name += strncmp(name, "./", 2) == 0 ? 2 : 0;
	for (size_t i = 0; i < node->host.files.len; i++) {
		if (files[i].to && strcmp(files[i].to, name) == 0)
			return 0;
	}
	return conf_fail(t->doc, topology_item(conf_get(node->conf, "program"), 0),
	    "files: [{from: NAME}] puts it there, a name alone is looked for in PATH",
	    err, "the program's folder has no \"%.80s\"", name);
}

static int check_ready(struct topology *t, const struct node *node, struct error *err)
{
	const struct conf_node *at = conf_get(node->conf, "ready");

	if (!at || node->host.ready.tcp || node->host.ready.udp)
		return 0;
	return conf_fail(t->doc, at, "such as {tcp: 7547}", err,
	    "\"ready\" wants a port");
}

int topology_check_host(struct topology *t, struct node *node,
    const struct topology_options *options, struct error *err)
{
	int worst = 0, r = 0;

	(void)options;
	if (node->host.program.len > 0 && node->host.command.len > 0)
		r = conf_fail(t->doc, node_at(node, "command"), NULL, err,
		    "\"%s\" has both \"program\" and \"command\"", node->name);
	if (conf_go_on(t->doc, r, &worst))
		r = check_needs(t, node, err);
	if (conf_go_on(t->doc, r, &worst))
		r = check_files(t, node, err);
	if (conf_go_on(t->doc, r, &worst))
		r = read_environment(t, node, err);
	if (conf_go_on(t->doc, r, &worst))
		r = check_own_program(t, node, err);
	if (conf_go_on(t->doc, r, &worst))
		r = check_ready(t, node, err);
	return r < 0 ? r : worst;
}
