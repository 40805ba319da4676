/* The difference as people read it: a line a node. */
#include "lab/change/change_internal.h"

#include "lib/base/compiler.h"
#include "lib/base/shown.h"

#include <string.h>

static const struct {
	const char *name;
	char sign;
	const char *then; /* what is done */
} deeds[CHANGE_DEEDS] = {
	[CHANGE_ADDED] = { "added", '+', "" },
	[CHANGE_REMOVED] = { "removed", '-', "" },
	[CHANGE_REBUILT] = { "rebuilt", '~', "it is built anew" },
	[CHANGE_RESTARTED] = { "restarted", '~', "its program is started again" },
	[CHANGE_IN_PLACE] = { "changed", '~', "it is changed in place" },
	[CHANGE_NOTED] = { "noted", '~', "nothing is to be done" },
};

const char *change_deed_name(enum change_deed deed)
{
	return deeds[deed].name;
}

void change_put(struct buf *out, const struct change *change, unsigned width)
{
	const char *then = deeds[change->deed].then;

	shown_printf(out, "%c %-*s  %s", deeds[change->deed].sign, (int)width,
	    change->name, change->words);
	if (*change->words && (*change->why || *then))
		buf_append_text(out, "; ");
	shown_printf(out, "%s%s%s\n", change->why, *change->why && *then ? ": " : "",
	    then);
}

/* What is told of a program that is started with other words though those of its node are the
 * same. */
static const char *const consequences[NODE_KINDS] = {
	[NODE_SWITCH] = "what it is told of others has changed",
	[NODE_DNS] = "the names that it knows have changed",
	[NODE_DHCP] = "what it hands out has changed",
	[NODE_ACS] = "what it is told of others has changed",
	[NODE_CPE] = "what it is told of others has changed",
	[NODE_HOST] = "what is filled into its files, or its DNS server, has changed",
	[NODE_ROUTER] = "what it relays or announces has changed",
	[NODE_NAT] = "what it is told of others has changed",
	[NODE_LOAD] = "the ACS that it asks has changed",
	[NODE_PROXY] = "the ACSs behind it have changed",
	[NODE_FIREWALL] = "what it announces has changed",
};

static int add(struct change_finder *f, const struct change *change,
    const struct buf *words)
{
	struct change_set *set = f->set;
	struct change *place = &set->changes[set->n_changes];

	*place = *change;
	/* A node that goes has its name of a topology that may go before the telling is over. */
	place->name = arena_strdup(&set->arena, str_of(change->name));
	place->words = arena_strdup(&set->arena, buf_str(words));
	if (words->error || !place->words || !place->name)
		return change_fail_memory(f->err);
	place->why = change->why ? change->why : "";
	set->n_changes++;
	return 0;
}

static bool is_in_place(const struct change_finder *f, const struct node *node)
{
	size_t first = f->first[node->number - 1];

	for (size_t i = first; i < first + node_count(node); i++) {
		if (f->is_changed[i])
			return true;
	}
	return false;
}

/* Why a node that was there is built anew; null: it is not. "": its own words say it. */
static const char *built_why(const struct change_finder *f, const struct node *node)
{
	size_t first = f->first[node->number - 1];

	for (size_t i = first; i < first + node_count(node); i++) {
		if (f->set->built[i])
			return f->set->built[i];
	}
	return NULL;
}

static const char *started_why(const struct change_finder *f, const struct node *was,
    const struct node *node, const struct buf *words)
{
	const char *why =
	    f->sides->wants ? f->sides->wants(f->sides->user, was, node) : NULL;

	if (why)
		return why;
	return words->len > 0 ? "" : consequences[node->kind];
}

/* Of one that is in both files. */
static int tell_both(struct change_finder *f, const struct node *was,
    const struct node *node)
{
	struct change change = { .name = node->name, .is_node = true };
	auto_buf words = BUF_NULL;

	change_put_words(&words, was->conf, node->conf, NULL);
	change.why = built_why(f, node);
	if (change.why) {
		change.deed = CHANGE_REBUILT;
	} else if (f->set->starts[node->number - 1] && node_runs(node)) {
		change.deed = CHANGE_RESTARTED;
		change.why = started_why(f, was, node, &words);
	} else if (is_in_place(f, node)) {
		change.deed = CHANGE_IN_PLACE;
		if (words.len == 0)
			change.why = "the way to others has changed";
	} else if (words.len > 0) {
		change.deed = CHANGE_NOTED;
	} else {
		return 0;
	}
	return add(f, &change, &words);
}

static int tell_one(struct change_finder *f, const struct node *node,
    enum change_deed deed)
{
	static const struct conf_node nothing = { .kind = CONF_MAPPING };
	struct change change = { .deed = deed, .name = node->name, .is_node = true };
	auto_buf words = BUF_NULL;

	if (deed == CHANGE_ADDED)
		change_put_words(&words, &nothing, node->conf, NULL);
	else
		buf_append_text(&words, node_kind_name(node->kind));
	return add(f, &change, &words);
}

/* What the file says of the lab as a whole. */
static int tell_lab(struct change_finder *f)
{
	const struct conf_node *from = f->from->plan->topology->doc->root;
	const struct conf_node *to = f->to->plan->topology->doc->root;
	struct change change = { .deed = CHANGE_IN_PLACE, .name = "lab" };
	auto_buf words = BUF_NULL;

	change_put_words(&words, from, to, "nodes");
	return words.len > 0 ? add(f, &change, &words) : 0;
}

int change_tell(struct change_finder *f)
{
	const struct topology *from = f->from->plan->topology;
	const struct topology *to = f->to->plan->topology;
	int r;

	f->set->changes = arena_array(&f->set->arena, from->n_nodes + to->n_nodes + 2,
	    sizeof(*f->set->changes));
	f->first = arena_array(&f->set->arena, to->n_nodes + 1, sizeof(*f->first));
	if (!f->set->changes || !f->first)
		return change_fail_memory(f->err);
	for (size_t i = f->to->plan->n_instances; i-- > 0;)
		f->first[f->to->plan->instances[i].node->number - 1] = i;
	r = tell_lab(f);
	for (size_t i = 0; i < to->n_nodes && r == 0; i++) {
		const struct node *was = topology_node(from, to->nodes[i].key->text);

		r = was ? tell_both(f, was, &to->nodes[i])
			: tell_one(f, &to->nodes[i], CHANGE_ADDED);
	}
	for (size_t i = 0; i < from->n_nodes && r == 0; i++) {
		if (!topology_node(to, from->nodes[i].key->text))
			r = tell_one(f, &from->nodes[i], CHANGE_REMOVED);
	}
	return r;
}
