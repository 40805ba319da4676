#include "capture/report/format.h"

#include "capture/report/ladder_model.h"
#include "lib/base/utf8.h"

#include <errno.h>
#include <string.h>

enum {
	TEXT_MAX = 120, /* bytes of one text */
	NAMES_SHOWN = 6
};

/* A session, of the CPE that stands for all whose ladders have its shape. */
struct drawn {
	const struct analysis_session *session;
	const struct ladder_cpe *cpe;
	bool is_first; /* of the CPE */
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

/* "10.0.0.5 = 10.0.0.6 = 3 more" */
static void put_alike(struct buf *out, const struct ladder_model *model, size_t shape,
    size_t cpe, size_t acs)
{
	size_t n = 0;

	if (model->shapes[shape].len < 2)
		return;
	buf_printf(out, "    Note over p%zu,p%zu: ", cpe, acs);
	for (size_t i = model->shapes[shape].first;
	     i < model->n_cpes && n < NAMES_SHOWN; i++) {
		if (model->cpes[i].shape != shape)
			continue;
		buf_append_text(out, n++ > 0 ? " = " : "");
		put_text(out, model->cpes[i].name);
	}
	if (model->shapes[shape].len > n)
		buf_printf(out, " = %zu more", model->shapes[shape].len - n);
	buf_append_char(out, '\n');
}

static void put_session(struct buf *out, const struct analysis *analysis,
    const struct ladder_model *model, const struct names *names,
    const struct drawn *drawn)
{
	const struct analysis_session *session = drawn->session;
	size_t cpe = number_of(names, drawn->cpe->name);
	size_t acs = number_of(names, session->acs);
	char text[CLOCK_ISO8601_MAX];

	if (drawn->is_first)
		put_alike(out, model, drawn->cpe->shape, cpe, acs);
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

/* Of each shape the sessions of one CPE, as many as are drawn; returns how many. *ret_left
 * becomes how many sessions of all CPEs are like none of them. */
static size_t choose(const struct ladder_model *model, struct drawn *drawn,
    size_t *ret_left)
{
	size_t n = 0;

	*ret_left = 0;
	for (size_t shape = 0; shape < model->n_shapes; shape++) {
		const struct ladder_cpe *cpe = &model->cpes[model->shapes[shape].first];
		size_t room = MIN(cpe->n_sessions, FORMAT_MERMAID_SESSIONS - n);

		for (size_t i = 0; i < room; i++)
			drawn[n++] = (struct drawn){ cpe->sessions[i], cpe, i == 0 };
		for (size_t i = 0; i < model->n_cpes; i++) {
			size_t all = model->cpes[i].n_sessions;

			if (model->cpes[i].shape == shape)
				*ret_left += all - MIN(all, room);
		}
	}
	return n;
}

static void put_diagram(struct buf *out, const struct analysis *analysis,
    const struct ladder_model *model)
{
	struct drawn drawn[FORMAT_MERMAID_SESSIONS];
	const char *items[2 * FORMAT_MERMAID_SESSIONS];
	struct names names = { items, 0 };
	size_t left, n = choose(model, drawn, &left);

	for (size_t i = 0; i < n; i++)
		add_name(&names, drawn[i].cpe->name);
	for (size_t i = 0; i < n; i++)
		add_name(&names, drawn[i].session->acs);
	for (size_t i = 0; i < names.len; i++) {
		buf_printf(out, "    participant p%zu as ", i);
		put_text(out, names.items[i]);
		buf_append_char(out, '\n');
	}
	for (size_t i = 0; i < n; i++)
		put_session(out, analysis, model, &names, &drawn[i]);
	if (left > 0)
		buf_printf(out,
		    "    %%%% %zu more sessions are not drawn: choose with --session\n",
		    left);
}

void format_mermaid(struct buf *out, const struct analysis *analysis)
{
	const struct ladder_options options = { .name_of = NULL };
	struct ladder_model model;

	buf_append_text(out, "sequenceDiagram\n");
	if (ladder_model_build(&model, analysis, &options) < 0)
		out->error = -ENOMEM;
	else
		put_diagram(out, analysis, &model);
	ladder_model_free(&model);
}
