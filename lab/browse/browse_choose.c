/* The sessions that the cursor stands for. */
#include "lab/browse/browse_internal.h"

#include <string.h>

struct choice {
	const struct analysis_session *first;
	const size_t *indexes; /* into those of the analysis; null: n from first on */
	size_t n;
};

static struct choice of_session(const struct analysis_session *session)
{
	return (struct choice){ session, NULL, session ? 1 : 0 };
}

static struct choice of_device(const struct browse *browse, size_t device)
{
	const struct analysis *analysis = browse->analysis;

	if (device == SIZE_MAX)
		return (
		    struct choice){ analysis->sessions, NULL, analysis->n_sessions };
	return (struct choice){ analysis->sessions, analysis->devices[device].sessions,
		analysis->devices[device].n_sessions };
}

static struct choice choose(const struct browse *browse)
{
	enum browse_page page = browse_page_of(browse);
	const struct browse_list *list = &browse->lists[page];
	size_t item =
	    list->at < list->len ? browse_item(browse, page, list->at) : SIZE_MAX;

	switch (page) {
	case BROWSE_DEVICES:
		return of_device(browse, item == 0 ? SIZE_MAX : item - 1);
	case BROWSE_SESSIONS:
		return of_session(
		    item == SIZE_MAX
			? NULL
			: &browse->analysis->sessions[browse_session(browse, item)]);
	case BROWSE_FINDINGS:
		return of_session(item == SIZE_MAX
				      ? NULL
				      : analysis_find_session(browse->analysis,
					    browse_find_session(&browse->finds[item])));
	case BROWSE_LADDER:
	case BROWSE_MESSAGE:
	case BROWSE_COMPARE:
		return of_session(browse->whose.session);
	case BROWSE_HELP:
		return of_session(NULL);
	}
	return of_session(NULL);
}

static bool is_same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

/* Whether the session is one of a device that is known to be at the host, or of its address
 * where none is known. */
static bool is_at(const struct analysis_session *session,
    const struct analysis_host *host)
{
	if (session->owner != SIZE_MAX || host->device != SIZE_MAX)
		return session->owner == host->device;
	return is_same(session->mac, host->mac) || is_same(session->cpe, host->cpe);
}

static bool take_hosts(const struct analysis *analysis, struct arena *arena,
    struct analysis *ret)
{
	ret->n_hosts = 0;
	ret->hosts = arena_array(arena, analysis->n_hosts + 1, sizeof(*ret->hosts));
	for (size_t i = 0; ret->hosts && i < analysis->n_hosts; i++) {
		bool is_wanted = ret->n_sessions == analysis->n_sessions;

		for (size_t k = 0; k < ret->n_sessions && !is_wanted; k++)
			is_wanted = is_at(&ret->sessions[k], &analysis->hosts[i]);
		if (is_wanted)
			ret->hosts[ret->n_hosts++] = analysis->hosts[i];
	}
	return ret->hosts != NULL;
}

/* "session-3", "device-SN1": a serial number may be of any characters. */
static void put_name(const struct browse *browse, const struct choice *choice,
    struct buf *out)
{
	const struct browse_list *list = &browse->lists[BROWSE_DEVICES];
	const char *serial;

	if (browse_page_of(browse) != BROWSE_DEVICES) {
		buf_printf(out, "session-%llu", (unsigned long long)choice->first->id);
		return;
	}
	if (!choice->indexes) {
		buf_append_text(out, "sessions");
		return;
	}
	serial =
	    browse->analysis->devices[browse_item(browse, BROWSE_DEVICES, list->at) - 1]
		.serial;
	buf_append_text(out, "device-");
	for (size_t i = 0; serial && serial[i] && i < 64; i++) {
		bool is_plain = (serial[i] >= '0' && serial[i] <= '9') ||
				(serial[i] >= 'a' && serial[i] <= 'z') ||
				(serial[i] >= 'A' && serial[i] <= 'Z');

		buf_append_char(out, is_plain ? serial[i] : '_');
	}
}

bool browse_choose(const struct browse *browse, struct arena *arena,
    struct analysis *ret, struct buf *ret_name)
{
	const struct choice choice = choose(browse);

	if (choice.n == 0)
		return false;
	*ret = *browse->analysis;
	ret->n_sessions = choice.n;
	ret->sessions = arena_array(arena, choice.n, sizeof(*ret->sessions));
	for (size_t i = 0; ret->sessions && i < choice.n; i++)
		ret->sessions[i] = choice.first[choice.indexes ? choice.indexes[i] : i];
	put_name(browse, &choice, ret_name);
	return ret->sessions && take_hosts(browse->analysis, arena, ret);
}
