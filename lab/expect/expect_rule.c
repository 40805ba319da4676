/* Rules that are kept, or broken, and by whom. */
#include "lab/expect/expect_internal.h"

#include "capture/analysis/analysis.h"
#include "lab/expect/server.h"

#include <inttypes.h>

/* The role in which a node can break a rule; null: it cannot. */
static const char *role_of(const struct node *node)
{
	switch ((int)node->kind) {
	case NODE_ACS:
		return rule_who_name(RULE_BY_ACS);
	case NODE_DHCP:
		return rule_who_name(RULE_BY_SERVER);
	case NODE_PROXY:
		return rule_who_name(RULE_BY_PROXY);
	default:
		return node_is_cpe(node) ? rule_who_name(RULE_BY_CPE) : NULL;
	}
}

static bool is_only_one(const struct topology *topology, const struct node *node)
{
	for (size_t i = 0; i < topology->n_nodes; i++) {
		if (&topology->nodes[i] != node &&
		    topology->nodes[i].kind == node->kind)
			return false;
	}
	return true;
}

/* A session is with one server; beside sessions the words say which. */
static bool is_at(const struct analysis *analysis, const struct finding *finding,
    const struct node *node)
{
	const struct analysis_session *session =
	    finding->session ? analysis_find_session(analysis, finding->session) : NULL;

	return server_is_named(node, finding->text) ||
	       (session && server_is(node, session->acs));
}

static bool is_by(const struct expect_facts *facts, const struct expect_who *who,
    const struct expect_rule *rule, const struct finding *finding)
{
	const char *role = rule_who_name(finding->who);
	const struct node *node = rule->node;
	int64_t i;

	if (!rule->by)
		return true;
	if (!node)
		return strcmp(role, rule->by) == 0;
	if (!role_of(node) || strcmp(role, role_of(node)) != 0)
		return !role_of(node) && is_at(facts->analysis, finding, node);
	if (!node_is_cpe(node))
		return is_only_one(facts->plan->topology, node) ||
		       is_at(facts->analysis, finding, node);
	i = expect_who_find(who, finding->mac, finding->serial);
	return i >= 0 && facts->plan->instances[i].node == node &&
	       (rule->i == 0 || facts->plan->instances[i].i == rule->i);
}

/* Without names of nodes it is everybody's, also whose it is nobody knows. */
static bool is_meant(const struct expect_who *who, const struct expectation *expect,
    const struct finding *finding)
{
	return topology_rule_is_of(finding->rule, expect->rule.name) &&
	       (expect->nodes.len == 0 ||
		   expect_who_find(who, finding->mac, finding->serial) >= 0);
}

static struct rule_count count_all(const struct analysis *analysis, const char *name)
{
	struct rule_count sum = { .rule = name };

	for (size_t i = 0; i < analysis->n_rules; i++) {
		const struct rule_count *one = &analysis->rules[i];

		if (!topology_rule_is_of(one->rule, name))
			continue;
		sum.kept += one->kept;
		sum.broken += one->broken;
		sum.not_judged += one->not_judged;
		sum.why = sum.why ? sum.why : one->why;
	}
	return sum;
}

/* What the CPEs that are meant have kept and broken; why is anybody's. */
static struct rule_count count(const struct analysis *analysis,
    const struct expect_who *who, const struct expectation *expect)
{
	struct rule_count sum = count_all(analysis, expect->rule.name);

	if (expect->nodes.len == 0)
		return sum;
	sum.kept = sum.broken = sum.not_judged = 0;
	for (size_t i = 0; i < analysis->n_tallies; i++) {
		const struct rule_tally *one = &analysis->tallies[i];

		if (!topology_rule_is_of(one->rule, expect->rule.name) ||
		    expect_who_find(who, one->mac, one->serial) < 0)
			continue;
		sum.kept += one->kept;
		sum.broken += one->broken;
		sum.not_judged += one->not_judged;
	}
	return sum;
}

/* What nothing speaks of is neither kept nor broken. */
static int say_nothing(const struct rule_count *sum, struct expect_result *ret)
{
	if (sum->not_judged > 0)
		return expect_say(ret, EXPECT_NOT_JUDGED, 0, "%s (%" PRIu64 " time%s)",
		    sum->why ? sum->why : "?", sum->not_judged,
		    sum->not_judged == 1 ? "" : "s");
	return expect_say(ret, EXPECT_BROKEN, 0,
	    "the capture shows nothing that %s is about", sum->rule);
}

/* Behind so many findings that these were not kept: nobody knows any more who it was. */
static int say_unkept(const struct expect_rule *rule, uint64_t broken,
    struct expect_result *ret)
{
	return expect_say(ret,
	    !rule->is_broken ? EXPECT_BROKEN
	    : rule->by       ? EXPECT_NOT_JUDGED
			     : EXPECT_HELD,
	    0, "broken %" PRIu64 " time%s, behind more findings than are kept", broken,
	    broken == 1 ? "" : "s");
}

int expect_judge_rule(const struct expect_facts *facts, const struct expect_who *who,
    const struct expectation *expect, struct expect_result *ret)
{
	const struct analysis *analysis = facts->analysis;
	const struct expect_rule *rule = &expect->rule;
	const struct rule_count sum = count(analysis, who, expect);
	const struct finding *other = NULL;

	for (size_t i = 0; i < analysis->n_findings; i++) {
		const struct finding *finding = &analysis->findings[i];

		if (!is_meant(who, expect, finding))
			continue;
		if (is_by(facts, who, rule, finding))
			return expect_say(ret,
			    rule->is_broken ? EXPECT_HELD : EXPECT_BROKEN,
			    finding->frame, "%s by the %s: %s", finding->rule,
			    rule_who_name(finding->who), finding->text);
		other = other ? other : finding;
	}
	if (other)
		return expect_say(ret, EXPECT_BROKEN, other->frame,
		    "not %s breaks it, but the %s: %s", rule->by,
		    rule_who_name(other->who), other->text);
	if (sum.broken > 0)
		return say_unkept(rule, sum.broken, ret);
	if (sum.kept == 0)
		return say_nothing(&sum, ret);
	return expect_say(ret, rule->is_broken ? EXPECT_BROKEN : EXPECT_HELD, 0,
	    "kept %" PRIu64 " time%s", sum.kept, sum.kept == 1 ? "" : "s");
}
