/* What is made of the capture that a script writes. */
#pragma once

#include "capture/analysis/analysis.h"
#include "tests/support/script.h"

/* Runs the script and hands its frames, as they are written, to an analysis with these
 * options; map as script_run_text() has it, may be null. 0, and the caller frees *ret; or the
 * error of the script or of the analysis, and *ret is null. */
int script_analyse(const char *name, struct str script,
    const struct analysis_options *options, struct script_map *map,
    struct analysis **ret, struct error *err);
