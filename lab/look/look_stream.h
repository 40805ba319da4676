/* Output that is written while a file is read, a session at its end: what is kept of sessions
 * does not grow with the capture. */
#pragma once

#include "lab/look/look.h"

struct look_stream;

/* Whether the output that the options ask for can be written so: tables and JSON of all
 * sessions, or of those that a filter chooses, and lines of JSON of all. Of sequences it is
 * known only in the end what is to be said. */
bool look_streams(const struct look *look);

/* Makes one. The caller frees *ret with look_stream_free(); it borrows look. 0, -ENOMEM, or
 * an error of spool_open(). */
int look_stream_new(const struct look *look, struct look_stream **ret,
    struct error *err);

/* What is to be written, of analysis_options: ended and, for lines of JSON, act, found and
 * failed. What fails is told by look_stream_end(). */
void look_stream_put(struct look_stream *stream, const struct analysis *analysis,
    const struct analysis_session *session);
void look_stream_put_act(struct look_stream *stream, const struct analysis *analysis,
    const struct analysis_host *host);
void look_stream_put_finding(struct look_stream *stream, const struct finding *finding);
void look_stream_put_failure(struct look_stream *stream,
    const struct analysis_failure *failure);

/* Whether nothing more can be written. */
bool look_stream_is_deaf(const struct look_stream *stream);

/* Writes the rest and completes the file. 0, or an error of outfile_open(). */
int look_stream_end(struct look_stream *stream, const struct analysis *analysis,
    struct error *err);

/* A file that look_stream_end() has not completed is removed. Null is fine. */
void look_stream_free(struct look_stream *stream);

/* ---- look_rest.c --------------------------------------------------------------------- */

/* Writes the members of the one object of --json that come behind its sessions. */
void look_write_rest(const struct look *look, const struct analysis *analysis,
    struct json *json);
