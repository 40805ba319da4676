#include "capture/ladder_model.h"

#include "lib/base/buf.h"
#include "lib/base/map.h"

#include <errno.h>
#include <stdlib.h>

enum {
	MODEL_ARENA_MAX = 1 << 30
};

/* ---- CPEs -------------------------------------------------------------------------- */

static const char *name_of(const struct ladder_options *options, const char *mac,
    const char *address)
{
	const char *name =
	    options->name_of ? options->name_of(options->user, mac, address) : NULL;

	return name ? name : address ? address : mac ? mac : "?";
}

/* By MAC where it is known, else by address: the same CPE in sequences and sessions. */
static struct str key_of(const char *mac, const char *address)
{
	return str_of(mac ? mac : address ? address : "");
}

struct roster { /* while the model is built */
	struct ladder_model *model;
	struct map by_key; /* to struct ladder_cpe */
};

static struct ladder_cpe *find_or_add(struct roster *roster, const char *mac,
    const char *address, clock_ns first)
{
	struct ladder_model *model = roster->model;
	struct ladder_cpe *cpe = map_get(&roster->by_key, key_of(mac, address));

	if (!cpe && address)
		cpe = map_get(&roster->by_key, str_of(address));
	if (cpe)
		return cpe;
	cpe = &model->cpes[model->n_cpes];
	cpe->name = name_of(model->options, mac, address);
	cpe->address = address;
	cpe->mac = mac;
	cpe->boot = first;
	if (map_put(&roster->by_key, key_of(mac, address), cpe) < 0)
		return NULL;
	if (mac && address && map_put(&roster->by_key, str_of(address), cpe) < 0)
		return NULL;
	model->n_cpes++;
	return cpe;
}

static void count_steps(struct ladder_cpe *cpe)
{
	const struct sequence_result *result = cpe->sequence;

	for (size_t i = 0; i < result->n_steps; i++) {
		const struct step_result *step = &result->steps[i];
		bool holds = true;

		if (step->step == 0 || (i > 0 && step[-1].step == step->step))
			continue;
		for (size_t k = i; k < result->n_steps; k++) {
			if (result->steps[k].step == step->step)
				holds &=
				    result->steps[k].ok || result->steps[k].is_skipped;
		}
		cpe->steps++;
		cpe->steps_held += holds;
	}
}

static int add_sequences(struct roster *roster, const struct analysis *analysis)
{
	for (size_t i = 0; i < analysis->n_sequences; i++) {
		const struct sequence_result *result = &analysis->sequences[i];
		const char *address =
		    result->cpe && result->mac && strcmp(result->cpe, result->mac) == 0
			? NULL
			: result->cpe;
		struct ladder_cpe *cpe =
		    find_or_add(roster, result->mac, address, result->boot);

		if (!cpe)
			return -ENOMEM;
		if (cpe->sequence)
			continue;
		cpe->sequence = result;
		count_steps(cpe);
	}
	return 0;
}

/* Sessions come in the order of their start: count, then hand out in the same order. */
static int add_sessions(struct roster *roster, const struct analysis *analysis)
{
	struct arena *arena = &roster->model->arena;

	for (size_t pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < analysis->n_sessions; i++) {
			const struct session *session = &analysis->sessions[i];
			struct ladder_cpe *cpe = find_or_add(roster, session->mac,
			    session->cpe, session->start);

			if (!cpe)
				return -ENOMEM;
			if (pass == 1 && cpe->sessions)
				cpe->sessions[cpe->n_sessions] = session;
			cpe->n_sessions++;
		}
		for (size_t i = 0; pass == 0 && i < roster->model->n_cpes; i++) {
			struct ladder_cpe *cpe = &roster->model->cpes[i];

			cpe->sessions = arena_array(arena, cpe->n_sessions + 1,
			    sizeof(*cpe->sessions));
			if (!cpe->sessions)
				return -ENOMEM;
			cpe->n_sessions = 0;
		}
	}
	return 0;
}

/* ---- rows -------------------------------------------------------------------------- */

static int by_frame(const void *a, const void *b)
{
	const struct ladder_row *x = a, *y = b;

	if (x->frame != y->frame)
		return x->frame < y->frame ? -1 : 1;
	return x->has_step != y->has_step ? y->has_step - x->has_step
					  : (int)x->step - (int)y->step;
}

static enum message_kind kind_of(const struct step_result *step)
{
	static const struct {
		const char *word;
		enum message_kind kind;
	} words[] = {
		{ "DHCP", MESSAGE_DHCP },
		{ "DNS", MESSAGE_DNS },
		{ "TCP", MESSAGE_TCP },
		{ "FIN", MESSAGE_TCP },
		{ "TLS", MESSAGE_TLS },
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (step->what && strncmp(step->what, words[i].word, 3) == 0)
			return words[i].kind;
	}
	return MESSAGE_HTTP;
}

static bool is_of(const struct ladder_row *row, const struct message *message)
{
	return row->has_step && row->frame != 0 && !row->message &&
	       message->frame == row->frame;
}

/* Inside what a step tells as one: a handshake, a look-up. */
static bool is_covered(const struct ladder_row *row, const struct message *message)
{
	return row->has_step && !row->is_failed && row->frame != 0 &&
	       row->last_frame > row->frame && message->first_frame >= row->frame &&
	       message->frame <= row->last_frame && message->kind != MESSAGE_HTTP &&
	       message->kind != MESSAGE_CWMP;
}

static void take_message(struct ladder_row *row, const struct message *message,
    const char *peer)
{
	row->message = message;
	row->kind = message->kind;
	row->from = message->from;
	row->peer = peer;
	row->detail = message->detail;
}

static const char *peer_name(const struct ladder_model *model, struct arena *arena,
    const struct session *session)
{
	size_t n = session->acs ? strlen(session->acs) : 0;
	const char *host, *name;

	while (n > 0 && session->acs[n - 1] != ':')
		n--;
	if (n == 0)
		return session->acs;
	host = arena_strdup(arena, str_make(session->acs, n - 1));
	name = host && model->options->name_of
		   ? model->options->name_of(model->options->user, NULL, host)
		   : NULL;
	return name ? name : host;
}

static size_t add_steps(struct ladder_row *rows, const struct ladder_cpe *cpe)
{
	const struct sequence_result *result = cpe->sequence;
	size_t n = 0;

	for (size_t i = 0; result && i < result->n_steps; i++) {
		const struct step_result *step = &result->steps[i];
		bool is_failed = !step->ok && !step->is_skipped;

		if (step->is_skipped || (is_failed && !step->layer))
			continue; /* does not apply, or was not reached */
		rows[n++] = (struct ladder_row){ .has_step = true,
			.step = step->step,
			.is_failed = is_failed,
			.kind = kind_of(step),
			.from = FROM_CPE,
			.text = step->what,
			.time = step->time ? step->time - cpe->boot : 0,
			.frame = step->frame,
			.last_frame = step->last_frame,
			.layer = is_failed ? step->layer : NULL,
			.why = is_failed ? step->why : NULL };
	}
	return n;
}

static size_t add_message(struct ladder_row *rows, size_t n_steps, size_t n,
    const struct ladder_cpe *cpe, const struct message *message, const char *peer)
{
	for (size_t i = 0; i < n_steps; i++) {
		if (is_of(&rows[i], message)) {
			take_message(&rows[i], message, peer);
			return n;
		}
		if (is_covered(&rows[i], message)) {
			rows[i].peer = peer;
			rows[i].detail = message->detail;
			return n;
		}
	}
	rows[n] = (struct ladder_row){ .kind = message->kind,
		.from = message->from,
		.text = message->name ? message->name : "",
		.detail = message->detail,
		.peer = peer,
		.time = message->time - cpe->boot,
		.frame = message->frame,
		.last_frame = message->frame,
		.is_failed = message->why != NULL,
		.layer = message->layer,
		.why = message->why,
		.message = message };
	return n + 1;
}

struct ladder_row *ladder_rows(const struct ladder_model *model,
    const struct ladder_cpe *cpe, struct arena *arena, size_t *ret_n)
{
	size_t max = cpe->sequence ? cpe->sequence->n_steps : 0, n, n_steps;
	struct ladder_row *rows;

	for (size_t i = 0; i < cpe->n_sessions; i++)
		max += cpe->sessions[i]->n_messages;
	rows = arena_array(arena, max + 1, sizeof(*rows));
	*ret_n = 0;
	if (!rows)
		return NULL;
	n = n_steps = add_steps(rows, cpe);
	for (size_t i = 0; i < cpe->n_sessions; i++) {
		const struct session *session = cpe->sessions[i];
		const char *peer = peer_name(model, arena, session);

		for (size_t k = 0; k < session->n_messages; k++)
			n = add_message(rows, n_steps, n, cpe, &session->messages[k],
			    peer);
	}
	qsort(rows, n, sizeof(*rows), by_frame);
	*ret_n = n;
	return rows;
}

const struct step_result *ladder_failed(const struct ladder_cpe *cpe)
{
	const struct sequence_result *result = cpe->sequence;

	for (size_t i = 0; result && !result->not_judged && i < result->n_steps; i++) {
		if (!result->steps[i].ok && !result->steps[i].is_skipped)
			return &result->steps[i];
	}
	return NULL;
}

/* ---- shapes ------------------------------------------------------------------------ */

/* Digits do not count: addresses, times and frames differ from CPE to CPE. */
static void append_words(struct buf *key, const char *text)
{
	for (; text && *text; text++) {
		if (*text < '0' || *text > '9')
			buf_append_char(key, *text);
	}
	buf_append_char(key, '\n');
}

static void make_key(struct buf *key, const struct ladder_model *model,
    const struct ladder_cpe *cpe, struct arena *scratch)
{
	size_t n;
	const struct ladder_row *rows = ladder_rows(model, cpe, scratch, &n);

	for (size_t i = 0; rows && i < n; i++) {
		/* Which end sends its FIN first is a race, no difference of shape. */
		if (!rows[i].has_step && rows[i].kind == MESSAGE_TCP)
			continue;
		buf_printf(key, "%d.%u.%d.%d.", rows[i].has_step, rows[i].step,
		    rows[i].is_failed, rows[i].from);
		append_words(key,
		    rows[i].message ? rows[i].message->name : rows[i].text);
		append_words(key, rows[i].why);
	}
	if (cpe->sequence)
		append_words(key, cpe->sequence->not_judged);
}

static int add_shape(struct ladder_model *model, struct map *by_key, size_t at,
    struct str key)
{
	struct ladder_shape *shape = map_get(by_key, key);

	if (!shape) {
		shape = &model->shapes[model->n_shapes];
		shape->first = at;
		shape->key = arena_strdup(&model->arena, key);
		if (!shape->key || map_put(by_key, str_of(shape->key), shape) < 0)
			return -ENOMEM;
		model->n_shapes++;
	}
	shape->len++;
	model->cpes[at].shape = (size_t)(shape - model->shapes);
	return 0;
}

static int find_shapes(struct ladder_model *model)
{
	struct map by_key = MAP_NULL;
	auto_arena scratch = ARENA_NULL;
	auto_buf key = BUF_MAX(1 << 20);
	int r = 0;

	model->shapes =
	    arena_array(&model->arena, model->n_cpes + 1, sizeof(*model->shapes));
	if (!model->shapes)
		return -ENOMEM;
	for (size_t i = 0; i < model->n_cpes && r == 0; i++) {
		buf_reset(&key);
		arena_reset(&scratch);
		make_key(&key, model, &model->cpes[i], &scratch);
		r = add_shape(model, &by_key, i, buf_str(&key));
	}
	map_free(&by_key);
	return r;
}

int ladder_model_build(struct ladder_model *model, const struct analysis *analysis,
    const struct ladder_options *options)
{
	struct roster roster = { model, MAP_NULL };
	int r;

	*model = (struct ladder_model){ .arena = ARENA_MAX(MODEL_ARENA_MAX),
		.options = options };
	model->cpes = arena_array(&model->arena,
	    analysis->n_sequences + analysis->n_sessions + 1, sizeof(*model->cpes));
	r = model->cpes ? add_sequences(&roster, analysis) : -ENOMEM;
	if (r == 0)
		r = add_sessions(&roster, analysis);
	map_free(&roster.by_key);
	return r == 0 ? find_shapes(model) : r;
}

void ladder_model_free(struct ladder_model *model)
{
	arena_free(&model->arena);
}
