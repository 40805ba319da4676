#include "capture/report/tables.h"

#include "capture/analysis/analysis.h"

#include <inttypes.h>

/* Of a capture, and of a text. */
#define SESSION_COLUMNS(frames)                                         \
	{ .heading = "session", .is_right = true },                     \
	    { .heading = "device", .least = 12 },                       \
	    { .heading = "ACS", .least = 15, .leaves = 4 },             \
	    { .heading = "start", .is_right = true, .leaves = 5 },      \
	    { .heading = "takes", .is_right = true, .leaves = 6 },      \
	    { .heading = frames, .leaves = 2 }, { .heading = "ended" }, \
	    { .heading = "events", .least = 12, .leaves = 3 },          \
	    { .heading = "", .least = 24, .leaves = 1 },

static const struct table_column of_frames[] = { SESSION_COLUMNS("frames") };
static const struct table_column of_messages[] = { SESSION_COLUMNS("messages") };

static const struct table_column of_devices[] = {
	{ .heading = "device", .least = 12 },
	{ .heading = "class", .least = 6, .leaves = 4 },
	{ .heading = "address", .least = 15, .leaves = 3 },
	{ .heading = "MAC", .leaves = 6 },
	{ .heading = "sessions", .is_right = true },
	{ .heading = "findings", .is_right = true },
	{ .heading = "last", .is_right = true, .leaves = 5 },
	{ .heading = "ACS", .least = 20, .leaves = 2 },
};

/* When the device's last session began. */
static clock_ns last_of(const struct analysis *analysis,
    const struct analysis_device *device)
{
	return device->ids
		   ? device->last
		   : analysis->sessions[device->sessions[device->n_sessions - 1]].start;
}

static void put_last(struct table *table, const struct analysis *analysis,
    const struct analysis_device *device)
{
	clock_ns last = device->n_sessions > 0 ? last_of(analysis, device) : 0;

	if (last != 0)
		table_cellf(table, "+%.3f s",
		    (double)(last - analysis->start) / (double)NS_PER_S);
	else
		table_cell(table, NULL);
}

static void put_device(struct table *table, const struct analysis *analysis,
    const struct analysis_device *device)
{
	auto_buf name = BUF_NULL, url = BUF_NULL;

	buf_printf(&name, "%s-%s", device->oui ? device->oui : "?",
	    device->serial ? device->serial : "?");
	buf_append_text(&url, device->url ? device->url : "-");
	if (device->forwarded)
		buf_printf(&url, "  (%s %s)", device->forwarded->header,
		    device->forwarded->client);
	table_cell(table, buf_cstr(&name));
	table_cell(table, device->product_class);
	table_cell(table, device->cpe);
	table_cell(table, device->mac);
	table_cellf(table, "%zu", device->n_sessions);
	table_cellf(table, "%zu", device->n_findings);
	put_last(table, analysis, device);
	table_cell(table, buf_cstr(&url));
}

static void put_events(struct table *table, const struct analysis_session *session)
{
	auto_buf events = BUF_NULL;

	for (size_t i = 0; i < session->n_events; i++)
		buf_printf(&events, "%s%s", i > 0 ? "," : "", session->events[i]);
	table_cell(table, session->n_events > 0 ? buf_cstr(&events) : NULL);
}

static void put_times(struct table *table, const struct analysis_session *session,
    clock_ns start)
{
	if (session->start == 0) {
		table_cell(table, NULL);
		table_cell(table, NULL);
		return;
	}
	table_cellf(table, "+%.3f s",
	    (double)(session->start - start) / (double)NS_PER_S);
	table_cellf(table, "%.3f s",
	    (double)(session->end - session->start) / (double)NS_PER_S);
}

void tables_put_session(struct tables *tables, const struct analysis_session *session,
    clock_ns start)
{
	struct table *table = &tables->sessions;
	const struct analysis_message *messages = session->messages;
	size_t n = session->n_messages;
	auto_buf why = BUF_NULL, reason = BUF_NULL;

	session_put_why(&reason, session);
	if (reason.len > 0)
		buf_printf(&why, "(%s)", buf_cstr(&reason));
	table_cellf(table, "%" PRIu64, session->id);
	table_cell(table, session->serial ? session->serial : session->cpe);
	table_cell(table, session->acs);
	put_times(table, session, start);
	table_cellf(table, "%" PRIu64 "-%" PRIu64, n > 0 ? messages[0].first_frame : 0,
	    n > 0 ? messages[n - 1].frame : 0);
	table_cell(table, session_outcome(session));
	put_events(table, session);
	table_cell(table, buf_cstr(&why));
}

void tables_begin(struct tables *tables, struct buf *out, const struct screen *screen,
    bool is_text)
{
	table_begin(&tables->sessions, out, screen, is_text ? of_messages : of_frames,
	    ARRAY_LEN(of_frames));
}

void tables_end(struct tables *tables, const struct analysis *analysis)
{
	struct buf *out = tables->sessions.out;
	const struct screen screen = tables->sessions.screen;
	uint64_t n = analysis->counts.sessions;
	struct table devices;

	table_end(&tables->sessions);
	buf_append_char(out, '\n');
	table_begin(&devices, out, &screen, of_devices, ARRAY_LEN(of_devices));
	for (size_t i = 0; i < analysis->n_devices; i++)
		put_device(&devices, analysis, &analysis->devices[i]);
	table_end(&devices);
	buf_printf(out, "\n%zu device%s, %" PRIu64 " session%s\n", analysis->n_devices,
	    analysis->n_devices == 1 ? "" : "s", n, n == 1 ? "" : "s");
}

void tables_write(struct buf *out, const struct analysis *analysis,
    const struct screen *screen)
{
	struct tables tables;

	tables_begin(&tables, out, screen, analysis->counts.text != NULL);
	for (size_t i = 0; i < analysis->n_sessions; i++)
		tables_put_session(&tables, &analysis->sessions[i], analysis->start);
	tables_end(&tables, analysis);
}
