/* Connections of a script: opened, closed, with losses. */
#include "tests/support/script_internal.h"

#include "lib/base/text.h"
#include "lib/proto/url.h"

enum {
	FIRST_PORT = 40000,
	DEFAULT_MSS = 1448,
};

/* ---- opening ------------------------------------------------------------------------- */

struct opening {
	struct host *from, *to;
	uint64_t to_port, from_port, mss;
	struct str host_header, path, label;
	bool is_unseen, has_no_answer, has_no_synack, is_refused;
	uint64_t n_syns; /* of one that gets no answer */
	clock_ns every;  /* from one to the next; 0: a second */
};

/* "acs:7547/path" or "http://NAME:PORT/PATH" */
static int open_target(struct script *s, const struct word *word, struct str text,
    struct opening *out)
{
	bool is_url =
	    str_starts(text, STR("http://")) || str_starts(text, STR("https://"));
	auto_buf full = BUF_NULL;
	struct error err = ERROR_NULL;
	char header[URL_MAX], address[IPV4_TEXT_MAX];
	struct url url;
	int r;

	if (!is_url)
		buf_append_text(&full, "http://");
	buf_append_str(&full, text);
	if (url_parse(&url, buf_str(&full), &err) < 0)
		return script_error(s, word, "%s", err.text);
	r = script_need_host(s, word, url.host, &out->to);
	if (r < 0)
		return r;
	if (!is_url && !url.has_port)
		return script_error(s, word, "the port is missing");
	out->to_port = url.port;
	out->path = arena_str(&s->arena, url.path);
	if (!is_url && !out->to->at.is_ip6)
		url.host = str_of(ipv4_text(out->to->at.ip, address));
	if (url_host_header(&url, header, sizeof(header)) < 0)
		return script_error(s, word, "the name is too long");
	out->host_header = arena_str(&s->arena, str_of(header));
	return 0;
}

static int open_word(struct script *s, const struct word *word, struct opening *out)
{
	struct str key = word_key(word), value = word_value(word);

	if (str_is(key, "url"))
		return open_target(s, word, value, out);
	if (str_is(key, "from"))
		return script_need_host(s, word, value, &out->from);
	if (str_is(key, "port"))
		return script_uint(s, word, value, 65535, &out->from_port);
	if (str_is(key, "mss"))
		return script_uint(s, word, value, 8000, &out->mss);
	if (str_is(key, "syns"))
		return script_uint(s, word, value, 100, &out->n_syns);
	if (str_is(key, "every"))
		return script_time(s, word, value, &out->every);
	if (str_is(key, "as"))
		out->label = arena_str(&s->arena, value);
	else if (word_is(word, "no-syn"))
		out->is_unseen = true;
	else if (word_is(word, "no-answer"))
		out->has_no_answer = true;
	else if (word_is(word, "no-synack"))
		out->has_no_synack = true;
	else if (word_is(word, "refused"))
		out->is_refused = true;
	else
		return open_target(s, word, word->text, out);
	return 0;
}

static void open_packets(struct script *s, struct connection *c,
    const struct opening *how)
{
	struct tcp_pair *pair = &c->pair;

	if (how->is_unseen) {
		packets_tcp_skip(pair, true, 1);
		packets_tcp_skip(pair, false, 1);
	} else if (how->has_no_answer || how->is_refused) {
		packets_tcp(s->out, &pair->client, &pair->server, pair->client_seq, 0,
		    TH_SYN_, STR_NULL);
		for (uint64_t i = 1; i < how->n_syns; i++) {
			s->out->now += how->every ? how->every : NS_PER_S;
			packets_tcp(s->out, &pair->client, &pair->server,
			    pair->client_seq, 0, TH_SYN_, STR_NULL);
		}
		if (how->is_refused)
			packets_tcp(s->out, &pair->server, &pair->client, 0,
			    pair->client_seq + 1, TH_RST_ | TH_ACK_, STR_NULL);
	} else if (how->has_no_synack) {
		packets_tcp_open_half_seen(s->out, pair);
	} else {
		packets_tcp_open(s->out, pair);
	}
}

static struct connection *add_connection(struct script *s, const struct opening *how)
{
	unsigned n = (unsigned)s->n_conns;
	struct connection *c = &s->conns[s->n_conns++];

	*c = (struct connection){ .label = how->label,
		.client = how->from,
		.server = how->to,
		.host_header = how->host_header,
		.path = how->path,
		.number = n };
	c->pair = (struct tcp_pair){ how->from->at, how->to->at, 1000 + 100000 * n,
		50000 + 100000 * n, (uint16_t)how->mss };
	c->pair.client.is_ip6 = how->to->at.is_ip6;
	c->pair.client.port = (uint16_t)how->from_port;
	c->pair.server.port = (uint16_t)how->to_port;
	return c;
}

int script_open(struct script *s, const struct word *words, size_t n)
{
	struct opening how = { .from = script_host(s, STR("cpe")) };
	size_t i = 0;
	int r;

	r = open_target(s, NULL, STR("http://10.0.0.11:7547/acs"), &how);
	if (r == 0 && n > 2 && word_is(&words[1], ">")) {
		r = script_need_host(s, &words[0], words[0].text, &how.from);
		i = 2;
	}
	for (; i < n && r == 0; i++)
		r = open_word(s, &words[i], &how);
	if (r < 0)
		return r;
	if (s->n_conns == SCRIPT_CONNS_MAX)
		return script_error(s, NULL, "too many connections");
	if (how.from_port == 0)
		how.from_port = FIRST_PORT + s->n_conns;
	s->conn = add_connection(s, &how);
	open_packets(s, s->conn, &how);
	return 0;
}

int run_open(struct script *s, const struct statement *st)
{
	return script_open(s, st->words + 1, st->n_words - 1);
}

int run_use(struct script *s, const struct statement *st)
{
	for (size_t i = s->n_conns; i > 0 && st->n_words == 2; i--) {
		if (str_eq(s->conns[i - 1].label, st->words[1].text)) {
			s->conn = &s->conns[i - 1];
			return 0;
		}
	}
	return script_error(s, NULL, "use LABEL of an \"open ... as=LABEL\"");
}

/* ---- closing ------------------------------------------------------------------------- */

/* By any of a machine's names. */
static bool is_machine(struct script *s, struct str name, const struct host *host)
{
	const struct host *named = script_host(s, name);

	return named && memcmp(named->at.mac, host->at.mac, 6) == 0;
}

static int side_of(struct script *s, const struct word *word, bool *ret_is_client)
{
	const struct connection *c = s->conn;

	*ret_is_client =
	    str_is(word->text, "client") || is_machine(s, word->text, c->client);
	if (*ret_is_client || str_is(word->text, "server") ||
	    is_machine(s, word->text, c->server))
		return 0;
	return script_error(s, word, "the connection is of %s and %s", c->client->name,
	    c->server->name);
}

int script_need_conn(struct script *s)
{
	return s->conn ? 0 : script_error(s, NULL, "no connection was opened");
}

int run_close(struct script *s, const struct statement *st)
{
	bool is_client;
	int r = script_need_conn(s);

	if (r == 0 && st->n_words == 1)
		packets_tcp_close(s->out, &s->conn->pair);
	if (r < 0 || st->n_words == 1)
		return r;
	r = side_of(s, &st->words[1], &is_client);
	if (r < 0)
		return r;
	if (st->n_words == 3 && word_is(&st->words[2], "drop"))
		packets_tcp_fin_unseen(s->out, &s->conn->pair, is_client);
	else
		packets_tcp_fin(s->out, &s->conn->pair, is_client);
	return 0;
}

int run_reset(struct script *s, const struct statement *st)
{
	bool is_client;
	int r = script_need_conn(s);

	if (r == 0 && st->n_words != 2)
		r = script_error(s, NULL, "reset cpe|acs");
	if (r == 0)
		r = side_of(s, &st->words[1], &is_client);
	if (r == 0)
		packets_tcp_rst(s->out, &s->conn->pair, is_client);
	return r;
}

/* ---- bytes --------------------------------------------------------------------------- */

void script_send(struct script *s, bool from_client, struct str bytes,
    const struct sending *how)
{
	struct tcp_pair *pair = &s->conn->pair;
	size_t mss = pair->mss ? pair->mss : DEFAULT_MSS;
	size_t n = 0;

	if (how->cut > 0 && how->cut < bytes.len)
		bytes.len = how->cut;
	while (bytes.len > 0) {
		struct str part = str_make(bytes.p, MIN(bytes.len, mss));
		bool is_lost = how->drops_all || how->drop == ++n;

		for (int i = 0; i <= how->is_retransmitted && !is_lost; i++)
			packets_tcp_at(s->out, pair, from_client, 0, part);
		packets_tcp_skip(pair, from_client, (uint32_t)part.len);
		bytes = str_from(bytes, part.len);
	}
	if (how->drops_all || how->has_no_ack)
		return;
	packets_tcp(s->out, from_client ? &pair->server : &pair->client,
	    from_client ? &pair->client : &pair->server,
	    from_client ? pair->server_seq : pair->client_seq,
	    from_client ? pair->client_seq : pair->server_seq, TH_ACK_, STR_NULL);
}
