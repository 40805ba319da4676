#include "agents/cpe/device/cpe_fleet.h"

#include "agents/cpe/device/cpe_calls.h"
#include "agents/cpe/device/cpe_edges.h"
#include "agents/cpe/device/cpe_play.h"
#include "agents/cpe/talk/talk.h"
#include "lib/base/cleanup.h"
#include "lib/base/text.h"
#include "lib/cwmp/cwmp_reader.h"
#include "lib/program/log.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

/* A session takes a few descriptors, a place with a namespace one. */
static void raise_descriptor_limit(uint64_t n_cpes)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur < n_cpes * 3)
		log_warn("%" PRIu64 " CPEs that talk at once need more than the %llu "
			 "descriptors that are allowed here (ulimit -n)",
		    n_cpes, (unsigned long long)limit.rlim_cur);
}

/* What both the model and the configuration allow. */
static int make_tls(struct cpe_fleet *fleet, struct error *err)
{
	const struct cpe_config *config = fleet->config;
	const struct model_conduct *conduct = &fleet->model->conduct;
	int min = MAX(config->tls.min, conduct->tls.min);
	int max = MIN(config->tls.max, conduct->tls.max);
	const struct tls_config tls = {
		.certificate = config->certificate,
		.key = config->key,
		.trust = config->trust,
		.crl = config->crl,
		.takes_common_name = fleet->model->takes_common_name,
		.resumes = cpe_fleet_resumes(fleet),
		.min = min == CPE_TLS_1_2 ? TLS_PROTOCOL_1_2 : TLS_PROTOCOL_1_3,
		.max = max == CPE_TLS_1_2 ? TLS_PROTOCOL_1_2 : TLS_PROTOCOL_1_3,
		.keylog = config->keylog,
	};

	if (min > max)
		return error_set(err, ERR_CONFIG,
		    "the model %s speaks no TLS version that the configuration allows",
		    fleet->model->name);
	return tls_ctx_new(&fleet->tls, &tls, err);
}

/* DIR/NODE.cpes, where it is to be kept. */
static int open_states(struct cpe_fleet *fleet, struct error *err)
{
	const struct cpe_config *config = fleet->config;
	auto_buf path = BUF_NULL;

	if (!config->state)
		return 0;
	if (mkdir(config->state, 0700) < 0 && errno != EEXIST)
		return error_set(err, error_of_path(errno), "%s: %s", config->state,
		    strerror(errno));
	buf_printf(&path, "%s/%s.cpes", config->state, config->node);
	if (path.error)
		return error_set(err, -ENOMEM, "no memory");
	return state_log_open(&fleet->states, buf_cstr(&path), err);
}

/* The place of CPE i of a range. Those that differ in their address only share the
 * namespace of the first. */
static int open_place(struct cpe_fleet *fleet, const struct cpe_range *range,
    uint64_t i, struct error *err)
{
	struct cpe_place *place = &fleet->places[fleet->n_places++];
	uint64_t whole = cpe_range_whole(range, i);
	char netns[CPE_NETNS_MAX], name[CPE_TEXT_MAX];

	if (i > 0 && range->netns_step == 0) {
		cpe_place_share(place, place - i, cpe_range_address(range, whole));
		return 0;
	}
	if (cpe_place_open(place, cpe_range_netns(range, i, netns), range->interface,
		err) < 0)
		return error_prefix(err, "%s", cpe_range_name(range, whole, name));
	place->address = cpe_range_address(range, whole);
	place->ip = (uint8_t)range->ip;
	place->has_address6 = range->address6_text;
	memcpy(place->address6, range->address6, sizeof(place->address6));
	return 0;
}

static int open_cpe(struct cpe_fleet *fleet, const struct cpe_range *range, uint64_t i,
    struct error *err)
{
	struct cpe *cpe = &fleet->cpes[fleet->n_cpes];
	struct cpe_place *place;
	int r = 0;

	if (i == 0 || cpe_range_is_spread(range))
		r = open_place(fleet, range, i, err);
	if (r < 0)
		return r;
	place = &fleet->places[fleet->n_places - 1];
	r = cpe_open(cpe, fleet, range, cpe_range_whole(range, i),
	    cpe_range_whole(range, fleet->n_cpes), place, err);
	if (r == 0 && cpe_edges_open(cpe, err) < 0)
		r = error_prefix(err, "%s", cpe->name);
	if (r < 0)
		cpe_free(cpe);
	else
		fleet->n_cpes++;
	return r;
}

static int open_range(struct cpe_fleet *fleet, const struct cpe_range *range,
    struct error *err)
{
	int r = 0;

	for (uint64_t i = 0; i < range->count && r == 0; i++)
		r = open_cpe(fleet, range, i, err);
	return r;
}

static int open_cpes(struct cpe_fleet *fleet, struct error *err)
{
	const struct cpe_config *config = fleet->config;
	const struct cpe_range *ranges = config->cpes.items;
	uint64_t n_places = cpe_range_places(&config->rest);
	int r = 0;

	raise_descriptor_limit(config->n_cpes);
	for (size_t i = 0; i < config->cpes.len; i++)
		n_places += cpe_range_places(&ranges[i]);
	fleet->cpes = calloc(config->n_cpes, sizeof(*fleet->cpes));
	fleet->places = calloc(n_places, sizeof(*fleet->places));
	if (!fleet->cpes || !fleet->places)
		return error_set(err, -ENOMEM, "no memory for %" PRIu64 " CPEs",
		    config->n_cpes);
	for (size_t i = 0; i < config->cpes.len && r == 0; i++)
		r = open_range(fleet, &ranges[i], err);
	return r < 0 ? r : open_range(fleet, &config->rest, err);
}

int cpe_fleet_new(struct cpe_fleet **ret, uv_loop_t *loop,
    const struct cpe_config *config, uint64_t seed, struct error *err)
{
	struct cpe_fleet *fleet = calloc(1, sizeof(*fleet));
	int r;

	if (!fleet)
		return error_set(err, -ENOMEM, "no memory for CPEs");
	fleet->loop = loop;
	fleet->edges = &cpe_edges;
	fleet->config = config;
	fleet->seed = seed;
	fleet->words.texts.seed = rng_fresh_seed();
	hoard_init(&fleet->hoard, FLEET_RESPONSES_MAX);
	cpe_edges_start(fleet);
	*ret = fleet; /* also after a failure, to be freed when the loop is done */
	fleet->hub = reach_hub_new(loop, &config->call_limit, &cpe_reach_handlers);
	fleet->reader = cwmp_reader_new();
	if (!fleet->hub || !fleet->reader)
		return error_set(err, -ENOMEM, "no memory for CPEs");
	r = model_load(config->model, &fleet->model, err);
	if (r == 0)
		quirks_add(&fleet->model->conduct.quirks, &config->does);
	if (r == 0)
		r = model_check_pools(fleet->model, config->n_cpes, err);
	if (r == 0)
		r = make_tls(fleet, err);
	if (r == 0)
		r = open_states(fleet, err);
	return r < 0 ? r : open_cpes(fleet, err);
}

void cpe_fleet_boot(struct cpe_fleet *fleet, struct control *control)
{
	clock_ns spread = fleet->config->boot_spread;

	fleet->control = control;
	if (fleet->states)
		state_log_forget_texts(fleet->states);
	for (size_t i = 0; i < fleet->n_cpes; i++) {
		struct cpe *cpe = &fleet->cpes[i];

		cpe_boot_in(cpe,
		    spread ? (clock_ns)rng_between(&cpe->rng, 0, (uint64_t)spread) : 0);
	}
}

void cpe_fleet_stop(struct cpe_fleet *fleet, void (*on_stopped)(void *user), void *user)
{
	fleet->on_stopped = on_stopped;
	fleet->user = user;
	cpe_edges_stop(fleet);
	for (size_t i = 0; i < fleet->n_cpes; i++)
		cpe_stop(&fleet->cpes[i]);
	reach_hub_close(steal_ptr(&fleet->hub));
}

int cpe_fleet_status(const struct cpe_fleet *fleet, struct answer *answer)
{
	struct json *json = answer->json;

	json_object_begin(json, "status");
	if (answer->n_pages == 0) {
		json_uint(json, "sessions", fleet->n_sessions);
		json_uint(json, "failures", fleet->n_failures);
	}
	json_array_begin(json, "cpes");
	for (; answer->at < fleet->n_cpes && !answer_is_full(answer); answer->at++)
		cpe_play_write(&fleet->cpes[answer->at], json);
	json_array_end(json);
	json_object_end(json);
	return answer->at < fleet->n_cpes ? ANSWER_MORE : ANSWER_WHOLE;
}

void cpe_fleet_free(struct cpe_fleet *fleet)
{
	if (!fleet)
		return;
	for (size_t i = 0; i < fleet->n_cpes; i++)
		cpe_free(&fleet->cpes[i]);
	for (size_t i = 0; i < fleet->n_places; i++)
		cpe_place_close(&fleet->places[i]);
	free(fleet->cpes);
	free(fleet->places);
	state_log_free(fleet->states);
	model_free(fleet->model);
	cwmp_reader_free(fleet->reader);
	arena_pool_free(&fleet->arenas);
	tls_ctx_free(fleet->tls);
	intern_free(&fleet->words);
	free(fleet);
}
