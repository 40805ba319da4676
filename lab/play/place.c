#include "lab/play/place.h"

#include "lab/channel/labsock.h"
#include "lib/base/json.h"
#include "lib/conf/conf.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	NAMES_MAX = 256, /* among which a near one is looked for */
	HINT_MAX = 400
};

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

/* ---- nodes --------------------------------------------------------------------------- */

static int ask_status(const struct place *place, json_t **ret, struct error *err)
{
	return labsock_ask(place->fd, "status", NULL, ret, NULL, err);
}

static const char *told_kind(const char *kind)
{
	if (!kind)
		return "nodes";
	return strcmp(kind, "acs") == 0 ? "ACSs" : "CPEs";
}

/* A switch that informs an ACS counts as a CPE: it has a serial number. */
static bool is_of_kind(const json_t *node, const char *kind)
{
	if (strcmp(kind, "cpe") == 0)
		return json_object_get(node, "serial");
	return strcmp(text_of(node, "kind"), kind) == 0;
}

/* "did you mean "acs1"?", or all of that kind. Returns hint. */
static const char *hint_at_nodes(const struct place *place, const char *name,
    const char *kind, char hint[HINT_MAX])
{
	const char *names[NAMES_MAX];
	json_t *status, *node;
	size_t n = 0, i, len;

	hint[0] = '\0';
	if (ask_status(place, &status, NULL) < 0)
		return hint;
	json_array_foreach(json_object_get(status, "nodes"), i, node)
	{
		if (n < NAMES_MAX && (!kind || is_of_kind(node, kind)))
			names[n++] = text_of(node, "name");
	}
	if (!conf_suggest(str_of(name), names, n, hint, HINT_MAX)) {
		len = (size_t)snprintf(hint, HINT_MAX, "its %s are", told_kind(kind));
		for (i = 0; i < n && i < 16 && len < HINT_MAX; i++)
			len += (size_t)snprintf(hint + len, HINT_MAX - len, "%s %s",
			    i ? "," : "", names[i]);
		if (n > 16 && len < HINT_MAX)
			(void)snprintf(hint + len, HINT_MAX - len, " and others");
		if (n == 0)
			(void)snprintf(hint, HINT_MAX, "it has none");
	}
	json_decref(status);
	return hint;
}

int place_node(const struct place *place, const char *name, json_t **ret,
    struct error *err)
{
	char hint[HINT_MAX];
	json_t *answer;
	int r = labsock_ask(place->fd, "node", name, &answer, NULL, err);

	if (r == ERR_USAGE)
		return error_set(err, ERR_USAGE, "no node of %s is named \"%s\": %s",
		    place->lab, name, hint_at_nodes(place, name, NULL, hint));
	if (r < 0)
		return r;
	*ret = json_incref(json_array_get(json_object_get(answer, "nodes"), 0));
	json_decref(answer);
	return *ret ? 0
		    : error_set(err, ERR_MALFORMED, "the lab's answer cannot be read");
}

/* ---- places -------------------------------------------------------------------------- */

static int set_names(struct place *place, struct str lab, struct str node,
    struct error *err)
{
	place->fd = -1;
	place->lab[0] = place->node[0] = '\0';
	if (lab.len >= PLACE_NAME_MAX || node.len >= PLACE_NAME_MAX)
		return error_set(err, ERR_USAGE, "no lab or node has so long a name");
	(void)snprintf(place->lab, PLACE_NAME_MAX, "%.*s", STR_ARG(lab));
	(void)snprintf(place->node, PLACE_NAME_MAX, "%.*s", STR_ARG(node));
	return 0;
}

static int connect_lab(struct place *place, struct error *err)
{
	pid_t pid;

	return labsock_connect(place->lab, &place->fd, &pid, err);
}

/* The only ACS that it has. */
static int find_acs(struct place *place, struct error *err)
{
	char hint[HINT_MAX];
	json_t *status, *node;
	size_t i, n = 0;
	int r = ask_status(place, &status, err);

	if (r < 0)
		return r;
	json_array_foreach(json_object_get(status, "nodes"), i, node)
	{
		if (strcmp(text_of(node, "kind"), "acs") != 0)
			continue;
		(void)snprintf(place->node, PLACE_NAME_MAX, "%s",
		    text_of(node, "name"));
		n++;
	}
	json_decref(status);
	if (n == 1)
		return 0;
	return error_set(err, ERR_USAGE, "%s has %zu ACSs: name one as %s/ACS; %s",
	    place->lab, n, place->lab, hint_at_nodes(place, "", "acs", hint));
}

int place_check_kind(const struct place *place, const char *kind, struct error *err)
{
	char hint[HINT_MAX];
	json_t *node = NULL;
	bool is_of_it;
	int r = labsock_ask(place->fd, "node", place->node, &node, NULL, err);

	if (r < 0 && r != ERR_USAGE)
		return r;
	is_of_it = r == 0 &&
		   is_of_kind(json_array_get(json_object_get(node, "nodes"), 0), kind);
	json_decref(node);
	return is_of_it
		   ? 0
		   : error_set(err, ERR_USAGE, "no %s of %s is named \"%s\": %s",
			 strcmp(kind, "acs") == 0 ? "ACS" : "CPE", place->lab,
			 place->node, hint_at_nodes(place, place->node, kind, hint));
}

int place_open_acs(struct place *place, const char *text, struct error *err)
{
	struct str node, lab = str_cut(str_of(text), '/', &node);
	int r = set_names(place, lab, node, err);

	if (r == 0)
		r = connect_lab(place, err);
	if (r == 0)
		r = node.len > 0 ? place_check_kind(place, "acs", err)
				 : find_acs(place, err);
	return r;
}

int place_open(struct place *place, const char *lab, const char *node,
    struct error *err)
{
	int r = set_names(place, str_of(lab), str_of(node), err);

	return r < 0 ? r : connect_lab(place, err);
}

void place_close(struct place *place)
{
	if (place->fd >= 0)
		(void)close(place->fd);
	place->fd = -1;
}

/* ---- devices ------------------------------------------------------------------------- */

int place_device(const struct place *place, const char *name, char *ret,
    struct error *err)
{
	struct error no_node = ERROR_NULL;
	const char *device = name;
	json_t *answer = NULL, *node;
	int r = labsock_ask(place->fd, "node", name, &answer, NULL, &no_node);

	if (r < 0 && r != ERR_USAGE) {
		*err = no_node;
		return r;
	}
	node = json_array_get(json_object_get(answer, "nodes"), 0);
	if (node && !json_object_get(node, "serial"))
		r = error_set(err, ERR_USAGE,
		    "%s is %s %s: name one of its CPEs, or a device by "
		    "OUI-ProductClass-SerialNumber",
		    name, strchr("aeiou", text_of(node, "kind")[0]) ? "an" : "a",
		    text_of(node, "kind"));
	else
		r = 0;
	if (node && r == 0)
		device = text_of(node, "serial");
	if (r == 0 && strlen(device) >= PLACE_DEVICE_MAX)
		r = error_set(err, ERR_USAGE, "no device has so long a name");
	if (r == 0)
		(void)snprintf(ret, PLACE_DEVICE_MAX, "%s", device);
	json_decref(answer);
	return r;
}

static void on_nothing(void *user, json_t *page)
{
	(void)user;
	(void)page;
}

static bool knows(const struct place *place, const char *acs, const char *device)
{
	auto_buf command = BUF_NULL;
	struct json json = json_writer(&command, 0);

	json_object_begin(&json, NULL);
	json_text(&json, "cmd", "device");
	json_text(&json, "device", device);
	json_object_end(&json);
	return labsock_ask_agent(place->fd, acs, buf_cstr(&command), on_nothing, NULL,
		   NULL) == 0;
}

int place_explain_unknown(const struct place *place, const char *name,
    const char *device, struct error *err)
{
	json_t *status, *node;
	char hint[HINT_MAX];
	bool is_known = false;
	size_t i;

	/* Else something else is wrong. */
	if (!str_starts(str_of(err->text), STR("no CPE has informed here")) ||
	    ask_status(place, &status, NULL) < 0)
		return err->code;
	json_array_foreach(json_object_get(status, "nodes"), i, node)
	{
		const char *other = text_of(node, "name");

		if (is_known || strcmp(text_of(node, "kind"), "acs") != 0 ||
		    strcmp(other, place->node) == 0 || !knows(place, other, device))
			continue;
		is_known = true;
		(void)error_set(err, ERR_USAGE,
		    "%s has never informed %s: %s knows it (%s/%s)", name, place->node,
		    other, place->lab, other);
	}
	if (!is_known && strcmp(name, device) != 0)
		(void)error_set(err, ERR_USAGE,
		    "%s has informed no ACS of %s yet: \"cwmplab inspect %s %s\" says what "
		    "it does",
		    name, place->lab, place->lab, name);
	if (!is_known && strcmp(name, device) == 0)
		(void)error_set(err, ERR_USAGE,
		    "\"%s\" is no node of %s, and no ACS of it knows a device "
		    "(OUI-ProductClass-SerialNumber) of that name: %s",
		    name, place->lab, hint_at_nodes(place, name, NULL, hint));
	json_decref(status);
	return err->code;
}
