/* A note: a line of what is no mistake, with its place. */
#pragma once

#include "lab/topology/topology.h"
#include "lib/base/buf.h"

/* Appends the words of an error as a note. */
void note_text(struct buf *out, struct str text);

/* Appends a note of what is at a place of a document; hint may be null. */
void note_at(struct buf *out, const struct conf_doc *doc, const struct conf_node *at,
    const char *hint, const char *fmt, ...) ATTR_PRINTF(5, 6);

/* Notes that no DNS of the lab knows the host of the URL, where that is so; text may be null. */
void note_host(const struct topology *topology, const struct conf_doc *doc,
    const struct conf_node *at, const char *text, struct buf *out);
