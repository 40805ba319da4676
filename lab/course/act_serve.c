/* "cwmplab lesson serve": the board of a class, for as long as it runs. */
#include "lab/course/act.h"

#include "lab/course/board.h"
#include "lab/course/board_calls.h"
#include "lab/term/stop_signals.h"
#include "lib/base/shown.h"
#include "lib/program/exit_status.h"
#include "lib/program/say.h"
#include "lib/program/screen.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum {
	MINUTE_S = 60 /* what is shown is minutes */
};

static int load_class(const struct lesson_call *call, struct class_file *class,
    struct buf *told, struct error *err)
{
	struct conf_mistakes mistakes = { .len = 0 };
	int r;

	if (!call->want.class_path)
		return error_set(err, ERR_USAGE,
		    "serve needs the file of the class: --class PATH");
	r = class_file_load(class, call->want.class_path, &mistakes, err);
	for (size_t i = 0; i < mistakes.len; i++) {
		shown_append_lines(told, str_of(mistakes.items[i].text));
		buf_append_char(told, '\n');
	}
	conf_mistakes_free(&mistakes);
	return r;
}

/* Where results are kept that nobody has said a folder for; the caller frees it. The name of a class
 * is any text. */
static int find_folder(const struct lesson_call *call, const struct class_file *class,
    char **ret, struct error *err)
{
	auto_free char *root = NULL;
	auto_buf path = BUF_NULL;
	int r = call->out ? 0 : pupil_find_root(&root, err);

	if (r < 0)
		return r;
	if (call->out)
		buf_append_text(&path, call->out);
	else
		buf_printf(&path, "%.*sclasses/",
		    (int)(strlen(root) - strlen("lessons")), root);
	for (const char *c = class->name; !call->out && *c; c++)
		buf_append_char(&path, strchr("/.", *c) ? '-' : *c);
	*ret = path.error ? NULL : strdup(buf_cstr(&path));
	return *ret ? 0 : error_set(err, -ENOMEM, "out of memory");
}

/* On a terminal the board stands still, and its lines change; elsewhere it is written anew, where
 * anything has changed. */
static void show(const struct lesson_call *call, const struct board *board,
    struct buf *last)
{
	static const struct str clear = { "\033[H\033[2J\033[3J", 11 };
	const struct screen screen = screen_detect();
	struct str before = STR("");
	auto_buf text = BUF_NULL;

	if (call->as_json)
		board_put_json(board, clock_wall(), &text);
	else
		board_put_text(board, clock_wall(), &text, &screen);
	if (!call->as_json && screen.has_colour)
		before = clear;
	else if (!call->as_json && last->len > 0)
		before = STR("\n");
	act_show_news(call, before, buf_str(&text), last);
}

static int run(const struct lesson_call *call, struct board *board,
    struct board_calls *calls, int stops, struct error *err)
{
	clock_ns next = clock_monotonic();
	unsigned shown = board->changes;
	auto_buf last = BUF_NULL;
	int r = 0;

	while (r == 0 && !ferror(stdout)) {
		if (board->changes != shown || clock_monotonic() >= next) {
			shown = board->changes;
			show(call, board, &last);
			next = clock_monotonic() + MINUTE_S * NS_PER_S;
		}
		r = board_calls_wait(calls, board, stops, next, err);
	}
	return r;
}

static int serve(const struct lesson_call *call, struct board *board, struct error *err)
{
	struct board_calls calls;
	char real[PATH_MAX];
	sigset_t before;
	int r = board_calls_open(&calls, call->words[0], err);
	auto_fd stops = r == 0 ? stop_signals_open(&before, err) : -1;

	if (r < 0 || stops < 0) {
		board_calls_close(&calls);
		return r < 0 ? r : stops;
	}
	say(stderr,
	    "students begin with: cwmplab lesson start 1 --class %s\n"
	    "their results are kept in %s\n",
	    realpath(calls.path, real) ? real : calls.path, board->folder);
	if (!calls.is_open_to_others)
		say(stderr,
		    "no other account can enter the folder of %s: \"chmod o+x\" lets them\n",
		    calls.path);
	r = run(call, board, &calls, stops, err);
	board_calls_close(&calls);
	stop_signals_restore(stops, &before);
	return r < 0 ? r : EXIT_OK;
}

int act_serve(const struct lesson_call *call, struct buf *out, struct buf *told,
    struct error *err)
{
	struct class_file class = { .name = "", .secret = "" };
	struct board board = { .class = &class };
	auto_free char *folder = NULL;
	int r = load_class(call, &class, told, err);

	(void)out;
	if (r == 0)
		r = find_folder(call, &class, &folder, err);
	if (r == 0)
		r = board_open(&board, &class, folder, err);
	if (r == 0)
		r = serve(call, &board, err);
	board_close(&board);
	class_file_free(&class);
	return r;
}
