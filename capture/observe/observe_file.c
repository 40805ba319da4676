/* Requests for the files that RPCs have named. They come in a session, beside it or long after
 * it (TR-069 A6 3.4.3), and are of none. */
#include "capture/observe/observe_internal.h"
#include "capture/record/auth_proof.h"
#include "capture/record/conn_target.h"

#include "lib/base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* A request for a file that waits for its answer. */
struct file_asked {
	struct device_record *device;
	uint64_t order; /* the frame of its ACS's request; it may be over by now */
	struct file_record record;
};

/* The orders of the only device at the client's end; null where there are none, or several
 * devices. */
static struct device_record *device_at(const struct conn_state *state)
{
	struct device_record *device =
	    cpe_device(observer_find_cpe(state->observer, &state->record->client));

	return device && device->more && device->more->n_files > 0 ? device : NULL;
}

/* ---- which file it is for ----------------------------------------------------------- */

/* Where a request goes, as it says itself. */
struct destination {
	const struct conn_record *conn;
	const struct http_head *head;
	struct str host; /* its Host header; a null view: there is none */
	struct str path;
	char room[URL_MAX + 1];
	struct str text; /* the whole URL, in room */
	struct url url;  /* only where is_url */
	bool is_url;
};

static void destination_read(struct destination *to, const struct conn_state *state,
    const struct http_head *head)
{
	const struct conn_record *conn = state->record;
	char address[ADDRESS_TEXT_MAX];
	struct str host = http_header(head, "Host");
	bool is_ip6 = conn->server.family == ADDRESS_IPV6;
	int n;

	to->conn = conn;
	to->head = head;
	to->host = host;
	if (str_find(head->target, STR("://"), NULL))
		n = snprintf(to->room, sizeof(to->room), "%.*s", STR_ARG(head->target));
	else if (host.len > 0)
		n = snprintf(to->room, sizeof(to->room), "%s://%.*s%.*s",
		    conn->tls.is_used ? "https" : "http", STR_ARG(host),
		    STR_ARG(head->target));
	else
		n = snprintf(to->room, sizeof(to->room), "%s://%s%s%s:%u%.*s",
		    conn->tls.is_used ? "https" : "http", is_ip6 ? "[" : "",
		    address_text(&conn->server, address), is_ip6 ? "]" : "",
		    conn->server_port, STR_ARG(head->target));
	to->text = str_make(to->room, (size_t)MAX(n, 0));
	to->is_url =
	    to->text.len <= URL_MAX && url_parse(&to->url, to->text, NULL) == 0;
}

/* Whether it goes to the server that the URL names. A port that Host leaves out is that of the
 * connection, and a name that nothing contradicts is believed. */
static bool is_server(const struct destination *to, const struct url *url)
{
	enum conn_target target = conn_target(to->conn, url);

	if (to->url.is_https != url->is_https)
		return false;
	if (url_host_is_same(to->url.host, url->host) &&
	    (to->url.port == url->port ||
		(!to->url.has_port && to->conn->server_port == url->port)))
		return true;
	return to->host.len == 0 && target != CONN_ELSEWHERE;
}

enum match {
	MATCH_NOT,
	MATCH_NEAR, /* the right server and another file, or the other way round */
	MATCH_THERE,
};

static enum match match(const struct destination *to, const struct file_order *order)
{
	struct url url;
	bool is_there, is_path;

	if (!to->is_url || url_parse(&url, str_of(order->url), NULL) < 0)
		return MATCH_NOT;
	is_there = is_server(to, &url);
	is_path = url_path_is_same(to->url.path, url.path);
	if (is_there && is_path)
		return MATCH_THERE;
	if (is_path)
		return url.path.len > 1 ? MATCH_NEAR : MATCH_NOT;
	return is_there || (conn_target(to->conn, &url) == CONN_THERE &&
			       to->conn->tls.is_used == url.is_https)
		   ? MATCH_NEAR
		   : MATCH_NOT;
}

/* Whether the method can move the file of the order: of uploads POST, too, which is wrong. */
static bool moves(struct str method, const struct file_order *order)
{
	if (order->method == CWMP_UPLOAD)
		return str_is(method, "PUT") || str_is(method, "POST");
	return str_is(method, "GET");
}

/* ---- what it says --------------------------------------------------------------------- */

static bool is_right(struct str method, const struct file_order *order)
{
	return str_is(method, order->method == CWMP_UPLOAD ? "PUT" : "GET");
}

static void note_other(struct file_order *order, const struct destination *to,
    enum match how, struct frame_ref frame)
{
	if (order->other.number > 0)
		return;
	if (how == MATCH_THERE)
		order->other_method = "POST";
	else
		order->other_url = str_dup(to->text);
	if (order->other_method || order->other_url)
		order->other = frame;
}

/* What a request says of its sender. */
struct sender {
	struct auth_credentials credentials;
	uint8_t basic[AUTH_BASIC_BYTES_MAX]; /* where they are Basic: "user:password" */
	struct str username;
};

static void sender_read(struct sender *sender, const struct http_head *head)
{
	struct str value = http_header(head, "Authorization"), password;
	int n;

	*sender = (struct sender){ .credentials = { .scheme = AUTH_NONE } };
	if (!value.p || auth_credentials_parse(&sender->credentials, value, NULL) < 0)
		return;
	sender->username = sender->credentials.username;
	if (sender->credentials.scheme != AUTH_BASIC)
		return;
	n = base64_parse(sender->credentials.basic, sender->basic,
	    sizeof(sender->basic));
	if (n < 0)
		sender->credentials.scheme = AUTH_NONE;
	else
		sender->username =
		    str_cut(str_make(sender->basic, (size_t)n), ':', &password);
}

/* How well the sender fits the order: 2 its user and password, 1 its user, 0 neither. */
static int fit(const struct file_order *order, const struct sender *sender,
    struct str method)
{
	if (sender->credentials.scheme == AUTH_NONE)
		return 0;
	if (auth_prove_with(&sender->credentials, str_of(order->username),
		str_of(order->password), method) == AUTH_HOLDS)
		return 2;
	return str_is(sender->username, order->username);
}

/* Of the orders of one file the one that the sender fits best. */
static struct file_order *best(struct device_more *more, const struct destination *to,
    const struct sender *sender)
{
	struct file_order *found = NULL;
	int found_fit = -1;

	for (size_t i = 0; i < more->n_files; i++) {
		struct file_order *order = more->files[i];
		int here;

		if (!moves(to->head->method, order) || match(to, order) != MATCH_THERE)
			continue;
		here = fit(order, sender, to->head->method);
		if (here > found_fit) {
			found = order;
			found_fit = here;
		}
	}
	return found;
}

/* Names and passwords that headers can write in more ways than one prove nothing. */
static bool is_plain(const char *text)
{
	size_t n = strlen(text);

	for (size_t k = 0; k < n; k++) {
		if (text[k] < ' ' || text[k] > '~' || text[k] == '"' || text[k] == '\\')
			return false;
	}
	return n == 0 || (text[0] != ' ' && text[n - 1] != ' ');
}

static void keep_credentials(struct file_record *record, const struct sender *sender,
    const struct file_order *order, struct str method)
{
	if (!is_plain(order->username) || !is_plain(order->password))
		return;
	record->scheme = sender->credentials.scheme;
	if (record->scheme == AUTH_NONE)
		return;
	record->is_user = str_is(sender->username, order->username);
	record->proof = auth_prove_with(&sender->credentials, str_of(order->username),
	    str_of(order->password), method);
	(void)snprintf(record->username, sizeof(record->username), "%.*s",
	    STR_ARG(sender->username));
}

/* Notes in the orders what the request means to them. */
static void note(struct device_more *more, const struct destination *to, bool is_theirs,
    struct frame_ref frame)
{
	for (size_t i = 0; i < more->n_files; i++) {
		struct file_order *order = more->files[i];
		enum match how =
		    moves(to->head->method, order) ? match(to, order) : MATCH_NOT;

		if (how == MATCH_THERE && is_right(to->head->method, order))
			order->is_moved = true;
		else if (how == MATCH_THERE || (how == MATCH_NEAR && !is_theirs &&
						   is_right(to->head->method, order)))
			note_other(order, to, how, frame);
	}
}

/* A POST to the ACS, or one that is meant as an envelope, is of a session. */
static bool may_be_file(const struct conn_state *state, const struct incoming *in)
{
	const struct http_head *head = in->message->head;

	return !str_is(head->method, "POST") ||
	       (!state->session && !in->msg && in->message->body_length > 0 &&
		   !http_header(head, "SOAPAction").p);
}

bool file_request(struct conn_state *state, const struct incoming *in)
{
	struct device_record *device = may_be_file(state, in) ? device_at(state) : NULL;
	struct file_order *order;
	struct destination to;
	struct sender sender;

	file_close(state);
	if (!device)
		return false;
	destination_read(&to, state, in->message->head);
	sender_read(&sender, to.head);
	order = best(device->more, &to, &sender);
	note(device->more, &to, order != NULL, in->message->last);
	if (!order)
		return false;
	order->has_sent |= http_header(to.head, "Authorization").p != NULL;
	state->file = calloc(1, sizeof(*state->file));
	if (!state->file) {
		state->observer->memory.error = -ENOMEM;
		return true;
	}
	state->file->device = device;
	device->refs++;
	state->file->order = order->asked.number;
	state->file->record.frame = in->message->last;
	state->file->record.is_of_acs =
	    acs_is_meant(state->observer, device->host, state->record);
	keep_credentials(&state->file->record, &sender, order, to.head->method);
	return true;
}

/* ---- what came of it ------------------------------------------------------------------- */

/* Any CPE can meet Basic, and Digest with MD5. */
static bool can_meet(const struct auth_challenge *challenge)
{
	return challenge->scheme == AUTH_BASIC ||
	       (challenge->algorithm == AUTH_MD5 &&
		   (!challenge->has_qop || challenge->has_qop_auth));
}

/* After a hole nobody knows which request the answer belongs to. */
static void note_challenge(struct file_asked *file, struct file_order *order,
    const struct incoming *in)
{
	struct str value = http_header(in->message->head, "WWW-Authenticate");
	struct auth_challenge challenge;

	if (in->message->head->status != 401 || !value.p ||
	    in->state->record->tcp.has_gap ||
	    auth_challenge_parse(&challenge, value, NULL) < 0)
		return;
	if (file->record.scheme != AUTH_NONE)
		file->record.is_refused = !challenge.is_stale;
	else if (can_meet(&challenge) && order->challenged.number == 0)
		order->challenged = in->message->last;
}

static void tell(struct conn_state *state, const struct incoming *answer)
{
	struct file_asked *file = steal_ptr(&state->file);
	struct file_order *order = file_order_find(file->device, file->order);
	struct whole view = { .host = file->device->host,
		.device = file->device,
		.conn = state->record,
		.file = &file->record,
		.fleet = &state->observer->fleet,
		.now = state->observer->now };

	if (order) {
		file->record.order = order;
		if (answer)
			note_challenge(file, order, answer);
		observer_tell(state->observer, WHOLE_FILE, &view);
	}
	file->device->refs--;
	free(file);
}

void file_response(struct conn_state *state, const struct incoming *in)
{
	if (state->file && in->message->head->status / 100 != 1)
		tell(state, in);
}

void file_close(struct conn_state *state)
{
	if (state->file)
		tell(state, NULL);
}
