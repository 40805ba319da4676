/* What is below and beside TCP: ARP, DNS, ICMP, datagrams. */
#include "tests/support/script_internal.h"

#include "lib/base/text.h"
#include "lib/base/wire.h"

enum {
	DNS_PORT = 53,
	DNS_CLIENT_PORT = 35353,
	DNS_TYPE_A = 1,
	DNS_TYPE_AAAA = 28,
	DNS_MAX = 512,
};

/* "HOST > HOST" from word i on. */
static int pair_of(struct script *s, const struct statement *st, size_t i,
    struct host **from, struct host **to)
{
	int r;

	if (st->n_words < i + 3 || !word_is(&st->words[i + 1], ">"))
		return script_error(s, &st->words[0], "\"%.*s HOST > HOST\" is meant",
		    STR_ARG(st->words[0].text));
	r = script_need_host(s, &st->words[i], st->words[i].text, from);
	if (r == 0)
		r = script_need_host(s, &st->words[i + 2], st->words[i + 2].text, to);
	return r;
}

int run_arp(struct script *s, const struct statement *st)
{
	struct host *from, *to;
	int r = pair_of(s, st, 1, &from, &to);

	if (r < 0)
		return r;
	packets_arp(s->out, false, &from->at, &to->at);
	if (st->n_words == 4)
		packets_arp(s->out, true, &to->at, &from->at);
	else if (!word_is(&st->words[4], "no-reply"))
		return script_error(s, &st->words[4], "only \"no-reply\" can follow");
	return 0;
}

int run_silence(struct script *s, const struct statement *st)
{
	const struct host *gw = script_host(s, STR("gw"));
	clock_ns ns = 60 * NS_PER_S;
	int r = 0;

	if (st->n_words > 1)
		r = script_time(s, &st->words[1], st->words[1].text, &ns);
	if (r < 0)
		return r;
	s->out->now += ns;
	packets_arp(s->out, false, &gw->at, &script_host(s, STR("dns"))->at);
	return 0;
}

int run_udp(struct script *s, const struct statement *st)
{
	auto_buf payload = BUF_NULL;
	struct endpoint from, to;
	int r;

	if (st->n_words < 4 || !word_is(&st->words[2], ">"))
		return script_error(s, NULL, "udp HOST:PORT > HOST:PORT BYTES");
	r = script_endpoint(s, &st->words[1], &from);
	if (r == 0)
		r = script_endpoint(s, &st->words[3], &to);
	if (r == 0 && st->n_words > 4)
		r = script_bytes(s, &st->words[4], st->words[4].raw, &payload);
	if (r < 0)
		return r;
	from.is_ip6 = to.is_ip6;
	packets_udp(s->out, &from, &to, buf_str(&payload));
	return 0;
}

int run_frame(struct script *s, const struct statement *st)
{
	auto_buf bytes = BUF_NULL;
	int r;

	if (st->n_words < 2)
		return script_error(s, NULL, "frame BYTES");
	r = script_bytes(s, &st->words[1], st->words[1].raw, &bytes);
	if (r == 0)
		packets_frame(s->out, bytes.data, bytes.len);
	return r;
}

/* ---- ICMP ---------------------------------------------------------------------------- */

/* What a ping line says. */
struct echoes {
	uint64_t count, id;
	bool is_answered;
	clock_ns after; /* from a request to its reply; 0: the next frame */
};

static void echo(struct script *s, const struct host *from, const struct host *to,
    bool is_reply, unsigned id, unsigned sequence)
{
	uint8_t bytes[40] = { 0 };

	if (from->at.is_ip6)
		bytes[0] = is_reply ? 129 : 128;
	else
		bytes[0] = is_reply ? 0 : 8;
	put_u16(bytes + 4, (uint16_t)id);
	put_u16(bytes + 6, (uint16_t)sequence);
	packets_icmp(s->out, &from->at, &to->at, str_make(bytes, sizeof(bytes)));
}

static int echoes_word(struct script *s, const struct word *word, struct echoes *ret)
{
	if (str_is(word_key(word), "count"))
		return script_uint(s, word, word_value(word), 1000, &ret->count);
	if (str_is(word_key(word), "id"))
		return script_uint(s, word, word_value(word), UINT16_MAX, &ret->id);
	if (str_is(word_key(word), "after"))
		return script_time(s, word, word_value(word), &ret->after);
	if (!word_is(word, "no-reply"))
		return script_error(s, word, "count=N, id=N, after=TIME or no-reply");
	ret->is_answered = false;
	return 0;
}

int run_ping(struct script *s, const struct statement *st)
{
	struct echoes echoes = { .count = 1, .id = 1, .is_answered = true };
	struct host *from, *to;
	int r = pair_of(s, st, 1, &from, &to);

	for (size_t i = 4; i < st->n_words && r == 0; i++)
		r = echoes_word(s, &st->words[i], &echoes);
	for (unsigned i = 0; i < echoes.count && r == 0; i++) {
		clock_ns sent = s->out->now;

		echo(s, from, to, false, (unsigned)echoes.id, i);
		if (echoes.after > 0)
			s->out->now = sent + echoes.after;
		if (echoes.is_answered)
			echo(s, to, from, true, (unsigned)echoes.id, i);
	}
	return r;
}

/* ICMP quotes the head of the packet that it is about (RFC 792). */
int run_unreachable(struct script *s, const struct statement *st)
{
	uint8_t bytes[8 + 20 + 8] = { 3 };
	struct endpoint *client, *server;
	struct host *from;
	uint64_t code = 1;
	int r;

	if (st->n_words < 2 || !s->conn || s->conn->pair.server.is_ip6)
		return script_error(s, NULL,
		    "unreachable HOST [code=N], with a connection of IPv4");
	r = script_need_host(s, &st->words[1], st->words[1].text, &from);
	if (r == 0 && st->n_words > 2)
		r = script_uint(s, &st->words[2], word_value(&st->words[2]), 15, &code);
	if (r < 0)
		return r;
	client = &s->conn->pair.client;
	server = &s->conn->pair.server;
	bytes[1] = (uint8_t)code;
	bytes[8] = 0x45;
	put_u16(bytes + 10, 40);
	bytes[16] = 64;
	bytes[17] = 6;
	put_u32(bytes + 20, client->ip);
	put_u32(bytes + 24, server->ip);
	put_u16(bytes + 28, client->port);
	put_u16(bytes + 30, server->port);
	put_u32(bytes + 32, s->conn->pair.client_seq);
	packets_icmp(s->out, &from->at, client, str_make(bytes, sizeof(bytes)));
	return 0;
}

/* ---- DNS (RFC 1035) ------------------------------------------------------------------ */

struct dns_answers {
	const struct endpoint *addresses[16];
	size_t n;
	bool is_nxdomain, is_asked_only;
	struct host *client;
};

static void dns_name(struct wire_writer *w, struct str name)
{
	while (name.len > 0) {
		struct str label = str_cut(name, '.', &name);

		wire_put_u8(w, (uint8_t)label.len);
		wire_put_bytes(w, label.p, label.len);
	}
	wire_put_u8(w, 0);
}

static void dns_head(struct wire_writer *w, struct script *s, uint16_t flags,
    size_t n_answers, struct str name, uint16_t type)
{
	wire_put_u16(w, s->dns_id);
	wire_put_u16(w, flags);
	wire_put_u16(w, 1);
	wire_put_u16(w, (uint16_t)n_answers);
	wire_put_u32(w, 0);
	dns_name(w, name);
	wire_put_u16(w, type);
	wire_put_u16(w, 1);
}

static void dns_address(struct wire_writer *w, const struct endpoint *at, uint16_t type)
{
	wire_put_u16(w, 0xc00c); /* the name of the question */
	wire_put_u16(w, type);
	wire_put_u16(w, 1);
	wire_put_u32(w, 300);
	wire_put_u16(w, type == DNS_TYPE_A ? 4 : 16);
	if (type == DNS_TYPE_A)
		wire_put_u32(w, at->ip);
	else
		wire_put_bytes(w, at->ip6, 16);
}

static void dns_exchange(struct script *s, const struct dns_answers *answers,
    struct str name, uint16_t type)
{
	struct host *server = script_host(s, STR("dns"));
	struct endpoint from = answers->client->at, to = server->at;
	uint8_t bytes[DNS_MAX];
	struct wire_writer w = wire_writer(bytes, sizeof(bytes));

	s->dns_id++;
	from.port = DNS_CLIENT_PORT;
	to.port = DNS_PORT;
	dns_head(&w, s, 0x0100, 0, name, type);
	packets_udp(s->out, &from, &to, str_make(bytes, w.at));
	if (answers->is_asked_only)
		return;
	w = wire_writer(bytes, sizeof(bytes));
	dns_head(&w, s, answers->is_nxdomain ? 0x8183 : 0x8180, answers->n, name, type);
	for (size_t i = 0; i < answers->n; i++)
		dns_address(&w, answers->addresses[i], type);
	packets_udp(s->out, &to, &from, str_make(bytes, w.at));
}

static int dns_word(struct script *s, const struct word *word, struct dns_answers *out)
{
	struct host *host;
	int r;

	if (str_is(word_key(word), "client"))
		return script_need_host(s, word, word_value(word), &out->client);
	if (word_is(word, "nxdomain")) {
		out->is_nxdomain = true;
		return 0;
	}
	if (word_is(word, "=")) {
		out->is_asked_only = false;
		return 0;
	}
	if (out->n == ARRAY_LEN(out->addresses))
		return script_error(s, word, "too many addresses");
	r = script_need_host(s, word, word->text, &host);
	if (r == 0)
		out->addresses[out->n++] = &host->at;
	return r;
}

/* dns A NAME [= ADDRESS...] [client=HOST] */
int run_dns(struct script *s, const struct statement *st)
{
	struct dns_answers answers = { .is_asked_only = true,
		.client = script_host(s, STR("cpe")) };
	int r = 0;

	if (st->n_words < 3 ||
	    (!word_is(&st->words[1], "A") && !word_is(&st->words[1], "AAAA")))
		return script_error(s, NULL, "dns A|AAAA NAME [= ADDRESS...]");
	if (st->words[2].text.len > 253)
		return script_error(s, &st->words[2], "the name is too long");
	for (size_t i = 3; i < st->n_words && r == 0; i++)
		r = dns_word(s, &st->words[i], &answers);
	if (r == 0)
		dns_exchange(s, &answers, st->words[2].text,
		    word_is(&st->words[1], "A") ? DNS_TYPE_A : DNS_TYPE_AAAA);
	return r;
}
