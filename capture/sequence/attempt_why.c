/* The reasons of failed steps, as exact as the wire allows. */
#include "capture/sequence/attempt.h"

#include "capture/message/redact.h"
#include "capture/tls/certificate.h"
#include "lib/proto/http.h"

#include <stdarg.h>
#include <stdio.h>

enum {
	WHY_MAX = 399 /* bytes; what is longer is cut, once its secrets are out */
};

void attempt_fail(struct attempt *attempt, const char *layer, struct frame_ref frame,
    const char *fmt, ...)
{
	struct step_result *result = attempt->result;
	auto_free char *why = NULL;
	auto_buf line = BUF_NULL;
	va_list args;
	int n;

	va_start(args, fmt);
	n = vasprintf(&why, fmt, args);
	va_end(args);
	if (n < 0)
		why = NULL;
	result->ok = false;
	result->layer = layer;
	result->frame = result->last_frame = frame.number;
	result->time = frame.time;
	redact_line(&line, str_of(why));
	line.len = MIN(line.len, (size_t)WHY_MAX);
	result->why = arena_strdup(observer_arena(attempt->observer), buf_str(&line));
}

/* How the connection ended: words and frame; false while it did not. */
static bool ending(const struct conn_record *conn, const char **words,
    struct frame_ref *frame)
{
	if (conn->tcp.rst.number != 0) {
		*words = conn->tcp.rst_from == FROM_CLIENT
			     ? "the CPE broke the connection off (RST)"
			     : "the ACS broke the connection off (RST)";
		*frame = conn->tcp.rst;
		return true;
	}
	if (conn->tcp.server_fin.number == 0 && conn->tcp.client_fin.number == 0)
		return false;
	if (conn->tcp.client_fin.number == 0 ||
	    (conn->tcp.server_fin.number != 0 &&
		conn->tcp.server_fin.number < conn->tcp.client_fin.number)) {
		*words = "the ACS closed the connection";
		*frame = conn->tcp.server_fin;
		return true;
	}
	*words = "the CPE closed the connection";
	*frame = conn->tcp.client_fin;
	return true;
}

static void fail_alert(struct attempt *attempt)
{
	const struct conn_record *conn = attempt->conn;
	const char *who = conn->tls.alert_from == FROM_CLIENT ? "CPE" : "ACS";
	char name[32];

	if (conn->tls.alert_is_encrypted)
		attempt_fail(attempt, "TLS", conn->tls.alert,
		    "the %s ended it with an alert that is encrypted", who);
	else
		attempt_fail(attempt, "TLS", conn->tls.alert,
		    "alert %s from the %s%s%s",
		    tls_alert_name(conn->tls.alert_code, name), who,
		    conn->tls.certificate ? "; the certificate is " : "",
		    conn->tls.certificate ? conn->tls.certificate : "");
}

void attempt_fail_tls(struct attempt *attempt)
{
	const struct conn_record *conn = attempt->conn;
	const char *words;
	struct frame_ref frame;

	if (conn->tls.alert.number != 0)
		fail_alert(attempt);
	else if (conn->tls.broken)
		attempt_fail(attempt, "TLS", conn->last, "%s", conn->tls.broken);
	else if (ending(conn, &words, &frame))
		attempt_fail(attempt, "TLS", frame, "%s during the handshake", words);
	else if (conn->tls.client_hello.number == 0)
		attempt_fail(attempt, "TLS", conn->last, "the CPE sent no ClientHello");
	else
		attempt_fail(attempt, "TLS", conn->tls.client_hello,
		    "the capture ends before the handshake does");
}

void attempt_fail_open(struct attempt *attempt)
{
	const struct conn_record *conn = attempt->conn;
	char server[ADDRESS_TEXT_MAX];

	(void)address_text(&conn->server, server);
	if (conn->tcp.rst.number != 0 && conn->tcp.synack.number == 0)
		attempt_fail(attempt, "TCP", conn->tcp.rst,
		    "%s refused the connection to port %u (RST to the SYN in frame %llu)",
		    server, conn->server_port,
		    (unsigned long long)conn->tcp.syn.number);
	else if (conn->tcp.synack.number == 0 && conn->tcp.unreachable.number != 0)
		attempt_fail(attempt, "TCP", conn->tcp.unreachable,
		    "%s cannot be reached (ICMP destination unreachable, code %u)",
		    server, conn->tcp.unreachable_code);
	else if (conn->tcp.synack.number == 0)
		attempt_fail(attempt, "TCP", conn->tcp.syn,
		    "no answer from %s to %llu SYN on port %u", server,
		    (unsigned long long)conn->tcp.n_syns, conn->server_port);
	else
		attempt_fail(attempt, "TCP", conn->tcp.synack,
		    "the CPE did not confirm the SYN+ACK of %s", server);
}

bool attempt_fail_response(struct attempt *attempt, const struct http_record *response)
{
	const struct http_record *request = NULL;

	for (size_t i = 0; i < attempt->conn->http.messages.len; i++) {
		const struct http_record *message =
		    attempt->conn->http.messages.items[i];

		if (message == response)
			break;
		if (message->is_request)
			request = message;
	}
	if (response->body.is_cut) {
		attempt_fail(attempt, "HTTP", response->frame,
		    "the body of the response ended after %llu of %llu bytes",
		    (unsigned long long)response->body.length,
		    (unsigned long long)response->body.content_length);
		return true;
	}
	if (response->head.status == 401) {
		attempt_fail(attempt, "HTTP", response->frame,
		    request && request->auth.has_credentials
			? "401 to a request with credentials: the ACS refused them"
			: "401, and the CPE sent no credentials");
		return true;
	}
	if (response->head.status != 200 && response->head.status != 204) {
		attempt_fail(attempt, "HTTP", response->frame, "status %u %s",
		    response->head.status, http_reason(response->head.status));
		return true;
	}
	if (response->body.bad) {
		attempt_fail(attempt, "SOAP", response->frame,
		    "the response is no CWMP message: %s", response->body.bad);
		return true;
	}
	return false;
}

static const struct http_record *last_request(const struct attempt *attempt)
{
	for (size_t i = attempt->conn->http.messages.len; i-- > 0;) {
		const struct http_record *message =
		    attempt->conn->http.messages.items[i];

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
	if (conn->tls.is_used && conn->tls.alert.number != 0 &&
	    conn->tls.alert_code != 0) {
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
	else if (asked && !asked->links.answer)
		attempt_fail(attempt, "HTTP", asked->frame,
		    "no answer to the POST in frame %llu before %s, %.1f s later, frame %llu",
		    (unsigned long long)asked->frame.number, words,
		    (double)(frame.time - asked->frame.time) / (double)NS_PER_S,
		    (unsigned long long)frame.number);
	else
		attempt_fail(attempt, "CWMP", frame, "%s before the ACS sent %s", words,
		    strcmp(wanted, "empty") == 0 ? "an empty response" : wanted);
}
