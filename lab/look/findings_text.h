/* Findings as people read them: one paragraph for each rule that was broken. */
#pragma once

#include "lib/base/buf.h"

#include <stdbool.h>

struct analysis;

struct findings_options {
	bool has_colour;
	unsigned width;   /* of the terminal; 0: 100 */
	const char *file; /* that is named before the lines of a text */
	bool is_text;     /* frames are its messages */
};

/* Appends one paragraph: a word, what it is about, and a sentence below. */
void findings_put_paragraph(struct buf *out, const char *word, const char *whom,
    const char *text, const struct findings_options *options);

/* Appends the paragraphs: first of what is at must level, then should, then note, each in
 * the order of the catalogue. Sets the error of out when memory runs out. */
void findings_write_text(struct buf *out, const struct analysis *analysis,
    const struct findings_options *options);
