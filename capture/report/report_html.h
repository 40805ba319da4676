/* report.html: one page that needs no other file and no network. */
#pragma once

#include "lib/base/buf.h"

#include <stdbool.h>
#include <stddef.h>

struct analysis;

struct report_expected { /* what was expected of the run that was recorded */
	const char *text;
	const char *why; /* what proves that it holds, or does not */
	bool ok;
};

struct report_html_options {
	const char *title;        /* the lab's name or the file's */
	const char *subtitle;     /* may be null */
	const char *topology_svg; /* trusted markup, "<svg ...>"; may be null */
	const char *verdict;      /* "ok", "failed"...; null: that of the analysis */
	const char
	    *why; /* what the capture cannot show, before all that it does; or null */
	const struct report_expected *expected; /* n_expected of them */
	size_t n_expected;
	/* As in struct ladder_options. */
	const char *(*name_of)(void *user, const char *mac, const char *address);
	void *user;
};

/* Appends the page. It holds at most 2,000 CPEs, and no further one once there are
 * 200,000 rows, and says how many are left out; of an envelope over 512 KiB, or behind
 * 24 MiB of others, it says that it is left out. Where memory runs out, out->error says
 * so. */
void report_html_write(struct buf *out, const struct analysis *analysis,
    const struct report_html_options *options);
