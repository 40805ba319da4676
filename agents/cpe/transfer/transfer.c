#include "agents/cpe/transfer/transfer_internal.h"

#include "agents/common/digest.h"
#include "agents/cpe/dhcp/lease_lookup.h"
#include "agents/cpe/place/place6.h"
#include "lib/base/cleanup.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>

#define USER_AGENT STR("cwmplab/" CWMPLAB_VERSION)

enum {
	ZEROES_MAX = 65536, /* of a body, queued at once */
	ZEROES_IN_A_ROW = 16,
};

static void look_up(struct transfer *transfer);
static void do_next(struct transfer *transfer, enum fetch_next next);

/* ---- the end ------------------------------------------------------------------------ */

static void free_transfer(struct transfer *transfer)
{
	for (size_t i = 0; i < ARRAY_LEN(transfer->texts); i++)
		free(transfer->texts[i]);
	buf_free(&transfer->body);
	fetch_free(&transfer->fetch);
	http_reader_reset(&transfer->reader);
	free(transfer);
}

static void on_timer_closed(uv_handle_t *handle)
{
	struct transfer *transfer = handle->data;
	const struct transfer_handlers *handlers = transfer->handlers;
	void *user = transfer->user;

	free_transfer(transfer);
	handlers->gone(user);
}

static void on_closed(void *user)
{
	struct transfer *transfer = user;

	transfer->is_closing = false;
	if (transfer->has_ended) {
		uv_close((uv_handle_t *)&transfer->soon, on_timer_closed);
	} else if (transfer->goes_elsewhere) {
		transfer->goes_elsewhere = false;
		look_up(transfer);
	}
}

static void hang_up(struct transfer *transfer)
{
	transfer->is_open = transfer->is_awaiting = false;
	if (!transfer->stream)
		return;
	transfer->is_closing = true;
	stream_close(steal_ptr(&transfer->stream), on_closed);
}

static void let_go(struct transfer *transfer)
{
	transfer->has_ended = true;
	transfer->silent_at = INT64_MAX;
	if (transfer->resolver)
		resolver_cancel(steal_ptr(&transfer->resolver));
	if (transfer->slot)
		*transfer->slot = NULL;
	transfer->slot = NULL;
	hang_up(transfer);
	if (!transfer->is_closing)
		on_closed(transfer);
}

void transfer_cancel(struct transfer *transfer)
{
	if (!transfer->has_ended)
		let_go(transfer);
}

static void end(struct transfer *transfer)
{
	const struct transfer_handlers *handlers = transfer->handlers;
	const struct transfer_result result = {
		.fault = transfer->fetch.fault,
		.why = transfer->fetch.why,
		.n_bytes = transfer->fetch.n_bytes,
		.stage = transfer->stage,
		.is_silent = transfer->is_silent,
		.status = transfer->fetch.status,
		.marks = &transfer->marks,
	};
	void *user = transfer->user;

	/* What it says stays until the loop's next round, when it is freed. */
	let_go(transfer);
	handlers->ended(user, &result);
}

/* ---- requests ----------------------------------------------------------------------- */

static void expect_something(struct transfer *transfer)
{
	transfer->silent_at = clock_monotonic() + transfer->config.wait_timeout;
	transfer->handlers->waits(transfer->user);
}

static void on_more(uv_timer_t *timer);

/* The zeroes of a body go a piece at a time, so that thousands of CPEs may send some at once, and
 * on_drained() goes on; a kernel that takes them all gets a few in a row, then others have
 * their turn. */
static void send_zeroes(struct transfer *transfer)
{
	static const char zeroes[ZEROES_MAX];

	for (int i = 0; i < ZEROES_IN_A_ROW; i++) {
		struct str piece =
		    str_make(zeroes, MIN(transfer->n_unsent, sizeof(zeroes)));

		if (piece.len == 0 || !transfer->is_open ||
		    stream_queued(transfer->stream) > 0)
			return;
		transfer->n_unsent -= piece.len;
		transfer->marks.n_out += piece.len;
		if (stream_write(transfer->stream, piece) < 0) {
			do_next(transfer, fetch_broken(&transfer->fetch, true,
					      "the file cannot be sent"));
			return;
		}
		expect_something(transfer);
	}
	(void)uv_timer_start(&transfer->soon, on_more, 0, 0);
}

static void on_more(uv_timer_t *timer)
{
	send_zeroes(timer->data);
}

static void send_request(struct transfer *transfer)
{
	auto_buf request = BUF_NULL;
	enum fetch_next next = fetch_write(&transfer->fetch, &request);

	if (next != FETCH_READ) {
		do_next(transfer, next);
		return;
	}
	transfer_read_begin(transfer);
	transfer->stage = TRANSFER_ASKING;
	transfer->n_unsent = transfer->config.n_zeroes;
	transfer->marks.asked = transfer->marks.sending = clock_wall();
	transfer->marks.n_out = request.len;
	transfer->marks.n_in = 0;
	transfer->marks.first = transfer->marks.last = 0;
	expect_something(transfer);
	if (stream_write(transfer->stream, buf_str(&request)) < 0)
		do_next(transfer, fetch_broken(&transfer->fetch, false,
				      "the request cannot be sent"));
	else
		send_zeroes(transfer);
}

static void go_elsewhere(struct transfer *transfer)
{
	transfer->goes_elsewhere = true;
	hang_up(transfer);
	if (!transfer->is_closing)
		on_closed(transfer);
}

static void do_next(struct transfer *transfer, enum fetch_next next)
{
	switch (next) {
	case FETCH_READ:
		break;
	case FETCH_SEND:
		if (transfer->is_open)
			send_request(transfer);
		else
			go_elsewhere(transfer);
		break;
	case FETCH_ELSEWHERE:
		go_elsewhere(transfer);
		break;
	case FETCH_DONE:
	case FETCH_FAILED:
		end(transfer);
		break;
	}
}

/* ---- answers ------------------------------------------------------------------------ */

static void on_received(void *user, struct str bytes)
{
	struct transfer *transfer = user;

	if (!transfer->is_awaiting) {
		do_next(transfer, fetch_broken(&transfer->fetch, false,
				      "bytes come that answer no request"));
		return;
	}
	transfer_mark_bytes(transfer, bytes.len);
	expect_something(transfer);
	do_next(transfer, transfer_read(transfer, bytes));
}

static void on_ended(void *user)
{
	struct transfer *transfer = user;

	transfer->is_open = false;
	do_next(transfer, transfer_read_end(transfer));
}

static void on_failed(void *user, enum stream_layer layer, const char *why)
{
	struct transfer *transfer = user;
	char address[ENDPOINT_TEXT_MAX], text[FETCH_WHY_MAX];

	transfer->is_open = false;
	(void)snprintf(text, sizeof(text), "%s: %s",
	    endpoint_text(&transfer->to, address), why);
	do_next(transfer,
	    fetch_broken(&transfer->fetch, transfer_is_inside_body(transfer),
		layer == STREAM_TCP ? text : why));
}

static void on_opened(void *user)
{
	struct transfer *transfer = user;
	char cnonce[17];

	transfer->is_open = true;
	transfer->marks.opened = clock_wall();
	digest_random_hex(cnonce, 8);
	fetch_connected(&transfer->fetch, str_of(cnonce));
	send_request(transfer);
}

/* What is sent is not silence, though the server says nothing meanwhile. */
static void on_drained(void *user)
{
	expect_something(user);
	send_zeroes(user);
}

static const struct stream_handlers stream_handlers = {
	.opened = on_opened,
	.received = on_received,
	.ended = on_ended,
	.failed = on_failed,
	.drained = on_drained,
};

/* ---- connecting --------------------------------------------------------------------- */

static bool is_group(const struct endpoint *to)
{
	return endpoint_is_ipv4(to->address) ? endpoint_address_ipv4(to) >> 28 == 14
					     : to->address[0] == 0xff;
}

static int make_socket(const struct transfer *transfer, struct error *err)
{
	const struct cpe_place *place = transfer->config.place;
	bool is_ipv4 = endpoint_is_ipv4(transfer->to.address);
	int tos = transfer->config.dscp << 2;
	int fd = is_ipv4 ? cpe_place_socket(place, SOCK_STREAM, place->address, err)
			 : cpe_place_make_socket(place, AF_INET6, SOCK_STREAM, 0, err);

	if (fd >= 0 && tos)
		(void)setsockopt(fd, is_ipv4 ? IPPROTO_IP : IPPROTO_IPV6,
		    is_ipv4 ? IP_TOS : IPV6_TCLASS, &tos, sizeof(tos));
	return fd;
}

static void connect_to(struct transfer *transfer, const struct endpoint *to)
{
	const struct url *url = &transfer->fetch.url;
	struct error err = ERROR_NULL;
	struct sockaddr_storage at;
	char name[256];
	struct stream_tls tls = { url->is_https ? transfer->config.tls : NULL, name,
		NULL, NULL };
	socklen_t len = endpoint_sockaddr(to, transfer->config.place->ifindex, &at);
	int fd, r;

	http_reader_reset(&transfer->reader);
	(void)snprintf(name, sizeof(name), "%.*s", STR_ARG(url->host));
	transfer->to = *to;
	/* A CPE joins no group for a file. */
	if (is_group(to)) {
		do_next(transfer,
		    fetch_fail(&transfer->fetch, 9014,
			"%s is a multicast group, which is not joined", name));
		return;
	}
	fd = make_socket(transfer, &err);
	transfer->stage = TRANSFER_CONNECTING;
	transfer->marks.opening = clock_wall();
	r = fd < 0 ? fd
		   : stream_connect(&transfer->stream, transfer->config.loop, fd,
			 (const struct sockaddr *)&at, len, &tls, &stream_handlers,
			 transfer, &err);
	if (r < 0)
		do_next(transfer, fetch_broken(&transfer->fetch, false, err.text));
	else
		expect_something(transfer);
}

/* Of several addresses the best (RFC 6724); a CPE of IPv4 alone goes to the first. */
static struct endpoint pick(const struct transfer *transfer,
    const struct resolver_answer *answer)
{
	const struct cpe_place *place = transfer->config.place;
	struct address_choice choices[2 * RESOLVER_ADDRESSES_MAX] = { 0 };
	uint16_t port = transfer->fetch.url.port;
	size_t n = 0;

	if (place->ip == PLACE_V4)
		return endpoint_ipv4(answer->addresses[0], port);
	for (size_t i = 0; i < answer->len6; i++)
		choices[n++].to = endpoint_ipv6(answer->addresses6[i], port);
	for (size_t i = 0; i < answer->len; i++)
		choices[n++].to = endpoint_ipv4(answer->addresses[i], port);
	for (size_t i = 0; i < n; i++)
		(void)place6_choose(place, &choices[i]);
	address_order(choices, n);
	return choices[0].to;
}

static void on_resolved(void *user, const struct resolver_answer *answer)
{
	struct transfer *transfer = user;
	struct endpoint to;

	transfer->resolver = NULL;
	if (answer->len + answer->len6 == 0) {
		do_next(transfer, fetch_broken(&transfer->fetch, false, answer->why));
		return;
	}
	to = pick(transfer, answer);
	connect_to(transfer, &to);
}

/* Whether the host of the URL is an address; of a family that the CPE has not it is refused. */
static bool take_address(struct transfer *transfer, const struct url *url)
{
	enum place_ip ip = transfer->config.place->ip;
	struct resolver_answer numeric;

	if (!lease_lookup_literal(url->host, &numeric))
		return false;
	if (numeric.len6 > 0 ? ip == PLACE_V4 : ip == PLACE_V6)
		do_next(transfer,
		    fetch_fail(&transfer->fetch, 9015,
			"the file server has an IPv%d address, the CPE has none",
			numeric.len6 > 0 ? 6 : 4));
	else
		on_resolved(transfer, &numeric);
	return true;
}

static void look_up(struct transfer *transfer)
{
	const struct url *url = &transfer->fetch.url;
	struct error err = ERROR_NULL;

	if (take_address(transfer, url))
		return;
	if (lease_lookup(&transfer->resolver, transfer->config.loop,
		transfer->config.place, transfer->config.lease, url->host,
		transfer->config.place->ip, on_resolved, transfer, &err) < 0)
		do_next(transfer, fetch_broken(&transfer->fetch, false, err.text));
}

/* ---- time --------------------------------------------------------------------------- */

clock_ns transfer_due(const struct transfer *transfer)
{
	return MIN(transfer->silent_at, transfer->config.deadline);
}

void transfer_timeout(struct transfer *transfer, clock_ns now)
{
	char why[96];

	if (transfer->has_ended)
		return;
	if (now >= transfer->config.deadline) {
		do_next(transfer,
		    fetch_fail(&transfer->fetch, 9020, "the time window is over"));
	} else if (now >= transfer->silent_at) {
		(void)snprintf(why, sizeof(why),
		    "the file server has been silent for %lld s",
		    (long long)(transfer->config.wait_timeout / NS_PER_S));
		transfer->is_open = false;
		transfer->is_silent = true;
		do_next(transfer, fetch_broken(&transfer->fetch,
				      transfer_is_inside_body(transfer), why));
	}
}

/* ---- the beginning ------------------------------------------------------------------ */

static int copy(struct transfer *transfer)
{
	struct transfer_config *config = &transfer->config;
	struct str *const texts[] = { &config->url, &config->username,
		&config->password };

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		transfer->texts[i] = str_dup(*texts[i]);
		if (!transfer->texts[i])
			return -ENOMEM;
		*texts[i] = str_of(transfer->texts[i]);
	}
	buf_append_str(&transfer->body, config->body);
	return transfer->body.error;
}

static void on_soon(uv_timer_t *timer)
{
	struct transfer *transfer = timer->data;

	if (transfer->fetch.fault != 0)
		end(transfer);
	else
		look_up(transfer);
}

int transfer_start(struct transfer **ret, const struct transfer_config *config,
    const struct transfer_handlers *handlers, void *user)
{
	struct transfer *transfer = calloc(1, sizeof(*transfer));
	struct error err = ERROR_NULL;
	struct fetch_config fetch;

	if (!transfer)
		return -ENOMEM;
	transfer->config = *config;
	transfer->silent_at = INT64_MAX;
	if (copy(transfer) < 0) {
		free_transfer(transfer);
		return -ENOMEM;
	}
	transfer->slot = ret;
	transfer->handlers = handlers;
	transfer->user = user;
	transfer_read_init(transfer);
	fetch = (struct fetch_config){
		.is_upload = config->is_upload,
		.url = transfer->config.url,
		.username = transfer->config.username,
		.password = transfer->config.password,
		.body = buf_str(&transfer->body),
		.n_zeroes = config->n_zeroes,
		.max_bytes = config->max_bytes,
		.is_measured = config->is_measured,
		.sends_basic_over_http = config->sends_basic_over_http,
		.hash = digest_hash,
		.user_agent = USER_AGENT,
	};
	if (fetch_init(&transfer->fetch, &fetch, &err) < 0)
		(void)fetch_fail(&transfer->fetch, 9010, "%s", err.text);
	(void)uv_timer_init(config->loop, &transfer->soon);
	transfer->soon.data = transfer;
	(void)uv_timer_start(&transfer->soon, on_soon, 0, 0);
	*ret = transfer;
	return 0;
}
