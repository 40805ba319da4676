#include "capture/report/format.h"

#include "capture/analysis/analysis.h"
#include "lib/base/utf8.h"

#include <string.h>

enum {
	TEXT_MAX = 120 /* bytes of one text */
};

struct names { /* participants, each once */
	const char **items;
	size_t len;
};

/* Mermaid reads ; and # itself, and lines. */
static void put_text(struct buf *out, const char *text)
{
	struct str rest = str_of(text);

	rest.len = MIN(rest.len, (size_t)TEXT_MAX);
	while (rest.len > 0) {
		char c = rest.p[0];
		size_t n = 1;

		if (c == ';' || c == '#')
			buf_printf(out, "#%d;", c);
		else
			n = utf8_put_shown(out, rest);
		rest = str_from(rest, n);
	}
}

static size_t number_of(const struct names *names, const char *name)
{
	size_t i = 0;

	while (i < names->len && strcmp(names->items[i], name) != 0)
		i++;
	return i;
}

static void add_name(struct names *names, const char *name)
{
	if (name && number_of(names, name) == names->len)
		names->items[names->len++] = name;
}

static void put_why(struct buf *out, size_t cpe, size_t acs, const char *layer,
    const char *why)
{
	buf_printf(out, "    Note over p%zu,p%zu: ", cpe, acs);
	put_text(out, layer);
	buf_append_text(out, ": ");
	put_text(out, why);
	buf_append_char(out, '\n');
}

static void put_message(struct buf *out, const struct analysis_message *message,
    size_t cpe, size_t acs)
{
	bool is_out = message->from == FROM_CPE;

	buf_printf(out, "    p%zu%sp%zu: ", is_out ? cpe : acs,
	    message->kind == MESSAGE_CWMP || message->kind == MESSAGE_HTTP ? "->>"
									   : "-->>",
	    is_out ? acs : cpe);
	put_text(out, message->name);
	if (message->detail && *message->detail) {
		buf_append_text(out, ", ");
		put_text(out, message->detail);
	}
	buf_printf(out, " [%llu]\n", (unsigned long long)message->frame);
	if (message->why)
		put_why(out, cpe, acs, message->layer, message->why);
	if (message->failure && message->failure->text != message->why)
		put_why(out, cpe, acs, message->failure->layer, message->failure->text);
}

/* Findings about something that did not come: no message of the session is theirs. */
static void put_absences(struct buf *out, const struct analysis *analysis,
    const struct analysis_session *session, size_t cpe, size_t acs)
{
	uint64_t last = session->n_messages > 0
			    ? session->messages[session->n_messages - 1].frame
			    : 0;

	for (size_t i = 0; i < analysis->n_findings; i++) {
		const struct finding *finding = &analysis->findings[i];

		if (finding->session == session->id && finding->frame > last)
			put_why(out, cpe, acs, finding->rule, finding->text);
	}
}

static void put_session(struct buf *out, const struct analysis *analysis,
    const struct names *names, const struct analysis_session *session)
{
	size_t cpe = number_of(names, session->cpe), acs;
	char text[CLOCK_ISO8601_MAX];

	acs = number_of(names, session->acs);
	buf_printf(out, "    Note over p%zu,p%zu: session %llu", cpe, acs,
	    (unsigned long long)session->id);
	if (!analysis->counts.is_timeless)
		buf_printf(out, ", %s", clock_iso8601(session->start, 3, text));
	if (session->serial) {
		buf_append_text(out, ", ");
		put_text(out, session->serial);
	}
	buf_append_char(out, '\n');
	for (size_t i = 0; i < session->n_messages; i++)
		put_message(out, &session->messages[i], cpe, acs);
	put_absences(out, analysis, session, cpe, acs);
	if (session->not_judged) {
		buf_printf(out, "    Note over p%zu,p%zu: not judged: ", cpe, acs);
		put_text(out, session->not_judged);
		buf_append_char(out, '\n');
	}
}

void format_mermaid(struct buf *out, const struct analysis *analysis)
{
	size_t n = MIN(analysis->n_sessions, (size_t)FORMAT_MERMAID_SESSIONS);
	const char *items[2 * FORMAT_MERMAID_SESSIONS];
	struct names names = { items, 0 };

	buf_append_text(out, "sequenceDiagram\n");
	for (size_t i = 0; i < n; i++)
		add_name(&names, analysis->sessions[i].cpe);
	for (size_t i = 0; i < n; i++)
		add_name(&names, analysis->sessions[i].acs);
	for (size_t i = 0; i < names.len; i++) {
		buf_printf(out, "    participant p%zu as ", i);
		/* A text need not tell its address. */
		put_text(out, *names.items[i] ? names.items[i] : "CPE");
		buf_append_char(out, '\n');
	}
	for (size_t i = 0; i < n; i++)
		put_session(out, analysis, &names, &analysis->sessions[i]);
	if (analysis->n_sessions > n)
		buf_printf(out,
		    "    %%%% %zu more sessions are not drawn: choose with --session\n",
		    analysis->n_sessions - n);
}
