#include "tests/support/transcript.h"

#include "capture/decoder.h"

static const char *who(enum direction from)
{
	return from == FROM_CLIENT ? "client" : "server";
}

static void on_event(void *user, struct conn *conn, enum conn_event event,
    enum direction from, struct frame_ref frame)
{
	static const char *const words[] = { "syn", "synack", "established", "fin",
		"rst", "evicted", "end" };
	struct transcript *t = user;

	(void)conn;
	if (!t->is_brief)
		buf_printf(&t->text, "%llu %s %s\n", (unsigned long long)frame.number,
		    who(from), words[event]);
}

static void on_data(void *user, struct conn *conn, enum direction from,
    struct str bytes, struct frame_ref frame)
{
	struct transcript *t = user;

	(void)conn;
	if (t->is_brief)
		buf_printf(&t->text, "%llu %s data %zu\n",
		    (unsigned long long)frame.number, who(from), bytes.len);
	else
		buf_printf(&t->text, "%llu %s data \"%.*s\"\n",
		    (unsigned long long)frame.number, who(from), STR_ARG(bytes));
}

static void on_gap(void *user, struct conn *conn, enum direction from, uint64_t bytes,
    struct frame_ref frame)
{
	struct transcript *t = user;

	(void)conn;
	buf_printf(&t->text, "%llu %s gap %llu\n", (unsigned long long)frame.number,
	    who(from), (unsigned long long)bytes);
}

static void on_tls(void *user, struct conn *conn, const struct tls_event *event,
    enum direction from, struct frame_ref frame)
{
	static const char *const words[] = { "client-hello", "server-hello",
		"certificate", "finished", "alert", "encrypted-alert", "no-secrets",
		"broken" };
	struct transcript *t = user;

	(void)conn;
	buf_printf(&t->text, "%llu %s tls %s", (unsigned long long)frame.number,
	    who(from), words[event->what]);
	if (event->what == TLS_CLIENT_HELLO || event->what == TLS_SERVER_HELLO)
		buf_printf(&t->text, " %04x %.*s", event->version, STR_ARG(event->sni));
	if (event->what == TLS_ALERT)
		buf_printf(&t->text, " %u", event->alert);
	buf_append_char(&t->text, '\n');
}

static void on_closed(void *user, struct conn *conn)
{
	struct transcript *t = user;

	if (!t->is_brief)
		buf_printf(&t->text, "closed %llu\n", (unsigned long long)conn->id);
}

static void on_unreachable(void *user, const struct address *from,
    const struct address *by, uint16_t by_port, const struct address *to,
    uint16_t to_port, uint8_t protocol, uint8_t code, struct frame_ref frame)
{
	struct transcript *t = user;
	char a[ADDRESS_TEXT_MAX], b[ADDRESS_TEXT_MAX], c[ADDRESS_TEXT_MAX];

	buf_printf(&t->text, "%llu %s unreachable %u: %s port %u to %s port %u of %u\n",
	    (unsigned long long)frame.number, address_text(from, a), code,
	    address_text(by, b), by_port, address_text(to, c), to_port, protocol);
}

static void on_datagram(void *user, const struct address *from, uint16_t from_port,
    const struct address *to, uint16_t to_port, const uint8_t from_mac[6],
    uint32_t vlan, struct str payload, struct frame_ref frame)
{
	struct transcript *t = user;
	char a[ADDRESS_TEXT_MAX], b[ADDRESS_TEXT_MAX];

	(void)from_mac, (void)vlan;
	buf_printf(&t->text, "%llu %s:%u to %s:%u \"%.*s\"\n",
	    (unsigned long long)frame.number, address_text(from, a), from_port,
	    address_text(to, b), to_port, STR_ARG(payload));
}

struct conn_sink transcript_sink(struct transcript *transcript)
{
	return (struct conn_sink){
		.user = transcript,
		.event = on_event,
		.data = on_data,
		.gap = on_gap,
		.tls = on_tls,
		.closed = on_closed,
		.unreachable = on_unreachable,
		.datagram = on_datagram,
	};
}

void transcript_feed(void *decoder, const uint8_t *frame, size_t len, clock_ns time,
    uint64_t number)
{
	struct frame f = { frame, (uint32_t)len, (uint32_t)len, LINKTYPE_ETHERNET, 0,
		time, number };

	decoder_feed(decoder, &f);
}
