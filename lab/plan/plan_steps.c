/* Steps that several kinds of nodes need. */
#include "lab/plan/plan_internal.h"

#include "lib/base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

int plan_fail_memory(const struct plan_builder *b)
{
	return error_set(b->err, ERR_LIMIT, "the lab is too large for memory");
}

struct plan_step *plan_step_add(struct plan_builder *b, enum plan_op op, uint32_t ns)
{
	struct plan_step *step = &b->plan->steps[b->plan->n_steps++];

	step->op = op;
	step->ns = ns;
	return step;
}

/* The other end of a cable: 06 in place of the 02 of the node's own MAC. */
void plan_port_mac(const uint8_t mac[6], uint8_t ret[6])
{
	memcpy(ret, mac, 6);
	ret[0] = 0x06;
}

/* Ports are called as what is plugged in, where an interface may be called so. */
const char *plan_port_name(struct plan_builder *b, struct str wanted, uint32_t ifindex)
{
	char text[PLAN_IFNAME_MAX];

	if (node_port_is_free(wanted))
		return arena_strdup(&b->plan->arena, wanted);
	(void)snprintf(text, sizeof(text), "p%" PRIu32, ifindex);
	return arena_strdup(&b->plan->arena, str_of(text));
}

struct plan_up *plan_up_add(struct plan_builder *b, uint32_t ns, uint32_t ifindex,
    const char *name)
{
	struct plan_step *step = plan_step_add(b, PLAN_UP, ns);

	step->up.ifindex = ifindex;
	step->up.name = name;
	return &step->up;
}

/* Of eth0, or of the bridge of a managed switch, which has the same number; CPEs lease
 * theirs. */
static void add_six(struct plan_builder *b, const struct node *node, uint32_t ns)
{
	struct plan_step *step;

	if (node->address6.prefix == 0)
		return;
	step = plan_step_add(b, PLAN_ADDRESS, ns);
	step->address.ifindex = PLAN_IFINDEX_ETH;
	step->address.net6 = node->address6;
	if (!ipv6_is_set(node->router6))
		return;
	step = plan_step_add(b, PLAN_ROUTE, ns);
	step->route.ifindex = PLAN_IFINDEX_ETH;
	memcpy(step->route.via6, node->router6, sizeof(step->route.via6));
}

void plan_address_add(struct plan_builder *b, const struct node *node, uint32_t ns)
{
	struct plan_step *step;

	add_six(b, node, ns);
	if (node->address.address == 0)
		return;
	step = plan_step_add(b, PLAN_ADDRESS, ns);
	step->address.ifindex = PLAN_IFINDEX_ETH;
	step->address.net = node->address;
	if (node->router == 0)
		return;
	step = plan_step_add(b, PLAN_ROUTE, ns);
	step->route.ifindex = PLAN_IFINDEX_ETH;
	step->route.via = node->router;
}

/* Before there is an interface, which takes "default" over. That nobody has an address twice was
 * checked, so that no second passes until each can be used (RFC 4862 5.4). Who has an address of the
 * file goes by the file, and not by what routers announce; a CPE goes by those. */
void plan_ipv6_add(struct plan_builder *b, const struct node *node, uint32_t ns)
{
	static const char *const rows[][2] = {
		{ "ipv6/conf/all/disable_ipv6", "0" },
		{ "ipv6/conf/default/disable_ipv6", "0" },
		{ "ipv6/conf/all/accept_dad", "0" },
		{ "ipv6/conf/default/accept_dad", "0" },
	};

	/* Its kernel would make itself an address of what a router announces beside it. */
	if (!node_has_ipv6(node) && b->t->has_ipv6)
		plan_setting_add(b, ns, "ipv6/conf/default/disable_ipv6", "1");
	if (!node_has_ipv6(node))
		return;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		plan_setting_add(b, ns, rows[i][0], rows[i][1]);
	if (!node_is_cpe(node))
		plan_setting_add(b, ns, "ipv6/conf/default/accept_ra", "0");
	if (node->n_ports > 0)
		plan_setting_add(b, ns, "ipv6/conf/all/forwarding", "1");
}

void plan_setting_add(struct plan_builder *b, uint32_t ns, const char *name,
    const char *value)
{
	plan_step_add(b, PLAN_SETTING, ns)->setting =
	    (struct plan_setting){ .name = name, .value = value };
}

int plan_instance_add(struct plan_builder *b, const struct node *node, uint32_t i)
{
	struct plan_instance *instance = &b->plan->instances[b->plan->n_instances++];
	char name[INSTANCE_NAME_MAX];

	instance->node = node;
	instance->i = i;
	instance->name =
	    arena_strdup(&b->plan->arena, str_of(node_instance_name(node, i, name)));
	node_mac(node, i, instance->mac);
	return instance->name ? 0 : plan_fail_memory(b);
}

uint32_t plan_step_ifindex(const struct plan_step *step)
{
	switch (step->op) {
	case PLAN_BRIDGE:
		return step->bridge.ifindex;
	case PLAN_VETH:
		return step->veth.near.ifindex;
	case PLAN_UP:
		return step->up.ifindex;
	case PLAN_VLAN:
		return step->vlan.end.ifindex;
	case PLAN_PORT:
		return step->port.ifindex;
	case PLAN_ADDRESS:
		return step->address.ifindex;
	case PLAN_ROUTE:
		return step->route.ifindex;
	case PLAN_NAMESPACE:
	case PLAN_SETTING:
	case PLAN_RULES:
	case PLAN_TRUNK:
	case PLAN_IMPAIR:
	case PLAN_START:
		break;
	}
	return 0;
}
