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

struct sequence;

/* The sequence that an expectation names. ERR_MACHINE where it is not installed, and the errors
 * of sequence_load(). The caller frees *ret. */
int judgement_load_sequence(const char *name, struct sequence **ret, struct error *err);

/* Analyses the capture of the run, looks in it for the sequences that the topology
 * expects, and gives the verdict. show_secrets keeps passwords in the analysis. ERR_MACHINE
 * when a sequence is not installed, an error of analysis_run() or sequence_load(), or
 * -ENOMEM. The caller calls judgement_free() even when this failed. */
int judgement_make(struct judgement *judgement, const struct run *run,
    bool show_secrets, struct error *err);
void judgement_free(struct judgement *judgement);

/* The name that the lab gives to the machine with that MAC or that address (either may be
 * null): "cpe-3", "acs1". The plan owns it. Null for a machine that is none of the lab. user
 * is the struct judgement: reports take this function as a callback. */
const char *judgement_name_of(void *user, const char *mac, const char *address);
