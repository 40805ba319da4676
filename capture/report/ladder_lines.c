#include "capture/report/ladder_lines.h"

#include "capture/report/ladder_print.h"

#include <errno.h>
#include <stdlib.h>

struct ladders {
	const struct analysis *analysis; /* borrowed */
	struct ladder_options options;   /* of the model, which borrows them */
	struct ladder_model model;
};

int ladders_new(const struct analysis *analysis, struct ladders **ret)
{
	struct ladders *ladders = calloc(1, sizeof(*ladders));
	int r;

	if (!ladders)
		return -ENOMEM;
	ladders->analysis = analysis;
	r = ladder_model_build_cpes(&ladders->model, analysis, &ladders->options);
	if (r < 0)
		ladders_free(ladders);
	else
		*ret = ladders;
	return r;
}

void ladders_free(struct ladders *ladders)
{
	if (ladders)
		ladder_model_free(&ladders->model);
	free(ladders);
}

/* ---- whose rows ---------------------------------------------------------------------- */

static bool is_same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

static uint64_t last_frame_of(const struct analysis_session *session)
{
	return session->n_messages > 0
		   ? session->messages[session->n_messages - 1].frame
		   : 0;
}

static bool is_of_device(const struct ladder_cpe *cpe, size_t device)
{
	for (size_t i = 0; device != SIZE_MAX && i < cpe->n_sessions; i++) {
		if (cpe->sessions[i]->owner == device)
			return true;
	}
	return false;
}

/* By the device where one is known: several may inform from one address. */
static const struct ladder_cpe *find_owner(const struct ladders *ladders,
    const struct ladder_whose *whose)
{
	const struct ladder_cpe *near = NULL;

	for (size_t i = 0; i < ladders->model.n_cpes; i++) {
		const struct ladder_cpe *cpe = &ladders->model.cpes[i];

		if (is_of_device(cpe, whose->device))
			return cpe;
		if (!near && (is_same(cpe->mac, whose->mac) ||
				 is_same(cpe->address, whose->address)))
			near = cpe;
	}
	return near;
}

/* The CPE, and the place among its sessions of the one that is wanted. */
static const struct ladder_cpe *find_cpe(const struct ladders *ladders,
    const struct ladder_whose *whose, size_t *ret_at)
{
	const struct ladder_cpe *cpe;

	for (size_t i = 0; whose->session && i < ladders->model.n_cpes; i++) {
		cpe = &ladders->model.cpes[i];
		for (*ret_at = 0; *ret_at < cpe->n_sessions; ++*ret_at) {
			if (cpe->sessions[*ret_at] == whose->session)
				return cpe;
		}
	}
	cpe = whose->session ? NULL : find_owner(ladders, whose);
	*ret_at = 0;
	while (cpe && *ret_at + 1 < cpe->n_sessions &&
	       whose->frame > last_frame_of(cpe->sessions[*ret_at]))
		++*ret_at;
	return cpe;
}

/* What is of no session belongs to the one that it came before, or to the last. */
static bool is_of_session(const struct ladder_row *row, const struct ladder_cpe *cpe,
    size_t at)
{
	const struct analysis_session *session = cpe->sessions[at];

	if (row->session)
		return row->session == session;
	if (row->finding && row->finding->session != 0)
		return row->finding->session == session->id;
	if (at > 0 && row->frame <= last_frame_of(cpe->sessions[at - 1]))
		return false;
	return at + 1 == cpe->n_sessions || row->frame <= last_frame_of(session);
}

/* ---- lines --------------------------------------------------------------------------- */

struct line_list {
	struct arena *arena;
	struct ladder_line *items;
	size_t len, cap;
	int error;
};

static void add(struct line_list *list, const struct ladder_line *line)
{
	size_t cap = list->cap ? list->cap * 2 : 64;
	struct ladder_line *items = list->items;

	if (list->len == list->cap) {
		items = arena_array(list->arena, cap, sizeof(*items));
		if (!items) {
			list->error = -ENOMEM;
			return;
		}
		if (list->len > 0)
			memcpy(items, list->items, list->len * sizeof(*items));
		list->items = items;
		list->cap = cap;
	}
	items[list->len] = *line;
	items[list->len].text = arena_str(list->arena, line->text);
	if (!items[list->len++].text.p)
		list->error = -ENOMEM;
}

/* Takes the lines that were printed. */
static void take_lines(struct line_list *list, struct buf *printed,
    const struct ladder_line *like)
{
	struct str rest = buf_str(printed);

	if (printed->error)
		list->error = printed->error;
	while (rest.len > 0 && list->error == 0) {
		struct ladder_line line = *like;

		line.text = str_cut(rest, '\n', &rest);
		add(list, &line);
	}
	buf_reset(printed);
}

static enum ladder_tone tone_of(const struct ladder_row *row)
{
	if (row->finding)
		return row->finding->severity == RULE_MUST ? LADDER_BAD : LADDER_ODD;
	if (row->is_failed)
		return LADDER_BAD;
	return row->kind == MESSAGE_TCP || row->kind == MESSAGE_TLS ? LADDER_FAINT
								    : LADDER_PLAIN;
}

static void add_rows(const struct ladders *ladders, const struct ladder_cpe *cpe,
    size_t at, const struct ladder_printer *p, struct line_list *list)
{
	auto_arena arena = ARENA_NULL;
	size_t n;
	const struct ladder_row *rows = ladder_rows(&ladders->model, cpe, &arena, &n);
	const struct analysis_message *message = NULL;
	const char *peer = NULL;

	if (!rows)
		list->error = -ENOMEM;
	for (size_t i = 0; rows && i < n; i++) {
		const struct ladder_row *row = &rows[i];

		if (cpe->n_sessions > 0 && !is_of_session(row, cpe, at))
			continue;
		if (!row->finding)
			message = row->message;
		ladder_put_row(p, row, is_same(peer, row->peer) ? NULL : row->peer);
		take_lines(list, p->out,
		    &(struct ladder_line){ .tone = tone_of(row),
			message = message,
			row->finding });
		if (row->peer)
			peer = row->peer;
	}
}

struct ladder_line *ladders_lines(const struct ladders *ladders,
    const struct ladder_whose *whose, const struct ladder_options *options,
    struct arena *arena, struct str *ret_heading, size_t *ret_n)
{
	struct line_list list = { .arena = arena };
	auto_buf text = BUF_NULL;
	struct str rest;
	struct ladder_printer p =
	    ladder_printer_make(&text, options, ladders->analysis);
	size_t at;
	const struct ladder_cpe *cpe = find_cpe(ladders, whose, &at);

	*ret_n = 0;
	*ret_heading = STR_NULL;
	if (!cpe)
		return NULL;
	ladder_put_ends(&p, cpe);
	*ret_heading = arena_str(arena, str_cut(buf_str(&text), '\n', &rest));
	buf_reset(&text);
	add_rows(ladders, cpe, at, &p, &list);
	if (whose->session)
		ladder_put_unjudged(&p, cpe, whose->session);
	take_lines(&list, &text, &(struct ladder_line){ .tone = LADDER_FAINT });
	if (list.error)
		return NULL;
	*ret_n = list.len;
	return list.items;
}
