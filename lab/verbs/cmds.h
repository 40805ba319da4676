/* The verbs of lab/, which main.c lists. These first ones start labs or talk to them. */
#pragma once

#include "lab/look/look.h"
#include "lib/program/verb.h"

struct conf_mistakes;
struct error;
struct lab_options;

extern const struct verb run_verb;
extern const struct verb up_verb;
extern const struct verb apply_verb;
extern const struct verb down_verb;
extern const struct verb ls_verb;
extern const struct verb inspect_verb;
extern const struct verb rpc_verb;
extern const struct verb policy_verb;
extern const struct verb link_verb;
extern const struct verb stop_verb;
extern const struct verb start_verb;
extern const struct verb events_verb;
extern const struct verb cpe_lab_verb; /* beside the agent's verb of that name */
extern const struct verb cli_verb;
extern const struct verb web_verb;
extern const struct verb exec_verb;
extern const struct verb logs_verb;
extern const struct verb lesson_verb;
extern const struct verb extcap_verb;
extern const struct verb doctor_verb;

/* These only read files. */
extern const struct look_program decode_program;
extern const struct look_program check_program;
extern const struct look_program browse_program;
extern const struct verb load_verb;
extern const struct verb compare_verb;
extern const struct verb rules_verb;
extern const struct verb validate_verb;
extern const struct verb graph_verb;
extern const struct verb model_verb;
extern const struct verb opt43_verb;
extern const struct verb schema_verb;

/* The name of the i-th kind of file that "schema" knows; null past the last. */
const char *schema_kind(size_t i);

/* Says what is wrong with a topology that topology_file_load() has refused, with all mistakes of a
 * file. Returns the exit status. */
int validate_fail(const char *path, const struct conf_mistakes *mistakes,
    const struct error *err);

/* "--dry-run" of up and run: prints the plan of options->file. Returns the exit status. */
int lab_dry_run(const struct lab_options *options);
