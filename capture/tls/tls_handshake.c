/* What the messages of the handshake change. */
#include "capture/tls/tls_hello.h"
#include "capture/tls/tls_internal.h"
#include "lib/base/wire.h"

enum {
	MESSAGE_HEADER = 4,
	MESSAGE_MAX = 256 << 10
};

static void no_secrets(const struct tls_call *c, enum direction from, const char *why)
{
	if (c->s->no_secrets_told)
		return;
	c->s->no_secrets_told = true;
	tls_tell(c, from, (struct tls_event){ .what = TLS_NO_SECRETS, .text = why });
}

static bool enter_master(const struct tls_call *c, enum direction from)
{
	const struct keylog_secret *secret =
	    keylog_find(c->x->keylog, KEYLOG_CLIENT_RANDOM, c->s->randoms.client);

	return secret && tls_cipher_from_master(&c->s->half[from].cipher, c->x->crypto,
			     secret->bytes, &c->s->randoms, from == FROM_CLIENT) == 0;
}

static bool enter_secret(const struct tls_call *c, enum direction from,
    enum tls_epoch epoch)
{
	static const enum keylog_label labels[2][TLS_TRAFFIC + 1] = {
		[FROM_CLIENT] = { [TLS_EARLY] = KEYLOG_CLIENT_EARLY,
		    [TLS_HANDSHAKE] = KEYLOG_CLIENT_HANDSHAKE,
		    [TLS_TRAFFIC] = KEYLOG_CLIENT_TRAFFIC },
		[FROM_SERVER] = { [TLS_HANDSHAKE] = KEYLOG_SERVER_HANDSHAKE,
		    [TLS_TRAFFIC] = KEYLOG_SERVER_TRAFFIC },
	};
	const struct keylog_secret *secret =
	    keylog_find(c->x->keylog, labels[from][epoch], c->s->randoms.client);

	return secret && tls_cipher_from_secret(&c->s->half[from].cipher, c->x->crypto,
			     secret->bytes, secret->len) == 0;
}

void tls_enter(const struct tls_call *c, enum direction from, enum tls_epoch epoch)
{
	struct tls_session *s = c->s;
	struct tls_half *half = &s->half[from];

	half->epoch = epoch;
	half->has_keys = half->is_trial = false;
	if (!s->suite || !s->has_client_hello) {
		no_secrets(c, from,
		    s->has_client_hello && s->has_server_hello
			? "a cipher suite that cannot be decrypted"
			: "the handshake is not in the capture");
		return;
	}
	tls_cipher_clear(&half->cipher);
	half->cipher.suite = s->suite;
	half->cipher.version = s->version;
	half->cipher.is_etm = s->is_etm;
	half->has_keys = s->version >= TLS_1_3 ? enter_secret(c, from, epoch)
					       : enter_master(c, from);
	/* Only the traffic secret is known: records that it does not open are of the
	 * handshake. */
	if (!half->has_keys && epoch == TLS_HANDSHAKE)
		half->has_keys = half->is_trial = enter_secret(c, from, TLS_TRAFFIC);
	if (!half->has_keys && epoch == TLS_EARLY)
		tls_enter(c, from, TLS_HANDSHAKE);
	else if (!half->has_keys)
		no_secrets(c, from, "no secrets for this TLS session");
}

static void take_client_hello(const struct tls_call *c, struct str body)
{
	struct tls_session *s = c->s;
	struct tls_hello hello;

	if (tls_hello_parse_client(body, &hello) < 0) {
		tls_tell(c, FROM_CLIENT,
		    (struct tls_event){ .what = TLS_BROKEN,
			.text = "a ClientHello that cannot be read" });
		return;
	}
	s->has_client_hello = true;
	s->offers_early_data = hello.has_early_data;
	s->has_early_answer = false;
	s->has_certificate = false;
	memcpy(s->randoms.client, hello.random, 32);
	tls_tell(c, FROM_CLIENT,
	    (struct tls_event){ .what = TLS_CLIENT_HELLO,
		.version = hello.version,
		.sni = hello.sni,
		.random = hello.random });
}

static void take_server_hello(const struct tls_call *c, struct str body)
{
	struct tls_session *s = c->s;
	struct tls_hello hello;

	if (tls_hello_parse_server(body, &hello) < 0) {
		tls_tell(c, FROM_SERVER,
		    (struct tls_event){ .what = TLS_BROKEN,
			.text = "a ServerHello that cannot be read" });
		return;
	}
	if (hello.is_retry) {
		s->is_early_rejected = s->offers_early_data; /* RFC 8446 4.1.2 */
		s->offers_early_data = false;
		return;
	}
	s->has_server_hello = true;
	s->version = hello.version;
	s->suite_id = hello.suite;
	s->suite = tls_suite_find(hello.suite);
	s->is_etm = hello.is_etm;
	memcpy(s->randoms.server, hello.random, 32);
	tls_tell(c, FROM_SERVER,
	    (struct tls_event){ .what = TLS_SERVER_HELLO,
		.version = hello.version,
		.suite = hello.suite,
		.is_resumed = s->version >= TLS_1_3 && hello.has_psk });
	if (s->version < TLS_1_3)
		return;
	tls_enter(c, FROM_SERVER, TLS_HANDSHAKE);
	tls_enter(c, FROM_CLIENT, s->offers_early_data ? TLS_EARLY : TLS_HANDSHAKE);
}

static void take_encrypted_extensions(const struct tls_call *c, struct str body)
{
	struct tls_session *s = c->s;

	if (!s->offers_early_data || s->has_early_answer)
		return;
	s->has_early_answer = true;
	s->is_early_rejected = !tls_extensions_accept_early_data(body);
	if (s->is_early_rejected && s->half[FROM_CLIENT].epoch == TLS_EARLY)
		tls_enter(c, FROM_CLIENT, TLS_HANDSHAKE);
}

static void take_finished(const struct tls_call *c, enum direction from)
{
	struct tls_half *half = &c->s->half[from];
	bool is_resumed = from == FROM_SERVER && c->s->version < TLS_1_3 &&
			  c->s->has_client_hello && c->s->has_server_hello &&
			  !c->s->has_certificate && !half->had_gap;

	if (!half->finished_told)
		tls_tell(c, from,
		    (struct tls_event){ .what = TLS_FINISHED,
			.version = c->s->version,
			.suite = c->s->suite_id,
			.is_resumed = is_resumed });
	half->finished_told = true;
	if (c->s->version >= TLS_1_3 && half->epoch == TLS_HANDSHAKE)
		tls_enter(c, from, TLS_TRAFFIC);
}

static void take_message(const struct tls_call *c, enum direction from, uint8_t type,
    struct str body)
{
	struct tls_half *half = &c->s->half[from];

	switch (type) {
	case TLS_HS_CLIENT_HELLO:
		if (from == FROM_CLIENT)
			take_client_hello(c, body);
		break;
	case TLS_HS_SERVER_HELLO:
		if (from == FROM_SERVER)
			take_server_hello(c, body);
		break;
	case TLS_HS_CERTIFICATE:
		c->s->has_certificate |= from == FROM_SERVER;
		tls_tell(c, from,
		    (struct tls_event){ .what = TLS_CERTIFICATE,
			.version = c->s->version,
			.der = tls_certificate_leaf(body, c->s->version >= TLS_1_3) });
		break;
	case TLS_HS_ENCRYPTED_EXTENSIONS:
		if (from == FROM_SERVER)
			take_encrypted_extensions(c, body);
		break;
	case TLS_HS_END_OF_EARLY_DATA:
		if (half->epoch == TLS_EARLY)
			tls_enter(c, from, TLS_HANDSHAKE);
		break;
	case TLS_HS_FINISHED:
		take_finished(c, from);
		break;
	case TLS_HS_KEY_UPDATE:
		if (half->epoch == TLS_TRAFFIC && half->has_keys)
			half->has_keys =
			    tls_cipher_update(&half->cipher, c->x->crypto) == 0;
		break;
	default:
		break;
	}
}

/* Acts on the whole messages at the front; returns how many bytes they are. */
static size_t take_messages(const struct tls_call *c, enum direction from,
    struct str bytes)
{
	size_t at = 0;

	while (bytes.len - at >= MESSAGE_HEADER) {
		const uint8_t *p = (const uint8_t *)bytes.p + at;
		size_t len = get_u24(p + 1);

		if (bytes.len - at - MESSAGE_HEADER < len)
			break;
		take_message(c, from, p[0], str_make(p + MESSAGE_HEADER, len));
		at += MESSAGE_HEADER + len;
	}
	return at;
}

void tls_handshake_bytes(const struct tls_call *c, enum direction from,
    struct str bytes)
{
	struct buf *waiting = &c->s->half[from].handshake;

	waiting->max = MESSAGE_MAX;
	if (waiting->len == 0)
		bytes = str_from(bytes, take_messages(c, from, bytes));
	if (bytes.len == 0)
		return;
	buf_append_str(waiting, bytes);
	if (waiting->error) {
		buf_free(waiting);
		waiting->error = 0;
		tls_tell(c, from,
		    (struct tls_event){ .what = TLS_BROKEN,
			.text = "a handshake message over 256 KiB" });
		return;
	}
	buf_consume(waiting, take_messages(c, from, buf_str(waiting)));
	if (waiting->len == 0)
		buf_free(waiting);
}
