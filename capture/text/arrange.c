/* Which messages of a text belong together. All that a pasted text tells is their order, and
 * whoever pasted it may have left some out: a message stays with those before it only where
 * it follows from them. */
#include "capture/text/text_internal.h"

enum answer { /* what a response says, where it has no envelope */
	ANSWER_OTHER,
	ANSWER_INTERIM,   /* 1xx */
	ANSWER_EMPTY,     /* 2xx without a body */
	ANSWER_CHALLENGE, /* 401, 407: the request is sent again */
	ANSWER_ELSEWHERE, /* 3xx: so it is, to another place */
};

static enum answer answer_of(const struct text_message *message)
{
	struct str head = message->head, line = text_line(&head), rest;
	char c;

	(void)str_cut(line, ' ', &rest);
	rest = str_trim(rest);
	c = rest.len > 0 ? rest.p[0] : '\0';
	if (c == '1')
		return ANSWER_INTERIM;
	if (c == '2' && message->body.len == 0 && !message->is_cut)
		return ANSWER_EMPTY;
	if (str_starts(rest, STR("401")) || str_starts(rest, STR("407")))
		return ANSWER_CHALLENGE;
	return c == '3' ? ANSWER_ELSEWHERE : ANSWER_OTHER;
}

static bool is_empty_post(const struct text_message *message)
{
	return message->is_request && message->body.len == 0 && !message->is_cut;
}

static bool is_of_kind(const struct text_message *message, enum cwmp_kind kind)
{
	return message->envelope.is_there && message->envelope.kind == kind;
}

static bool is_inform(const struct text_message *message)
{
	return message->is_request && is_of_kind(message, CWMP_REQUEST) &&
	       message->envelope.method == CWMP_INFORM;
}

/* By its name; envelopes without a head, whose order may be any, by their IDs as well. */
static bool answers(const struct text_message *request,
    const struct text_message *response)
{
	const struct text_envelope *asked = &request->envelope,
				   *given = &response->envelope;
	bool have_heads = request->head.len > 0 && response->head.len > 0;

	if (!given->is_there ||
	    (given->kind == CWMP_RESPONSE && !str_eq(given->name, asked->name)))
		return false;
	return have_heads || (asked->id.len > 0 && str_eq(asked->id, given->id));
}

/* Whether the response can be the answer to the request right before it. */
static bool response_follows(const struct text_message *request,
    const struct text_message *response)
{
	/* That the answer to a call is empty is no habit of ACSs: it is rather of another
	 * message, which was left out. */
	if (!response->envelope.is_there)
		return !is_of_kind(request, CWMP_REQUEST) ||
		       answer_of(response) != ANSWER_EMPTY;
	if (is_of_kind(request, CWMP_REQUEST))
		return response->envelope.kind != CWMP_REQUEST &&
		       answers(request, response);
	return response->envelope.kind == CWMP_REQUEST && response->head.len > 0;
}

/* Whether the request can be what the CPE sends upon that response; asked: the request that
 * the response answers, or null. */
static bool request_follows(const struct text_message *asked,
    const struct text_message *response, const struct text_message *request)
{
	bool is_call = is_of_kind(request, CWMP_REQUEST);

	if (is_of_kind(response, CWMP_REQUEST))
		return !is_call && !is_empty_post(request) &&
		       answers(response, request);
	if (response->envelope.is_there)
		return (is_call || is_empty_post(request)) && request->head.len > 0;
	switch (answer_of(response)) {
	case ANSWER_CHALLENGE:
	case ANSWER_ELSEWHERE:
		return asked &&
		       asked->envelope.is_there == request->envelope.is_there &&
		       str_eq(asked->envelope.name, request->envelope.name);
	case ANSWER_EMPTY:
		/* After a response of the CPE it says "nothing now". */
		return asked && !is_empty_post(asked) &&
		       (is_call || is_empty_post(request));
	case ANSWER_INTERIM:
	case ANSWER_OTHER:
		return false;
	}
	return false;
}

struct talk { /* the connection that is being filled */
	const struct text_message *last,
	    *request; /* the latest of it, and of the CPE */
	size_t conn;
};

static bool follows(const struct talk *talk, const struct text_message *message)
{
	if (!talk->last)
		return false;
	if (!message->is_request)
		return talk->last->is_request
			   ? response_follows(talk->last, message)
			   : talk->request && answer_of(talk->last) == ANSWER_INTERIM;
	if (talk->last->is_request)
		return false;
	/* An Inform begins a session, unless it is asked for once more. */
	if (is_inform(message) && talk->last->envelope.is_there)
		return talk->last->envelope.kind == CWMP_FAULT && talk->request &&
		       is_inform(talk->request);
	return request_follows(talk->request, talk->last, message);
}

void text_arrange(struct transcript *t)
{
	struct talk talk = { .last = NULL };

	for (size_t i = 0; i < t->n_messages && !t->error; i++) {
		struct text_message *message = &t->messages[i];

		if (message->head.p)
			text_envelope_read(t, &message->envelope, message->body);
		if (!follows(&talk, message)) {
			const struct text_conn conn = {
				.flags = is_inform(message) ? 0 : CONN_EXCERPT
			};

			talk.conn = transcript_conn(t, STR_NULL, &conn);
			talk.request = NULL;
		}
		message->conn = talk.conn;
		talk.last = message;
		if (message->is_request)
			talk.request = message;
	}
}

/* ---- connections that the text names ----------------------------------------------- */

struct separator {   /* by connection as the text names it */
	size_t *now; /* the one that it goes on as */
	bool *waits; /* a request of it has no answer yet */
};

static void separate(struct transcript *t, const struct separator *s,
    struct text_message *message)
{
	size_t named = message->conn;

	if (message->is_request && s->waits[named] && !t->conns[named].is_stream) {
		struct text_conn next = t->conns[named];

		next.flags |= CONN_EXCERPT;
		t->conns[s->now[named]].flags |= CONN_EXCERPT;
		s->now[named] = transcript_conn(t, STR_NULL, &next);
	}
	s->waits[named] = message->is_request;
	message->conn = s->now[named];
}

void text_separate(struct transcript *t)
{
	struct separator s = {
		.now = arena_array(&t->arena, t->n_conns + 1, sizeof(*s.now)),
		.waits = arena_array(&t->arena, t->n_conns + 1, sizeof(*s.waits)),
	};

	if (!s.now || !s.waits) {
		t->error = ERR_LIMIT;
		return;
	}
	for (size_t i = 0; i < t->n_conns; i++)
		s.now[i] = i;
	for (size_t i = 0; i < t->n_messages && !t->error; i++)
		separate(t, &s, &t->messages[i]);
}
