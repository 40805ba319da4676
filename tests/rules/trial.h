/* One script of this folder on trial: run, judged, compared with what it announces. */
#pragma once

#include "capture/analysis/analysis.h"
#include "tests/support/script.h"

#include <stdbool.h>
#include <stdio.h>

enum {
	EXPECTED_MAX = 32,
	ID_MAX = 16,
};

struct expected {
	unsigned line;
	char rule[ID_MAX], who[ID_MAX], severity[ID_MAX];
	uint64_t first, last; /* frames */
	bool is_found;
};

struct announced {
	struct expected findings[EXPECTED_MAX];
	size_t n_findings;
	bool is_not_judged;  /* the rule must say that it cannot tell */
	struct str in_parts; /* rules that only parts of the capture may break */
	struct {
		char rule[ID_MAX];
		bool is_found;
	} also[EXPECTED_MAX];
	size_t n_also;
};

struct trial {
	const char *name; /* of the script, "SES-09.break-2" */
	char id[ID_MAX];
	bool is_break;
	struct buf text;
	struct script_map map;
	struct announced announced;
	struct analysis *analysis;
	unsigned failures;
};

#define FAIL(trial, ...)                       \
	do {                                   \
		printf("%s: ", (trial)->name); \
		printf(__VA_ARGS__);           \
		printf("\n");                  \
		(trial)->failures++;           \
	} while (0)

/* Fills name, id and is_break from the file's name; false where it is named otherwise. */
bool trial_name(struct trial *trial, const char *name);

/* Whether the script is one of a pair that stands on a bound: "SES-14.keep-at-31s" and
 * "SES-14.break-past-31s". */
bool trial_is_on_bound(const char *name);

/* Reads what the script announces; trial->text is it. */
void trial_read_announced(struct trial *trial);

/* Whether the script announces findings of that rule, of it or of parts of it. */
bool trial_names(const struct trial *trial, const struct finding *finding);

/* Judges the whole capture. ERR and -errno of the script or the analysis. */
int trial_judge(struct trial *trial, bool only_findings, struct analysis **ret,
    struct error *err);

/* How many things are not as the script announces; each is printed. */
unsigned trial_run(const char *folder, const char *name);

/* The same of parts of its capture: nothing may be found in those of a keeping one, and of a
 * breaking one nothing of a rule that it does not announce. */
unsigned trial_cut(const char *folder, const char *name);
