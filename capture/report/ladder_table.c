#include "capture/report/ladder_print.h"
#include "lib/base/utf8.h"

#include <stdio.h>

enum {
	NAME_MIN = 8,
	NAME_MAX_COLUMNS = 24,
	ROWS = 24,
	ROWS_OF_SHAPE = 8,
	WIDE = 80, /* room for the times of sessions */
	VERDICT_MIN = 10,
};

static void put_padded(const struct ladder_printer *p, const char *text, size_t columns)
{
	size_t n = ladder_put_cut(p, text, columns);

	buf_printf(p->out, "%*s ", (int)(columns - n), "");
}

static void put_verdict(const struct ladder_printer *p, const struct ladder_cpe *cpe,
    size_t room)
{
	const struct sequence_result *result = cpe->sequence;
	const struct step_result *failed = ladder_failed(cpe);
	const char *colour = "\033[31m";
	auto_buf text = BUF_NULL;

	if (result && result->not_judged) {
		buf_printf(&text, "not judged: %s", result->not_judged);
		colour = "\033[0m";
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
	if (text.len == 0)
		return;
	buf_printf(p->out, "  %s", ladder_colour(p, colour));
	(void)ladder_put_cut(p, buf_cstr(&text), room);
	buf_append_text(p->out, ladder_colour(p, "\033[0m"));
}

static void put_since(const struct ladder_printer *p, const struct ladder_cpe *cpe,
    size_t i)
{
	char text[32] = "";

	if (i < cpe->n_sessions && !p->is_timeless)
		(void)snprintf(text, sizeof(text), "+%.3f s",
		    (double)(cpe->sessions[i]->start - cpe->boot) / (double)NS_PER_S);
	put_padded(p, text, 11);
}

/* Where no lab gives it a name, its serial number says more than its address again. */
static const char *label_of(const struct ladder_cpe *cpe)
{
	const struct analysis_session *last =
	    cpe->n_sessions > 0 ? cpe->sessions[cpe->n_sessions - 1] : NULL;

	bool has_no_name =
	    cpe->name == cpe->address || (cpe->address && !*cpe->address);

	return has_no_name && last && last->serial ? last->serial : cpe->name;
}

/* Columns of the table before what is said last. */
static size_t before_verdict(const struct ladder_printer *p, size_t name)
{
	return 2 + name + 1 + 16 + (p->width >= WIDE ? 2 * 12 : 0) + 8 + 2;
}

static void put_cpe(const struct ladder_printer *p, const struct ladder_cpe *cpe,
    size_t name)
{
	size_t used = before_verdict(p, name);

	buf_append_text(p->out, "  ");
	put_padded(p, used <= p->width ? label_of(cpe) : cpe->name, name);
	if (used <= p->width) {
		put_padded(p,
		    !cpe->address   ? "no address"
		    : *cpe->address ? cpe->address
				    : "-",
		    15);
		if (p->width >= WIDE) {
			put_since(p, cpe, 0);
			put_since(p, cpe,
			    cpe->n_sessions > 1 ? cpe->n_sessions - 1 : SIZE_MAX);
		}
	} else {
		used -= 16;
	}
	buf_printf(p->out, "%8zu", cpe->n_sessions);
	if (used + VERDICT_MIN <= p->width)
		put_verdict(p, cpe, p->width - used);
	buf_append_char(p->out, '\n');
}

static void put_head(const struct ladder_printer *p, const struct ladder_model *model,
    size_t name)
{
	auto_buf line = BUF_NULL;
	bool has_steps = model->n_cpes > 0 && model->cpes[0].sequence;

	buf_printf(&line, "  %-*s ", (int)name, "CPE");
	if (before_verdict(p, name) <= p->width) {
		buf_printf(&line, "%-15s ", "address");
		if (p->width >= WIDE)
			buf_printf(&line, "%-11s %-11s ", "1st session", "last");
	}
	buf_printf(&line, "sessions%s", has_steps ? "  steps" : "");
	(void)ladder_put_cut(p, buf_cstr(&line), p->width);
	buf_append_char(p->out, '\n');
}

static void put_more(const struct ladder_printer *p, const struct ladder_model *model,
    size_t shape, size_t n)
{
	char text[96];

	(void)snprintf(text, sizeof(text), "  and %zu more like %.60s",
	    model->shapes[shape].len - n, model->cpes[model->shapes[shape].first].name);
	(void)ladder_put_cut(p, text, p->width);
	buf_append_char(p->out, '\n');
}

void ladder_put_table(const struct ladder_printer *p, const struct ladder_model *model)
{
	size_t share =
	    MIN(MAX((size_t)ROWS / MAX(model->n_shapes, (size_t)1), (size_t)1),
		(size_t)ROWS_OF_SHAPE);
	size_t rows = 0, name = NAME_MIN;

	for (size_t i = 0; i < model->n_cpes; i++)
		name = MAX(name, MIN(utf8_length(str_of(label_of(&model->cpes[i]))),
				     (size_t)NAME_MAX_COLUMNS));
	put_head(p, model, name);
	for (size_t shape = 0; shape < model->n_shapes && rows < ROWS; shape++) {
		size_t n = 0;

		for (size_t i = model->shapes[shape].first;
		     i < model->n_cpes && n < share; i++) {
			if (model->cpes[i].shape != shape)
				continue;
			put_cpe(p, &model->cpes[i], name);
			n++;
		}
		if (model->shapes[shape].len > n)
			put_more(p, model, shape, n);
		rows += n;
	}
}
