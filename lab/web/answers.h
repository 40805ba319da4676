/* What many pages ask for at a time, made once for each change: the drawing, and the windows of rows
 * that were asked for last. Pure. */
#pragma once

#include "lab/web/route.h"
#include "lab/web/tables.h"
#include "lib/base/buf.h"

enum {
	WEB_ANSWERS_KEPT = 16 /* windows; the one that was made first gives way */
};

struct web_window { /* of a table */
	enum web_table table;
	char text[WEB_QUERY_MAX]; /* that its rows have */
	uint64_t from, n;
};

struct web_answers { /* zeroed, there are none */
	struct buf drawing;
	uint64_t drawn; /* the version of the lab that it is of */
	struct {
		struct web_window window;
		uint64_t version; /* of its table */
		struct buf answer;
	} kept[WEB_ANSWERS_KEPT];
	size_t n_made;
};

/* As web_lab_put() and web_lab_put_rows(); the view is good until the next call. A null view: there
 * is no memory. */
struct str web_answers_drawing(struct web_answers *answers, const struct web_lab *lab);
struct str web_answers_rows(struct web_answers *answers, const struct web_lab *lab,
    const struct web_window *window);

void web_answers_free(struct web_answers *answers);
