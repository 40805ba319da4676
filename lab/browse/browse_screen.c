/* What the browser shows, as lines of text. */
#include "lab/browse/browse.h"

#include "lib/base/utf8.h"

#include <errno.h>
#include <stdlib.h>

/* ---- text of a given width --------------------------------------------------------- */

/* As much of s as fits, filled with blanks; characters count as one column each. */
static void put_column(struct buf *out, struct str s, size_t width)
{
	size_t used = 0;

	while (s.len > 0 && used < width) {
		s = str_from(s, utf8_put_shown(out, s));
		used++;
	}
	for (; used < width; used++)
		buf_append_char(out, ' ');
}

/* What is right of the columns scrolled out. */
static struct str shifted(struct str s, size_t columns)
{
	for (; columns > 0 && s.len > 0; columns--)
		s = str_from(s, MAX(utf8_char(s), (size_t)1));
	return s;
}

static const char *or_dash(const char *text)
{
	return text && text[0] ? text : "-";
}

/* ---- rows -------------------------------------------------------------------------- */

static void put_device(const struct browse *browse, size_t i, struct buf *out,
    enum browse_style *style)
{
	const struct analysis *analysis = browse->analysis;
	const struct analysis_device *device;

	if (i == 0) {
		buf_printf(out, "all %zu session%s of %zu device%s, %zu finding%s",
		    analysis->n_sessions, analysis->n_sessions == 1 ? "" : "s",
		    analysis->n_devices, analysis->n_devices == 1 ? "" : "s",
		    analysis->n_findings, analysis->n_findings == 1 ? "" : "s");
		return;
	}
	device = &analysis->devices[i - 1];
	put_column(out, str_of(or_dash(device->serial)), 20);
	buf_append_char(out, ' ');
	put_column(out, str_of(or_dash(device->product_class)), 12);
	buf_append_char(out, ' ');
	put_column(out, str_of(or_dash(device->cpe)), 16);
	buf_printf(out, "%4zu session%c %4zu finding%c  %s", device->n_sessions,
	    device->n_sessions == 1 ? ' ' : 's', device->n_findings,
	    device->n_findings == 1 ? ' ' : 's', or_dash(device->url));
	*style = device->n_findings > 0 ? BROWSE_BAD : BROWSE_PLAIN;
}

static const struct analysis_session *session_row(const struct browse *browse, size_t i)
{
	const struct analysis *analysis = browse->analysis;

	if (browse->device == SIZE_MAX)
		return &analysis->sessions[i];
	return &analysis->sessions[analysis->devices[browse->device].sessions[i]];
}

static void put_session(const struct browse *browse, size_t i, struct buf *out,
    enum browse_style *style)
{
	const struct analysis_session *session = session_row(browse, i);
	auto_buf why = BUF_NULL;

	buf_printf(out, "%5llu %10.3f s  ", (unsigned long long)session->id,
	    (double)(session->start - browse->analysis->start) / (double)NS_PER_S);
	put_column(out, str_of(or_dash(session->cpe)), 16);
	put_column(out, str_of(or_dash(session->acs)), 22);
	put_column(out, str_of(session_outcome(session)), 12);
	for (size_t k = 0; k < session->n_events; k++)
		buf_printf(out, "%s%s", k > 0 ? ", " : "", session->events[k]);
	session_put_why(&why, session);
	if (!session->ok && why.len > 0)
		buf_printf(out, "  (%s)", buf_cstr(&why));
	*style = session->ok           ? BROWSE_PLAIN
		 : session->not_judged ? BROWSE_FAINT
				       : BROWSE_BAD;
}

static const char *arrow(const struct analysis_message *message, bool is_utf8)
{
	bool is_out = message->from == FROM_CPE;

	if (!is_utf8)
		return is_out ? "CPE --> ACS" : "CPE <-- ACS";
	return is_out ? "CPE ──▶ ACS" : "CPE ◀── ACS";
}

static void put_ladder(const struct browse *browse, size_t i, bool is_utf8,
    struct buf *out, enum browse_style *style)
{
	const struct analysis_session *session =
	    &browse->analysis->sessions[browse->session];
	const struct browse_row *row = &browse->rows[i];

	if (row->finding) {
		buf_printf(out, "%12s %s %s, %s: %s", "", row->finding->rule,
		    rule_who_name(row->finding->who),
		    rule_severity_name(row->finding->severity), row->finding->text);
		*style = row->finding->severity == RULE_MUST ? BROWSE_BAD : BROWSE_ODD;
		return;
	}
	buf_printf(out, "%c%+9.3f %7llu  %s  %s",
	    row->message == browse->marked ? '*' : ' ',
	    (double)(row->message->time - session->start) / (double)NS_PER_S,
	    (unsigned long long)row->message->frame, arrow(row->message, is_utf8),
	    or_dash(row->message->name));
	if (row->message->detail)
		buf_printf(out, ": %s", row->message->detail);
	if (row->message->failure) {
		buf_printf(out, "  %s: %s", row->message->failure->layer,
		    row->message->failure->text);
		*style = BROWSE_BAD;
		return;
	}
	if (row->message->kind == MESSAGE_TCP || row->message->kind == MESSAGE_TLS)
		*style = BROWSE_FAINT;
}

void browse_put_row(const struct browse *browse, enum browse_page page, size_t i,
    bool is_utf8, struct buf *out, enum browse_style *ret_style)
{
	*ret_style = BROWSE_PLAIN;
	switch (page) {
	case BROWSE_DEVICES:
		put_device(browse, i, out, ret_style);
		return;
	case BROWSE_SESSIONS:
		put_session(browse, i, out, ret_style);
		return;
	case BROWSE_LADDER:
		put_ladder(browse, i, is_utf8, out, ret_style);
		return;
	case BROWSE_MESSAGE:
		buf_append_str(out, browse->lines[i]);
		return;
	case BROWSE_COMPARE:
		buf_append_str(out, browse->pairs[i].left);
		buf_append_char(out, ' ');
		buf_append_str(out, browse->pairs[i].right);
		*ret_style = browse->pairs[i].is_same ? BROWSE_FAINT : BROWSE_ODD;
		return;
	case BROWSE_HELP:
		buf_append_text(out, browse_help[i]);
		return;
	}
}

/* ---- screen ------------------------------------------------------------------------ */

static void put_title(const struct browse *browse, struct buf *out)
{
	const struct analysis_session *session =
	    browse->analysis->n_sessions > 0
		? &browse->analysis->sessions[browse->session]
		: NULL;

	const char *slash = strrchr(browse->analysis->file, '/');

	buf_printf(out, " %s", slash ? slash + 1 : browse->analysis->file);
	for (size_t i = 0; i < browse->depth; i++) {
		switch (browse->pages[i]) {
		case BROWSE_DEVICES:
			buf_append_text(out, "  devices");
			break;
		case BROWSE_SESSIONS:
			buf_printf(out, " > sessions of %s",
			    browse->device == SIZE_MAX
				? "all"
				: or_dash(browse->analysis->devices[browse->device]
					      .serial));
			break;
		case BROWSE_LADDER:
			buf_printf(out, " > session %llu",
			    session ? (unsigned long long)session->id : 0);
			break;
		case BROWSE_MESSAGE:
			buf_printf(out, " > %s", or_dash(browse->message->name));
			break;
		case BROWSE_COMPARE:
			buf_printf(out, " > frame %llu beside frame %llu",
			    (unsigned long long)browse->marked->frame,
			    (unsigned long long)browse->message->frame);
			break;
		case BROWSE_HELP:
			buf_append_text(out, " > keys");
			break;
		}
	}
}

static void put_status(const struct browse *browse, struct buf *out)
{
	const struct browse_list *list =
	    &browse->lists[browse->pages[browse->depth - 1]];

	if (browse->is_searching)
		buf_printf(out, " /%s", browse->search);
	else if (browse->notice)
		buf_printf(out, " %s", browse->notice);
	else
		buf_printf(out,
		    " %zu of %zu   Enter open  q back  / search  m mark  "
		    "d compare  ? keys",
		    list->len > 0 ? list->at + 1 : 0, list->len);
}

static void put_pair(const struct browse *browse, size_t i, unsigned width,
    bool is_utf8, struct buf *out)
{
	const struct browse_pair *pair = &browse->pairs[i];
	size_t half = width > 3 ? (width - 3) / 2 : 0;

	put_column(out, shifted(pair->left, browse->shift), half);
	buf_append_text(out, is_utf8 ? (pair->is_same ? " │ " : " ┃ ")
				     : (pair->is_same ? " | " : " ! "));
	put_column(out, shifted(pair->right, browse->shift), half);
}

static void draw_row(const struct browse *browse, size_t i,
    const struct browse_screen *screen, struct browse_line *line)
{
	enum browse_page page = browse->pages[browse->depth - 1];
	const struct browse_list *list = &browse->lists[page];
	auto_buf text = BUF_NULL;

	if (i >= list->len)
		return;
	browse_put_row(browse, page, i, screen->is_utf8, &text, &line->style);
	if (page == BROWSE_COMPARE)
		put_pair(browse, i, screen->width, screen->is_utf8, &line->text);
	else
		put_column(&line->text, shifted(buf_str(&text), browse->shift),
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
    const struct browse_screen *screen)
{
	put_column(&line->text, text, screen->width);
	line->style = BROWSE_TITLE;
}

/* A window that grew or shrank keeps the cursor in it. */
static void fit(struct browse *browse, unsigned height)
{
	struct browse_list *list = &browse->lists[browse->pages[browse->depth - 1]];

	browse->height = height;
	if (list->at >= list->top + height)
		list->top = list->at + 1 - height;
}

int browse_draw(struct browse *browse, struct browse_screen *screen)
{
	const struct browse_list *list =
	    &browse->lists[browse->pages[browse->depth - 1]];
	auto_buf title = BUF_NULL, status = BUF_NULL;
	int r = make_lines(screen);

	if (r < 0 || screen->height < 3)
		return r;
	fit(browse, screen->height - 2);
	put_title(browse, &title);
	/* A long title loses its beginning: the page that is shown matters more than the
	 * way there. */
	put_line(&screen->lines[0], last_columns(buf_str(&title), screen->width),
	    screen);
	for (unsigned i = 0; i < browse->height; i++)
		draw_row(browse, list->top + i, screen, &screen->lines[i + 1]);
	put_status(browse, &status);
	put_line(&screen->lines[screen->height - 1], buf_str(&status), screen);
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
