#include "lab/lesson/task_text.h"

#include "lib/base/columns.h"
#include "lib/base/compiler.h"

#include <string.h>

enum {
	WIDEST = 88
};

struct layout {
	struct buf *out;
	const struct screen *screen;
	struct buf paragraph; /* its lines, joined */
	size_t indent;        /* of all its lines but the first */
	bool is_fenced;
};

/* Without the marks of Markdown within a line; code of several words stands in quotes. */
static void put_plain(struct buf *out, struct str text)
{
	bool is_code = false, is_quoted = false;

	for (size_t i = 0; i < text.len; i++) {
		struct str rest = str_from(text, i + 1);

		if (str_starts(str_from(text, i), STR("**")) && !is_code) {
			i++;
			continue;
		}
		if (text.p[i] != '`') {
			buf_append_char(out, text.p[i]);
			continue;
		}
		is_code = !is_code;
		if (is_code)
			is_quoted = str_find(str_make(rest.p, str_find_char(rest, '`')),
			    STR(" "), NULL);
		if (is_quoted)
			buf_append_char(out, '"');
	}
}

static void flush(struct layout *layout)
{
	size_t room = layout->screen->width ? screen_room(layout->screen) : WIDEST;
	auto_buf plain = BUF_NULL;

	if (layout->paragraph.len > 0) {
		put_plain(&plain, buf_str(&layout->paragraph));
		columns_put_lines(layout->out, buf_str(&plain),
		    MIN(room, (size_t)WIDEST), layout->indent,
		    layout->screen->is_utf8 || !layout->screen->width);
		buf_append_char(layout->out, '\n');
	}
	buf_reset(&layout->paragraph);
	layout->indent = 0;
}

static void put_heading(struct layout *layout, struct str line)
{
	size_t level = 0;
	auto_buf plain = BUF_NULL;

	while (level < line.len && line.p[level] == '#')
		level++;
	put_plain(&plain, str_trim(str_from(line, level)));
	if (layout->screen->has_colour)
		buf_append_text(layout->out, "\033[1m");
	columns_put(layout->out, buf_str(&plain),
	    layout->screen->is_utf8 || !layout->screen->width);
	if (layout->screen->has_colour)
		buf_append_text(layout->out, "\033[0m");
	buf_append_char(layout->out, '\n');
	if (!layout->screen->has_colour) {
		for (size_t i = columns_of(buf_str(&plain)); i > 0; i--)
			buf_append_char(layout->out, level == 1 ? '=' : '-');
		buf_append_char(layout->out, '\n');
	}
}

/* How many bytes the mark of an item of a list takes with its blank: "- ", "12. "; 0: none. */
static size_t item_mark(struct str line)
{
	size_t n = 0;

	if (str_starts(line, STR("- ")))
		return 2;
	while (n < line.len && line.p[n] >= '0' && line.p[n] <= '9')
		n++;
	return n > 0 && str_starts(str_from(line, n), STR(". ")) ? n + 2 : 0;
}

static void put_verbatim(struct layout *layout, struct str line)
{
	columns_put(layout->out, line,
	    layout->screen->is_utf8 || !layout->screen->width);
	buf_append_char(layout->out, '\n');
}

static void put_line(struct layout *layout, struct str line)
{
	struct str text = str_trim(line);

	if (str_starts(line, STR("```"))) {
		flush(layout);
		layout->is_fenced = !layout->is_fenced;
	} else if (layout->is_fenced || str_starts(line, STR("    ")) ||
		   str_starts(line, STR("|"))) {
		flush(layout);
		if (layout->is_fenced)
			buf_append_text(layout->out, "    ");
		put_verbatim(layout, line);
	} else if (text.len == 0) {
		flush(layout);
		buf_append_char(layout->out, '\n');
	} else if (text.p[0] == '#') {
		flush(layout);
		put_heading(layout, text);
	} else {
		if (item_mark(text) > 0)
			flush(layout);
		if (layout->paragraph.len > 0)
			buf_append_char(&layout->paragraph, ' ');
		else
			layout->indent = item_mark(text);
		buf_append_str(&layout->paragraph, text);
	}
}

void task_text_put(struct buf *out, struct str text, const struct screen *screen)
{
	struct layout layout = { .out = out, .screen = screen, .paragraph = BUF_NULL };

	while (text.len > 0)
		put_line(&layout, str_cut(text, '\n', &text));
	flush(&layout);
	buf_free(&layout.paragraph);
}
