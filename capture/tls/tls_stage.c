#include "capture/tls/tls_stage.h"

#include "capture/stream/flow.h"
#include "capture/tls/tls_session.h"
#include "lib/base/compiler.h"
#include "lib/base/wire.h"

enum content {
	CONTENT_UNKNOWN,
	CONTENT_PLAIN,
	CONTENT_TLS
};

enum {
	PROXY_LINE_MAX = 107,
	PROXY_BINARY = 16 /* signature, version, family, length */
};

/* What the callbacks of a session need to know. */
struct flow_call {
	struct tls_stage *stage;
	struct flow *flow;
	struct frame_ref frame;
};

static void on_tls_event(void *user, const struct tls_event *event, enum direction from)
{
	const struct flow_call *call = user;
	const struct conn_sink *out = call->stage->out;

	call->stage->counts->without_secrets += event->what == TLS_NO_SECRETS;
	if (out->tls)
		out->tls(out->user, &call->flow->conn, event, from, call->frame);
}

static void on_tls_data(void *user, enum direction from, struct str bytes)
{
	const struct flow_call *call = user;
	const struct conn_sink *out = call->stage->out;
	struct conn *conn = &call->flow->conn;

	if (!(conn->flags & CONN_DECRYPTED)) {
		conn->flags |= CONN_DECRYPTED;
		call->stage->counts->decrypted++;
	}
	if (out->data)
		out->data(out->user, conn, from, bytes, call->frame);
}

static void on_tls_unread(void *user, enum direction from, uint64_t bytes)
{
	const struct flow_call *call = user;
	const struct conn_sink *out = call->stage->out;

	if (out->gap)
		out->gap(out->user, &call->flow->conn, from, bytes, call->frame);
}

/* What a load balancer puts before the first byte of the client whose connection it hands
 * on (the PROXY protocol of HAProxy, 2.1 and 2.2): how many bytes, 0 without it. */
static size_t proxy_header(struct str bytes)
{
	static const char binary[12] = "\r\n\r\n\0\r\nQUIT\n";
	size_t n;

	if (str_starts(bytes, STR("PROXY ")) && str_find(bytes, STR("\r\n"), &n))
		return n < PROXY_LINE_MAX ? n + 2 : 0;
	if (!str_starts(bytes, str_make(binary, sizeof(binary))) ||
	    bytes.len < PROXY_BINARY)
		return 0;
	n = PROXY_BINARY + (size_t)get_u16((const uint8_t *)bytes.p + 14);
	return n <= bytes.len ? n : 0;
}

/* The first byte tells: no text begins with a record type of TLS. */
static enum content detect(const struct flow *flow, enum direction from,
    struct str bytes)
{
	uint8_t first = (uint8_t)bytes.p[0];

	if (first >= 20 && first <= 23 && (bytes.len < 2 || bytes.p[1] == 3))
		return CONTENT_TLS;
	/* In the middle of TLS any byte may be the first that is seen. */
	if (flow->tls && flow->conn.flags & CONN_MIDDLE && !flow->half[from].has_isn)
		return CONTENT_TLS;
	return CONTENT_PLAIN;
}

static void begin_tls(struct tls_stage *stage, struct flow *flow)
{
	if (flow->tls)
		return;
	flow->tls = tls_session_new();
	if (!flow->tls)
		return;
	flow->conn.flags |= CONN_TLS;
	stage->counts->sessions++;
}

/* The answer to a TLS hello is no TLS: an HTTP server at this port, as a rule. */
static void tell_plain_answer(struct flow_call *call, enum direction from)
{
	struct tls_event event = { .what = TLS_BROKEN,
		.text = "the answer is not TLS" };

	on_tls_event(call, &event, from);
}

static void session_call(struct flow_call *call, enum direction from, struct str bytes,
    uint64_t missing)
{
	uint8_t scratch[TLS_RECORD_MAX + 64];
	struct tls_sink sink = { call, on_tls_event, on_tls_data, on_tls_unread };
	struct tls_context context = { &call->stage->crypto, call->stage->keylog,
		scratch, &sink };

	if (missing > 0)
		tls_session_gap(call->flow->tls, &context, from, missing);
	else
		tls_session_data(call->flow->tls, &context, from, bytes);
}

static void on_data(void *user, struct conn *conn, enum direction from,
    struct str bytes, struct frame_ref frame)
{
	struct tls_stage *stage = user;
	struct flow *flow = container_of(conn, struct flow, conn);
	struct flow_call call = { stage, flow, frame };

	if (flow->content[from] == CONTENT_UNKNOWN && from == FROM_CLIENT) {
		bytes = str_from(bytes, proxy_header(bytes));
		if (bytes.len == 0)
			return;
	}
	if (flow->content[from] == CONTENT_UNKNOWN) {
		flow->content[from] = (uint8_t)detect(flow, from, bytes);
		if (flow->content[from] == CONTENT_TLS)
			begin_tls(stage, flow);
		else if (flow->tls)
			tell_plain_answer(&call, from);
	}
	if (flow->content[from] == CONTENT_TLS && flow->tls)
		session_call(&call, from, bytes, 0);
	else if (stage->out->data)
		stage->out->data(stage->out->user, conn, from, bytes, frame);
}

static void on_gap(void *user, struct conn *conn, enum direction from, uint64_t bytes,
    struct frame_ref frame)
{
	struct tls_stage *stage = user;
	struct flow *flow = container_of(conn, struct flow, conn);
	struct flow_call call = { stage, flow, frame };

	if (flow->content[from] == CONTENT_TLS && flow->tls)
		session_call(&call, from, STR_NULL, bytes);
	else if (stage->out->gap)
		stage->out->gap(stage->out->user, conn, from, bytes, frame);
}

static void on_event(void *user, struct conn *conn, enum conn_event event,
    enum direction from, struct frame_ref frame)
{
	const struct tls_stage *stage = user;

	if (stage->out->event)
		stage->out->event(stage->out->user, conn, event, from, frame);
}

static void on_closed(void *user, struct conn *conn)
{
	const struct tls_stage *stage = user;
	struct flow *flow = container_of(conn, struct flow, conn);

	if (stage->out->closed)
		stage->out->closed(stage->out->user, conn);
	tls_session_free(flow->tls);
	flow->tls = NULL;
}

void tls_stage_init(struct tls_stage *stage, const struct conn_sink *out,
    struct keylog *keylog, struct tls_counts *counts)
{
	*stage = (struct tls_stage){
		.in = { .user = stage,
		    .event = on_event,
		    .data = on_data,
		    .gap = on_gap,
		    .closed = on_closed },
		.out = out,
		.keylog = keylog,
		.counts = counts,
	};
}

void tls_stage_free(struct tls_stage *stage)
{
	tls_crypto_free(&stage->crypto);
}
