/* What is typed on the last line: a search, and the path of a file to write. */
#include "lab/browse/browse_internal.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

enum {
	CONTROL_U = 'U' - '@' /* takes back all that is typed, as in a shell */
};

/* ---- search -------------------------------------------------------------------------- */

static bool row_has(const struct browse *browse, size_t i)
{
	auto_buf text = BUF_NULL;
	enum browse_style style;

	browse_put_row(browse, browse_page_of(browse), i, &text, &style);
	return strcasestr(buf_cstr(&text), browse->search) != NULL;
}

void browse_search(struct browse *browse, bool is_forward)
{
	struct browse_list *list = browse_list_of(browse);

	if (browse->search[0] == '\0') {
		buf_append_text(&browse->notice, "/ begins a search");
		return;
	}
	for (size_t k = 1; k <= list->len; k++) {
		size_t i = is_forward ? (list->at + k) % list->len
				      : (list->at + list->len - k) % list->len;

		if (!row_has(browse, i))
			continue;
		list->at = i;
		browse_settle(browse, list);
		return;
	}
	buf_append_text(&browse->notice, "not found");
}

void browse_ask_search(struct browse *browse)
{
	browse->input = BROWSE_SEARCH;
	browse->search[0] = '\0';
}

/* ---- files --------------------------------------------------------------------------- */

void browse_ask_path(struct browse *browse)
{
	auto_arena arena = ARENA_NULL;
	auto_buf name = BUF_NULL;
	struct analysis chosen;

	if (!browse->writer) {
		buf_append_text(&browse->notice, "no packets can be written here");
		return;
	}
	if (!browse_choose(browse, &arena, &chosen, &name)) {
		buf_append_text(&browse->notice,
		    "there is no session whose packets could be written");
		return;
	}
	(void)snprintf(browse->path, sizeof(browse->path), "%s.pcapng",
	    buf_cstr(&name));
	browse->input = BROWSE_PATH;
}

static void write_packets(struct browse *browse, bool may_replace)
{
	auto_arena arena = ARENA_NULL;
	auto_buf name = BUF_NULL;
	struct error err = ERROR_NULL;
	struct analysis chosen;
	int r;

	browse->input = BROWSE_KEYS;
	if (browse->path[0] == '\0') {
		buf_append_text(&browse->notice, "nothing was written");
		return;
	}
	if (!browse_choose(browse, &arena, &chosen, &name))
		return;
	r = browse->writer->write(browse->writer->user, &chosen, browse->path,
	    may_replace, &err);
	if (r == -EEXIST)
		browse->input = BROWSE_REPLACE;
	else if (r < 0)
		buf_append_text(&browse->notice, err.text);
	else
		buf_printf(&browse->notice, "the packets of %zu session%s are in %s",
		    chosen.n_sessions, chosen.n_sessions == 1 ? "" : "s", browse->path);
}

static void answer(struct browse *browse, int key)
{
	browse->input = BROWSE_KEYS;
	if (key == 'y' || key == 'Y')
		write_packets(browse, true);
	else
		buf_printf(&browse->notice, "nothing was written: %s is as it was",
		    browse->path);
}

/* ---- keys ---------------------------------------------------------------------------- */

/* The last character: in UTF-8 several bytes. */
static void drop_last(char *text)
{
	size_t len = strlen(text);

	while (len > 0 && ((unsigned char)text[--len] & 0xc0) == 0x80)
		;
	text[len] = '\0';
}

void browse_type(struct browse *browse, int key)
{
	bool is_search = browse->input == BROWSE_SEARCH;
	char *text = is_search ? browse->search : browse->path;
	size_t len = strlen(text);

	if (browse->input == BROWSE_REPLACE) {
		answer(browse, key);
	} else if (key == BROWSE_ENTER && is_search) {
		browse->input = BROWSE_KEYS;
		browse_search(browse, true);
	} else if (key == BROWSE_ENTER) {
		write_packets(browse, false);
	} else if (key == BROWSE_BACK) {
		browse->input = BROWSE_KEYS;
	} else if (key == BROWSE_BACKSPACE) {
		drop_last(text);
	} else if (key == CONTROL_U) {
		text[0] = '\0';
	} else if (key >= ' ' && key < 256 && len + 1 < BROWSE_TYPED_MAX) {
		text[len] = (char)key;
		text[len + 1] = '\0';
	}
}
