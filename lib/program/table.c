#include "lib/program/table.h"

#include "lib/base/columns.h"
#include "lib/base/shown.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>

enum {
	GAP = 2, /* between columns */
	CELL_TEXT_MAX = 512,
};

struct line { /* that is being written */
	struct table *table;
	size_t blanks; /* before the next text, so that no line ends in them */
	size_t spare;  /* columns that a cell wider than those measured may take */
	bool has_begun;
};

void table_begin(struct table *table, struct buf *out, const struct screen *screen,
    const struct table_column *columns, size_t n)
{
	assert(n > 0 && n <= TABLE_COLUMNS_MAX);
	*table = (struct table){ .out = out,
		.screen = *screen,
		.columns = columns,
		.n_columns = n };
	table->screen.width = screen_room(screen);
	for (size_t i = 0; i < n; i++)
		table->natural[i] = columns_of(str_of(columns[i].heading));
}

/* ---- widths ------------------------------------------------------------------------- */

static size_t least_of(const struct table *table, size_t i)
{
	unsigned least = table->columns[i].least;

	return least > 0 ? MIN(table->natural[i], (size_t)least) : table->natural[i];
}

/* All columns that are shown, with what stands before and between them. */
static size_t total(const struct table *table)
{
	size_t sum = table->indent;

	for (size_t i = 0; i < table->n_columns; i++)
		sum += table->width[i] > 0 ? table->width[i] + GAP : 0;
	return sum - GAP;
}

/* Takes out the column that is missed least; false: none may go. */
static bool leave(struct table *table)
{
	size_t who = table->n_columns;

	for (size_t i = 0; i < table->n_columns; i++) {
		if (table->width[i] > 0 && table->columns[i].leaves > 0 &&
		    (who == table->n_columns ||
			table->columns[i].leaves > table->columns[who].leaves))
			who = i;
	}
	if (who == table->n_columns)
		return false;
	table->width[who] = 0;
	return true;
}

/* The narrowest column that was shortened, or n_columns. */
static size_t neediest(const struct table *table)
{
	size_t who = table->n_columns;

	for (size_t i = 0; i < table->n_columns; i++) {
		if (table->width[i] > 0 && table->width[i] < table->natural[i] &&
		    (who == table->n_columns || table->width[i] < table->width[who]))
			who = i;
	}
	return who;
}

static size_t widest(const struct table *table)
{
	size_t who = 0;

	for (size_t i = 1; i < table->n_columns; i++) {
		if (table->width[i] > table->width[who])
			who = i;
	}
	return who;
}

static void lay_out(struct table *table)
{
	size_t room = table->screen.width, who;

	for (size_t i = 0; i < table->n_columns; i++)
		table->width[i] = MAX(table->natural[i], (size_t)1);
	if (room == 0 || total(table) <= room)
		return;
	for (size_t i = 0; i < table->n_columns; i++)
		table->width[i] = MAX(least_of(table, i), (size_t)1);
	while (total(table) > room && leave(table))
		;
	while (total(table) > room)
		table->width[widest(table)]--;
	while (total(table) < room && (who = neediest(table)) < table->n_columns)
		table->width[who]++;
}

/* ---- lines -------------------------------------------------------------------------- */

static size_t last_shown(const struct table *table)
{
	size_t i = table->n_columns;

	while (i > 1 && table->width[i - 1] == 0)
		i--;
	return i - 1;
}

static void put_blanks(struct line *line)
{
	if (line->blanks > 0)
		buf_printf(line->table->out, "%*s", (int)line->blanks, "");
	line->blanks = 0;
}

/* A cell of a last column that goes on below itself. */
static void put_wrapped(struct line *line, struct str text, size_t width)
{
	struct table *table = line->table;
	size_t indent = total(table) - table->width[table->n_columns - 1];

	if (text.len == 0)
		return;
	put_blanks(line);
	columns_put_lines(table->out, text, width, indent, table->screen.is_utf8);
}

static void put_cell(struct line *line, size_t i, const struct table_cell *cell)
{
	struct table *table = line->table;
	struct str text = cell->text;
	size_t len = columns_of(text), room = table->width[i];

	if (len > table->natural[i]) {
		size_t more = MIN(len - room, line->spare);

		line->spare -= more;
		room += more;
	}
	line->blanks += line->has_begun ? GAP : 0;
	line->has_begun = true;
	if (table->columns[i].wraps && table->screen.width > 0) {
		put_wrapped(line, text, room);
		return;
	}
	if (table->columns[i].is_right && len < room)
		line->blanks += room - len;
	if (len > 0)
		put_blanks(line);
	if (len > 0 && cell->colour && table->screen.has_colour)
		buf_append_text(table->out, cell->colour);
	len = columns_put_cut(table->out, text, room, table->screen.is_utf8);
	if (len > 0 && cell->colour && table->screen.has_colour)
		buf_append_text(table->out, "\033[0m");
	if (!table->columns[i].is_right && len < room)
		line->blanks += room - len;
}

/* What no column of this line takes. */
static size_t spare_of(const struct table *table, const struct table_cell *cells)
{
	size_t last = last_shown(table), used;

	if (table->screen.width == 0)
		return SIZE_MAX;
	used = total(table);
	if (!table->columns[last].is_right)
		used -= table->width[last] -
			MIN(table->width[last], columns_of(cells[last].text));
	return table->screen.width - MIN((size_t)table->screen.width, used);
}

static void put_note(struct table *table, struct str text)
{
	size_t room = table->screen.width ? table->screen.width : SIZE_MAX;

	buf_printf(table->out, "%*s", (int)table->indent, "");
	(void)columns_put_cut(table->out, text, room - table->indent,
	    table->screen.is_utf8);
	buf_append_char(table->out, '\n');
}

static void put_line(struct table *table, const struct table_cell *cells)
{
	struct line line = { .table = table, .blanks = table->indent };

	if (cells[0].is_note) {
		put_note(table, cells[0].text);
		return;
	}
	line.spare = spare_of(table, cells);
	for (size_t i = 0; i < table->n_columns; i++) {
		if (table->width[i] > 0)
			put_cell(&line, i, &cells[i]);
	}
	buf_append_char(table->out, '\n');
}

static void put_head(struct table *table)
{
	struct table_cell cells[TABLE_COLUMNS_MAX] = { 0 };
	bool has_words = false;

	for (size_t i = 0; i < table->n_columns; i++) {
		cells[i].text = str_of(table->columns[i].heading);
		has_words |= cells[i].text.len > 0;
	}
	if (has_words)
		put_line(table, cells);
}

/* Writes the whole rows that are there. */
static void flush(struct table *table)
{
	if (!table->is_laid) {
		lay_out(table);
		table->is_laid = true;
		put_head(table);
	}
	for (size_t i = 0; i + table->n_columns <= table->n_cells;
	     i += table->n_columns)
		put_line(table, &table->cells[i]);
	table->n_cells = 0;
	arena_reset(&table->arena);
}

/* ---- cells -------------------------------------------------------------------------- */

static struct table_cell *add(struct table *table, const char *text)
{
	struct table_cell *cell = &table->cells[table->n_cells++];

	*cell = (struct table_cell){ .text = arena_str(&table->arena, str_of(text)) };
	if (!cell->text.p && !table->out->error)
		table->out->error = -ENOMEM;
	return cell;
}

static void flush_if_full(struct table *table)
{
	if (table->is_laid || table->n_cells + table->n_columns > TABLE_CELLS_MEASURED)
		flush(table);
}

void table_cell_in(struct table *table, const char *colour, const char *text)
{
	size_t i = table->n_cells % table->n_columns;
	struct table_cell *cell = add(table, text ? text : "-");

	cell->colour = colour;
	if (!table->is_laid)
		table->natural[i] = MAX(table->natural[i], columns_of(cell->text));
	if (i + 1 == table->n_columns)
		flush_if_full(table);
}

void table_cell(struct table *table, const char *text)
{
	table_cell_in(table, NULL, text);
}

void table_note(struct table *table, const char *text)
{
	assert(table->n_cells % table->n_columns == 0);
	add(table, text)->is_note = true;
	while (table->n_cells % table->n_columns != 0)
		(void)add(table, "");
	flush_if_full(table);
}

void table_cellf(struct table *table, const char *fmt, ...)
{
	char text[CELL_TEXT_MAX];
	va_list args;

	va_start(args, fmt);
	(void)shown_vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	table_cell(table, text);
}

void table_end(struct table *table)
{
	assert(table->n_cells % table->n_columns == 0);
	flush(table);
	arena_free(&table->arena);
}
