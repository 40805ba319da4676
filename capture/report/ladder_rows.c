/* What passed between a CPE and its ACSs, a row each. */
#include "capture/report/ladder_model.h"

#include <stdlib.h>

static int by_frame(const void *a, const void *b)
{
	const struct ladder_row *x = a, *y = b;

	if (x->frame != y->frame)
		return x->frame < y->frame ? -1 : 1;
	if (!x->finding != !y->finding) /* below what it is about */
		return x->finding ? 1 : -1;
	if (x->is_remark != y->is_remark)
		return x->is_remark ? 1 : -1;
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

static bool is_of(const struct ladder_row *row, const struct analysis_message *message)
{
	return row->has_step && row->frame != 0 && !row->message &&
	       message->frame == row->frame;
}

/* Whether the message is a part of what a step shows as one row: a handshake, a look-up. */
static bool is_covered(const struct ladder_row *row,
    const struct analysis_message *message)
{
	return row->has_step && !row->is_failed && row->frame != 0 &&
	       row->last_frame > row->frame && message->first_frame >= row->frame &&
	       message->frame <= row->last_frame && message->kind != MESSAGE_HTTP &&
	       message->kind != MESSAGE_CWMP;
}

static void take_message(struct ladder_row *row, const struct analysis_message *message,
    const char *peer)
{
	row->message = message;
	row->kind = message->kind;
	row->from = message->from;
	row->peer = peer;
	row->detail = message->detail;
}

static const char *peer_name(const struct ladder_model *model, struct arena *arena,
    const struct analysis_session *session)
{
	size_t n = session->acs ? strlen(session->acs) : 0;
	const char *host, *name;

	while (n > 0 && session->acs[n - 1] != ':')
		n--;
	if (n == 0)
		return session->acs;
	if (session->acs[0] == '[' && n > 2)
		host = arena_strdup(arena, str_make(session->acs + 1, n - 3));
	else
		host = arena_strdup(arena, str_make(session->acs, n - 1));
	name = host && model->options->name_of
		   ? model->options->name_of(model->options->user, NULL, host)
		   : NULL;
	return name ? name : host;
}

/* A line behind the step before it. */
static struct ladder_row remark_on(const struct step_result *step,
    const struct ladder_row *before)
{
	return (struct ladder_row){ .has_step = true,
		.is_remark = true,
		.step = step->step,
		.kind = MESSAGE_CWMP,
		.text = step->what,
		.time = before ? before->time : 0,
		.frame = before ? before->last_frame : 0,
		.last_frame = before ? before->last_frame : 0 };
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
		/* What must never be seen, and was not, has no frame of its own. */
		if (step->ok && step->frame == 0) {
			rows[n] = remark_on(step, n > 0 ? &rows[n - 1] : NULL);
			n++;
			continue;
		}
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

/* A finding has a row of its own: its words are not said twice. */
static bool is_said(const struct ladder_cpe *cpe,
    const struct analysis_message *message)
{
	size_t low = 0, high = cpe->n_findings;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (cpe->findings[middle]->frame < message->frame)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < cpe->n_findings && cpe->findings[low]->frame == message->frame;
	     low++) {
		if (cpe->findings[low]->text == message->why)
			return true;
	}
	return false;
}

struct row_list { /* while it is made */
	struct ladder_row *rows;
	size_t n_steps, n; /* steps come first */
	const struct ladder_cpe *cpe;
	const struct analysis_session
	    *session; /* of the messages that come; null: of none */
	const char *peer;
};

/* A step of the sequence tells of this message already. */
static bool is_in_step(struct row_list *list, const struct analysis_message *message)
{
	for (size_t i = 0; i < list->n_steps; i++) {
		struct ladder_row *row = &list->rows[i];

		if (row->is_remark ||
		    (!is_of(row, message) && !is_covered(row, message)))
			continue;
		if (is_of(row, message)) {
			take_message(row, message, list->peer);
		} else {
			row->peer = list->peer;
			row->detail = message->detail;
		}
		row->session = list->session;
		return true;
	}
	return false;
}

static void add_message(struct row_list *list, const struct analysis_message *message)
{
	const struct analysis_failure *failure = message->failure;
	bool is_told = is_said(list->cpe, message);
	const char *layer = failure ? failure->layer : is_told ? NULL : message->layer;
	const char *why = failure ? failure->text : is_told ? NULL : message->why;

	if (is_in_step(list, message))
		return;
	list->rows[list->n++] = (struct ladder_row){ .kind = message->kind,
		.from = message->from,
		.text = message->name ? message->name : "",
		.detail = message->detail,
		.peer = list->peer,
		.time = message->time - list->cpe->boot,
		.frame = message->frame,
		.last_frame = message->frame,
		.is_failed = message->why != NULL,
		.layer = layer,
		.why = why,
		.message = message,
		.session = list->session };
}

/* From the first question to the answer that gives or refuses it: one row, as one lease.
 * Messages of the other version of DHCP may stand between. Returns the last one's index. */
static size_t add_lease(struct row_list *list, const struct analysis_host *host,
    size_t at)
{
	const struct analysis_message *first = &host->messages[at], *last = first;

	for (const struct analysis_message *next = first + 1;
	     next < host->messages + host->n_messages && next->kind == MESSAGE_DHCP &&
	     last->lease != LEASE_GIVEN && last->lease != LEASE_REFUSED;
	     next++) {
		if (next->is_ip6 == first->is_ip6)
			last = next;
	}
	list->rows[list->n++] = (struct ladder_row){ .kind = MESSAGE_DHCP,
		.from = FROM_CPE,
		.text = first == last   ? first->name
			: first->is_ip6 ? "DHCPv6 lease"
					: "DHCP lease",
		.detail = last->detail,
		.time = first->time - list->cpe->boot,
		.frame = first->frame,
		.last_frame = last->frame,
		.is_failed = last->why != NULL,
		.layer = last->layer,
		.why = last->why,
		.message = last };
	return (size_t)(last - host->messages);
}

static void add_host(struct row_list *list, const struct analysis_host *host)
{
	size_t told[2] = { 0, 0 }; /* messages, of DHCPv4 and DHCPv6 */

	list->session = NULL;
	list->peer = NULL;
	for (size_t i = 0; i < host->n_messages; i++) {
		if (host->messages[i].kind == MESSAGE_DHCP) {
			size_t *n_told = &told[host->messages[i].is_ip6];

			if (i >= *n_told)
				*n_told = add_lease(list, host, i) + 1;
			continue;
		}
		add_message(list, &host->messages[i]);
		list->rows[list->n - 1].frame = host->messages[i].first_frame;
		list->rows[list->n - 1].time =
		    host->messages[i].first_time - list->cpe->boot;
	}
}

static void add_findings(struct row_list *list)
{
	for (size_t i = 0; i < list->cpe->n_findings; i++) {
		const struct finding *finding = list->cpe->findings[i];

		list->rows[list->n++] = (struct ladder_row){ .is_failed = true,
			.text = finding->rule,
			.time = finding->time - list->cpe->boot,
			.frame = finding->frame,
			.last_frame = finding->frame,
			.layer = finding->rule,
			.why = finding->text,
			.finding = finding };
	}
}

struct ladder_row *ladder_rows(const struct ladder_model *model,
    const struct ladder_cpe *cpe, struct arena *arena, size_t *ret_n)
{
	size_t max = cpe->sequence ? cpe->sequence->n_steps : 0;
	struct row_list list = { .cpe = cpe };

	for (size_t i = 0; i < cpe->n_sessions; i++)
		max += cpe->sessions[i]->n_messages;
	for (const struct ladder_host *at = cpe->hosts; at; at = at->next)
		max += at->host->n_messages;
	max += cpe->n_findings;
	list.rows = arena_array(arena, max + 1, sizeof(*list.rows));
	*ret_n = 0;
	if (!list.rows)
		return NULL;
	list.n = list.n_steps = add_steps(list.rows, cpe);
	for (size_t i = 0; i < cpe->n_sessions; i++) {
		list.session = cpe->sessions[i];
		list.peer = peer_name(model, arena, list.session);
		for (size_t k = 0; k < list.session->n_messages; k++)
			add_message(&list, &list.session->messages[k]);
	}
	/* A sequence tells of DHCP and DNS itself. */
	for (const struct ladder_host *at = cpe->hosts; at && !cpe->sequence;
	     at = at->next)
		add_host(&list, at->host);
	add_findings(&list);
	qsort(list.rows, list.n, sizeof(*list.rows), by_frame);
	*ret_n = list.n;
	return list.rows;
}
