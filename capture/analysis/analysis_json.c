#include "capture/analysis/message_json.h"

#include "lib/base/json.h"

const char *message_kind_name(enum message_kind kind)
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

void json_optional(struct json *json, const char *key, const char *value)
{
	if (value)
		json_text(json, key, value);
}

void json_time(struct json *json, const char *key, clock_ns time)
{
	if (time == 0)
		json_put_null(json, key);
	else
		json_seconds(json, key, time);
}

/* Null where a text does not tell it. */
static void json_address(struct json *json, const char *key, const char *address)
{
	json_text(json, key, address && *address ? address : NULL);
}

static void write_transfer(const struct rpc_outcome *outcome, struct json *json)
{
	json_object_begin(json, "transfer");
	if (outcome->has_code)
		json_uint(json, "fault", outcome->code);
	json_optional(json, "text", outcome->text);
	json_optional(json, "command-key", outcome->command_key);
	json_optional(json, "start", outcome->start);
	json_optional(json, "complete", outcome->complete);
	if (outcome->promised.number)
		json_uint(json, "promised-frame", outcome->promised.number);
	json_object_end(json);
}

static void write_parameter_faults(const struct rpc_outcome *outcome, struct json *json)
{
	json_array_begin(json, "parameter-faults");
	for (size_t i = 0; i < outcome->n_params; i++) {
		json_object_begin(json, NULL);
		json_text(json, "name", outcome->params[i].name);
		if (outcome->params[i].code)
			json_uint(json, "fault", outcome->params[i].code);
		json_optional(json, "text", outcome->params[i].text);
		json_object_end(json);
	}
	json_array_end(json);
	if (outcome->n_all > outcome->n_params)
		json_uint(json, "parameter-faults-left-out",
		    outcome->n_all - outcome->n_params);
}

/* Deployment units whose state has changed, or was to. */
static void write_units(const struct rpc_outcome *outcome, struct json *json)
{
	json_object_begin(json, "unit-changes");
	json_optional(json, "command-key", outcome->command_key);
	if (outcome->promised.number)
		json_uint(json, "promised-frame", outcome->promised.number);
	json_array_begin(json, "units");
	for (size_t i = 0; i < outcome->n_units; i++) {
		const struct unit_outcome *unit = &outcome->units[i];

		json_object_begin(json, NULL);
		json_optional(json, "uuid", unit->uuid);
		json_optional(json, "version", unit->version);
		json_optional(json, "state", unit->state);
		json_uint(json, "fault", unit->code);
		json_optional(json, "text", unit->text);
		json_object_end(json);
	}
	json_array_end(json);
	if (outcome->n_all > outcome->n_units)
		json_uint(json, "units-left-out", outcome->n_all - outcome->n_units);
	json_object_end(json);
}

void message_write_members(const struct analysis_message *message, struct json *json)
{
	json_uint(json, "frame", message->frame);
	if (message->first_frame != message->frame)
		json_uint(json, "first-frame", message->first_frame);
	json_time(json, "time", message->time);
	json_text(json, "from", from_name(message->from));
	json_text(json, "kind", message_kind_name(message->kind));
	json_text(json, "name", message->name);
	if (message->http_status)
		json_uint(json, "status", message->http_status);
	if (message->fault)
		json_uint(json, "fault", message->fault);
	if (message->has_credentials)
		json_bool(json, "credentials", true);
	json_optional(json, "user", message->user);
	json_optional(json, "detail", message->detail);
	if (message->outcome && message->outcome->is_transfer)
		write_transfer(message->outcome, json);
	else if (message->outcome && message->outcome->is_units)
		write_units(message->outcome, json);
	else if (message->outcome)
		write_parameter_faults(message->outcome, json);
	if (message->exchange)
		json_uint(json, "exchange", message->exchange);
	json_optional(json, "layer", message->layer);
	json_optional(json, "why", message->why);
}

static void write_message(const struct analysis_message *message, struct json *json)
{
	json_object_begin(json, NULL);
	message_write_members(message, json);
	json_object_end(json);
}

static void write_conn(const struct analysis_conn *conn, struct json *json)
{
	json_object_begin(json, NULL);
	json_address(json, "client", conn->client);
	json_uint(json, "client-port", conn->client_port);
	json_address(json, "server", conn->server);
	json_uint(json, "server-port", conn->server_port);
	json_uint(json, "first-frame", conn->first_frame);
	json_uint(json, "last-frame", conn->last_frame);
	json_uint(json, "retransmitted", conn->retransmitted);
	json_object_end(json);
}

static void write_forwarded(const struct forwarded *forwarded, struct json *json)
{
	if (!forwarded)
		return;
	json_text(json, "forwarded-for", forwarded->client);
	json_text(json, "forwarded-by", forwarded->header);
}

/* Of the session that is open. */
static void write_why(const struct analysis_failure *failure, struct json *json)
{
	json_object_begin(json, "failure");
	json_text(json, "layer", failure->layer);
	json_text(json, "who", failure->who);
	json_uint(json, "frame", failure->frame);
	json_text(json, "text", failure->text);
	json_object_end(json);
}

void analysis_write_session(const struct analysis_session *session, struct json *json)
{
	json_object_begin(json, NULL);
	json_uint(json, "id", session->id);
	json_address(json, "cpe", session->cpe);
	json_text(json, "acs", session->acs);
	json_optional(json, "url", session->url);
	write_forwarded(session->forwarded, json);
	json_optional(json, "mac", session->mac);
	json_optional(json, "oui", session->oui);
	json_optional(json, "product-class", session->product_class);
	json_optional(json, "serial", session->serial);
	json_array_begin(json, "events");
	for (size_t i = 0; i < session->n_events; i++)
		json_text(json, NULL, session->events[i]);
	json_array_end(json);
	json_time(json, "start", session->start);
	json_time(json, "end", session->end);
	json_optional(json, "tls", session->tls_version);
	json_bool(json, "ok", session->ok);
	json_text(json, "verdict", analysis_verdict_name(session_verdict(session)));
	json_optional(json, "not-judged", session->not_judged);
	if (session->failure)
		write_why(session->failure, json);
	json_array_begin(json, "connections");
	for (size_t i = 0; i < session->n_conns; i++)
		write_conn(&session->conns[i], json);
	json_array_end(json);
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
	json_optional(json, "layer", step->layer);
	json_text(json, "why", step->why);
	json_object_end(json);
}

static void write_sequence(const struct sequence_result *sequence, struct json *json)
{
	json_object_begin(json, NULL);
	json_text(json, "cpe", sequence->cpe);
	json_optional(json, "mac", sequence->mac);
	json_optional(json, "oui", sequence->oui);
	json_optional(json, "product-class", sequence->product_class);
	json_optional(json, "serial", sequence->serial);
	json_text(json, "name", sequence->name);
	json_bool(json, "ok", sequence->ok);
	json_optional(json, "not-judged", sequence->not_judged);
	json_array_begin(json, "steps");
	for (size_t i = 0; i < sequence->n_steps; i++)
		write_step(&sequence->steps[i], json);
	json_array_end(json);
	json_object_end(json);
}

/* The id of the i-th session of the device. */
static uint64_t session_id(const struct analysis *analysis,
    const struct analysis_device *device, size_t i)
{
	return device->ids ? device->ids[i]
			   : analysis->sessions[device->sessions[i]].id;
}

static void write_device(const struct analysis *analysis,
    const struct analysis_device *device, struct json *json)
{
	json_object_begin(json, NULL);
	json_text(json, "oui", device->oui);
	json_optional(json, "product-class", device->product_class);
	json_text(json, "serial", device->serial);
	json_address(json, "cpe", device->cpe);
	json_optional(json, "mac", device->mac);
	json_optional(json, "url", device->url);
	write_forwarded(device->forwarded, json);
	json_uint(json, "findings", device->n_findings);
	json_array_begin(json, "sessions");
	for (size_t i = 0; i < device->n_sessions; i++)
		json_uint(json, NULL, session_id(analysis, device, i));
	json_array_end(json);
	json_object_end(json);
}

/* Rules that were never asked are left out. */
static void write_rule(const struct rule_count *count, struct json *json)
{
	if (count->kept + count->broken + count->not_judged == 0)
		return;
	json_object_begin(json, NULL);
	json_text(json, "rule", count->rule);
	json_uint(json, "kept", count->kept);
	json_uint(json, "broken", count->broken);
	json_uint(json, "not-judged", count->not_judged);
	json_optional(json, "why", count->why);
	json_object_end(json);
}

void analysis_write_finding(const struct finding *finding, struct json *json)
{
	json_object_begin(json, NULL);
	json_text(json, "rule", finding->rule);
	json_text(json, "severity", rule_severity_name(finding->severity));
	json_text(json, "who", rule_who_name(finding->who));
	json_text(json, "cpe", finding->cpe);
	json_optional(json, "mac", finding->mac);
	json_optional(json, "serial", finding->serial);
	json_uint(json, "session", finding->session);
	json_uint(json, "frame", finding->frame);
	if (finding->line)
		json_uint(json, "line", finding->line);
	json_time(json, "time", finding->time);
	json_text(json, "text", finding->text);
	json_object_end(json);
}

void analysis_write_failure(const struct analysis_failure *failure, struct json *json)
{
	json_object_begin(json, NULL);
	json_text(json, "layer", failure->layer);
	json_text(json, "who", failure->who);
	json_text(json, "cpe", failure->cpe);
	json_optional(json, "mac", failure->mac);
	json_optional(json, "serial", failure->serial);
	if (failure->session > 0)
		json_uint(json, "session", failure->session);
	json_uint(json, "frame", failure->frame);
	if (failure->line)
		json_uint(json, "line", failure->line);
	json_time(json, "time", failure->time);
	json_text(json, "text", failure->text);
	json_object_end(json);
}

void analysis_write_json(const struct analysis *analysis, struct json *json)
{
	json_array_begin(json, "sessions");
	for (size_t i = 0; i < analysis->n_sessions; i++)
		analysis_write_session(&analysis->sessions[i], json);
	json_array_end(json);
	analysis_write_rest(analysis, json);
}

void analysis_write_rest(const struct analysis *analysis, struct json *json)
{
	json_array_begin(json, "sequences");
	for (size_t i = 0; i < analysis->n_sequences; i++)
		write_sequence(&analysis->sequences[i], json);
	json_array_end(json);
	json_array_begin(json, "findings");
	for (size_t i = 0; i < analysis->n_findings; i++)
		analysis_write_finding(&analysis->findings[i], json);
	json_array_end(json);
	json_array_begin(json, "failures");
	for (size_t i = 0; i < analysis->n_failures; i++)
		analysis_write_failure(&analysis->failures[i], json);
	json_array_end(json);
	json_array_begin(json, "devices");
	for (size_t i = 0; i < analysis->n_devices; i++)
		write_device(analysis, &analysis->devices[i], json);
	json_array_end(json);
	json_array_begin(json, "rules");
	for (size_t i = 0; i < analysis->n_rules; i++)
		write_rule(&analysis->rules[i], json);
	json_array_end(json);
}

void analysis_write_counts(const struct analysis_counts *counts, struct json *json)
{
	json_object_begin(json, "counts");
	if (counts->text) {
		json_text(json, "text", counts->text);
		json_uint(json, "messages", counts->messages);
	}
	json_uint(json, "packets", counts->packets);
	json_uint(json, "bytes", counts->bytes);
	json_uint(json, "dropped", counts->dropped);
	json_uint(json, "tcp_connections", counts->tcp_connections);
	json_uint(json, "tls_sessions", counts->tls_sessions);
	json_uint(json, "tls_decrypted", counts->tls_decrypted);
	json_uint(json, "tls_without_secrets", counts->tls_without_secrets);
	json_uint(json, "began_before", counts->began_before);
	json_uint(json, "gaps", counts->gaps);
	json_uint(json, "gap_bytes", counts->gap_bytes);
	json_uint(json, "retransmitted", counts->retransmitted);
	json_uint(json, "undecodable", counts->undecodable);
	json_uint(json, "evicted", counts->evicted);
	json_uint(json, "evicted_hosts", counts->evicted_hosts);
	json_uint(json, "evicted_devices", counts->evicted_devices);
	json_uint(json, "xmpp_connections", counts->xmpp_connections);
	json_uint(json, "lightweight_notifications", counts->lightweight_notifications);
	json_uint(json, "bulk_data_reports", counts->bulk_data_reports);
	json_uint(json, "relayed_requests", counts->relayed_requests);
	json_uint(json, "open_transfers", counts->open_transfers);
	json_bool(json, "truncated", counts->is_truncated);
	json_uint(json, "devices", counts->devices);
	json_uint(json, "sessions", counts->sessions);
	json_uint(json, "sessions_complete", counts->sessions_complete);
	json_uint(json, "sessions_broken", counts->sessions_broken);
	json_uint(json, "sessions_failed", counts->sessions_failed);
	json_uint(json, "failures", counts->failures);
	json_uint(json, "sessions_not_judged", counts->sessions_not_judged);
	json_uint(json, "without_start", counts->without_start);
	json_uint(json, "without_secrets", counts->without_secrets);
	json_uint(json, "with_gaps", counts->with_gaps);
	json_uint(json, "unreadable", counts->unreadable);
	json_uint(json, "one_sided", counts->one_sided);
	json_uint(json, "musts", counts->musts);
	json_uint(json, "shoulds", counts->shoulds);
	json_uint(json, "notes", counts->notes);
	json_object_end(json);
}
