#include "lab/console/pager.h"

#include "lib/program/say.h"

#include <errno.h>
#include <termios.h>
#include <unistd.h>

#define MORE "  ---- More ----"

/* One key, without its echo; -1 where there is none to come. */
static int read_key(void)
{
	struct termios before, raw;
	unsigned char key = 0;
	ssize_t n;

	if (tcgetattr(STDIN_FILENO, &before) < 0)
		return -1;
	raw = before;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG);
	(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
	do
		n = read(STDIN_FILENO, &key, 1);
	while (n < 0 && errno == EINTR);
	(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
	return n == 1 ? key : -1;
}

/* How many lines come next; 0: no more. */
static unsigned wait_for_key(unsigned length)
{
	for (;;) {
		int key = read_key();

		if (key == ' ')
			return length;
		if (key == '\n' || key == '\r')
			return 1;
		if (key < 0 || key == 'q' || key == 'Q' || key == 3)
			return 0;
	}
}

void pager_show(struct str text, unsigned length)
{
	struct str rest = text;
	unsigned left = length;

	while (rest.len > 0) {
		struct str line;

		if (length > 0 && left == 0) {
			say(stdout, "%s", MORE);
			(void)fflush(stdout);
			left = wait_for_key(length);
			say(stdout, "\r%*s\r", (int)sizeof(MORE), "");
			if (left == 0)
				return;
		}
		line = str_cut(rest, '\n', &rest);
		say(stdout, "%.*s\n", STR_ARG(line));
		left -= left > 0;
	}
}
