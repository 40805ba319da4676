#include "lab/term/progress.h"

#include "lib/program/say.h"
#include "lib/program/screen.h"

#include <stdarg.h>
#include <string.h>
#include <unistd.h>

enum {
	WIDTH_DEFAULT = 80,
	WIDTH_MOST = 120, /* the time at the end is not to stand far away */
	REWRITE_MS = 100,
	TEXT_COLUMN = 12, /* where the facts of a phase begin */
	TOOK_WIDTH = 9,
	TOOK_TEXT_MAX = 32
};

struct progress progress_make(FILE *out)
{
	struct progress progress = { .out = out, .width = WIDTH_DEFAULT };
	unsigned width;

	if (!out)
		return progress;
	progress.is_terminal = isatty(fileno(out)) == 1;
	width = progress.is_terminal ? screen_width(fileno(out)) : 0;
	if (width > 0)
		progress.width = (int)MIN(MAX(width, (unsigned)SCREEN_WIDTH_MIN),
		    (unsigned)WIDTH_MOST);
	return progress;
}

/* "11 ms", "1.2 s"; text has room for TOOK_TEXT_MAX and is returned. */
static char *took_text(clock_ns took, char *text)
{
	if (took < NS_PER_S)
		(void)snprintf(text, TOOK_TEXT_MAX, "%lld ms",
		    (long long)(took / NS_PER_MS));
	else
		(void)snprintf(text, TOOK_TEXT_MAX, "%.1f s",
		    (double)took / (double)NS_PER_S);
	return text;
}

static void put_line(struct progress *progress, const char *phase, const char *text,
    clock_ns took)
{
	char time[TOOK_TEXT_MAX];
	int room = progress->width - TEXT_COLUMN - TOOK_WIDTH - 1;

	if (progress->is_open)
		say(progress->out, "\r\033[K");
	progress->is_open = false;
	/* Only a terminal has a width to cut the text at. */
	say(progress->out, "  %-9s %-*.*s %*s", phase, room,
	    progress->is_terminal ? room : PROGRESS_TEXT_MAX, text, TOOK_WIDTH,
	    took_text(took, time));
}

void progress_show(struct progress *progress, const char *phase, const char *text,
    clock_ns took)
{
	clock_ns now = clock_monotonic();

	if (!progress->out || !progress->is_terminal ||
	    now - progress->shown < REWRITE_MS * NS_PER_MS)
		return;
	put_line(progress, phase, text, took);
	progress->shown = now;
	progress->is_open = true;
	(void)fflush(progress->out);
}

void progress_done(struct progress *progress, const char *phase, const char *text,
    clock_ns took)
{
	if (!progress->out)
		return;
	put_line(progress, phase, text, took);
	say(progress->out, "\n");
	(void)fflush(progress->out);
}

void progress_print_text(struct progress *progress, struct str text)
{
	progress_print(progress, "%s", "");
	if (!progress->out)
		return;
	say_text(progress->out, text);
	(void)fflush(progress->out);
}

void progress_print(struct progress *progress, const char *fmt, ...)
{
	va_list args;

	if (!progress->out)
		return;
	if (progress->is_open)
		say(progress->out, "\r\033[K");
	progress->is_open = false;
	va_start(args, fmt);
	say_args(progress->out, fmt, args);
	va_end(args);
	(void)fflush(progress->out);
}
