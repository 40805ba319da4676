#include "lab/course/board.h"

#include "lab/lesson/seed.h"
#include "lab/term/folders.h"
#include "lab/term/outfile.h"
#include "lib/base/json.h"
#include "lib/base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
	PRIVATE = 0600,
	PRIVATE_FOLDER = 0700
};

/* ---- opening -------------------------------------------------------------------------- */

static int make_private(const char *path, struct error *err)
{
	int r = folders_make(path, err);

	if (r == 0 && chmod(path, PRIVATE_FOLDER) < 0)
		r = error_set(err, error_of_path(errno), "%s: %s", path,
		    error_name(-errno));
	return r;
}

int board_open(struct board *board, const struct class_file *class, const char *folder,
    struct error *err)
{
	int r = make_private(folder, err);

	*board = (struct board){ .class = class,
		.folder = folder,
		.report = { .class = class } };
	if (r == 0)
		r = report_add(&board->report, folder, err);
	report_finish(&board->report);
	return r;
}

void board_close(struct board *board)
{
	report_free(&board->report);
}

/* ---- answers -------------------------------------------------------------------------- */

static void refuse(struct buf *answer, const char *why)
{
	struct json json = json_writer(answer, 0);

	json_object_begin(&json, NULL);
	json_text(&json, "why", why);
	json_object_end(&json);
}

static bool is_student(const struct board *board, const char *account)
{
	const struct conf_strings *all = &board->class->students;

	if (!account || !student_name_is_good(str_of(account)) || account[0] == '.')
		return false;
	for (size_t i = 0; i < all->len; i++) {
		if (strcmp(all->items[i], account) == 0)
			return true;
	}
	return all->len == 0;
}

static void give_seat(const struct board *board, const char *account,
    struct buf *answer)
{
	struct seed seed = seed_of(str_of(board->class->secret), str_of(account));
	struct json json = json_writer(answer, 0);
	auto_buf digits = BUF_NULL;

	hex_append(&digits, seed.key, SEED_BYTES);
	json_object_begin(&json, NULL);
	json_text(&json, "class", board->class->name);
	json_text(&json, "student", account);
	json_str(&json, "seed", buf_str(&digits));
	json_object_end(&json);
}

/* The last result of that student and lesson that is there already, of *ret_n; or null. */
static struct report_row *find_row(struct board *board, const struct report_row *row,
    size_t *ret_n)
{
	struct report *report = &board->report;
	struct report_row *last = NULL;

	*ret_n = 0;
	for (size_t i = 0; i < report->n_rows; i++) {
		struct report_row *at = &report->rows[i];

		if (!at->student || at->lesson != row->lesson ||
		    strcmp(at->student, row->student) != 0)
			continue;
		++*ret_n;
		if (!last || at->updated >= last->updated)
			last = at;
	}
	return last;
}

/* Where the first is kept of two, the second without what the first has cost, it is beside it. */
static int keep(struct board *board, const char *account, struct str text,
    const struct report_row *row, bool is_beside, struct error *err)
{
	auto_buf path = BUF_NULL, before = BUF_NULL, bytes = BUF_NULL;
	int r;

	buf_printf(&path, "%s/%s", board->folder, account);
	r = make_private(buf_cstr(&path), err);
	if (r < 0)
		return r;
	buf_printf(&path, "/%s", row->lesson->folder.id);
	buf_printf(&before, "%s.before.json", buf_cstr(&path));
	buf_append_text(&path, ".json");
	buf_append_str(&bytes, text);
	if (path.error || before.error)
		return error_set(err, -ENOMEM, "out of memory");
	if (is_beside && rename(buf_cstr(&path), buf_cstr(&before)) < 0)
		return error_set(err, error_of_path(errno), "%s: %s", buf_cstr(&before),
		    error_name(-errno));
	return outfile_put(buf_cstr(&path), PRIVATE, &bytes, err);
}

/* The row is the board's then. */
static int take(struct board *board, const char *account, struct str text,
    struct report_row *row, struct error *err)
{
	struct report_row *at;
	bool is_beside;
	size_t n;
	int r = 0;

	if (!row->student)
		return error_set(err, ERR_AUTH, "%s", row->note ? row->note : "");
	if (strcmp(row->student, account) != 0)
		return error_set(err, ERR_AUTH,
		    "it is a result of \"%s\", and this account is \"%s\"",
		    row->student, account);
	/* Of two calls at a time the later one may have been the faster. */
	at = find_row(board, row, &n);
	if (at && at->updated > row->updated)
		return 0;
	is_beside = n == 1 && report_row_is_cheaper(row, at);
	r = keep(board, account, text, row, is_beside, err);
	if (r < 0)
		return r;
	if (at && !is_beside)
		report_row_free(at);
	else
		at = report_add_row(&board->report, err);
	if (!at)
		return err->code;
	*at = *row;
	*row = (struct report_row){ .path = NULL };
	report_finish(&board->report);
	board->changes++;
	return 0;
}

static void take_result(struct board *board, const char *account, struct str text,
    struct buf *answer)
{
	struct error err = ERROR_NULL;
	struct report_row row;
	struct json json;
	int r = report_grade(&board->report, account, text, &row, &err);

	if (r == 0)
		r = take(board, account, text, &row, &err);
	report_row_free(&row);
	if (r < 0) {
		refuse(answer, err.text);
		return;
	}
	json = json_writer(answer, 0);
	json_object_begin(&json, NULL);
	json_bool(&json, "ok", true);
	json_object_end(&json);
}

void board_answer(struct board *board, const char *account, struct str request,
    struct buf *answer)
{
	auto_buf why = BUF_NULL;

	if (!is_student(board, account)) {
		buf_printf(&why, "the account \"%s\" is not in the class \"%s\"",
		    account ? account : "?", board->class->name);
		refuse(answer, buf_cstr(&why));
	} else if (str_eq(request, STR(BOARD_SEAT))) {
		give_seat(board, account, answer);
	} else if (str_starts(request, STR(BOARD_RESULT))) {
		take_result(board, account, str_from(request, sizeof(BOARD_RESULT) - 1),
		    answer);
	} else {
		refuse(answer, "that is no call");
	}
}
