/* Sessions that are handed over as they end, so that none is kept. */
#include "capture/analysis/analysis_internal.h"
#include "capture/analysis/filter.h"

#include <errno.h>
#include <stdlib.h>

/* ---- findings of sessions that have not ended ----------------------------------------- */

struct told { /* a finding; the key is its session */
	struct finding finding;
	struct told *next; /* found before it */
};

static struct str key_of(const uint64_t *id)
{
	return str_make(id, sizeof(*id));
}

static int add_told(struct session_stream *stream, const struct finding *finding)
{
	struct told *told = calloc(1, sizeof(*told));
	int r;

	if (!told)
		return -ENOMEM;
	told->finding = *finding;
	told->next = map_get(&stream->told, key_of(&finding->session));
	r = map_put(&stream->told, key_of(&told->finding.session), told);
	if (r < 0)
		free(told);
	return r;
}

void analysis_stream_found(void *user, const struct finding *finding)
{
	struct analysis *analysis = user;
	struct analysis_private *inner = analysis->private_;

	if (finding->session > 0 && !finding->is_late &&
	    add_told(&inner->stream, finding) < 0)
		inner->stream.error = -ENOMEM;
	if (inner->options.found)
		inner->options.found(inner->options.user, finding);
}

static void free_told(struct told *told)
{
	while (told) {
		struct told *next = told->next;

		free(told);
		told = next;
	}
}

static int take_findings(const struct analysis *analysis,
    struct analysis_session *session, const struct told *told)
{
	struct session_stream *stream = &analysis->private_->stream;
	struct finding *findings;
	size_t n = 0, at = 0;

	for (const struct told *at_told = told; at_told; at_told = at_told->next)
		n++;
	findings = arena_array(&stream->arena, n, sizeof(*findings));
	if (!findings)
		return -ENOMEM;
	for (size_t i = n; told; told = told->next)
		findings[--i] = told->finding;
	analysis_sort_findings(findings, n);
	session->findings = findings;
	session->n_findings = n;
	for (size_t i = 0; i < n; i++) {
		session->n_breaches += finding_is_breach(analysis, &findings[i]);
		if (findings[i].severity == RULE_MUST)
			at = analysis_mark_message(session, at, &findings[i]);
	}
	return 0;
}

/* ---- sessions ------------------------------------------------------------------------ */

static struct ended_session *add_ended(struct session_stream *stream)
{
	size_t cap = stream->cap ? stream->cap * 2 : 16;
	struct ended_session *ended;

	if (stream->n_ended == stream->cap) {
		ended = realloc(stream->ended, cap * sizeof(*ended));
		if (!ended)
			return NULL;
		stream->ended = ended;
		stream->cap = cap;
	}
	return &stream->ended[stream->n_ended++];
}

/* Where the CPE is of which a session is left: what is of no session may be its own. */
static int note_name(struct session_stream *stream, const char *name)
{
	char *copy;

	if (!name || map_get(&stream->names, str_of(name)))
		return 0;
	copy = str_dup(str_of(name));
	if (copy && map_put(&stream->names, str_of(copy), copy) == 0)
		return 0;
	free(copy);
	return -ENOMEM;
}

static int note_left(struct session_stream *stream,
    const struct analysis_session *session)
{
	struct analysis_counts *counts = &stream->counts;
	int r = note_name(stream, session->cpe);

	counts->sessions++;
	counts->sessions_complete += session->ok;
	counts->sessions_broken += !session->ok && !session->not_judged;
	counts->sessions_failed += session->failure != NULL;
	stream->unjudged[session->unjudged]++;
	return r < 0 ? r : note_name(stream, session->mac);
}

static int note_ended(struct session_stream *stream,
    const struct session_record *record, const struct analysis_session *session,
    bool is_filtered)
{
	struct ended_session *ended = add_ended(stream);

	if (!ended)
		return -ENOMEM;
	*ended = (struct ended_session){ .id = record->id,
		.start = session->start,
		.device = record->device ? (uint32_t)record->device->place : NO_DEVICE,
		.owner =
		    session->owner < NO_DEVICE ? (uint32_t)session->owner : NO_DEVICE };
	return is_filtered ? note_left(stream, session) : 0;
}

/* Whether the session is one of those that were chosen. */
static bool is_chosen(const struct analysis *analysis,
    const struct analysis_session *session)
{
	const struct analysis_options *options = &analysis->private_->options;

	return !options->filter ||
	       filter_takes(options->filter, options->known ? options->known : analysis,
		   session);
}

void analysis_stream_ended(void *user, struct session_record *record)
{
	struct analysis *analysis = user;
	struct analysis_private *inner = analysis->private_;
	struct session_stream *stream = &inner->stream;
	struct told *told = map_remove(&stream->told, key_of(&record->id));
	struct analysis_session session = { .id = record->id };
	int r = analysis_build_session(analysis, &stream->arena, record, &session);

	session.device = SIZE_MAX;
	analysis->start = observer_first(inner->observer).time;
	if (r == 0 && told)
		r = take_findings(analysis, &session, told);
	if (r == 0)
		r = analysis_show_failure(analysis, record, &session);
	if (r == 0 && is_chosen(analysis, &session)) {
		r = note_ended(stream, record, &session, inner->options.filter);
		if (r == 0)
			inner->options.ended(inner->options.user, analysis, &session);
	}
	if (r < 0)
		stream->error = r;
	free_told(told);
	arena_reset(&stream->arena);
}

void analysis_stream_act(void *user, const struct cpe_record *cpe,
    const struct host_act *act)
{
	struct analysis *analysis = user;
	struct analysis_private *inner = analysis->private_;
	struct analysis_host host = { .cpe = NULL };
	int r = analysis_build_act(analysis, &inner->stream.arena, cpe, act, &host);

	analysis->start = observer_first(inner->observer).time;
	if (r < 0)
		inner->stream.error = r;
	else
		inner->options.act(inner->options.user, analysis, &host);
	arena_reset(&inner->stream.arena);
}

/* ---- devices, once all are over -------------------------------------------------------- */

static int by_id(const void *a, const void *b)
{
	const struct ended_session *left = a, *right = b;

	return left->id < right->id ? -1 : left->id > right->id;
}

static const struct ended_session *find_ended(const struct analysis *analysis,
    uint64_t id)
{
	const struct session_stream *stream = &analysis->private_->stream;
	const struct ended_session wanted = { .id = id };

	return stream->n_ended > 0 ? bsearch(&wanted, stream->ended, stream->n_ended,
					 sizeof(*stream->ended), by_id)
				   : NULL;
}

static void count_findings(struct analysis *analysis)
{
	for (size_t i = 0; i < analysis->n_findings; i++) {
		const struct ended_session *ended =
		    find_ended(analysis, analysis->findings[i].session);
		struct analysis_device *device =
		    ended ? analysis_find_device(analysis, ended->device) : NULL;

		if (device)
			device->n_findings++;
	}
}

/* Twice: to count them, then to note them. */
static int list_sessions(struct analysis *analysis)
{
	const struct session_stream *stream = &analysis->private_->stream;
	struct arena *arena = observer_arena(analysis->private_->observer);

	for (size_t pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < stream->n_ended; i++) {
			const struct ended_session *ended = &stream->ended[i];
			struct analysis_device *device =
			    analysis_find_device(analysis, ended->device);

			if (!device)
				continue;
			if (pass == 1)
				device->ids[device->n_sessions] = ended->id;
			device->last = ended->start;
			device->n_sessions++;
		}
		for (size_t i = 0; pass == 0 && i < analysis->n_devices; i++) {
			struct analysis_device *device = &analysis->devices[i];

			device->ids = arena_array(arena, device->n_sessions,
			    sizeof(*device->ids));
			if (!device->ids)
				return -ENOMEM;
			device->n_sessions = 0;
		}
	}
	return 0;
}

static int build_devices(struct analysis *analysis)
{
	struct observer *observer = analysis->private_->observer;
	const struct device_record *record = NULL;
	size_t n = 0;

	while ((record = observer_next_device(observer, record)))
		n++;
	analysis->devices =
	    arena_array(observer_arena(observer), n, sizeof(*analysis->devices));
	if (!analysis->devices)
		return -ENOMEM;
	while ((record = observer_next_device(observer, record)))
		analysis_build_device(analysis, record,
		    &analysis->devices[analysis->n_devices++]);
	analysis_sort_devices(analysis);
	return 0;
}

/* ---- what a filter leaves -------------------------------------------------------------- */

/* Whether what is of that session, or of none but of that CPE, is left. */
static bool is_left(const struct analysis *analysis, uint64_t session, size_t place,
    const char *cpe, const char *mac)
{
	const struct analysis_device *device;
	const char *name = mac ? mac : cpe;

	if (session > 0)
		return find_ended(analysis, session);
	device = analysis_find_device(analysis, place);
	if (device)
		return device->is_left;
	return name && map_get(&analysis->private_->stream.names, str_of(name));
}

static void leave_out(struct analysis *analysis)
{
	size_t n = 0;

	for (size_t i = 0; i < analysis->n_findings; i++) {
		const struct finding *finding = &analysis->findings[i];

		if (is_left(analysis, finding->session, finding->device, finding->cpe,
			finding->mac))
			analysis->findings[n++] = *finding;
	}
	analysis->n_findings = n;
	n = 0;
	for (size_t i = 0; i < analysis->n_failures; i++) {
		const struct analysis_failure *failure = &analysis->failures[i];

		if (is_left(analysis, failure->session, SIZE_MAX, failure->cpe,
			failure->mac))
			analysis->failures[n++] = *failure;
	}
	analysis->n_failures = n;
}

static void leave_out_devices(struct analysis *analysis)
{
	size_t n = 0;

	for (size_t i = 0; i < analysis->n_devices; i++) {
		if (analysis->devices[i].n_sessions > 0)
			analysis->devices[n++] = analysis->devices[i];
	}
	analysis->n_devices = n;
}

static void count_left(struct analysis *analysis)
{
	const struct session_stream *stream = &analysis->private_->stream;
	struct analysis_counts *counts = &analysis->counts;

	counts->devices = analysis->n_devices;
	counts->sessions = stream->counts.sessions;
	counts->sessions_complete = stream->counts.sessions_complete;
	counts->sessions_broken = stream->counts.sessions_broken;
	counts->sessions_failed = stream->counts.sessions_failed;
	counts->open_transfers = 0; /* those are of devices, not of sessions */
	counts->open_transfer = NULL;
	counts->failures = analysis->n_failures;
	analysis_count_unjudged(counts, stream->unjudged);
	analysis_count_findings(analysis, analysis->private_->options.rules.is_strict);
}

/* ---- interface ------------------------------------------------------------------------- */

int analysis_stream_devices(struct analysis *analysis)
{
	struct session_stream *stream = &analysis->private_->stream;
	bool is_filtered = analysis->private_->options.filter;
	int r;

	if (stream->error < 0)
		return stream->error;
	if (stream->n_ended > 0)
		qsort(stream->ended, stream->n_ended, sizeof(*stream->ended), by_id);
	r = build_devices(analysis);
	if (r == 0)
		r = list_sessions(analysis);
	if (r < 0)
		return r;
	for (size_t i = 0; i < stream->n_ended; i++) {
		struct analysis_device *owner =
		    analysis_find_device(analysis, stream->ended[i].owner);

		if (owner)
			owner->is_left = true;
	}
	if (is_filtered)
		leave_out(analysis);
	count_findings(analysis);
	if (is_filtered) {
		leave_out_devices(analysis);
		count_left(analysis);
	}
	return 0;
}

static void free_names(struct map *names)
{
	size_t at = 0;
	char *name;

	while ((name = map_next(names, &at)))
		free(name);
	map_free(names);
}

void analysis_stream_free(struct session_stream *stream)
{
	struct told *told;
	size_t at = 0;

	while ((told = map_next(&stream->told, &at)))
		free_told(told);
	map_free(&stream->told);
	free_names(&stream->names);
	arena_free(&stream->arena);
	free(stream->ended);
}
