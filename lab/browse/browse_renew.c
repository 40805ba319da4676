/* A capture that goes on: the pages shown, of an analysis that has more of it. What is known
 * again is known by its frames, and devices by what they call themselves. */
#include "lab/browse/browse_internal.h"

#include <stdlib.h>
#include <string.h>

static bool is_same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* ---- what was shown, in the new analysis ----------------------------------------------- */

/* SIZE_MAX: it is not there. */
static size_t find_device(const struct analysis *analysis,
    const struct analysis_device *old)
{
	for (size_t i = 0; i < analysis->n_devices; i++) {
		const struct analysis_device *device = &analysis->devices[i];

		if (is_same(device->serial, old->serial) &&
		    is_same(device->oui, old->oui) &&
		    is_same(device->product_class, old->product_class))
			return i;
	}
	return SIZE_MAX;
}

static uint64_t first_frame(const struct analysis_session *session)
{
	return session->n_messages > 0 ? session->messages[0].first_frame : 0;
}

/* Null: it is not there. */
static const struct analysis_session *find_session(const struct analysis *analysis,
    const struct analysis_session *old)
{
	for (size_t i = 0; old && i < analysis->n_sessions; i++) {
		if (first_frame(&analysis->sessions[i]) == first_frame(old))
			return &analysis->sessions[i];
	}
	return NULL;
}

/* Its texts are those of the new analysis. All null: it is not there. */
static struct ladder_whose find_whose(const struct analysis *analysis,
    const struct browse *old)
{
	const struct ladder_whose *was = &old->whose;
	struct ladder_whose whose = { .session = find_session(analysis, was->session),
		.device = SIZE_MAX,
		.frame = was->frame };

	if (was->session)
		return whose;
	if (was->device < old->analysis->n_devices)
		whose.device =
		    find_device(analysis, &old->analysis->devices[was->device]);
	for (size_t i = 0; i < analysis->n_hosts; i++) {
		const struct analysis_host *host = &analysis->hosts[i];

		if ((was->mac && is_same(host->mac, was->mac)) ||
		    (was->address && is_same(host->cpe, was->address))) {
			whose.mac = host->mac;
			whose.address = host->cpe;
			break;
		}
	}
	return whose;
}

static const struct analysis_message *find_among(const struct analysis_message
						     *messages,
    size_t n, const struct analysis_message *old)
{
	for (size_t i = 0; i < n; i++) {
		if (messages[i].frame == old->frame &&
		    is_same(messages[i].name, old->name))
			return &messages[i];
	}
	return NULL;
}

/* Null: it is not there. */
static const struct analysis_message *find_message(const struct analysis *analysis,
    const struct analysis_message *old)
{
	const struct analysis_message *found = NULL;

	for (size_t i = 0; old && !found && i < analysis->n_sessions; i++)
		found = find_among(analysis->sessions[i].messages,
		    analysis->sessions[i].n_messages, old);
	for (size_t i = 0; old && !found && i < analysis->n_hosts; i++)
		found = find_among(analysis->hosts[i].messages,
		    analysis->hosts[i].n_messages, old);
	return found;
}

static bool is_same_find(const struct browse_find *a, const struct browse_find *b)
{
	if (browse_find_frame(a) != browse_find_frame(b) || !a->finding != !b->finding)
		return false;
	return a->finding ? is_same(a->finding->rule, b->finding->rule) &&
				is_same(a->finding->text, b->finding->text)
			  : is_same(a->failure->text, b->failure->text);
}

/* SIZE_MAX: it is not there. */
static size_t find_find(const struct browse *browse, const struct browse_find *old)
{
	for (size_t i = 0; i < browse->n_finds; i++) {
		if (is_same_find(&browse->finds[i], old))
			return i;
	}
	return SIZE_MAX;
}

/* The item of a list that the cursor of the old one stands on; SIZE_MAX: it is gone. */
static size_t find_item(const struct browse *browse, const struct browse *old,
    enum browse_page page)
{
	const struct browse_list *list = &old->lists[page];
	size_t item =
	    list->at < list->len ? browse_item(old, page, list->at) : SIZE_MAX;
	const struct analysis_session *session;

	if (item == SIZE_MAX || (page == BROWSE_DEVICES && item == 0))
		return item;
	if (page == BROWSE_FINDINGS)
		return find_find(browse, &old->finds[item]);
	if (page == BROWSE_DEVICES) {
		item = find_device(browse->analysis, &old->analysis->devices[item - 1]);
		return item == SIZE_MAX ? item : item + 1;
	}
	session = find_session(browse->analysis,
	    &old->analysis->sessions[browse_session(old, item)]);
	for (size_t i = 0; session && i < browse->lists[page].len; i++) {
		if (&browse->analysis->sessions[browse_session(browse, i)] == session)
			return i;
	}
	return SIZE_MAX;
}

/* ---- pages ---------------------------------------------------------------------------- */

/* The list with as many lines as there are now, sorted, with the cursor where it was. */
static void renew_list(struct browse *browse, const struct browse *old,
    enum browse_page page, size_t len)
{
	struct browse_list *list = &browse->lists[page];
	size_t item;

	list->len = len;
	list->order = NULL;
	item = find_item(browse, old, page);
	list->at = SIZE_MAX;
	browse_sort(browse, page);
	list->top = old->lists[page].top;
	list->at =
	    item == SIZE_MAX ? old->lists[page].at : browse_line_of(browse, page, item);
	browse_settle(browse, list);
}

static bool renew_sessions(struct browse *browse, const struct browse *old)
{
	if (browse->device != SIZE_MAX) {
		browse->device = find_device(browse->analysis,
		    &old->analysis->devices[browse->device]);
		if (browse->device == SIZE_MAX)
			return false;
	}
	renew_list(browse, old, BROWSE_SESSIONS,
	    browse->device == SIZE_MAX
		? browse->analysis->n_sessions
		: browse->analysis->devices[browse->device].n_sessions);
	return true;
}

static bool renew_ladder(struct browse *browse, const struct browse *old)
{
	const struct browse_list *was = &old->lists[BROWSE_LADDER];
	struct browse_list *list = &browse->lists[BROWSE_LADDER];

	browse->whose = find_whose(browse->analysis, old);
	if (!browse->whose.session && !browse->whose.mac && !browse->whose.address)
		return false;
	browse_build_ladder(browse);
	list->at = was->at;
	list->top = was->top;
	browse_settle(browse, list);
	return true;
}

static bool renew_message(struct browse *browse, const struct browse *old,
    enum browse_page page)
{
	struct browse_list *list = &browse->lists[page];

	browse->message = find_message(browse->analysis, old->message);
	if (!browse->message || (page == BROWSE_COMPARE && !browse->marked))
		return false;
	if (page == BROWSE_MESSAGE)
		browse_build_message(browse);
	else
		browse_build_compare(browse);
	list->at = old->lists[page].at;
	list->top = old->lists[page].top;
	browse_settle(browse, list);
	return true;
}

/* False: what the page shows is not there any more. */
static bool renew_page(struct browse *browse, const struct browse *old,
    enum browse_page page)
{
	switch (page) {
	case BROWSE_DEVICES:
		renew_list(browse, old, page, browse->analysis->n_devices + 1);
		return true;
	case BROWSE_SESSIONS:
		return renew_sessions(browse, old);
	case BROWSE_FINDINGS:
		renew_list(browse, old, page, browse->n_finds);
		return true;
	case BROWSE_LADDER:
		return renew_ladder(browse, old);
	case BROWSE_MESSAGE:
	case BROWSE_COMPARE:
		return renew_message(browse, old, page);
	case BROWSE_HELP:
		return true;
	}
	return false;
}

void browse_renew(struct browse *browse, const struct analysis *analysis)
{
	struct browse old = *browse;

	browse->analysis = analysis;
	browse->ladders = NULL;
	browse->kept = (struct arena)ARENA_MAX(old.kept.max);
	browse->arena = (struct arena)ARENA_MAX(old.arena.max);
	browse_collect_finds(browse);
	if (old.find != SIZE_MAX)
		browse->find = find_find(browse, &old.finds[old.find]);
	browse->marked = find_message(analysis, old.marked);
	/* Not open, but its length is that of the analysis. */
	renew_page(browse, &old, BROWSE_FINDINGS);
	for (size_t i = 0; i < old.depth; i++) {
		if (old.pages[i] == BROWSE_FINDINGS ||
		    renew_page(browse, &old, old.pages[i]))
			continue;
		browse->depth = i;
		break;
	}
	for (size_t i = 0; i < ARRAY_LEN(old.lists); i++) {
		if (browse->lists[i].order == old.lists[i].order)
			browse->lists[i].order = NULL;
		free(old.lists[i].order);
	}
	ladders_free(old.ladders);
	arena_free(&old.arena);
	arena_free(&old.kept);
}
