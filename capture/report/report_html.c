#include "capture/report/report_html.h"

#include "capture/analysis/message_json.h"
#include "capture/facts/rule.h"
#include "capture/report/ladder_model.h"
#include "capture/report/report_page.h"
#include "capture/report/report_why.h"
#include "lib/base/json.h"
#include "lib/base/text.h"
#include "lib/base/utf8.h"

#include <string.h>

enum {
	CPES_MAX = 2000,       /* in one page */
	ROWS_MAX = 200000,     /* the same; of the last CPE all */
	BODIES_MAX = 24 << 20, /* bytes of envelopes in one page */
	BODY_MAX = 512 << 10,  /* of one */
	SHAPES_MAX = 64        /* buttons */
};

struct page {
	const struct analysis *analysis;
	const struct report_html_options *options;
	struct ladder_model model;
	size_t bodies, rows; /* bytes and rows so far */
};

/* ---- data -------------------------------------------------------------------------- */

static bool is_utf8(struct str text)
{
	while (text.len > 0) {
		size_t n = utf8_char(text);

		if (n == 0)
			return false;
		text = str_from(text, n);
	}
	return true;
}

/* Other encodings than UTF-8 go in as bytes: the page reads them as the XML says. */
static void put_bytes(struct json *json, struct str body)
{
	auto_buf hex = BUF_NULL;

	hex_append(&hex, body.p, body.len);
	json_str(json, "raw", buf_str(&hex));
}

static void put_body(struct page *page, struct json *json, struct str body)
{
	if (body.len == 0)
		return;
	if (body.len > BODY_MAX || page->bodies + body.len > BODIES_MAX) {
		json_put_null(json, "body");
		return;
	}
	page->bodies += body.len;
	if (is_utf8(body))
		json_str(json, "body", body);
	else
		put_bytes(json, body);
}

/* What the row says of a rule; its words are the row's why. */
static void put_finding(struct json *json, const struct finding *finding)
{
	json_text(json, "rule", finding->rule);
	json_text(json, "severity", rule_severity_name(finding->severity));
	json_text(json, "who", rule_who_name(finding->who));
	if (finding->session)
		json_uint(json, "s", finding->session);
}

static void put_row(struct page *page, struct json *json, const struct ladder_row *row)
{
	json_object_begin(json, NULL);
	if (row->has_step)
		json_uint(json, "step", row->step);
	else
		json_put_null(json, "step");
	json_text(json, "kind", message_kind_name(row->kind));
	json_text(json, "from", row->from == FROM_CPE ? "cpe" : "peer");
	json_text(json, "text", row->text);
	if (row->detail && *row->detail)
		json_text(json, "detail", row->detail);
	if (row->peer)
		json_text(json, "peer", row->peer);
	json_seconds(json, "time", row->time);
	json_uint(json, "frame", row->frame);
	json_uint(json, "last", row->last_frame);
	if (row->is_remark)
		json_bool(json, "remark", true);
	if (row->is_failed) {
		json_bool(json, "bad", true);
		json_text(json, "layer", row->layer);
		json_text(json, "why", row->why);
	}
	if (row->finding)
		put_finding(json, row->finding);
	if (row->session)
		json_uint(json, "s", row->session->id);
	if (row->message && row->message->head.len > 0)
		json_str(json, "head", row->message->head);
	if (row->message)
		put_body(page, json, row->message->body);
	json_object_end(json);
}

static void put_session(struct json *json, const struct analysis_session *session,
    clock_ns boot)
{
	auto_buf why = BUF_NULL;

	json_object_begin(json, NULL);
	json_uint(json, "id", session->id);
	json_text(json, "acs", session->acs);
	json_optional(json, "url", session->url);
	json_optional(json, "serial", session->serial);
	json_array_begin(json, "events");
	for (size_t i = 0; i < session->n_events; i++)
		json_text(json, NULL, session->events[i]);
	json_array_end(json);
	json_seconds(json, "start", session->start - boot);
	json_seconds(json, "takes", session->end - session->start);
	json_text(json, "ended", session_outcome(session));
	session_put_why(&why, session);
	if (why.len > 0)
		json_text(json, "why", buf_cstr(&why));
	json_object_end(json);
}

static void put_step(struct json *json, const struct step_result *step, clock_ns boot)
{
	json_object_begin(json, NULL);
	json_uint(json, "step", step->step);
	json_text(json, "what", step->what);
	json_bool(json, "ok", step->ok);
	json_bool(json, "skipped", step->is_skipped);
	json_uint(json, "frame", step->frame);
	json_uint(json, "last", step->last_frame);
	if (step->time)
		json_seconds(json, "time", step->time - boot);
	else
		json_put_null(json, "time");
	json_text(json, "layer", step->layer);
	json_text(json, "why", step->why);
	json_object_end(json);
}

static void put_cpe(struct page *page, struct json *json, const struct ladder_cpe *cpe)
{
	const struct sequence_result *result = cpe->sequence;
	auto_arena arena = ARENA_NULL;
	size_t n;
	const struct ladder_row *rows = ladder_rows(&page->model, cpe, &arena, &n);

	json_object_begin(json, NULL);
	json_text(json, "name", cpe->name);
	json_text(json, "address", cpe->address);
	json_text(json, "mac", cpe->mac);
	json_uint(json, "shape", cpe->shape);
	json_bool(json, "ok", result && result->ok);
	json_text(json, "notJudged", result ? result->not_judged : NULL);
	json_uint(json, "held", cpe->steps_held);
	json_uint(json, "steps", cpe->steps);
	json_array_begin(json, "sessions");
	for (size_t i = 0; i < cpe->n_sessions; i++)
		put_session(json, cpe->sessions[i], cpe->boot);
	json_array_end(json);
	json_array_begin(json, "results");
	for (size_t i = 0; result && i < result->n_steps; i++)
		put_step(json, &result->steps[i], cpe->boot);
	json_array_end(json);
	json_array_begin(json, "rows");
	for (size_t i = 0; rows && i < n; i++)
		put_row(page, json, &rows[i]);
	page->rows += n;
	json_array_end(json);
	json_object_end(json);
}

static void put_fact(struct json *json, uint64_t n, const char *what)
{
	json_array_begin(json, NULL);
	json_uint(json, NULL, n);
	json_text(json, NULL, what);
	json_array_end(json);
}

static void put_facts(const struct page *page, struct json *json)
{
	const struct analysis_counts *counts = &page->analysis->counts;
	uint64_t held = 0;

	for (size_t i = 0; i < page->model.n_cpes; i++) {
		const struct sequence_result *result = page->model.cpes[i].sequence;

		held += result && result->ok;
	}
	json_array_begin(json, "facts");
	put_fact(json, page->model.n_cpes, "CPEs");
	if (page->analysis->n_sequences > 0)
		put_fact(json, held, "of them went all steps");
	put_fact(json, page->analysis->n_sessions, "sessions");
	if (counts->tls_sessions > 0)
		put_fact(json, counts->tls_decrypted, "TLS connections decrypted");
	if (counts->sessions_not_judged > 0)
		put_fact(json, counts->sessions_not_judged, "sessions not judged");
	if (counts->sessions_failed > 0)
		put_fact(json, counts->sessions_failed, "sessions failed");
	if (counts->failures > counts->sessions_failed)
		put_fact(json, counts->failures - counts->sessions_failed,
		    "failed before a session");
	put_fact(json, page->analysis->n_findings, "findings");
	if (counts->musts > 0)
		put_fact(json, counts->musts, "of level must");
	put_fact(json, counts->text ? counts->messages : counts->packets,
	    counts->text ? "messages" : "packets");
	put_fact(json, counts->dropped, "dropped");
	json_array_end(json);
}

static void put_rules(const struct page *page, struct json *json)
{
	json_object_begin(json, "rules");
	for (size_t i = 0; i < MIN(page->analysis->n_rules, rules_count()); i++) {
		const struct rule *rule = rule_at(i);

		if (page->analysis->rules[i].broken == 0)
			continue;
		json_object_begin(json, rule->id);
		json_text(json, "text", rule->text);
		json_text(json, "basis", rule->basis);
		json_object_end(json);
	}
	json_object_end(json);
}

static void put_why(struct json *json, const struct report_why *why)
{
	json_object_begin(json, NULL);
	json_text(json, "what", why->what);
	if (why->has_step)
		json_uint(json, "step", why->step);
	json_optional(json, "by", why->by);
	json_bool(json, "notJudged", why->is_not_judged);
	json_text(json, "text", why->text);
	json_uint(json, "n", why->n);
	json_uint(json, "cpes", why->cpes);
	json_array_begin(json, "names");
	for (size_t i = 0; i < MIN(why->cpes, (uint64_t)REPORT_WHY_NAMES); i++)
		json_text(json, NULL, why->names[i]);
	json_array_end(json);
	json_uint(json, "cpe", why->first);
	json_uint(json, "s", why->session);
	json_uint(json, "frame", why->frame);
	json_optional(json, "rule", why->rule);
	json_object_end(json);
}

static const char *verdict_of(const struct page *page)
{
	return page->options->verdict
		   ? page->options->verdict
		   : analysis_verdict_name(analysis_verdict(page->analysis));
}

/* What is said before all that is wrong: nothing wrong does not make it well, since there may
 * be nothing to judge. */
static const char *said_first(const struct page *page, const struct report_whys *whys)
{
	const struct analysis_counts *counts = &page->analysis->counts;

	if (page->options->why || whys->n > 0 ||
	    strcmp(verdict_of(page), "not judged") != 0)
		return page->options->why;
	if (counts->sessions == 0)
		return "no CWMP session is in it";
	return counts->sessions_not_judged == counts->sessions
		   ? "no session could be judged"
		   : "no session was seen to succeed";
}

static int put_whys(const struct page *page, struct json *json)
{
	struct report_whys whys;
	int r = report_whys_collect(&whys, &page->model, page->analysis);

	json_text(json, "said", said_first(page, &whys));
	json_array_begin(json, "why");
	for (size_t i = 0; i < whys.n; i++)
		put_why(json, &whys.items[i]);
	json_array_end(json);
	json_uint(json, "whyMore", whys.more);
	return r;
}

static void put_expected(const struct page *page, struct json *json)
{
	json_array_begin(json, "expected");
	for (size_t i = 0; i < page->options->n_expected; i++) {
		const struct report_expected *one = &page->options->expected[i];

		json_object_begin(json, NULL);
		json_text(json, "text", one->text);
		json_text(json, "why", one->why);
		json_bool(json, "ok", one->ok);
		json_object_end(json);
	}
	json_array_end(json);
}

/* Those whose representative is in the page. */
static void put_shapes(const struct page *page, struct json *json, size_t n)
{
	const struct ladder_model *model = &page->model;

	json_array_begin(json, "shapes");
	for (size_t i = 0; i < MIN(model->n_shapes, (size_t)SHAPES_MAX); i++) {
		if (model->shapes[i].first >= n)
			continue;
		json_object_begin(json, NULL);
		json_uint(json, "shape", i);
		json_uint(json, "first", model->shapes[i].first);
		json_uint(json, "len", model->shapes[i].len);
		json_object_end(json);
	}
	json_array_end(json);
}

static void put_data(struct page *page, struct buf *out)
{
	const struct ladder_model *model = &page->model;
	size_t n = 0;
	struct json json = json_writer(out, 0);
	int r;

	json_object_begin(&json, NULL);
	json_text(&json, "verdict", verdict_of(page));
	json_bool(&json, "text", page->analysis->counts.text != NULL);
	put_facts(page, &json);
	r = put_whys(page, &json);
	if (page->options->n_expected > 0)
		put_expected(page, &json);
	put_rules(page, &json);
	json_array_begin(&json, "cpes");
	while (n < MIN(model->n_cpes, (size_t)CPES_MAX) && page->rows < ROWS_MAX)
		put_cpe(page, &json, &model->cpes[n++]);
	json_array_end(&json);
	json_uint(&json, "omitted", model->n_cpes - n);
	put_shapes(page, &json, n);
	json_object_end(&json);
	if (r < 0)
		out->error = r;
}

/* JSON inside a script element must not hold its end tag, nor "<!--": no "<" at all. */
static void put_json(struct buf *out, struct str json)
{
	size_t at = 0;

	while (at < json.len) {
		size_t n = str_find_char(str_from(json, at), '<');

		buf_append(out, json.p + at, n);
		at += n;
		if (at < json.len) {
			buf_append_text(out, "\\u003c");
			at++;
		}
	}
}

/* ---- the page ---------------------------------------------------------------------- */

static void put_topology(struct buf *out, const char *svg)
{
	if (!svg)
		return;
	buf_append_text(out, "<h2>Topology</h2>\n<div class=\"card topology\">");
	buf_append_text(out, svg);
	buf_append_text(out, "</div>");
}

static void put_part(struct page *page, struct buf *out, struct str name)
{
	auto_buf json = BUF_MAX(1 << 30);

	if (str_is(name, "TITLE")) {
		markup_append(out, str_of(page->options->title));
	} else if (str_is(name, "SUBTITLE")) {
		markup_append(out, str_of(page->options->subtitle));
	} else if (str_is(name, "TOPOLOGY")) {
		put_topology(out, page->options->topology_svg);
	} else {
		put_data(page, &json);
		put_json(out, buf_str(&json));
		if (json.error)
			out->error = json.error;
	}
}

/* Where the next "@NAME@" of the template begins; its name in *ret. */
static size_t next_part(struct str rest, struct str *ret)
{
	static const char *const names[] = { "TITLE", "SUBTITLE", "TOPOLOGY", "DATA" };
	size_t at = 0;

	while ((at += str_find_char(str_from(rest, at), '@')) < rest.len) {
		for (size_t i = 0; i < ARRAY_LEN(names); i++) {
			struct str name = str_of(names[i]);
			struct str here = str_from(rest, at + 1);

			if (str_starts(here, name) && here.len > name.len &&
			    here.p[name.len] == '@') {
				*ret = name;
				return at;
			}
		}
		at++;
	}
	return rest.len;
}

void report_html_write(struct buf *out, const struct analysis *analysis,
    const struct report_html_options *options)
{
	const struct ladder_options names = { .name_of = options->name_of,
		.user = options->user };
	struct page page = { .analysis = analysis, .options = options };
	struct str rest = str_make(report_page, report_page_len);
	int r = ladder_model_build(&page.model, analysis, &names);

	while (r == 0 && rest.len > 0) {
		struct str name = STR_NULL;
		size_t at = next_part(rest, &name);

		buf_append(out, rest.p, at);
		if (name.len > 0)
			put_part(&page, out, name);
		rest = str_from(rest, at + (name.len ? name.len + 2 : 0));
	}
	if (r < 0)
		out->error = r;
	ladder_model_free(&page.model);
}
