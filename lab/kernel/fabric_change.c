/* A lab that stands becomes another one. */
#include "lab/kernel/fabric_internal.h"

#include "lab/kernel/link.h"
#include "lab/kernel/nft.h"
#include "lib/base/buf.h"

#include <errno.h>
#include <pthread.h>
#include <unistd.h>

int fabric_follow(const struct fabric *from, const struct plan *plan,
    const uint32_t *origin, struct fabric **ret, struct error *err)
{
	struct fabric *fabric = fabric_new(plan);

	if (!fabric)
		return error_set(err, -ENOMEM, "out of memory");
	fabric->is_borrowed = true;
	for (size_t i = 0; from && i < plan->n_instances; i++) {
		if (origin[i] != FABRIC_NEW)
			fabric->ns[i] = from->ns[origin[i]];
	}
	fabric_list_switches(fabric);
	*ret = fabric;
	return 0;
}

/* ---- in a thread ----------------------------------------------------------------------- */

struct taking {
	struct fabric *fabric, *from;
	struct fabric_change *change;
	struct error err;
	int result;
};

static int take_away(struct taking *taking, struct error *err)
{
	const struct fabric_change *change = taking->change;

	for (size_t i = 0; i < change->n_gone; i++) {
		const struct fabric_gone *gone = &change->gone[i];
		struct nlsock *sock;

		if (taking->from->ns[gone->ns] < 0)
			continue;
		if (fabric_sock(taking->from, gone->ns, &sock, err) < 0 ||
		    link_remove(sock, gone->ifindex, err) < 0)
			return error_prefix(err, "taking away what %s has",
			    taking->from->plan->instances[gone->ns].name);
	}
	for (size_t i = 0; i < change->n_lost; i++) {
		const struct fabric_lost *lost = &change->lost[i];
		struct nlsock *sock;

		if (fabric_sock(taking->fabric, lost->ns, &sock, err) < 0 ||
		    link_route_remove(sock, lost->route, err) < 0)
			return error_prefix(err, "taking a route of %s away",
			    taking->fabric->plan->instances[lost->ns].name);
	}
	return 0;
}

/* Sockets that are open in namespaces that stay, and the namespaces. Those that nobody keeps are
 * closed with the old fabric, before others are made. */
static void move(struct taking *taking)
{
	struct fabric *fabric = taking->fabric, *old = taking->from;

	for (size_t i = 0; i < fabric->plan->n_instances; i++) {
		uint32_t was = taking->change->origin[i];

		if (was == FABRIC_NEW)
			continue;
		if (!fabric->socks[i]) {
			fabric->socks[i] = old->socks[was];
			old->socks[was] = NULL;
		}
		old->ns[was] = -1;
	}
	fabric->is_borrowed = false;
	fabric_free(old);
}

/* Rules of a namespace that stays take the place of those that are there, at once. */
static int change_rules(struct fabric *fabric, const struct plan_step *step,
    struct error *err)
{
	auto_buf text = BUF_NULL;
	int r = namespace_enter(fabric->ns[step->ns], err);

	buf_printf(&text, "flush ruleset\n%s", step->rules.text);
	if (r == 0 && text.error)
		r = error_set(err, text.error, "%s", error_name(text.error));
	return r < 0 ? r : nft_load(buf_cstr(&text), err);
}

static int build(struct taking *taking, struct error *err)
{
	struct fabric *fabric = taking->fabric;
	const struct plan *plan = fabric->plan;
	uint32_t made = FABRIC_NEW; /* the namespace that was made last */

	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct plan_step *step = &plan->steps[i];
		int r;

		taking->change->reached = i;
		if (!taking->change->is_due[i])
			continue;
		if (step->op == PLAN_NAMESPACE)
			made = step->ns;
		r = step->op == PLAN_RULES && made != step->ns
			? change_rules(fabric, step, err)
			: fabric_carry_out(fabric, step, err);
		if (r < 0)
			return error_prefix(err, "building %s",
			    plan->instances[step->ns].name);
	}
	taking->change->reached = plan->n_steps;
	return 0;
}

static void *take_in_thread(void *user)
{
	struct taking *taking = user;

	taking->result = take_away(taking, &taking->err);
	move(taking);
	if (taking->result == 0)
		taking->result = build(taking, &taking->err);
	sysctls_end(&taking->fabric->sysctls);
	return NULL;
}

int fabric_take_over(struct fabric *fabric, struct fabric **from,
    struct fabric_change *change, struct error *err)
{
	struct taking taking = { .fabric = fabric, .from = *from, .change = change };
	pthread_t thread;
	int r = pthread_create(&thread, NULL, take_in_thread, &taking);

	*from = NULL;
	change->reached = 0;
	if (r != 0) {
		move(&taking);
		return error_set(err, -r, "no thread to change the lab with: %s",
		    error_name(-r));
	}
	(void)pthread_join(thread, NULL);
	fabric_close_socks(fabric, false);
	fabric_list_switches(fabric);
	return taking.result < 0 ? error_set(err, taking.result, "%s", taking.err.text)
				 : 0;
}
