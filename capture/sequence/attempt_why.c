/* The reasons of failed steps, as exact as the wire allows. */
#include "capture/sequence/attempt.h"

#include "capture/message/redact.h"
#include "capture/record/why.h"

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

void attempt_fail_as(struct attempt *attempt, const struct why *why)
{
	attempt_fail(attempt, why_layer_name(why->layer), why->frame, "%s", why->text);
}

void attempt_fail_tls(struct attempt *attempt)
{
	auto_buf text = BUF_NULL;
	struct why why;

	why_of_tls(&why, &text, attempt->conn);
	attempt_fail_as(attempt, &why);
}

void attempt_fail_open(struct attempt *attempt)
{
	auto_buf text = BUF_NULL;
	struct why why;

	why_of_open(&why, &text, attempt->conn, 0);
	attempt_fail_as(attempt, &why);
}

/* The last request of the connection before that message; of all for null. */
static const struct http_record *last_request(const struct attempt *attempt,
    const struct http_record *before)
{
	const struct records *messages = &attempt->conn->http.messages;
	const struct http_record *request = NULL;

	for (size_t i = 0; i < messages->len && messages->items[i] != before; i++) {
		const struct http_record *message = messages->items[i];

		if (message->is_request)
			request = message;
	}
	return request;
}

bool attempt_fail_response(struct attempt *attempt, const struct http_record *response)
{
	auto_buf text = BUF_NULL;
	struct why why;

	if (!why_of_response(&why, &text, last_request(attempt, response), response))
		return false;
	attempt_fail_as(attempt, &why);
	return true;
}

void attempt_fail_missing(struct attempt *attempt, const char *wanted, bool from_acs)
{
	const struct conn_record *conn = attempt->conn;
	auto_buf text = BUF_NULL;
	struct why why;

	if (!conn) {
		attempt_fail(attempt, "TCP", attempt->cpe->kept->first,
		    "no connection to an ACS");
		return;
	}
	why_of_missing(&why, &text, conn, last_request(attempt, NULL), wanted,
	    from_acs);
	attempt_fail_as(attempt, &why);
}
