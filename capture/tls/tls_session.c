#include "capture/tls/tls_session.h"

#include "capture/tls/tls_hello.h"
#include "capture/tls/tls_internal.h"
#include "lib/base/wire.h"

#include <stdlib.h>

enum {
	RECORD_HEADER = 5,
	RECORD_SMALLEST = RECORD_HEADER + 17, /* protected: a type and a tag */
	UNSURE_MAX = 1024,                    /* record numbers tried after a gap */
	WAITING_MAX = 64 << 10,
};

struct tls_session *tls_session_new(void)
{
	return calloc(1, sizeof(struct tls_session));
}

void tls_session_free(struct tls_session *s)
{
	if (!s)
		return;
	for (int i = 0; i < 2; i++) {
		buf_free(&s->half[i].in);
		buf_free(&s->half[i].handshake);
		tls_cipher_clear(&s->half[i].cipher);
	}
	free(s);
}

static void unread(const struct tls_call *c, enum direction from, uint64_t bytes)
{
	if (bytes > 0)
		c->x->sink->unread(c->x->sink->user, from, bytes);
}

/* Content that is readable, because it was plain or is decrypted. */
static void take_content(const struct tls_call *c, enum direction from,
    const struct tls_record *record)
{
	struct str body = str_make(record->body, record->len);

	switch (record->type) {
	case TLS_ALERT_RECORD:
		if (record->len >= 2)
			tls_tell(c, from,
			    (struct tls_event){ .what = TLS_ALERT,
				.version = c->s->version,
				.alert = record->body[1] });
		break;
	case TLS_HANDSHAKE_RECORD:
		tls_handshake_bytes(c, from, body);
		break;
	case TLS_APPLICATION_DATA:
		if (body.len > 0)
			c->x->sink->data(c->x->sink->user, from, body);
		break;
	default:
		break;
	}
}

/* What a protected record shows to those without the key. */
static void take_opaque(const struct tls_call *c, enum direction from,
    const struct tls_record *record)
{
	struct tls_half *half = &c->s->half[from];

	switch (record->type) {
	case TLS_ALERT_RECORD:
		tls_tell(c, from,
		    (struct tls_event){ .what = TLS_ENCRYPTED_ALERT,
			.version = c->s->version });
		break;
	case TLS_HANDSHAKE_RECORD:
		/* TLS 1.2: the first one after ChangeCipherSpec. */
		if (!half->finished_told && c->s->has_server_hello)
			tls_tell(c, from,
			    (struct tls_event){ .what = TLS_FINISHED,
				.version = c->s->version,
				.suite = c->s->suite_id });
		half->finished_told = true;
		break;
	case TLS_APPLICATION_DATA:
		unread(c, from, record->len);
		break;
	default:
		break;
	}
}

/* Opens a record, after a gap with any of the numbers that it may have. */
static bool try_open(const struct tls_call *c, struct tls_half *half,
    const struct tls_record *record, struct tls_record *plain)
{
	uint64_t first = half->cipher.seq;

	for (uint32_t i = 0; i <= half->unsure; i++) {
		half->cipher.seq = first + i;
		if (tls_cipher_open(&half->cipher, record, c->x->scratch, plain) == 0) {
			half->unsure = 0;
			return true;
		}
	}
	half->cipher.seq = first;
	return false;
}

/* A record that the keys in force do not open: 1 when others are in force now. */
static bool may_retry(const struct tls_call *c, enum direction from)
{
	struct tls_half *half = &c->s->half[from];

	if (c->s->version < TLS_1_3)
		return false;
	if (half->epoch == TLS_EARLY) {
		tls_enter(c, from, TLS_HANDSHAKE);
		return half->has_keys;
	}
	if (half->epoch == TLS_HANDSHAKE && half->had_gap && !half->is_trial) {
		tls_enter(c, from, TLS_TRAFFIC);
		return half->has_keys;
	}
	return false;
}

static void take_unopened(const struct tls_call *c, enum direction from,
    const struct tls_record *record)
{
	struct tls_half *half = &c->s->half[from];

	if (half->is_trial)
		return; /* of the handshake, whose secret is missing */
	if (c->s->is_early_rejected && from == FROM_CLIENT &&
	    half->epoch == TLS_HANDSHAKE)
		return; /* early data: whatever matters in it is sent again */
	if (half->unsure > 0) {
		half->is_lost = true;
	} else if (half->epoch != TLS_HANDSHAKE || !c->s->offers_early_data) {
		tls_tell(c, from,
		    (struct tls_event){ .what = TLS_BROKEN,
			.version = c->s->version,
			.text = "a record that its key does not open: wrong secrets or "
				"damaged bytes" });
		half->has_keys = false;
	} /* else early data that the server does not read either */
	unread(c, from, record->len);
}

static void take_protected(const struct tls_call *c, enum direction from,
    const struct tls_record *record)
{
	struct tls_half *half = &c->s->half[from];
	struct tls_record plain;
	bool is_open;

	/* RFC 8446 6: an end without keys can only complain in the clear. */
	if (c->s->version >= TLS_1_3 && record->type == TLS_ALERT_RECORD &&
	    record->len == 2) {
		take_content(c, from, record);
		return;
	}
	if (!half->has_keys) {
		take_opaque(c, from, record);
		return;
	}
	is_open = try_open(c, half, record, &plain);
	while (!is_open && may_retry(c, from))
		is_open = try_open(c, half, record, &plain);
	if (!is_open) {
		take_unopened(c, from, record);
		return;
	}
	if (half->is_trial) {
		half->is_trial = false;
		half->epoch = TLS_TRAFFIC;
	}
	take_content(c, from, &plain);
}

/* Whether a record of an end that has not changed to protection is in the clear: not when
 * the capture begins in the middle. */
static bool is_plain(const struct tls_session *s, enum direction from,
    const struct tls_record *record)
{
	bool has_hello =
	    from == FROM_CLIENT ? s->has_client_hello : s->has_server_hello;
	uint8_t hello = from == FROM_CLIENT ? TLS_HS_CLIENT_HELLO : TLS_HS_SERVER_HELLO;

	if (record->type == TLS_APPLICATION_DATA)
		return false;
	if (record->type == TLS_ALERT_RECORD)
		return record->len == 2;
	return has_hello || s->half[from].handshake.len > 0 ||
	       (record->len > 0 && (record->body[0] == hello || record->body[0] == 0));
}

static void take_record(const struct tls_call *c, enum direction from,
    const struct tls_record *record)
{
	struct tls_session *s = c->s;
	struct tls_half *half = &s->half[from];

	if (record->type == TLS_CHANGE_CIPHER_SPEC) {
		/* TLS 1.3 sends it for the sake of middleboxes (RFC 8446 D.4), a client
		 * with early data before it knows the version. */
		if (s->has_server_hello ? s->version < TLS_1_3 : !s->has_client_hello)
			tls_enter(c, from, TLS_TRAFFIC);
		return;
	}
	if (half->epoch == TLS_PLAIN && s->is_early_rejected && from == FROM_CLIENT &&
	    record->type == TLS_APPLICATION_DATA)
		return; /* early data that a HelloRetryRequest made void */
	if (half->epoch == TLS_PLAIN && !is_plain(s, from, record))
		tls_enter(c, from, TLS_TRAFFIC);
	if (half->epoch == TLS_PLAIN)
		take_content(c, from, record);
	else
		take_protected(c, from, record);
}

static bool is_header(const uint8_t *p)
{
	return p[0] >= TLS_CHANGE_CIPHER_SPEC && p[0] <= TLS_APPLICATION_DATA &&
	       p[1] == 3 && p[2] <= 4 && get_u16(p + 3) <= TLS_RECORD_MAX;
}

/* Early data comes before the ServerHello that says how it is protected, and before the
 * EncryptedExtensions (where they can be read) that say whether it counts. */
static bool must_wait(const struct tls_session *s, enum direction from, uint8_t type)
{
	const struct tls_half *server = &s->half[FROM_SERVER];

	if (from != FROM_CLIENT || type != TLS_APPLICATION_DATA ||
	    !s->has_client_hello || !s->offers_early_data || s->has_early_answer)
		return false;
	return !s->has_server_hello || (server->epoch == TLS_HANDSHAKE &&
					   server->has_keys && !server->is_trial);
}

/* Looks for a record after a gap; how many bytes are none. */
static size_t find_header(struct tls_half *half, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i + RECORD_HEADER <= len; i++) {
		if (is_header(p + i)) {
			half->is_lost = false;
			return i;
		}
	}
	return len;
}

/* Takes the whole records of bytes; how many bytes are done with. */
static size_t take_records(const struct tls_call *c, enum direction from,
    struct str bytes)
{
	struct tls_half *half = &c->s->half[from];
	const uint8_t *p = (const uint8_t *)bytes.p;
	size_t at = 0;

	for (;;) {
		struct tls_record record;

		if (half->is_lost) {
			size_t none = find_header(half, p + at, bytes.len - at);

			unread(c, from, none);
			at += none;
		}
		if (half->is_broken || bytes.len - at < RECORD_HEADER)
			break;
		if (!is_header(p + at)) {
			half->is_broken = true;
			tls_tell(c, from,
			    (struct tls_event){ .what = TLS_BROKEN,
				.version = c->s->version,
				.text = "bytes that are no TLS record" });
			break;
		}
		record = (struct tls_record){ p[at], get_u16(p + at + 1),
			p + at + RECORD_HEADER, get_u16(p + at + 3) };
		if (bytes.len - at - RECORD_HEADER < record.len ||
		    must_wait(c->s, from, record.type))
			break;
		at += RECORD_HEADER + record.len;
		take_record(c, from, &record);
	}
	if (half->is_broken) {
		unread(c, from, bytes.len - at);
		at = bytes.len;
	}
	return at;
}

/* Takes what waits in the buffer of a direction. */
static void take_buffer(const struct tls_call *c, enum direction from)
{
	struct buf *in = &c->s->half[from].in;

	buf_consume(in, take_records(c, from, buf_str(in)));
	if (in->len > WAITING_MAX || in->error) {
		unread(c, from, in->len);
		c->s->half[from].is_broken = true;
		in->len = 0;
	}
	if (in->len == 0)
		buf_free(in);
}

void tls_session_data(struct tls_session *s, const struct tls_context *x,
    enum direction from, struct str bytes)
{
	struct tls_call c = { s, x };
	struct tls_half *half = &s->half[from];

	if (half->skip > 0) {
		size_t n = bytes.len < half->skip ? bytes.len : (size_t)half->skip;

		unread(&c, from, n);
		half->skip -= n;
		bytes = str_from(bytes, n);
	}
	if (half->in.len == 0)
		bytes = str_from(bytes, take_records(&c, from, bytes));
	if (bytes.len > 0) {
		buf_append_str(&half->in, bytes);
		take_buffer(&c, from);
	}
	if (from == FROM_SERVER && s->has_server_hello &&
	    s->half[FROM_CLIENT].in.len > 0)
		take_buffer(&c, FROM_CLIENT);
}

static void lose(struct tls_half *half, uint64_t bytes)
{
	uint64_t records = 1 + bytes / RECORD_SMALLEST;

	half->is_lost = true;
	half->unsure = records < UNSURE_MAX ? (uint32_t)records : UNSURE_MAX;
}

void tls_session_gap(struct tls_session *s, const struct tls_context *x,
    enum direction from, uint64_t bytes)
{
	struct tls_call c = { s, x };
	struct tls_half *half = &s->half[from];
	size_t have = half->in.len;
	uint64_t missing = 0; /* of a record whose length is known */

	unread(&c, from, bytes + have);
	half->had_gap = true;
	buf_free(&half->handshake);
	if (have >= RECORD_HEADER) {
		missing = RECORD_HEADER + get_u16(half->in.data + 3) - have;
		half->cipher.seq++;
	} else if (have == 0) {
		missing = half->skip;
	}
	buf_free(&half->in);
	half->skip = 0;
	if (missing > 0 && bytes <= missing)
		half->skip = missing - bytes;
	else
		lose(half, bytes - missing);
}
