/* lab/change: what a file differs in from a lab, and what comes of it. A row a case: the edits of one
 * file, what is told, which programs are started, and what is made and taken away. */
#include "tests/unit/topology/topologies.h"

#include "lab/change/change.h"
#include "lib/base/compiler.h"

#include <string.h>

static const char base[] =
    "name: t\n"
    "nodes:\n"
    "  sw1: {kind: switch}\n"
    "  sw2: {kind: switch, attach: sw1}\n"
    "  far: {kind: switch}\n"
    "  dns: {kind: dns, attach: sw1, address: 10.0.0.3/24}\n"
    "  acs1: {kind: acs, attach: sw1, address: 10.0.0.11/24, auth: basic, username: u,\n"
    "    password: cat, url: \"http://acs1.lab:7547/cwmp\"}\n"
    "  r1: {kind: router, ports: [sw1 10.0.0.1/24, far 10.1.0.1/24]}\n"
    "  home: {kind: nat, outside: sw1 10.0.0.7/24, inside: far 10.1.0.7/24, type: full-cone}\n"
    "  pc: {kind: host, attach: sw2, address: 10.0.0.9/24}\n"
    "  cpe: {kind: cpe, count: 2, attach: {switch: sw1, link: delay=5ms}, model: box}\n"
    "  box: {kind: cpe, attach: sw2, model: box}\n"
    "  third: {kind: switch}\n";

struct edit {
	const char *from, *to;
};

static const struct row {
	struct edit edits[3];
	const char *told;
	const char *starts;
	const char *made; /* steps that are carried out; null: whoever is built anew */
	size_t gone, lost;
	const char *built; /* instances, with what they had gone */
} rows[] = {
	{ { { "name: t", "name: t" } }, "", "", "", 0, 0, NULL },
	{ { { "  dns:", "  new: {kind: cpe, attach: sw1, model: box}\n  dns:" } },
	    "+ new   kind: cpe, attach: sw1, model: box\n", "new ",
	    "namespace  new\n"
	    "link       sw1 new index 14 mac 06:00:0c:00:00:01 <-> new eth0 index 2 mac 02:00:0c:00:00:01\n"
	    "up         new lo\n"
	    "up         new eth0\n",
	    0, 0, NULL },
	{ { { "  box: {kind: cpe, attach: sw2, model: box}\n", "" } }, "- box   cpe\n",
	    "", "", 1, 0, NULL },
	/* In place: links, routes, rules, and what is said of the lab. */
	{ { { "delay=5ms", "delay=7ms loss=1%" } },
	    "~ cpe   attach.link: delay=5ms -> delay=7ms loss=1%; it is changed in place\n",
	    "", "", 0, 0, NULL },
	{ { { "far 10.1.0.1/24]}",
	      "far 10.1.0.1/24], routes: [{to: 10.9.0.0/16, via: 10.1.0.7}]}" } },
	    "~ r1    routes: [{to: 10.9.0.0/16, via: 10.1.0.7}]; it is changed in place\n",
	    "", "route      r1 10.9.0.0/16 via 10.1.0.7\n", 0, 0, NULL },
	{ { { "name: t", "name: t\ndescription: a lab" } },
	    "~ lab   description: a lab; it is changed in place\n", "", "", 0, 0,
	    NULL },
	{ { { "attach: sw1}\n  far", "attach: sw1, stp: off}\n  far" } },
	    "~ sw2   stp: off; nothing is to be done\n", "", "", 0, 0, NULL },
	/* Programs alone. */
	{ { { "password: cat", "password: dog" } },
	    "~ acs1  password: *** -> ***; its program is started again\n", "acs1 ", "",
	    0, 0, NULL },
	{ { { "  r1:", "  acs2: {kind: acs, attach: sw1, address: 10.0.0.12/24, url: "
		       "\"http://acs2.lab/\"}\n  r1:" } },
	    "~ dns   the names that it knows have changed: its program is started again\n"
	    "+ acs2  kind: acs, attach: sw1, address: 10.0.0.12/24, url: http://acs2.lab/\n",
	    "dns acs2 ",
	    "namespace  acs2\n"
	    "link       sw1 acs2 index 14 mac 06:00:0c:00:00:01 <-> acs2 eth0 index 2 mac 02:00:0c:00:00:01\n"
	    "up         acs2 lo\n"
	    "up         acs2 eth0\n"
	    "address    acs2 eth0 10.0.0.12/24\n"
	    "route      acs2 default via 10.0.0.1\n",
	    0, 0, NULL },
	/* All CPEs of a node are one program, and those that stay keep their namespaces. */
	{ { { "count: 2", "count: 3" } },
	    "~ cpe   count: 2 -> 3; its program is started again\n", "cpe ",
	    "namespace  cpe-3\n"
	    "link       sw1 cpe-3 index 14 mac 06:00:09:00:00:03 <-> sw1 p14~net index 15 mac 0a:00:09:00:00:03\n"
	    "link       sw1 p14~node index 16 mac 0e:00:09:00:00:03 <-> cpe-3 eth0 index 2 mac 02:00:09:00:00:03\n"
	    "up         sw1 p14~net\n"
	    "up         cpe-3 lo\n"
	    "up         cpe-3 eth0\n",
	    0, 0, NULL },
	/* Built anew: another address, port, kind, way to others. */
	{ { { "10.0.0.9/24", "10.0.0.8/24" } },
	    "~ dns   the names that it knows have changed: its program is started again\n"
	    "~ pc    address: 10.0.0.9/24 -> 10.0.0.8/24; it is built anew\n",
	    "dns ", NULL, 1, 0, "pc " },
	{ { { "attach: sw2, model: box", "attach: sw1, model: box" } },
	    "~ box   attach: sw2 -> sw1; it is built anew\n", "box ", NULL, 1, 0,
	    "box " },
	{ { { "attach: {switch: sw1, link: delay=5ms}", "attach: sw1" } },
	    "~ cpe   attach: {switch: sw1, link: delay=5ms} -> sw1; it is built anew\n",
	    "cpe ", NULL, 4, 0, "cpe-1 cpe-2 " },
	{ { { "attach: sw2, model: box",
	      "attach: {switch: sw2, link: dsl}, model: box" } },
	    "~ box   attach: sw2 -> {switch: sw2, link: dsl}; it is built anew\n",
	    "box ", NULL, 1, 0, "box " },
	{ { { "box: {kind: cpe, attach: sw2, model: box}",
	      "box: {kind: host, attach: sw2, address: 10.0.0.2/24}" } },
	    "~ dns   the names that it knows have changed: its program is started again\n"
	    "~ box   kind: cpe -> host, address: 10.0.0.2/24, model: left out; it is built anew\n",
	    "dns ", NULL, 1, 0, "box " },
	{ { { "far 10.1.0.1/24]}", "far 10.1.0.1/24, third 10.2.0.1/24]}" } },
	    "~ r1    ports: [sw1 10.0.0.1/24, far 10.1.0.1/24] -> [sw1 10.0.0.1/24, far 10.1.0.1/24, third 10.2.0....; it is built anew\n",
	    "", NULL, 2, 0, "r1 " },
	/* A switch, and who is plugged in there. */
	{ { { "  far: {kind: switch}", "  far: {kind: switch, stp: yes}" } },
	    "~ far   stp: yes; it is built anew\n"
	    "~ r1    with far: it is built anew\n"
	    "~ home  with far: it is built anew\n",
	    "", NULL, 4, 0, "far r1 home " },
	{ { { "sw1}\n  far: {kind: switch}",
	      "sw1, links: [third]}\n  far: {kind: switch}" } },
	    "~ sw2   links: [third]; it is changed in place\n", "",
	    "link       sw2 third index 6 mac 06:00:02:00:00:06 <-> third sw2 index 3 mac 06:00:0b:00:00:03\n"
	    "up         third sw2 in br0\n",
	    0, 0, NULL },
	{ { { "kind: switch, attach: sw1}", "kind: switch}" } },
	    "~ sw2   attach: left out; it is changed in place\n"
	    "~ pc    the way to others has changed: it is changed in place\n",
	    "", "", 1, 1, NULL },
};

/* ---- looking ------------------------------------------------------------------------------ */

static struct topology *edited(const struct edit *edits)
{
	auto_buf text = BUF_NULL, next = BUF_NULL;

	buf_append_text(&text, base);
	for (; edits->from; edits++) {
		struct str whole = buf_str(&text);
		size_t at;

		if (!str_find(whole, str_of(edits->from), &at))
			fail_msg("\"%s\" is not there", edits->from);
		buf_append(&next, whole.p, at);
		buf_append_text(&next, edits->to);
		buf_append_str(&next, str_from(whole, at + strlen(edits->from)));
		buf_reset(&text);
		buf_append_str(&text, buf_str(&next));
		buf_reset(&next);
	}
	return must_read(buf_cstr(&text));
}

struct labs {
	struct topology *old, *now;
	struct plan *was, *plan;
	struct fabric *fabric;
	struct change_sides sides;
	struct change_set *set;
};

static void find(struct labs *labs, const struct edit *edits)
{
	static const struct edit none = { NULL, NULL };
	static const struct plan_means means;
	struct error err = ERROR_NULL;

	labs->old = edited(&none);
	labs->now = edited(edits);
	assert_int_equal(topology_follow(labs->now, labs->old), 0);
	assert_int_equal(plan_build(labs->old, &labs->was, NULL), 0);
	if (plan_build_after(labs->now, &means, labs->was, &labs->plan, &err) < 0 ||
	    fabric_follow(NULL, labs->was, NULL, &labs->fabric, &err) < 0)
		fail_msg("%s", err.text);
	labs->sides.from = (struct launch_context){ .plan = labs->was,
		.fabric = labs->fabric,
		.out = "/out",
		.tls = "/tls" };
	labs->sides.to = labs->sides.from;
	labs->sides.to.plan = labs->plan;
	if (change_find(&labs->sides, &labs->set, &err) < 0)
		fail_msg("%s", err.text);
}

static void free_labs(struct labs *labs)
{
	change_free(labs->set);
	fabric_free(labs->fabric);
	plan_free(labs->plan);
	plan_free(labs->was);
	topology_free(labs->now);
	topology_free(labs->old);
}

static void put_told(struct buf *out, const struct change_set *set)
{
	for (size_t i = 0; i < set->n_changes; i++)
		change_put(out, &set->changes[i], 4);
}

static void put_starts(struct buf *out, const struct labs *labs)
{
	for (size_t i = 0; i < labs->now->n_nodes; i++) {
		const struct node *node = &labs->now->nodes[i];

		if (labs->set->starts[i] && node_runs(node))
			buf_printf(out, "%s ", node->name);
	}
}

static void put_made(struct buf *out, const struct labs *labs)
{
	for (size_t i = 0; i < labs->plan->n_steps; i++) {
		if (labs->set->fabric.is_due[i])
			plan_step_text(out, labs->plan, &labs->plan->steps[i]);
	}
}

static void put_built(struct buf *out, const struct labs *labs)
{
	for (size_t i = 0; i < labs->plan->n_instances; i++) {
		if (labs->set->built[i])
			buf_printf(out, "%s ", labs->plan->instances[i].name);
	}
}

static void test_a_change_is_told_and_touches_nobody_else(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf told = BUF_NULL, starts = BUF_NULL, made = BUF_NULL;
		auto_buf built = BUF_NULL;
		struct labs labs = { .old = NULL };

		find(&labs, rows[i].edits);
		put_told(&told, labs.set);
		put_starts(&starts, &labs);
		put_made(&made, &labs);
		put_built(&built, &labs);
		assert_string_equal(buf_cstr(&told), rows[i].told);
		assert_string_equal(buf_cstr(&starts), rows[i].starts);
		if (rows[i].made)
			assert_string_equal(buf_cstr(&made), rows[i].made);
		assert_string_equal(buf_cstr(&built),
		    rows[i].built ? rows[i].built : "");
		assert_int_equal(labs.set->fabric.n_gone, rows[i].gone);
		assert_int_equal(labs.set->fabric.n_lost, rows[i].lost);
		free_labs(&labs);
	}
}

/* Rules of a NAT take the place of those that are there. */
static void test_rules_change_in_place(void **state)
{
	static const struct edit edits[] = { { "full-cone", "symmetric" },
		{ NULL, NULL } };
	auto_buf told = BUF_NULL, made = BUF_NULL;
	struct labs labs = { .old = NULL };

	(void)state;
	find(&labs, edits);
	put_told(&told, labs.set);
	put_made(&made, &labs);
	assert_string_equal(buf_cstr(&told),
	    "~ home  type: full-cone -> symmetric; it is changed in place\n");
	assert_true(
	    str_starts(buf_str(&made), STR("rules      home table ip nat {\n")));
	assert_int_equal(labs.set->fabric.n_gone, 0);
	free_labs(&labs);
}

static const char *say_so(void *user, const struct node *from, const struct node *to)
{
	(void)from;
	return strcmp(to->name, user) == 0 ? "it has ended" : NULL;
}

/* What an apply before has left undone, and programs that have ended. */
static void test_what_is_not_whole_is_made_up_for(void **state)
{
	static const struct edit none = { NULL, NULL };
	char who[] = "acs1";
	bool is_broken[32] = { false };
	struct labs labs = {
		.sides = { .is_broken = is_broken, .wants = say_so, .user = who }
	};
	auto_buf told = BUF_NULL, starts = BUF_NULL;

	(void)state;
	is_broken[8] = true; /* switches are first: pc */
	find(&labs, &none);
	put_told(&told, labs.set);
	put_starts(&starts, &labs);
	assert_string_equal(buf_cstr(&told),
	    "~ acs1  it has ended: its program is started again\n"
	    "~ pc    it is not whole: it is built anew\n");
	assert_string_equal(buf_cstr(&starts), "acs1 ");
	free_labs(&labs);
}

static void test_some_things_cannot_change_while_a_lab_is_up(void **state)
{
	static const struct edit none = { NULL, NULL };
	static const struct edit name[] = { { "name: t", "name: u" }, { NULL, NULL } };
	static const struct edit seed[] = { { "name: t", "name: t\nseed: 7" },
		{ NULL, NULL } };
	struct topology *old = edited(&none), *other = edited(name),
			*drawn = edited(seed);
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(change_check(old, other, 5, &err), ERR_USAGE);
	assert_non_null(
	    strstr(err.text, "is the file of a lab \"u\", and this is \"t\""));
	assert_int_equal(change_check(old, drawn, 7, &err), 0);
	assert_int_equal(change_check(old, drawn, 5, &err), ERR_USAGE);
	assert_non_null(strstr(err.text, "\"seed\""));
	topology_free(old);
	topology_free(other);
	topology_free(drawn);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_change_is_told_and_touches_nobody_else),
		cmocka_unit_test(test_rules_change_in_place),
		cmocka_unit_test(test_what_is_not_whole_is_made_up_for),
		cmocka_unit_test(test_some_things_cannot_change_while_a_lab_is_up),
	};

	return cmocka_run_group_tests(tests, enter_source, NULL);
}
