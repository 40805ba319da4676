/* The probe: whether an operator still reaches one device while the flood runs. On CPEs that are
 * marked a value is set and read back through the ACS, over and over, each time by a connection
 * request, and how long that takes is told. */
#include "agents/cpe/load/load_internal.h"

#include "agents/cpe/load/load_door.h"
#include "lib/cwmp/device_name.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	LOOPBACK = 127,
	TIMEOUT_S = 30 /* of the operator: a set or get that takes longer has failed */
};

#define PARAMETER "DeviceInfo.ProvisioningCode" /* that both data models have */

enum probe_state {
	PROBE_RESTS,
	PROBE_SETS,
	PROBE_GETS
};

struct probe_cpe {
	struct load *load;
	struct cpe *cpe;
	char id[CWMP_DEVICE_NAME_MAX]; /* by which the ACS knows it */
	char parameter[LOAD_PARAMETER_MAX];
	enum probe_state state;
	clock_ns due;    /* of the next round */
	clock_ns since;  /* that the operator wishes what is under way */
	unsigned rounds; /* that have begun */
};

struct load_probes {
	struct load_door *door;
	size_t len;
	struct probe_cpe items[];
};

/* ---- a round ---------------------------------------------------------------------------- */

static bool is_done(const struct conf_node *answer)
{
	const struct conf_node *ok = answer ? conf_get(answer, "ok") : NULL;
	const struct conf_node *task = answer ? conf_get(answer, "task") : NULL;
	const struct conf_node *state = task ? conf_get(task, "state") : NULL;

	return ok && str_is(ok->text, "true") && state && str_is(state->text, "done");
}

/* A task that was not done in time, or was answered by a fault. */
static bool is_late(const struct probe_cpe *probe, clock_ns now)
{
	return now - probe->since >= TIMEOUT_S * NS_PER_S;
}

static void begin(struct probe_cpe *probe, enum probe_state state, clock_ns since);

static unsigned phase_of(enum probe_state state)
{
	return state == PROBE_SETS ? TALLY_PROBE_SET : TALLY_PROBE_GET;
}

static void on_answered(void *user, const struct conf_node *answer)
{
	struct probe_cpe *probe = user;
	struct load *load = probe->load;
	unsigned phase = phase_of(probe->state);
	clock_ns now = clock_monotonic();
	bool was_set = probe->state == PROBE_SETS;

	probe->state = PROBE_RESTS;
	if (load->state >= LOAD_STOPPING)
		return;
	if (!is_done(answer)) {
		tally_step(&load->tally, phase,
		    is_late(probe, now) ? TALLY_TIMED_OUT : TALLY_UNEXPECTED);
		return;
	}
	tally_phase(&load->tally, phase, load_us(now - probe->since),
	    load_us(now - probe->since));
	if (was_set && load->state == LOAD_RUNNING)
		begin(probe, PROBE_GETS, now);
}

static void put_arguments(struct json *json, const struct probe_cpe *probe,
    enum probe_state state)
{
	char value[32];

	(void)snprintf(value, sizeof(value), "probe-%u", probe->rounds);
	json_object_begin(json, "arguments");
	if (state == PROBE_SETS) {
		json_object_begin(json, "values");
		json_text(json, probe->parameter, value);
		json_object_end(json);
	} else {
		json_array_begin(json, "names");
		json_text(json, NULL, probe->parameter);
		json_array_end(json);
	}
	json_object_end(json);
}

static void begin(struct probe_cpe *probe, enum probe_state state, clock_ns since)
{
	struct load_door *door = probe->load->probes->door;
	struct json *json = NULL;
	char timeout[16];

	if (load_door_again(door))
		json = load_door_ask(door, "rpc", on_answered, probe);
	if (!json) {
		tally_step(&probe->load->tally, phase_of(state), TALLY_UNEXPECTED);
		return;
	}
	probe->state = state;
	probe->since = since;
	probe->rounds += state == PROBE_SETS;
	(void)snprintf(timeout, sizeof(timeout), "%ds", TIMEOUT_S);
	json_text(json, "device", probe->id);
	json_text(json, "method",
	    state == PROBE_SETS ? "SetParameterValues" : "GetParameterValues");
	put_arguments(json, probe, state);
	json_bool(json, "wait", true);
	json_bool(json, "call", true);
	json_text(json, "timeout", timeout);
	load_door_send(door);
}

/* An ACS that was ended may have another one in its place by now; as long as it has none
 * the operator reaches nobody. A round that is still under way when the next is due is left
 * to end; the next one then begins at its own time, so that one that hangs does not hide
 * the rest. */
void load_probe_beat(struct load *load, clock_ns now)
{
	struct load_probes *probes = load->probes;

	for (size_t i = 0; probes && i < probes->len; i++) {
		struct probe_cpe *probe = &probes->items[i];

		if (now < probe->due || !probe->cpe->has_talked)
			continue;
		if (probe->due == 0)
			probe->due = now;
		if (probe->state == PROBE_RESTS)
			begin(probe, PROBE_SETS, probe->due);
		while (probe->due <= now)
			probe->due += load->file->probe.every;
	}
}

/* ---- beginning and end ------------------------------------------------------------------ */

static int find_parameter(struct probe_cpe *probe, struct error *err)
{
	static const char *const roots[] = { "", "Device.", "InternetGatewayDevice." };
	const char *wanted = probe->load->file->probe.parameter;
	struct model_at at;

	wanted = wanted ? wanted : PARAMETER;
	for (size_t i = 0; i < ARRAY_LEN(roots); i++) {
		(void)snprintf(probe->parameter, sizeof(probe->parameter), "%s%s",
		    roots[i], wanted);
		if (model_values_find(&probe->cpe->values, str_of(probe->parameter),
			&at))
			return 0;
	}
	return error_set(err, ERR_CONFIG,
	    "probe: the model %s has no parameter %s, which is to be set and read",
	    probe->cpe->values.model->name, wanted);
}

/* Elsewhere than on loopback nobody listens: this machine's own network is no lab. */
int load_mark(struct cpe *cpe, const char *what, struct error *err)
{
	const struct cpe_place *place = cpe->place;

	cpe_drive_mark(cpe->fleet, load_index(cpe));
	if (place->netns >= 0 || !place->address || place->address >> 24 == LOOPBACK)
		return 0;
	return error_set(err, ERR_CONFIG,
	    "%s: CPEs can be called on loopback alone: sources within 127.0.0.0/8, or "
	    "none",
	    what);
}

int load_name(struct cpe *cpe, char *name)
{
	auto_arena arena = ARENA_NULL;
	struct rpc rpc = cpe_rpc(cpe);
	struct cwmp_device_id id = rpc_device_id(&rpc, &arena);

	return cwmp_device_name(&id, name);
}

static int mark(struct load *load, struct probe_cpe *probe, uint64_t i,
    struct error *err)
{
	struct cpe *cpe = load->cpes[i];

	probe->load = load;
	probe->cpe = cpe;
	if (load_mark(cpe, "probe", err) < 0)
		return err->code;
	if (load_name(cpe, probe->id) < 0)
		return error_set(err, ERR_CONFIG,
		    "probe: CPE %llu has a name that is too long",
		    (unsigned long long)cpe->number + 1);
	return find_parameter(probe, err);
}

int load_probe_open(struct load *load, struct error *err)
{
	const struct load_probe *wish = &load->file->probe;
	uint64_t n = MIN(wish->cpes, load->n_cpes);
	struct load_probes *probes;
	int r;

	if (n == 0)
		return 0;
	probes = calloc(1, sizeof(*probes) + n * sizeof(probes->items[0]));
	if (!probes)
		return error_set(err, -ENOMEM, "no memory for a probe");
	load->probes = probes;
	r = load_door_open(&probes->door, load->loop, load_door_path(load), err);
	load->n_open += probes->door != NULL;
	for (uint64_t i = 0; i < n && r == 0; i++)
		r = mark(load, &probes->items[probes->len++], i * load->n_cpes / n,
		    err);
	return r;
}

void load_probe_stop(struct load *load, void (*done)(void *user), void *user)
{
	if (load->probes && load->probes->door)
		load_door_close(steal_ptr(&load->probes->door), done, user);
}

void load_probe_free(struct load *load)
{
	free(load->probes);
}
