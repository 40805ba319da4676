/* Links that are impaired: by which means, and what has to be made for it. */
#include "lab/plan/plan_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Why netem cannot do what is asked for at any time; null: it can. */
static const char *netem_lacks(const struct attach_link *link)
{
	const char *why = impair_netem_lacks(&link->value);

	for (size_t i = 0; i < link->n_steps && !why; i++)
		why = impair_netem_lacks(&link->steps[i].change.value);
	return why;
}

static int choose_means(struct plan_builder *b, const struct attach *attach,
    const char *name, bool *ret)
{
	const struct attach_link *link = &attach->link;
	bool has_netem = b->means.has_netem;
	const char *why =
	    has_netem ? netem_lacks(link) : "this kernel has none (cwmplab doctor)";

	*ret = link->means != LINK_MEANS_USER_SPACE && !why;
	if (link->means != LINK_MEANS_NETEM || !why)
		return 0;
	return error_set(b->err, ERR_MACHINE,
	    "%s:%" PRIu32
	    ": the link of %s wants netem: %s; do: %s\"means: user-space\"",
	    b->t->path, attach->link_conf->line, name, why,
	    has_netem ? "" : "modprobe -a sch_netem sch_tbf as root, or ");
}

static struct plan_link *add_link(struct plan_builder *b, const struct attach *attach,
    const char *name, uint32_t ns)
{
	struct plan_link *link = &b->plan->links[b->plan->n_impaired];
	struct plan_step *step = plan_step_add(b, PLAN_IMPAIR, ns);

	step->impair.link = b->plan->n_impaired++;
	link->attach = attach;
	link->name = name;
	link->ns = ns;
	return link;
}

/* Inner ends have names that no port of a file can have, and MACs beside those of ports. */
static int inner_end(struct plan_builder *b, const struct node *sw, const char *link,
    const struct plan_end *port, const char *side, struct plan_end *end)
{
	char text[PLAN_IFNAME_MAX];

	(void)snprintf(text, sizeof(text), "p%" PRIu32 "~%s", port->ifindex, side);
	end->name = arena_strdup(&b->plan->arena, str_of(text));
	end->ifindex = plan_index(b, sw, "%s ~%s", link, side);
	memcpy(end->mac, port->mac, 6);
	end->is_inner = true;
	return end->name && end->ifindex > 0 ? 0 : plan_fail_memory(b);
}

/* Turns the pair that *cable would make into two with a carrier between their inner ends, which are
 * at sw; is_near_node: the near end is the node's. */
static int split(struct plan_builder *b, const struct node *sw, struct plan_step *cable,
    struct plan_link *link, bool is_near_node)
{
	const struct plan_end *port = &cable->veth.near;
	struct plan_end peer = cable->veth.peer, inner[2];
	uint32_t ns = cable->ns;
	struct plan_step *second;
	int r = inner_end(b, sw, link->name, port, is_near_node ? "node" : "net",
	    &inner[0]);

	if (r == 0)
		r = inner_end(b, sw, link->name, port, is_near_node ? "net" : "node",
		    &inner[1]);
	if (r < 0)
		return r;
	inner[0].mac[0] = 0x0a;
	inner[1].mac[0] = 0x0e;
	second = plan_step_add(b, PLAN_VETH, ns);
	second->veth.near = inner[1];
	second->veth.peer = peer;
	second->veth.peer_ns = cable->veth.peer_ns;
	cable->veth.peer = inner[0];
	cable->veth.peer_ns = ns;
	plan_up_add(b, ns, inner[0].ifindex, inner[0].name)->is_inner = true;
	link->node_end = inner[is_near_node ? 0 : 1];
	link->net_end = inner[is_near_node ? 1 : 0];
	b->plan->n_links++;
	return 0;
}

const char *plan_link_name(struct plan_builder *b, const char *name, const char *port)
{
	char text[INSTANCE_NAME_MAX + PLAN_IFNAME_MAX];

	(void)snprintf(text, sizeof(text), "%s:%s", name, port);
	return arena_strdup(&b->plan->arena, str_of(text));
}

int plan_impair(struct plan_builder *b, const struct attach *attach, const char *name,
    const struct node *sw, struct plan_step *cable, bool is_near_node)
{
	const struct plan_veth *veth = &cable->veth;
	struct plan_link *link;
	bool is_netem;
	int r;

	if (!attach->link.is_set)
		return 0;
	if (!name)
		return plan_fail_memory(b);
	r = choose_means(b, attach, name, &is_netem);
	if (r < 0)
		return r;
	link = add_link(b, attach, name, cable->ns);
	link->is_netem = is_netem;
	if (!is_netem)
		return split(b, sw, cable, link, is_near_node);
	link->up_ns = is_near_node ? cable->ns : veth->peer_ns;
	link->up_ifindex = is_near_node ? veth->near.ifindex : veth->peer.ifindex;
	link->down_ns = is_near_node ? veth->peer_ns : cable->ns;
	link->down_ifindex = is_near_node ? veth->peer.ifindex : veth->near.ifindex;
	return 0;
}

bool plan_wants_netem(const struct topology *topology)
{
	const struct attach *attach;

	for (size_t i = 0; i < topology->n_nodes; i++) {
		for (size_t k = 0; (attach = node_cable(&topology->nodes[i], k)); k++) {
			if (attach->link.is_set &&
			    attach->link.means != LINK_MEANS_USER_SPACE)
				return true;
		}
	}
	return false;
}

const struct plan_link *plan_find_link(const struct plan *plan, struct str name)
{
	for (size_t i = 0; i < plan->n_impaired; i++) {
		if (str_is(name, plan->links[i].name))
			return &plan->links[i];
	}
	return NULL;
}
