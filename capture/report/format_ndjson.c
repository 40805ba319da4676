#include "capture/report/format.h"

#include "capture/analysis/message_json.h"
#include "capture/report/ndjson.h"
#include "lib/base/json.h"

#include <errno.h>
#include <stdlib.h>

enum line_sort { /* of one frame in this order: behind what they are about */
	LINE_MESSAGE,
	LINE_FINDING,
	LINE_FAILURE,
};

struct line {
	enum line_sort sort;
	uint64_t frame, session;
	const void *source; /* of one frame: as they stand there */
	const struct analysis_message *message;
	const struct analysis_session *of; /* of the message; null: of DHCP or DNS */
	const struct analysis_host *host;
	const struct finding *finding;
	const struct analysis_failure *failure;
};

static int by_frame(const void *a, const void *b)
{
	const struct line *left = a, *right = b;

	if (left->frame != right->frame)
		return left->frame < right->frame ? -1 : 1;
	if (left->session != right->session)
		return left->session < right->session ? -1 : 1;
	if (left->sort != right->sort)
		return left->sort < right->sort ? -1 : 1;
	return left->source < right->source ? -1 : left->source > right->source;
}

static size_t count(const struct analysis *analysis)
{
	size_t n = analysis->n_findings + analysis->n_failures;

	for (size_t i = 0; i < analysis->n_sessions; i++)
		n += analysis->sessions[i].n_messages;
	for (size_t i = 0; i < analysis->n_hosts; i++)
		n += analysis->hosts[i].n_messages;
	return n;
}

static void add_messages(struct line *lines, size_t *n,
    const struct analysis_message *messages, size_t n_messages,
    const struct analysis_session *of, const struct analysis_host *host)
{
	for (size_t i = 0; i < n_messages; i++)
		lines[(*n)++] = (struct line){ .frame = messages[i].frame,
			.session = of ? of->id : 0,
			.source = &messages[i],
			.message = &messages[i],
			.of = of,
			.host = host };
}

static struct line line_of_finding(const struct finding *finding)
{
	return (struct line){ .sort = LINE_FINDING,
		.frame = finding->frame,
		.session = finding->session,
		.source = finding,
		.finding = finding };
}

static struct line line_of_failure(const struct analysis_failure *failure)
{
	return (struct line){ .sort = LINE_FAILURE,
		.frame = failure->frame,
		.session = failure->session,
		.source = failure,
		.failure = failure };
}

static struct line *collect(const struct analysis *analysis, size_t *ret_n)
{
	struct line *lines = calloc(count(analysis) + 1, sizeof(*lines));
	size_t n = 0;

	for (size_t i = 0; lines && i < analysis->n_sessions; i++)
		add_messages(lines, &n, analysis->sessions[i].messages,
		    analysis->sessions[i].n_messages, &analysis->sessions[i], NULL);
	for (size_t i = 0; lines && i < analysis->n_hosts; i++)
		add_messages(lines, &n, analysis->hosts[i].messages,
		    analysis->hosts[i].n_messages, NULL, &analysis->hosts[i]);
	for (size_t i = 0; lines && i < analysis->n_findings; i++)
		lines[n++] = line_of_finding(&analysis->findings[i]);
	for (size_t i = 0; lines && i < analysis->n_failures; i++)
		lines[n++] = line_of_failure(&analysis->failures[i]);
	*ret_n = n;
	return lines;
}

static void put_session(struct json *json, const struct analysis_session *session)
{
	json_text(json, "cpe", session->cpe && *session->cpe ? session->cpe : NULL);
	json_optional(json, "mac", session->mac);
	json_optional(json, "oui", session->oui);
	json_optional(json, "serial", session->serial);
	json_text(json, "acs", session->acs);
}

static void put_message(struct json *json, const struct line *line)
{
	const struct analysis_message *message = line->message;

	if (line->of) {
		put_session(json, line->of);
	} else {
		json_text(json, "cpe", line->host->cpe);
		json_optional(json, "mac", line->host->mac);
	}
	message_write_members(message, json);
	if (message->head.len > 0) {
		json_uint(json, "size", message->size);
		json_str(json, "head", message->head);
	}
	if (message->body.len > 0)
		json_str(json, "body", message->body);
}

static void put_finding(struct json *json, const struct finding *finding)
{
	json_text(json, "cpe", finding->cpe);
	json_optional(json, "mac", finding->mac);
	json_optional(json, "serial", finding->serial);
	json_uint(json, "frame", finding->frame);
	if (finding->line)
		json_uint(json, "line", finding->line);
	json_time(json, "time", finding->time);
	json_text(json, "kind", "finding");
	json_text(json, "rule", finding->rule);
	json_text(json, "severity", rule_severity_name(finding->severity));
	json_text(json, "who", rule_who_name(finding->who));
	json_text(json, "text", finding->text);
}

static void put_failure(struct json *json, const struct analysis_failure *failure)
{
	json_text(json, "cpe", failure->cpe);
	json_optional(json, "mac", failure->mac);
	json_optional(json, "serial", failure->serial);
	json_uint(json, "frame", failure->frame);
	if (failure->line)
		json_uint(json, "line", failure->line);
	json_time(json, "time", failure->time);
	json_text(json, "kind", "failure");
	json_text(json, "layer", failure->layer);
	json_text(json, "who", failure->who);
	json_text(json, "text", failure->text);
}

static void put_line(struct buf *out, const struct line *line, unsigned nth)
{
	static const char *const letters[] = { "", "f", "x" };
	struct json json = json_writer(out, 0);
	char id[64];

	(void)snprintf(id, sizeof(id), "%s%llu-%llu", letters[line->sort],
	    (unsigned long long)line->session, (unsigned long long)line->frame);
	if (nth > 1)
		(void)snprintf(id + strlen(id), sizeof(id) - strlen(id), ".%u", nth);
	json_object_begin(&json, NULL);
	json_text(&json, "id", id);
	json_uint(&json, "session", line->session);
	if (line->failure)
		put_failure(&json, line->failure);
	else if (line->finding)
		put_finding(&json, line->finding);
	else
		put_message(&json, line);
	json_object_end(&json);
	buf_append_char(out, '\n');
}

static bool is_same(const struct line *a, const struct line *b)
{
	return a->frame == b->frame && a->session == b->session && a->sort == b->sort;
}

void format_ndjson(struct buf *out, const struct analysis *analysis)
{
	size_t n = 0;
	auto_free struct line *lines = collect(analysis, &n);
	unsigned nth = 1;

	if (!lines) {
		out->error = -ENOMEM;
		return;
	}
	qsort(lines, n, sizeof(*lines), by_frame);
	for (size_t i = 0; i < n; i++) {
		nth = i > 0 && is_same(&lines[i], &lines[i - 1]) ? nth + 1 : 1;
		put_line(out, &lines[i], nth);
	}
}

/* ---- while a capture is read ----------------------------------------------------------- */

struct told { /* findings or failures of one session and frame */
	uint64_t key[3];
	unsigned n;
};

/* Of how many lines of its sort, session and frame this is the last: another may come long
 * after. */
static unsigned count_told(struct ndjson *ndjson, const struct line *line)
{
	const uint64_t key[3] = { line->session, line->frame, line->sort };
	struct told *told = map_get(&ndjson->told, str_make(key, sizeof(key)));

	if (told)
		return ++told->n;
	told = calloc(1, sizeof(*told));
	if (told) {
		memcpy(told->key, key, sizeof(key));
		told->n = 1;
	}
	if (!told ||
	    map_put(&ndjson->told, str_make(told->key, sizeof(told->key)), told) < 0) {
		free(told);
		ndjson->out->error = -ENOMEM;
	}
	return 1;
}

void ndjson_put_session(struct ndjson *ndjson, const struct analysis_session *session)
{
	size_t n = 0, max = session->n_messages + session->n_findings + 1;
	auto_free struct line *lines = calloc(max, sizeof(*lines));
	unsigned nth = 1;

	if (!lines) {
		ndjson->out->error = -ENOMEM;
		return;
	}
	add_messages(lines, &n, session->messages, session->n_messages, session, NULL);
	for (size_t i = 0; i < session->n_findings; i++)
		lines[n++] = line_of_finding(&session->findings[i]);
	if (session->failure)
		lines[n++] = line_of_failure(session->failure);
	qsort(lines, n, sizeof(*lines), by_frame);
	for (size_t i = 0; i < n; i++) {
		nth = i > 0 && is_same(&lines[i], &lines[i - 1]) ? nth + 1 : 1;
		if (lines[i].sort != LINE_MESSAGE)
			nth = count_told(ndjson, &lines[i]);
		put_line(ndjson->out, &lines[i], nth);
	}
}

void ndjson_put_act(struct ndjson *ndjson, const struct analysis_host *host)
{
	struct line lines[2];
	size_t n = 0;

	add_messages(lines, &n, host->messages, MIN(host->n_messages, (size_t)2), NULL,
	    host);
	for (size_t i = 0; i < n; i++) {
		if (lines[i].frame != ndjson->act_frame)
			ndjson->n_acts = 0;
		ndjson->act_frame = lines[i].frame;
		put_line(ndjson->out, &lines[i], ++ndjson->n_acts);
	}
}

void ndjson_put_finding(struct ndjson *ndjson, const struct finding *finding)
{
	const struct line line = line_of_finding(finding);

	put_line(ndjson->out, &line, count_told(ndjson, &line));
}

void ndjson_put_failure(struct ndjson *ndjson, const struct analysis_failure *failure)
{
	const struct line line = line_of_failure(failure);

	put_line(ndjson->out, &line, count_told(ndjson, &line));
}

void ndjson_free(struct ndjson *ndjson)
{
	struct told *told;
	size_t at = 0;

	while ((told = map_next(&ndjson->told, &at)))
		free(told);
	map_free(&ndjson->told);
}
