/* A TLS connection as a listener sees it. The input: key log lines, a zero byte, then
 * chunks of KIND (bit 0 the direction, bit 1: missing bytes), LENGTH (two bytes), BYTES. */
#include "capture/tls/tls_session.h"
#include "lib/base/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void on_event(void *user, const struct tls_event *event, enum direction from)
{
	(void)user, (void)event, (void)from;
}

static void on_data(void *user, enum direction from, struct str bytes)
{
	(void)user, (void)from, (void)bytes;
}

static void on_unread(void *user, enum direction from, uint64_t bytes)
{
	(void)user, (void)from, (void)bytes;
}

static void play(struct tls_session *session, const struct tls_context *context,
    struct str input)
{
	struct wire_reader r = wire_reader(input.p, input.len);

	while (wire_left(&r) >= 3) {
		uint8_t kind = wire_u8(&r);
		uint16_t n = wire_u16(&r);
		enum direction from = kind & 1 ? FROM_SERVER : FROM_CLIENT;

		if (kind & 2)
			tls_session_gap(session, context, from, n);
		else if (wire_left(&r) > 0 && n > 0)
			tls_session_data(session, context, from,
			    wire_str(&r, MIN(n, wire_left(&r))));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const struct tls_sink sink = { NULL, on_event, on_data, on_unread };
	struct tls_session *session = tls_session_new();
	struct keylog keylog = KEYLOG_NULL;
	struct tls_crypto crypto = { 0 };
	uint8_t scratch[TLS_RECORD_MAX + 64];
	struct tls_context context = { &crypto, &keylog, scratch, &sink };
	struct str rest, lines = str_cut(str_make(bytes, len), '\0', &rest);

	if (session) {
		(void)keylog_add(&keylog, lines);
		play(session, &context, rest);
	}
	tls_session_free(session);
	tls_crypto_free(&crypto);
	keylog_free(&keylog);
	return 0;
}
