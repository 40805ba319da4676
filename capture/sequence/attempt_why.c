/* The reasons of failed steps, as exact as the wire allows. */
#include "capture/sequence/attempt.h"

#include "capture/message/redact.h"
#include "capture/tls/certificate.h"
#include "lib/proto/http.h"

#include <stdarg.h>
#include <stdio.h>

void attempt_fail(struct attempt *attempt, const char *layer, struct frame_ref frame,
    const char *fmt, ...)
{
	struct step_result *result = attempt->result;
	auto_buf line = BUF_NULL;
	char why[400];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(why, sizeof(why), fmt, args);
	va_end(args);
	result->ok = false;
	result->layer = layer;
	result->frame = result->last_frame = frame.number;
	result->time = frame.time;
	redact_line(&line, str_of(why));
	result->why = arena_strdup(observer_arena(attempt->observer), buf_str(&line));
}

/* How the connection ended: words and frame; false while it did not. */
static bool ending(const struct conn_record *conn, const char **words,
    struct frame_ref *frame)
{
	if (conn->rst.number != 0) {
		*words = conn->rst_from == FROM_CLIENT
			     ? "the CPE broke the connection off (RST)"
			     : "the ACS broke the connection off (RST)";
		*frame = conn->rst;
		return true;
	}
	if (conn->server_fin.number == 0 && conn->client_fin.number == 0)
		return false;
	if (conn->client_fin.number == 0 ||
	    (conn->server_fin.number != 0 &&
		conn->server_fin.number < conn->client_fin.number)) {
		*words = "the ACS closed the connection";
		*frame = conn->server_fin;
		return true;
	}
	*words = "the CPE closed the connection";
	*frame = conn->client_fin;
	return true;
}

static void fail_alert(struct attempt *attempt)
{
	const struct conn_record *conn = attempt->conn;
	const char *who = conn->alert_from == FROM_CLIENT ? "CPE" : "ACS";
	char name[32];

	if (conn->alert_is_encrypted)
		attempt_fail(attempt, "TLS", conn->alert,
		    "the %s ended it with an alert that is encrypted", who);
	else
		attempt_fail(attempt, "TLS", conn->alert, "alert %s from the %s%s%s",
		    tls_alert_name(conn->alert_code, name), who,
		    conn->certificate ? "; the certificate is " : "",
		    conn->certificate ? conn->certificate : "");
}

void attempt_fail_tls(struct attempt *attempt)
{
	const struct conn_record *conn = attempt->conn;
	const char *words;
	struct frame_ref frame;

	if (conn->alert.number != 0)
		fail_alert(attempt);
	else if (conn->tls_broken)
		attempt_fail(attempt, "TLS", conn->last, "%s", conn->tls_broken);
	else if (ending(conn, &words, &frame))
		attempt_fail(attempt, "TLS", frame, "%s during the handshake", words);
	else if (conn->client_hello.number == 0)
		attempt_fail(attempt, "TLS", conn->last, "the CPE sent no ClientHello");
	else
		attempt_fail(attempt, "TLS", conn->client_hello,
		    "the handshake had no end before the capture's");
}

void attempt_fail_open(struct attempt *attempt)
{
	const struct conn_record *conn = attempt->conn;
	char server[ADDRESS_TEXT_MAX];

	(void)address_text(&conn->server, server);
	if (conn->rst.number != 0 && conn->synack.number == 0)
		attempt_fail(attempt, "TCP", conn->rst,
		    "%s refused the connection to port %u (RST to the SYN in frame %llu)",
		    server, conn->server_port, (unsigned long long)conn->syn.number);
	else if (conn->synack.number == 0 && conn->unreachable.number != 0)
		attempt_fail(attempt, "TCP", conn->unreachable,
		    "%s cannot be reached (ICMP destination unreachable, code %u)",
		    server, conn->unreachable_code);
	else if (conn->synack.number == 0)
		attempt_fail(attempt, "TCP", conn->syn,
		    "no answer from %s to %llu SYN on port %u", server,
		    (unsigned long long)conn->n_syns, conn->server_port);
	else
		attempt_fail(attempt, "TCP", conn->synack,
		    "the CPE did not confirm the SYN+ACK of %s", server);
}

bool attempt_fail_response(struct attempt *attempt, const struct http_record *response)
{
	const struct http_record *request = NULL;

	for (size_t i = 0; i < attempt->conn->messages.len; i++) {
		const struct http_record *message = attempt->conn->messages.items[i];

		if (message == response)
			break;
		if (message->is_request)
			request = message;
	}
	if (response->is_cut) {
		attempt_fail(attempt, "HTTP", response->frame,
		    "the body of the response ended after %llu of %llu bytes",
		    (unsigned long long)response->body_length,
		    (unsigned long long)response->content_length);
		return true;
	}
	if (response->status == 401) {
		attempt_fail(attempt, "HTTP", response->frame,
		    request && request->has_credentials
			? "401 to a request with credentials: the ACS refused them"
			: "401, and the CPE sent no credentials");
		return true;
	}
	if (response->status != 200 && response->status != 204) {
		attempt_fail(attempt, "HTTP", response->frame, "status %u %s",
		    response->status, http_reason(response->status));
		return true;
	}
	if (response->bad) {
		attempt_fail(attempt, "SOAP", response->frame,
		    "the response is no CWMP message: %s", response->bad);
		return true;
	}
	return false;
}

static const struct http_record *last_request(const struct attempt *attempt)
{
	for (size_t i = attempt->conn->messages.len; i-- > 0;) {
		const struct http_record *message = attempt->conn->messages.items[i];

		if (message->is_request)
			return message;
	}
	return NULL;
}

void attempt_fail_missing(struct attempt *attempt, const char *wanted, bool from_acs)
{
	const struct conn_record *conn = attempt->conn;
	const struct http_record *asked;
	struct frame_ref frame;
	const char *words;

	if (!conn) {
		attempt_fail(attempt, "TCP", attempt->cpe->kept->first,
		    "no connection to an ACS");
		return;
	}
	asked = last_request(attempt);
	if (conn->is_tls && conn->alert.number != 0 && conn->alert_code != 0) {
		fail_alert(attempt);
		return;
	}
	if (!ending(conn, &words, &frame)) {
		words = "the capture ended";
		frame = conn->last;
	}
	if (!from_acs)
		attempt_fail(attempt, strcmp(wanted, "Inform") == 0 ? "HTTP" : "CWMP",
		    frame, "%s before it sent %s", words,
		    strcmp(wanted, "empty") == 0 ? "an empty POST" : wanted);
	else if (asked && !asked->answer)
		attempt_fail(attempt, "HTTP", asked->frame,
		    "no answer to the POST in frame %llu before %s, %.1f s later, frame %llu",
		    (unsigned long long)asked->frame.number, words,
		    (double)(frame.time - asked->frame.time) / (double)NS_PER_S,
		    (unsigned long long)frame.number);
	else
		attempt_fail(attempt, "CWMP", frame, "%s before the ACS sent %s", words,
		    strcmp(wanted, "empty") == 0 ? "an empty response" : wanted);
}
