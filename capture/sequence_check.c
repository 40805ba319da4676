#include "capture/attempt.h"
#include "capture/dns.h"

#include "lib/base/text.h"
#include "lib/base/wire.h"
#include "lib/proto/dhcp.h"
#include "lib/proto/url.h"

#include <errno.h>
#include <stdio.h>

/* ---- values that steps keep -------------------------------------------------------- */

static void keep_var(struct attempt *attempt, const char *name, struct str value)
{
	for (size_t i = 0; i < attempt->n_vars; i++) {
		if (strcmp(attempt->vars[i].name, name) == 0) {
			attempt->vars[i].value = value;
			return;
		}
	}
	if (attempt->n_vars < ATTEMPT_VARS_MAX)
		attempt->vars[attempt->n_vars++] = (struct attempt_var){ name, value };
}

/* What "$name", or plain text, stands for; a null view while it is not known. */
static struct str value_of(const struct attempt *attempt, const char *text)
{
	if (!text || text[0] != '$')
		return str_of(text);
	for (size_t i = 0; i < attempt->n_vars; i++) {
		if (strcmp(attempt->vars[i].name, text + 1) == 0)
			return attempt->vars[i].value;
	}
	return STR_NULL;
}

/* "http://a/x" and "http://A:80/x" are one URL. */
static bool same_value(struct str a, struct str b)
{
	struct url left, right;

	if (str_eq(a, b))
		return true;
	return url_parse(&left, a, NULL) == 0 && url_parse(&right, b, NULL) == 0 &&
	       left.is_https == right.is_https && left.port == right.port &&
	       str_eq_nocase(left.host, right.host) && str_eq(left.path, right.path);
}

static bool parse_target(const struct attempt *attempt,
    const struct sequence_step *step, struct url *url)
{
	struct str text = value_of(attempt, step->to);

	return text.len > 0 && url_parse(url, text, NULL) == 0;
}

/* ---- results ----------------------------------------------------------------------- */

static bool pass(struct attempt *attempt, struct frame_ref first, struct frame_ref last)
{
	struct step_result *result = attempt->result;

	result->ok = true;
	result->frame = first.number;
	result->last_frame = last.number;
	result->time = first.time;
	return true;
}

static bool skip(struct attempt *attempt, const char *why)
{
	attempt->result->ok = true;
	attempt->result->is_skipped = true;
	attempt->result->why = why;
	return true;
}

/* ---- DHCP -------------------------------------------------------------------------- */

static bool fail_lease(struct attempt *attempt)
{
	const struct records *dhcp = &attempt->cpe->dhcp;
	const struct dhcp_record *first = dhcp->items[0], *last = first;
	size_t n_discovers = 0;
	bool has_offer = false;

	for (size_t i = 0; i < dhcp->len; i++) {
		const struct dhcp_record *record = dhcp->items[i];

		n_discovers += record->type == DHCP_DISCOVER;
		has_offer |= record->type == DHCP_OFFER;
		if (record->type == DHCP_NAK)
			last = record;
	}
	if (last->type == DHCP_NAK)
		attempt_fail(attempt, "DHCP", last->frame,
		    "the server refused with a NAK");
	else if (!has_offer)
		attempt_fail(attempt, "DHCP", first->frame,
		    "no offer to %zu DHCPDISCOVER", n_discovers);
	else
		attempt_fail(attempt, "DHCP", first->frame, "offers, but no DHCPACK");
	return false;
}

static bool see_lease(struct attempt *attempt, const struct sequence_step *step)
{
	const struct records *dhcp = &attempt->cpe->dhcp;
	const struct dhcp_record *ack = NULL, *first = NULL;
	uint64_t before = attempt->conn ? attempt->conn->syn.number : UINT64_MAX;

	(void)step;
	if (dhcp->len == 0)
		return skip(attempt, "no DHCP of this CPE in the capture");
	for (size_t i = 0; i < dhcp->len; i++) {
		const struct dhcp_record *record = dhcp->items[i];

		if (record->frame.number > before && ack)
			break;
		if (record->type == DHCP_DISCOVER && !ack)
			first = record;
		if (record->type == DHCP_ACK)
			ack = record;
	}
	if (!ack)
		return fail_lease(attempt);
	if (ack->opt43_error) {
		attempt_fail(attempt, "DHCP", ack->frame, "option 43: %s",
		    ack->opt43_error);
		return false;
	}
	if (ack->opt43.url.len > 0) {
		keep_var(attempt, "acs_url", ack->opt43.url);
	} else if (attempt->cpe->conns.len == 0) {
		attempt_fail(attempt, "DHCP", ack->frame,
		    ack->has_opt43 ? "option 43 names no ACS: %s"
				   : "the ACK has no option 43%s",
		    ack->raw_opt43 ? ack->raw_opt43 : "");
		return false;
	}
	return pass(attempt, first ? first->frame : ack->frame, ack->frame);
}

/* ---- DNS --------------------------------------------------------------------------- */

static bool is_name(struct str host, const char *name)
{
	return str_eq_nocase(host, str_of(name));
}

/* The last look-up of host before frame, or the first one at all. */
static const struct dns_record *find_look_up(const struct attempt *attempt,
    struct str host, uint64_t before)
{
	const struct dns_record *found = NULL;

	for (size_t i = 0; i < attempt->cpe->dns.len; i++) {
		const struct dns_record *record = attempt->cpe->dns.items[i];

		if (!is_name(host, record->name))
			continue;
		if (!found || record->query.number < before)
			found = record;
	}
	return found;
}

static bool see_look_up(struct attempt *attempt, const struct sequence_step *step)
{
	const struct dns_record *record;
	struct frame_ref at = attempt->cpe->first;
	uint32_t literal;
	struct url url;

	if (!parse_target(attempt, step, &url))
		return skip(attempt, "the URL is not known from the capture");
	if (url.is_ipv6 || ipv4_parse(url.host, &literal) == 0)
		return skip(attempt, "the URL holds an address");
	record = find_look_up(attempt, url.host,
	    attempt->conn && attempt->result->step == 0 ? attempt->conn->syn.number
							: UINT64_MAX);
	if (!record && attempt->cpe->dns.len == 0 && attempt->cpe->conns.len > 0)
		return skip(attempt, "no DNS of this CPE in the capture");
	if (!record) {
		if (attempt->cpe->dhcp.len > 0)
			at = ((const struct dhcp_record *)
				  attempt->cpe->dhcp.items[attempt->cpe->dhcp.len - 1])
				 ->frame;
		attempt_fail(attempt, "DNS", attempt->conn ? attempt->conn->last : at,
		    "the CPE never asked for %.*s", STR_ARG(url.host));
	} else if (record->answer.number == 0) {
		attempt_fail(attempt, "DNS", record->query,
		    "no answer to the query for %s", record->name);
	} else if (record->rcode != 0) {
		attempt_fail(attempt, "DNS", record->answer, "%s for %s",
		    dns_rcode_name(record->rcode), record->name);
	} else if (record->n_addresses == 0) {
		attempt_fail(attempt, "DNS", record->answer, "%s has no address",
		    record->name);
	} else {
		return pass(attempt, record->query, record->answer);
	}
	return false;
}

/* ---- TCP and TLS ------------------------------------------------------------------- */

/* Whether the connection goes where the URL says, as far as the capture tells. */
static bool leads_to(const struct attempt *attempt, const struct conn_record *conn,
    const struct url *url)
{
	uint32_t literal, server = get_u32(conn->server.bytes);

	if (conn->server_port != url->port)
		return false;
	if (conn->server.family != ADDRESS_IPV4)
		return true;
	if (ipv4_parse(url->host, &literal) == 0)
		return literal == server;
	if (find_look_up(attempt, url->host, UINT64_MAX))
		return observer_resolved(attempt->observer, url->host, server,
		    conn->syn.number);
	return true; /* no look-up was seen: the name may be in the CPE's cache */
}

/* The connection of the first open is given; later ones follow the present one. */
static const struct conn_record *next_conn(struct attempt *attempt,
    const struct url *url)
{
	const struct records *conns = &attempt->cpe->conns;

	for (size_t i = attempt->conn_index; i < conns->len; i++) {
		const struct conn_record *conn = conns->items[i];

		if (url && !leads_to(attempt, conn, url))
			continue;
		attempt->conn_index = i + 1;
		return conn;
	}
	return NULL;
}

static void fail_elsewhere(struct attempt *attempt, const struct url *url)
{
	const struct records *conns = &attempt->cpe->conns;
	const struct conn_record *other =
	    attempt->conn_index < conns->len ? conns->items[attempt->conn_index] : NULL;
	char server[ADDRESS_TEXT_MAX];
	struct frame_ref at = attempt->conn ? attempt->conn->last : attempt->cpe->first;

	if (other)
		attempt_fail(attempt, "TCP", other->syn,
		    "the CPE connected to %s:%u, which is not %.*s",
		    address_text(&other->server, server), other->server_port,
		    url ? (int)url->host.len : 7, url ? url->host.p : "its ACS");
	else
		attempt_fail(attempt, "TCP", at, "the CPE opened no connection to %.*s",
		    url ? (int)url->host.len : 7, url ? url->host.p : "its ACS");
}

static bool see_open(struct attempt *attempt, const struct sequence_step *step)
{
	struct url url;
	bool has_url = parse_target(attempt, step, &url);
	const struct conn_record *conn = next_conn(attempt, has_url ? &url : NULL);

	if (!conn) {
		fail_elsewhere(attempt, has_url ? &url : NULL);
		return false;
	}
	attempt->conn = conn;
	attempt->message = 0;
	if (conn->flags & CONN_MIDDLE) {
		attempt->not_judged = "capture starts in the middle";
		return false;
	}
	if (conn->synack.number == 0 || conn->established.number == 0) {
		attempt_fail_open(attempt);
		return false;
	}
	return pass(attempt, conn->syn, conn->syn);
}

static bool see_tls(struct attempt *attempt, const struct sequence_step *step)
{
	const struct conn_record *conn = attempt->conn;
	struct frame_ref end;
	struct url url;
	bool has_url = parse_target(attempt, step, &url);

	if (has_url ? !url.is_https : conn && !conn->is_tls)
		return skip(attempt, "an http URL");
	if (!conn) {
		attempt_fail_missing(attempt, "TLS", false);
		return false;
	}
	if (!conn->is_tls && conn->messages.len > 0) {
		attempt_fail(attempt, "TLS",
		    ((const struct http_record *)conn->messages.items[0])->first,
		    "the URL is https, but the CPE speaks plain HTTP");
		return false;
	}
	if (conn->finished[FROM_CLIENT].number == 0 ||
	    conn->finished[FROM_SERVER].number == 0) {
		if (conn->no_secrets && conn->alert.number == 0)
			attempt->not_judged = "no secrets for this TLS session";
		else
			attempt_fail_tls(attempt);
		return false;
	}
	end = conn->finished[FROM_CLIENT].number > conn->finished[FROM_SERVER].number
		  ? conn->finished[FROM_CLIENT]
		  : conn->finished[FROM_SERVER];
	return pass(attempt, conn->client_hello, end);
}

static bool see_close(struct attempt *attempt, const struct sequence_step *step)
{
	const struct conn_record *conn = attempt->conn;

	(void)step;
	if (conn && conn->client_fin.number != 0)
		return pass(attempt, conn->client_fin, conn->client_fin);
	if (conn && conn->rst.number != 0)
		attempt_fail(attempt, "TCP", conn->rst,
		    "RST where the CPE's FIN was due");
	else
		attempt_fail(attempt, "TCP", conn ? conn->last : attempt->cpe->first,
		    "the CPE did not close the connection");
	return false;
}

/* ---- messages ---------------------------------------------------------------------- */

static const struct http_record *message_at(const struct attempt *attempt, size_t i)
{
	const struct records *messages = &attempt->conn->messages;

	return i < messages->len ? messages->items[i] : NULL;
}

/* A request without credentials that is answered 401 and then repeated is one round of
 * authentication: not a step of its own. */
static bool is_challenge_round(const struct attempt *attempt, size_t i)
{
	const struct http_record *request = message_at(attempt, i);
	const struct http_record *response = message_at(attempt, i + 1);
	const struct http_record *again = message_at(attempt, i + 2);

	return request && request->is_request && !request->has_credentials &&
	       response && !response->is_request && response->status == 401 && again &&
	       again->is_request;
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
		if (!message->is_request && message->status / 100 == 1)
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

static void keep_session_url(struct attempt *attempt, const struct http_record *request)
{
	char text[URL_MAX + 1];
	int n = snprintf(text, sizeof(text), "%s://%s%s",
	    attempt->conn->is_tls ? "https" : "http",
	    request->host ? request->host : "", request->target ? request->target : "");

	if (n > 0 && (size_t)n < sizeof(text))
		keep_var(attempt, "session_url",
		    arena_str(observer_arena(attempt->observer), str_of(text)));
}

static const char *shown_name(const struct http_record *message)
{
	if (message->has_cwmp)
		return message->name;
	if (message->is_request)
		return message->is_empty ? "an empty POST"
					 : "a POST without an envelope";
	return message->is_empty ? "an empty response"
				 : "a response without an envelope";
}

static bool is_the_message(const struct http_record *message, const char *wanted)
{
	if (strcmp(wanted, "empty") == 0)
		return message->is_empty &&
		       (message->is_request || message->status == 204 ||
			   message->status == 200);
	return message->has_cwmp && message->name && strcmp(message->name, wanted) == 0;
}

static const struct cwmp_param *find_param(const struct http_record *message,
    const char *suffix)
{
	for (size_t i = 0; i < message->n_params; i++) {
		if (str_ends(message->params[i].name, str_of(suffix)))
			return &message->params[i];
	}
	return NULL;
}

static bool check_parameter(struct attempt *attempt, const struct sequence_step *step,
    const struct http_record *message)
{
	const struct cwmp_param *param = find_param(message, step->parameter);
	struct str wanted = value_of(attempt, step->value);
	struct str unwanted = value_of(attempt, step->not_value);

	if (!param) {
		attempt_fail(attempt, "CWMP", message->frame, "%s is not in the %s",
		    step->parameter, message->name);
		return false;
	}
	if (wanted.p && !same_value(param->value, wanted)) {
		attempt_fail(attempt, "CWMP", message->frame,
		    "%s is \"%.*s\", not \"%.*s\"", step->parameter,
		    STR_ARG(param->value), STR_ARG(wanted));
		return false;
	}
	if (unwanted.p && same_value(param->value, unwanted)) {
		attempt_fail(attempt, "CWMP", message->frame, "%s is still \"%.*s\"",
		    step->parameter, STR_ARG(param->value));
		return false;
	}
	if (step->as)
		keep_var(attempt, step->as, param->value);
	return true;
}

static bool check_event(struct attempt *attempt, const struct sequence_step *step,
    const struct http_record *message)
{
	for (size_t i = 0; i < message->n_events; i++) {
		if (message->events[i] && strcmp(message->events[i], step->event) == 0)
			return true;
	}
	attempt_fail(attempt, "CWMP", message->frame,
	    "the Inform does not carry \"%s\" but %s", step->event,
	    message->detail ? message->detail : "no event");
	return false;
}

static bool check_status(struct attempt *attempt, const struct sequence_step *step,
    const struct http_record *message)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%u", message->rpc_status);
	for (size_t i = 0; i < step->status.len; i++) {
		if (strcmp(step->status.items[i], text) == 0)
			return true;
	}
	attempt_fail(attempt, "CWMP", message->frame, "Status is %s", text);
	return false;
}

static bool see_message(struct attempt *attempt, const struct sequence_step *step)
{
	bool from_acs = step->see == SEE_ACS_SENDS;
	const struct http_record *message = next_message(attempt, from_acs);

	if (!attempt->conn || !message) {
		attempt_fail_missing(attempt, step->message, from_acs);
		return false;
	}
	if (from_acs && attempt_fail_response(attempt, message))
		return false;
	if (!from_acs && message->bad) {
		attempt_fail(attempt, "SOAP", message->frame,
		    "the POST is no CWMP message: %s", message->bad);
		return false;
	}
	if (!is_the_message(message, step->message)) {
		attempt_fail(attempt, "CWMP", message->frame, "%s%s%s where %s was due",
		    shown_name(message),
		    message->has_cwmp && message->detail ? ": " : "",
		    message->has_cwmp && message->detail ? message->detail : "",
		    strcmp(step->message, "empty") == 0 ? "an empty message"
							: step->message);
		return false;
	}
	if (!from_acs)
		keep_session_url(attempt, message);
	if (step->event && !check_event(attempt, step, message))
		return false;
	if (step->parameter && !check_parameter(attempt, step, message))
		return false;
	if (step->status.len > 0 && !check_status(attempt, step, message))
		return false;
	return pass(attempt, message->frame, message->frame);
}

/* ---- the walk ---------------------------------------------------------------------- */

static bool (*const see[])(struct attempt *, const struct sequence_step *) = {
	[SEE_LEASE] = see_lease,
	[SEE_LOOK_UP] = see_look_up,
	[SEE_OPEN] = see_open,
	[SEE_TLS] = see_tls,
	[SEE_CPE_SENDS] = see_message,
	[SEE_ACS_SENDS] = see_message,
	[SEE_CLOSE] = see_close,
};

/* What makes an absence no failure of anybody. */
static void excuse(struct attempt *attempt, bool is_truncated)
{
	const struct conn_record *conn = attempt->conn;

	if (attempt->not_judged)
		return;
	if (conn && conn->no_secrets && attempt->result->step > 2)
		attempt->not_judged = "no secrets for this TLS session";
	else if (conn && conn->has_gap)
		attempt->not_judged = "bytes are missing from the capture";
	else if (conn && (conn->flags & CONN_ONE_SIDED))
		attempt->not_judged = "one direction of the connection is missing";
	else if (is_truncated && (!conn || conn->client_fin.number == 0))
		attempt->not_judged = "the capture file is cut off";
}

/* How many steps held; all of them: the sequence does. */
static size_t walk(struct attempt *attempt, const struct sequence *sequence,
    bool is_truncated, struct step_result *results)
{
	const struct sequence_step *steps = sequence->steps.items;
	size_t n = sequence->steps.len, i;

	for (size_t k = 0; k < n; k++) {
		results[k] = (struct step_result){ .step = (unsigned)steps[k].step,
			.what = steps[k].what,
			.why = "not reached" };
	}
	for (i = 0; i < n; i++) {
		attempt->result = &results[i];
		results[i].why = NULL;
		if (see[steps[i].see](attempt, &steps[i]))
			continue;
		excuse(attempt, is_truncated);
		break;
	}
	return i;
}

static void finish(const struct attempt *attempt, const struct sequence *sequence,
    const struct step_result *results, size_t held, struct sequence_result *ret)
{
	memcpy(ret->steps, results, sequence->steps.len * sizeof(*results));
	ret->ok = held == sequence->steps.len;
	ret->not_judged = ret->ok ? NULL : attempt->not_judged;
	if (ret->not_judged)
		ret->steps[held].why = ret->not_judged;
}

int sequence_check(const struct sequence *sequence, struct observer *observer,
    const struct cpe_record *cpe, bool is_truncated, struct sequence_result *ret)
{
	size_t n = sequence->steps.len, best = 0, start = 0;
	struct step_result results[SEQUENCE_STEPS_MAX];
	bool has_one = false;

	*ret = (struct sequence_result){ .cpe = cpe->address_text ? cpe->address_text
								  : cpe->mac_text,
		.mac = cpe->mac_text,
		.name = sequence->name,
		.boot = cpe->first.time,
		.n_steps = n };
	ret->steps = arena_array(observer_arena(observer), n, sizeof(*ret->steps));
	if (!ret->steps)
		return -ENOMEM;
	do {
		struct attempt attempt = { .observer = observer,
			.cpe = cpe,
			.conn_index = start };
		size_t held;

		/* Steps before the open look at what came before this connection. */
		if (start < cpe->conns.len)
			attempt.conn = cpe->conns.items[start];
		held = walk(&attempt, sequence, is_truncated, results);
		if (!has_one || held > best) {
			has_one = true;
			best = held;
			finish(&attempt, sequence, results, held, ret);
		}
	} while (!ret->ok && ++start < cpe->conns.len);
	return 0;
}
