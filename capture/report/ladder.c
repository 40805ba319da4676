#include "capture/report/ladder_print.h"
#include "lib/base/columns.h"
#include "lib/program/screen.h"

#include <errno.h>

enum {
	WIDTH_DEFAULT = 100,
	WIDTH_MAX = 300,
	GUTTER = 5, /* the number of the step */
	NAMES_SHOWN = 6,
	LAYER_SHOWN = 20,
	WHY_INDENT = 6, /* of a reason's second line */
};

static const struct ladder_glyphs unicode = { "─", "◀", "▶", "│", "✗" };
static const struct ladder_glyphs ascii = { "-", "<", ">", "|", "x" };

/* What fits behind the arrows: name of the ACS, time, frames; the last, frames alone. */
static const struct margin {
	unsigned from_width;
	size_t columns;
	size_t peer; /* columns of the ACS's name */
	bool has_time;
} margins[] = {
	{ 96, 39, 15, true },
	{ 72, 34, 10, true },
	{ 56, 22, 0, true },
	{ 0, 12, 0, false },
};

static void repeat(struct buf *out, const char *glyph, size_t n)
{
	while (n-- > 0)
		buf_append_text(out, glyph);
}

/* ---- arrows ------------------------------------------------------------------------ */

/* Whether the detail has room behind the text, which ends at column used. */
static bool fits(const struct ladder_printer *p, const struct ladder_row *row,
    size_t used)
{
	return row->detail && *row->detail &&
	       used + 2 + columns_of(str_of(row->detail)) + 3 <= p->arrow;
}

static size_t width_of(const struct ladder_row *row)
{
	return (row->has_step && row->step > 0 ? row->step > 9 ? 8U : 7U : 3U) +
	       columns_of(str_of(row->text));
}

/* A detail that had no room on the arrow, below it. */
static void put_detail(const struct ladder_printer *p, const struct ladder_row *row)
{
	if (!row->detail || !*row->detail || fits(p, row, width_of(row)))
		return;
	buf_printf(p->out, "%*s%s      %s", GUTTER, "", p->glyphs->bar,
	    ladder_colour(p, "\033[2m"));
	(void)ladder_put_cut(p, row->detail, p->width - GUTTER - 8);
	buf_printf(p->out, "%s\n", ladder_colour(p, "\033[0m"));
}

static void put_arrow(const struct ladder_printer *p, const struct ladder_row *row)
{
	const struct ladder_glyphs *g = p->glyphs;
	bool from_cpe = row->from == FROM_CPE;
	/* A TLS row is a whole handshake, unless it is an alert of one side. */
	bool is_alert = row->text && strncmp(row->text, "alert ", 6) == 0;
	bool both = (row->kind == MESSAGE_TLS && !is_alert) ||
		    row->kind == MESSAGE_DNS || row->kind == MESSAGE_DHCP;
	size_t used;

	buf_append_text(p->out, from_cpe && !both ? g->line : g->left);
	buf_append_text(p->out, g->line);
	buf_append_char(p->out, ' ');
	if (row->has_step && row->step > 0)
		buf_printf(p->out, "(%u) ", row->step);
	used = 3 + (row->has_step && row->step > 0 ? row->step > 9 ? 5 : 4 : 0);
	used += ladder_put_cut(p, row->text, p->arrow - MIN(used + 3, p->arrow));
	if (fits(p, row, used)) {
		buf_append_text(p->out, ": ");
		used += 2 + ladder_put_cut(p, row->detail, p->arrow);
	}
	buf_append_char(p->out, ' ');
	repeat(p->out, g->line, p->arrow - MIN(used + 2, p->arrow));
	buf_append_text(p->out, row->is_failed     ? g->bad
				: from_cpe || both ? g->right
						   : g->line);
}

static const struct margin *margin_of(const struct ladder_printer *p)
{
	const struct margin *margin = margins;

	while (p->width < margin->from_width)
		margin++;
	return margin;
}

static void put_margin(const struct ladder_printer *p, const struct ladder_row *row,
    const char *peer)
{
	const struct margin *margin = margin_of(p);
	auto_buf text = BUF_NULL;
	size_t room;

	if (row->frame != 0 && margin->has_time && !p->is_timeless)
		buf_printf(&text, " +%.3f", (double)row->time / (double)NS_PER_S);
	if (row->frame != 0)
		buf_printf(&text, "%s%llu",
		    !margin->has_time ? " "
		    : p->is_text      ? " message "
				      : " frame ",
		    (unsigned long long)row->frame);
	if (row->last_frame > row->frame && row->frame != 0)
		buf_printf(&text, "-%llu", (unsigned long long)row->last_frame);
	if (margin->peer > 0) {
		room = MIN(margin->peer, p->margin - 1 - MIN(text.len, p->margin - 1));
		buf_append_char(p->out, ' ');
		if (text.len > 0)
			ladder_put_padded(p, peer ? peer : "", room);
		else
			(void)ladder_put_cut(p, peer ? peer : "", room);
		(void)ladder_put_cut(p, buf_cstr(&text), p->margin - 1 - room);
	} else {
		(void)ladder_put_cut(p, buf_cstr(&text), p->margin);
	}
}

/* A reason below its arrow, broken at blanks. */
static void put_why(const struct ladder_printer *p, const char *colour,
    const char *layer, const char *why)
{
	size_t room = p->width - GUTTER - 4;
	size_t indent =
	    layer ? MIN(columns_of(str_of(layer)), (size_t)LAYER_SHOWN) + 2 : 0;
	struct str rest = str_of(why);

	while (rest.len > 0) {
		struct str line = columns_line(rest, room - indent);

		buf_printf(p->out, "%*s%s   %s", GUTTER, "", p->glyphs->bar,
		    ladder_colour(p, colour));
		if (rest.p != why)
			buf_printf(p->out, "%*s", WHY_INDENT, "");
		else if (layer)
			buf_printf(p->out, "%.*s: ", LAYER_SHOWN, layer);
		rest = str_from(rest, line.len);
		columns_put(p->out, line, p->options->is_utf8);
		buf_printf(p->out, "%s\n", ladder_colour(p, "\033[0m"));
		while (rest.len > 0 && rest.p[0] == ' ')
			rest = str_from(rest, 1);
		indent = WHY_INDENT;
	}
}

static void put_finding(const struct ladder_printer *p, const struct finding *finding)
{
	static const char *const colours[RULE_SEVERITIES] = {
		[RULE_MUST] = "\033[31m",
		[RULE_SHOULD] = "\033[33m",
		[RULE_NOTE] = "\033[2m",
	};
	char head[64];

	(void)snprintf(head, sizeof(head), "%s %.12s, %s", p->glyphs->bad,
	    finding->rule, rule_severity_name(finding->severity));
	put_why(p, colours[finding->severity], head, finding->text);
}

void ladder_put_row(const struct ladder_printer *p, const struct ladder_row *row,
    const char *peer)
{
	char head[32];

	if (row->finding) {
		put_finding(p, row->finding);
		return;
	}
	if (row->is_remark) {
		(void)snprintf(head, sizeof(head), "(%u) not seen", row->step);
		put_why(p, "\033[2m", head, row->text);
		return;
	}
	if (row->has_step)
		buf_printf(p->out, "%3u  ", row->step);
	else
		repeat(p->out, " ", GUTTER);
	buf_append_text(p->out, p->glyphs->bar);
	buf_append_text(p->out, ladder_colour(p, row->is_failed  ? "\033[31m"
						 : row->has_step ? "\033[1m"
								 : "\033[2m"));
	put_arrow(p, row);
	buf_append_text(p->out, ladder_colour(p, "\033[0m"));
	buf_append_text(p->out, p->glyphs->bar);
	put_margin(p, row, peer);
	buf_append_char(p->out, '\n');
	put_detail(p, row);
	if (row->is_failed && row->why)
		put_why(p, "\033[31m", row->layer, row->why);
}

/* ---- one ladder -------------------------------------------------------------------- */

/* "cpe-1 = cpe-2 = 3 more   timing of cpe-1; ...", on two lines where one is too short. */
static void put_heading(const struct ladder_printer *p,
    const struct ladder_model *model, size_t shape)
{
	auto_buf names = BUF_NULL, rest = BUF_NULL;
	size_t n = 0, used;

	for (size_t i = model->shapes[shape].first; i < model->n_cpes; i++) {
		if (model->cpes[i].shape != shape)
			continue;
		if (n == NAMES_SHOWN)
			break;
		buf_printf(&names, "%s%s", n > 0 ? " = " : "", model->cpes[i].name);
		n++;
	}
	if (model->shapes[shape].len > n)
		buf_printf(&names, " = %zu more", model->shapes[shape].len - n);
	if (model->shapes[shape].len > 1)
		buf_printf(&rest, "timing of %s; ",
		    model->cpes[model->shapes[shape].first].name);
	if (!p->is_timeless)
		buf_printf(&rest, "seconds since its boot%s",
		    p->options->capture ? "; " : "");
	if (p->options->capture)
		buf_printf(&rest, "%s of %s", p->is_text ? "messages" : "frames",
		    p->options->capture);
	buf_append_text(p->out, ladder_colour(p, "\033[1m"));
	used = ladder_put_cut(p, buf_cstr(&names), p->width);
	buf_append_text(p->out, ladder_colour(p, "\033[0m"));
	if (used + 3 + columns_of(buf_str(&rest)) > p->width) {
		buf_append_char(p->out, '\n');
		used = 0;
	}
	buf_append_text(p->out, "   ");
	(void)ladder_put_cut(p, buf_cstr(&rest), p->width - MIN(p->width, 3 + used));
	buf_append_char(p->out, '\n');
}

/* What a proxy says of the CPE; null: nothing. */
static const struct forwarded *forwarded_of(const struct ladder_cpe *cpe)
{
	for (size_t i = cpe->n_sessions; i-- > 0;) {
		if (cpe->sessions[i]->forwarded)
			return cpe->sessions[i]->forwarded;
	}
	return NULL;
}

/* "CPE 10.0.0.20 (X-Real-IP 10.0.0.100)       ACS" */
void ladder_put_ends(const struct ladder_printer *p, const struct ladder_cpe *cpe)
{
	const struct forwarded *forwarded = forwarded_of(cpe);
	auto_buf text = BUF_NULL;

	buf_append_text(&text, cpe->address ? cpe->address : "");
	if (forwarded)
		buf_printf(&text, " (%s %s)", forwarded->header, forwarded->client);
	buf_printf(p->out, "%*sCPE ", GUTTER, "");
	ladder_put_padded(p, buf_cstr(&text), p->arrow - 3);
	buf_append_text(p->out, "ACS\n");
}

void ladder_put_unjudged(const struct ladder_printer *p, const struct ladder_cpe *cpe,
    const struct analysis_session *session)
{
	/* That it has no packets is said once, of the whole text. */
	if (!cpe->sequence && session->not_judged && !p->is_text)
		put_why(p, "", "not judged", session->not_judged);
}

/* Where nothing is cut, the arrows are as long as the longest needs. */
static size_t arrow_of(const struct ladder_printer *p, const struct ladder_row *rows,
    size_t n)
{
	size_t arrow = p->arrow;

	for (size_t i = 0; p->is_whole && i < n; i++) {
		if (!rows[i].finding && !rows[i].is_remark)
			arrow = MAX(arrow, width_of(&rows[i]) + 3);
	}
	return arrow;
}

static void put_ladder(const struct ladder_printer *printer,
    const struct ladder_model *model, size_t shape)
{
	struct ladder_printer p = *printer;
	const struct ladder_cpe *cpe = &model->cpes[model->shapes[shape].first];
	auto_arena arena = ARENA_NULL;
	size_t n;
	const struct ladder_row *rows = ladder_rows(model, cpe, &arena, &n);
	const char *peer = NULL;

	p.arrow = rows ? arrow_of(printer, rows, n) : p.arrow;
	put_heading(&p, model, shape);
	ladder_put_ends(&p, cpe);
	for (size_t i = 0; rows && i < n; i++) {
		bool is_same = peer && rows[i].peer && strcmp(peer, rows[i].peer) == 0;

		ladder_put_row(&p, &rows[i], is_same ? NULL : rows[i].peer);
		if (rows[i].peer)
			peer = rows[i].peer;
	}
	if (cpe->sequence && cpe->sequence->not_judged)
		put_why(&p, "", "not judged", cpe->sequence->not_judged);
	for (size_t i = 0; i < cpe->n_sessions; i++)
		ladder_put_unjudged(&p, cpe, cpe->sessions[i]);
	buf_append_char(p.out, '\n');
}

struct ladder_printer ladder_printer_make(struct buf *out,
    const struct ladder_options *options, const struct analysis *analysis)
{
	unsigned width = options->width ? options->width : WIDTH_DEFAULT;
	struct ladder_printer p = { .out = out,
		.options = options,
		.glyphs = options->is_utf8 ? &unicode : &ascii,
		.is_whole = options->width == 0,
		.is_text = analysis->counts.text != NULL,
		.is_timeless = analysis->counts.is_timeless };

	p.width = MIN(MAX(width, (unsigned)SCREEN_WIDTH_MIN), (unsigned)WIDTH_MAX);
	p.margin = margin_of(&p)->columns;
	p.arrow = p.width - GUTTER - 2 - p.margin;
	return p;
}

void ladder_write(struct buf *out, const struct analysis *analysis,
    const struct ladder_options *options)
{
	struct ladder_model model;

	if (ladder_model_build(&model, analysis, options) < 0)
		out->error = out->error ? out->error : -ENOMEM;
	else
		ladder_write_model(out, &model, analysis, options);
	ladder_model_free(&model);
}

void ladder_write_model(struct buf *out, const struct ladder_model *model,
    const struct analysis *analysis, const struct ladder_options *options)
{
	size_t max = options->max ? options->max : LADDERS_MAX;
	struct ladder_printer p = ladder_printer_make(out, options, analysis);

	for (size_t i = 0; i < MIN(model->n_shapes, max); i++)
		put_ladder(&p, model, i);
	if (model->n_shapes > max)
		buf_printf(out, "%zu more shape%s of ladders %s not shown\n\n",
		    model->n_shapes - max, model->n_shapes - max == 1 ? "" : "s",
		    model->n_shapes - max == 1 ? "is" : "are");
	if (model->n_cpes > 0)
		ladder_put_table(&p, model);
}

void ladder_detect(struct ladder_options *options)
{
	const struct screen screen = screen_detect();

	options->width = screen.width;
	options->is_utf8 = screen.is_utf8;
	options->has_colour = screen.has_colour;
}
