/* Model files as text: a line a parameter, in the order of the draft or of the file. */
#pragma once

#include "lab/model/draft.h"

struct buf;

/* Appends a scalar that YAML 1.1 and 1.2 read as this very text: plain where both do, else in
 * double quotes. */
void yaml_put_text(struct buf *out, struct str text);

/* Appends the model that an importer made. What is not as usual is said, what is as usual
 * is not. */
void draft_write(struct buf *out, const struct draft *draft);

/* Appends the model of a file as draft_write() lays it out, with every key that the file
 * has, also those that only the agents know. Comments are lost. */
void draft_rewrite(struct buf *out, const struct draft *draft);

/* Appends all leaves as a CSV export of GenieACS has them: Parameter, Object, Writable,
 * Value, Value type; lines end in CRLF (RFC 4180). */
void draft_write_csv(struct buf *out, const struct draft_leaves *leaves);
