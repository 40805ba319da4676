#include "lab/look/failures_text.h"

#include "capture/analysis/analysis.h"
#include "lab/look/groups.h"
#include "lib/base/shown.h"

#include <inttypes.h>

enum {
	PARAGRAPHS_MAX = 32 /* of further ones it is said how many there are */
};

/* Alike but for digits: addresses, times and frames differ from CPE to CPE. */
static void put_words(struct buf *key, const struct analysis_failure *failure)
{
	buf_printf(key, "%s %s ", failure->layer, failure->who);
	for (const char *p = failure->text; *p; p++) {
		if (*p < '0' || *p > '9')
			buf_append_char(key, *p);
	}
}

static const char *name_of(const struct analysis_failure *failure)
{
	return failure->serial ? failure->serial
	       : failure->mac  ? failure->mac
	       : failure->cpe  ? failure->cpe
			       : "";
}

static void put_group(struct buf *out, const struct group *group,
    const struct findings_options *options)
{
	const struct analysis_failure *first = group->first;
	const struct group_place place = { first->cpe, first->serial, first->frame,
		first->line };
	auto_buf whom = BUF_NULL;

	buf_printf(&whom, "%s by the %s: ", first->layer, failure_by(first));
	group_put_place(&whom, group, &place, options);
	findings_put_paragraph(out, "failed", buf_cstr(&whom), first->text, options);
}

void failures_write_text(struct buf *out, const struct analysis *analysis,
    const struct findings_options *options)
{
	struct groups groups;

	groups_begin(&groups, PARAGRAPHS_MAX, analysis->hash_seed);
	for (size_t i = 0; i < analysis->n_failures; i++) {
		const struct analysis_failure *failure = &analysis->failures[i];
		auto_buf key = BUF_NULL;

		put_words(&key, failure);
		groups_add(&groups, buf_str(&key), name_of(failure), failure);
	}
	for (size_t i = 0; groups.error == 0 && i < groups.n; i++)
		put_group(out, &groups.items[i], options);
	/* Of very many, where memory must not grow, not all are kept. */
	groups.more += analysis->counts.failures - analysis->n_failures;
	if (groups.more > 0)
		shown_printf(out, "failed    %" PRIu64 " more\n\n", groups.more);
	if (groups.error < 0)
		out->error = groups.error;
	groups_free(&groups);
}

void failures_write_summary(struct buf *out, const struct analysis *analysis)
{
	const struct analysis_counts *counts = &analysis->counts;
	uint64_t before = counts->failures - counts->sessions_failed;
	const struct analysis_failure *first = analysis->failures;

	if (counts->failures == 0)
		return;
	if (counts->sessions_failed > 0)
		shown_printf(out, "sessions failed: %" PRIu64, counts->sessions_failed);
	if (before > 0)
		shown_printf(out, "%sfailed before a session: %" PRIu64,
		    counts->sessions_failed > 0 ? ", " : "", before);
	if (analysis->n_failures > 0)
		shown_printf(out, ", first %s by the %s, %s %" PRIu64, first->layer,
		    failure_by(first), counts->text ? "message" : "frame",
		    first->frame);
}
