/* How ladders write to a terminal of some width; shared by the ladder*.c files alone. */
#pragma once

#include "capture/report/ladder_model.h"
#include "lib/base/buf.h"

struct ladder_glyphs {
	const char *line, *left, *right, *bar, *bad;
};

struct ladder_printer {
	struct buf *out;
	const struct ladder_options *options;
	const struct ladder_glyphs *glyphs;
	size_t width;  /* of the terminal */
	bool is_whole; /* there is none: nothing is cut, width is what lines aim at */
	size_t arrow;  /* columns between the two bars */
	size_t margin; /* columns behind them */
	bool is_text;  /* rows are messages of a text, not frames */
	bool is_timeless; /* which tells no times */
};

/* A printer into out for the width of the options, or 100 columns. It borrows both. */
struct ladder_printer ladder_printer_make(struct buf *out,
    const struct ladder_options *options, const struct analysis *analysis);

/* Writes who stands at the two ends of the arrows, a line. */
void ladder_put_ends(const struct ladder_printer *p, const struct ladder_cpe *cpe);

/* Writes a row: an arrow or a finding, and what stands below it. peer is the ACS that the
 * margin names; null: none. */
void ladder_put_row(const struct ladder_printer *p, const struct ladder_row *row,
    const char *peer);

/* Writes why the session is not judged, where that is said below its rows. */
void ladder_put_unjudged(const struct ladder_printer *p, const struct ladder_cpe *cpe,
    const struct analysis_session *session);

/* The escape sequence, or nothing where there are no colours. */
const char *ladder_colour(const struct ladder_printer *p, const char *code);

/* At most columns of text, as columns_put_cut(), or all of it where nothing is cut; returns
 * the columns that were printed. */
size_t ladder_put_cut(const struct ladder_printer *p, const char *text, size_t columns);

/* The same with blanks behind it up to columns. */
void ladder_put_padded(const struct ladder_printer *p, const char *text,
    size_t columns);

/* Writes the ladders of the model, and the table of its CPEs. */
void ladder_write_model(struct buf *out, const struct ladder_model *model,
    const struct analysis *analysis, const struct ladder_options *options);

/* Writes the CPEs, a row each; of many with one shape the first few, and how many more.
 * Shapes behind the 24th row are left out. */
void ladder_put_table(const struct ladder_printer *p, const struct ladder_model *model);
