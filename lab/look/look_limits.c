/* What the capture could not show, and which rules and sessions were judged. */
#include "lab/look/look.h"

#include "capture/facts/rule.h"
#include "lib/base/shown.h"

#include <inttypes.h>

enum {
	REASONS_MAX = 8
};

static void put_reasons(const struct analysis_counts *counts, struct buf *out)
{
	uint64_t known = counts->without_secrets + counts->without_start +
			 counts->with_gaps + counts->one_sided + counts->unreadable;
	const struct {
		uint64_t n;
		const char *why;
	} reasons[] = {
		{ counts->without_secrets, "no secrets for their TLS (--keylog FILE)" },
		{ counts->without_start, "their start is not in the capture" },
		{ counts->with_gaps, "bytes are missing from the capture" },
		{ counts->unreadable, "their messages cannot be read" },
		{ counts->one_sided, "one direction only" },
		{ counts->sessions_not_judged - MIN(known, counts->sessions_not_judged),
		    "the capture ends before they do" },
	};
	const char *separator = ": ";

	for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
		if (reasons[i].n == 0)
			continue;
		shown_printf(out, "%s%" PRIu64 " %s", separator, reasons[i].n,
		    reasons[i].why);
		separator = ", ";
	}
}

/* Rules that were never judged though there was something to judge, by the first reason of
 * each. */
static void put_rules_not_judged(const struct analysis *analysis, struct buf *out)
{
	struct {
		const char *why;
		size_t n;
	} reasons[REASONS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < analysis->n_rules; i++) {
		const struct rule_count *count = &analysis->rules[i];
		size_t k = 0;

		if (count->kept + count->broken > 0 || count->not_judged == 0 ||
		    !count->why)
			continue;
		while (k < n && strcmp(reasons[k].why, count->why) != 0)
			k++;
		if (k == REASONS_MAX)
			continue;
		if (k == n) {
			reasons[n].why = count->why;
			reasons[n++].n = 0;
		}
		reasons[k].n++;
	}
	for (size_t k = 0; k < n; k++) {
		look_put_number(out, reasons[k].n, "rule");
		shown_printf(out, " not judged: %s\n", reasons[k].why);
	}
}

/* Which rules were judged is known of the whole capture, also where options choose from it. */
static void put_judged(const struct look *look, const struct analysis *analysis,
    struct buf *out)
{
	const struct analysis_counts *counts = &analysis->counts;
	uint64_t judged = counts->sessions - counts->sessions_not_judged;
	uint64_t seen = counts->sessions_complete + counts->sessions_broken;
	bool is_whole = filter_is_empty(&look->filter);
	size_t rules = 0;

	for (size_t i = 0; i < analysis->n_rules; i++)
		rules += analysis->rules[i].kept + analysis->rules[i].broken > 0;
	buf_append_text(out, "judged ");
	look_put_number(out, rules, "rule");
	buf_append_text(out, is_whole ? " on " : " in the whole capture; chosen: ");
	look_put_number(out, is_whole ? judged : counts->sessions, "session");
	if (counts->sessions_not_judged > 0) {
		buf_append_text(out, "; ");
		look_put_number(out, counts->sessions_not_judged, "session");
		buf_append_text(out, " not judged");
		put_reasons(counts, out);
	}
	/* Of a text the rules that need no packets were asked, wherever it ends. */
	if (counts->text && counts->sessions > seen) {
		buf_append_text(out, "; ");
		look_put_number(out, counts->sessions - seen, "session");
		buf_append_text(out, " not seen to the end");
	}
	buf_append_char(out, '\n');
	put_rules_not_judged(analysis, out);
}

void look_put_limits(const struct look *look, const struct analysis *analysis,
    struct buf *out)
{
	const struct analysis_counts *counts = &analysis->counts;
	const struct {
		uint64_t n;
		const char *what, *rest;
	} limits[] = {
		{ counts->began_before, "connection", "begun before the capture" },
		{ counts->gaps, "gap", "in TCP streams" },
		{ counts->dropped, "packet", "dropped while capturing" },
		{ counts->evicted, "connection", "forgotten to bound memory" },
		{ counts->evicted_hosts, "host",
		    "without a session forgotten to bound memory" },
		{ counts->evicted_devices, "device", "forgotten to bound memory" },
		{ counts->xmpp_connections, "XMPP connection",
		    "(TR-069 Annex K) not judged" },
		{ counts->lightweight_notifications, "lightweight notification",
		    "(TR-069 Annex M), whose signatures are verified where the password is known" },
		{ counts->bulk_data_reports, "bulk data report",
		    "(TR-069 Annex N) not judged" },
		{ counts->relayed_requests, "request",
		    "seen at both sides of a proxy, and told as the CPE sent them" },
	};

	if (counts->tls_without_secrets > 0) {
		shown_printf(out, "%s: ", analysis->file);
		look_put_number(out, counts->tls_sessions, "TLS session");
		shown_printf(out, ", secrets for %" PRIu64 " (--keylog FILE)\n",
		    counts->tls_decrypted);
	}
	for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
		if (limits[i].n == 0)
			continue;
		shown_printf(out, "%s: ", analysis->file);
		look_put_number(out, limits[i].n, limits[i].what);
		shown_printf(out, " %s\n", limits[i].rest);
	}
	if (counts->open_transfer) {
		shown_printf(out, "%s: ", analysis->file);
		look_put_number(out, counts->open_transfers, "transfer");
		shown_printf(out,
		    " accepted whose TransferComplete is not in the capture: %s%s\n",
		    counts->open_transfers > 1 ? "first " : "", counts->open_transfer);
	}
	if (counts->other_class && counts->sessions > 0)
		shown_printf(out, "%s: %s\n", analysis->file, counts->other_class);
	put_judged(look, analysis, out);
}
