#include "agents/cpe/device/cpe_fleet.h"

#include "agents/common/tls_ctx.h"
#include "lib/base/cleanup.h"
#include "lib/base/log.h"
#include "lib/base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <sys/resource.h>

/* A session takes a few descriptors, a CPE one for its namespace. */
static void raise_descriptor_limit(size_t n_cpes)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur < n_cpes * 3)
		log_warn("%zu CPEs may need more than the %llu descriptors that are "
			 "allowed here (ulimit -n)",
		    n_cpes, (unsigned long long)limit.rlim_cur);
}

static int make_tls(struct cpe_fleet *fleet, struct error *err)
{
	const struct cpe_config *config = fleet->config;
	const struct tls_config tls = {
		.trust = config->trust,
		.min = config->tls.min == CPE_TLS_1_2 ? TLS_PROTOCOL_1_2
						      : TLS_PROTOCOL_1_3,
		.max = config->tls.max == CPE_TLS_1_2 ? TLS_PROTOCOL_1_2
						      : TLS_PROTOCOL_1_3,
		.keylog = config->keylog,
	};

	return tls_ctx_new(&fleet->tls, &tls, err);
}

static int open_cpes(struct cpe_fleet *fleet, struct error *err)
{
	const struct cpe_instance *instances = fleet->config->cpes.items;
	size_t n_listed = fleet->config->cpes.len;
	size_t n = n_listed + fleet->config->count;

	raise_descriptor_limit(n);
	fleet->cpes = calloc(n, sizeof(*fleet->cpes));
	if (!fleet->cpes)
		return error_set(err, -ENOMEM, "no memory for %zu CPEs", n);
	for (; fleet->n_cpes < n; fleet->n_cpes++) {
		size_t i = fleet->n_cpes;
		const struct cpe_instance *instance =
		    i < n_listed ? &instances[i] : NULL;
		int r = cpe_open(&fleet->cpes[i], fleet, instance, i, err);

		if (r < 0) {
			cpe_dhcp_close(&fleet->cpes[i]);
			cpe_free(&fleet->cpes[i]);
			return r;
		}
	}
	return 0;
}

int cpe_fleet_new(struct cpe_fleet **ret, uv_loop_t *loop,
    const struct cpe_config *config, uint64_t seed, struct error *err)
{
	struct cpe_fleet *fleet = calloc(1, sizeof(*fleet));
	int r;

	if (!fleet)
		return error_set(err, -ENOMEM, "no memory for CPEs");
	fleet->loop = loop;
	fleet->config = config;
	fleet->seed = seed;
	*ret = fleet; /* also after a failure, to be freed when the loop is done */
	r = model_load(config->model, &fleet->model, err);
	if (r == 0)
		r = make_tls(fleet, err);
	return r < 0 ? r : open_cpes(fleet, err);
}

void cpe_fleet_boot(struct cpe_fleet *fleet, struct control *control)
{
	clock_ns spread = fleet->config->boot_spread;

	fleet->control = control;
	for (size_t i = 0; i < fleet->n_cpes; i++) {
		struct cpe *cpe = &fleet->cpes[i];

		cpe_boot_in(cpe,
		    spread ? (clock_ns)rng_between(&cpe->rng, 0, (uint64_t)spread) : 0);
	}
}

void cpe_fleet_stopped(struct cpe_fleet *fleet)
{
	if (++fleet->n_stopped == fleet->n_cpes && fleet->on_stopped)
		fleet->on_stopped(fleet->user);
}

void cpe_fleet_stop(struct cpe_fleet *fleet, void (*on_stopped)(void *user), void *user)
{
	fleet->on_stopped = on_stopped;
	fleet->user = user;
	for (size_t i = 0; i < fleet->n_cpes; i++)
		cpe_stop(&fleet->cpes[i]);
}

void cpe_fleet_status(const struct cpe_fleet *fleet, struct json *json)
{
	char text[IPV4_TEXT_MAX];

	json_uint(json, "sessions", fleet->n_sessions);
	json_uint(json, "failures", fleet->n_failures);
	json_array_begin(json, "cpes");
	for (size_t i = 0; i < fleet->n_cpes; i++) {
		const struct cpe *cpe = &fleet->cpes[i];

		json_object_begin(json, NULL);
		json_text(json, "node", cpe->name);
		json_text(json, "serial", cpe->serial);
		json_text(json, "state", cpe_state_name(cpe->state));
		json_text(json, "address", ipv4_text(cpe->address, text));
		json_text(json, "acs", cpe->acs_url);
		json_text(json, "source",
		    acs_source_name(acs_slots_source(&cpe->slots)));
		json_uint(json, "retry_count", cpe->retry_count);
		json_object_end(json);
	}
	json_array_end(json);
}

void cpe_fleet_free(struct cpe_fleet *fleet)
{
	if (!fleet)
		return;
	for (size_t i = 0; i < fleet->n_cpes; i++)
		cpe_free(&fleet->cpes[i]);
	free(fleet->cpes);
	model_free(fleet->model);
	tls_ctx_free(fleet->tls);
	free(fleet);
}
