#include "lab/kernel/fabric_internal.h"

#include "lab/kernel/link.h"
#include "lab/kernel/nft.h"
#include "lab/kernel/nl.h"
#include "lib/base/compiler.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

/* What differs in a namespace from what the kernel gives a new one. A kernel without
 * the file, as one without IPv6, needs no setting. A switch has up to a thousand ports:
 * one setting for IPv6 costs less there than a request for each of them. What it passes
 * on is no concern of a router's tables, which cost a third of each copy of a
 * broadcast. When a lab is killed, a connection whose peer went first repeats its FIN
 * to nobody, and keeps its node's namespace for as long: 2 minutes and more by default
 * (tcp_orphan_retries of 0 means 8), 7 to 15 seconds with 4. Whoever is root in the lab
 * may ping (icmp(7)), as its CPEs do. */
static const struct {
	bool of_switches;
	const char *name;
	const char *value;
} settings[] = {
	{ true, "ipv6/conf/all/disable_ipv6", "1" },
	{ true, "bridge/bridge-nf-call-arptables", "0" },
	{ true, "bridge/bridge-nf-call-iptables", "0" },
	{ true, "bridge/bridge-nf-call-ip6tables", "0" },
	{ false, "ipv4/tcp_orphan_retries", "4" },
	{ false, "ipv4/ping_group_range", "0 0" },
};

/* A managed switch is both: a switch, and a node whose programs have connections. */
static int set_namespace(struct fabric *fabric, size_t i, struct error *err)
{
	bool of_switch = is_switch(fabric, i);
	bool of_others = !of_switch || is_cpe(fabric->plan, i);

	sysctls_begin(&fabric->sysctls);
	for (size_t k = 0; k < ARRAY_LEN(settings); k++) {
		int r;

		if (settings[k].of_switches ? !of_switch : !of_others)
			continue;
		r = sysctls_set(&fabric->sysctls, settings[k].name, settings[k].value,
		    err);
		if (r < 0 && r != -ENOENT)
			return r;
	}
	return 0;
}

static int add_namespace(struct fabric *fabric, size_t i, struct error *err)
{
	int r = namespace_create(&fabric->ns[i], err);

	if (r == 0)
		r = set_namespace(fabric, i, err);
	return r == 0 && is_switch(fabric, i) ? fabric_keep_sock(fabric, i, err) : r;
}

/* What is done in the namespace and not at a socket of it. */
static int set_up(struct fabric *fabric, const struct plan_step *step,
    struct error *err)
{
	int r = namespace_enter(fabric->ns[step->ns], err);

	if (r < 0)
		return r;
	if (step->op == PLAN_RULES)
		return nft_load(step->rules.text, err);
	r = sysctls_set(&fabric->sysctls, step->setting.name, step->setting.value, err);
	if (r == -ENOENT && strncmp(step->setting.name, "ipv6/", 5) == 0)
		return error_set(err, ERR_MACHINE,
		    "this kernel has no IPv6 (as root: modprobe ipv6), which the lab "
		    "wants there");
	return r;
}

static int add_link(struct fabric *fabric, const struct plan_step *step,
    struct nlsock *sock, struct error *err)
{
	switch (step->op) {
	case PLAN_BRIDGE:
		return link_bridge_add(sock, &step->bridge, err);
	case PLAN_VETH:
		return link_veth_add(sock, &step->veth, fabric->ns[step->veth.peer_ns],
		    err);
	case PLAN_UP:
		return link_up(sock, &step->up, err);
	case PLAN_VLAN:
		return link_vlan_add(sock, &step->vlan, err);
	case PLAN_PORT:
		return link_port_vlans(sock, &step->port, err);
	case PLAN_ADDRESS:
		return link_address_add(sock, &step->address, err);
	case PLAN_ROUTE:
		return link_route_add(sock, &step->route, err);
	case PLAN_SETTING: /* of the namespace, not of a link */
	case PLAN_RULES:
	case PLAN_TRUNK:  /* by a carrier, once all stands */
	case PLAN_IMPAIR: /* the same, or fabric_impair() once all stands */
	case PLAN_NAMESPACE:
	case PLAN_START:
		break;
	}
	return 0;
}

int fabric_carry_out(struct fabric *fabric, const struct plan_step *step,
    struct error *err)
{
	struct nlsock *sock = NULL;
	int r;

	if (step->op == PLAN_START)
		return 0;
	if (step->op == PLAN_NAMESPACE)
		return add_namespace(fabric, step->ns, err);
	if (step->op == PLAN_SETTING || step->op == PLAN_RULES)
		return set_up(fabric, step, err);
	r = fabric_sock(fabric, step->ns, &sock, err);
	if (r == 0)
		r = add_link(fabric, step, sock, err);
	if (r == 0 && step->op == PLAN_UP && step->up.ifindex == PLAN_IFINDEX_ETH &&
	    is_cpe(fabric->plan, step->ns))
		fabric_tell_cpe(fabric, step->ns, sock);
	return r;
}

static int carry_out_all(struct fabric *fabric, struct error *err)
{
	const struct plan *plan = fabric->plan;

	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct plan_step *step = &plan->steps[i];

		if (fabric_carry_out(fabric, step, err) < 0)
			return error_prefix(err, "building %s",
			    plan->instances[step->ns].name);
	}
	return 0;
}

struct fabric *fabric_new(const struct plan *plan)
{
	struct fabric *fabric = calloc(1, sizeof(*fabric));

	if (!fabric)
		return NULL;
	fabric->plan = plan;
	fabric->sysctls = SYSCTLS_NULL;
	fabric->ns = calloc(plan->n_instances + 1, sizeof(*fabric->ns));
	fabric->switches = calloc(plan->n_instances + 1, sizeof(*fabric->switches));
	fabric->socks = calloc(plan->n_instances + 1, sizeof(struct nlsock *));
	fabric->servers = calloc(plan->n_instances + 1, sizeof(*fabric->servers));
	if (!fabric->ns || !fabric->switches || !fabric->socks || !fabric->servers) {
		free(fabric->ns);
		fabric->ns = NULL;
		fabric_free(fabric);
		return NULL;
	}
	for (size_t i = 0; i < plan->n_instances; i++) {
		fabric->ns[i] = -1;
		if (fabric_is_server(plan, i))
			fabric->servers[fabric->n_servers++] = i;
	}
	return fabric;
}

void fabric_list_switches(struct fabric *fabric)
{
	fabric->n_switches = 0;
	for (size_t i = 0; i < fabric->plan->n_instances; i++) {
		if (is_switch(fabric, i) ||
		    fabric->plan->instances[i].node->n_ports > 0)
			fabric->switches[fabric->n_switches++] = fabric->ns[i];
	}
}

struct building {
	struct fabric *fabric;
	struct error *err;
	int result;
};

static void *build_in_thread(void *user)
{
	struct building *building = user;

	building->result = carry_out_all(building->fabric, building->err);
	if (building->result == 0)
		fabric_know_cpes(building->fabric);
	sysctls_end(&building->fabric->sysctls);
	return NULL;
}

int fabric_build(const struct plan *plan, struct fabric **ret, struct error *err)
{
	auto_cleanup(fabric_free) struct fabric *fabric = fabric_new(plan);
	struct error failure = ERROR_NULL;
	struct building building = { fabric, &failure, 0 };
	pthread_t thread;
	int r;

	if (!fabric)
		return error_set(err, -ENOMEM, "out of memory");
	/* A thread has a network namespace of its own. The caller's could not be entered
	 * again by somebody who is root only in the lab. */
	r = pthread_create(&thread, NULL, build_in_thread, &building);
	if (r != 0)
		return error_set(err, -r, "no thread to build the lab with: %s%s",
		    error_name(-r),
		    r == EAGAIN ? ": this user has too many processes (ulimit -u)"
				: "");
	(void)pthread_join(thread, NULL);
	if (building.result < 0)
		return error_set(err, building.result, "%s", failure.text);
	fabric_close_socks(fabric, false);
	fabric_list_switches(fabric);
	*ret = steal_ptr(&fabric);
	return 0;
}

void fabric_free(struct fabric *fabric)
{
	if (!fabric)
		return;
	fabric_close_socks(fabric, true);
	for (size_t i = 0; fabric->ns && i < fabric->plan->n_instances; i++) {
		if (fabric->ns[i] >= 0 && !fabric->is_borrowed)
			(void)close(fabric->ns[i]);
	}
	free(fabric->servers);
	free(fabric->socks);
	free(fabric->switches);
	free(fabric->ns);
	free(fabric);
}

int fabric_ns(const struct fabric *fabric, size_t i)
{
	return fabric->ns[i];
}

const int *fabric_switches(const struct fabric *fabric, size_t *ret_n)
{
	*ret_n = fabric->n_switches;
	return fabric->switches;
}
