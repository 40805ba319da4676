#include "capture/analysis.h"

#include "lib/base/json.h"

static const char *kind_name(enum message_kind kind)
{
	static const char *const names[] = { "DHCP", "DNS", "TCP", "TLS", "HTTP",
		"CWMP" };

	return names[kind];
}

static const char *from_name(enum message_from from)
{
	static const char *const names[] = { "cpe", "acs", "dhcp", "dns" };

	return names[from];
}

static void optional(struct json *json, const char *key, const char *value)
{
	if (value)
		json_text(json, key, value);
}

static void write_message(const struct message *message, struct json *json)
{
	json_object_begin(json, NULL);
	json_uint(json, "frame", message->frame);
	if (message->first_frame != message->frame)
		json_uint(json, "first-frame", message->first_frame);
	json_seconds(json, "time", message->time);
	json_text(json, "from", from_name(message->from));
	json_text(json, "kind", kind_name(message->kind));
	json_text(json, "name", message->name);
	if (message->http_status)
		json_uint(json, "status", message->http_status);
	optional(json, "detail", message->detail);
	json_object_end(json);
}

static void write_session(const struct session *session, struct json *json)
{
	json_object_begin(json, NULL);
	json_uint(json, "id", session->id);
	json_text(json, "cpe", session->cpe);
	json_text(json, "acs", session->acs);
	optional(json, "url", session->url);
	optional(json, "mac", session->mac);
	optional(json, "oui", session->oui);
	optional(json, "product-class", session->product_class);
	optional(json, "serial", session->serial);
	json_array_begin(json, "events");
	for (size_t i = 0; i < session->n_events; i++)
		json_text(json, NULL, session->events[i]);
	json_array_end(json);
	json_seconds(json, "start", session->start);
	json_seconds(json, "end", session->end);
	optional(json, "tls", session->tls_version);
	json_bool(json, "ok", session->ok);
	optional(json, "not-judged", session->not_judged);
	json_array_begin(json, "messages");
	for (size_t i = 0; i < session->n_messages; i++)
		write_message(&session->messages[i], json);
	json_array_end(json);
	json_object_end(json);
}

static void write_step(const struct step_result *step, struct json *json)
{
	json_object_begin(json, NULL);
	json_uint(json, "step", step->step);
	json_text(json, "what", step->what);
	json_bool(json, "ok", step->ok);
	if (step->is_skipped)
		json_bool(json, "skipped", true);
	json_uint(json, "frame", step->frame);
	if (step->last_frame != step->frame)
		json_uint(json, "last-frame", step->last_frame);
	json_seconds(json, "time", step->time);
	optional(json, "layer", step->layer);
	json_text(json, "why", step->why);
	json_object_end(json);
}

static void write_sequence(const struct sequence_result *sequence, struct json *json)
{
	json_object_begin(json, NULL);
	json_text(json, "cpe", sequence->cpe);
	optional(json, "mac", sequence->mac);
	json_text(json, "name", sequence->name);
	json_bool(json, "ok", sequence->ok);
	optional(json, "not-judged", sequence->not_judged);
	json_array_begin(json, "steps");
	for (size_t i = 0; i < sequence->n_steps; i++)
		write_step(&sequence->steps[i], json);
	json_array_end(json);
	json_object_end(json);
}

static void write_finding(const struct finding *finding, struct json *json)
{
	json_object_begin(json, NULL);
	json_text(json, "rule", finding->rule);
	json_text(json, "severity", finding->severity);
	json_text(json, "who", finding->who);
	json_text(json, "cpe", finding->cpe);
	optional(json, "mac", finding->mac);
	optional(json, "serial", finding->serial);
	json_uint(json, "session", finding->session);
	json_uint(json, "frame", finding->frame);
	json_seconds(json, "time", finding->time);
	json_text(json, "text", finding->text);
	json_object_end(json);
}

void analysis_write_json(const struct analysis *analysis, struct json *json)
{
	json_array_begin(json, "sessions");
	for (size_t i = 0; i < analysis->n_sessions; i++)
		write_session(&analysis->sessions[i], json);
	json_array_end(json);
	json_array_begin(json, "sequences");
	for (size_t i = 0; i < analysis->n_sequences; i++)
		write_sequence(&analysis->sequences[i], json);
	json_array_end(json);
	json_array_begin(json, "findings");
	for (size_t i = 0; i < analysis->n_findings; i++)
		write_finding(&analysis->findings[i], json);
	json_array_end(json);
}

void analysis_write_counts(const struct analysis_counts *counts, struct json *json)
{
	json_object_begin(json, "counts");
	json_uint(json, "packets", counts->packets);
	json_uint(json, "bytes", counts->bytes);
	json_uint(json, "dropped", counts->dropped);
	json_uint(json, "tcp_connections", counts->tcp_connections);
	json_uint(json, "tls_sessions", counts->tls_sessions);
	json_uint(json, "tls_decrypted", counts->tls_decrypted);
	json_uint(json, "began_before", counts->began_before);
	json_uint(json, "gaps", counts->gaps);
	json_uint(json, "undecodable", counts->undecodable);
	json_bool(json, "truncated", counts->is_truncated);
	json_object_end(json);
}
