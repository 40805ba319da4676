#include "lab/browse/browse.h"

#include <strings.h>

/* ---- lists ------------------------------------------------------------------------- */

static enum browse_page page_of(const struct browse *browse)
{
	return browse->pages[browse->depth - 1];
}

static struct browse_list *list_of(struct browse *browse)
{
	return &browse->lists[page_of(browse)];
}

/* The cursor stays on the screen. */
static void settle(const struct browse *browse, struct browse_list *list)
{
	size_t height = MAX(browse->height, 1u);

	if (list->at >= list->len)
		list->at = list->len > 0 ? list->len - 1 : 0;
	if (list->at < list->top)
		list->top = list->at;
	if (list->at >= list->top + height)
		list->top = list->at + 1 - height;
}

static void move(struct browse *browse, int key)
{
	struct browse_list *list = list_of(browse);
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
	settle(browse, list);
}

/* ---- pages ------------------------------------------------------------------------- */

static size_t count_sessions(const struct browse *browse)
{
	if (browse->device == SIZE_MAX)
		return browse->analysis->n_sessions;
	return browse->analysis->devices[browse->device].n_sessions;
}

static size_t session_at(const struct browse *browse, size_t i)
{
	if (browse->device == SIZE_MAX)
		return i;
	return browse->analysis->devices[browse->device].sessions[i];
}

/* The session's messages, each with the findings of its frame below it. A finding without a
 * message of its own stands at the end. */
static void build_rows(struct browse *browse)
{
	const struct analysis *analysis = browse->analysis;
	const struct analysis_session *session = &analysis->sessions[browse->session];
	struct browse_list *list = &browse->lists[BROWSE_LADDER];
	size_t first = 0, last;

	while (first < analysis->n_findings &&
	       analysis->findings[first].session != session->id)
		first++;
	last = analysis->n_findings;
	*list = (struct browse_list){ 0, 0, 0 };
	browse->rows = arena_array(&browse->arena, session->n_messages + (last - first),
	    sizeof(*browse->rows));
	for (size_t i = 0; browse->rows && i < session->n_messages; i++) {
		const struct analysis_message *message = &session->messages[i];
		bool is_last = i + 1 == session->n_messages;

		browse->rows[list->len++] = (struct browse_row){ message, NULL };
		for (size_t k = first; k < last; k++) {
			const struct finding *finding = &analysis->findings[k];

			if (finding->session != session->id)
				continue;
			if (is_last ? finding->frame < message->frame
				    : finding->frame < message->frame ||
					  finding->frame >= message[1].frame)
				continue;
			browse->rows[list->len++] =
			    (struct browse_row){ message, finding };
		}
	}
}

static void build_lines(struct browse *browse)
{
	size_t n = 0;

	browse->lines =
	    browse_message_lines(&browse->arena, browse->analysis, browse->message, &n);
	browse->lists[BROWSE_MESSAGE] = (struct browse_list){ 0, 0, n };
}

static void build_pairs(struct browse *browse)
{
	size_t left = 0, right = 0, n = 0;
	struct str *marked = browse_message_lines(&browse->arena, browse->analysis,
	    browse->marked, &left);
	struct str *present = browse_message_lines(&browse->arena, browse->analysis,
	    browse->message, &right);

	browse->pairs =
	    browse_compare(&browse->arena, marked, left, present, right, &n);
	browse->lists[BROWSE_COMPARE] = (struct browse_list){ 0, 0, n };
}

static void show(struct browse *browse, enum browse_page page)
{
	browse->shift = 0;
	if (browse->depth < BROWSE_DEPTH_MAX)
		browse->pages[browse->depth++] = page;
}

static void leave(struct browse *browse)
{
	browse->shift = 0;
	if (browse->depth > 1)
		browse->depth--;
	else
		browse->is_done = true;
}

/* What the cursor of the present page stands on. */
static void open_row(struct browse *browse)
{
	const struct browse_list *list = list_of(browse);

	if (list->len == 0)
		return;
	switch (page_of(browse)) {
	case BROWSE_DEVICES:
		browse->device = list->at == 0 ? SIZE_MAX : list->at - 1;
		browse->lists[BROWSE_SESSIONS] =
		    (struct browse_list){ 0, 0, count_sessions(browse) };
		show(browse, BROWSE_SESSIONS);
		return;
	case BROWSE_SESSIONS:
		browse->session = session_at(browse, list->at);
		build_rows(browse);
		show(browse, BROWSE_LADDER);
		return;
	case BROWSE_LADDER:
		browse->message = browse->rows[list->at].message;
		build_lines(browse);
		show(browse, BROWSE_MESSAGE);
		return;
	case BROWSE_MESSAGE:
	case BROWSE_COMPARE:
	case BROWSE_HELP:
		return;
	}
}

/* The neighbour of what is open: Tab in a message shows the next message. */
static void turn_to(struct browse *browse, bool is_forward)
{
	struct browse_list *outer;
	size_t before;

	if (browse->depth < 2 || page_of(browse) > BROWSE_MESSAGE)
		return;
	outer = &browse->lists[browse->pages[browse->depth - 2]];
	before = outer->at;
	if (is_forward && outer->at + 1 < outer->len)
		outer->at++;
	else if (!is_forward && outer->at > 0)
		outer->at--;
	if (outer->at == before) {
		browse->notice =
		    is_forward ? "this is the last one" : "this is the first";
		return;
	}
	settle(browse, outer);
	browse->depth--;
	open_row(browse);
}

/* ---- marks ------------------------------------------------------------------------- */

static const struct analysis_message *present(const struct browse *browse)
{
	const struct browse_list *list = &browse->lists[BROWSE_LADDER];

	if (page_of(browse) == BROWSE_MESSAGE)
		return browse->message;
	if (page_of(browse) == BROWSE_LADDER && list->len > 0)
		return browse->rows[list->at].message;
	return NULL;
}

static void mark(struct browse *browse)
{
	if (!present(browse)) {
		browse->notice = "open a session and choose a message to mark";
		return;
	}
	browse->marked = present(browse);
	browse->notice = "marked: d on another message compares both";
}

static void compare(struct browse *browse)
{
	if (!browse->marked || !present(browse)) {
		browse->notice = "mark a message with m first, then choose another";
		return;
	}
	browse->message = present(browse);
	build_pairs(browse);
	show(browse, BROWSE_COMPARE);
}

/* ---- search ------------------------------------------------------------------------ */

static bool row_has(const struct browse *browse, size_t i)
{
	auto_buf text = BUF_NULL;
	enum browse_style style;

	browse_put_row(browse, page_of(browse), i, true, &text, &style);
	return strcasestr(buf_cstr(&text), browse->search) != NULL;
}

static void find(struct browse *browse, bool is_forward)
{
	struct browse_list *list = list_of(browse);

	if (browse->search[0] == '\0') {
		browse->notice = "/ begins a search";
		return;
	}
	for (size_t k = 1; k <= list->len; k++) {
		size_t i = is_forward ? (list->at + k) % list->len
				      : (list->at + list->len - k) % list->len;

		if (!row_has(browse, i))
			continue;
		list->at = i;
		settle(browse, list);
		return;
	}
	browse->notice = "not found";
}

static void type(struct browse *browse, int key)
{
	size_t len = strlen(browse->search);

	if (key == BROWSE_ENTER) {
		browse->is_searching = false;
		find(browse, true);
	} else if (key == BROWSE_BACK) {
		browse->is_searching = false;
	} else if (key == BROWSE_BACKSPACE) {
		if (len > 0)
			browse->search[len - 1] = '\0';
	} else if (key >= ' ' && key < 256 && len + 1 < sizeof(browse->search)) {
		browse->search[len] = (char)key;
		browse->search[len + 1] = '\0';
	}
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
		.height = 20 };
	browse->arena.max = 1 << 30;
	browse->lists[BROWSE_DEVICES].len = analysis->n_devices + 1;
	browse->lists[BROWSE_HELP].len = help;
}

void browse_free(struct browse *browse)
{
	arena_free(&browse->arena);
}

/* Everything that the pages shown do not need any more. */
static void tidy(struct browse *browse)
{
	if (browse->depth == 1) {
		arena_reset(&browse->arena);
		browse->rows = NULL;
	}
}

void browse_key(struct browse *browse, int key)
{
	browse->notice = NULL;
	if (browse->is_searching) {
		type(browse, key);
		return;
	}
	switch (key) {
	case 'q':
	case BROWSE_BACK:
		leave(browse);
		tidy(browse);
		return;
	case 'Q':
		browse->is_done = true;
		return;
	case BROWSE_ENTER:
		open_row(browse);
		return;
	case BROWSE_TAB:
	case BROWSE_BACK_TAB:
		turn_to(browse, key == BROWSE_TAB);
		return;
	case '<':
		browse->shift -= MIN(browse->shift, (size_t)BROWSE_SHIFT);
		return;
	case '>':
		browse->shift =
		    MIN(browse->shift + BROWSE_SHIFT, (size_t)BROWSE_SHIFT_MAX);
		return;
	case '/':
		browse->is_searching = true;
		browse->search[0] = '\0';
		return;
	case 'n':
	case 'N':
		find(browse, key == 'n');
		return;
	case 'm':
		mark(browse);
		return;
	case 'd':
		compare(browse);
		return;
	case '?':
		if (page_of(browse) != BROWSE_HELP)
			show(browse, BROWSE_HELP);
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
		browse->notice = "? shows the keys";
	}
}
