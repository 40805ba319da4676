#include "lab/web/deed.h"

#include "lab/launch/launch.h"
#include "lib/base/compiler.h"
#include "lib/base/json.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

enum kind {
	TEXT,
	NUMBER
};

static const struct deed {
	enum web_view view;
	const char *ask;
	const char *command; /* of the agent; null: the lab itself does it */
	/* The member that names the node; the agent is that node's, or the carrier's. */
	const char *name;
	bool is_of_carrier;
	struct {
		const char *key;
		enum kind kind;
		bool is_required;
	} members[6];
} deeds[] = {
	{ WEB_LINK, "agent", "link", "link", true,
	    { { "link", TEXT, true }, { "do", TEXT, true }, { "set", TEXT, false } } },
	{ WEB_CONSOLE, "agent", "console", "cpe", false,
	    { { "cpe", TEXT, true }, { "do", TEXT, true }, { "session", NUMBER, false },
		{ "line", TEXT, false }, { "nth", NUMBER, false } } },
	{ WEB_CPE, "agent", "cpe", "cpe", false,
	    { { "cpe", TEXT, true }, { "do", TEXT, true }, { "event", TEXT, false } } },
	{ WEB_DEVICE, "agent", "device", "acs", false, { { "device", TEXT, true } } },
	{ WEB_STOP, "stop-node", NULL, "node", false, { { NULL } } },
	{ WEB_START, "start-node", NULL, "node", false, { { NULL } } },
};

static const struct deed *find(enum web_view view)
{
	for (size_t i = 0; i < ARRAY_LEN(deeds); i++) {
		if (deeds[i].view == view)
			return &deeds[i];
	}
	return NULL;
}

static int put_member(struct json *json, const char *key, enum kind kind,
    const json_t *value, struct error *err)
{
	if (kind == TEXT && json_is_string(value)) {
		json_str(json, key,
		    str_make(json_string_value(value), json_string_length(value)));
		return 0;
	}
	if (kind == NUMBER && json_is_integer(value) &&
	    json_integer_value(value) >= 0) {
		json_uint(json, key, (uint64_t)json_integer_value(value));
		return 0;
	}
	return error_set(err, ERR_USAGE, "\"%s\" wants %s", key,
	    kind == TEXT ? "a text" : "a number");
}

static int put_members(const struct deed *deed, const json_t *body, struct json *json,
    struct error *err)
{
	int r = 0;

	for (size_t i = 0; deed->members[i].key && r == 0; i++) {
		const json_t *value = json_object_get(body, deed->members[i].key);

		if (value)
			r = put_member(json, deed->members[i].key,
			    deed->members[i].kind, value, err);
		else if (deed->members[i].is_required)
			r = error_set(err, ERR_USAGE, "\"%s\" is missing",
			    deed->members[i].key);
	}
	return r;
}

static int write_command(const struct deed *deed, const json_t *body,
    struct buf *command, struct error *err)
{
	struct json json = json_writer(command, 0);
	int r;

	if (!deed->command)
		return 0;
	json_object_begin(&json, NULL);
	json_text(&json, "cmd", deed->command);
	r = put_members(deed, body, &json, err);
	json_object_end(&json);
	return r < 0 ? r : command->error;
}

static int take_node(const struct deed *deed, const json_t *body, struct web_deed *ret,
    struct error *err)
{
	const char *name = json_string_value(json_object_get(body, deed->name));

	if (!name)
		return error_set(err, ERR_USAGE, "\"%s\" is missing", deed->name);
	if (deed->is_of_carrier)
		name = LAUNCH_CARRIER;
	if (strlen(name) >= WEB_NODE_MAX)
		return error_set(err, ERR_USAGE, "no node has so long a name");
	(void)snprintf(ret->node, WEB_NODE_MAX, "%s", name);
	return 0;
}

int web_deed_read(enum web_view view, struct str body, struct web_deed *ret,
    struct error *err)
{
	const struct deed *deed = find(view);
	json_t *read = body.len > 0
			   ? json_loadb(body.p, body.len, JSON_REJECT_DUPLICATES, NULL)
			   : NULL;
	int r;

	*ret = (struct web_deed){ .ask = deed ? deed->ask : NULL };
	if (!deed || !json_is_object(read)) {
		json_decref(read);
		return error_set(err, ERR_USAGE, "that is no JSON object");
	}
	r = write_command(deed, read, &ret->command, err);
	if (r == 0)
		r = take_node(deed, read, ret, err);
	json_decref(read);
	return r;
}

void web_deed_free(struct web_deed *deed)
{
	buf_free(&deed->command);
}
