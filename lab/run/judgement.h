/* A run's capture, analysed and held against the expectations of its topology. */
#pragma once

#include "lab/run/run_live.h"
#include "lab/run/verdict.h"
#include "lib/base/map.h"

struct sequence;

struct judgement {
	const struct run *run;       /* borrowed */
	struct sequence **sequences; /* those that the topology expects */
	size_t n_sequences;
	struct analysis *analysis;
	struct verdict *verdict;
	struct map names; /* MAC or address, as text -> name of an instance */
	struct arena arena;
};

/* Reads DIR/capture.pcapng. judgement_free() in any case. */
int judgement_make(struct judgement *judgement, const struct run *run,
    bool show_secrets, struct error *err);
void judgement_free(struct judgement *judgement);

/* The lab's name of a machine, by either; null for strangers. user is the judgement. */
const char *judgement_name_of(void *user, const char *mac, const char *address);
