/* What a file can be made to do wrong: named changes of itself. */
#include "lab/topology/topology_internal.h"
#include "lib/base/buf.h"
#include "lib/base/json.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

// clang-format off
static const struct conf_row fault_rows[] = {
	{ .key = "about", .type = CONF_STR, .offset = offsetof(struct topology_fault, about),
	  .help = "one line: what is wrong then", .is_required = true, .min = 1, .max = 200 },
	{ .key = "change", .type = CONF_NODE, .offset = offsetof(struct topology_fault, change),
	  .help = "keys of this file as they are then: a mapping changes the mapping that stands there, any other value takes the place of the one there, ~ takes the key away",
	  .is_required = true },
	{ NULL },
};
// clang-format on

static int read_change(struct topology *t, const struct topology_fault *fault,
    struct error *err)
{
	const struct conf_node *change = fault->change;

	if (change->kind != CONF_MAPPING || change->len == 0)
		return conf_fail(t->doc, change, "such as {nodes: {sw1: {stp: false}}}",
		    err, "\"change\" wants keys of this file");
	for (size_t i = 0; i < change->len; i++) {
		if (str_is(change->pairs[i].key->text, "faults"))
			return conf_fail(t->doc, change->pairs[i].key, NULL, err,
			    "a fault changes no faults");
	}
	return 0;
}

static int read_fault(struct topology *t, const struct conf_pair *pair,
    struct topology_fault *fault, struct error *err)
{
	int r;

	fault->name = pair->key->text.p;
	if (!is_dns_label(pair->key->text))
		return conf_fail(t->doc, pair->key,
		    "a to z, 0 to 9 and \"-\" inside, at most 63 characters", err,
		    "\"%.80s\" cannot be the name of a fault", fault->name);
	if (pair->value->kind != CONF_MAPPING)
		return conf_fail(t->doc, pair->value,
		    "such as {about: the loop is not broken, change: {...}}", err,
		    "fault \"%s\" wants a mapping", fault->name);
	r = conf_bind(t->doc, pair->value, fault_rows, fault, err);
	return r < 0 ? r : read_change(t, fault, err);
}

static int read_all(struct topology *t, const struct conf_node *faults,
    struct error *err)
{
	struct topology_fault *items;
	int worst = 0;

	if (faults->kind != CONF_MAPPING || faults->len == 0)
		return conf_fail(t->doc, faults,
		    "such as no-stp: {about: ..., change: {...}}", err,
		    "\"faults\" wants one entry a fault");
	items = arena_array(&t->doc->arena, faults->len, sizeof(*items));
	if (!items)
		return topology_fail_memory(t, err);
	for (size_t i = 0; i < faults->len; i++) {
		int r = read_fault(t, &faults->pairs[i], &items[i], err);

		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	t->faults = (struct conf_list){ items, faults->len };
	return worst;
}

static int fail_unknown(struct topology *t, const char *name, struct error *err)
{
	const struct topology_fault *faults = t->faults.items;
	const char **names = calloc(t->faults.len + 1, sizeof(*names));
	char hint[160] = "the file has no \"faults\"";
	int r;

	if (!names)
		return topology_fail_memory(t, err);
	for (size_t i = 0; i < t->faults.len; i++)
		names[i] = faults[i].name;
	if (t->faults.len > 0 &&
	    !conf_suggest(str_of(name), names, t->faults.len, hint, sizeof(hint)))
		(void)snprintf(hint, sizeof(hint), "there is \"%s\"%s", names[0],
		    t->faults.len > 1 ? " and others" : "");
	r = conf_fail(t->doc, conf_get(t->doc->root, "faults"), hint, err,
	    "no fault is named \"%.80s\"", name);
	free(names);
	return r;
}

int topology_read_faults(struct topology *t, const char *fault, struct error *err)
{
	const struct conf_node *faults = conf_get(t->doc->root, "faults");
	const struct topology_fault *items;
	int r = faults ? read_all(t, faults, err) : 0;

	if (r < 0 || !fault)
		return r;
	items = t->faults.items;
	for (size_t i = 0; i < t->faults.len && !t->fault; i++) {
		if (strcmp(items[i].name, fault) == 0)
			t->fault = &items[i];
	}
	if (!t->fault)
		return fail_unknown(t, fault, err);
	return conf_merge(t->doc, t->doc->root, t->fault->change, err);
}

void topology_faults_schema(struct json *json, const char *key)
{
	json_object_begin(json, key);
	json_text(json, "description", "name: {about: ..., change: ...}, one a fault");
	json_text(json, "type", "object");
	json_uint(json, "minProperties", 1);
	conf_schema_object(json, "additionalProperties", NULL, fault_rows);
	json_object_end(json);
}

void topology_faults_man(struct buf *out)
{
	buf_append_text(out,
	    ".PP\nEach entry of \\fBfaults\\fR is a name with a mapping of\n");
	conf_man(out, fault_rows);
}
