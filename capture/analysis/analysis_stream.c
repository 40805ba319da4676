/* Sessions that are handed over as they end, so that none is kept. */
#include "capture/analysis/analysis_internal.h"

#include <errno.h>
#include <stdlib.h>

/* ---- breaches of sessions that have not ended ----------------------------------------- */

struct breach {
	struct finding finding; /* the key is its session */
	struct breach *next;    /* found before it */
};

static struct str key_of(const uint64_t *id)
{
	return str_make(id, sizeof(*id));
}

static int add_breach(struct session_stream *stream, const struct finding *finding)
{
	struct breach *breach = calloc(1, sizeof(*breach));
	int r;

	if (!breach)
		return -ENOMEM;
	breach->finding = *finding;
	breach->next = map_get(&stream->breaches, key_of(&finding->session));
	r = map_put(&stream->breaches, key_of(&breach->finding.session), breach);
	if (r < 0)
		free(breach);
	return r;
}

void analysis_stream_found(void *user, const struct finding *finding)
{
	struct analysis *analysis = user;
	struct analysis_private *inner = analysis->private_;

	if (finding_is_breach(analysis, finding) && finding->session > 0 &&
	    !finding->is_late && add_breach(&inner->stream, finding) < 0)
		inner->stream.error = -ENOMEM;
	if (inner->options.found)
		inner->options.found(inner->options.user, finding);
}

static void free_breaches(struct breach *breach)
{
	while (breach) {
		struct breach *next = breach->next;

		free(breach);
		breach = next;
	}
}

static int mark_messages(struct session_stream *stream,
    struct analysis_session *session, const struct breach *breaches)
{
	struct finding *findings;
	size_t n = 0, at = 0;

	for (const struct breach *breach = breaches; breach; breach = breach->next)
		n++;
	findings = arena_array(&stream->arena, n, sizeof(*findings));
	if (!findings)
		return -ENOMEM;
	for (size_t i = n; breaches; breaches = breaches->next)
		findings[--i] = breaches->finding;
	analysis_sort_findings(findings, n);
	session->n_breaches = n;
	for (size_t i = 0; i < n; i++) {
		if (findings[i].severity == RULE_MUST)
			at = analysis_mark_message(session, at, &findings[i]);
	}
	return 0;
}

/* ---- sessions ------------------------------------------------------------------------ */

static int note_done(struct session_stream *stream, const struct session_record *record,
    const struct analysis_session *session)
{
	size_t cap = stream->cap ? stream->cap * 2 : 16;
	struct ended_session *done;

	if (stream->n_done == stream->cap) {
		done = realloc(stream->done, cap * sizeof(*done));
		if (!done)
			return -ENOMEM;
		stream->done = done;
		stream->cap = cap;
	}
	stream->done[stream->n_done++] =
	    (struct ended_session){ record->device, record->id, session->start };
	return 0;
}

void analysis_stream_ended(void *user, struct session_record *record)
{
	struct analysis *analysis = user;
	struct analysis_private *inner = analysis->private_;
	struct session_stream *stream = &inner->stream;
	struct breach *breaches = map_remove(&stream->breaches, key_of(&record->id));
	struct analysis_session session = { .id = record->id };
	int r = analysis_build_session(analysis, &stream->arena, record, &session);

	session.device = SIZE_MAX;
	analysis->start = observer_first(inner->observer).time;
	if (r == 0 && breaches)
		r = mark_messages(stream, &session, breaches);
	if (r == 0)
		r = analysis_show_failure(analysis, record, &session);
	if (r == 0)
		r = note_done(stream, record, &session);
	if (r == 0)
		inner->options.ended(inner->options.user, analysis, &session);
	else
		stream->error = r;
	free_breaches(breaches);
	arena_reset(&stream->arena);
}

/* ---- devices, once all are over -------------------------------------------------------- */

static int by_id(const void *a, const void *b)
{
	const struct ended_session *left = a, *right = b;

	return left->id < right->id ? -1 : left->id > right->id;
}

static void count_findings(struct analysis *analysis, const struct map *indexes)
{
	const struct session_stream *stream = &analysis->private_->stream;

	for (size_t i = 0; i < analysis->n_findings; i++) {
		const struct ended_session wanted = {
			.id = analysis->findings[i].session
		};
		const struct ended_session *done =
		    stream->n_done > 0 ? bsearch(&wanted, stream->done, stream->n_done,
					     sizeof(*stream->done), by_id)
				       : NULL;
		struct analysis_device *device =
		    done && done->device ? map_get(indexes, str_make(&done->device,
								sizeof(done->device)))
					 : NULL;

		if (device)
			device->n_findings++;
	}
}

/* Twice: to count them, then to note them. */
static int list_sessions(struct analysis *analysis, const struct map *indexes)
{
	const struct session_stream *stream = &analysis->private_->stream;
	struct arena *arena = observer_arena(analysis->private_->observer);

	for (size_t pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < stream->n_done; i++) {
			const struct ended_session *done = &stream->done[i];
			struct analysis_device *device = map_get(indexes,
			    str_make(&done->device, sizeof(done->device)));

			if (!done->device || !device)
				continue;
			if (pass == 1)
				device->ids[device->n_sessions] = done->id;
			device->last = done->start;
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

static int build_devices(struct analysis *analysis, struct map *indexes)
{
	const struct device_record *record;
	int r = 0;

	for (record = observer_first_device(analysis->private_->observer);
	     record && r == 0; record = record->next) {
		struct analysis_device *device =
		    &analysis->devices[analysis->n_devices++];
		/* Not &record, which changes. */
		const struct device_record **key =
		    arena_alloc(observer_arena(analysis->private_->observer),
			sizeof(*key));

		if (!key)
			return -ENOMEM;
		*key = record;
		analysis_build_device(analysis, record, device);
		r = map_put(indexes, str_make(key, sizeof(*key)), device);
	}
	return r;
}

int analysis_stream_devices(struct analysis *analysis)
{
	struct session_stream *stream = &analysis->private_->stream;
	struct arena *arena = observer_arena(analysis->private_->observer);
	struct map indexes = MAP_NULL;
	size_t n = analysis->counts.devices;
	int r;

	if (stream->error < 0)
		return stream->error;
	if (stream->n_done > 0)
		qsort(stream->done, stream->n_done, sizeof(*stream->done), by_id);
	analysis->devices = arena_array(arena, n, sizeof(*analysis->devices));
	r = analysis->devices ? build_devices(analysis, &indexes) : -ENOMEM;
	if (r == 0)
		r = list_sessions(analysis, &indexes);
	if (r == 0)
		count_findings(analysis, &indexes);
	map_free(&indexes);
	return r;
}

void analysis_stream_free(struct session_stream *stream)
{
	struct breach *breach;
	size_t at = 0;

	while ((breach = map_next(&stream->breaches, &at)))
		free_breaches(breach);
	map_free(&stream->breaches);
	arena_free(&stream->arena);
	free(stream->done);
}
