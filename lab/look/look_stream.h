/* Output that is written while a file is read, a session at its end: what is kept of sessions
 * does not grow with the capture. */
#pragma once

#include "lab/look/look.h"

struct look_stream;

/* Whether the output that the options ask for can be written so: tables and JSON of all
 * sessions of a file. */
bool look_streams(const struct look *look);

/* Makes one, for look->options.ended to be look_stream_put() by. Null without memory. The
 * caller frees it with look_stream_free(); it borrows look. */
struct look_stream *look_stream_new(const struct look *look);

/* Writes the session. What fails is told by look_stream_end(). */
void look_stream_put(struct look_stream *stream, const struct analysis *analysis,
    const struct analysis_session *session);

/* Writes the rest and completes the file. 0, or an error of outfile_open(). */
int look_stream_end(struct look_stream *stream, const struct analysis *analysis,
    struct error *err);

/* A file that look_stream_end() has not completed is removed. Null is fine. */
void look_stream_free(struct look_stream *stream);

/* ---- look_rest.c --------------------------------------------------------------------- */

/* Writes the members of the one object of --json that come behind its sessions. */
void look_write_rest(const struct look *look, const struct analysis *analysis,
    struct json *json);
