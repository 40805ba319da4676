#include "lab/look/findings_text.h"

#include "capture/analysis/analysis.h"
#include "capture/facts/rule.h"
#include "lib/base/map.h"
#include "lib/base/shown.h"
#include "lib/base/utf8.h"

#include <errno.h>
#include <inttypes.h>

enum {
	WIDTH_DEFAULT = 100,
	WIDTH_MIN = 40,
	INDENT = 10
};

struct group { /* one rule */
	const struct rule *rule;
	const struct finding *first;
	uint64_t findings, cpes;
};

struct groups {
	struct group *items; /* one for each of the catalogue, in its order */
	size_t n;
	struct map seen; /* "rule cpe" */
	struct arena *arena;
};

static const char *const colours[RULE_SEVERITIES] = {
	[RULE_MUST] = "\033[31m",
	[RULE_SHOULD] = "\033[33m",
	[RULE_NOTE] = "\033[2m",
};

/* A text broken at blanks, every line after the first indented; used columns of the first
 * are taken. */
static void put_wrapped(struct buf *out, const char *text, size_t width, size_t used)
{
	struct str rest = str_of(text);

	while (rest.len > 0) {
		struct str after, word = str_cut(rest, ' ', &after);
		size_t len = utf8_length(word);

		if (used > 0 && used + 1 + len > width) {
			buf_printf(out, "\n%*s", INDENT, "");
			used = 0;
		}
		if (used > 0)
			buf_append_char(out, ' ');
		shown_append(out, word);
		used += len + (used > 0);
		rest = after;
	}
	buf_append_char(out, '\n');
}

/* The CPE that a finding concerns: by serial number, else MAC, else address. */
static const char *name_of(const struct finding *finding)
{
	return finding->serial ? finding->serial
	       : finding->mac  ? finding->mac
	       : finding->cpe  ? finding->cpe
			       : "";
}

static int count(struct groups *groups, const struct finding *finding)
{
	auto_buf key = BUF_NULL;
	struct group *group = NULL;
	struct str kept;

	for (size_t i = 0; i < groups->n && !group; i++) {
		/* Ids of findings are those of the catalogue itself. */
		if (groups->items[i].rule->id == finding->rule ||
		    strcmp(groups->items[i].rule->id, finding->rule) == 0)
			group = &groups->items[i];
	}
	if (!group)
		return 0;
	if (!group->first)
		group->first = finding;
	group->findings++;
	buf_printf(&key, "%s %s", finding->rule, name_of(finding));
	if (map_get(&groups->seen, buf_str(&key)))
		return 0;
	group->cpes++;
	kept = arena_str(groups->arena, buf_str(&key));
	return kept.p ? map_put(&groups->seen, kept, group) : -ENOMEM;
}

static const char *who_of(const struct finding *finding)
{
	static const char *const names[] = { "CPE", "ACS", "DHCP server", "sender" };

	return names[finding->who];
}

/* "by the CPE: 2 CPEs, 3 times, first 10.0.0.5 (A1), frame 20". */
static void put_whom(struct buf *out, const struct group *group, const char *file)
{
	const struct finding *first = group->first;

	buf_printf(out, "by the %s: ", who_of(first));
	if (group->findings > 1)
		buf_printf(out, "%" PRIu64 " CPEs, %" PRIu64 " times, first ",
		    group->cpes, group->findings);
	buf_append_text(out, first->cpe ? first->cpe : "a CPE");
	if (first->serial)
		buf_printf(out, " (%s)", first->serial);
	/* Of a text: where an editor finds it. */
	if (first->line)
		buf_printf(out, ", %s:%" PRIu32, file, first->line);
	else
		buf_printf(out, ", frame %" PRIu64, first->frame);
}

static void put_group(struct buf *out, const struct group *group,
    const struct findings_options *options, size_t width)
{
	const struct finding *first = group->first;
	/* As it was judged: a tolerant judge makes notes of what the rule calls a must. */
	const char *severity = rule_severity_name(first->severity);
	auto_buf whom = BUF_NULL;

	put_whom(&whom, group, options->file);
	buf_printf(out, "%-9s %s%s%s", group->rule->id,
	    options->has_colour ? colours[first->severity] : "", severity,
	    options->has_colour ? "\033[0m" : "");
	put_wrapped(out, buf_cstr(&whom), width - INDENT, strlen(severity));
	buf_printf(out, "%*s", INDENT, "");
	put_wrapped(out, first->text, width - INDENT, 0);
	buf_printf(out, "%*s", INDENT, "");
	put_wrapped(out, group->rule->text, width - INDENT, 0);
	buf_printf(out, "%*s%s\n\n", INDENT, "", group->rule->basis);
}

void findings_put_paragraph(struct buf *out, const char *word, const char *whom,
    const char *text, const struct findings_options *options)
{
	size_t width =
	    MAX(options->width ? options->width : WIDTH_DEFAULT, (unsigned)WIDTH_MIN);

	buf_printf(out, "%s%-*s%s", options->has_colour ? colours[RULE_MUST] : "",
	    INDENT, word, options->has_colour ? "\033[0m" : "");
	put_wrapped(out, whom, width - INDENT, 0);
	buf_printf(out, "%*s", INDENT, "");
	put_wrapped(out, text, width - INDENT, 0);
	buf_append_char(out, '\n');
}

void findings_write_text(struct buf *out, const struct analysis *analysis,
    const struct findings_options *options)
{
	size_t width = options->width ? options->width : WIDTH_DEFAULT;
	auto_arena arena = ARENA_NULL;
	struct groups groups = { .n = rules_count(),
		.arena = &arena,
		.seen.seed = analysis->hash_seed };
	int r = 0;

	groups.items = arena_array(&arena, groups.n, sizeof(*groups.items));
	if (!groups.items)
		r = -ENOMEM;
	for (size_t i = 0; r == 0 && i < groups.n; i++)
		groups.items[i].rule = rule_at(i);
	for (size_t i = 0; r == 0 && i < analysis->n_findings; i++)
		r = count(&groups, &analysis->findings[i]);
	for (size_t severity = 0; r == 0 && severity < RULE_SEVERITIES; severity++) {
		for (size_t i = 0; i < groups.n; i++) {
			const struct finding *first = groups.items[i].first;

			if (first && first->severity == severity)
				put_group(out, &groups.items[i], options,
				    MAX(width, (size_t)WIDTH_MIN));
		}
	}
	map_free(&groups.seen);
	if (r < 0)
		out->error = r;
}
