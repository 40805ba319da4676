#include "lab/run/topology_notes.h"

#include "agents/acs/policy/policy.h"
#include "agents/cpe/model/model.h"
#include "lib/base/buf.h"
#include "lib/base/cut.h"
#include "lib/base/shown.h"
#include "lib/base/text.h"
#include "lib/proto/url.h"

#include <errno.h>
#include <stdarg.h>

enum {
	NOTES_OF_FILE_MAX = 20 /* of a policy; more are counted */
};

/* "FILE:13:9: error: what is wrong" reads as "note: FILE:13:9: what is wrong". */
static void put_note(struct buf *out, struct str text)
{
	struct str word = STR(" error:");
	size_t at;

	buf_append_text(out, "note: ");
	if (str_find(text, word, &at)) {
		buf_append(out, text.p, at);
		text = str_from(text, at + word.len);
	}
	buf_append_str(out, text);
	buf_append_char(out, '\n');
}

/* A document may note mistakes, which this is none of. */
static ATTR_PRINTF(5, 6) void note_at(struct buf *out, const struct conf_doc *doc,
    const struct conf_node *at, const char *hint, const char *fmt, ...)
{
	struct conf_doc quiet = *doc;
	struct error err = ERROR_NULL;
	char words[400];
	va_list args;

	va_start(args, fmt);
	(void)cut_vprint(words, sizeof(words), fmt, args);
	va_end(args);
	quiet.mistakes = NULL;
	(void)conf_fail(&quiet, at, hint, &err, "%s", words);
	put_note(out, str_of(err.text));
}

/* ---- pools of models --------------------------------------------------------------- */

/* A node's CPEs are one process: each of them wants an entry of its own. */
static int note_pools(const struct node *node, struct buf *out)
{
	auto_cleanup(model_free) struct model *model = NULL;
	struct error err = ERROR_NULL;
	int r = model_load(node->cpe.model_path, &model, &err);

	if (r == 0 && model_check_pools(model, node_count(node), &err) == ERR_CONFIG)
		put_note(out, str_of(err.text));
	return r == -ENOMEM ? r : out->error;
}

/* ---- ranges of DHCP ------------------------------------------------------------------------- */

static uint64_t pool_size(const struct dhcp_pool *pool)
{
	const struct pool_reservation *reservations = pool->reservations.items;
	uint64_t n = (uint64_t)pool->range.last - pool->range.first + 1;

	for (size_t i = 0; i < pool->reservations.len; i++)
		n += reservations[i].address < pool->range.first ||
		     reservations[i].address > pool->range.last;
	return n;
}

static uint64_t addresses_of(const struct topology *topology, uint32_t segment)
{
	uint64_t n = 0;

	for (size_t i = 0; i < topology->n_nodes; i++) {
		const struct node *node = &topology->nodes[i];
		const struct dhcp_pool *pools = node->dhcp.pools.items;

		if (node->kind != NODE_DHCP || node->segment != segment)
			continue;
		/* Those of a relay's subnet are for other clients. */
		for (size_t k = 0; k < node->dhcp.pools.len; k++)
			n += conf_ipv4_net_is_same(&pools[k].subnet, &node->address)
				 ? pool_size(&pools[k])
				 : 0;
	}
	return n;
}

static uint64_t cpes_of(const struct topology *topology, uint32_t segment)
{
	uint64_t n = 0;

	for (size_t i = 0; i < topology->n_nodes; i++) {
		const struct node *node = &topology->nodes[i];

		if (node_is_cpe(node) && node->segment == segment &&
		    node->address.address == 0)
			n += node->cpe.count;
	}
	return n;
}

/* The first DHCP server of a segment speaks for all of them. */
static bool is_first_of_segment(const struct topology *topology, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (topology->nodes[k].kind == NODE_DHCP &&
		    topology->nodes[k].segment == topology->nodes[i].segment)
			return false;
	}
	return true;
}

static void note_ranges(const struct topology *topology, struct buf *out)
{
	for (size_t i = 0; i < topology->n_nodes; i++) {
		const struct node *node = &topology->nodes[i];
		uint64_t n_addresses, n_cpes;

		if (node->kind != NODE_DHCP || !is_first_of_segment(topology, i))
			continue;
		n_addresses = addresses_of(topology, node->segment);
		n_cpes = cpes_of(topology, node->segment);
		if (n_addresses >= n_cpes)
			continue;
		note_at(out, topology->doc, conf_get(node->conf, "pools"), NULL,
		    "%llu %s for %llu CPEs: %llu of them will get none",
		    (unsigned long long)n_addresses,
		    n_addresses == 1 ? "address" : "addresses",
		    (unsigned long long)n_cpes,
		    (unsigned long long)(n_cpes - n_addresses));
	}
}

/* ---- passwords ---------------------------------------------------------------------- */

static void note_basic(const struct topology *topology, struct buf *out)
{
	for (size_t i = 0; i < topology->n_nodes; i++) {
		const struct node *node = &topology->nodes[i];

		if (node->kind != NODE_ACS || node->acs.auth != ACS_AUTH_BASIC ||
		    node->acs.is_https)
			continue;
		note_at(out, topology->doc, conf_get(node->conf, "auth"),
		    "digest, or an https url",
		    "Basic without TLS shows the password to everybody");
	}
}

/* ---- names of ACSs ----------------------------------------------------------------- */

static bool is_of_node(const struct topology *topology, uint32_t address)
{
	for (size_t i = 0; i < topology->n_nodes; i++) {
		if (topology->nodes[i].address.address == address)
			return true;
	}
	return false;
}

/* Whether CPEs ask a DNS that is not of the lab: nobody knows what that answers. */
static bool has_foreign_dns(const struct topology *topology)
{
	for (size_t i = 0; i < topology->n_nodes; i++) {
		const struct node *node = &topology->nodes[i];
		const struct dhcp_pool *pools = node->dhcp.pools.items;

		for (size_t k = 0; node->kind == NODE_DHCP && k < node->dhcp.pools.len;
		     k++) {
			for (size_t d = 0; d < pools[k].dns.len; d++) {
				if (!is_of_node(topology, pools[k].dns_addresses[d]))
					return true;
			}
		}
	}
	return false;
}

static bool is_known_host(const struct topology *topology, const struct url *url)
{
	uint32_t address;

	if (url->is_ipv6 || ipv4_parse(url->host, &address) == 0)
		return true;
	for (size_t i = 0; i < topology->n_names; i++) {
		if (str_eq_nocase(url->host, str_of(topology->names[i].name)))
			return true;
	}
	return false;
}

static void note_host(const struct topology *topology, const struct conf_doc *doc,
    const struct conf_node *at, const char *text, struct buf *out)
{
	struct url url;

	if (!text || url_parse(&url, str_of(text), NULL) < 0 ||
	    is_known_host(topology, &url))
		return;
	note_at(out, doc, at, "who is told this URL finds nobody there",
	    "no DNS of this lab knows \"%.*s\"", STR_ARG(url.host));
}

static void note_slot(const struct topology *topology, const struct node *node,
    const char *key, const struct cpe_acs *slot, struct buf *out)
{
	note_host(topology, topology->doc, conf_get(conf_get(node->conf, key), "url"),
	    slot->url, out);
}

static void note_pool_urls(const struct topology *topology, const struct node *node,
    struct buf *out)
{
	const struct conf_node *list = conf_get(node->conf, "pools");
	const struct dhcp_pool *pools = node->dhcp.pools.items;

	for (size_t k = 0; k < node->dhcp.pools.len; k++)
		note_host(topology, topology->doc,
		    conf_get(conf_get(list->items[k], "acs"), "url"), pools[k].acs.url,
		    out);
}

static void note_hosts(const struct topology *topology, struct buf *out)
{
	for (size_t i = 0; i < topology->n_nodes; i++) {
		const struct node *node = &topology->nodes[i];

		if (node->kind == NODE_DHCP)
			note_pool_urls(topology, node, out);
		if (!node_is_cpe(node))
			continue;
		note_slot(topology, node, "acs", &node->cpe.acs, out);
		note_slot(topology, node, "default-acs", &node->cpe.default_acs, out);
	}
}

/* ---- policies ---------------------------------------------------------------------- */

struct name_notes {
	const struct topology *topology;
	const struct policy *policy;
	bool knows_names; /* of hosts */
	struct model **models;
	size_t n_models;
	size_t n_told, n_left_out; /* of this policy */
	struct buf *out;
};

/* A name that says no root is meant below that of the model. Names of another root are of
 * other CPEs. */
static bool has_name(const struct model *model, struct str name)
{
	bool is_igd = str_starts(name, STR("InternetGatewayDevice."));
	auto_buf path = BUF_NULL;
	struct model_at at;

	if (!is_igd && !str_starts(name, STR("Device.")))
		buf_printf(&path, "%s.", model->root);
	else if (is_igd != (strcmp(model->root, "InternetGatewayDevice") == 0))
		return true;
	buf_append_str(&path, name);
	if (str_find(name, STR("{i}"), NULL))
		return path.error || model_find(model, buf_str(&path));
	return path.error || model_at_read(model, buf_str(&path), &at);
}

static void note_name(void *user, const struct conf_node *at,
    const struct conf_node *value)
{
	struct name_notes *notes = user;
	auto_buf lacking = BUF_NULL;

	if (value && value->kind == CONF_SCALAR && notes->knows_names &&
	    str_ends(at->text, STR("ManagementServer.URL")))
		note_host(notes->topology, notes->policy->doc, value, value->text.p,
		    notes->out);
	for (size_t i = 0; i < notes->n_models; i++) {
		if (!has_name(notes->models[i], at->text))
			buf_printf(&lacking, "%s%s", lacking.len > 0 ? ", " : "",
			    notes->models[i]->name);
	}
	if (lacking.len == 0)
		return;
	if (notes->n_told++ >= NOTES_OF_FILE_MAX) {
		notes->n_left_out++;
		return;
	}
	note_at(notes->out, notes->policy->doc, at, NULL,
	    "\"%.*s\" is no parameter or object of %s", STR_ARG(at->text),
	    buf_cstr(&lacking));
}

static int note_policy(struct name_notes *notes, const char *path)
{
	struct policy policy;
	int r = policy_load(&policy, path, NULL, NULL);

	if (r < 0)
		return r == ERR_CONFIG ? 0 : r;
	notes->policy = &policy;
	notes->n_told = notes->n_left_out = 0;
	policy_each_name(&policy, note_name, notes);
	if (notes->n_left_out > 0)
		shown_printf(notes->out, "note: %s: and %zu more names\n",
		    policy.doc->name, notes->n_left_out);
	policy_free(&policy);
	return 0;
}

static bool is_named_before(const struct topology *topology, size_t i)
{
	const struct node *node = &topology->nodes[i];

	for (size_t k = 0; k < i; k++) {
		const struct node *other = &topology->nodes[k];

		if (node_is_cpe(node) && node_is_cpe(other) &&
		    strcmp(other->cpe.model_path, node->cpe.model_path) == 0)
			return true;
		if (node->kind == NODE_ACS && other->kind == NODE_ACS &&
		    other->acs.policy_path &&
		    strcmp(other->acs.policy_path, node->acs.policy_path) == 0)
			return true;
	}
	return false;
}

static int load_models(struct name_notes *notes)
{
	const struct topology *topology = notes->topology;
	int r = 0;

	for (size_t i = 0; i < topology->n_nodes && r == 0; i++) {
		const struct node *node = &topology->nodes[i];
		struct model *model = NULL;

		if (!node_is_cpe(node) || is_named_before(topology, i))
			continue;
		r = model_load(node->cpe.model_path, &model, NULL);
		if (r == 0)
			notes->models[notes->n_models++] = model;
		if (r == ERR_CONFIG)
			r = 0;
	}
	return r;
}

static int note_policies(const struct topology *topology, bool knows_names,
    struct buf *out)
{
	struct name_notes notes = { .topology = topology,
		.knows_names = knows_names,
		.out = out };
	int r;

	notes.models = calloc(topology->n_nodes, sizeof(struct model *));
	if (!notes.models)
		return -ENOMEM;
	r = load_models(&notes);
	for (size_t i = 0; i < topology->n_nodes && r == 0; i++) {
		const struct node *node = &topology->nodes[i];

		if (node->kind == NODE_ACS && node->acs.policy_path &&
		    !is_named_before(topology, i))
			r = note_policy(&notes, node->acs.policy_path);
	}
	for (size_t i = 0; i < notes.n_models; i++)
		model_free(notes.models[i]);
	free(notes.models);
	return r;
}

int topology_notes(const struct topology *topology, struct buf *out)
{
	bool knows_names = !has_foreign_dns(topology);
	int r = 0;

	note_ranges(topology, out);
	note_basic(topology, out);
	if (knows_names)
		note_hosts(topology, out);
	for (size_t i = 0; i < topology->n_nodes && r == 0; i++) {
		if (node_is_cpe(&topology->nodes[i]))
			r = note_pools(&topology->nodes[i], out);
	}
	return r < 0 ? r : note_policies(topology, knows_names, out);
}
