#include "lab/run/loads.h"

#include "capture/analysis/analysis.h"
#include "lab/supervisor/outdir.h"
#include "lib/base/json.h"
#include "lib/base/shown.h"
#include "lib/base/text.h"
#include "lib/load/number.h"
#include "lib/program/exit_status.h"
#include "lib/program/whole_file.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	RESULT_BYTES_MAX = 16 << 20,
	NUMBER_MAX = 32,
	SHED_STATUS = 503
};

struct loads {
	struct loads_item *items; /* owned */
	size_t n;
};

struct loads *loads_new(const struct topology *topology)
{
	auto_cleanup(loads_free) struct loads *loads = calloc(1, sizeof(*loads));

	if (loads)
		loads->items = calloc(topology->n_nodes + 1, sizeof(*loads->items));
	if (!loads || !loads->items)
		return NULL;
	for (size_t i = 0; i < topology->n_nodes; i++) {
		if (topology->nodes[i].kind == NODE_LOAD)
			loads->items[loads->n++] =
			    (struct loads_item){ .node = &topology->nodes[i],
				    .fleet.who = "fleet" };
	}
	return steal_ptr(&loads);
}

void loads_free(struct loads *loads)
{
	if (!loads)
		return;
	for (size_t i = 0; i < loads->n; i++) {
		buf_free(&loads->items[i].text);
		buf_free(&loads->items[i].json);
		free(loads->items[i].rules);
	}
	free(loads->items);
	free(loads);
}

size_t loads_count(const struct loads *loads)
{
	return loads ? loads->n : 0;
}

const struct loads_item *loads_item(const struct loads *loads, size_t i)
{
	return &loads->items[i];
}

const struct loads_item *loads_find(const struct loads *loads, const struct node *node)
{
	for (size_t i = 0; i < loads_count(loads); i++) {
		if (loads->items[i].node == node)
			return &loads->items[i];
	}
	return NULL;
}

/* ---- events --------------------------------------------------------------------------- */

static const char *text_of(const json_t *event, const char *key)
{
	const char *text = json_string_value(json_object_get(event, key));

	return text ? text : "";
}

static uint64_t number_of(const json_t *event, const char *key)
{
	return (uint64_t)json_integer_value(json_object_get(event, key));
}

static void on_numbers(struct loads_item *item, const json_t *event)
{
	item->fleet = (struct tally_account){ .who = "fleet",
		.sessions = number_of(event, "started"),
		.completed = number_of(event, "completed"),
		.failed = number_of(event, "failed"),
		.shed = number_of(event, "shed"),
		.open = number_of(event, "open") };
}

static void on_ready(struct loads_item *item, const json_t *event)
{
	item->cpes = number_of(event, "cpes");
}

static void on_end(struct loads_item *item, const json_t *event)
{
	on_numbers(item, event);
	for (unsigned i = 0; i < TALLY_REACHES; i++)
		item->fleet.reached[i] =
		    number_of(event, tally_reach_name((enum tally_reach)i));
	item->fleet.moved = number_of(event, "moved");
	(void)snprintf(item->verdict, sizeof(item->verdict), "%s",
	    text_of(event, "verdict"));
}

static void on_exited(struct loads_item *item, const json_t *event)
{
	item->is_over = true;
	item->status = (int)json_integer_value(json_object_get(event, "status"));
}

void loads_event(struct loads *loads, const json_t *event)
{
	static const struct {
		const char *event;
		void (*take)(struct loads_item *item, const json_t *event);
	} handlers[] = {
		{ "ready", on_ready },
		{ "load", on_numbers },
		{ "load-end", on_end },
		{ "exited", on_exited },
	};
	const char *kind = text_of(event, "event"), *node = text_of(event, "node");

	for (size_t i = 0; i < loads_count(loads); i++) {
		if (strcmp(loads->items[i].node->name, node) != 0)
			continue;
		for (size_t k = 0; k < ARRAY_LEN(handlers); k++) {
			if (strcmp(handlers[k].event, kind) == 0)
				handlers[k].take(&loads->items[i], event);
		}
	}
}

bool loads_are_over(const struct loads *loads)
{
	for (size_t i = 0; i < loads_count(loads); i++) {
		if (!loads->items[i].is_over)
			return false;
	}
	return true;
}

static bool is_to_keep(const struct node *node, const char *rule)
{
	const struct conf_strings *keeps = &node->load.keeps;

	for (size_t i = 0; i < keeps->len; i++) {
		if (topology_rule_is_of(rule, keeps->items[i]))
			return true;
	}
	return false;
}

uint64_t loads_broken(const struct loads_item *item)
{
	uint64_t n = 0;

	for (size_t i = 0; i < item->n_rules; i++)
		n += is_to_keep(item->node, item->rules[i].rule) ? item->rules[i].n : 0;
	return n;
}

int loads_status(const struct loads *loads)
{
	int worst = EXIT_OK;

	for (size_t i = 0; i < loads_count(loads); i++) {
		const struct loads_item *item = &loads->items[i];

		if (item->verdict[0] && item->status == EXIT_INVALID)
			return EXIT_INVALID;
		if (!item->verdict[0] || item->status != EXIT_OK ||
		    loads_broken(item) > 0)
			worst = EXIT_FAILED;
	}
	return worst;
}

void loads_put_why(struct buf *out, const struct loads *loads)
{
	for (size_t i = 0; i < loads_count(loads); i++) {
		const struct loads_item *item = &loads->items[i];
		const char *comma = out->len > 0 ? "; " : "";

		if (!item->verdict[0] || item->status != EXIT_OK)
			shown_printf(out, "%s%s came to %s", comma, item->node->name,
			    item->verdict[0] ? item->verdict : "no verdict");
		else if (loads_broken(item) > 0)
			shown_printf(out,
			    "%sCPEs of %s broke rules that they are to keep", comma,
			    item->node->name);
	}
}

void loads_put_progress(struct buf *out, const struct loads *loads)
{
	for (size_t i = 0; i < loads_count(loads); i++) {
		const struct loads_item *item = &loads->items[i];
		char started[NUMBER_MAX], completed[NUMBER_MAX];

		shown_printf(out, "%s%s %s started, %s completed", i ? "   " : "",
		    item->node->name, number_thousands(item->fleet.sessions, started),
		    number_thousands(item->fleet.completed, completed));
	}
}

/* ---- what they left ---------------------------------------------------------------------- */

static void read_file(const struct outdir *out, const struct node *node,
    const char *ending, struct buf *ret)
{
	char name[TOPOLOGY_NAME_MAX + 16];
	auto_free char *path = NULL;

	(void)snprintf(name, sizeof(name), "load-%s%s", node->name, ending);
	path = outdir_path(out, name);
	if (!path || whole_file_read(path, RESULT_BYTES_MAX, ret, NULL) < 0)
		buf_reset(ret);
}

void loads_read(struct loads *loads, const struct outdir *out)
{
	for (size_t i = 0; i < loads_count(loads); i++) {
		struct loads_item *item = &loads->items[i];

		if (!item->verdict[0])
			continue;
		read_file(out, item->node, ".txt", &item->text);
		read_file(out, item->node, ".json", &item->json);
	}
}

/* ---- the capture --------------------------------------------------------------------------- */

bool loads_has(const struct node *node, const char *text)
{
	const struct conf_ipv4_net *sources = &node->load.sources;
	uint32_t address;
	uint32_t mask = sources->prefix ? ipv4_mask(sources->prefix) : UINT32_MAX;
	uint32_t own = sources->prefix ? sources->address : node->address.address;

	return text && ipv4_parse(str_of(text), &address) == 0 &&
	       ((own ^ address) & mask) == 0;
}

static bool was_shed(const struct analysis_session *session)
{
	for (size_t i = 0; i < session->n_messages; i++) {
		if (session->messages[i].http_status == SHED_STATUS)
			return true;
	}
	return false;
}

/* A try whose refusal was lost goes on in the session behind it. */
static void count(struct tally_account *account, const struct analysis_session *session)
{
	if (session->goes_on)
		return;
	account->sessions++;
	account->completed += session->ok;
	account->shed += !session->ok && was_shed(session);
	account->failed += !session->ok && !was_shed(session);
}

static void compare(struct loads_item *item, const struct analysis *analysis)
{
	/* What is open when the lab ends looks like one that was given up. */
	item->capture = (struct tally_account){ .who = "capture",
		.open = UINT64_MAX,
		.sees_packets = true };
	for (size_t i = 0; i < analysis->n_sessions; i++) {
		if (loads_has(item->node, analysis->sessions[i].cpe))
			count(&item->capture, &analysis->sessions[i]);
	}
	item->bridge = bridge_make(&item->fleet, &item->capture);
}

static int note_rule(struct loads_item *item, const char *rule)
{
	struct loads_rule *more;

	for (size_t i = 0; i < item->n_rules; i++) {
		if (strcmp(item->rules[i].rule, rule) != 0)
			continue;
		item->rules[i].n++;
		return 0;
	}
	more = reallocarray(item->rules, item->n_rules + 1, sizeof(*more));
	if (!more)
		return -ENOMEM;
	item->rules = more;
	more[item->n_rules++] = (struct loads_rule){ rule, 1 };
	return 0;
}

static int judge(struct loads_item *item, const struct analysis *analysis)
{
	int r = 0;

	item->n_rules = 0;
	item->asked = 0;
	for (size_t i = 0; i < analysis->n_findings && r == 0; i++) {
		const struct finding *finding = &analysis->findings[i];
		bool counts = finding->severity == RULE_MUST ||
			      is_to_keep(item->node, finding->rule);

		if (counts && finding->who == RULE_BY_CPE &&
		    loads_has(item->node, finding->cpe))
			r = note_rule(item, finding->rule);
	}
	for (size_t i = 0; i < analysis->n_rules; i++) {
		const struct rule_count *count = &analysis->rules[i];

		if (is_to_keep(item->node, count->rule))
			item->asked += count->kept + count->broken;
	}
	return r;
}

int loads_compare(struct loads *loads, const struct analysis *analysis,
    struct error *err)
{
	for (size_t i = 0; i < loads_count(loads); i++) {
		compare(&loads->items[i], analysis);
		if (judge(&loads->items[i], analysis) < 0)
			return error_set(err, -ENOMEM,
			    "no memory for the rules that CPEs of %s broke",
			    loads->items[i].node->name);
	}
	return 0;
}

/* ---- reports ---------------------------------------------------------------------------------- */

static void write_capture(struct json *json, const struct loads_item *item)
{
	const struct tally_account *account = &item->capture;

	json_object_begin(json, "capture");
	json_uint(json, "sessions", account->sessions);
	json_uint(json, "completed", account->completed);
	json_uint(json, "failed", account->failed);
	json_uint(json, "shed", account->shed);
	bridge_write(&item->bridge, json);
	json_object_end(json);
}

static void write_keeps(struct json *json, const struct loads_item *item)
{
	if (item->node->load.keeps.len == 0)
		return;
	json_object_begin(json, "keeps");
	json_bool(json, "ok", loads_broken(item) == 0);
	json_uint(json, "asked", item->asked);
	json_uint(json, "broken", loads_broken(item));
	json_object_end(json);
}

static void write_item(struct json *json, const struct loads_item *item)
{
	auto_buf differences = BUF_NULL;
	struct str rest;

	bridge_put_rest(&differences, &item->bridge, &item->fleet, &item->capture);
	json_object_begin(json, NULL);
	json_text(json, "node", item->node->name);
	json_text(json, "verdict", item->verdict[0] ? item->verdict : NULL);
	json_int(json, "exit", item->status);
	if (item->capture.who[0])
		write_capture(json, item);
	json_array_begin(json, "differences");
	for (rest = buf_str(&differences); rest.len > 0;)
		json_str(json, NULL, str_cut(rest, '\n', &rest));
	json_array_end(json);
	json_object_begin(json, "rules");
	for (size_t i = 0; i < item->n_rules; i++)
		json_uint(json, item->rules[i].rule, item->rules[i].n);
	json_object_end(json);
	write_keeps(json, item);
	if (item->json.len > 0)
		json_raw(json, "result", str_trim(buf_str(&item->json)));
	json_object_end(json);
}

void loads_write_json(const struct loads *loads, struct json *json)
{
	if (loads_count(loads) == 0)
		return;
	json_array_begin(json, "loads");
	for (size_t i = 0; i < loads_count(loads); i++)
		write_item(json, &loads->items[i]);
	json_array_end(json);
}

static void put_rules(struct buf *out, const struct loads_item *item)
{
	shown_printf(out, "      rules broken by its CPEs: %s",
	    item->n_rules == 0 ? "none" : "");
	for (size_t i = 0; i < item->n_rules; i++)
		shown_printf(out, "%s%s %" PRIu64 " time%s", i ? ", " : "",
		    item->rules[i].rule, item->rules[i].n,
		    item->rules[i].n == 1 ? "" : "s");
	buf_append_char(out, '\n');
}

static void put_keeps(struct buf *out, const struct loads_item *item)
{
	const struct conf_strings *keeps = &item->node->load.keeps;
	char asked[NUMBER_MAX], n[NUMBER_MAX];

	if (keeps->len == 0)
		return;
	shown_printf(out, "\n%s  ", loads_broken(item) == 0 ? "ok" : "FAILED");
	for (size_t i = 0; i < keeps->len; i++)
		shown_printf(out, "%s%s", i ? ", " : "", keeps->items[i]);
	shown_printf(out, " kept by the CPEs of %s: asked %s times, broken %s times\n",
	    item->node->name, number_thousands(item->asked, asked),
	    number_thousands(loads_broken(item), n));
}

static void put_lines(struct buf *out, const char *what, const struct buf *lines)
{
	struct str rest = buf_str(lines);

	while (rest.len > 0) {
		struct str line = str_cut(rest, '\n', &rest);

		shown_printf(out, "      %s: %.*s\n", what, STR_ARG(line));
	}
}

static void put_capture(struct buf *out, const struct loads_item *item)
{
	auto_buf explained = BUF_NULL, differences = BUF_NULL;

	if (!item->capture.who[0])
		return;
	for (size_t i = 0; i < item->bridge.n_rows; i++) {
		bridge_put_row(&explained, &item->bridge, &item->bridge.rows[i]);
		buf_append_char(&explained, '\n');
	}
	bridge_put_rest(&differences, &item->bridge, &item->fleet, &item->capture);
	put_lines(out, "explained", &explained);
	put_lines(out, "accounts differ", &differences);
	if (bridge_agrees(&item->bridge))
		shown_printf(out, "      accounts agree: fleet and capture\n");
	put_rules(out, item);
	put_keeps(out, item);
}

void loads_put_text(struct buf *out, const struct loads *loads)
{
	for (size_t i = 0; i < loads_count(loads); i++) {
		const struct loads_item *item = &loads->items[i];

		buf_append_str(out, buf_str(&item->text));
		if (!item->verdict[0])
			shown_printf(out, "FAILED  %s came to no verdict\n",
			    item->node->name);
		put_capture(out, item);
		buf_append_char(out, '\n');
	}
}
