/* The drawing of a state machine in the comment that its header begins with, as lines of
 *
 *   OFF --boot--> LEASING --leased--> IDLE
 *   any --stop--> STOPPING
 *
 * and whether it shows the same moves as the table: a table that is changed without its
 * drawing fails, and the other way round. Moves that lead back to where they start are not
 * drawn. */
#pragma once

#include "tests/unit/unit.h"

#include "lib/base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	DRAWING_MAX = 16 /* states, and events */
};

struct drawing {
	const char *states[DRAWING_MAX],
	    *events[DRAWING_MAX]; /* names in the drawing */
	size_t n_states, n_events;
	size_t any_until;                 /* "any" is each state before this one */
	int to[DRAWING_MAX][DRAWING_MAX]; /* 1 + state, 0: not drawn */
};

static inline size_t drawing_index(const char *const *names, size_t n, struct str name,
    const char *line)
{
	for (size_t i = 0; i < n; i++) {
		if (str_is(name, names[i]))
			return i;
	}
	fail_msg("\"%.*s\" is no name of the table: %s", STR_ARG(name), line);
	return 0;
}

static inline void drawing_add(struct drawing *drawing, struct str from,
    struct str event, struct str to, const char *line)
{
	size_t e = drawing_index(drawing->events, drawing->n_events, event, line);
	int next = (int)drawing_index(drawing->states, drawing->n_states, to, line) + 1;

	if (!str_is(from, "any")) {
		size_t at =
		    drawing_index(drawing->states, drawing->n_states, from, line);

		assert_int_equal(drawing->to[at][e], 0);
		drawing->to[at][e] = next;
		return;
	}
	for (size_t at = 0; at < drawing->any_until; at++)
		drawing->to[at][e] = next;
}

static inline void drawing_read_line(struct drawing *drawing, const char *line)
{
	struct str rest = str_of(line + 2), from, arrow, to;

	while (rest.len > 0 && rest.p[0] == ' ')
		rest = str_from(rest, 1);
	from = str_cut(rest, ' ', &rest);
	while (rest.len > 0) {
		arrow = str_cut(rest, ' ', &rest);
		to = str_cut(rest, ' ', &rest);
		assert_true(str_starts(arrow, STR("--")));
		drawing_add(drawing, from,
		    str_make(arrow.p + 2, arrow.len - strlen("----->") + 1), to, line);
		from = to;
	}
}

/* Reads the lines with arrows of the header's first comment. */
static inline void drawing_read(struct drawing *drawing, const char *header)
{
	const char *source = getenv("CWMPLAB_SOURCE");
	char path[512], line[256];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", source ? source : ".", header);
	file = fopen(path, "re");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file) && !strstr(line, "*/")) {
		line[strcspn(line, "\n")] = '\0';
		if (strstr(line, "-->"))
			drawing_read_line(drawing, line);
	}
	(void)fclose(file);
}

/* to: 1 + the state that the table leads to, 0: not allowed. */
static inline void drawing_compare(const struct drawing *drawing, size_t state,
    size_t event, int to)
{
	int drawn = drawing->to[state][event];

	if (to == (int)state + 1)
		to = 0;
	if (to != drawn)
		fail_msg("%s --%s--> %s in the table, %s in the drawing",
		    drawing->states[state], drawing->events[event],
		    to ? drawing->states[to - 1] : "nothing",
		    drawn ? drawing->states[drawn - 1] : "nothing");
}
