/* What the browser shows, as lines of text. */
#include "lab/browse/browse_internal.h"

#include "lib/base/utf8.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- text of a given width --------------------------------------------------------- */

/* What is right of the columns scrolled out. */
static struct str shifted(struct str s, size_t columns)
{
	for (; columns > 0 && s.len > 0; columns--)
		s = str_from(s, MAX(utf8_char(s), (size_t)1));
	return s;
}

/* ---- screen ------------------------------------------------------------------------ */

/* Of a text, messages are numbered. */
static const char *frame_word(const struct browse *browse)
{
	return browse->analysis->counts.text ? "message" : "frame";
}

static void put_place(const struct browse *browse, enum browse_page page,
    struct buf *out)
{
	switch (page) {
	case BROWSE_DEVICES:
		buf_append_text(out, "  devices");
		return;
	case BROWSE_SESSIONS:
		buf_printf(out, " > sessions of %s",
		    browse->device == SIZE_MAX
			? "all"
			: browse_or_dash(
			      browse->analysis->devices[browse->device].serial));
		return;
	case BROWSE_FINDINGS:
		buf_append_text(out, " > findings");
		return;
	case BROWSE_LADDER:
		if (browse->whose.session)
			buf_printf(out, " > session %llu",
			    (unsigned long long)browse->whose.session->id);
		else
			buf_printf(out, " > CPE %s",
			    browse_or_dash(browse->whose.address ? browse->whose.address
								 : browse->whose.mac));
		return;
	case BROWSE_MESSAGE:
		buf_printf(out, " > %s", browse_or_dash(browse->message->name));
		return;
	case BROWSE_COMPARE:
		buf_printf(out, " > %s %llu beside %s %llu", frame_word(browse),
		    (unsigned long long)browse->marked->frame, frame_word(browse),
		    (unsigned long long)browse->message->frame);
		return;
	case BROWSE_HELP:
		buf_append_text(out, " > keys");
		return;
	}
}

static void put_title(const struct browse *browse, struct buf *out)
{
	const char *file = browse->analysis->file, *slash = strrchr(file, '/');

	/* What is captured is no file: "figure-2/acs1". */
	buf_printf(out, " %s", slash && browse->live.len == 0 ? slash + 1 : file);
	for (size_t i = 0; i < browse->depth; i++)
		put_place(browse, browse->pages[i], out);
}

static void put_status(const struct browse *browse, struct buf *out)
{
	enum browse_page page = browse->pages[browse->depth - 1];
	const struct browse_list *list = &browse->lists[page];
	const char *column = browse_sorted_by(browse, page);

	if (browse->input == BROWSE_SEARCH) {
		buf_printf(out, " /%s", browse->search);
	} else if (browse->input == BROWSE_PATH) {
		buf_printf(out, " write the packets to: %s", browse->path);
	} else if (browse->input == BROWSE_REPLACE) {
		buf_printf(out, " %s is there: y replaces it, another key does not",
		    browse->path);
	} else if (browse->notice.len > 0) {
		buf_append_char(out, ' ');
		buf_append_str(out, buf_str(&browse->notice));
	} else {
		buf_printf(out, " %zu of %zu", list->len > 0 ? list->at + 1 : 0,
		    list->len);
		if (column)
			buf_printf(out, " by %s%s", column,
			    list->is_reversed ? ", turned" : "");
		if (browse->live.len > 0) {
			buf_append_text(out, "   ");
			buf_append_str(out, buf_str(&browse->live));
		}
		buf_append_text(out,
		    "   Enter open  q back  f findings  s sort  ? keys");
	}
}

static void put_pair(const struct browse *browse, size_t i, unsigned width,
    bool is_utf8, struct buf *out)
{
	const struct browse_pair *pair = &browse->pairs[i];
	size_t half = width > 3 ? (width - 3) / 2 : 0;

	browse_put_column(out, shifted(pair->left, browse->shift), half);
	buf_append_text(out, is_utf8 ? (pair->is_same ? " │ " : " ┃ ")
				     : (pair->is_same ? " | " : " ! "));
	browse_put_column(out, shifted(pair->right, browse->shift), half);
}

static void draw_row(const struct browse *browse, size_t i,
    const struct browse_screen *screen, struct browse_line *line)
{
	enum browse_page page = browse->pages[browse->depth - 1];
	const struct browse_list *list = &browse->lists[page];
	auto_buf text = BUF_NULL;

	if (i >= list->len)
		return;
	browse_put_row(browse, page, i, &text, &line->style);
	if (page == BROWSE_COMPARE)
		put_pair(browse, i, screen->width, screen->is_utf8, &line->text);
	else
		browse_put_column(&line->text, shifted(buf_str(&text), browse->shift),
		    screen->width);
	if (i == list->at && page <= BROWSE_LADDER)
		line->style = BROWSE_CURSOR;
}

static int make_lines(struct browse_screen *screen)
{
	for (unsigned i = 0; screen->lines && i < screen->height; i++)
		buf_reset(&screen->lines[i].text);
	if (!screen->lines)
		screen->lines = calloc(screen->height, sizeof(*screen->lines));
	for (unsigned i = 0; screen->lines && i < screen->height; i++)
		screen->lines[i].style = BROWSE_PLAIN;
	return screen->lines ? 0 : -ENOMEM;
}

static struct str last_columns(struct str text, size_t width)
{
	size_t len = utf8_length(text);

	return shifted(text, len > width ? len - width : 0);
}

static void put_line(struct browse_line *line, struct str text,
    const struct browse_screen *screen, enum browse_style style)
{
	browse_put_column(&line->text, text, screen->width);
	line->style = style;
}

/* A window that grew or shrank keeps the cursor in it. above: lines above the list. */
static void fit(struct browse *browse, const struct browse_screen *screen,
    unsigned above)
{
	struct browse_list *list = &browse->lists[browse->pages[browse->depth - 1]];

	browse->height = screen->height - above - 1;
	browse->width = screen->width;
	browse->is_utf8 = screen->is_utf8;
	browse_fit_ladder(browse);
	if (list->at >= list->top + browse->height)
		list->top = list->at + 1 - browse->height;
}

int browse_draw(struct browse *browse, struct browse_screen *screen)
{
	enum browse_page page = browse->pages[browse->depth - 1];
	const struct browse_list *list = &browse->lists[page];
	auto_buf title = BUF_NULL, heading = BUF_NULL, status = BUF_NULL;
	unsigned above = page <= BROWSE_LADDER ? 2 : 1; /* title, heading */
	int r = make_lines(screen);

	if (r < 0 || screen->height < 4)
		return r;
	fit(browse, screen, above);
	put_title(browse, &title);
	/* A long title loses its beginning: the page that is shown matters more than the
	 * way there. */
	put_line(&screen->lines[0], last_columns(buf_str(&title), screen->width),
	    screen, BROWSE_TITLE);
	if (above > 1) {
		browse_put_heading(browse, page, &heading);
		put_line(&screen->lines[1], shifted(buf_str(&heading), browse->shift),
		    screen, BROWSE_HEADING);
	}
	for (unsigned i = 0; i < browse->height; i++)
		draw_row(browse, list->top + i, screen, &screen->lines[above + i]);
	put_status(browse, &status);
	put_line(&screen->lines[screen->height - 1], buf_str(&status), screen,
	    BROWSE_TITLE);
	for (unsigned i = 0; i < screen->height; i++) {
		if (screen->lines[i].text.error)
			r = screen->lines[i].text.error;
	}
	return r;
}

void browse_screen_free(struct browse_screen *screen)
{
	for (unsigned i = 0; screen->lines && i < screen->height; i++)
		buf_free(&screen->lines[i].text);
	free(screen->lines);
	screen->lines = NULL;
}
