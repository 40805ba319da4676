/* An analysis without what a filter leaves out. */
#include "capture/analysis/analysis_internal.h"
#include "capture/analysis/filter.h"
#include "lib/base/map.h"

/* Whose the sessions are that are left: by device, and by address and by MAC where none is
 * known. */
struct left {
	struct map ids;            /* by the bytes of session.id */
	struct map hosts;          /* by text */
	struct analysis *analysis; /* whose devices have the last of theirs */
};

/* The last session that is left of it, or null. */
static const struct analysis_session *left_of(const struct left *left, size_t device,
    const char *cpe, const char *mac)
{
	const char *name = mac ? mac : cpe;

	if (device < left->analysis->n_devices)
		return left->analysis->devices[device].left;
	return name ? map_get(&left->hosts, str_of(name)) : NULL;
}

static bool remember(struct left *left, struct analysis_session *session)
{
	const char *const names[] = { session->cpe, session->mac };

	for (size_t i = 0; i < 2; i++) {
		if (names[i] && map_put(&left->hosts, str_of(names[i]), session) < 0)
			return false;
	}
	if (session->owner < left->analysis->n_devices)
		left->analysis->devices[session->owner].left = session;
	return map_put(&left->ids, str_make(&session->id, sizeof(session->id)),
		   session) == 0;
}

static void keep_sessions(const struct filter *filter, struct analysis *analysis,
    struct left *left)
{
	size_t n = 0;

	for (size_t i = 0; i < analysis->n_sessions; i++) {
		if (!filter_takes(filter, analysis, &analysis->sessions[i]))
			continue;
		analysis->sessions[n] = analysis->sessions[i];
		/* Without memory to note the host, it is left out with its messages. */
		if (remember(left, &analysis->sessions[n]))
			n++;
	}
	analysis->n_sessions = n;
}

/* Cuts off what the host asked for after its last session that is left: that belongs to
 * sessions that are not. */
static struct analysis_host until(struct analysis_host host,
    const struct analysis_session *last)
{
	while (host.n_messages > 0 &&
	       host.messages[host.n_messages - 1].first_time > last->end)
		host.n_messages--;
	return host;
}

static void keep_hosts(struct analysis *analysis, const struct left *left)
{
	size_t n = 0;

	for (size_t i = 0; i < analysis->n_hosts; i++) {
		const struct analysis_host *host = &analysis->hosts[i];
		const struct analysis_session *last =
		    left_of(left, host->device, host->cpe, host->mac);

		if (last)
			analysis->hosts[n++] = until(*host, last);
	}
	analysis->n_hosts = n;
	n = 0;
	for (size_t i = 0; i < analysis->n_sequences; i++) {
		const struct sequence_result *result = &analysis->sequences[i];

		if (left_of(left, result->device, result->cpe, result->mac))
			analysis->sequences[n++] = *result;
	}
	analysis->n_sequences = n;
}

/* Whether what is of that session, or of none but of that host, is left. */
static bool is_left(const struct left *left, uint64_t session, size_t device,
    const char *cpe, const char *mac)
{
	if (session != 0)
		return map_get(&left->ids, str_make(&session, sizeof(session))) != NULL;
	return left_of(left, device, cpe, mac) != NULL;
}

static void keep_findings(struct analysis *analysis, const struct left *left)
{
	size_t n = 0;

	for (size_t i = 0; i < analysis->n_findings; i++) {
		const struct finding *finding = &analysis->findings[i];

		if (is_left(left, finding->session, finding->device, finding->cpe,
			finding->mac))
			analysis->findings[n++] = *finding;
	}
	analysis->n_findings = n;
}

static void move(const struct analysis *analysis, size_t *device)
{
	if (*device < analysis->n_devices)
		*device = analysis->devices[*device].left_at;
}

/* Whatever names a device by its index names it by its new one. */
static void renumber(struct analysis *analysis)
{
	for (size_t i = 0; i < analysis->n_sessions; i++) {
		move(analysis, &analysis->sessions[i].device);
		move(analysis, &analysis->sessions[i].owner);
	}
	for (size_t i = 0; i < analysis->n_hosts; i++)
		move(analysis, &analysis->hosts[i].device);
	for (size_t i = 0; i < analysis->n_sequences; i++)
		move(analysis, &analysis->sequences[i].device);
	for (size_t i = 0; i < analysis->n_findings; i++)
		move(analysis, &analysis->findings[i].device);
}

static const struct analysis_failure *moved(struct analysis *analysis,
    const struct analysis_failure *failure)
{
	return failure && failure->left_at != SIZE_MAX
		   ? &analysis->failures[failure->left_at]
		   : NULL;
}

static void point_to_moved(struct analysis *analysis, struct analysis_message *messages,
    size_t n)
{
	for (size_t i = 0; i < n; i++)
		messages[i].failure = moved(analysis, messages[i].failure);
}

/* Sessions and messages point to theirs. */
static void keep_failures(struct analysis *analysis, const struct left *left)
{
	size_t n = 0;

	for (size_t i = 0; i < analysis->n_failures; i++) {
		struct analysis_failure *failure = &analysis->failures[i];

		failure->left_at = is_left(left, failure->session, SIZE_MAX,
				       failure->cpe, failure->mac)
				       ? n++
				       : SIZE_MAX;
	}
	for (size_t i = 0; i < analysis->n_sessions; i++) {
		struct analysis_session *session = &analysis->sessions[i];

		session->failure = moved(analysis, session->failure);
		point_to_moved(analysis, session->messages, session->n_messages);
	}
	for (size_t i = 0; i < analysis->n_hosts; i++)
		point_to_moved(analysis, analysis->hosts[i].messages,
		    analysis->hosts[i].n_messages);
	for (size_t i = 0; i < analysis->n_failures; i++) {
		const struct analysis_failure failure = analysis->failures[i];

		if (failure.left_at != SIZE_MAX)
			analysis->failures[failure.left_at] = failure;
	}
	analysis->n_failures = n;
}

/* Their lists are made anew in place: they only get shorter. */
static void keep_devices(struct analysis *analysis, const struct left *left)
{
	size_t n = 0;

	for (size_t i = 0; i < analysis->n_devices; i++)
		analysis->devices[i].n_sessions = analysis->devices[i].n_findings = 0;
	for (size_t i = 0; i < analysis->n_sessions; i++) {
		struct analysis_device *device;

		if (analysis->sessions[i].device == SIZE_MAX)
			continue;
		device = &analysis->devices[analysis->sessions[i].device];
		device->sessions[device->n_sessions++] = i;
	}
	for (size_t i = 0; i < analysis->n_findings; i++) {
		const uint64_t *id = &analysis->findings[i].session;
		const struct analysis_session *session =
		    map_get(&left->ids, str_make(id, sizeof(*id)));

		if (session && session->device != SIZE_MAX)
			analysis->devices[session->device].n_findings++;
	}
	for (size_t i = 0; i < analysis->n_devices; i++)
		analysis->devices[i].left_at =
		    analysis->devices[i].n_sessions > 0 ? n++ : SIZE_MAX;
	renumber(analysis);
	for (size_t i = 0; i < analysis->n_devices; i++) {
		const struct analysis_device device = analysis->devices[i];

		if (device.left_at != SIZE_MAX)
			analysis->devices[device.left_at] = device;
	}
	analysis->n_devices = n;
}

static void count(struct analysis *analysis, bool is_strict)
{
	struct analysis_counts *counts = &analysis->counts;
	uint64_t unjudged[UNJUDGED_REASONS] = { 0 };

	counts->devices = analysis->n_devices;
	counts->sessions = analysis->n_sessions;
	counts->sessions_complete = counts->sessions_broken = 0;
	counts->sessions_failed = 0;
	counts->open_transfers = 0; /* those are of devices, not of sessions */
	counts->open_transfer = NULL;
	counts->failures = analysis->n_failures;
	for (size_t i = 0; i < analysis->n_sessions; i++) {
		const struct analysis_session *session = &analysis->sessions[i];

		counts->sessions_failed += session->failure != NULL;
		counts->sessions_complete += session->ok;
		counts->sessions_broken += !session->ok && !session->not_judged;
		unjudged[session->unjudged]++;
	}
	analysis_count_unjudged(counts, unjudged);
	analysis_count_findings(analysis, is_strict);
	for (size_t i = 0; i < analysis->n_sequences; i++)
		analysis->ok &= analysis->sequences[i].ok;
}

void analysis_count_findings(struct analysis *analysis, bool is_strict)
{
	struct analysis_counts *counts = &analysis->counts;

	counts->musts = counts->shoulds = counts->notes = 0;
	for (size_t i = 0; i < analysis->n_findings; i++) {
		switch (analysis->findings[i].severity) {
		case RULE_MUST:
			counts->musts++;
			break;
		case RULE_SHOULD:
			counts->shoulds++;
			break;
		case RULE_NOTE:
			counts->notes++;
			break;
		case RULE_SEVERITIES:
			break;
		}
	}
	analysis->ok = counts->musts == 0 && counts->failures == 0 &&
		       !(is_strict && counts->shoulds > 0);
}

void filter_apply(const struct filter *filter, struct analysis *analysis,
    bool is_strict)
{
	struct left left = { .ids.seed = analysis->hash_seed,
		.hosts.seed = analysis->hash_seed,
		.analysis = analysis };

	keep_sessions(filter, analysis, &left);
	keep_hosts(analysis, &left);
	keep_findings(analysis, &left);
	keep_failures(analysis, &left);
	keep_devices(analysis, &left);
	count(analysis, is_strict);
	map_free(&left.ids);
	map_free(&left.hosts);
}
