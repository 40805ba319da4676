/* The files that a load test writes: looked at before anything starts, since a run of hours whose
 * result finds no room is a run for nothing, and written when it is over. */
#pragma once

#include "lib/load/report/result.h"

#include <stdio.h>

struct load_outputs { /* paths; "-": standard output; null: not wanted */
	const char *json, *csv, *html, *hdr, *events;
};

/* Whether each can be written, and to a place of its own. ERR_USAGE or ERR_MACHINE with the
 * option and the reason. Nothing is left of it. */
int load_outputs_check(const struct load_outputs *outputs, struct error *err);

/* Whether standard output belongs to one of them. */
bool load_outputs_take_stdout(const struct load_outputs *outputs);

/* Opens that for events; *ret is null where none are wanted, and the caller closes it. Errors as
 * load_outputs_check(). */
int load_outputs_open_events(const struct load_outputs *outputs, FILE **ret,
    struct error *err);

/* Writes the result, and the histograms' log, each whole or not at all. Tries all of them;
 * the error is that of the first that could not be. */
int load_outputs_put(const struct load_outputs *outputs,
    const struct load_result *result, const struct buf *log, struct error *err);
