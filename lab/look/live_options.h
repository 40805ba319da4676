/* What check and decode are told about interfaces that they read instead of a file. */
#pragma once

#include "capture/live/live.h"

struct json;

struct live_options {
	const char *names[LIVE_PORTS_MAX]; /* of -i */
	size_t n_names;                    /* 0: a file is read */
	const char *filter;
	clock_ns duration;
	uint64_t packets;
	struct ring_conf ring; /* its path comes from --write */
	/* Filled by the capture: */
	int status;  /* exit status of a capture that broke off, else EXIT_OK */
	char *path;  /* owned: the last file that was written, or null */
	char *title; /* owned: what reports call it */
	struct live_counts counts;
	struct live_fate {
		uint64_t downs;  /* how often the link went down */
		char *why;       /* owned: it ended by itself; null: it did not */
	} fates[LIVE_PORTS_MAX]; /* of names */
};

/* Checks that the options go together, and with file (--read) and write (--write), which
 * may be null. 0, or ERR_USAGE with all of its words. */
int live_options_check(const struct live_options *options, const char *file,
    const char *write, struct error *err);

/* Sets the title: the names of all interfaces. 0 or -ENOMEM. */
int live_options_name(struct live_options *options, struct error *err);

/* Whether all that was looked at is in one capture file whose name reports show, so that a
 * report may tell the user to look into it again. True for standard input, too. */
bool live_options_is_file(const struct live_options *options);

/* Writes the member "live": interfaces and what became of each, counts, and the file that was
 * written. */
void live_options_write_json(const struct live_options *options, struct json *json);

void live_options_free(struct live_options *options);
