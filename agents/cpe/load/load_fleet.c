/* The CPEs of a load test: a fleet for each kind of the mix, which shares a model and TLS, and all
 * of them in the order of their numbers. */
#include "agents/cpe/load/load_internal.h"

#include "agents/cpe/device/cpe_data.h"
#include "lib/conf/conf.h"

#include <errno.h>
#include <stdlib.h>

enum {
	WAIT_TIMEOUT_S = 30 /* no answer for so long ends a session */
};

/* ---- who is of which kind -------------------------------------------------------------- */

/* Of the CPEs 0 to n - 1 those that are shard - 1 modulo shards. */
static uint64_t share_of(uint64_t n, uint64_t shard, uint64_t shards)
{
	return n / shards + (shard - 1 < n % shards);
}

uint64_t load_number(const struct load *load, uint64_t i)
{
	return MAX(load->file->shard, (uint64_t)1) - 1 + i * load->shards;
}

static size_t kind_of(const struct load *load, uint64_t i)
{
	uint64_t weights[LOAD_MIXES_MAX];

	for (size_t k = 0; k < load->n_kinds; k++)
		weights[k] = load->file->mixes[k].weight;
	return load->n_kinds == 1 ? 0
				  : load_kind_pick(load->config->seed,
					load_number(load, i), weights, load->n_kinds);
}

/* Its numbers, where there are several kinds; one has them all. */
static int assign(struct load *load)
{
	for (uint64_t i = 0; i < load->n_cpes; i++)
		load->kinds[kind_of(load, i)].config.count++;
	for (size_t k = 0; k < load->n_kinds && load->n_kinds > 1; k++) {
		struct load_kind *kind = &load->kinds[k];

		kind->numbers = calloc(kind->config.count + 1, sizeof(*kind->numbers));
		if (!kind->numbers)
			return -ENOMEM;
		kind->config.count = 0;
	}
	for (uint64_t i = 0; i < load->n_cpes && load->n_kinds > 1; i++) {
		struct load_kind *kind = &load->kinds[kind_of(load, i)];

		kind->numbers[kind->config.count++] = (uint32_t)load_number(load, i);
	}
	return 0;
}

/* ---- opening ---------------------------------------------------------------------------- */

static void configure(const struct load *load, size_t k)
{
	const struct load_file *file = load->file;
	const struct load_mix *mix = &file->mixes[k];
	struct load_kind *kind = &load->kinds[k];
	struct cpe_config *config = &kind->config;

	config->node = "load";
	config->model = load->config->models[k];
	config->n_cpes = config->count;
	config->does = mix->does;
	config->acs = (struct cpe_acs_config){
		.url = file->acs.url,
		.username = file->acs.username,
		.password = file->acs.password,
	};
	config->trust = file->acs.trust;
	config->tls.min = CPE_TLS_1_2;
	config->tls.max = CPE_TLS_1_3;
	config->tls.resumption =
	    mix->tls == LOAD_TLS_FULL ? CPE_RESUMES_NEVER : CPE_RESUMES_ALWAYS;
	config->seed = load->config->seed;
	config->periodic_inform = file->interval;
	config->provisioning_code = mix->policy;
	config->wait_timeout = WAIT_TIMEOUT_S * NS_PER_S;
	config->call_limit.period = NS_PER_S;
	config->call.username = load->config->call.username;
	config->call.password = load->config->call.password;
	config->data = load->config->data;
	config->rest = (struct cpe_range){
		.count = config->count,
		.name = "load",
		.first = 1,
		.serial = file->serial,
		.netns = load->config->netns,
		.sources = file->sources,
		.skip = MAX(file->shard, (uint64_t)1) - 1,
		.step = load->shards,
		.numbers = kind->numbers,
	};
}

/* What an ACS is not told would be a mix of one kind. */
static int check_policy(const struct load_mix *mix, const struct model *model,
    struct error *err)
{
	const struct model_param *code = model->lives[MODEL_PROVISIONING_CODE];

	if (!mix->policy || (code && model_check_value(code, str_of(mix->policy)) == 0))
		return 0;
	return error_set(err, ERR_CONFIG, "mix: policy \"%s\": the device model %s %s",
	    mix->policy, model->name,
	    code ? "does not take this ProvisioningCode"
		 : "has no ProvisioningCode, by which an ACS would know of it");
}

static int open_kind(struct load *load, size_t k, struct error *err)
{
	const struct load_mix *mix = &load->file->mixes[k];
	struct load_kind *kind = &load->kinds[k];
	int r;

	configure(load, k);
	if (kind->config.count == 0)
		return 0;
	r = cpe_fleet_new(&kind->fleet, load->loop, &kind->config, load->config->seed,
	    err);
	load->n_fleets += kind->fleet != NULL;
	if (r == 0)
		r = check_policy(mix, kind->fleet->model, err);
	if (r < 0)
		return r;
	cpe_drive_faults(kind->fleet, mix->faults, mix->fault_ppm);
	for (size_t i = 0; i < kind->fleet->n_cpes; i++) {
		struct cpe *cpe = &kind->fleet->cpes[i];

		load->cpes[cpe->number / load->shards] = cpe;
	}
	return 0;
}

/* All mistakes in the data at once. */
static int check_data(const struct load *load, struct error *err)
{
	struct conf_mistakes *mistakes = load->config->mistakes;

	for (uint64_t i = 0; i < load->n_cpes && load->config->data; i++) {
		if (cpe_data_check(load->cpes[i], mistakes) < 0)
			return error_set(err, -ENOMEM, "no memory for CPEs");
	}
	return conf_mistakes_fail(mistakes, err);
}

int load_fleet_new(struct load *load, struct error *err)
{
	const struct load_file *file = load->file;
	int r;

	load->shards = MAX(file->shards, (uint64_t)1);
	load->wait_timeout = WAIT_TIMEOUT_S * NS_PER_S;
	load->n_cpes =
	    share_of(file->cpes, MAX(file->shard, (uint64_t)1), load->shards);
	load->kinds = calloc(file->n_mixes, sizeof(*load->kinds));
	load->cpes = calloc(load->n_cpes + 1, sizeof(struct cpe *));
	if (!load->kinds || !load->cpes)
		return error_set(err, -ENOMEM, "no memory for CPEs");
	load->n_kinds = file->n_mixes;
	r = assign(load);
	if (r < 0)
		return error_set(err, r, "no memory for CPEs");
	for (size_t k = 0; k < load->n_kinds && r == 0; k++)
		r = open_kind(load, k, err);
	return r < 0 ? r : check_data(load, err);
}

int load_fleet_lend(struct load *load, struct cpe_fleet *fleet)
{
	load->shards = 1;
	load->wait_timeout = fleet->config->wait_timeout;
	load->kinds = calloc(1, sizeof(*load->kinds));
	load->cpes = calloc(fleet->n_cpes + 1, sizeof(struct cpe *));
	if (!load->kinds || !load->cpes)
		return -ENOMEM;
	load->n_kinds = 1;
	load->kinds[0].fleet = fleet;
	for (; load->n_cpes < fleet->n_cpes; load->n_cpes++)
		load->cpes[load->n_cpes] = &fleet->cpes[load->n_cpes];
	return 0;
}

void load_fleet_give_back(struct load *load)
{
	if (load->n_kinds > 0)
		load->kinds[0].fleet = NULL;
}

const struct load_mix *load_mix_of(const struct load *load, uint64_t number)
{
	const struct cpe_fleet *fleet = load->cpes[number / load->shards]->fleet;

	for (size_t k = 0; k < load->n_kinds; k++) {
		if (load->kinds[k].fleet == fleet)
			return &load->file->mixes[k];
	}
	return load->file->mixes;
}

void load_fleet_begin(struct load *load)
{
	for (size_t k = 0; k < load->n_kinds; k++) {
		struct cpe_fleet *fleet = load->kinds[k].fleet;

		if (!fleet)
			continue;
		cpe_drive_begin(fleet, &load->observer, load->is_paced, true);
		if (load->file->spread)
			cpe_drive_spread(fleet);
		if (!load->file->bootstrap && cpe_drive_known(fleet) < 0)
			load->own.no_memory++;
	}
}

/* ---- all of them ------------------------------------------------------------------------ */

/* Calls act of each fleet. */
static void of_each(const struct load *load, void (*act)(struct cpe_fleet *fleet))
{
	for (size_t k = 0; k < load->n_kinds; k++) {
		if (load->kinds[k].fleet)
			act(load->kinds[k].fleet);
	}
}

void load_fleet_forgive(struct load *load)
{
	of_each(load, cpe_drive_forgive);
}

void load_fleet_end(struct load *load)
{
	of_each(load, cpe_drive_end);
}

uint64_t load_fleet_open(const struct load *load)
{
	uint64_t n = 0;

	for (size_t k = 0; k < load->n_kinds; k++)
		n += load->kinds[k].fleet ? cpe_drive_open(load->kinds[k].fleet) : 0;
	return n;
}

uint64_t load_fleet_phases(const struct load *load, uint64_t *slots, size_t n)
{
	uint64_t all = 0;

	for (size_t k = 0; k < load->n_kinds; k++) {
		if (load->kinds[k].fleet)
			all += cpe_drive_phases(load->kinds[k].fleet, slots, n);
	}
	return all;
}

void load_fleet_stop(struct load *load, void (*on_stopped)(void *user), void *user)
{
	for (size_t k = 0; k < load->n_kinds; k++) {
		if (load->kinds[k].fleet)
			cpe_fleet_stop(load->kinds[k].fleet, on_stopped, user);
	}
}

void load_fleet_free(struct load *load)
{
	for (size_t k = 0; k < load->n_kinds; k++) {
		cpe_fleet_free(load->kinds[k].fleet);
		free(load->kinds[k].numbers);
	}
	free(load->kinds);
	free(load->cpes);
}
