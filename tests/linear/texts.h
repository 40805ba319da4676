/* Inputs that are no captures: n lines, or n of what stands in a line, put to a file. */
#pragma once

#include "lib/base/buf.h"

void text_key_log(struct buf *out, size_t n);
void text_envelopes(struct buf *out, size_t n);
void text_posts(struct buf *out, size_t n);
void text_broken_records(struct buf *out, size_t n);
void text_broken_documents(struct buf *out, size_t n);
void text_records_of_a_line(struct buf *out, size_t n);
void text_bodies_of_a_word(struct buf *out, size_t n);
void text_counts_of_a_stream(struct buf *out, size_t n);
void text_spilt_option(struct buf *out, size_t n);
