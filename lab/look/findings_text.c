#include "lab/look/findings_text.h"

#include "capture/analysis/analysis.h"
#include "capture/facts/rule.h"
#include "lab/look/groups.h"
#include "lib/base/columns.h"
#include "lib/base/shown.h"

enum {
	WIDTH_DEFAULT = 100,
	WIDTH_MIN = 40,
	INDENT = 10
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
		size_t len = columns_of(word);

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

static const char *who_of(const struct finding *finding)
{
	static const char *const names[] = { "CPE", "ACS", "DHCP server", "proxy",
		"sender" };

	return names[finding->who];
}

static void put_group(struct buf *out, const struct rule *rule,
    const struct group *group, const struct findings_options *options, size_t width)
{
	const struct finding *first = group->first;
	const struct group_place place = { first->cpe, first->serial, first->frame,
		first->line };
	/* As it was judged: a tolerant judge makes notes of what the rule calls a must. */
	const char *severity = rule_severity_name(first->severity);
	auto_buf whom = BUF_NULL;

	buf_printf(&whom, "by the %s: ", who_of(first));
	group_put_place(&whom, group, &place, options);
	buf_printf(out, "%-9s %s%s%s", rule->id,
	    options->has_colour ? colours[first->severity] : "", severity,
	    options->has_colour ? "\033[0m" : "");
	put_wrapped(out, buf_cstr(&whom), width - INDENT, strlen(severity));
	buf_printf(out, "%*s", INDENT, "");
	put_wrapped(out, first->text, width - INDENT, 0);
	buf_printf(out, "%*s", INDENT, "");
	put_wrapped(out, rule->text, width - INDENT, 0);
	buf_printf(out, "%*s%s\n\n", INDENT, "", rule->basis);
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

static void put_severity(struct buf *out, const struct groups *groups,
    enum rule_severity severity, const struct findings_options *options)
{
	size_t width =
	    MAX(options->width ? options->width : WIDTH_DEFAULT, (unsigned)WIDTH_MIN);

	for (size_t i = 0; i < rules_count(); i++) {
		const struct rule *rule = rule_at(i);
		const struct group *group = groups_find(groups, str_of(rule->id));
		const struct finding *first = group ? group->first : NULL;

		if (first && first->severity == severity)
			put_group(out, rule, group, options, width);
	}
}

void findings_write_text(struct buf *out, const struct analysis *analysis,
    const struct findings_options *options)
{
	struct groups groups;

	groups_begin(&groups, rules_count(), analysis->hash_seed);
	for (size_t i = 0; i < analysis->n_findings; i++) {
		const struct finding *finding = &analysis->findings[i];

		groups_add(&groups, str_of(finding->rule), name_of(finding), finding);
	}
	for (int severity = 0; severity < RULE_SEVERITIES; severity++)
		put_severity(out, &groups, (enum rule_severity)severity, options);
	if (groups.error < 0)
		out->error = groups.error;
	groups_free(&groups);
}
