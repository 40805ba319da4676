/* The first reading: who fared alike, by a sum for each CPE. */
#include "capture/report/ladder_crowd_internal.h"
#include "lib/base/siphash.h"

#include <errno.h>
#include <stdlib.h>

enum {
	CROWD_ARENA_MAX = 1 << 30,
	KEY_BYTES_MAX = 1 << 20,
};

/* ---- tables -------------------------------------------------------------------------- */

static struct crowd_sum sum_none(void)
{
	return (struct crowd_sum){ .first_act = INT64_MAX, .cpe = NO_CPE };
}

static struct crowd_device *add_device(struct ladder_crowd *crowd, size_t place)
{
	struct crowd_device *device = arena_alloc(&crowd->arena, sizeof(*device));

	if (!device)
		return NULL;
	*device = (struct crowd_device){ .place = place,
		.sum = sum_none(),
		.next = crowd->devices };
	if (map_put(&crowd->by_place, str_make(&device->place, sizeof(device->place)),
		device) < 0)
		return NULL;
	crowd->devices = device;
	crowd->n_devices++;
	return device;
}

static struct crowd_device *device_of(struct ladder_crowd *crowd, size_t place)
{
	struct crowd_device *device = crowd_find_device(crowd, place);

	if (!device && place != SIZE_MAX)
		device = add_device(crowd, place);
	if (!device && place != SIZE_MAX)
		crowd->error = -ENOMEM;
	return device;
}

static int note_name(struct ladder_crowd *crowd, struct crowd_host *host, char **name,
    const char *text)
{
	if (!text || *name)
		return 0;
	*name = arena_strdup(&crowd->arena, str_of(text));
	if (!*name)
		return -ENOMEM;
	if (map_get(&crowd->by_name, str_of(*name)))
		return 0;
	return map_put(&crowd->by_name, str_of(*name), host);
}

static struct crowd_host *host_of(struct ladder_crowd *crowd, const char *mac,
    const char *address)
{
	struct crowd_host *host = crowd_find_host(crowd, mac, address);

	if (!host) {
		host = arena_alloc(&crowd->arena, sizeof(*host));
		if (!host) {
			crowd->error = -ENOMEM;
			return NULL;
		}
		host->sum = sum_none();
		*crowd->last_host = host;
		crowd->last_host = &host->next;
		crowd->n_hosts++;
	}
	if (note_name(crowd, host, &host->mac, mac) < 0 ||
	    note_name(crowd, host, &host->address, address) < 0)
		crowd->error = -ENOMEM;
	return host;
}

/* ---- sums ---------------------------------------------------------------------------- */

static uint64_t digest(const struct ladder_crowd *crowd, const struct buf *key)
{
	return siphash13(crowd->seed, 1, key->data, key->len);
}

/* Of the CPE's rows alone that are in the model's view of it. */
static uint64_t digest_of(struct ladder_crowd *crowd, const struct ladder_cpe *cpe,
    uint64_t place)
{
	const struct ladder_options options = { .capture = NULL };
	const struct ladder_model model = { .options = &options };
	auto_buf key = BUF_MAX(KEY_BYTES_MAX);
	uint64_t ret;

	buf_printf(&key, "%llu\n", (unsigned long long)place);
	ladder_put_key(&key, &model, cpe, &crowd->scratch);
	ret = digest(crowd, &key);
	arena_reset(&crowd->scratch);
	return ret;
}

static void count_session(struct ladder_crowd *crowd, struct crowd_sum *sum,
    const struct analysis_session *session)
{
	auto_free const struct finding **findings =
	    calloc(session->n_findings + 1, sizeof(*findings));
	const struct ladder_cpe cpe = { .sessions = &session,
		.n_sessions = 1,
		.findings = findings,
		.n_findings = session->n_findings };

	if (!findings) {
		crowd->error = -ENOMEM;
		return;
	}
	for (size_t i = 0; i < session->n_findings; i++)
		findings[i] = &session->findings[i];
	sum->key += digest_of(crowd, &cpe, sum->n_sessions);
	sum->n_findings += (uint32_t)session->n_findings;
	if (sum->first_id == 0 || session->id < sum->first_id) {
		sum->first_id = session->id;
		sum->first = session->start;
	}
	if (session->id > sum->last_id) {
		sum->last_id = session->id;
		sum->last = session->start;
	}
	sum->n_sessions++;
}

static void end_lease(struct crowd_sum *sum, bool is_ip6)
{
	sum->key += sum->leases[is_ip6];
	sum->leases[is_ip6] = 0;
}

/* As ladder_rows() makes one row of the messages of a lease, of which the last one counts. */
static void count_act(struct ladder_crowd *crowd, struct crowd_sum *sum,
    const struct analysis_host *host)
{
	const struct ladder_host node = { host, NULL };
	const struct ladder_cpe cpe = { .hosts = &node };
	const struct analysis_message *message = &host->messages[0];
	uint64_t key = digest_of(crowd, &cpe, sum->n_sessions);

	sum->first_act = MIN(sum->first_act, message->first_time);
	if (message->kind != MESSAGE_DHCP) {
		end_lease(sum, false);
		end_lease(sum, true);
		sum->key += key;
		return;
	}
	sum->leases[message->is_ip6] = key;
	if (message->lease == LEASE_GIVEN || message->lease == LEASE_REFUSED)
		end_lease(sum, message->is_ip6);
}

/* ---- what is told -------------------------------------------------------------------- */

/* Whose address it is; of several devices nobody's. */
static void note_device(struct crowd_host *host, struct crowd_device *device)
{
	if (!host->device)
		host->device = device;
	else if (host->device != device)
		host->is_shared = true;
}

void ladder_crowd_session(struct ladder_crowd *crowd,
    const struct analysis_session *session)
{
	struct crowd_device *device;
	struct crowd_host *host;

	if (crowd->is_second) {
		crowd_keep_session(crowd, session);
		return;
	}
	device = device_of(crowd, session->owner);
	host = session->mac || session->cpe ? host_of(crowd, session->mac, session->cpe)
	       : device                     ? NULL
					    : host_of(crowd, NULL, "");
	if (host && device)
		note_device(host, device);
	if (device)
		count_session(crowd, &device->sum, session);
	else if (host)
		count_session(crowd, &host->sum, session);
}

void ladder_crowd_act(struct ladder_crowd *crowd, const struct analysis_host *act)
{
	struct crowd_device *device;
	struct crowd_host *host;

	if (act->n_messages == 0)
		return;
	if (crowd->is_second) {
		crowd_keep_act(crowd, act);
		return;
	}
	device = crowd_find_device(crowd, act->device);
	host = device ? NULL : host_of(crowd, act->mac, act->cpe);
	if (device)
		count_act(crowd, &device->sum, act);
	else if (host)
		count_act(crowd, &host->sum, act);
}

static void count_words(struct ladder_crowd *crowd, struct crowd_sum *sum,
    const char *what, const char *words)
{
	auto_buf key = BUF_MAX(KEY_BYTES_MAX);

	buf_printf(&key, "%s\n", what);
	ladder_put_words(&key, words);
	sum->key += digest(crowd, &key);
}

void ladder_crowd_finding(struct ladder_crowd *crowd, const struct finding *finding)
{
	struct crowd_sum *sum;

	/* Those of a session come with it. */
	if (crowd->is_second || (finding->session > 0 && !finding->is_late))
		return;
	sum = crowd_find_sum(crowd, finding->device, finding->mac, finding->cpe);
	if (!sum)
		return;
	sum->n_findings++;
	count_words(crowd, sum, finding->rule, finding->text);
}

void ladder_crowd_failure(struct ladder_crowd *crowd,
    const struct analysis_failure *failure)
{
	struct crowd_sum *sum;

	if (crowd->is_second || failure->session > 0)
		return;
	sum = crowd_find_sum(crowd, SIZE_MAX, failure->mac, failure->cpe);
	if (sum)
		count_words(crowd, sum, failure->layer, failure->text);
}

/* ---- who is shown -------------------------------------------------------------------- */

/* What an address tells of the only device that informs from it is that device's. */
static void join_hosts(struct ladder_crowd *crowd)
{
	for (struct crowd_host *host = crowd->hosts; host; host = host->next) {
		struct crowd_sum *sum = &host->sum, *device;

		end_lease(sum, false);
		end_lease(sum, true);
		if (!host->device || host->is_shared)
			continue;
		device = &host->device->sum;
		device->key += sum->key;
		device->n_findings += sum->n_findings;
		device->first_act = MIN(device->first_act, sum->first_act);
		sum->first_act = INT64_MAX;
		sum->n_findings = 0;
	}
}

static bool is_one(const struct crowd_sum *sum)
{
	return sum->n_sessions > 0 || sum->first_act != INT64_MAX;
}

static void list_cpes(struct ladder_crowd *crowd)
{
	for (struct crowd_host *host = crowd->hosts; host; host = host->next) {
		if (is_one(&host->sum))
			crowd->cpes[crowd->n_cpes++] =
			    (struct crowd_cpe){ .sum = &host->sum, .host = host };
	}
	for (struct crowd_device *device = crowd->devices; device;
	     device = device->next) {
		end_lease(&device->sum, false);
		end_lease(&device->sum, true);
		if (is_one(&device->sum))
			crowd->cpes[crowd->n_cpes++] =
			    (struct crowd_cpe){ .sum = &device->sum, .device = device };
	}
}

/* By their first sessions; those without behind them, by what they did first. */
static int by_first(const void *a, const void *b)
{
	const struct crowd_sum *x = ((const struct crowd_cpe *)a)->sum;
	const struct crowd_sum *y = ((const struct crowd_cpe *)b)->sum;

	if (x->first_id != y->first_id)
		return x->first_id - 1 < y->first_id - 1 ? -1 : 1;
	return x->first_act < y->first_act ? -1 : x->first_act > y->first_act;
}

static int add_to_shape(struct ladder_crowd *crowd, struct map *by_key, size_t at)
{
	struct crowd_cpe *cpe = &crowd->cpes[at];
	struct str key = str_make(&cpe->sum->key, sizeof(cpe->sum->key));
	struct crowd_shape *shape = map_get(by_key, key);

	if (!shape) {
		shape = &crowd->shapes[crowd->n_shapes++];
		*shape = (struct crowd_shape){ .key = cpe->sum->key, .first = at };
		if (map_put(by_key, str_make(&shape->key, sizeof(shape->key)), shape) <
		    0)
			return -ENOMEM;
	}
	shape->len++;
	cpe->shape = (size_t)(shape - crowd->shapes);
	return 0;
}

static int find_shapes(struct ladder_crowd *crowd)
{
	struct map by_key = { .seed = crowd->seed };
	int r = 0;

	crowd->shapes =
	    arena_array(&crowd->arena, crowd->n_cpes + 1, sizeof(*crowd->shapes));
	if (!crowd->shapes)
		return -ENOMEM;
	for (size_t i = 0; i < crowd->n_cpes && r == 0; i++)
		r = add_to_shape(crowd, &by_key, i);
	map_free(&by_key);
	return r;
}

int ladder_crowd_choose(struct ladder_crowd *crowd)
{
	int r;

	if (crowd->error < 0)
		return crowd->error;
	join_hosts(crowd);
	crowd->cpes = arena_array(&crowd->arena, crowd->n_hosts + crowd->n_devices + 1,
	    sizeof(*crowd->cpes));
	if (!crowd->cpes)
		return -ENOMEM;
	list_cpes(crowd);
	if (crowd->n_cpes > 0)
		qsort(crowd->cpes, crowd->n_cpes, sizeof(*crowd->cpes), by_first);
	r = find_shapes(crowd);
	for (size_t i = 0; r == 0 && i < MIN(crowd->n_shapes, (size_t)crowd->max); i++)
		crowd->cpes[crowd->shapes[i].first].sum->cpe =
		    (uint32_t)crowd->shapes[i].first;
	crowd->is_second = true;
	return r;
}

/* ---- interface ----------------------------------------------------------------------- */

struct ladder_crowd *ladder_crowd_new(unsigned max, uint64_t seed)
{
	struct ladder_crowd *crowd = calloc(1, sizeof(*crowd));

	if (!crowd)
		return NULL;
	crowd->arena.max = crowd->kept.max = CROWD_ARENA_MAX;
	crowd->max = max;
	crowd->seed = crowd->by_place.seed = crowd->by_name.seed = seed;
	crowd->last_host = &crowd->hosts;
	return crowd;
}

void ladder_crowd_free(struct ladder_crowd *crowd)
{
	if (!crowd)
		return;
	map_free(&crowd->by_place);
	map_free(&crowd->by_name);
	arena_free(&crowd->arena);
	arena_free(&crowd->kept);
	arena_free(&crowd->scratch);
	free(crowd);
}
