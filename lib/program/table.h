/* A table as people read it: a row a line, columns below their headings, as wide as what is in
 * them. Where the screen is narrower, columns leave and cells are shortened with a mark; where
 * it has no width nothing is. */
#pragma once

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/compiler.h"
#include "lib/program/screen.h"

#include <stddef.h>

enum {
	TABLE_COLUMNS_MAX = 12,
	TABLE_CELLS_MEASURED = 1200, /* before the first row is written */
};

struct table_column {
	const char *heading; /* "" for none */
	/* Where there is no room, its cells are shortened down to so many columns
	 * before any column leaves; 0: they keep their width. */
	unsigned least;
	/* Where that is not enough the column with the highest number leaves first; 0:
	 * it stays. What stays and still has no room is shortened, the widest first. */
	unsigned leaves;
	bool is_right; /* flush right, as numbers are */
	bool wraps;    /* of the last column: what has no room goes on below it */
};

struct table_cell {
	struct str text;
	const char *colour; /* null: none */
	bool is_note;       /* and all of its line */
};

struct table {
	struct buf *out;
	struct screen screen;
	const struct table_column *columns;
	size_t n_columns;
	unsigned indent;    /* blanks before each line; the caller may set it */
	struct arena arena; /* of the cells */
	struct table_cell cells[TABLE_CELLS_MEASURED];
	size_t n_cells;
	size_t natural[TABLE_COLUMNS_MAX]; /* the widest cell */
	size_t width[TABLE_COLUMNS_MAX];   /* 0: the column has left */
	bool is_laid;                      /* the head is written */
};

/* Begins a table of the columns, which must stay there as out must. The caller ends it with
 * table_end(). */
void table_begin(struct table *table, struct buf *out, const struct screen *screen,
    const struct table_column *columns, size_t n);

/* Appends a cell to the row; the last of the columns ends it. "-" stands for null. The widths
 * are those of the first TABLE_CELLS_MEASURED cells: rows are written as they come then, and
 * where one has a wider cell and the line has room, the rest of that line moves. Without memory
 * out->error says so. What a format makes is at most 511 bytes. */
void table_cell(struct table *table, const char *text);
void table_cellf(struct table *table, const char *fmt, ...) ATTR_PRINTF(2, 3);

/* A cell in a colour ("\033[31m"), on a screen that has them. */
void table_cell_in(struct table *table, const char *colour, const char *text);

/* Between two rows: a line of words. */
void table_note(struct table *table, const char *text);

/* Writes what has not been yet, at least the head, and frees what the table holds. The
 * last row is whole. */
void table_end(struct table *table);
