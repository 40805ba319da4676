#include "capture/report/ladder_print.h"
#include "lib/program/table.h"

#include <stdio.h>

enum {
	INDENT = 2,
	ROWS = 24,
	ROWS_OF_SHAPE = 8,
	STEPS = 5, /* the column of what became of the sequence */
};

static const struct table_column columns[] = {
	{ .heading = "CPE", .least = 8 },
	{ .heading = "address", .least = 15, .leaves = 2 },
	{ .heading = "1st session", .leaves = 3 },
	{ .heading = "last", .leaves = 4 },
	{ .heading = "sessions", .is_right = true },
	[STEPS] = { .heading = "", .least = 28 },
};

static void put_verdict(struct table *table, const struct ladder_cpe *cpe)
{
	const struct sequence_result *result = cpe->sequence;
	const struct step_result *failed = ladder_failed(cpe);
	const char *colour = "\033[31m";
	auto_buf text = BUF_NULL;

	if (result && result->not_judged) {
		buf_printf(&text, "not judged: %s", result->not_judged);
		colour = NULL;
	} else if (result && result->ok) {
		buf_printf(&text, "%u/%u ok", cpe->steps_held, cpe->steps);
		colour = "\033[32m";
	} else if (result) {
		buf_printf(&text, "%u/%u failed at step %u%s%s", cpe->steps_held,
		    cpe->steps, failed ? failed->step : 0,
		    failed && failed->layer ? ", " : "",
		    failed && failed->layer ? failed->layer : "");
	}
	if (cpe->n_findings > 0)
		buf_printf(&text, "%s%zu finding%s", text.len > 0 ? "; " : "",
		    cpe->n_findings, cpe->n_findings == 1 ? "" : "s");
	table_cell_in(table, colour, buf_cstr(&text));
}

static void put_since(struct table *table, const struct ladder_printer *p,
    const struct ladder_cpe *cpe, clock_ns start, bool is_there)
{
	if (!is_there || p->is_timeless)
		table_cell(table, "");
	else
		table_cellf(table, "+%.3f s",
		    (double)(start - cpe->boot) / (double)NS_PER_S);
}

/* Where no lab gives it a name, its serial number says more than its address again. */
static const char *label_of(const struct ladder_cpe *cpe)
{
	bool has_no_name =
	    cpe->name == cpe->address || (cpe->address && !*cpe->address);

	return has_no_name && cpe->serial ? cpe->serial : cpe->name;
}

static void put_cpe(struct table *table, const struct ladder_printer *p,
    const struct ladder_cpe *cpe)
{
	table_cell(table, label_of(cpe));
	table_cell(table, !cpe->address   ? "no address"
			  : *cpe->address ? cpe->address
					  : NULL);
	put_since(table, p, cpe, cpe->first_session, cpe->n_sessions > 0);
	put_since(table, p, cpe, cpe->last_session, cpe->n_sessions > 1);
	table_cellf(table, "%zu", cpe->n_sessions);
	put_verdict(table, cpe);
}

static void put_shape(struct table *table, const struct ladder_printer *p,
    const struct ladder_model *model, size_t shape, size_t share)
{
	const struct ladder_shape *all = &model->shapes[shape];
	char text[96];
	size_t n = 0;

	for (size_t i = all->first; i < model->n_cpes && n < share; i++) {
		if (model->cpes[i].shape != shape)
			continue;
		put_cpe(table, p, &model->cpes[i]);
		n++;
	}
	(void)snprintf(text, sizeof(text), "and %zu more like %.60s", all->len - n,
	    model->cpes[all->first].name);
	if (all->len > n)
		table_note(table, text);
}

/* The CPEs of the shapes from that one on have no row. */
static void put_left(struct table *table, const struct ladder_model *model,
    size_t shape)
{
	size_t shapes = model->n_shapes - shape;
	size_t cpes = 0;
	char text[96];

	for (; shape < model->n_shapes; shape++)
		cpes += model->shapes[shape].len;
	(void)snprintf(text, sizeof(text), "and %zu more of %zu other shape%s", cpes,
	    shapes, shapes == 1 ? "" : "s");
	if (cpes > 0)
		table_note(table, text);
}

void ladder_put_table(const struct ladder_printer *p, const struct ladder_model *model)
{
	struct screen screen = { .width = p->is_whole ? 0 : (unsigned)p->width,
		.is_utf8 = p->options->is_utf8,
		.has_colour = p->options->has_colour };
	struct table_column mine[ARRAY_LEN(columns)];
	size_t share =
	    MIN(MAX((size_t)ROWS / MAX(model->n_shapes, (size_t)1), (size_t)1),
		(size_t)ROWS_OF_SHAPE);
	struct table table;
	size_t rows = 0, shape;

	memcpy(mine, columns, sizeof(mine));
	if (model->n_cpes > 0 && model->cpes[0].sequence)
		mine[STEPS].heading = "steps";
	table_begin(&table, p->out, &screen, mine, ARRAY_LEN(mine));
	table.indent = INDENT;
	for (shape = 0; shape < model->n_shapes && rows < ROWS; shape++) {
		put_shape(&table, p, model, shape, share);
		rows += MIN(model->shapes[shape].len, share);
	}
	put_left(&table, model, shape);
	table_end(&table);
}
