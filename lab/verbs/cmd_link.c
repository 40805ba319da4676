/* link: what the links of a lab that is up do to packets, shown and changed. */
#include "lab/verbs/cmds.h"

#include "lab/channel/labsock.h"
#include "lab/channel/pages.h"
#include "lab/launch/launch.h"
#include "lab/play/place.h"
#include "lab/term/cmd.h"
#include "lib/base/json.h"
#include "lib/base/shown.h"
#include "lib/link/impair_text.h"
#include "lib/program/say.h"
#include "lib/program/table.h"

#include <jansson.h>
#include <string.h>

/* ---- the call ------------------------------------------------------------------------- */

enum {
	LINK_NAME_MAX = PLACE_NAME_MAX + 48 /* NODE:PORT, terminated */
};

struct link_call {
	const char *node; /* null: all links are looked at */
	const char *deed; /* as the carrier takes it: "look", "set", "reset" */
	struct buf words; /* of "set" */
	bool as_json;
};

static const struct {
	const char *word, *deed, *set;
	bool has_words;
} deeds[] = {
	{ "show", "look", NULL, false },
	{ "set", "set", NULL, true },
	{ "reset", "reset", NULL, false },
	{ "down", "set", "down", false },
	{ "up", "set", "up", false },
};

/* Told here, with what to write, before the lab is asked. */
static int check_words(struct buf *words, struct error *err)
{
	struct impair_change change = { 0 };
	struct impair_mistake mistake = { 0 };
	struct error why = ERROR_NULL;

	if (words->error)
		return error_set(err, words->error, "too many words");
	if (words->len == 0)
		return error_set(err, ERR_USAGE,
		    "set what? Such as: set delay=50ms loss=2%%");
	if (impair_read(buf_str(words), &change, &mistake, &why) == 0)
		return 0;
	return error_set(err, ERR_USAGE, "%s%s%s", why.text,
	    mistake.hint[0] ? "; " : "", mistake.hint);
}

static int read_deed(struct link_call *call, char *const *words, size_t n,
    struct error *err)
{
	for (size_t i = 0; i < ARRAY_LEN(deeds); i++) {
		if (strcmp(words[0], deeds[i].word) != 0)
			continue;
		call->deed = deeds[i].deed;
		if (deeds[i].set)
			buf_append_text(&call->words, deeds[i].set);
		if (n > 1 && !deeds[i].has_words)
			return error_set(err, ERR_USAGE, "\"%s\" takes no more words",
			    words[0]);
		for (size_t k = 1; k < n; k++)
			buf_printf(&call->words, "%s%s", k > 1 ? " " : "", words[k]);
		return deeds[i].has_words ? check_words(&call->words, err) : 0;
	}
	return error_set(err, ERR_USAGE,
	    "\"%.40s\" is nothing that can be done with a link: set, show, reset, down, up",
	    words[0]);
}

/* ---- what is told --------------------------------------------------------------------- */

static const struct table_column columns[] = {
	{ .heading = "LINK", .least = 10 },
	{ .heading = "WAY" },
	{ .heading = "IN", .is_right = true },
	{ .heading = "OUT", .is_right = true },
	{ .heading = "LOST", .is_right = true },
	{ .heading = "QUEUE", .is_right = true },
	{ .heading = "DOWN", .is_right = true, .leaves = 4 },
	{ .heading = "MTU", .is_right = true, .leaves = 3 },
	{ .heading = "TWICE", .is_right = true, .leaves = 2 },
	{ .heading = "EARLY", .is_right = true, .leaves = 2 },
	{ .heading = "CORRUPT", .is_right = true, .leaves = 2 },
	{ .heading = "WAITING", .is_right = true, .leaves = 1 },
};

static void put_number(struct table *table, const json_t *of, const char *key)
{
	table_cellf(table, "%lld",
	    (long long)json_integer_value(json_object_get(of, key)));
}

static void put_way(struct table *table, const char *name, const char *key,
    const json_t *way)
{
	const json_t *dropped = json_object_get(way, "dropped");

	table_cell(table, name);
	table_cell(table, key);
	put_number(table, way, "in");
	put_number(table, way, "out");
	put_number(table, dropped, "loss");
	put_number(table, dropped, "queue");
	put_number(table, dropped, "down");
	put_number(table, dropped, "mtu");
	put_number(table, way, "duplicated");
	put_number(table, way, "reordered");
	put_number(table, way, "corrupted");
	put_number(table, way, "waiting");
}

static const char *text_of(const json_t *of, const char *key)
{
	const char *text = json_string_value(json_object_get(of, key));

	return text ? text : "";
}

/* A frame that the machine itself had no room for is lost without being asked for. */
static void put_unasked(struct buf *out, const json_t *link, const char *key)
{
	const json_t *way = json_object_get(link, key);
	const json_t *room = json_object_get(json_object_get(way, "dropped"), "room");
	long long n = json_integer_value(room) +
		      json_integer_value(json_object_get(way, "missed")) +
		      json_integer_value(json_object_get(way, "refused"));

	if (n > 0)
		shown_printf(out,
		    "%s %s: %lld frames were lost because this machine was too busy\n",
		    text_of(link, "link"), key, n);
}

static bool is_by_kernel(const json_t *link, const char *key)
{
	return strcmp(text_of(json_object_get(link, key), "by"), "kernel") == 0;
}

static const char *by_what(const json_t *link)
{
	if (strcmp(text_of(link, "means"), "netem") == 0)
		return "by netem";
	return is_by_kernel(link, "up") && is_by_kernel(link, "down")
		   ? "passed on by the kernel"
		   : "in user space";
}

static void put_link(struct buf *words, struct table *table, const json_t *link)
{
	const char *now = text_of(link, "now"), *set = text_of(link, "set");

	shown_printf(words, "%s: %s", text_of(link, "link"), now);
	if (strcmp(now, set) != 0)
		shown_printf(words, " (by its schedule; else %s)", set);
	buf_printf(words, ", %s\n", by_what(link));
	if (!json_object_get(link,
		"up")) /* the kernel's: "tc -s qdisc" has its counts */
		return;
	put_way(table, text_of(link, "link"), "up", json_object_get(link, "up"));
	put_way(table, "", "down", json_object_get(link, "down"));
}

static int print_links(const json_t *links)
{
	const struct screen screen = screen_detect();
	auto_buf out = BUF_NULL;
	auto_buf counts = BUF_NULL;
	struct table table;
	json_t *link;
	size_t i;

	table_begin(&table, &counts, &screen, columns, ARRAY_LEN(columns));
	json_array_foreach(links, i, link) put_link(&out, &table, link);
	table_end(&table);
	buf_append_char(&out, '\n');
	buf_append_str(&out, buf_str(&counts));
	json_array_foreach(links, i, link)
	{
		put_unasked(&out, link, "up");
		put_unasked(&out, link, "down");
	}
	return cmd_print(&out, EXIT_OK);
}

/* ---- asking --------------------------------------------------------------------------- */

static void on_page(void *user, json_t *page)
{
	json_t *links = user;
	json_t *some = json_object_get(page, "links");

	if (!some)
		some = json_object_get(json_object_get(page, "status"), "links");
	(void)json_array_extend(links, some);
}

static int ask(const struct place *place, const struct link_call *call,
    const char *means, json_t *links, struct error *err)
{
	auto_buf command = BUF_NULL;
	struct json json = json_writer(&command, 0);

	json_object_begin(&json, NULL);
	json_text(&json, "cmd", call->node ? "link" : "status");
	if (call->node) {
		json_text(&json, "link", call->node);
		json_text(&json, "do", call->deed);
	}
	if (means)
		json_text(&json, "means", means);
	if (call->words.len > 0)
		json_str(&json, "set", buf_str(&call->words));
	json_object_end(&json);
	return labsock_ask_agent(place->fd, LAUNCH_CARRIER, buf_cstr(&command), on_page,
	    links, err);
}

/* Those of the kernel are known to the supervisor, the others to the carrier, of which there may be
 * none. */
static int ask_all(const struct place *place, const struct link_call *call,
    json_t *links, struct error *err)
{
	struct error failure = ERROR_NULL;
	int r = ask(place, call, "netem", links, err);

	if (r < 0)
		return r;
	r = ask(place, call, NULL, links, &failure);
	if (r < 0 && (r != ERR_USAGE || json_array_size(links) == 0))
		return error_set(err, r, "%s", failure.text);
	return 0;
}

/* Of a router: eth1, or what that is called at its switch, is NAME:eth1; the first of its ports is
 * called as itself. */
static int name_of_router(const json_t *ports, const char *port,
    char name[LINK_NAME_MAX], struct error *err)
{
	struct str here = STR_NULL, rest;
	const json_t *item;
	size_t i, n = strlen(name);

	json_array_foreach(ports, i, item)
	{
		/* Without the VLAN. */
		here = str_cut(str_of(text_of(item, "interface")), '.', &rest);
		if (!str_is(here, port) && strcmp(port, text_of(item, "port")) != 0)
			continue;
		if (!str_is(here, "eth0"))
			(void)snprintf(name + n, LINK_NAME_MAX - n, ":%.*s",
			    STR_ARG(here));
		return 0;
	}
	return error_set(err, ERR_USAGE,
	    "%s has no port \"%.40s\": its ports are eth0 to %.*s", name, port,
	    STR_ARG(here));
}

/* What the lab calls the link of a node's port. Most nodes have one port: their interface, or what
 * that is called at its switch. */
static int name_link(const json_t *node, const char *port, char name[LINK_NAME_MAX],
    struct error *err)
{
	const json_t *ports = json_object_get(node, "ports");
	const char *there = text_of(node, "port");
	size_t n = strlen(name);

	if (!*port)
		return 0;
	if (ports)
		return name_of_router(ports, port, name, err);
	if (strcmp(text_of(node, "kind"), "switch") == 0) {
		(void)snprintf(name + n, LINK_NAME_MAX - n, ":%.40s", port);
		return 0;
	}
	if (strcmp(port, "eth0") == 0 || strcmp(port, there) == 0)
		return 0;
	return error_set(err, ERR_USAGE,
	    "%s has no port \"%.40s\": its one is eth0, at its switch \"%s\"", name,
	    port, there);
}

/* That there is such a node: the nearest name is told else. */
static int find_link(const struct place *place, const char *port,
    char name[LINK_NAME_MAX], struct error *err)
{
	json_t *node;
	int r = place_node(place, name, &node, err);

	if (r < 0)
		return r;
	if (strcmp(text_of(node, "name"), name) != 0)
		r = error_set(err, ERR_USAGE, "%s are several: say which, as %s", name,
		    text_of(node, "name"));
	else
		r = name_link(node, port, name, err);
	json_decref(node);
	return r;
}

static int do_it(char *const *words, size_t n, struct link_call *call, json_t *links,
    struct error *err)
{
	char node[LINK_NAME_MAX] = LAUNCH_CARRIER;
	struct place place = { .fd = -1 };
	struct str port = STR_NULL;
	int r = 0;

	if (n > 1) {
		struct str name = str_cut(str_of(words[1]), ':', &port);

		(void)snprintf(node, PLACE_NAME_MAX, "%.*s", STR_ARG(name));
		call->node = node;
		call->deed = "look";
	}
	if (n > 2)
		r = read_deed(call, words + 2, n - 2, err);
	if (r == 0)
		r = place_open(&place, words[0], node, err);
	if (r == 0 && call->node)
		r = find_link(&place, port.p ? port.p : "", node, err);
	if (r == 0)
		r = call->node ? ask(&place, call, NULL, links, err)
			       : ask_all(&place, call, links, err);
	call->node = NULL; /* it was ours */
	place_close(&place);
	return r;
}

static const struct option_row rows[] = {
	OPTION(0, "json", NULL, "as JSON"),
	{ NULL },
};

static int link_run(const struct verb *verb, int argc, char **argv)
{
	struct link_call call = { .words = BUF_MAX(IMPAIR_TEXT_MAX) };
	struct option_reader options;
	struct error err = ERROR_NULL;
	const char *value;
	json_t *links;
	int status;

	options_begin(&options, verb, argc, argv);
	while (options_next(&options, &value))
		call.as_json = true;
	if (options.status >= 0)
		return options.status;
	links = json_array();
	if (do_it(options.words, options.n_words, &call, links, &err) < 0) {
		status = cmd_fail(&err);
	} else if (call.as_json) {
		page_print_value(stdout, links, 2);
		say(stdout, "\n");
		status = EXIT_OK;
	} else {
		status = print_links(links);
	}
	json_decref(links);
	buf_free(&call.words);
	return status;
}

const struct verb link_verb = {
	.name = "link",
	.brief = "show or change what a link does to packets",
	.run = link_run,
	.arguments = "LAB [NODE] [set WORD...|show|reset|down|up] [--json]",
	.about =
	    "Shows what links do to packets, or changes that of NODE from the next packet on (of\n"
	    "NODE:PORT, where it has several: r1:eth1 of a router, sw1:sw2 of linked switches):\n"
	    "\"set delay=50ms loss=2% down.rate=16mbit\", \"set lte\", \"set plain\". up. and down. before\n"
	    "a word are the ways from the node and to it. \"reset\" goes back to what the topology says,\n"
	    "\"down\" cuts the link, \"up\" mends it.\n",
	.rows = rows,
	.min_words = 1,
	.max_words = 40,
};
