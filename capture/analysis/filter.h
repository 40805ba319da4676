/* Leaves in an analysis only the sessions that are wanted: by device, session, method, event,
 * fault, address, time and frame. */
#pragma once

#include "capture/analysis/analysis.h"
#include "lib/program/verb.h"

enum filter_kind {
	FILTER_DEVICE,
	FILTER_SESSION,
	FILTER_METHOD,
	FILTER_EVENT,
	FILTER_FAULT,
	FILTER_ADDRESS,
	FILTER_TIME,
	FILTER_FRAME,
	FILTER_KINDS
};

enum {
	FILTER_VALUES_MAX = 32 /* of one kind */
};

struct filter_value {
	const char *text;  /* borrowed from the caller */
	uint64_t from, to; /* of ranges, both ends included; times in ns */
	bool is_since[2]; /* whether from and to count from the capture's first frame */
	uint8_t address[16]; /* of FILTER_ADDRESS: a network, its family and bits */
	int family;
	unsigned bits;
	uint16_t port; /* 0: any */
};

/* A session must match one value of every kind that has values. A filter that is all zero
 * takes every session. */
struct filter {
	struct filter_values {
		struct filter_value items[FILTER_VALUES_MAX];
		size_t n;
	} kinds[FILTER_KINDS];
};

/* How a kind is asked for on a command line. */
const struct option_row *filter_option(enum filter_kind kind);

/* Adds an alternative; text must live as long as the filter. ERR_USAGE with the option, the
 * text, what is wrong with it and what is right. */
int filter_add(struct filter *filter, enum filter_kind kind, const char *text,
    struct error *err);

bool filter_is_empty(const struct filter *filter);

/* Whether the session is wanted. */
bool filter_takes(const struct filter *filter, const struct analysis *analysis,
    const struct analysis_session *session);

/* Removes from the analysis the sessions that are not wanted, and the devices, hosts,
 * findings and results of sequences that belong to no session that is left. What is
 * left keeps its ids; ok and the counts of sessions and findings are those of what is
 * left. is_strict: as in struct rule_options. A session for which there is no memory is
 * removed, too. An analysis without sessions (only_findings) cannot be filtered. */
void filter_apply(const struct filter *filter, struct analysis *analysis,
    bool is_strict);
