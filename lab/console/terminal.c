#include "lab/console/terminal.h"

#include "lab/console/pager.h"
#include "lib/base/cleanup.h"
#include "lib/program/say.h"

#include <errno.h>
#include <histedit.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum {
	HISTORY_LINES = 10,
	KEYS_MAX = 512,   /* that are sent at once */
	AHEAD_MAX = 4096, /* that are typed while a command goes on */
	WATCH_MS = 300    /* from one question of a session that watches to the next */
};

struct terminal {
	struct remote *remote;
	struct error *err;
	int failed; /* what remote_ask() returned below a key */
	EditLine *editor;
	History *history;
	struct buf prompt;   /* what libedit is given: its last line alone */
	struct buf begun;    /* what was typed before the first Tab */
	struct buf complete; /* what the last Tab made of it */
	uint64_t nth;
	struct buf ahead; /* keys that wait until what goes on has ended, */
	size_t ahead_at;  /* from here on */
};

static struct terminal *terminal_of(EditLine *editor)
{
	void *terminal = NULL;

	(void)el_get(editor, EL_CLIENTDATA, &terminal);
	return terminal;
}

static char *give_prompt(EditLine *editor)
{
	struct terminal *terminal = terminal_of(editor);

	return (char *)(uintptr_t)buf_cstr(&terminal->prompt);
}

/* The lines of a question but the last are shown, the last one is what libedit draws. */
static void take_prompt(struct terminal *terminal)
{
	struct str last = remote_show_question(terminal->remote);

	buf_reset(&terminal->prompt);
	buf_append_str(&terminal->prompt, last);
	(void)fflush(stdout);
}

static struct str line_of(EditLine *editor)
{
	const LineInfo *info = el_line(editor);

	return str_make(info->buffer, (size_t)(info->lastchar - info->buffer));
}

/* ---- keys ------------------------------------------------------------------------------- */

static int ask(struct terminal *terminal, enum remote_act act, struct str line)
{
	terminal->failed =
	    remote_ask(terminal->remote, act, line, terminal->nth, terminal->err);
	return terminal->failed;
}

static unsigned char on_question(EditLine *editor, int key)
{
	struct terminal *terminal = terminal_of(editor);

	(void)key;
	say(stdout, "?\n");
	if (ask(terminal, REMOTE_QUESTION, line_of(editor)) < 0)
		return CC_EOF;
	pager_show(buf_str(&terminal->remote->out), terminal->remote->screen_length);
	return CC_REDISPLAY;
}

static void replace_line(EditLine *editor, const char *line)
{
	const LineInfo *info = el_line(editor);

	(void)el_cursor(editor, (int)(info->lastchar - info->cursor));
	el_deletestr(editor, (int)(info->lastchar - info->buffer));
	(void)el_insertstr(editor, line);
}

/* Tab again goes on to the next way; behind the last it begins anew. */
static unsigned char on_tab(EditLine *editor, int key)
{
	struct terminal *terminal = terminal_of(editor);

	(void)key;
	terminal->nth++;
	if (terminal->complete.len == 0 ||
	    !str_eq(line_of(editor), buf_str(&terminal->complete))) {
		buf_reset(&terminal->begun);
		buf_append_str(&terminal->begun, line_of(editor));
		terminal->nth = 0;
	}
	if (ask(terminal, REMOTE_COMPLETE, buf_str(&terminal->begun)) < 0)
		return CC_EOF;
	if (terminal->remote->ways > 0 && terminal->nth >= terminal->remote->ways) {
		terminal->nth = 0;
		if (ask(terminal, REMOTE_COMPLETE, buf_str(&terminal->begun)) < 0)
			return CC_EOF;
	}
	if (terminal->remote->ways == 0)
		return CC_NORM;
	buf_reset(&terminal->complete);
	buf_append_str(&terminal->complete, buf_str(&terminal->remote->prompt));
	replace_line(editor, buf_cstr(&terminal->complete));
	return CC_REFRESH;
}

static unsigned char on_control_z(EditLine *editor, int key)
{
	(void)key;
	replace_line(editor, "\x1a");
	say(stdout, "\n"); /* libedit ends the line only for its own key */
	return CC_NEWLINE;
}

/* What was typed is dropped. */
static unsigned char on_control_c(EditLine *editor, int key)
{
	(void)key;
	replace_line(editor, "");
	return CC_REFRESH;
}

/* ---- what goes on ------------------------------------------------------------------------ */

enum meanwhile {
	MEANWHILE_NOTHING,
	MEANWHILE_ENDS, /* Ctrl+C; at a terminal elsewhere Ctrl+K and Ctrl+] */
	MEANWHILE_KEYS  /* that are for a terminal elsewhere */
};

/* A key that finds no room is lost, as at a switch, and a terminal tells by a bell. */
static void put_ahead(struct terminal *terminal, char key)
{
	if (terminal->ahead.len - terminal->ahead_at < AHEAD_MAX)
		buf_append_char(&terminal->ahead, key);
	else
		say(stdout, "\a");
}

static void drop_ahead(struct terminal *terminal)
{
	if (terminal->ahead.data) /* a password may be in it */
		explicit_bzero(terminal->ahead.data, terminal->ahead.len);
	buf_reset(&terminal->ahead);
	terminal->ahead_at = 0;
}

/* False: nothing was typed ahead. */
static bool take_ahead(struct terminal *terminal, unsigned char *ret)
{
	if (terminal->ahead_at == terminal->ahead.len)
		return false;
	*ret = terminal->ahead.data[terminal->ahead_at++];
	if (terminal->ahead_at == terminal->ahead.len)
		drop_ahead(terminal);
	return true;
}

/* False: nothing more is typed yet. What was typed before a terminal elsewhere took keys is the
 * first that it gets: a user and a password are no commands here. */
static bool next_key(struct terminal *terminal, char *key)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	unsigned char ahead;

	if (terminal->remote->takes_keys && take_ahead(terminal, &ahead)) {
		*key = (char)ahead;
		return true;
	}
	return poll(&input, 1, 0) > 0 && read(STDIN_FILENO, key, 1) == 1;
}

/* What was typed meanwhile. Keys that are for nobody yet libedit is given behind the end; Ctrl+C is
 * meant for them as well. */
static enum meanwhile take_keys(struct terminal *terminal, struct buf *keys)
{
	bool passes = terminal->remote->takes_keys;
	char key;

	while (keys->len < KEYS_MAX && next_key(terminal, &key)) {
		if (key == '\x03' && !passes) {
			drop_ahead(terminal);
			return MEANWHILE_ENDS;
		}
		if (passes && (key == '\x0b' || key == '\x1d'))
			return MEANWHILE_ENDS;
		if (!passes)
			put_ahead(terminal, key);
		else if (key > 0) /* ASCII alone, as the console takes it */
			buf_append_char(keys, key);
	}
	return keys->len > 0 ? MEANWHILE_KEYS : MEANWHILE_NOTHING;
}

/* Text of a terminal elsewhere is no lines of ours; who brings it has left in it nothing that would
 * command this one. */
static void show_live(const struct remote *remote)
{
	if (remote->is_raw)
		(void)say_bytes(stdout, buf_str(&remote->out));
	else
		pager_show(buf_str(&remote->out), 0);
}

static int ask_meanwhile(struct terminal *terminal)
{
	auto_buf keys = BUF_NULL;

	switch (take_keys(terminal, &keys)) {
	case MEANWHILE_NOTHING:
		break;
	case MEANWHILE_ENDS:
		if (terminal->remote->takes_keys)
			say(stdout, "\n");
		return ask(terminal, REMOTE_INTERRUPT, STR(""));
	case MEANWHILE_KEYS:
		return ask(terminal, REMOTE_KEYS, buf_str(&keys));
	}
	return ask(terminal, REMOTE_WAIT, STR(""));
}

/* Until it has ended, or Ctrl+C has ended it, which is a key here, too: a signal would be one for who has
 * started this program as well. */
static int follow(struct terminal *terminal)
{
	struct termios before, raw;
	bool has_terminal =
	    terminal->remote->goes_on && tcgetattr(STDIN_FILENO, &before) == 0;
	int r = 0;

	if (has_terminal) {
		raw = before;
		raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG);
		raw.c_iflag &= ~(tcflag_t)(ICRNL | IXON);
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
	}
	while (r == 0 && terminal->remote->goes_on) {
		(void)fflush(stdout);
		r = ask_meanwhile(terminal);
		if (r == 0)
			show_live(terminal->remote);
	}
	if (has_terminal)
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
	return r;
}

/* ---- lines ------------------------------------------------------------------------------ */

static void remember(struct terminal *terminal, const char *line)
{
	HistEvent event;

	if (!terminal->remote->is_secret && line[0] && line[0] != '\x1a')
		(void)history(terminal->history, &event, H_ENTER, line);
}

static int take_line(struct terminal *terminal, const char *typed, int n)
{
	struct str text = str_trim(str_make(typed, (size_t)n));
	auto_free char *line = str_dup(text);
	int r;

	if (!line)
		return error_set(terminal->err, -ENOMEM, "no memory");
	r = ask(terminal, REMOTE_LINE, text);
	if (r < 0)
		return r;
	remember(terminal, line);
	pager_show(buf_str(&terminal->remote->out), terminal->remote->screen_length);
	remote_show_note(terminal->remote);
	return follow(terminal);
}

static int run(struct terminal *terminal)
{
	const char *line;
	int n, r = 0;

	while (r == 0 && !terminal->remote->is_over) {
		take_prompt(terminal);
		terminal->failed = 0;
		line = el_gets(terminal->editor, &n);
		if (terminal->failed < 0)
			return terminal->failed;
		if (!line || n <= 0)
			break;
		r = take_line(terminal, line, n);
	}
	return r;
}

/* ---- who watches -------------------------------------------------------------------------- */

/* What has come while nothing was typed: below the line, which is shown again. */
static void show_news(struct terminal *terminal)
{
	if (ask(terminal, REMOTE_WAIT, STR("")) < 0 || terminal->remote->out.len == 0)
		return;
	say(stdout, "\n");
	pager_show(buf_str(&terminal->remote->out), 0);
	(void)fflush(stdout);
	(void)el_set(terminal->editor, EL_REFRESH);
}

/* libedit's way to a key: meanwhile a session that watches is asked for what has come. */
static int get_key(EditLine *editor, wchar_t *ret)
{
	struct terminal *terminal = terminal_of(editor);
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	unsigned char key;
	ssize_t n;

	if (take_ahead(terminal, &key)) {
		*ret = key;
		return 1;
	}
	while (terminal->remote->watches && poll(&input, 1, WATCH_MS) == 0) {
		show_news(terminal);
		if (terminal->failed < 0)
			return -1;
	}
	do
		n = read(STDIN_FILENO, &key, 1);
	while (n < 0 && errno == EINTR);
	*ret = key;
	return (int)n;
}

/* ---- beginning and end ------------------------------------------------------------------ */

static void bind_keys(EditLine *editor)
{
	/* el_set() copies names and helps and frees them never. */
	(void)el_wset(editor, EL_ADDFN, L"cli-question", L"what may follow",
	    on_question);
	(void)el_wset(editor, EL_ADDFN, L"cli-complete", L"complete the word", on_tab);
	(void)el_wset(editor, EL_ADDFN, L"cli-return", L"to the user view",
	    on_control_z);
	(void)el_wset(editor, EL_ADDFN, L"cli-drop", L"drop the line", on_control_c);
	/* Else the terminal makes signals of Ctrl+C and Ctrl+Z, and forgets what was typed before
	 * them, also while a command is carried out. */
	(void)el_set(editor, EL_SETTY, "-d", "-isig", NULL);
	(void)el_set(editor, EL_SETTY, "-x", "-isig", "-echo", NULL);
	(void)el_set(editor, EL_BIND, "?", "cli-question", NULL);
	(void)el_set(editor, EL_BIND, "^I", "cli-complete", NULL);
	(void)el_set(editor, EL_BIND, "^Z", "cli-return", NULL);
	(void)el_set(editor, EL_BIND, "^C", "cli-drop", NULL);
	(void)el_set(editor, EL_BIND, "^X", "vi-kill-line-prev", NULL);
}

static int open_editor(struct terminal *terminal)
{
	HistEvent event;

	terminal->editor = el_init("cwmplab", stdin, stdout, stderr);
	terminal->history = history_init();
	if (!terminal->editor || !terminal->history)
		return error_set(terminal->err, ERR_MACHINE,
		    "this terminal cannot be edited on (TERM)");
	(void)history(terminal->history, &event, H_SETSIZE, HISTORY_LINES);
	(void)history(terminal->history, &event, H_SETUNIQUE, 1);
	(void)el_set(terminal->editor, EL_CLIENTDATA, terminal);
	(void)el_set(terminal->editor, EL_PROMPT, give_prompt);
	(void)el_wset(terminal->editor, EL_GETCFN, get_key);
	(void)el_set(terminal->editor, EL_EDITOR, "emacs");
	(void)el_set(terminal->editor, EL_HIST, history, terminal->history);
	bind_keys(terminal->editor);
	return 0;
}

int terminal_run(struct remote *remote, struct error *err)
{
	struct terminal terminal = { .remote = remote, .err = err };
	int r = open_editor(&terminal);

	/* Ctrl+C and Ctrl+Z are keys of the console. */
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGTSTP, SIG_IGN);
	if (r == 0)
		r = run(&terminal);
	if (terminal.history)
		history_end(terminal.history);
	if (terminal.editor)
		el_end(terminal.editor);
	drop_ahead(&terminal);
	buf_free(&terminal.ahead);
	buf_free(&terminal.prompt);
	buf_free(&terminal.begun);
	buf_free(&terminal.complete);
	return r;
}
