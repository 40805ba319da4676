#include "lab/look/failures_text.h"

#include "capture/analysis/analysis.h"
#include "lib/base/arena.h"
#include "lib/base/map.h"
#include "lib/base/shown.h"

#include <errno.h>
#include <inttypes.h>

enum {
	GROUPS_MAX = 32 /* paragraphs; of further ones it is said how many there are */
};

struct group { /* what failed alike */
	const struct analysis_failure *first;
	uint64_t failures, cpes;
};

struct groups {
	struct group items[GROUPS_MAX];
	size_t n;
	uint64_t more;
	struct map by_words; /* struct group */
	struct map seen;     /* "words CPE" */
	struct arena *arena;
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

/* Whether the key is new; -ENOMEM without memory. */
static int note(struct groups *groups, struct map *map, const struct buf *key,
    void *value)
{
	struct str kept;

	if (map_get(map, buf_str(key)))
		return 0;
	kept = arena_str(groups->arena, buf_str(key));
	return !kept.p || map_put(map, kept, value) < 0 ? -ENOMEM : 1;
}

static int count(struct groups *groups, const struct analysis_failure *failure)
{
	auto_buf key = BUF_NULL;
	struct group *group;
	int r;

	put_words(&key, failure);
	group = map_get(&groups->by_words, buf_str(&key));
	if (!group && groups->n == GROUPS_MAX) {
		groups->more++;
		return 0;
	}
	if (!group) {
		group = &groups->items[groups->n++];
		group->first = failure;
		r = note(groups, &groups->by_words, &key, group);
		if (r < 0)
			return r;
	}
	group->failures++;
	buf_append_char(&key, '\n');
	buf_append_text(&key, name_of(failure));
	r = note(groups, &groups->seen, &key, group);
	group->cpes += r == 1;
	return r < 0 ? r : 0;
}

static void put_group(struct buf *out, const struct group *group,
    const struct findings_options *options)
{
	const struct analysis_failure *first = group->first;
	auto_buf whom = BUF_NULL;

	buf_printf(&whom, "%s by the %s: ", first->layer, failure_by(first));
	if (group->failures > 1)
		buf_printf(&whom, "%" PRIu64 " CPE%s, %" PRIu64 " times, first ",
		    group->cpes, group->cpes == 1 ? "" : "s", group->failures);
	buf_append_text(&whom, first->cpe ? first->cpe : "a CPE");
	if (first->serial)
		buf_printf(&whom, " (%s)", first->serial);
	if (first->line)
		buf_printf(&whom, ", %s:%" PRIu32, options->file ? options->file : "",
		    first->line);
	else
		buf_printf(&whom, ", frame %" PRIu64, first->frame);
	findings_put_paragraph(out, "failed", buf_cstr(&whom), first->text, options);
}

void failures_write_text(struct buf *out, const struct analysis *analysis,
    const struct findings_options *options)
{
	auto_arena arena = ARENA_NULL;
	struct groups groups = { .arena = &arena,
		.by_words.seed = analysis->hash_seed,
		.seen.seed = analysis->hash_seed };
	int r = 0;

	for (size_t i = 0; r == 0 && i < analysis->n_failures; i++)
		r = count(&groups, &analysis->failures[i]);
	for (size_t i = 0; r == 0 && i < groups.n; i++)
		put_group(out, &groups.items[i], options);
	/* Of very many, where memory must not grow, not all are kept. */
	groups.more += analysis->counts.failures - analysis->n_failures;
	if (groups.more > 0)
		shown_printf(out, "failed    %" PRIu64 " more\n\n", groups.more);
	map_free(&groups.by_words);
	map_free(&groups.seen);
	if (r < 0)
		out->error = r;
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
