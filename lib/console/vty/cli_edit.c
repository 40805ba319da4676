#include "lib/console/vty/cli_edit.h"

enum {
	CONTROL = 0x1f, /* Ctrl+A is 'A' & CONTROL */
	ESCAPE = 0x1b,
	DELETE = 0x7f,
	NUMBER_MAX = 99 /* of a sequence; a larger one is no key */
};

void cli_edit_begin(struct cli_edit *edit, size_t indent)
{
	*edit = (struct cli_edit){ .max = CLI_LINE_MAX,
		.indent = indent,
		.width = edit->width };
}

/* ---- what the terminal shows ------------------------------------------------------------ */

/* A terminal that has filled its last column waits there: the next line has to be begun, since the
 * cursor is taken to stand in it. Nothing of the line stands behind `at`. */
static void fold(const struct cli_edit *edit, size_t at, struct buf *out)
{
	size_t column = edit->indent + at;

	if (edit->width > 0 && column > 0 && column % edit->width == 0)
		buf_append_text(out, " \r");
}

/* The cursor from one place of the line to another. */
static void move(const struct cli_edit *edit, size_t from, size_t to, struct buf *out)
{
	size_t width = edit->width ? edit->width : SIZE_MAX;
	size_t old = edit->indent + from, new = edit->indent + to;

	if (edit->is_hidden)
		return;
	if (old / width == new / width) {
		for (size_t i = from; i > to; i--)
			buf_append_char(out, '\b');
		for (size_t i = from; i < to; i++)
			buf_append_char(out, edit->text[i]);
		return;
	}
	buf_append_char(out, '\r');
	if (old > new)
		buf_printf(out, "\x1b[%zuA", old / width - new / width);
	else
		buf_printf(out, "\x1b[%zuB", new / width - old / width);
	if (new % width > 0)
		buf_printf(out, "\x1b[%zuC", new % width);
}

/* Shows the line anew from `from` on, where the cursor stands and old_len characters stood in
 * all; leaves it at edit->at. */
static void show_from(const struct cli_edit *edit, size_t from, size_t old_len,
    struct buf *out)
{
	size_t end = MAX(edit->len, old_len);

	if (edit->is_hidden)
		return;
	for (size_t i = from; i < end; i++)
		buf_append_char(out, i < edit->len ? edit->text[i] : ' ');
	if (end > from)
		fold(edit, end, out);
	move(edit, end, edit->at, out);
}

/* ---- the line --------------------------------------------------------------------------- */

static void go_to(struct cli_edit *edit, size_t to, struct buf *out)
{
	move(edit, edit->at, to, out);
	edit->at = to;
}

static void insert(struct cli_edit *edit, char c, struct buf *out)
{
	size_t at = edit->at;

	if (edit->len >= edit->max)
		return;
	memmove(edit->text + at + 1, edit->text + at, edit->len - at);
	edit->text[at] = c;
	edit->len++;
	edit->at++;
	show_from(edit, at, edit->len, out);
}

/* Takes away what stands from `from` up to `to`; the cursor is left there. */
static void take_away(struct cli_edit *edit, size_t from, size_t to, struct buf *out)
{
	size_t old_len = edit->len;

	if (from == to)
		return;
	go_to(edit, from, out);
	memmove(edit->text + from, edit->text + to, edit->len - to);
	edit->len -= to - from;
	show_from(edit, from, old_len, out);
}

static size_t word_before(const struct cli_edit *edit)
{
	size_t at = edit->at;

	while (at > 0 && edit->text[at - 1] == ' ')
		at--;
	while (at > 0 && edit->text[at - 1] != ' ')
		at--;
	return at;
}

static size_t word_behind(const struct cli_edit *edit)
{
	size_t at = edit->at;

	while (at < edit->len && edit->text[at] != ' ')
		at++;
	while (at < edit->len && edit->text[at] == ' ')
		at++;
	return at;
}

void cli_edit_set(struct cli_edit *edit, struct str line, struct buf *out)
{
	size_t old_len = edit->len, len = MIN(line.len, edit->max);

	go_to(edit, 0, out);
	if (len > 0)
		memmove(edit->text, line.p, len);
	edit->len = edit->at = len;
	show_from(edit, 0, old_len, out);
}

void cli_edit_to_end(struct cli_edit *edit, struct buf *out)
{
	go_to(edit, edit->len, out);
}

/* ---- keys ------------------------------------------------------------------------------- */

static void go_by(struct cli_edit *edit, bool is_left, struct buf *out)
{
	if (is_left && edit->at > 0)
		go_to(edit, edit->at - 1, out);
	else if (!is_left && edit->at < edit->len)
		go_to(edit, edit->at + 1, out);
}

static void delete_here(struct cli_edit *edit, struct buf *out)
{
	if (edit->at < edit->len)
		take_away(edit, edit->at, edit->at + 1, out);
}

static void delete_before(struct cli_edit *edit, struct buf *out)
{
	if (edit->at > 0)
		take_away(edit, edit->at - 1, edit->at, out);
}

/* Behind Esc. */
static enum cli_key take_escape(struct cli_edit *edit, char key, struct buf *out)
{
	edit->state = CLI_EDIT_TEXT;
	switch (key) {
	case '[':
	case 'O':
		edit->state = CLI_EDIT_SEQUENCE;
		edit->number = 0;
		break;
	case 'b':
	case 'B':
		go_to(edit, word_before(edit), out);
		break;
	case 'd':
	case 'D':
		take_away(edit, edit->at, word_behind(edit), out);
		break;
	case 'f':
	case 'F':
		go_to(edit, word_behind(edit), out);
		break;
	default:
		break;
	}
	return CLI_KEY_NONE;
}

/* Esc [ NUMBER ~, as terminals send keys of the middle block. */
static void take_numbered(struct cli_edit *edit, struct buf *out)
{
	switch (edit->number) {
	case 1:
	case 7:
		go_to(edit, 0, out);
		break;
	case 3:
		delete_here(edit, out);
		break;
	case 4:
	case 8:
		go_to(edit, edit->len, out);
		break;
	default:
		break;
	}
}

static enum cli_key take_sequence(struct cli_edit *edit, char key, struct buf *out)
{
	if (key >= '0' && key <= '9') {
		edit->number =
		    MIN(edit->number * 10 + (unsigned)(key - '0'), NUMBER_MAX);
		return CLI_KEY_NONE;
	}
	if (key >= ' ' && key < '0')
		return CLI_KEY_NONE;
	if (key == ';') { /* Ctrl and Shift beside the key count for nothing */
		edit->number = NUMBER_MAX;
		return CLI_KEY_NONE;
	}
	edit->state = CLI_EDIT_TEXT;
	switch (key) {
	case 'A':
		return edit->is_plain ? CLI_KEY_NONE : CLI_KEY_EARLIER;
	case 'B':
		return edit->is_plain ? CLI_KEY_NONE : CLI_KEY_LATER;
	case 'C':
	case 'D':
		go_by(edit, key == 'D', out);
		break;
	case 'H':
		go_to(edit, 0, out);
		break;
	case 'F':
		go_to(edit, edit->len, out);
		break;
	case '~':
		take_numbered(edit, out);
		break;
	default:
		break;
	}
	return CLI_KEY_NONE;
}

/* Those that whoever has the line answers; an answer to a question knows few of them. */
static enum cli_key asked_by(const struct cli_edit *edit, char key)
{
	switch (key) {
	case '\r':
	case '\n':
		return CLI_KEY_ENTER;
	case 'C' & CONTROL:
		return CLI_KEY_DROP;
	default:
		break;
	}
	if (edit->is_plain)
		return CLI_KEY_NONE;
	switch (key) {
	case '?':
		return CLI_KEY_QUESTION;
	case '\t':
		return CLI_KEY_COMPLETE;
	case 'N' & CONTROL:
		return CLI_KEY_LATER;
	case 'P' & CONTROL:
		return CLI_KEY_EARLIER;
	case 'R' & CONTROL:
		return CLI_KEY_SHOW;
	case 'Z' & CONTROL:
		return CLI_KEY_RETURN;
	default:
		return CLI_KEY_NONE;
	}
}

static void take_control(struct cli_edit *edit, char key, struct buf *out)
{
	switch (key) {
	case 'A' & CONTROL:
		go_to(edit, 0, out);
		break;
	case 'B' & CONTROL:
	case 'F' & CONTROL:
		go_by(edit, key == ('B' & CONTROL), out);
		break;
	case 'D' & CONTROL:
		delete_here(edit, out);
		break;
	case 'E' & CONTROL:
		go_to(edit, edit->len, out);
		break;
	case 'H' & CONTROL:
	case DELETE:
		delete_before(edit, out);
		break;
	case 'U' & CONTROL: /* what the menu of a Telnet client erases a line with */
		take_away(edit, 0, edit->len, out);
		break;
	case 'W' & CONTROL:
		take_away(edit, word_before(edit), edit->at, out);
		break;
	case 'X' & CONTROL:
		take_away(edit, 0, edit->at, out);
		break;
	case 'Y' & CONTROL:
		take_away(edit, edit->at, edit->len, out);
		break;
	case ESCAPE:
		edit->state = CLI_EDIT_ESCAPE;
		break;
	default:
		break;
	}
}

static enum cli_key take_text(struct cli_edit *edit, char key, struct buf *out)
{
	enum cli_key asked = asked_by(edit, key);

	if (asked != CLI_KEY_NONE)
		return asked;
	if (key >= ' ' && key < DELETE)
		insert(edit, key, out);
	else
		take_control(edit, key, out);
	return CLI_KEY_NONE;
}

enum cli_key cli_edit_take(struct cli_edit *edit, char key, struct buf *out)
{
	switch (edit->state) {
	case CLI_EDIT_TEXT:
		return take_text(edit, key, out);
	case CLI_EDIT_ESCAPE:
		return take_escape(edit, key, out);
	case CLI_EDIT_SEQUENCE:
		return take_sequence(edit, key, out);
	}
	return CLI_KEY_NONE;
}
