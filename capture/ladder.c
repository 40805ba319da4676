#include "capture/ladder_model.h"
#include "lib/base/utf8.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
	WIDTH_DEFAULT = 100,
	WIDTH_MIN = 72,
	WIDTH_MAX = 140,
	GUTTER = 5,  /* the number of the step */
	MARGIN = 34, /* name of the ACS, time, frames */
	LADDERS = 8,
	NAMES_SHOWN = 6,
	TABLE_ROWS = 24,
	ROWS_OF_SHAPE = 8,
};

struct glyphs {
	const char *line, *left, *right, *bar, *more, *bad;
};

static const struct glyphs unicode = { "─", "◀", "▶", "│", "…", "✗" };
static const struct glyphs ascii = { "-", "<", ">", "|", "~", "x" };

struct printer {
	struct buf *out;
	const struct ladder_options *options;
	const struct glyphs *glyphs;
	size_t arrow; /* columns between the two bars */
};

static const char *colour(const struct printer *p, const char *code)
{
	return p->options->has_colour ? code : "";
}

static void repeat(struct buf *out, const char *glyph, size_t n)
{
	while (n-- > 0)
		buf_append_text(out, glyph);
}

/* At most columns of text, cut with a mark; returns the columns that were printed. */
static size_t put_cut(const struct printer *p, const char *text, size_t columns)
{
	struct str rest = str_of(text);
	size_t len = utf8_length(rest), n = MIN(len, columns);

	if (len > columns)
		n = columns - 1;
	for (size_t i = 0; i < n; i++) {
		size_t bytes = utf8_char(rest);

		if (bytes == 0 || (bytes > 1 && !p->options->is_utf8))
			buf_append_char(p->out, '?');
		else if (bytes == 1 && ((uint8_t)rest.p[0] < 0x20 || rest.p[0] == 0x7f))
			buf_append_char(p->out, ' ');
		else
			buf_append(p->out, rest.p, bytes);
		rest = str_from(rest, bytes ? bytes : 1);
	}
	if (len > columns)
		buf_append_text(p->out, p->glyphs->more);
	return len > columns ? columns : n;
}

/* ---- arrows ------------------------------------------------------------------------ */

/* Whether the detail has room behind the text, which ends at column used. */
static bool fits(const struct printer *p, const struct ladder_row *row, size_t used)
{
	return row->detail && *row->detail &&
	       used + 2 + utf8_length(str_of(row->detail)) + 3 <= p->arrow;
}

static size_t width_of(const struct ladder_row *row)
{
	return (row->has_step && row->step > 0 ? row->step > 9 ? 8U : 7U : 3U) +
	       utf8_length(str_of(row->text));
}

/* A detail that had no room on the arrow, below it. */
static void put_detail(const struct printer *p, const struct ladder_row *row)
{
	if (!row->detail || !*row->detail || fits(p, row, width_of(row)))
		return;
	buf_printf(p->out, "%*s%s      %s", GUTTER, "", p->glyphs->bar,
	    colour(p, "\033[2m"));
	(void)put_cut(p, row->detail, p->arrow + MARGIN - 8);
	buf_printf(p->out, "%s\n", colour(p, "\033[0m"));
}

static void put_arrow(const struct printer *p, const struct ladder_row *row)
{
	const struct glyphs *g = p->glyphs;
	bool from_cpe = row->from == FROM_CPE;
	bool both = row->kind == MESSAGE_TLS || row->kind == MESSAGE_DNS ||
		    row->kind == MESSAGE_DHCP;
	size_t used;

	buf_append_text(p->out, from_cpe && !both ? g->line : g->left);
	buf_append_text(p->out, g->line);
	buf_append_char(p->out, ' ');
	if (row->has_step && row->step > 0)
		buf_printf(p->out, "(%u) ", row->step);
	used = 3 + (row->has_step && row->step > 0 ? row->step > 9 ? 5 : 4 : 0);
	used += put_cut(p, row->text, p->arrow - used - 3);
	if (fits(p, row, used)) {
		buf_append_text(p->out, ": ");
		used += 2 + put_cut(p, row->detail, p->arrow);
	}
	buf_append_char(p->out, ' ');
	repeat(p->out, g->line, p->arrow - used - 2);
	buf_append_text(p->out, row->is_failed     ? g->bad
				: from_cpe || both ? g->right
						   : g->line);
}

static void put_margin(const struct printer *p, const struct ladder_row *row,
    const char *peer)
{
	size_t n;

	buf_append_char(p->out, ' ');
	n = put_cut(p, peer ? peer : "", 10);
	repeat(p->out, " ", 10 - n);
	if (row->frame == 0)
		return;
	buf_printf(p->out, " +%.3f", (double)row->time / (double)NS_PER_S);
	if (row->last_frame > row->frame)
		buf_printf(p->out, " frame %llu-%llu", (unsigned long long)row->frame,
		    (unsigned long long)row->last_frame);
	else
		buf_printf(p->out, " frame %llu", (unsigned long long)row->frame);
}

/* The reason of a failure, under its arrow, broken at blanks. */
static void put_why(const struct printer *p, const struct ladder_row *row)
{
	size_t room = p->arrow + MARGIN - 8;
	struct str rest = str_of(row->why);
	bool is_first = true;

	while (rest.len > 0) {
		size_t n = MIN(rest.len, room);

		while (n < rest.len && n > room / 2 && rest.p[n] != ' ')
			n--;
		buf_printf(p->out, "%*s%s   %s%s%s%.*s%s\n", GUTTER, "", p->glyphs->bar,
		    colour(p, "\033[31m"), is_first ? row->layer ? row->layer : "" : "",
		    is_first ? row->layer ? ": " : "" : "      ", (int)n, rest.p,
		    colour(p, "\033[0m"));
		rest = str_from(rest, n);
		while (rest.len > 0 && rest.p[0] == ' ')
			rest = str_from(rest, 1);
		is_first = false;
	}
}

static void put_row(const struct printer *p, const struct ladder_row *row,
    const char *peer)
{
	if (row->has_step)
		buf_printf(p->out, "%3u  ", row->step);
	else
		repeat(p->out, " ", GUTTER);
	buf_append_text(p->out, p->glyphs->bar);
	buf_append_text(p->out, colour(p, row->is_failed  ? "\033[31m"
					  : row->has_step ? "\033[1m"
							  : "\033[2m"));
	put_arrow(p, row);
	buf_append_text(p->out, colour(p, "\033[0m"));
	buf_append_text(p->out, p->glyphs->bar);
	put_margin(p, row, peer);
	buf_append_char(p->out, '\n');
	put_detail(p, row);
	if (row->is_failed && row->why)
		put_why(p, row);
}

/* ---- one ladder -------------------------------------------------------------------- */

static void put_names(const struct printer *p, const struct ladder_model *model,
    size_t shape)
{
	size_t n = 0;

	buf_append_text(p->out, colour(p, "\033[1m"));
	for (size_t i = model->shapes[shape].first; i < model->n_cpes; i++) {
		if (model->cpes[i].shape != shape)
			continue;
		if (n == NAMES_SHOWN)
			break;
		buf_printf(p->out, "%s%s", n > 0 ? " = " : "", model->cpes[i].name);
		n++;
	}
	if (model->shapes[shape].len > n)
		buf_printf(p->out, " = %zu more", model->shapes[shape].len - n);
	buf_append_text(p->out, colour(p, "\033[0m"));
}

static void put_ladder(const struct printer *p, const struct ladder_model *model,
    size_t shape)
{
	const struct ladder_cpe *cpe = &model->cpes[model->shapes[shape].first];
	auto_arena arena = ARENA_NULL;
	size_t n;
	const struct ladder_row *rows = ladder_rows(model, cpe, &arena, &n);
	const char *peer = NULL;

	put_names(p, model, shape);
	buf_append_text(p->out, "  ");
	if (model->shapes[shape].len > 1)
		buf_printf(p->out, " timing of %s;", cpe->name);
	buf_printf(p->out, " seconds since its boot%s%s\n",
	    p->options->capture ? "; frames of " : "",
	    p->options->capture ? p->options->capture : "");
	buf_printf(p->out, "%*sCPE %-*sACS\n", GUTTER, "", (int)p->arrow - 3,
	    cpe->address ? cpe->address : "");
	for (size_t i = 0; rows && i < n; i++) {
		bool is_same = peer && rows[i].peer && strcmp(peer, rows[i].peer) == 0;

		put_row(p, &rows[i], is_same ? NULL : rows[i].peer);
		if (rows[i].peer)
			peer = rows[i].peer;
	}
	if (cpe->sequence && cpe->sequence->not_judged)
		buf_printf(p->out, "%*s%s   not judged: %s\n", GUTTER, "",
		    p->glyphs->bar, cpe->sequence->not_judged);
	buf_append_char(p->out, '\n');
}

/* ---- the table --------------------------------------------------------------------- */

static void put_verdict(const struct printer *p, const struct ladder_cpe *cpe)
{
	const struct step_result *failed = ladder_failed(cpe);

	if (!cpe->sequence)
		return;
	if (cpe->sequence->not_judged)
		buf_printf(p->out, "not judged: %s", cpe->sequence->not_judged);
	else if (cpe->sequence->ok)
		buf_printf(p->out, "%u/%u %sok%s", cpe->steps_held, cpe->steps,
		    colour(p, "\033[32m"), colour(p, "\033[0m"));
	else
		buf_printf(p->out, "%u/%u %sfailed%s at step %u%s%s", cpe->steps_held,
		    cpe->steps, colour(p, "\033[31m"), colour(p, "\033[0m"),
		    failed ? failed->step : 0, failed && failed->layer ? ", " : "",
		    failed && failed->layer ? failed->layer : "");
}

static void put_since(const struct printer *p, const struct ladder_cpe *cpe, size_t i)
{
	char text[32] = "";

	if (i < cpe->n_sessions)
		(void)snprintf(text, sizeof(text), "+%.3f s",
		    (double)(cpe->sessions[i]->start - cpe->boot) / (double)NS_PER_S);
	buf_printf(p->out, "%-11s ", text);
}

static void put_cpe(const struct printer *p, const struct ladder_cpe *cpe, int width)
{
	buf_printf(p->out, "  %-*s %-15s ", width, cpe->name,
	    cpe->address ? cpe->address : "no address");
	put_since(p, cpe, 0);
	put_since(p, cpe, cpe->n_sessions > 1 ? cpe->n_sessions - 1 : SIZE_MAX);
	buf_printf(p->out, "%8zu  ", cpe->n_sessions);
	put_verdict(p, cpe);
	buf_append_char(p->out, '\n');
}

static void put_table(const struct printer *p, const struct ladder_model *model)
{
	size_t share =
	    MIN(MAX((size_t)TABLE_ROWS / MAX(model->n_shapes, (size_t)1), (size_t)1),
		(size_t)ROWS_OF_SHAPE);
	size_t rows = 0;
	int width = 8;

	for (size_t i = 0; i < model->n_cpes; i++)
		width = MAX(width, (int)MIN(strlen(model->cpes[i].name), (size_t)24));
	buf_printf(p->out, "  %-*s %-15s %-11s %-11s sessions  %s\n", width, "CPE",
	    "address", "1st session", "last",
	    model->n_cpes > 0 && model->cpes[0].sequence ? "steps" : "");
	for (size_t shape = 0; shape < model->n_shapes && rows < TABLE_ROWS; shape++) {
		size_t n = 0;

		for (size_t i = model->shapes[shape].first;
		     i < model->n_cpes && n < share; i++) {
			if (model->cpes[i].shape != shape)
				continue;
			put_cpe(p, &model->cpes[i], width);
			n++;
		}
		if (model->shapes[shape].len > n)
			buf_printf(p->out, "  and %zu more like %s\n",
			    model->shapes[shape].len - n,
			    model->cpes[model->shapes[shape].first].name);
		rows += n;
	}
}

void ladder_write(struct buf *out, const struct analysis *analysis,
    const struct ladder_options *options)
{
	unsigned width = options->width ? options->width : WIDTH_DEFAULT;
	size_t max = options->max ? options->max : LADDERS;
	struct printer p = { out, options, options->is_utf8 ? &unicode : &ascii, 0 };
	struct ladder_model model;

	width = MIN(MAX(width, (unsigned)WIDTH_MIN), (unsigned)WIDTH_MAX);
	p.arrow = width - GUTTER - 2 - MARGIN;
	if (ladder_model_build(&model, analysis, options) < 0) {
		ladder_model_free(&model);
		out->error = out->error ? out->error : -ENOMEM;
		return;
	}
	for (size_t i = 0; i < MIN(model.n_shapes, max); i++)
		put_ladder(&p, &model, i);
	if (model.n_shapes > max)
		buf_printf(out, "%zu more shapes of ladders are not shown\n\n",
		    model.n_shapes - max);
	if (model.n_cpes > 0)
		put_table(&p, &model);
	ladder_model_free(&model);
}

void ladder_detect(struct ladder_options *options)
{
	locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	const char *plain = getenv("NO_COLOR");
	struct winsize size;

	if (locale) {
		options->is_utf8 = strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;
		freelocale(locale);
	}
	if (!isatty(STDOUT_FILENO))
		return;
	options->has_colour = !plain || !*plain;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		options->width = size.ws_col;
}
