#include "lab/look/lab_port.h"

#include "lab/channel/labsock.h"
#include "lab/kernel/namespace.h"
#include "lab/supervisor/supervisor.h"
#include "lib/base/buf.h"
#include "lib/conf/conf.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

enum {
	LABS_MAX = 256,
	HINTS_MAX = 1024
};

#define BRIDGE "br0"
#define ETH    "eth0"

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

bool lab_port_is_meant(const char *name)
{
	return strchr(name, '/') != NULL;
}

/* ---- names -------------------------------------------------------------------------- */

struct spec {
	char *lab, *node, *port; /* owned; port may be null */
};

static void spec_free(struct spec *spec)
{
	free(spec->lab);
	free(spec->node);
	free(spec->port);
}

static int spec_parse(const char *name, struct spec *ret, struct error *err)
{
	struct str node, port, lab = str_cut(str_of(name), '/', &node);
	bool has_port = memchr(node.p, ':', node.len) != NULL;

	node = str_cut(node, ':', &port);
	if (lab.len == 0 || node.len == 0 || (has_port && port.len == 0))
		return error_set(err, ERR_USAGE,
		    "\"%s\" is no port of a lab: LAB/NODE or LAB/NODE:PORT", name);
	*ret = (struct spec){ str_dup(lab), str_dup(node),
		has_port ? str_dup(port) : NULL };
	if (!ret->lab || !ret->node || (has_port && !ret->port))
		return error_set(err, -ENOMEM, "out of memory");
	return 0;
}

static const json_t *find_node(const json_t *nodes, const char *name)
{
	const json_t *node;
	size_t i;

	json_array_foreach(nodes, i, node)
	{
		if (strcmp(text_of(node, "name"), name) == 0)
			return node;
	}
	return NULL;
}

/* A port of the switch by its own name, or by that of the node which plugs into it. */
static const char *find_port(const json_t *nodes, const char *at, const char *port)
{
	const json_t *node;
	size_t i;

	json_array_foreach(nodes, i, node)
	{
		if (strcmp(text_of(node, "attach"), at) == 0 &&
		    (strcmp(text_of(node, "port"), port) == 0 ||
			strcmp(text_of(node, "name"), port) == 0))
			return text_of(node, "port");
	}
	return NULL;
}

/* Names of nodes, or of the ports of the switch at. */
static void suggest(const json_t *nodes, const char *at, const char *word, char *hint,
    size_t size)
{
	const char *names[HINTS_MAX];
	const json_t *node;
	size_t i, n = 0;

	json_array_foreach(nodes, i, node)
	{
		if (n < HINTS_MAX && (!at || strcmp(text_of(node, "attach"), at) == 0))
			names[n++] = text_of(node, "name");
	}
	if (!conf_suggest(str_of(word), names, n, hint, size))
		(void)snprintf(hint, size, "cwmplab inspect lists them");
}

/* The interface in the node's network. */
static int choose(const struct spec *spec, const json_t *nodes, const char **ret,
    struct error *err)
{
	const json_t *node = find_node(nodes, spec->node);
	char first[64], hint[96];
	bool is_switch;

	if (!node) { /* "cpe" means "cpe-1" */
		(void)snprintf(first, sizeof(first), "%.60s-1", spec->node);
		node = find_node(nodes, first);
	}
	if (!node) {
		suggest(nodes, NULL, spec->node, hint, sizeof(hint));
		return error_set(err, ERR_USAGE, "%s has no node \"%s\": %s", spec->lab,
		    spec->node, hint);
	}
	is_switch = strcmp(text_of(node, "kind"), "switch") == 0;
	*ret = is_switch ? BRIDGE : ETH;
	if (spec->port && !is_switch)
		*ret = spec->port;
	else if (spec->port && strcmp(spec->port, BRIDGE) != 0 &&
		 strcmp(spec->port, "any") != 0)
		*ret = find_port(nodes, spec->node, spec->port);
	if (!*ret) {
		suggest(nodes, spec->node, spec->port, hint, sizeof(hint));
		return error_set(err, ERR_USAGE, "%s/%s has no port \"%s\": %s",
		    spec->lab, spec->node, spec->port, hint);
	}
	return 0;
}

/* ---- opening ------------------------------------------------------------------------ */

static char *keylog_of(const json_t *status)
{
	char *path = NULL;

	if (asprintf(&path, "%s/keys.log", text_of(status, "out")) < 0)
		return NULL;
	if (access(path, R_OK) == 0)
		return path;
	free(path);
	return NULL;
}

static int take_namespaces(struct lab_port *port, const struct spec *spec,
    struct error *err)
{
	int fds[CHANNEL_FDS_MAX];
	json_t *answer;
	int r = labsock_ask(port->control, "enter", spec->node, &answer, fds, err);

	if (r < 0)
		return r;
	json_decref(answer);
	(void)close(fds[SUPERVISOR_FD_PID]);
	(void)close(fds[SUPERVISOR_FD_MOUNT]);
	port->net_ns = fds[SUPERVISOR_FD_NET];
	port->user_ns = fds[SUPERVISOR_FD_USER];
	if (port->user_ns >= 0 &&
	    namespace_is_own(port->user_ns, "/proc/self/ns/user")) {
		(void)close(port->user_ns);
		port->user_ns = -1;
	}
	return 0;
}

static int open_spec(const struct spec *spec, struct lab_port *port, struct error *err)
{
	const char *interface = NULL;
	json_t *status;
	pid_t pid;
	int r = labsock_connect(spec->lab, &port->control, &pid, err);

	if (r == 0)
		r = labsock_ask(port->control, "status", NULL, &status, NULL, err);
	if (r < 0)
		return r;
	r = choose(spec, json_object_get(status, "nodes"), &interface, err);
	if (r == 0) {
		port->interface = strdup(interface);
		port->keylog = keylog_of(status);
		r = port->interface ? take_namespaces(port, spec, err)
				    : error_set(err, -ENOMEM, "out of memory");
	}
	json_decref(status);
	return r;
}

int lab_port_open(const char *name, struct lab_port *ret, struct error *err)
{
	struct lab_port port = LAB_PORT_NULL;
	struct spec spec = { NULL, NULL, NULL };
	int r = spec_parse(name, &spec, err);

	if (r == 0)
		r = open_spec(&spec, &port, err);
	spec_free(&spec);
	if (r == 0) {
		port.name = strdup(name);
		if (!port.name)
			r = error_set(err, -ENOMEM, "out of memory");
	}
	if (r < 0)
		lab_port_close(&port);
	else
		*ret = port;
	return r;
}

void lab_port_close(struct lab_port *port)
{
	const int fds[] = { port->control, port->user_ns, port->net_ns };

	for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
		if (fds[i] >= 0)
			(void)close(fds[i]);
	}
	free(port->name);
	free(port->interface);
	free(port->keylog);
	*port = (struct lab_port)LAB_PORT_NULL;
}

/* ---- listing ------------------------------------------------------------------------ */

struct labs {
	char *names[LABS_MAX]; /* owned */
	size_t n;
};

static void take_lab(void *user, const char *lab)
{
	struct labs *labs = user;

	if (labs->n < LABS_MAX && (labs->names[labs->n] = strdup(lab)))
		labs->n++;
}

static void list_node(const char *lab, const json_t *node, lab_port_fn *fn, void *user)
{
	const char *name = text_of(node, "name"), *kind = text_of(node, "kind");
	const char *at = text_of(node, "attach"), *port = text_of(node, "port");
	auto_buf text = BUF_NULL;
	auto_buf what = BUF_NULL;

	buf_printf(&text, "%s/%s", lab, name);
	if (strcmp(kind, "switch") == 0)
		buf_printf(&what, "switch%s with all that it forwards",
		    json_object_get(node, "serial") ? " and CPE" : "");
	else
		buf_printf(&what, "%s %s", kind,
		    text_of(node,
			json_object_get(node, "address") ? "address" : "address6"));
	fn(user, buf_cstr(&text), buf_cstr(&what));
	if (!*at || !*port)
		return;
	buf_reset(&text);
	buf_reset(&what);
	buf_printf(&text, "%s/%s:%s", lab, at, port);
	buf_printf(&what, "port of the switch to %s", name);
	fn(user, buf_cstr(&text), buf_cstr(&what));
}

static void list_lab(const char *lab, lab_port_fn *fn, void *user)
{
	struct error err = ERROR_NULL;
	const json_t *node;
	json_t *status;
	auto_fd fd = -1;
	pid_t pid;
	size_t i;

	if (labsock_connect(lab, &fd, &pid, &err) < 0 ||
	    labsock_ask(fd, "status", NULL, &status, NULL, &err) < 0)
		return;
	json_array_foreach(json_object_get(status, "nodes"), i, node)
	{
		list_node(lab, node, fn, user);
	}
	json_decref(status);
}

int lab_port_list(lab_port_fn *fn, void *user, struct error *err)
{
	struct labs labs = { .n = 0 };
	int r = labsock_list(take_lab, &labs, err);

	for (size_t i = 0; i < labs.n; i++) {
		if (r == 0)
			list_lab(labs.names[i], fn, user);
		free(labs.names[i]);
	}
	return r;
}
