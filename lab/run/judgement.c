#include "lab/run/judgement.h"

#include "capture/analysis/analysis.h"
#include "lib/base/text.h"
#include "lib/sequence/sequence.h"

#include <errno.h>

static bool is_loaded(const struct judgement *judgement, const char *name)
{
	for (size_t i = 0; i < judgement->n_sequences; i++) {
		if (strcmp(judgement->sequences[i]->name, name) == 0)
			return true;
	}
	return false;
}

static int load_sequences(struct judgement *judgement, struct error *err)
{
	const struct conf_list *expect = &judgement->run->lab->topology->expect;
	const struct expectation *items = expect->items;

	judgement->sequences = calloc(expect->len + 1, sizeof(struct sequence *));
	if (!judgement->sequences)
		return error_set(err, -ENOMEM, "out of memory");
	for (size_t i = 0; i < expect->len; i++) {
		if (!items[i].sequence || is_loaded(judgement, items[i].sequence))
			continue;
		if (sequence_find(items[i].sequence,
			&judgement->sequences[judgement->n_sequences], err) < 0)
			return err->code;
		judgement->n_sequences++;
	}
	return 0;
}

static int add_name(struct judgement *judgement, const char *text, const char *name)
{
	struct str key = arena_str(&judgement->arena, str_of(text));

	return key.p ? map_put(&judgement->names, key, (void *)(uintptr_t)name)
		     : -ENOMEM;
}

static int name_addresses(struct judgement *judgement, uint32_t address,
    const uint8_t address6[16], const char *name)
{
	char text[IPV6_TEXT_MAX];
	int r = 0;

	if (address)
		r = add_name(judgement, ipv4_text(address, text), name);
	if (r == 0 && ipv6_is_set(address6))
		r = add_name(judgement, ipv6_text(address6, text), name);
	return r;
}

/* Those of a router beside its first. */
static int name_ports(struct judgement *judgement, const struct plan_instance *instance)
{
	char text[IPV6_TEXT_MAX];
	uint8_t mac[6];
	int r = 0;

	for (size_t i = 1; i < instance->node->n_ports && r == 0; i++) {
		node_mac(instance->node, i + 1, mac);
		r = add_name(judgement, mac_text(mac, text), instance->name);
		if (r == 0)
			r = name_addresses(judgement,
			    instance->node->ports[i].address.address,
			    instance->node->ports[i].address6.address, instance->name);
	}
	return r;
}

/* The address of a CPE is the one that it told to have leased. */
static int name_instances(struct judgement *judgement)
{
	const struct plan *plan = judgement->run->lab->plan;
	char text[MAC_TEXT_MAX];
	int r = 0;

	for (size_t i = 0; i < plan->n_instances && r == 0; i++) {
		const struct plan_instance *instance = &plan->instances[i];
		const struct fleet_cpe *cpe = fleet_cpe(judgement->run->fleet, i);
		uint32_t address = cpe ? cpe->address : instance->node->address.address;
		const uint8_t *address6 =
		    cpe ? cpe->address6 : instance->node->address6.address;

		r = add_name(judgement, mac_text(instance->mac, text), instance->name);
		if (r == 0)
			r = name_addresses(judgement, address, address6,
			    instance->name);
		if (r == 0)
			r = name_ports(judgement, instance);
	}
	return r;
}

const char *judgement_name_of(void *user, const char *mac, const char *address)
{
	const struct judgement *judgement = user;
	const char *name = mac ? map_get(&judgement->names, str_of(mac)) : NULL;

	if (!name && address)
		name = map_get(&judgement->names, str_of(address));
	return name;
}

/* The MACs of the fleet, so that the report has those, too, that never sent a frame. */
static const char **list_cpes(struct judgement *judgement, size_t *ret_n)
{
	const struct plan *plan = judgement->run->lab->plan;
	const char **cpes =
	    arena_array(&judgement->arena, plan->n_instances + 1, sizeof(*cpes));
	char text[MAC_TEXT_MAX];

	for (size_t i = 0; cpes && i < plan->n_instances; i++) {
		if (!fleet_cpe(judgement->run->fleet, i))
			continue;
		cpes[*ret_n] = arena_strdup(&judgement->arena,
		    str_of(mac_text(plan->instances[i].mac, text)));
		if (!cpes[(*ret_n)++])
			return NULL;
	}
	return cpes;
}

/* The rules that some expectation wants of some nodes alone. */
static const char **list_rules(struct judgement *judgement)
{
	const struct topology *topology = judgement->run->lab->plan->topology;
	const struct expectation *all = topology->expect.items;
	const char **names =
	    arena_array(&judgement->arena, topology->expect.len + 1, sizeof(*names));
	size_t n = 0;

	for (size_t i = 0; names && i < topology->expect.len; i++) {
		if (all[i].kind == EXPECT_RULE && all[i].nodes.len > 0)
			names[n++] = all[i].rule.name;
	}
	return names;
}

static int analyse(struct judgement *judgement, const char *path, bool show_secrets,
    struct error *err)
{
	struct analysis_options options = {
		.path = path,
		.sequences = (const struct sequence *const *)judgement->sequences,
		.n_sequences = judgement->n_sequences,
		.keep_bodies = true,
		.show_secrets = show_secrets,
	};
	struct verdict_facts facts;

	options.cpes = list_cpes(judgement, &options.n_cpes);
	options.rules.tallied = list_rules(judgement);
	if (!options.cpes || !options.rules.tallied || name_instances(judgement) < 0)
		return error_set(err, -ENOMEM, "out of memory");
	if (analysis_run(&options, &judgement->analysis, err) < 0)
		return err->code;
	facts = (struct verdict_facts){ judgement->run->lab->plan,
		judgement->run->loads, judgement->analysis, judgement->run->live,
		judgement->run->up_wall };
	return verdict_make(&facts, &judgement->verdict, err);
}

int judgement_make(struct judgement *judgement, const struct run *run,
    bool show_secrets, struct error *err)
{
	auto_free char *path = outdir_path(&run->lab->out, "capture.pcapng");

	*judgement = (struct judgement){ .run = run };
	if (!path)
		return error_set(err, -ENOMEM, "out of memory");
	if (load_sequences(judgement, err) < 0)
		return err->code;
	return analyse(judgement, path, show_secrets, err);
}

void judgement_free(struct judgement *judgement)
{
	verdict_free(judgement->verdict);
	analysis_free(judgement->analysis);
	for (size_t i = 0; i < judgement->n_sequences; i++)
		sequence_free(judgement->sequences[i]);
	free(judgement->sequences);
	map_free(&judgement->names);
	arena_free(&judgement->arena);
}
