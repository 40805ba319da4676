#include "lab/browse/browse_terminal.h"

#include "lab/term/cmd.h"
#include "lab/term/terminfo.h"
#include "lib/program/say.h"

#include <locale.h>
#include <ncurses.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static const struct {
	int curses, key;
} keys[] = {
	{ KEY_UP, BROWSE_UP },
	{ KEY_DOWN, BROWSE_DOWN },
	{ KEY_PPAGE, BROWSE_PAGE_UP },
	{ KEY_NPAGE, BROWSE_PAGE_DOWN },
	{ KEY_HOME, BROWSE_HOME },
	{ KEY_END, BROWSE_END },
	{ KEY_ENTER, BROWSE_ENTER },
	{ '\n', BROWSE_ENTER },
	{ '\r', BROWSE_ENTER },
	{ KEY_RIGHT, BROWSE_ENTER },
	{ KEY_LEFT, BROWSE_BACK },
	{ 27, BROWSE_BACK },
	{ KEY_BACKSPACE, BROWSE_BACKSPACE },
	{ 127, BROWSE_BACKSPACE },
	{ '\b', BROWSE_BACKSPACE },
	{ '\t', BROWSE_TAB },
	{ KEY_BTAB, BROWSE_BACK_TAB },
};

static int key_of(int pressed)
{
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		if (keys[i].curses == pressed)
			return keys[i].key;
	}
	return pressed;
}

/* ---- colours ----------------------------------------------------------------------- */

enum {
	PAIR_BAD = 1,
	PAIR_ODD
};

static void begin_colours(bool has_colour)
{
	if (!has_colour || !has_colors())
		return;
	start_color();
	use_default_colors();
	init_pair(PAIR_BAD, COLOR_RED, -1);
	init_pair(PAIR_ODD, COLOR_YELLOW, -1);
}

static chtype attribute_of(enum browse_style style, bool has_colour)
{
	switch (style) {
	case BROWSE_TITLE:
		return A_BOLD | A_REVERSE;
	case BROWSE_HEADING:
		return A_UNDERLINE;
	case BROWSE_CURSOR:
		return A_REVERSE;
	case BROWSE_BAD:
		return has_colour ? (chtype)COLOR_PAIR(PAIR_BAD) | A_BOLD : A_BOLD;
	case BROWSE_ODD:
		return has_colour ? (chtype)COLOR_PAIR(PAIR_ODD) : A_BOLD;
	case BROWSE_FAINT:
		return A_DIM;
	case BROWSE_PLAIN:
		return A_NORMAL;
	}
	return A_NORMAL;
}

/* ---- the terminal ------------------------------------------------------------------ */

/* The terminal must be restored when a signal ends the program. A handler may not call
 * endwin(), so it only notes the signal, and the loop, whose getch() comes back, ends. */
static volatile sig_atomic_t is_stopped;

static void on_signal(int signal)
{
	(void)signal;
	is_stopped = 1;
}

static void watch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	(void)sigaction(SIGTERM, &action, NULL);
	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGHUP, &action, NULL);
}

static int paint(struct browse *browse, const struct ladder_options *terminal)
{
	struct browse_screen screen = { .width = (unsigned)MAX(COLS, 1),
		.height = (unsigned)MIN(LINES, BROWSE_HEIGHT_MAX),
		.is_utf8 = terminal->is_utf8 };
	int r = browse_draw(browse, &screen);

	erase();
	for (unsigned i = 0; r == 0 && i < screen.height; i++) {
		attrset((int)attribute_of(screen.lines[i].style, terminal->has_colour));
		mvaddstr((int)i, 0, buf_cstr(&screen.lines[i].text));
	}
	attrset(A_NORMAL);
	refresh();
	browse_screen_free(&screen);
	return r;
}

enum {
	POLL_MS = 200 /* how soon a signal is noticed between keys */
};

static void begin_terminal(const struct ladder_options *terminal)
{
	watch_signals();
	begin_colours(terminal->has_colour);
	cbreak();
	noecho();
	keypad(stdscr, TRUE);
	set_escdelay(25);
	curs_set(0);
	timeout(POLL_MS);
}

static int show(struct browse *browse, const struct ladder_options *terminal,
    const struct browse_idle *idle)
{
	int r = paint(browse, terminal);

	while (r == 0 && !browse->is_done && !is_stopped) {
		int pressed = getch();
		bool is_new = pressed != ERR;

		if (pressed != ERR && pressed != KEY_RESIZE)
			browse_key(browse, key_of(pressed));
		/* Also while a key is held down. */
		if (idle)
			is_new |= idle->work(idle->user, browse);
		if (is_new)
			r = paint(browse, terminal);
	}
	return r;
}

int browse_on_terminal(struct browse *browse, const struct browse_idle *idle)
{
	struct ladder_options terminal = { .is_utf8 = false };
	const char *name = getenv("TERM");
	int r;

	(void)setlocale(LC_CTYPE, "");
	ladder_detect(&terminal);
	if (!terminfo_is_known() || !newterm(NULL, stdout, stdin)) {
		say(stderr,
		    "the terminal \"%s\" is not known here: set TERM, such as to xterm\n",
		    name ? name : "");
		return EXIT_USAGE;
	}
	begin_terminal(&terminal);
	r = show(browse, &terminal, idle);
	endwin();
	if (r == 0)
		return EXIT_OK;
	say(stderr, "no memory for the screen\n");
	return EXIT_USAGE;
}
