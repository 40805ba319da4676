/* A run's capture, analysed and held against the expectations of its topology. */
#pragma once

#include "lab/run/run_live.h"
#include "lab/run/verdict.h"
#include "lib/base/map.h"

struct sequence;

struct judgement {
	const struct run *run;       /* borrowed */
	struct sequence **sequences; /* owned; those that the topology expects */
	size_t n_sequences;
	struct analysis
	    *analysis; /* owned; null when the capture could not be analysed */
	struct verdict *verdict; /* owned; null likewise */
	struct map names;        /* MAC or address, as text -> name of an instance */
	struct arena arena;
};

/* Analyses the capture of the run, looks in it for the sequences that the topology
 * expects, and gives the verdict. show_secrets keeps passwords in the analysis. An error
 * of analysis_run() or sequence_find(), or -ENOMEM. The caller calls judgement_free() even
 * when this failed. */
int judgement_make(struct judgement *judgement, const struct run *run,
    bool show_secrets, struct error *err);
void judgement_free(struct judgement *judgement);

/* The name that the lab gives to the machine with that MAC or that address (either may be
 * null): "cpe-3", "acs1". The plan owns it. Null for a machine that is none of the lab. user
 * is the struct judgement: reports take this function as a callback. */
const char *judgement_name_of(void *user, const char *mac, const char *address);
