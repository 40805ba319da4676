#include "capture/report/tables.h"

#include "capture/analysis/analysis.h"
#include "lib/base/utf8.h"

#include <inttypes.h>
#include <stdio.h>

enum {
	NAME_MAX_SHOWN = 40
};

/* At most so many columns of it; what a peer sent may not move the cursor. The columns. */
static size_t put_shown(struct buf *out, const char *text, size_t max)
{
	struct str rest = str_of(text && *text ? text : "-");
	size_t used = 0;

	for (; rest.len > 0 && used < max; used++)
		rest = str_from(rest, utf8_put_shown(out, rest));
	return used;
}

/* Left-justified, at least so many columns. */
static void put_cell(struct buf *out, const char *text, size_t width)
{
	size_t used = put_shown(out, text, NAME_MAX_SHOWN);

	buf_printf(out, "%*s", used < width ? (int)(width - used) + 1 : 1, "");
}

/* When the device's last session began. */
static clock_ns last_of(const struct analysis *analysis,
    const struct analysis_device *device)
{
	return device->ids
		   ? device->last
		   : analysis->sessions[device->sessions[device->n_sessions - 1]].start;
}

static void put_device(struct buf *out, const struct analysis *analysis,
    const struct analysis_device *device)
{
	char text[NAME_MAX_SHOWN + 32];

	(void)snprintf(text, sizeof(text), "%.8s-%.48s",
	    device->oui ? device->oui : "?", device->serial ? device->serial : "?");
	put_cell(out, text, 24);
	put_cell(out, device->product_class, 12);
	put_cell(out, device->cpe, 15);
	put_cell(out, device->mac, 17);
	(void)snprintf(text, sizeof(text), "%zu", device->n_sessions);
	put_cell(out, text, 8);
	(void)snprintf(text, sizeof(text), "%zu", device->n_findings);
	put_cell(out, text, 8);
	if (device->n_sessions > 0) {
		(void)snprintf(text, sizeof(text), "+%.3f s",
		    (double)(last_of(analysis, device) - analysis->start) /
			(double)NS_PER_S);
		put_cell(out, last_of(analysis, device) != 0 ? text : "-", 12);
	}
	(void)put_shown(out, device->url, SIZE_MAX);
	if (device->forwarded)
		buf_printf(out, "  (%s %s)", device->forwarded->header,
		    device->forwarded->client);
	buf_append_char(out, '\n');
}

static void put_events(struct buf *out, const struct analysis_session *session)
{
	for (size_t i = 0; i < session->n_events; i++) {
		buf_append_text(out, i > 0 ? "," : "");
		(void)put_shown(out, session->events[i], NAME_MAX_SHOWN);
	}
	buf_append_text(out, session->n_events > 0 ? "" : "-");
}

void table_put_session(struct buf *out, const struct analysis_session *session,
    clock_ns start)
{
	auto_buf why = BUF_NULL;
	char text[64];

	buf_printf(out, "%7" PRIu64 " ", session->id);
	put_cell(out, session->serial ? session->serial : session->cpe, 20);
	put_cell(out, session->acs, 21);
	(void)snprintf(text, sizeof(text), "+%.3f s",
	    (double)(session->start - start) / (double)NS_PER_S);
	put_cell(out, session->start != 0 ? text : "-", 12);
	(void)snprintf(text, sizeof(text), "%.3f s",
	    (double)(session->end - session->start) / (double)NS_PER_S);
	put_cell(out, session->start != 0 ? text : "-", 9);
	(void)snprintf(text, sizeof(text), "%" PRIu64 "-%" PRIu64,
	    session->n_messages ? session->messages[0].first_frame : 0,
	    session->n_messages ? session->messages[session->n_messages - 1].frame : 0);
	put_cell(out, text, 13);
	put_cell(out, session_outcome(session), 10);
	put_events(out, session);
	session_put_why(&why, session);
	if (why.len > 0) {
		buf_append_text(out, "  (");
		(void)put_shown(out, buf_cstr(&why), SIZE_MAX);
		buf_append_char(out, ')');
	}
	buf_append_char(out, '\n');
}

void table_begin(struct buf *out)
{
	buf_printf(out, "%7s %-20s %-21s %-12s %-9s %-13s %-10s %s\n", "session",
	    "device", "ACS", "start", "takes", "frames", "ended", "events");
}

void table_end(struct buf *out, const struct analysis *analysis)
{
	uint64_t n = analysis->counts.sessions;

	buf_printf(out, "\n%-24s %-12s %-15s %-17s %-8s %-8s %-12s %s\n", "device",
	    "class", "address", "MAC", "sessions", "findings", "last", "ACS");
	for (size_t i = 0; i < analysis->n_devices; i++)
		put_device(out, analysis, &analysis->devices[i]);
	buf_printf(out, "\n%zu device%s, %" PRIu64 " session%s\n", analysis->n_devices,
	    analysis->n_devices == 1 ? "" : "s", n, n == 1 ? "" : "s");
}

void table_write(struct buf *out, const struct analysis *analysis)
{
	table_begin(out);
	for (size_t i = 0; i < analysis->n_sessions; i++)
		table_put_session(out, &analysis->sessions[i], analysis->start);
	table_end(out, analysis);
}
