/* Findings and failures: their list, and the way from one to the next. */
#include "lab/browse/browse_internal.h"

/* Both come in the order of frames. */
static void merge(struct browse *browse)
{
	const struct analysis *analysis = browse->analysis;
	size_t i = 0, k = 0;

	while (i < analysis->n_findings || k < analysis->n_failures) {
		bool is_finding =
		    k == analysis->n_failures ||
		    (i < analysis->n_findings &&
			analysis->findings[i].frame <= analysis->failures[k].frame);

		browse->finds[browse->n_finds++] =
		    is_finding ? (struct browse_find){ &analysis->findings[i++], NULL }
			       : (struct browse_find){ NULL, &analysis->failures[k++] };
	}
}

void browse_collect_finds(struct browse *browse)
{
	const struct analysis *analysis = browse->analysis;

	browse->n_finds = 0;
	browse->find = SIZE_MAX;
	browse->finds = arena_array(&browse->kept,
	    analysis->n_findings + analysis->n_failures, sizeof(*browse->finds));
	browse->failed = arena_array(&browse->kept, analysis->n_devices + 1,
	    sizeof(*browse->failed));
	if (browse->finds)
		merge(browse);
	for (size_t i = 0; browse->failed && i < analysis->n_sessions; i++) {
		const struct analysis_session *session = &analysis->sessions[i];

		if (session->failure && session->device < analysis->n_devices)
			browse->failed[session->device]++;
	}
}

/* ---- one of them in its ladder -------------------------------------------------------- */

static bool is_of(const struct ladder_line *line, const struct browse_find *find)
{
	if (find->finding)
		return line->finding == find->finding;
	return line->message && line->message->failure == find->failure;
}

/* The line that shows it; where none does, the first that is not before it. */
static void put_cursor(struct browse *browse, const struct browse_find *find)
{
	struct browse_list *list = &browse->lists[BROWSE_LADDER];
	size_t near = list->len;

	for (size_t i = 0; i < list->len; i++) {
		const struct ladder_line *line = &browse->ladder[i];

		if (is_of(line, find)) {
			near = i;
			break;
		}
		if (near == list->len && line->message &&
		    line->message->frame >= browse_find_frame(find))
			near = i;
	}
	list->at = near;
	browse_settle(browse, list);
	browse->find_line = list->at;
}

/* Of a find without a session, the ladder is that of its CPE. */
static struct ladder_whose whose(const struct browse *browse,
    const struct browse_find *find)
{
	const struct finding *finding = find->finding;
	const struct analysis_failure *failure = find->failure;

	return (struct ladder_whose){
		.session =
		    analysis_find_session(browse->analysis, browse_find_session(find)),
		.device = finding ? finding->device : SIZE_MAX,
		.mac = finding ? finding->mac : failure->mac,
		.address = finding ? finding->cpe : failure->cpe,
		.frame = browse_find_frame(find),
	};
}

void browse_open_find(struct browse *browse, size_t find)
{
	browse->find = find;
	browse->whose = whose(browse, &browse->finds[find]);
	browse_build_ladder(browse);
	browse_show(browse, BROWSE_LADDER);
	put_cursor(browse, &browse->finds[find]);
}

/* ---- from one to the next ------------------------------------------------------------- */

/* The finds of a frame stand behind its message: whether the find comes behind the line. */
static bool is_behind(const struct browse_find *find, const struct ladder_line *line)
{
	return line->message && browse_find_frame(find) >= line->message->frame;
}

static size_t step_from_line(const struct browse *browse,
    const struct ladder_line *line, bool is_forward)
{
	size_t first = browse->n_finds;

	for (size_t i = 0; i < browse->n_finds; i++) {
		if (is_of(line, &browse->finds[i]))
			return is_forward ? i + 1 : i - 1;
		if (first == browse->n_finds && is_behind(&browse->finds[i], line))
			first = i;
	}
	return is_forward ? first : first - 1;
}

/* The index of the one to go to; not below n_finds where there is none. */
static size_t next(const struct browse *browse, bool is_forward)
{
	const struct browse_list *list = &browse->lists[BROWSE_LADDER];
	size_t before = browse->find;

	for (size_t i = 0; i < browse->depth; i++) {
		if (browse->pages[i] == BROWSE_LADDER && list->len > 0 &&
		    browse->ladder[list->at].message && list->at != browse->find_line)
			return step_from_line(browse, &browse->ladder[list->at],
			    is_forward);
	}
	if (before == SIZE_MAX)
		return is_forward ? 0 : browse->n_finds - 1;
	return is_forward ? before + 1 : before - 1;
}

/* The list below the ladder is that which the find is in, with the cursor on it. */
static void show_below(struct browse *browse, size_t find)
{
	const struct analysis_session *session = analysis_find_session(browse->analysis,
	    browse_find_session(&browse->finds[find]));
	enum browse_page page = browse_page_of(browse);
	struct browse_list *list;

	if (page == BROWSE_SESSIONS && session) {
		size_t at = (size_t)(session - browse->analysis->sessions);

		if (browse->device != SIZE_MAX && session->device != browse->device)
			browse_list_sessions(browse, SIZE_MAX);
		list = browse_list_of(browse);
		for (size_t i = 0; i < list->len; i++) {
			if (browse_session(browse, browse_item(browse, page, i)) == at)
				list->at = i;
		}
		browse_settle(browse, list);
		return;
	}
	browse->depth = 1;
	browse_show(browse, BROWSE_FINDINGS);
	list = browse_list_of(browse);
	list->at = browse_line_of(browse, BROWSE_FINDINGS, find);
	browse_settle(browse, list);
}

static void tell(struct browse *browse, size_t find)
{
	const struct finding *finding = browse->finds[find].finding;
	const struct analysis_failure *failure = browse->finds[find].failure;

	buf_printf(&browse->notice, "%zu of %zu: ", find + 1, browse->n_finds);
	if (finding)
		buf_printf(&browse->notice, "%s, %s, by the %s: %s", finding->rule,
		    rule_severity_name(finding->severity), rule_who_name(finding->who),
		    finding->text);
	else
		buf_printf(&browse->notice, "failed, %s by the %s: %s", failure->layer,
		    failure_by(failure), failure->text);
}

void browse_step_find(struct browse *browse, bool is_forward)
{
	size_t find = next(browse, is_forward);

	if (find >= browse->n_finds) {
		buf_append_text(&browse->notice,
		    browse->n_finds == 0 ? "there is no finding and no failure"
		    : is_forward         ? "this is the last one"
					 : "this is the first");
		return;
	}
	/* A ladder is made anew, and what was above it is of the old one. */
	for (size_t i = 1; i < browse->depth; i++) {
		if (browse->pages[i] == BROWSE_LADDER)
			browse->depth = i;
	}
	if (browse_page_of(browse) == BROWSE_HELP)
		browse->depth--;
	show_below(browse, find);
	browse_open_find(browse, find);
	tell(browse, find);
}
