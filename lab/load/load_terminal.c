#include "lab/load/load_terminal.h"

#include "lab/term/terminfo.h"
#include "lib/program/screen.h"

#include <locale.h>
#include <ncurses.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum {
	PAIR_BAD = 1
};

struct load_terminal {
	SCREEN *screen;
	int input; /* owned: epoll of standard input */
	bool has_colour;
	struct load_keys keys;
	struct load_line lines[LOAD_SCREEN_HEIGHT_MAX];
};

/* An epoll instance stands between libuv and standard input, since libuv would set O_NONBLOCK for
 * everybody who has the terminal open. */
static int open_input(void)
{
	struct epoll_event event = { .events = EPOLLIN };
	int fd = epoll_create1(EPOLL_CLOEXEC);

	if (fd >= 0 && epoll_ctl(fd, EPOLL_CTL_ADD, STDIN_FILENO, &event) < 0) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

static void begin(struct load_terminal *terminal)
{
	terminal->has_colour = screen_detect().has_colour && has_colors();
	if (terminal->has_colour) {
		start_color();
		use_default_colors();
		init_pair(PAIR_BAD, COLOR_RED, -1);
	}
	cbreak();
	noecho();
	keypad(stdscr, TRUE);
	curs_set(0);
	timeout(0);
}

struct load_terminal *load_terminal_open(void)
{
	struct load_terminal *terminal;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || !terminfo_is_known())
		return NULL;
	terminal = calloc(1, sizeof(*terminal));
	if (!terminal)
		return NULL;
	(void)setlocale(LC_CTYPE, "");
	terminal->input = open_input();
	terminal->screen = terminal->input >= 0 ? newterm(NULL, stdout, stdin) : NULL;
	if (!terminal->screen) {
		if (terminal->input >= 0)
			(void)close(terminal->input);
		free(terminal);
		return NULL;
	}
	begin(terminal);
	return terminal;
}

int load_terminal_input(const struct load_terminal *terminal)
{
	return terminal->input;
}

static int attribute_of(const struct load_terminal *terminal, enum load_style style)
{
	switch (style) {
	case LOAD_STYLE_TITLE:
		return (int)(A_BOLD | A_REVERSE);
	case LOAD_STYLE_HEADING:
		return (int)A_UNDERLINE;
	case LOAD_STYLE_BAD:
		return terminal->has_colour ? (int)(COLOR_PAIR(PAIR_BAD) | A_BOLD)
					    : (int)A_BOLD;
	case LOAD_STYLE_PLAIN:
		break;
	}
	return (int)A_NORMAL;
}

void load_terminal_paint(struct load_terminal *terminal, const struct load *load,
    const char *acs)
{
	const struct load_view view = load_view_of(load, acs);
	unsigned width = (unsigned)MAX(COLS, 1);
	unsigned height = (unsigned)MAX(MIN(LINES, LOAD_SCREEN_HEIGHT_MAX), 1);

	load_screen_draw(terminal->lines, width, height, &view,
	    terminal->keys.shows_help);
	erase();
	for (unsigned i = 0; i < height; i++) {
		attrset(attribute_of(terminal, terminal->lines[i].style));
		mvaddstr((int)i, 0, buf_cstr(&terminal->lines[i].text));
	}
	attrset((int)A_NORMAL);
	refresh();
}

void load_terminal_keys(struct load_terminal *terminal, struct load *load,
    const char *acs)
{
	int key;

	while ((key = getch()) != ERR) {
		if (key != KEY_RESIZE)
			load_screen_key(&terminal->keys, load, key);
	}
	load_terminal_paint(terminal, load, acs);
}

void load_terminal_close(struct load_terminal *terminal)
{
	if (!terminal)
		return;
	endwin();
	delscreen(terminal->screen);
	(void)close(terminal->input);
	load_screen_free(terminal->lines, LOAD_SCREEN_HEIGHT_MAX);
	free(terminal);
}
