/* The task of a lesson, a page of Markdown, for a terminal. Pure. */
#pragma once

#include "lib/base/buf.h"
#include "lib/program/screen.h"

/* Appends it: headings stand out, paragraphs and items of lists are laid out anew for the screen
 * (for 88 columns at most, where that is wider), and what stands in fences, tables and lines
 * that are indented stays as it is. Marks of emphasis and code are taken away. */
void task_text_put(struct buf *out, struct str text, const struct screen *screen);
