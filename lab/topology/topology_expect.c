/* What the whole expects: each entry is read here, and held against the nodes. */
#include "lab/topology/topology_internal.h"
#include "lib/base/buf.h"
#include "lib/base/json.h"
#include "lib/load/load_file.h"

#include <inttypes.h>
#include <net/if.h>
#include <regex.h>
#include <stddef.h>
#include <stdio.h>

enum {
	WORDS_MAX = 8, /* of a text; more are no text of any kind */
	DAY_S = 86400
};

static const clock_ns within_max = 7 * (clock_ns)DAY_S * NS_PER_S;

static const char *const kind_names[] = {
#define XX(symbol, name) name,
	EXPECT_KIND_MAP(XX)
#undef XX
	    NULL
};

const char *expectation_kind_name(enum expectation_kind kind)
{
	return kind_names[kind];
}

bool expectation_is_on(const struct expectation *expect, const struct node *node)
{
	for (size_t i = 0; i < expect->n_on; i++) {
		if (expect->on[i] == node)
			return true;
	}
	return false;
}

// clang-format off
#define SAID(kind, help_) \
	.type = CONF_STR, .offset = offsetof(struct expectation, said[EXPECT_##kind]), .help = help_
#define ROW(struct_, member, key_, type_, help_) \
	.key = key_, .type = type_, .offset = offsetof(struct struct_, member), .help = help_

static const struct conf_row run_rows[] = {
	{ ROW(expect_run, node, "node", CONF_STR, "where it runs, as root of the lab"),
	  .is_required = true },
	{ ROW(expect_run, command, "command", CONF_STRINGS, "the command and its arguments"),
	  .is_required = true, .min = 1, .max = 16 },
	{ ROW(expect_run, prints, "prints", CONF_STR, "a text that is in what it prints"), .min = 1 },
	{ ROW(expect_run, lacks, "lacks", CONF_STR, "a text that is not"), .min = 1 },
	{ ROW(expect_run, matches, "matches", CONF_STR,
	      "an extended regular expression that a line of it matches"), .min = 1 },
	{ ROW(expect_run, exit, "exit", CONF_UINT, "its exit status"), .max = 255, .dflt = "0" },
	{ NULL },
};

const struct conf_row expect_rows[] = {
	{ .key = "sequence", SAID(SEQUENCE, "name of a sequence file, whose steps CPEs walk") },
	{ .key = "rule", SAID(RULE,
	      "\"RTY-01 is kept\", of a rule or a family (RTY): the capture shows what it is about, and none breaks it; \"TCP-05 is broken by cpe\", where who it is may be left out") },
	{ .key = "lease", SAID(LEASE, "\"all\" or \"none\" of the CPEs are given an address by DHCP") },
	{ .key = "session", SAID(SESSION,
	      "\"p99 < 2s\": how long the sessions take that end as they should: p1 to p99, mean or max, and <, <=, > or >=") },
	{ .key = "call", SAID(CALL,
	      "\"tcp works\", \"tcp fails\", \"udp works\", \"udp fails\": what becomes of the connection requests to each CPE") },
	{ .key = "state", SAID(STATE,
	      "\"cpe-1 port eth0 down\", or up; forwarding or blocking of a port of a switch with stp") },
	{ .key = "run", .type = CONF_OBJECT, .offset = offsetof(struct expectation, run),
	  .rows = run_rows, .help = "a command in a node, as soon as it ends so" },
	{ ROW(expectation, nodes, "nodes", CONF_STRINGS, "the CPE nodes that are meant, and load tests of a sequence, whose CPEs walk it; all CPEs if absent, but for a sequence"),
	  .min = 1 },
	{ ROW(expectation, at_least, "at-least", CONF_UINT, "how many of their CPEs must, of a sequence; all if absent"),
	  .min = 1, .max = LOAD_CPES_MAX },
	{ ROW(expectation, within, "within", CONF_DURATION, "how long it may take; load tests end by themselves"),
	  .min = NS_PER_MS, .max = 7 * DAY_S * NS_PER_S, .dflt = "30s" },
	{ ROW(expectation, after, "after", CONF_DURATION, "of a state and of a command: when it is looked at first"),
	  .max = 7 * DAY_S * NS_PER_S },
	{ NULL },
};
// clang-format on

/* An entry as it is read. */
struct entry {
	struct topology *t;
	const struct topology_options *options;
	struct expectation *expect;
	const struct conf_node *at; /* the text of its kind */
	const char *words[WORDS_MAX + 1];
	size_t n;
	struct error *err;
};

static int fail(const struct entry *e, const char *hint, const char *what)
{
	return conf_fail(e->t->doc, e->at, hint, e->err, "%s", what);
}

/* Words of a text, which more of them are none of; *ret_n is WORDS_MAX + 1 then. */
static int split(const struct entry *e, const char *text, const char **words,
    size_t *ret_n)
{
	struct str rest = str_of(text);

	*ret_n = 0;
	while (rest.len > 0) {
		struct str word = str_cut(rest, ' ', &rest);

		if (word.len == 0)
			continue;
		if (*ret_n == WORDS_MAX) {
			*ret_n = WORDS_MAX + 1;
			return 0;
		}
		words[*ret_n] = arena_strdup(&e->t->doc->arena, word);
		if (!words[(*ret_n)++])
			return topology_fail_memory(e->t, e->err);
	}
	return 0;
}

static bool is_word(const struct entry *e, size_t i, const char *word)
{
	return i < e->n && strcmp(e->words[i], word) == 0;
}

/* The index of a word of a list that null ends; -1: it is none of it. */
static int find_word(const char *word, const char *const *list)
{
	for (int i = 0; word && list[i]; i++) {
		if (strcmp(word, list[i]) == 0)
			return i;
	}
	return -1;
}

/* ---- by kind --------------------------------------------------------------------------- */

static int read_sequence(struct entry *e)
{
	const char *const *known = e->options ? e->options->sequences : NULL;
	char hint[160];
	size_t n;

	e->expect->sequence = e->expect->said[EXPECT_SEQUENCE];
	for (n = 0; known && known[n]; n++) {
		if (strcmp(known[n], e->expect->sequence) == 0)
			return 0;
	}
	if (!known)
		return 0;
	return conf_fail(e->t->doc, e->at,
	    conf_suggest(str_of(e->expect->sequence), known, n, hint, sizeof(hint)),
	    e->err, "no sequence is named \"%.80s\"", e->expect->sequence);
}

static int find_rule(const struct entry *e, const char *name, bool or_family)
{
	const char *const *rules = e->options ? e->options->rules : NULL;
	char hint[96];
	size_t n = 0;

	for (; rules && rules[n]; n++) {
		if (or_family ? topology_rule_is_of(rules[n], name)
			      : strcmp(rules[n], name) == 0)
			return 0;
	}
	if (!rules)
		return 0;
	return conf_fail(e->t->doc, e->at,
	    conf_suggest(str_of(name), rules, n, hint, sizeof(hint)), e->err,
	    "no rule is named \"%.40s\"", name);
}

/* A node goes before who is called so: in a lab with a node "acs" that is meant. */
static int find_breaker(struct entry *e, const char *name)
{
	static const char *const everybody[] = { "cpe", "acs", "dhcp", "proxy", NULL };
	struct expect_rule *rule = &e->expect->rule;
	char hint[96];

	rule->by = name;
	rule->node = topology_node(e->t, str_of(name));
	if (!rule->node)
		rule->node = topology_instance(e->t, str_of(name), &rule->i);
	if (rule->node || find_word(name, everybody) >= 0)
		return 0;
	if (!topology_suggest(e->t, str_of(name), -1, hint, sizeof(hint)))
		(void)snprintf(hint, sizeof(hint),
		    "the name of a node, or cpe, acs, dhcp, proxy");
	return conf_fail(e->t->doc, e->at, hint, e->err, "no node is named \"%.80s\"",
	    name);
}

static int read_rule(struct entry *e)
{
	struct expect_rule *rule = &e->expect->rule;
	bool is_kept = is_word(e, 2, "kept") && e->n == 3;
	bool has_by = is_word(e, 3, "by") && e->n == 5;
	int r, worst = 0;

	rule->is_broken = is_word(e, 2, "broken") && (e->n == 3 || has_by);
	if (!is_word(e, 1, "is") || (!is_kept && !rule->is_broken))
		return fail(e, "\"RTY-01 is kept\" or \"TCP-05 is broken by cpe\"",
		    "\"rule\" wants a rule that is kept or broken");
	rule->name = e->words[0];
	r = find_rule(e, rule->name, is_kept);
	if (conf_go_on(e->t->doc, r, &worst))
		r = has_by ? find_breaker(e, e->words[4]) : 0;
	return r < 0 ? r : worst;
}

static int read_lease(struct entry *e)
{
	static const char *const words[] = { "all", "none", NULL };
	int i = e->n == 1 ? find_word(e->words[0], words) : -1;

	if (i < 0)
		return fail(e, "\"all\" or \"none\"",
		    "\"lease\" says who is to be given one");
	e->expect->no_lease = i == 1;
	return 0;
}

/* "p99" is 990 thousandths. */
static int read_rank(const char *word, unsigned *ret)
{
	uint64_t percent;

	if (strcmp(word, "mean") == 0 || strcmp(word, "max") == 0) {
		*ret = word[1] == 'a' ? 1000 : 0;
		return 0;
	}
	if (word[0] != 'p' || str_to_u64(str_of(word + 1), 99, &percent) < 0 ||
	    percent == 0)
		return -1;
	*ret = (unsigned)percent * 10;
	return 0;
}

static int read_session(struct entry *e)
{
	static const char *const signs[] = { "<", "<=", ">", ">=", NULL };
	struct expect_session *session = &e->expect->session;
	int sign = e->n == 3 ? find_word(e->words[1], signs) : -1;

	if (sign < 0 || read_rank(e->words[0], &session->rank) < 0)
		return fail(e,
		    "such as \"p99 < 2s\": p1 to p99, mean or max; <, <=, > or >=",
		    "\"session\" wants a bound of how long sessions take");
	if (conf_duration(str_of(e->words[2]), &session->bound) < 0)
		return fail(e, "such as 2s or 500ms", "this is no duration");
	session->is_above = sign >= 2;
	session->is_equal = sign % 2 == 1;
	if (session->bound == 0 && session->is_above == session->is_equal)
		return fail(e, "such as 2s or 500ms",
		    session->is_above ? "no session takes less: this cannot fail"
				      : "no session takes less: this cannot hold");
	return 0;
}

static int read_call(struct entry *e)
{
	static const char *const ways[] = { "tcp", "udp", NULL };
	static const char *const ends[] = { "works", "fails", NULL };
	int way = e->n == 2 ? find_word(e->words[0], ways) : -1;
	int end = e->n == 2 ? find_word(e->words[1], ends) : -1;

	if (way < 0 || end < 0)
		return fail(e,
		    "\"tcp works\", \"tcp fails\", \"udp works\" or \"udp fails\"",
		    "\"call\" says what becomes of connection requests");
	e->expect->call.is_udp = way == 1;
	e->expect->call.fails = end == 1;
	return 0;
}

/* One instance: a command runs in one place. */
static int find_place(const struct entry *e, const struct conf_node *at,
    const char *name)
{
	char hint[160], first[INSTANCE_NAME_MAX];
	const struct node *node = topology_node(e->t, str_of(name));

	if ((node && node->is_broken) || topology_instance(e->t, str_of(name), NULL))
		return 0;
	if (node)
		(void)snprintf(hint, sizeof(hint), "say which, such as \"%s\"",
		    node_instance_name(node, 1, first));
	return conf_fail(e->t->doc, at,
	    node ? hint : topology_suggest(e->t, str_of(name), -1, hint, sizeof(hint)),
	    e->err, node ? "\"%.80s\" are several" : "no node is named \"%.80s\"",
	    name);
}

static int read_state(struct entry *e)
{
	static const char *const states[] = { "up", "down", "forwarding", "blocking",
		NULL };
	struct expect_state *state = &e->expect->state;
	const struct node *node;
	int r;

	state->state = e->n == 4 ? find_word(e->words[3], states) : -1;
	if (state->state < 0 || !is_word(e, 1, "port"))
		return fail(e,
		    "such as \"cpe-1 port eth0 down\": up, down, forwarding, blocking",
		    "\"state\" wants a node, a port of it and what it is");
	state->node = e->words[0];
	state->port = e->words[2];
	if (strlen(state->port) >= IF_NAMESIZE)
		return fail(e, "such as eth0", "no port has a name of over 15 bytes");
	r = find_place(e, e->at, state->node);
	if (r < 0)
		return r;
	node = topology_instance(e->t, str_of(state->node), NULL);
	if (node && node->kind != NODE_SWITCH && state->state >= EXPECT_PORT_FORWARDING)
		return fail(e, "up or down", "only a port of a switch is that");
	return 0;
}

static int read_run(struct entry *e)
{
	const struct expect_run *run = &e->expect->run;
	const struct conf_node *matches = conf_get(e->at, "matches");
	char why[120];
	regex_t regex;
	int r = find_place(e, conf_get(e->at, "node"), run->node), worst = 0;

	if (!conf_go_on(e->t->doc, r, &worst))
		return r;
	if (!run->matches)
		return worst;
	r = regcomp(&regex, run->matches, REG_EXTENDED | REG_NOSUB);
	if (r != 0) {
		(void)regerror(r, &regex, why, sizeof(why));
		return conf_fail(e->t->doc, matches, why, e->err,
		    "this is no extended regular expression");
	}
	regfree(&regex);
	return worst;
}

static const struct expect_reader {
	int (*read)(struct entry *e);
	bool walks;       /* takes load tests, and a part of the CPEs will do */
	bool needs_nodes; /* it has to say whose it is */
	bool has_nodes;   /* it is about CPEs */
	bool has_after;
} readers[EXPECT_KINDS] = {
	[EXPECT_SEQUENCE] = { read_sequence, true, true, true, false },
	[EXPECT_RULE] = { read_rule, false, false, true, false },
	[EXPECT_LEASE] = { read_lease, false, false, true, false },
	[EXPECT_SESSION] = { read_session, false, false, true, false },
	[EXPECT_CALL] = { read_call, false, false, true, false },
	[EXPECT_STATE] = { read_state, false, false, false, true },
	[EXPECT_RUN] = { read_run, false, false, false, true },
};

/* ---- whose it is ----------------------------------------------------------------------- */

static bool walks(const struct node *node)
{
	return node_is_cpe(node) || node->kind == NODE_LOAD;
}

static bool is_twice(const struct expectation *expect, const struct node *node,
    size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (expect->on[i] == node)
			return true;
	}
	return false;
}

/* Where the file of a load test says how many CPEs it has, that is not known here. */
static int check_at_least(const struct topology *t, const struct expectation *expect,
    struct error *err)
{
	uint64_t n = 0;

	for (size_t i = 0; i < expect->n_on; i++) {
		const struct node *node = expect->on[i];

		if (!node || node->is_broken ||
		    (node->kind == NODE_LOAD && !node->load.own))
			return 0;
		n += node->kind == NODE_LOAD ? node->load.own->cpes : node_count(node);
	}
	if (expect->at_least <= n)
		return 0;
	return conf_fail(t->doc, conf_get(expect->conf, "at-least"), NULL, err,
	    "the nodes have %" PRIu64 " CPE%s", n, n == 1 ? "" : "s");
}

static int find_node(const struct entry *e, size_t i, const struct conf_node *at)
{
	bool (*is_fit)(const struct node *node) =
	    readers[e->expect->kind].walks ? walks : node_is_cpe;
	struct str name = str_of(e->expect->nodes.items[i]);
	const struct node *node = topology_node(e->t, name);
	char hint[96];

	e->expect->on[i] = node;
	if (!node)
		return conf_fail(e->t->doc, at,
		    topology_suggest_that(e->t, name, is_fit, NODE_CPE, hint,
			sizeof(hint)),
		    e->err, "no node is named \"%.80s\"", name.p);
	if (!node->is_broken && !is_fit(node))
		return conf_fail(e->t->doc, at,
		    readers[e->expect->kind].walks
			? "only CPEs and load tests walk a sequence"
			: "this is about CPEs alone",
		    e->err, "\"%s\" is of kind %s", name.p, node_kind_name(node->kind));
	if (is_twice(e->expect, node, i))
		return conf_fail(e->t->doc, at, NULL, e->err,
		    "\"%s\" stands here twice", name.p);
	return 0;
}

/* Without names it is every CPE of the lab. */
static int take_all(const struct entry *e)
{
	struct expectation *expect = e->expect;

	expect->on =
	    arena_array(&e->t->doc->arena, e->t->n_nodes + 1, sizeof(*expect->on));
	if (!expect->on)
		return topology_fail_memory(e->t, e->err);
	for (size_t i = 0; i < e->t->n_nodes; i++) {
		if (node_is_cpe(&e->t->nodes[i]))
			expect->on[expect->n_on++] = &e->t->nodes[i];
	}
	if (expect->n_on > 0 || topology_has_broken(e->t))
		return 0;
	return conf_fail(e->t->doc, expect->conf, NULL, e->err,
	    "there is no CPE that this could be about");
}

static int find_nodes(const struct entry *e)
{
	const struct conf_node *list = conf_get(e->expect->conf, "nodes");
	struct expectation *expect = e->expect;
	int worst = 0, r;

	if (!list)
		return take_all(e);
	expect->on =
	    arena_array(&e->t->doc->arena, expect->nodes.len, sizeof(*expect->on));
	if (!expect->on)
		return topology_fail_memory(e->t, e->err);
	for (size_t i = 0; i < expect->nodes.len; i++) {
		r = find_node(e, i, topology_item(list, i));
		if (!conf_go_on(e->t->doc, r, &worst))
			return r;
	}
	expect->n_on = expect->nodes.len;
	r = check_at_least(e->t, expect, e->err);
	return conf_go_on(e->t->doc, r, &worst) ? worst : r;
}

/* ---- an entry -------------------------------------------------------------------------- */

static int fail_key(const struct entry *e, const char *key)
{
	const struct conf_node *at = conf_get(e->expect->conf, key);

	return at ? conf_fail(e->t->doc, at, NULL, e->err, "\"%s\" has no \"%s\"",
			expectation_kind_name(e->expect->kind), key)
		  : 0;
}

/* Keys that the kind does not take, or wants. */
static int check_keys(const struct entry *e)
{
	const struct expect_reader *reader = &readers[e->expect->kind];
	int worst = 0, r = 0;

	if (!reader->walks)
		r = fail_key(e, "at-least");
	if (conf_go_on(e->t->doc, r, &worst))
		r = reader->has_nodes ? 0 : fail_key(e, "nodes");
	if (conf_go_on(e->t->doc, r, &worst))
		r = reader->has_after ? 0 : fail_key(e, "after");
	if (conf_go_on(e->t->doc, r, &worst) && reader->needs_nodes &&
	    !conf_get(e->expect->conf, "nodes"))
		r = conf_fail(e->t->doc, e->expect->conf,
		    "the CPE nodes that must walk it, and load tests, whose CPEs do",
		    e->err, "\"nodes\" is missing");
	if (conf_go_on(e->t->doc, r, &worst) && e->expect->after > 0 &&
	    e->expect->after >= e->expect->within)
		r = conf_fail(e->t->doc, conf_get(e->expect->conf, "after"), NULL,
		    e->err, "it is over \"within\" less time than that");
	return r < 0 ? r : worst;
}

/* As reports name it. */
static int name_entry(const struct entry *e)
{
	struct expectation *expect = e->expect;
	const char *key = expectation_kind_name(expect->kind);
	auto_buf text = BUF_NULL;

	switch (expect->kind) {
	case EXPECT_SEQUENCE:
	case EXPECT_RULE:
		buf_append_text(&text, expect->said[expect->kind]);
		break;
	case EXPECT_LEASE:
		buf_append_text(&text, expect->no_lease ? "no lease" : "a lease");
		break;
	case EXPECT_SESSION:
	case EXPECT_CALL:
	case EXPECT_STATE:
		buf_printf(&text, "%s %s", expect->kind == EXPECT_STATE ? "" : key,
		    expect->said[expect->kind]);
		break;
	case EXPECT_RUN:
		buf_printf(&text, "in %s:", expect->run.node);
		for (size_t i = 0; i < expect->run.command.len; i++)
			buf_printf(&text, " %s", expect->run.command.items[i]);
		break;
	}
	expect->text = arena_strdup(&e->t->doc->arena, str_trim(buf_str(&text)));
	return expect->text && !text.error ? 0 : topology_fail_memory(e->t, e->err);
}

static int read_entry(struct entry *e)
{
	int worst = 0, r = 0;

	e->n = 0;
	if (e->expect->kind != EXPECT_RUN)
		r = split(e, e->expect->said[e->expect->kind], e->words, &e->n);
	if (r == 0)
		r = check_keys(e);
	if (conf_go_on(e->t->doc, r, &worst))
		r = readers[e->expect->kind].read(e);
	if (conf_go_on(e->t->doc, r, &worst) && readers[e->expect->kind].has_nodes)
		r = find_nodes(e);
	if (conf_go_on(e->t->doc, r, &worst) && worst == 0)
		r = name_entry(e);
	return r < 0 ? r : worst;
}

/* Exactly one of the keys that are kinds. */
static int find_kind(struct entry *e)
{
	const struct conf_node *conf = e->expect->conf;
	size_t n = 0;

	for (int kind = 0; kind < EXPECT_KINDS; kind++) {
		const struct conf_node *at = conf_get(conf, kind_names[kind]);

		if (!at)
			continue;
		if (n++ > 0)
			return conf_fail(e->t->doc, at, "an entry of its own", e->err,
			    "this entry expects something else already");
		e->expect->kind = (enum expectation_kind)kind;
		e->at = at;
	}
	if (n > 0)
		return 0;
	return conf_fail(e->t->doc, conf,
	    "sequence, rule, lease, session, call, state or run", e->err,
	    "this entry does not say what it expects");
}

/* What its kind says may be what is wrong. */
static bool is_bound(const struct expectation *expect)
{
	if (expect->kind == EXPECT_RUN)
		return expect->run.node && expect->run.command.len > 0;
	return expect->said[expect->kind];
}

static int bind_entry(struct entry *e)
{
	int worst = 0;
	int r = conf_bind(e->t->doc, e->expect->conf, expect_rows, e->expect, e->err);

	if (conf_go_on(e->t->doc, r, &worst))
		r = find_kind(e);
	if (r == 0 && is_bound(e->expect))
		r = read_entry(e);
	return r < 0 ? r : worst;
}

/* A text instead of a mapping: the kind, what is said of it, and perhaps "within 10s". */
static int bind_text(struct entry *e)
{
	const char *words[WORDS_MAX + 1];
	struct expectation *expect = e->expect;
	auto_buf said = BUF_NULL;
	size_t n, i = 1;
	int kind;

	e->at = expect->conf;
	if (split(e, e->at->text.p, words, &n) < 0)
		return e->err->code;
	expect->within = 30 * NS_PER_S;
	if (n > 3 && n <= WORDS_MAX && strcmp(words[n - 2], "within") == 0) {
		if (conf_duration(str_of(words[n - 1]), &expect->within) < 0 ||
		    expect->within <= 0 || expect->within > within_max)
			return fail(e, "such as 10s; 7 days at most",
			    "\"within\" wants a duration");
		n -= 2;
	}
	if (n == 2 && strcmp(words[0], "no") == 0 && strcmp(words[1], "lease") == 0) {
		words[0] = "lease";
		words[1] = "none";
	}
	kind = n > 1 && n <= WORDS_MAX ? find_word(words[0], kind_names) : -1;
	if (kind < 0 || kind == EXPECT_RUN || readers[kind].needs_nodes)
		return fail(e,
		    "such as \"no lease within 10s\", \"session p99 < 2s\", or a mapping",
		    "this entry does not say what it expects");
	expect->kind = (enum expectation_kind)kind;
	for (; i < n; i++)
		buf_printf(&said, "%s%s", i > 1 ? " " : "", words[i]);
	expect->said[kind] = arena_strdup(&e->t->doc->arena, buf_str(&said));
	return expect->said[kind] ? read_entry(e) : topology_fail_memory(e->t, e->err);
}

int topology_check_expectations(struct topology *t, const struct conf_node *list,
    const struct topology_options *options, struct error *err)
{
	struct expectation *items;
	int worst = 0;

	if (!list)
		return 0;
	if (list->kind != CONF_SEQUENCE)
		return conf_fail(t->doc, list,
		    "such as [{sequence: bootstrap, nodes: cpe}]", err,
		    "\"expect\" wants a list");
	items = arena_array(&t->doc->arena, list->len + 1, sizeof(*items));
	if (!items)
		return topology_fail_memory(t, err);
	for (size_t i = 0; i < list->len; i++) {
		struct entry e = { .t = t,
			.options = options,
			.expect = &items[i],
			.err = err };
		int r;

		items[i].conf = list->items[i];
		r = list->items[i]->kind == CONF_SCALAR ? bind_text(&e)
							: bind_entry(&e);
		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	t->expect = (struct conf_list){ items, list->len };
	return worst;
}

void topology_expect_schema(struct json *json, const char *key)
{
	json_object_begin(json, key);
	json_text(json, "description", "what must be seen on the wire, and in nodes");
	json_text(json, "type", "array");
	topology_text_or_schema(json, "items",
	    "one kind of expectation, or a text such as \"no lease within 10s\"",
	    expect_rows);
	json_object_end(json);
}
