#include "lab/browse/browse_internal.h"

#include <stdlib.h>

/* ---- lists ------------------------------------------------------------------------- */

static void move(struct browse *browse, int key)
{
	struct browse_list *list = browse_list_of(browse);
	size_t page = MAX(browse->height, 1u), end = list->len > 0 ? list->len - 1 : 0;

	switch (key) {
	case BROWSE_UP:
	case 'k':
		list->at -= list->at > 0;
		break;
	case BROWSE_DOWN:
	case 'j':
		list->at += list->at < end;
		break;
	case BROWSE_PAGE_UP:
	case 'b':
		list->at -= MIN(list->at, page);
		break;
	case BROWSE_PAGE_DOWN:
	case ' ':
		list->at = MIN(list->at + page, end);
		break;
	case BROWSE_HOME:
	case 'g':
		list->at = 0;
		break;
	default:
		list->at = end;
		break;
	}
	browse_settle(browse, list);
}

/* ---- pages ------------------------------------------------------------------------- */

void browse_build_message(struct browse *browse)
{
	size_t n = 0;

	browse->lines =
	    browse_message_lines(&browse->arena, browse->analysis, browse->message, &n);
	browse->lists[BROWSE_MESSAGE] = (struct browse_list){ .len = n };
}

void browse_build_compare(struct browse *browse)
{
	size_t left = 0, right = 0, n = 0;
	struct str *marked = browse_message_lines(&browse->arena, browse->analysis,
	    browse->marked, &left);
	struct str *present = browse_message_lines(&browse->arena, browse->analysis,
	    browse->message, &right);

	browse->pairs =
	    browse_compare(&browse->arena, marked, left, present, right, &n);
	browse->lists[BROWSE_COMPARE] = (struct browse_list){ .len = n };
}

static void open_session(struct browse *browse, size_t session)
{
	browse->whose =
	    (struct ladder_whose){ .session = &browse->analysis->sessions[session],
		    .device = SIZE_MAX };
	browse->find_line = SIZE_MAX;
	browse_build_ladder(browse);
	browse_show(browse, BROWSE_LADDER);
}

void browse_open(struct browse *browse)
{
	enum browse_page page = browse_page_of(browse);
	const struct browse_list *list = browse_list_of(browse);
	size_t item = list->len > 0 ? browse_item(browse, page, list->at) : 0;

	if (list->len == 0)
		return;
	switch (page) {
	case BROWSE_DEVICES:
		browse_list_sessions(browse, item == 0 ? SIZE_MAX : item - 1);
		browse_show(browse, BROWSE_SESSIONS);
		return;
	case BROWSE_SESSIONS:
		open_session(browse, browse_session(browse, item));
		return;
	case BROWSE_FINDINGS:
		browse_open_find(browse, item);
		return;
	case BROWSE_LADDER:
		if (!browse->ladder[list->at].message)
			return;
		browse->message = browse->ladder[list->at].message;
		browse_build_message(browse);
		browse_show(browse, BROWSE_MESSAGE);
		return;
	case BROWSE_MESSAGE:
	case BROWSE_COMPARE:
	case BROWSE_HELP:
		return;
	}
}

/* One above the other in a ladder, lines that show the same message are one. */
static bool is_other(const struct browse *browse, size_t line)
{
	const struct analysis_message *message = browse->ladder[line].message;

	return message && message != browse->message;
}

/* The next line, of the page below, that opens something else; or none. */
static bool step_outer(const struct browse *browse, enum browse_page page,
    struct browse_list *list, bool is_forward)
{
	for (size_t at = list->at;;) {
		if (is_forward ? at + 1 >= list->len : at == 0)
			return false;
		at = is_forward ? at + 1 : at - 1;
		if (page == BROWSE_LADDER && !is_other(browse, at))
			continue;
		list->at = at;
		return true;
	}
}

/* The neighbour of what is open: Tab in a message shows the next message. */
static void turn_to(struct browse *browse, bool is_forward)
{
	enum browse_page below;

	if (browse->depth < 2 || browse_page_of(browse) > BROWSE_MESSAGE ||
	    browse_page_of(browse) == BROWSE_FINDINGS)
		return;
	below = browse->pages[browse->depth - 2];
	if (!step_outer(browse, below, &browse->lists[below], is_forward)) {
		buf_append_text(&browse->notice,
		    is_forward ? "this is the last one" : "this is the first");
		return;
	}
	browse->depth--;
	browse_settle(browse, browse_list_of(browse));
	browse_open(browse);
}

/* The list of findings stands above that of devices: no page is open twice. */
static void show_findings(struct browse *browse)
{
	if (browse->n_finds == 0) {
		buf_append_text(&browse->notice, "there is no finding and no failure");
		return;
	}
	if (browse_page_of(browse) == BROWSE_FINDINGS)
		return;
	browse->depth = 1;
	browse_show(browse, BROWSE_FINDINGS);
}

/* ---- marks ------------------------------------------------------------------------- */

static const struct analysis_message *present(const struct browse *browse)
{
	const struct browse_list *list = &browse->lists[BROWSE_LADDER];

	if (browse_page_of(browse) == BROWSE_MESSAGE)
		return browse->message;
	if (browse_page_of(browse) == BROWSE_LADDER && list->len > 0)
		return browse->ladder[list->at].message;
	return NULL;
}

static void mark(struct browse *browse)
{
	if (!present(browse)) {
		buf_append_text(&browse->notice,
		    "open a session and choose a message to mark");
		return;
	}
	browse->marked = present(browse);
	buf_append_text(&browse->notice, "marked: d on another message compares both");
}

static void compare(struct browse *browse)
{
	if (!browse->marked || !present(browse)) {
		buf_append_text(&browse->notice,
		    "mark a message with m first, then choose another");
		return;
	}
	browse->message = present(browse);
	browse_build_compare(browse);
	browse_show(browse, BROWSE_COMPARE);
}

/* ---- interface --------------------------------------------------------------------- */

void browse_init(struct browse *browse, const struct analysis *analysis)
{
	size_t help = 0;

	while (browse_help[help])
		help++;
	*browse = (struct browse){ .analysis = analysis,
		.pages = { BROWSE_DEVICES },
		.depth = 1,
		.device = SIZE_MAX,
		.find_line = SIZE_MAX,
		.width = 80,
		.height = 20 };
	browse->arena.max = browse->kept.max = 1 << 30;
	browse->lists[BROWSE_DEVICES].len = analysis->n_devices + 1;
	browse->lists[BROWSE_HELP].len = help;
	browse_collect_finds(browse);
	browse->lists[BROWSE_FINDINGS].len = browse->n_finds;
}

void browse_free(struct browse *browse)
{
	for (size_t i = 0; i < ARRAY_LEN(browse->lists); i++) {
		free(browse->lists[i].order);
		browse->lists[i].order = NULL;
	}
	ladders_free(browse->ladders);
	browse->ladders = NULL;
	arena_free(&browse->arena);
	arena_free(&browse->kept);
	buf_free(&browse->notice);
	buf_free(&browse->live);
}

static void shift(struct browse *browse, bool is_left)
{
	if (is_left)
		browse->shift -= MIN(browse->shift, (size_t)BROWSE_SHIFT);
	else
		browse->shift =
		    MIN(browse->shift + BROWSE_SHIFT, (size_t)BROWSE_SHIFT_MAX);
}

/* Keys that lead to another page. Returns whether it is one. */
static bool go(struct browse *browse, int key)
{
	switch (key) {
	case 'q':
	case BROWSE_BACK:
		browse_leave(browse);
		return true;
	case 'Q':
		browse->is_done = true;
		return true;
	case BROWSE_ENTER:
		browse_open(browse);
		return true;
	case BROWSE_TAB:
	case BROWSE_BACK_TAB:
		turn_to(browse, key == BROWSE_TAB);
		return true;
	case 'f':
		show_findings(browse);
		return true;
	case ']':
	case '[':
		browse_step_find(browse, key == ']');
		return true;
	case 'd':
		compare(browse);
		return true;
	case '?':
		if (browse_page_of(browse) != BROWSE_HELP)
			browse_show(browse, BROWSE_HELP);
		return true;
	default:
		return false;
	}
}

void browse_key(struct browse *browse, int key)
{
	buf_reset(&browse->notice);
	if (browse->input != BROWSE_KEYS) {
		browse_type(browse, key);
		return;
	}
	if (go(browse, key))
		return;
	switch (key) {
	case '<':
	case '>':
		shift(browse, key == '<');
		return;
	case '/':
		browse_ask_search(browse);
		return;
	case 'n':
	case 'N':
		browse_search(browse, key == 'n');
		return;
	case 's':
		browse_sort_next(browse);
		return;
	case 'S':
		browse_sort_reverse(browse);
		return;
	case 'm':
		mark(browse);
		return;
	case 'w':
		browse_ask_path(browse);
		return;
	case BROWSE_UP:
	case BROWSE_DOWN:
	case BROWSE_PAGE_UP:
	case BROWSE_PAGE_DOWN:
	case BROWSE_HOME:
	case BROWSE_END:
	case 'j':
	case 'k':
	case 'b':
	case ' ':
	case 'g':
	case 'G':
		move(browse, key);
		return;
	default:
		buf_append_text(&browse->notice, "? shows the keys");
	}
}
