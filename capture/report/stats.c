#include "capture/report/stats.h"

#include "capture/analysis/analysis.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/map.h"

#include <errno.h>
#include <stdlib.h>

enum {
	LOOK_AHEAD = 16 /* messages, for what answers one */
};

enum phase {
	PHASE_DHCP,
	PHASE_DNS,
	PHASE_TCP,
	PHASE_TLS,
	PHASE_INFORM,
	PHASE_SESSION,
	PHASES
};

struct samples { /* of one row, while they gather */
	struct stats_row row;
	clock_ns *times;
	size_t cap;
};

struct maker {
	const struct analysis *analysis;
	struct samples phases[PHASES];
	struct map by_name; /* struct samples of RPCs */
	struct arena arena;
	int error;
};

/* ---- gathering --------------------------------------------------------------------- */

static void count(struct samples *samples, uint64_t bytes)
{
	samples->row.count++;
	samples->row.bytes += bytes;
	samples->row.largest = MAX(samples->row.largest, bytes);
}

/* Clocks of captures jump: an end before its start is no time. */
static void add_time(struct maker *maker, struct samples *samples, clock_ns start,
    clock_ns end)
{
	if (end < start)
		return;
	if (samples->row.timed == samples->cap) {
		size_t cap = samples->cap ? samples->cap * 2 : 64;
		clock_ns *more = realloc(samples->times, cap * sizeof(*more));

		if (!more) {
			maker->error = -ENOMEM;
			return;
		}
		samples->times = more;
		samples->cap = cap;
	}
	samples->times[samples->row.timed++] = end - start;
}

static struct samples *samples_of_rpc(struct maker *maker, const char *name)
{
	struct samples *samples = map_get(&maker->by_name, str_of(name));

	if (samples)
		return samples;
	samples = arena_alloc(&maker->arena, sizeof(*samples));
	if (!samples || map_put(&maker->by_name, str_of(name), samples) < 0) {
		maker->error = -ENOMEM;
		return NULL;
	}
	samples->row.name = name;
	return samples;
}

/* A lease: from its first question to the answer that gives it. */
static void gather_lease(struct maker *maker, const struct analysis_message *message,
    const struct analysis_message **asked)
{
	if (message->lease == LEASE_SOUGHT ||
	    (!*asked && message->lease == LEASE_ASKED)) {
		*asked = message;
		count(&maker->phases[PHASE_DHCP], 0);
	} else if (*asked && message->lease == LEASE_GIVEN) {
		add_time(maker, &maker->phases[PHASE_DHCP], (*asked)->time,
		    message->time);
		*asked = NULL;
	}
}

static void gather_host(struct maker *maker, const struct analysis_host *host)
{
	const struct analysis_message *asked[2] = { NULL,
		NULL }; /* by DHCPv4, DHCPv6 */

	for (size_t i = 0; i < host->n_messages; i++) {
		const struct analysis_message *message = &host->messages[i];

		if (message->kind == MESSAGE_DNS) {
			count(&maker->phases[PHASE_DNS], 0);
			if (message->frame != message->first_frame)
				add_time(maker, &maker->phases[PHASE_DNS],
				    message->first_time, message->time);
			continue;
		}
		if (message->kind == MESSAGE_DHCP)
			gather_lease(maker, message, &asked[message->is_ip6]);
	}
}

static void gather_conn(struct maker *maker, const struct analysis_conn *conn)
{
	if (conn->syn) {
		count(&maker->phases[PHASE_TCP], 0);
		if (conn->established)
			add_time(maker, &maker->phases[PHASE_TCP], conn->syn,
			    conn->established);
	}
	if (conn->hello) {
		count(&maker->phases[PHASE_TLS], 0);
		if (conn->secured)
			add_time(maker, &maker->phases[PHASE_TLS], conn->hello,
			    conn->secured);
	}
}

/* Also one without a code. */
static bool is_fault(const struct analysis_message *message)
{
	return strcmp(message->name, "Fault") == 0;
}

/* Whether a transfer, or a change of a deployment unit, failed: a request tells it. */
static bool tells_fault(const struct rpc_outcome *outcome)
{
	for (size_t i = 0; outcome && i < outcome->n_units; i++) {
		if (outcome->units[i].code != 0)
			return true;
	}
	return outcome && outcome->code != 0;
}

/* How long the other end took to answer; the ACS's RPCs are answered by the next POST. */
static void gather_rpc(struct maker *maker, const struct analysis_message *request,
    const struct analysis_message *response)
{
	struct samples *samples = samples_of_rpc(maker, request->name);

	if (!samples)
		return;
	count(samples, request->size + (response ? response->size : 0));
	samples->row.faults += tells_fault(request->outcome);
	if (!response)
		return;
	add_time(maker, samples, request->time, response->time);
	samples->row.faults += is_fault(response);
}

static bool answers(const struct analysis_message *request,
    const struct analysis_message *response)
{
	size_t n = strlen(request->name);

	return response->from != request->from &&
	       (is_fault(response) || (strncmp(response->name, request->name, n) == 0 &&
					  strcmp(response->name + n, "Response") == 0));
}

static bool is_request(const struct analysis_message *message)
{
	return message->kind == MESSAGE_CWMP && message->name && !is_fault(message) &&
	       !str_ends(str_of(message->name), STR("Response"));
}

/* Whether the request has to come again, as the ACS asked for credentials or redirected. */
static bool is_refused(const struct analysis_session *session, size_t at)
{
	const struct analysis_message *request = &session->messages[at];

	for (size_t i = at + 1; i < MIN(session->n_messages, at + LOOK_AHEAD); i++) {
		const struct analysis_message *message = &session->messages[i];

		if (request->exchange != 0 && message->exchange == request->exchange &&
		    (message->http_status == 401 || message->http_status == 407 ||
			message->http_status / 100 == 3))
			return true;
	}
	return false;
}

/* An envelope is answered by the next one of the other end, at once or with HoldRequests
 * after what comes first. */
static const struct analysis_message *response_to(const struct analysis_session
						      *session,
    size_t at)
{
	const struct analysis_message *request = &session->messages[at];

	for (size_t i = at + 1; i < MIN(session->n_messages, at + LOOK_AHEAD); i++) {
		const struct analysis_message *message = &session->messages[i];

		if (message->kind == MESSAGE_CWMP && message->name &&
		    answers(request, message))
			return message;
	}
	return NULL;
}

static void gather_session(struct maker *maker, const struct analysis_session *session)
{
	bool has_inform = false;
	uint64_t bytes = 0;

	add_time(maker, &maker->phases[PHASE_SESSION], session->start, session->end);
	for (size_t i = 0; i < session->n_conns; i++)
		gather_conn(maker, &session->conns[i]);
	for (size_t i = 0; i < session->n_messages; i++) {
		const struct analysis_message *message = &session->messages[i],
					      *response;

		bytes += message->size;
		if (!is_request(message))
			continue;
		response = response_to(session, i);
		if (!is_refused(session, i))
			gather_rpc(maker, message, response);
		if (has_inform || strcmp(message->name, "Inform") != 0)
			continue;
		/* From the first Inform: rounds of 401 are a part of it. */
		has_inform = true;
		count(&maker->phases[PHASE_INFORM],
		    message->size + (response ? response->size : 0));
		if (response)
			add_time(maker, &maker->phases[PHASE_INFORM],
			    message->first_time, response->time);
	}
	count(&maker->phases[PHASE_SESSION], bytes);
}

/* ---- results ----------------------------------------------------------------------- */

static int by_time(const void *a, const void *b)
{
	const clock_ns *left = a, *right = b;

	return *left < *right ? -1 : *left > *right;
}

static int by_name(const void *a, const void *b)
{
	const struct stats_row *left = a, *right = b;

	return strcmp(left->name, right->name);
}

/* The smallest sample that so many hundredths of all do not exceed. */
static clock_ns percentile(const clock_ns *times, uint64_t n, unsigned hundredths)
{
	uint64_t rank = (n * hundredths + 99) / 100;

	return n == 0 ? 0 : times[rank > 0 ? rank - 1 : 0];
}

static struct stats_row finish(struct samples *samples)
{
	struct stats_row row = samples->row;
	uint64_t n = row.timed;

	if (n > 0) {
		qsort(samples->times, n, sizeof(*samples->times), by_time);
		row.min = samples->times[0];
		row.p50 = percentile(samples->times, n, 50);
		row.p90 = percentile(samples->times, n, 90);
		row.p99 = percentile(samples->times, n, 99);
		row.max = samples->times[n - 1];
	}
	free(samples->times);
	samples->times = NULL;
	return row;
}

static void gather(struct maker *maker)
{
	const struct analysis *analysis = maker->analysis;

	for (size_t i = 0; i < analysis->n_hosts; i++)
		gather_host(maker, &analysis->hosts[i]);
	for (size_t i = 0; i < analysis->n_sessions; i++)
		gather_session(maker, &analysis->sessions[i]);
}

static struct stats *collect(struct maker *maker)
{
	static const char *const names[PHASES] = { "DHCP", "DNS", "TCP", "TLS",
		"Inform", "session" };
	struct stats *stats = calloc(1, sizeof(*stats));
	struct samples *samples;
	size_t at = 0;

	if (stats) {
		stats->phases = calloc(PHASES, sizeof(*stats->phases));
		stats->rpcs = calloc(maker->by_name.len + 1, sizeof(*stats->rpcs));
	}
	if (!stats || !stats->phases || !stats->rpcs) {
		stats_free(stats);
		return NULL;
	}
	for (size_t i = 0; i < PHASES; i++) {
		maker->phases[i].row.name = names[i];
		stats->phases[stats->n_phases++] = finish(&maker->phases[i]);
	}
	while ((samples = map_next(&maker->by_name, &at)))
		stats->rpcs[stats->n_rpcs++] = finish(samples);
	qsort(stats->rpcs, stats->n_rpcs, sizeof(*stats->rpcs), by_name);
	return stats;
}

static void drop_samples(struct maker *maker)
{
	struct samples *samples;
	size_t at = 0;

	for (size_t i = 0; i < PHASES; i++)
		free(maker->phases[i].times);
	while ((samples = map_next(&maker->by_name, &at)))
		free(samples->times);
	map_free(&maker->by_name);
	arena_free(&maker->arena);
}

/* Whether no session before had it: a proxy's connection may carry those of several CPEs. */
static int note_connection(struct map *seen, struct arena *arena,
    const struct analysis_conn *conn)
{
	auto_buf key = BUF_NULL;
	struct str kept;

	buf_printf(&key, "%s %u %s %u %llu", conn->client, conn->client_port,
	    conn->server, conn->server_port, (unsigned long long)conn->first_frame);
	if (map_get(seen, buf_str(&key)))
		return 0;
	kept = arena_str(arena, buf_str(&key));
	return kept.p && map_put(seen, kept, seen) == 0 ? 1 : -ENOMEM;
}

static int count_connections(const struct analysis *analysis, struct stats *stats)
{
	struct map seen = { .seed = analysis->hash_seed };
	auto_arena arena = ARENA_MAX((size_t)1 << 30);
	int r = 0;

	for (size_t i = 0; r >= 0 && i < analysis->n_sessions; i++) {
		const struct analysis_session *session = &analysis->sessions[i];

		for (size_t k = 0; r >= 0 && k < session->n_conns; k++) {
			r = note_connection(&seen, &arena, &session->conns[k]);
			stats->connections += r == 1;
			stats->retransmitted +=
			    r == 1 ? session->conns[k].retransmitted : 0;
		}
	}
	map_free(&seen);
	return r < 0 ? r : 0;
}

int stats_make(const struct analysis *analysis, struct stats **ret)
{
	struct maker maker = { .analysis = analysis,
		.by_name.seed = analysis->hash_seed };
	struct stats *stats = NULL;

	gather(&maker);
	if (maker.error == 0)
		stats = collect(&maker);
	drop_samples(&maker);
	if (!stats)
		return -ENOMEM;
	stats->is_text = analysis->counts.text != NULL;
	stats->messages = analysis->counts.messages;
	stats->packets = analysis->counts.packets;
	stats->bytes = analysis->counts.bytes;
	stats->sessions = analysis->n_sessions;
	if (count_connections(analysis, stats) < 0) {
		stats_free(stats);
		return -ENOMEM;
	}
	stats->reordered = analysis->counts.reordered;
	stats->conflicts = analysis->counts.conflicts;
	stats->gaps = analysis->counts.gaps;
	stats->gap_bytes = analysis->counts.gap_bytes;
	*ret = stats;
	return 0;
}

void stats_free(struct stats *stats)
{
	if (!stats)
		return;
	free(stats->phases);
	free(stats->rpcs);
	free(stats);
}
