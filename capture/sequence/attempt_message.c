/* Steps of HTTP: what the CPE and the ACS send. */
#include "capture/sequence/attempt.h"

#include "capture/record/why.h"
#include "lib/proto/url.h"

#include <stdio.h>

static const struct http_record *message_at(const struct attempt *attempt, size_t i)
{
	const struct records *messages = &attempt->conn->http.messages;

	return i < messages->len ? messages->items[i] : NULL;
}

/* A request without credentials that is answered 401 and then repeated is one round of
 * authentication: not a step of its own. */
static bool is_challenge_round(const struct attempt *attempt, size_t i)
{
	const struct http_record *request = message_at(attempt, i);
	const struct http_record *response = message_at(attempt, i + 1);
	const struct http_record *again = message_at(attempt, i + 2);

	return request && request->is_request && !request->auth.has_credentials &&
	       response && !response->is_request && response->head.status == 401 &&
	       again && again->is_request;
}

static const struct http_record *next_message(struct attempt *attempt, bool from_acs)
{
	const struct http_record *message;

	if (!attempt->conn)
		return NULL;
	while (is_challenge_round(attempt, attempt->message))
		attempt->message += 2;
	while ((message = message_at(attempt, attempt->message))) {
		attempt->message++;
		if (!message->is_request && message->head.status / 100 == 1)
			continue;
		if (message->is_request != from_acs)
			return message;
		if (message->is_request) {
			attempt->message--;
			return NULL; /* the next request came before the response */
		}
	}
	return NULL;
}

void attempt_keep_url(struct attempt *attempt, const struct http_record *request)
{
	char text[URL_MAX + 1];
	int n = snprintf(text, sizeof(text), "%s://%s%s",
	    attempt->conn->tls.is_used ? "https" : "http",
	    request->head.host ? request->head.host : "",
	    request->head.target ? request->head.target : "");

	if (n > 0 && (size_t)n < sizeof(text))
		attempt_keep(attempt, "session_url",
		    arena_str(observer_arena(attempt->observer), str_of(text)));
}

bool attempt_is_message(const struct http_record *message, const char *wanted)
{
	if (strcmp(wanted, "empty") == 0)
		return message->body.is_empty &&
		       (message->is_request || message->head.status == 204 ||
			   message->head.status == 200);
	return message->envelope.is_there && message->envelope.name &&
	       strcmp(message->envelope.name, wanted) == 0;
}

static const struct cwmp_param *find_param(const struct http_record *message,
    const char *suffix)
{
	for (size_t i = 0; i < message->args.n_params; i++) {
		if (str_ends(message->args.params[i].name, str_of(suffix)))
			return &message->args.params[i];
	}
	return NULL;
}

/* CommandKey and the like are no parameters, but are asked for alike; an Inform has the
 * CommandKey of the step's event. */
static bool find_argument(const struct sequence_step *step,
    const struct http_record *message, struct str *ret)
{
	const struct cwmp_param *param = find_param(message, step->parameter);

	if (param) {
		*ret = param->value;
		return true;
	}
	if (strcmp(step->parameter, "CommandKey") == 0 && message->on != ON_INFORM) {
		*ret = message->args.command_key ? str_of(message->args.command_key)
						 : STR("");
		return true;
	}
	if (strcmp(step->parameter, "URL") == 0 && message->args.url) {
		*ret = str_of(message->args.url);
		return true;
	}
	for (size_t i = 0; i < message->inform.n_events; i++) {
		if (strcmp(step->parameter, "CommandKey") != 0 ||
		    step->event.len == 0 ||
		    strcmp(message->inform.events[i],
			step->event.items[step->event.len - 1]) != 0)
			continue;
		*ret = str_of(message->inform.event_keys[i]);
		return true;
	}
	return false;
}

static bool check_parameter(struct attempt *attempt, const struct sequence_step *step,
    const struct http_record *message)
{
	struct str wanted = attempt_value(attempt, step->value);
	struct str unwanted = attempt_value(attempt, step->not_value), value;

	if (!find_argument(step, message, &value)) {
		attempt_fail(attempt, "CWMP", message->frame, "%s is not in the %s",
		    step->parameter, message->envelope.name);
		return false;
	}
	if (wanted.p && !url_is_same(value, wanted)) {
		attempt_fail(attempt, "CWMP", message->frame,
		    "%s is \"%.*s\", not \"%.*s\"", step->parameter, STR_ARG(value),
		    STR_ARG(wanted));
		return false;
	}
	if (unwanted.p && url_is_same(value, unwanted)) {
		attempt_fail(attempt, "CWMP", message->frame, "%s is still \"%.*s\"",
		    step->parameter, STR_ARG(value));
		return false;
	}
	if (step->as)
		attempt_keep(attempt, step->as, value);
	return true;
}

static bool has_event(const struct http_record *message, const char *event)
{
	for (size_t i = 0; i < message->inform.n_events; i++) {
		if (message->inform.events[i] &&
		    strcmp(message->inform.events[i], event) == 0)
			return true;
	}
	return false;
}

bool attempt_has_events(const struct sequence_step *step,
    const struct http_record *message)
{
	for (size_t i = 0; i < step->event.len; i++) {
		if (!has_event(message, step->event.items[i]))
			return false;
	}
	return true;
}

static bool check_event(struct attempt *attempt, const struct sequence_step *step,
    const struct http_record *message)
{
	for (size_t i = 0; i < step->event.len; i++) {
		if (has_event(message, step->event.items[i]))
			continue;
		attempt_fail(attempt, "CWMP", message->frame,
		    "the Inform does not carry \"%s\" but %s", step->event.items[i],
		    message->envelope.detail ? message->envelope.detail : "no event");
		return false;
	}
	return true;
}

static bool check_status(struct attempt *attempt, const struct sequence_step *step,
    const struct http_record *message)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%u", message->args.status);
	for (size_t i = 0; i < step->status.len; i++) {
		if (strcmp(step->status.items[i], text) == 0)
			return true;
	}
	attempt_fail(attempt, "CWMP", message->frame, "Status is %s", text);
	return false;
}

bool attempt_check_message(struct attempt *attempt, const struct sequence_step *step,
    const struct http_record *message)
{
	if (step->event.len > 0 && !check_event(attempt, step, message))
		return false;
	if (step->parameter && !check_parameter(attempt, step, message))
		return false;
	return step->status.len == 0 || check_status(attempt, step, message);
}

/* The first message of that side and name among what is left of the connection. */
static const struct http_record *later_message(struct attempt *attempt,
    const struct sequence_step *step, bool from_acs)
{
	const struct http_record *message;

	for (size_t i = attempt->message;
	     attempt->conn && (message = message_at(attempt, i)); i++) {
		if (message->is_request == from_acs ||
		    !attempt_is_message(message, step->message))
			continue;
		attempt->message = i + 1;
		return message;
	}
	return NULL;
}

static void fail_other(struct attempt *attempt, const struct http_record *message,
    const char *wanted)
{
	auto_buf text = BUF_NULL;
	struct why why;

	why_of_other(&why, &text, message,
	    message->envelope.is_there ? message->envelope.detail : NULL, wanted);
	attempt_fail_as(attempt, &why);
}

bool attempt_see_message(struct attempt *attempt, const struct sequence_step *step)
{
	bool from_acs = step->see == SEE_ACS_SENDS;
	const struct http_record *message = step->is_later
						? later_message(attempt, step, from_acs)
						: next_message(attempt, from_acs);

	if (!attempt->conn || !message) {
		attempt_fail_missing(attempt, step->message, from_acs);
		return false;
	}
	if (from_acs && attempt_fail_response(attempt, message))
		return false;
	if (!from_acs && message->body.bad) {
		attempt_fail(attempt, "SOAP", message->frame,
		    "the POST is no CWMP message: %s", message->body.bad);
		return false;
	}
	if (!attempt_is_message(message, step->message)) {
		fail_other(attempt, message, step->message);
		return false;
	}
	if (!from_acs)
		attempt_keep_url(attempt, message);
	if (!attempt_check_message(attempt, step, message))
		return false;
	return attempt_pass(attempt, message->frame, message->frame);
}
