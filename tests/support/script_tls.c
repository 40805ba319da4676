/* TLS as far as it can be seen without secrets: records (RFC 5246 6.2.1), hellos (RFC 8446
 * 4.1), and what looks like ciphertext. */
#include "tests/support/script_internal.h"

#include "lib/base/wire.h"

enum {
	TLS_HANDSHAKE = 22,
	TLS_DATA = 23,
	TLS_CCS = 20,
	TLS_EXT_SNI = 0,
	TLS_EXT_VERSIONS = 43,
	TLS12 = 0x0303,
	TLS13 = 0x0304,
};

static void record_put(struct buf *out, uint8_t type, struct str body)
{
	uint8_t head[5] = { type, 3, 3 };

	put_u16(head + 3, (uint16_t)body.len);
	buf_append(out, head, sizeof(head));
	buf_append_str(out, body);
}

static void send_record(struct script *s, bool from_client, uint8_t type,
    struct str body)
{
	static const struct sending plain = { 0 };
	auto_buf out = BUF_NULL;

	record_put(&out, type, body);
	script_send(s, from_client, buf_str(&out), &plain);
}

/* > record TYPE BYTES */
int script_record(struct script *s, const struct statement *st, bool from_client)
{
	auto_buf body = BUF_NULL;
	uint64_t type;
	int r;

	if (st->n_words < 4)
		return script_error(s, NULL, "record TYPE BYTES");
	r = script_uint(s, &st->words[2], st->words[2].text, 255, &type);
	if (r == 0)
		r = script_bytes(s, &st->words[3], st->words[3].raw, &body);
	if (r == 0)
		send_record(s, from_client, (uint8_t)type, buf_str(&body));
	return r;
}

struct greeting {
	struct str sni;
	uint16_t version;
	uint64_t data;
	bool has_no_answer;
};

static void extension(struct wire_writer *w, uint16_t type, struct str value)
{
	wire_put_u16(w, type);
	wire_put_u16(w, (uint16_t)value.len);
	wire_put_bytes(w, value.p, value.len);
}

static void sni_extension(struct wire_writer *w, struct str name)
{
	uint8_t bytes[512];
	struct wire_writer v = wire_writer(bytes, sizeof(bytes));

	wire_put_u16(&v, (uint16_t)(name.len + 3));
	wire_put_u8(&v, 0);
	wire_put_u16(&v, (uint16_t)name.len);
	wire_put_bytes(&v, name.p, name.len);
	extension(w, TLS_EXT_SNI, str_make(bytes, v.at));
}

static void hello_head(struct wire_writer *w, uint8_t random)
{
	uint8_t bytes[32];

	memset(bytes, random, sizeof(bytes));
	wire_put_u32(w, 0); /* type and length: below */
	wire_put_u16(w, TLS12);
	wire_put_bytes(w, bytes, sizeof(bytes));
	wire_put_u8(w, 32);
	wire_put_bytes(w, bytes, sizeof(bytes));
}

static void send_hello(struct script *s, bool from_client, uint8_t *bytes,
    const struct wire_writer *w, size_t extensions_at)
{
	put_u16(bytes + extensions_at, (uint16_t)(w->at - extensions_at - 2));
	put_u32(bytes, (uint32_t)(w->at - 4));
	bytes[0] = from_client ? 1 : 2;
	send_record(s, from_client, TLS_HANDSHAKE, str_make(bytes, w->at));
}

static void client_hello(struct script *s, const struct greeting *g)
{
	uint8_t bytes[1024];
	struct wire_writer w = wire_writer(bytes, sizeof(bytes));
	size_t at;

	hello_head(&w, 0xc1);
	wire_put_bytes(&w, "\0\4\x13\x01\xc0\x2f\1\0", 8); /* suites, compression */
	at = w.at;
	wire_put_u16(&w, 0);
	if (g->sni.len > 0)
		sni_extension(&w, g->sni);
	if (g->version == TLS13)
		extension(&w, TLS_EXT_VERSIONS, STR("\x04\x03\x04\x03\x03"));
	send_hello(s, true, bytes, &w, at);
}

static void server_hello(struct script *s, const struct greeting *g)
{
	uint8_t bytes[256];
	struct wire_writer w = wire_writer(bytes, sizeof(bytes));
	size_t at;

	hello_head(&w, 0xac);
	wire_put_u16(&w, g->version == TLS13 ? 0x1301 : 0xc02f);
	wire_put_u8(&w, 0);
	at = w.at;
	wire_put_u16(&w, 0);
	if (g->version == TLS13)
		extension(&w, TLS_EXT_VERSIONS, STR("\x03\x04"));
	send_hello(s, false, bytes, &w, at);
}

/* What looks like ciphertext: nobody can tell without the secrets. */
static void send_data(struct script *s, bool from_client, uint8_t type, size_t n)
{
	auto_buf bytes = BUF_NULL;

	for (size_t i = 0; i < n; i++)
		buf_append_char(&bytes, (char)(uint8_t)(i * 167 + 41));
	send_record(s, from_client, type, buf_str(&bytes));
}

static void rest_of_handshake(struct script *s, const struct greeting *g)
{
	bool is_13 = g->version == TLS13;

	if (!is_13) {
		send_record(s, false, TLS_HANDSHAKE, STR("\x0e\0\0\0"));
		send_record(s, true, TLS_HANDSHAKE, STR("\x10\0\0\4\3abc"));
	}
	send_record(s, is_13 ? false : true, TLS_CCS, STR("\1"));
	if (is_13)
		send_data(s, false, TLS_DATA, 1200);
	else
		send_data(s, true, TLS_HANDSHAKE, 40);
	send_record(s, is_13 ? true : false, TLS_CCS, STR("\1"));
	if (is_13)
		send_data(s, true, TLS_DATA, 53);
	else
		send_data(s, false, TLS_HANDSHAKE, 40);
	send_data(s, true, TLS_DATA, g->data);
	send_data(s, false, TLS_DATA, g->data);
}

static int hello_word(struct script *s, const struct word *word, struct greeting *g)
{
	struct str key = word_key(word), value = word_value(word);

	if (str_is(key, "sni")) {
		if (value.len > 255)
			return script_error(s, word, "the name is too long");
		g->sni = str_is(value, "none") ? STR_NULL : value;
		return 0;
	}
	if (str_is(key, "data"))
		return script_uint(s, word, value, 16000, &g->data);
	if (str_is(key, "version") && (str_is(value, "1.2") || str_is(value, "1.3"))) {
		g->version = str_is(value, "1.3") ? TLS13 : TLS12;
		return 0;
	}
	if (word_is(word, "no-answer")) {
		g->has_no_answer = true;
		return 0;
	}
	return script_error(s, word, "sni=NAME, version=1.2|1.3, data=N or no-answer");
}

int run_hello(struct script *s, const struct statement *st)
{
	struct greeting g = { .version = TLS13, .data = 400 };
	int r = script_need_conn(s);

	for (size_t i = 1; i < st->n_words && r == 0; i++)
		r = hello_word(s, &st->words[i], &g);
	if (r < 0)
		return r;
	client_hello(s, &g);
	if (g.has_no_answer)
		return 0;
	server_hello(s, &g);
	rest_of_handshake(s, &g);
	return 0;
}
