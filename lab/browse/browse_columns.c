/* The columns of lists: what stands in their cells, and what they are sorted by. */
#include "lab/browse/browse_internal.h"

/* ---- devices ------------------------------------------------------------------------- */

static const struct analysis_device *device_at(const struct browse *browse, size_t item)
{
	return &browse->analysis->devices[item - 1];
}

static void put_serial(const struct browse *browse, size_t item, struct buf *out)
{
	buf_append_text(out, browse_or_dash(device_at(browse, item)->serial));
}

static void put_class(const struct browse *browse, size_t item, struct buf *out)
{
	buf_append_text(out, browse_or_dash(device_at(browse, item)->product_class));
}

static void put_address(const struct browse *browse, size_t item, struct buf *out)
{
	buf_append_text(out, browse_or_dash(device_at(browse, item)->cpe));
}

static int64_t sessions_of(const struct browse *browse, size_t item)
{
	return (int64_t)device_at(browse, item)->n_sessions;
}

static void put_sessions(const struct browse *browse, size_t item, struct buf *out)
{
	buf_printf(out, "%zu", device_at(browse, item)->n_sessions);
}

static int64_t failed_of(const struct browse *browse, size_t item)
{
	return browse->failed ? (int64_t)browse->failed[item - 1] : 0;
}

static void put_failed(const struct browse *browse, size_t item, struct buf *out)
{
	buf_printf(out, "%lld", (long long)failed_of(browse, item));
}

static int64_t findings_of(const struct browse *browse, size_t item)
{
	return (int64_t)device_at(browse, item)->n_findings;
}

static void put_findings(const struct browse *browse, size_t item, struct buf *out)
{
	buf_printf(out, "%zu", device_at(browse, item)->n_findings);
}

static void put_url(const struct browse *browse, size_t item, struct buf *out)
{
	buf_append_text(out, browse_or_dash(device_at(browse, item)->url));
}

static const struct browse_column device_columns[] = {
	{ "device", 18, false, false, put_serial, NULL },
	{ "class", 11, false, false, put_class, NULL },
	{ "address", 15, false, false, put_address, NULL },
	{ "sessions", 8, true, true, put_sessions, sessions_of },
	{ "failed", 6, true, true, put_failed, failed_of },
	{ "findings", 8, true, true, put_findings, findings_of },
	{ "ACS", 0, false, false, put_url, NULL },
};

/* ---- sessions ------------------------------------------------------------------------ */

static const struct analysis_session *session_at(const struct browse *browse,
    size_t item)
{
	return &browse->analysis->sessions[browse_session(browse, item)];
}

static int64_t id_of(const struct browse *browse, size_t item)
{
	return (int64_t)session_at(browse, item)->id;
}

static void put_id(const struct browse *browse, size_t item, struct buf *out)
{
	buf_printf(out, "%lld", (long long)id_of(browse, item));
}

static int64_t start_of(const struct browse *browse, size_t item)
{
	return session_at(browse, item)->start;
}

/* Of a text without times, none. */
static void put_start(const struct browse *browse, size_t item, struct buf *out)
{
	if (browse->analysis->counts.is_timeless)
		buf_append_char(out, '-');
	else
		buf_printf(out, "%.3f s",
		    (double)(start_of(browse, item) - browse->analysis->start) /
			(double)NS_PER_S);
}

static void put_device(const struct browse *browse, size_t item, struct buf *out)
{
	const struct analysis_session *session = session_at(browse, item);

	buf_append_text(out,
	    browse_or_dash(session->serial ? session->serial : session->cpe));
}

static void put_acs(const struct browse *browse, size_t item, struct buf *out)
{
	buf_append_text(out, browse_or_dash(session_at(browse, item)->acs));
}

static void put_ended(const struct browse *browse, size_t item, struct buf *out)
{
	buf_append_text(out, session_outcome(session_at(browse, item)));
}

static void put_events(const struct browse *browse, size_t item, struct buf *out)
{
	const struct analysis_session *session = session_at(browse, item);
	auto_buf why = BUF_NULL;

	for (size_t k = 0; k < session->n_events; k++)
		buf_printf(out, "%s%s", k > 0 ? ", " : "", session->events[k]);
	session_put_why(&why, session);
	if (!session->ok && why.len > 0)
		buf_printf(out, "%s(%s)", session->n_events > 0 ? "  " : "",
		    buf_cstr(&why));
}

static const struct browse_column session_columns[] = {
	{ "session", 7, true, false, put_id, id_of },
	{ "start", 11, true, false, put_start, start_of },
	{ "device", 16, false, false, put_device, NULL },
	{ "ACS", 20, false, false, put_acs, NULL },
	{ "ended", 10, false, false, put_ended, NULL },
	{ "events", 0, false, false, put_events, NULL },
};

/* ---- findings and failures ----------------------------------------------------------- */

static int64_t frame_of(const struct browse *browse, size_t item)
{
	return (int64_t)browse_find_frame(&browse->finds[item]);
}

static void put_frame(const struct browse *browse, size_t item, struct buf *out)
{
	buf_printf(out, "%lld", (long long)frame_of(browse, item));
}

static void put_rule(const struct browse *browse, size_t item, struct buf *out)
{
	const struct browse_find *find = &browse->finds[item];

	buf_append_text(out,
	    find->finding ? find->finding->rule : find->failure->layer);
}

/* Gravest first. */
static int64_t level_of(const struct browse *browse, size_t item)
{
	const struct browse_find *find = &browse->finds[item];

	return find->finding ? 1 + (int64_t)find->finding->severity : 0;
}

static void put_level(const struct browse *browse, size_t item, struct buf *out)
{
	const struct browse_find *find = &browse->finds[item];

	buf_append_text(out,
	    find->finding ? rule_severity_name(find->finding->severity) : "failed");
}

static void put_by(const struct browse *browse, size_t item, struct buf *out)
{
	const struct browse_find *find = &browse->finds[item];

	buf_append_text(out,
	    find->finding ? rule_who_name(find->finding->who) : find->failure->who);
}

static void put_whom(const struct browse *browse, size_t item, struct buf *out)
{
	const struct browse_find *find = &browse->finds[item];
	const char *serial =
	    find->finding ? find->finding->serial : find->failure->serial;
	const char *cpe = find->finding ? find->finding->cpe : find->failure->cpe;

	buf_append_text(out, browse_or_dash(serial ? serial : cpe));
}

static void put_what(const struct browse *browse, size_t item, struct buf *out)
{
	const struct browse_find *find = &browse->finds[item];

	buf_append_text(out, find->finding ? find->finding->text : find->failure->text);
}

static const struct browse_column find_columns[] = {
	{ "frame", 7, true, false, put_frame, frame_of },
	{ "rule", 8, false, false, put_rule, NULL },
	{ "level", 6, false, false, put_level, level_of },
	{ "by", 7, false, false, put_by, NULL },
	{ "device", 16, false, false, put_whom, NULL },
	{ "what", 0, false, false, put_what, NULL },
};

/* ---- any of them --------------------------------------------------------------------- */

const struct browse_column *browse_columns(enum browse_page page, size_t *ret_n)
{
	switch (page) {
	case BROWSE_DEVICES:
		*ret_n = ARRAY_LEN(device_columns);
		return device_columns;
	case BROWSE_SESSIONS:
		*ret_n = ARRAY_LEN(session_columns);
		return session_columns;
	case BROWSE_FINDINGS:
		*ret_n = ARRAY_LEN(find_columns);
		return find_columns;
	case BROWSE_LADDER:
	case BROWSE_MESSAGE:
	case BROWSE_COMPARE:
	case BROWSE_HELP:
		break;
	}
	*ret_n = 0;
	return NULL;
}
