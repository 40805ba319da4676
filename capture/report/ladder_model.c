#include "capture/report/ladder_model.h"

#include "lib/base/buf.h"
#include "lib/base/map.h"

#include <errno.h>
#include <stdlib.h>

enum {
	MODEL_ARENA_MAX = 1 << 30
};

/* ---- CPEs -------------------------------------------------------------------------- */

const char *ladder_name(const struct ladder_options *options, const char *mac,
    const char *address)
{
	const char *name =
	    options->name_of ? options->name_of(options->user, mac, address) : NULL;

	/* A text need not tell its address. */
	if (!name && address && !*address)
		return "CPE";
	return name ? name : address ? address : mac ? mac : "?";
}

/* By MAC where it is known, else by address: the same CPE in sequences and sessions. */
static struct str key_of(const char *mac, const char *address)
{
	return str_of(mac ? mac : address ? address : "");
}

struct roster { /* while the model is built */
	struct ladder_model *model;
	const struct analysis *analysis;
	struct map
	    by_key; /* to struct ladder_cpe, of those that no device is known of */
	/* The only device that informs from a MAC or address: its index plus DEVICE_FIRST. Or
	 * SHARED, where several do. */
	struct map at;
	struct ladder_cpe **by_device; /* owned */
};

enum {
	SHARED = 1,
	DEVICE_FIRST = 2,
};

static int note_address(struct roster *roster, const char *address, size_t value)
{
	if (!address || map_get(&roster->at, str_of(address)))
		return 0;
	return map_put(&roster->at, str_of(address), (void *)(uintptr_t)value);
}

static int note_hosts(struct roster *roster)
{
	const struct analysis *analysis = roster->analysis;
	int r = 0;

	roster->by_device = calloc(analysis->n_devices + 1, sizeof(*roster->by_device));
	if (!roster->by_device)
		return -ENOMEM;
	for (size_t i = 0; i < analysis->n_hosts && r == 0; i++) {
		const struct analysis_host *host = &analysis->hosts[i];
		size_t value = host->is_shared ? SHARED : host->device + DEVICE_FIRST;

		if (!host->is_shared && host->device >= analysis->n_devices)
			continue;
		r = note_address(roster, host->mac, value);
		if (r == 0)
			r = note_address(roster, host->cpe, value);
	}
	return r;
}

/* SHARED, a device's index plus DEVICE_FIRST, or 0 where none is known there. */
static size_t known_at(const struct roster *roster, const char *mac,
    const char *address)
{
	size_t known = (size_t)(uintptr_t)map_get(&roster->at, key_of(mac, address));

	return known || !address
		   ? known
		   : (size_t)(uintptr_t)map_get(&roster->at, str_of(address));
}

static size_t device_of(const struct roster *roster, size_t device, const char *mac,
    const char *address)
{
	size_t known;

	if (device < roster->analysis->n_devices)
		return device;
	known = known_at(roster, mac, address);
	return known >= DEVICE_FIRST ? known - DEVICE_FIRST : SIZE_MAX;
}

static struct ladder_cpe *find(const struct roster *roster, size_t device,
    const char *mac, const char *address)
{
	struct ladder_cpe *cpe;

	device = device_of(roster, device, mac, address);
	if (device != SIZE_MAX)
		return roster->by_device[device];
	cpe = map_get(&roster->by_key, key_of(mac, address));
	return cpe || !address ? cpe : map_get(&roster->by_key, str_of(address));
}

static struct ladder_cpe *add(struct roster *roster, const char *mac,
    const char *address, clock_ns first)
{
	struct ladder_cpe *cpe = &roster->model->cpes[roster->model->n_cpes++];

	cpe->name = ladder_name(roster->model->options, mac, address);
	cpe->address = address;
	cpe->mac = mac;
	cpe->boot = first;
	return cpe;
}

/* A device has one ladder, wherever it informs from. Devices that share an address are named by
 * their serial numbers. */
static struct ladder_cpe *add_device(struct roster *roster, size_t at, const char *mac,
    const char *address, clock_ns first)
{
	const struct analysis_device *device = &roster->analysis->devices[at];
	struct ladder_cpe *cpe;

	address = device->cpe ? device->cpe : address;
	cpe = add(roster, device->mac ? device->mac : mac, address, first);
	if (known_at(roster, device->mac, address) == SHARED && device->serial)
		cpe->name = device->serial;
	roster->by_device[at] = cpe;
	return cpe;
}

static struct ladder_cpe *find_or_add(struct roster *roster, size_t device,
    const char *mac, const char *address, clock_ns first)
{
	struct ladder_cpe *cpe = find(roster, device, mac, address);

	if (cpe)
		return cpe;
	device = device_of(roster, device, mac, address);
	if (device != SIZE_MAX)
		return add_device(roster, device, mac, address, first);
	cpe = add(roster, mac, address, first);
	if (map_put(&roster->by_key, key_of(mac, address), cpe) < 0)
		return NULL;
	if (mac && address && map_put(&roster->by_key, str_of(address), cpe) < 0)
		return NULL;
	return cpe;
}

static void count_steps(struct ladder_cpe *cpe)
{
	const struct sequence_result *result = cpe->sequence;

	for (size_t i = 0; i < result->n_steps; i++) {
		const struct step_result *step = &result->steps[i];
		bool holds = true;

		if (step->step == 0 || (i > 0 && step[-1].step == step->step))
			continue;
		for (size_t k = i; k < result->n_steps; k++) {
			if (result->steps[k].step == step->step)
				holds &=
				    result->steps[k].ok || result->steps[k].is_skipped;
		}
		cpe->steps++;
		cpe->steps_held += holds;
	}
}

static int add_sequences(struct roster *roster, const struct analysis *analysis)
{
	for (size_t i = 0; i < analysis->n_sequences; i++) {
		const struct sequence_result *result = &analysis->sequences[i];
		const char *address =
		    result->cpe && result->mac && strcmp(result->cpe, result->mac) == 0
			? NULL
			: result->cpe;
		struct ladder_cpe *cpe = find_or_add(roster, result->device,
		    result->mac, address, result->boot);

		if (!cpe)
			return -ENOMEM;
		if (cpe->sequence)
			continue;
		cpe->sequence = result;
		count_steps(cpe);
	}
	return 0;
}

static void take_session(struct ladder_cpe *cpe, const struct analysis_session *session)
{
	if (cpe->n_sessions == 0)
		cpe->first_session = session->start;
	cpe->last_session = session->start;
	cpe->serial = session->serial;
	if (cpe->sessions)
		cpe->sessions[cpe->n_sessions] = session;
}

/* Sessions come in the order of their start: count, then hand out in the same order. */
static int add_sessions(struct roster *roster, const struct analysis *analysis)
{
	struct arena *arena = &roster->model->arena;

	for (size_t pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < analysis->n_sessions; i++) {
			const struct analysis_session *session = &analysis->sessions[i];
			struct ladder_cpe *cpe = find_or_add(roster, session->owner,
			    session->mac, session->cpe, session->start);

			if (!cpe)
				return -ENOMEM;
			if (pass == 1)
				take_session(cpe, session);
			cpe->n_sessions++;
		}
		for (size_t i = 0; pass == 0 && i < roster->model->n_cpes; i++) {
			struct ladder_cpe *cpe = &roster->model->cpes[i];

			cpe->sessions = arena_array(arena, cpe->n_sessions + 1,
			    sizeof(*cpe->sessions));
			if (!cpe->sessions)
				return -ENOMEM;
			cpe->n_sessions = 0;
		}
	}
	return 0;
}

static int add_host(struct roster *roster, const struct analysis_host *host)
{
	struct ladder_host *node = arena_alloc(&roster->model->arena, sizeof(*node));
	struct ladder_cpe *cpe = find_or_add(roster, host->device, host->mac, host->cpe,
	    host->messages[0].first_time);

	if (!cpe || !node)
		return -ENOMEM;
	*node = (struct ladder_host){ host, cpe->hosts };
	cpe->hosts = node;
	if (!cpe->sequence && host->messages[0].first_time < cpe->boot)
		cpe->boot = host->messages[0].first_time;
	return 0;
}

static int add_hosts(struct roster *roster, const struct analysis *analysis)
{
	int r = 0;

	for (size_t i = 0; i < analysis->n_hosts && r == 0; i++) {
		if (analysis->hosts[i].n_messages > 0)
			r = add_host(roster, &analysis->hosts[i]);
	}
	return r;
}

/* Null where it is about nobody who is known. */
static struct ladder_cpe *cpe_of(const struct roster *roster,
    const struct analysis *analysis, const struct finding *finding)
{
	const struct analysis_session *session =
	    analysis_find_session(analysis, finding->session);

	return session ? find(roster, session->owner, session->mac, session->cpe)
		       : find(roster, finding->device, finding->mac, finding->cpe);
}

static int add_findings(struct roster *roster, const struct analysis *analysis)
{
	struct ladder_model *model = roster->model;

	for (size_t i = 0; i < analysis->n_findings; i++) {
		struct ladder_cpe *cpe =
		    cpe_of(roster, analysis, &analysis->findings[i]);

		if (cpe)
			cpe->n_findings++;
	}
	for (size_t i = 0; i < model->n_cpes; i++) {
		struct ladder_cpe *cpe = &model->cpes[i];

		cpe->findings = arena_array(&model->arena, cpe->n_findings + 1,
		    sizeof(*cpe->findings));
		if (!cpe->findings)
			return -ENOMEM;
		cpe->n_findings = 0;
	}
	for (size_t i = 0; i < analysis->n_findings; i++) {
		struct ladder_cpe *cpe =
		    cpe_of(roster, analysis, &analysis->findings[i]);

		if (cpe)
			cpe->findings[cpe->n_findings++] = &analysis->findings[i];
	}
	return 0;
}

const struct step_result *ladder_failed(const struct ladder_cpe *cpe)
{
	const struct sequence_result *result = cpe->sequence;

	for (size_t i = 0; result && !result->not_judged && i < result->n_steps; i++) {
		if (!result->steps[i].ok && !result->steps[i].is_skipped)
			return &result->steps[i];
	}
	return NULL;
}

/* ---- shapes ------------------------------------------------------------------------ */

/* Digits do not count: addresses, times and frames differ from CPE to CPE. */
void ladder_put_words(struct buf *key, const char *text)
{
	for (; text && *text; text++) {
		if (*text < '0' || *text > '9')
			buf_append_char(key, *text);
	}
	buf_append_char(key, '\n');
}

void ladder_put_key(struct buf *key, const struct ladder_model *model,
    const struct ladder_cpe *cpe, struct arena *scratch)
{
	size_t n;
	const struct ladder_row *rows = ladder_rows(model, cpe, scratch, &n);

	for (size_t i = 0; rows && i < n; i++) {
		/* Which end sends its FIN first is a race, no difference of shape. */
		if (!rows[i].has_step && rows[i].kind == MESSAGE_TCP)
			continue;
		buf_printf(key, "%d.%u.%d.%d.", rows[i].has_step, rows[i].step,
		    rows[i].is_failed, rows[i].from);
		/* Of a status, they do. */
		buf_printf(key, "%u.",
		    rows[i].message ? rows[i].message->http_status : 0);
		ladder_put_words(key,
		    rows[i].message ? rows[i].message->name : rows[i].text);
		ladder_put_words(key, rows[i].why);
	}
	if (cpe->sequence)
		ladder_put_words(key, cpe->sequence->not_judged);
}

static int add_shape(struct ladder_model *model, struct map *by_key, size_t at,
    struct str key)
{
	struct ladder_shape *shape = map_get(by_key, key);

	if (!shape) {
		shape = &model->shapes[model->n_shapes];
		shape->first = at;
		shape->key = arena_strdup(&model->arena, key);
		if (!shape->key || map_put(by_key, str_of(shape->key), shape) < 0)
			return -ENOMEM;
		model->n_shapes++;
	}
	shape->len++;
	model->cpes[at].shape = (size_t)(shape - model->shapes);
	return 0;
}

static int find_shapes(struct ladder_model *model, uint64_t hash_seed)
{
	struct map by_key = { .seed = hash_seed };
	auto_arena scratch = ARENA_NULL;
	auto_buf key = BUF_MAX(1 << 20);
	int r = 0;

	model->shapes =
	    arena_array(&model->arena, model->n_cpes + 1, sizeof(*model->shapes));
	if (!model->shapes)
		return -ENOMEM;
	for (size_t i = 0; i < model->n_cpes && r == 0; i++) {
		buf_reset(&key);
		arena_reset(&scratch);
		ladder_put_key(&key, model, &model->cpes[i], &scratch);
		r = add_shape(model, &by_key, i, buf_str(&key));
	}
	map_free(&by_key);
	return r;
}

int ladder_model_build_cpes(struct ladder_model *model, const struct analysis *analysis,
    const struct ladder_options *options)
{
	struct roster roster = { .model = model,
		.analysis = analysis,
		.by_key = { .seed = analysis->hash_seed },
		.at = { .seed = analysis->hash_seed } };
	int r;

	*model = (struct ladder_model){ .arena = ARENA_MAX(MODEL_ARENA_MAX),
		.options = options };
	model->cpes = arena_array(&model->arena,
	    analysis->n_sequences + analysis->n_sessions + analysis->n_hosts + 1,
	    sizeof(*model->cpes));
	r = model->cpes ? note_hosts(&roster) : -ENOMEM;
	if (r == 0)
		r = add_sequences(&roster, analysis);
	if (r == 0)
		r = add_sessions(&roster, analysis);
	if (r == 0)
		r = add_hosts(&roster, analysis);
	if (r == 0)
		r = add_findings(&roster, analysis);
	map_free(&roster.by_key);
	map_free(&roster.at);
	free(roster.by_device);
	return r;
}

int ladder_model_build(struct ladder_model *model, const struct analysis *analysis,
    const struct ladder_options *options)
{
	int r = ladder_model_build_cpes(model, analysis, options);

	return r == 0 ? find_shapes(model, analysis->hash_seed) : r;
}

void ladder_model_free(struct ladder_model *model)
{
	arena_free(&model->arena);
}
