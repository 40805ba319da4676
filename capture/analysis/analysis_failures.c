/* Sessions that have failed, and what becomes of a capture by them. */
#include "capture/analysis/analysis_internal.h"
#include "capture/message/redact.h"
#include "lib/base/buf.h"
#include "lib/base/map.h"
#include "lib/base/text.h"

#include <errno.h>
#include <stdlib.h>

enum {
	FAILURES_MAX = 1 << 20, /* more are counted, not kept */
	FAILURES_BRIEF = 1024,  /* where memory does not grow with the capture */
};

/* ---- on messages --------------------------------------------------------------------- */

/* The last message up to that frame, but the first where all are later; null: there are
 * none. */
static struct analysis_message *message_at(struct analysis_message *messages, size_t n,
    uint64_t frame)
{
	struct analysis_message *found = n > 0 ? &messages[0] : NULL;

	for (size_t i = 0; i < n && messages[i].frame <= frame; i++)
		found = &messages[i];
	return found;
}

static void mark(struct analysis_message *message,
    const struct analysis_failure *failure)
{
	if (!message)
		return;
	message->failure = failure;
	if (message->why) /* a rule that is broken */
		return;
	message->layer = failure->layer;
	message->why = failure->text;
}

/* ---- taking -------------------------------------------------------------------------- */

struct taking { /* a failure that is being made */
	struct failure_list *failures;
	struct arena *arena; /* of its texts */
};

static const char *keep(const struct taking *taking, const char *text)
{
	const char *copy = text ? arena_strdup(taking->arena, str_of(text)) : NULL;

	if (text && !copy)
		taking->failures->error = -ENOMEM;
	return copy;
}

/* What a peer sent, as one line without secrets. */
static const char *keep_line(const struct taking *taking, const char *text)
{
	auto_buf line = BUF_NULL;

	if (!text)
		return NULL;
	redact_line(&line, str_of(text));
	return keep(taking, buf_cstr(&line));
}

static void name_cpe(const struct taking *taking, const struct whole *view,
    struct analysis_failure *failure)
{
	const struct cpe_record *host = view->host;
	char text[ADDRESS_TEXT_MAX], mac[MAC_TEXT_MAX];

	if (host && host->at.family != ADDRESS_NONE)
		failure->cpe = keep(taking, address_text(&host->at, text));
	if (host && host->has_mac)
		failure->mac = keep(taking, mac_text(host->mac, mac));
	if (!failure->cpe)
		failure->cpe = failure->mac;
	if (view->device)
		failure->serial = keep_line(taking, view->device->serial);
}

static bool make_room(struct failure_list *failures)
{
	size_t cap = failures->cap ? failures->cap * 2 : 16;
	struct analysis_failure *items;

	if (failures->len < failures->cap)
		return true;
	items = realloc(failures->items, cap * sizeof(*items));
	if (!items) {
		failures->error = -ENOMEM;
		return false;
	}
	failures->items = items;
	failures->cap = cap;
	return true;
}

int analysis_show_failure(const struct analysis *analysis,
    const struct session_record *record, struct analysis_session *session)
{
	const struct failure_list *taken = &analysis->private_->failures;
	struct arena *arena = &analysis->private_->stream.arena;
	const struct why *why = record->failure;
	struct analysis_failure *failure;

	if (!why)
		return 0;
	/* It was told just before the session. */
	if (taken->len > 0 && taken->items[taken->len - 1].session == record->id) {
		session->failure = &taken->items[taken->len - 1];
		mark(message_at(session->messages, session->n_messages,
			 session->failure->frame),
		    session->failure);
		return 0;
	}
	failure = arena_alloc(arena, sizeof(*failure));
	if (!failure)
		return -ENOMEM;
	*failure = (struct analysis_failure){ .layer = why_layer_name(why->layer),
		.who = why_side_name(why->side),
		.text = why->text,
		.session = record->id,
		.frame = why->frame.number,
		.line = observer_line(analysis->private_->observer, why->frame.number),
		.time = why->frame.time };
	session->failure = failure;
	mark(message_at(session->messages, session->n_messages, failure->frame),
	    failure);
	return 0;
}

/* More than so many are told and counted, not kept. */
static size_t most_kept(const struct analysis_private *inner)
{
	return inner->options.only_findings ? FAILURES_BRIEF : FAILURES_MAX;
}

static void take(struct analysis_private *inner, const struct whole *view)
{
	struct failure_list *failures = &inner->failures;
	bool is_kept = failures->len < most_kept(inner) && make_room(failures);
	const struct taking taking = { failures,
		is_kept ? &failures->arena : &failures->scratch };
	const struct why *why = view->failure;
	struct analysis_failure failure = { .layer = why_layer_name(why->layer),
		.who = why_side_name(why->side),
		.session = view->session ? view->session->id : 0,
		.frame = why->frame.number,
		.line = observer_line(inner->observer, why->frame.number),
		.time = why->frame.time };

	if (!is_kept && !inner->options.failed)
		return;
	failure.text = keep(&taking, why->text ? why->text : "");
	name_cpe(&taking, view, &failure);
	if (is_kept)
		failures->items[failures->len++] = failure;
	if (inner->options.failed)
		inner->options.failed(inner->options.user, &failure);
	arena_reset(&failures->scratch);
}

void analysis_listen(void *user, enum whole_what what, struct whole *whole)
{
	struct analysis_private *inner = user;

	judge_ask(inner->judge, what, whole);
	if (what == WHOLE_FAILED)
		take(inner, whole);
}

static int by_frame(const void *a, const void *b)
{
	const struct analysis_failure *left = a, *right = b;

	if (left->frame != right->frame)
		return left->frame < right->frame ? -1 : 1;
	return left->session < right->session ? -1 : left->session > right->session;
}

void analysis_take_failures(struct analysis *analysis)
{
	struct failure_list *failures = &analysis->private_->failures;

	if (failures->len > 0)
		qsort(failures->items, failures->len, sizeof(*failures->items),
		    by_frame);
	analysis->failures = analysis->private_->failures.items;
	analysis->n_failures = analysis->private_->failures.len;
}

void analysis_free_failures(struct failure_list *failures)
{
	arena_free(&failures->arena);
	arena_free(&failures->scratch);
	free(failures->items);
}

/* ---- in ladders ---------------------------------------------------------------------- */

/* Hosts by their MACs and addresses: of several of one address the first. */
static int index_hosts(const struct analysis *analysis, struct map *hosts)
{
	for (size_t i = 0; i < analysis->n_hosts; i++) {
		struct analysis_host *host = &analysis->hosts[i];
		const char *const names[] = { host->mac, host->cpe };

		for (size_t k = 0; k < ARRAY_LEN(names); k++) {
			if (!names[k] || map_get(hosts, str_of(names[k])))
				continue;
			if (map_put(hosts, str_of(names[k]), host) < 0)
				return -ENOMEM;
		}
	}
	return 0;
}

void host_mark_failure(struct analysis_host *host,
    const struct analysis_failure *failure)
{
	enum message_kind kind =
	    strcmp(failure->layer, "DNS") == 0 ? MESSAGE_DNS : MESSAGE_DHCP;

	for (size_t i = host->n_messages; i-- > 0;) {
		if (host->messages[i].kind != kind)
			continue;
		mark(&host->messages[i], failure);
		return;
	}
}

static void mark_host(const struct map *hosts, const struct analysis_failure *failure)
{
	const char *name = failure->mac ? failure->mac : failure->cpe;
	struct analysis_host *host = name ? map_get(hosts, str_of(name)) : NULL;

	if (host)
		host_mark_failure(host, failure);
}

int analysis_mark_failures(struct analysis *analysis)
{
	struct map hosts = MAP_NULL;
	int r;

	hosts.seed = analysis->hash_seed;
	r = index_hosts(analysis, &hosts);
	for (size_t i = 0; r == 0 && i < analysis->n_failures; i++) {
		const struct analysis_failure *failure = &analysis->failures[i];
		struct analysis_session *session;

		if (failure->session == 0) {
			mark_host(&hosts, failure);
			continue;
		}
		if (failure->session > analysis->n_sessions)
			continue;
		session = &analysis->sessions[failure->session - 1];
		session->failure = failure;
		mark(message_at(session->messages, session->n_messages, failure->frame),
		    failure);
	}
	map_free(&hosts);
	return r;
}

/* ---- words --------------------------------------------------------------------------- */

const char *failure_by(const struct analysis_failure *failure)
{
	static const char *const words[][2] = { { "cpe", "CPE" }, { "acs", "ACS" },
		{ "dhcp", "DHCP server" }, { "dns", "DNS server" } };

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (strcmp(failure->who, words[i][0]) == 0)
			return words[i][1];
	}
	return failure->who;
}

void session_put_why(struct buf *out, const struct analysis_session *session)
{
	const struct analysis_failure *failure = session->failure;

	if (failure)
		buf_printf(out, "%s by the %s, %s %llu: %s", failure->layer,
		    failure_by(failure), failure->line ? "message" : "frame",
		    (unsigned long long)failure->frame, failure->text);
	else if (session->not_judged)
		buf_append_text(out, session->not_judged);
}

/* ---- verdicts ------------------------------------------------------------------------ */

static bool is_strict(const struct analysis *analysis)
{
	return analysis->private_ && analysis->private_->options.rules.is_strict;
}

bool finding_is_breach(const struct analysis *analysis, const struct finding *finding)
{
	return finding->severity == RULE_MUST ||
	       (finding->severity == RULE_SHOULD && is_strict(analysis));
}

void analysis_count_unjudged(struct analysis_counts *counts,
    const uint64_t unjudged[UNJUDGED_REASONS])
{
	counts->sessions_not_judged = 0;
	for (size_t i = UNJUDGED_NOT + 1; i < UNJUDGED_REASONS; i++)
		counts->sessions_not_judged += unjudged[i];
	counts->without_secrets = unjudged[UNJUDGED_SECRETS];
	counts->without_start = unjudged[UNJUDGED_START];
	counts->one_sided = unjudged[UNJUDGED_ONE_SIDED];
	counts->unreadable = unjudged[UNJUDGED_UNREADABLE];
	counts->with_gaps = unjudged[UNJUDGED_GAPS];
}

enum analysis_verdict session_verdict(const struct analysis_session *session)
{
	if (session->n_breaches > 0)
		return VERDICT_BROKEN;
	if (session->failure)
		return VERDICT_FAILED;
	return session->ok ? VERDICT_OK : VERDICT_NOT_JUDGED;
}

enum analysis_verdict analysis_verdict(const struct analysis *analysis)
{
	const struct analysis_counts *counts = &analysis->counts;

	if (counts->musts > 0 || (is_strict(analysis) && counts->shoulds > 0))
		return VERDICT_BROKEN;
	for (size_t i = 0; i < analysis->n_sequences; i++) {
		if (!analysis->sequences[i].ok && !analysis->sequences[i].not_judged)
			return VERDICT_BROKEN;
	}
	if (counts->failures > 0)
		return VERDICT_FAILED;
	return analysis->ok && counts->sessions_complete > 0 ? VERDICT_OK
							     : VERDICT_NOT_JUDGED;
}

const char *analysis_verdict_name(enum analysis_verdict verdict)
{
	static const char *const names[] = { "ok", "broken", "failed", "not judged" };

	return names[verdict];
}
