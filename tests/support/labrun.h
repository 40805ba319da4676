/* One "cwmplab run" as a test sees it: a topology, its exit status, its report. */
#pragma once

#include "tests/support/process.h"

#include <jansson.h>

/* An edit of a topology's text: every "from" becomes "to"; from must be there. */
struct change {
	const char *from;
	const char *to;
};

enum {
	LABRUN_CHANGES_MAX = 6
};

struct labrun {
	char folder
	    [64]; /* a temporary one: topology.yaml and policies in it, out/ below */
	char name[64]; /* of the lab */
	int status;
	struct buf output; /* what the terminal showed */
	json_t *report;    /* report.json, or null */
};

/* To be called first in main(): becomes an ordinary user when called by root, and exits
 * with 77 where this kernel gives an ordinary user no namespaces. */
void labrun_setup(void);

/* Copies topologies/<name>/ into a fresh folder, folders in it as links, with the changes (up
 * to a null from; changes may be null) made in topology.yaml. There the lab also gets a name
 * of this process's own, so that others may run the same one, and what it expects gets nine
 * tenths of the time for which a test has patience. Exits with words when that cannot be
 * done. The caller calls labrun_free(). */
void labrun_prepare(struct labrun *run, const char *name, const struct change *changes);

/* Runs "cwmplab run topology.yaml --out out" in the folder, then reads the report. status is
 * that of process_run(). */
void labrun_go(struct labrun *run);

/* The same for a lab whose expectation is never met: once n nodes (16 at most) have told an
 * event with these words in it, the lab is ended as Ctrl-C would end it. */
void labrun_go_until(struct labrun *run, const char *words, size_t n);

/* Deletes the folder and frees the rest; with CWMPLAB_KEEP set the folder stays. After a
 * failed assertion the folder is deleted as the program ends. */
void labrun_free(struct labrun *run);

/* The step that failed first in the report's sequence of that number, from 0; borrowed. Null
 * when all are ok, and when there is no such sequence or no report. */
json_t *labrun_first_failure(const struct labrun *run, size_t cpe);

/* A string member, borrowed; "" when it is absent or no string. */
const char *labrun_text(const json_t *object, const char *key);

/* The paths of the program cwmplab and of the source tree: the variables CWMPLAB and
 * CWMPLAB_SOURCE, or "build/cwmplab" and ".". */
const char *labrun_program(void);
const char *labrun_source(void);
