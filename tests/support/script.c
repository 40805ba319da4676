#include "tests/support/script_internal.h"

#include "lib/base/cleanup.h"
#include "lib/base/text.h"
#include "lib/base/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>

enum {
	SCRIPT_BYTES_MAX = 4 << 20,
	SCRIPT_START_S = 1767225600, /* 2026-01-01T00:00:00Z */
};

/* ---- hosts --------------------------------------------------------------------------- */

static void default_hosts(struct script *s)
{
	static const struct {
		const char *name;
		uint8_t number;
		uint16_t ip6; /* the same digits in hex */
	} rows[] = { { "cpe", 100, 0x100 }, { "acs", 11, 0x11 }, { "dns", 3, 3 },
		{ "dhcp", 2, 2 }, { "gw", 1, 1 } };

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct endpoint at = ENDPOINT(rows[i].number, 0);

		put_u16(at.ip6 + 14, rows[i].ip6);
		s->hosts[s->n_hosts++] =
		    (struct host){ .name = rows[i].name, .at = at };
	}
}

/* "10.0.0.1", "fd00::1" or "[fd00::1]". */
static bool address_read(struct str text, struct endpoint *ret)
{
	char name[INET6_ADDRSTRLEN] = "";

	if (text.len > 2 && text.p[0] == '[')
		text = str_make(text.p + 1, text.len - 2);
	if (ipv4_parse(text, &ret->ip) == 0) {
		ret->is_ip6 = false;
		return true;
	}
	if (text.len >= sizeof(name))
		return false;
	memcpy(name, text.p, text.len);
	ret->is_ip6 = inet_pton(AF_INET6, name, ret->ip6) == 1;
	return ret->is_ip6;
}

static struct host *host_at(struct script *s, const struct endpoint *at)
{
	for (size_t i = 0; i < s->n_hosts; i++) {
		struct endpoint *e = &s->hosts[i].at;

		if (at->is_ip6 ? memcmp(e->ip6, at->ip6, 16) == 0 : e->ip == at->ip)
			return &s->hosts[i];
	}
	return NULL;
}

static struct host *host_named(struct script *s, struct str name)
{
	for (size_t i = 0; i < s->n_hosts; i++) {
		if (str_is(name, s->hosts[i].name))
			return &s->hosts[i];
	}
	return NULL;
}

static struct host *host_new(struct script *s, struct str name)
{
	struct host *host;

	if (s->n_hosts == SCRIPT_HOSTS_MAX)
		return NULL;
	host = &s->hosts[s->n_hosts++];
	*host = (struct host){ .name = arena_strdup(&s->arena, name) };
	memcpy(host->at.mac, (const uint8_t[]){ 2, 0, 0, 0, 1 }, 5);
	host->at.mac[5] = (uint8_t)s->n_hosts;
	return host->name ? host : NULL;
}

static void host_set(struct host *host, const struct endpoint *at)
{
	if (at->is_ip6)
		memcpy(host->at.ip6, at->ip6, 16);
	else
		host->at.ip = at->ip;
}

struct host *script_host(struct script *s, struct str name)
{
	struct host *host = host_named(s, name), *same;
	struct endpoint at = { 0 };

	if (host || !address_read(name, &at))
		return host;
	same = host_at(s, &at);
	if (same && same->at.is_ip6 == at.is_ip6)
		return same;
	host =
	    host_new(s, name); /* the other family of the same machine, or a new one */
	if (host && same)
		host->at = same->at;
	if (host) {
		host_set(host, &at);
		host->at.is_ip6 = at.is_ip6;
	}
	return host;
}

static int run_host(struct script *s, const struct statement *st)
{
	struct endpoint at = { 0 };
	struct host *host;

	if (st->n_words < 3 || st->n_words > 4)
		return script_error(s, NULL, "host NAME ADDRESS [MAC]");
	if (!address_read(st->words[2].text, &at))
		return script_error(s, &st->words[2], "no address");
	host = host_named(s, st->words[1].text);
	if (!host)
		host = host_new(s, st->words[1].text);
	if (!host)
		return script_error(s, NULL, "too many hosts");
	host_set(host, &at);
	host->at.is_ip6 = host->at.ip == 0;
	if (st->n_words == 4 && mac_parse(st->words[3].text, host->at.mac) < 0)
		return script_error(s, &st->words[3], "no MAC");
	return 0;
}

/* ---- notations ----------------------------------------------------------------------- */

int script_need_host(struct script *s, const struct word *word, struct str name,
    struct host **ret)
{
	*ret = script_host(s, name);
	if (!*ret)
		return script_error(s, word,
		    "no host \"%.*s\": name it with \"host %.*s ADDRESS\"",
		    STR_ARG(name), STR_ARG(name));
	return 0;
}

int script_uint(struct script *s, const struct word *word, struct str text,
    uint64_t max, uint64_t *ret)
{
	if (text.len == 0 || str_to_u64(text, max, ret) < 0)
		return script_error(s, word, "\"%.*s\" is no number from 0 to %" PRIu64,
		    STR_ARG(text), max);
	return 0;
}

int script_time(struct script *s, const struct word *word, struct str text,
    clock_ns *ret)
{
	static const struct {
		const char *unit;
		clock_ns ns;
	} units[] = { { "ms", NS_PER_MS }, { "us", NS_PER_US }, { "s", NS_PER_S },
		{ "m", 60 * NS_PER_S }, { "h", 3600 * NS_PER_S },
		{ "d", 86400 * NS_PER_S } };
	struct str number = text, fraction;
	clock_ns unit = 0, scale = 1;
	uint64_t whole, part = 0;

	for (size_t i = 0; i < ARRAY_LEN(units) && unit == 0; i++) {
		if (str_ends(text, str_of(units[i].unit))) {
			number.len = text.len - strlen(units[i].unit);
			unit = units[i].ns;
		}
	}
	number = str_cut(number, '.', &fraction);
	if (unit == 0 || number.len == 0 || str_to_u64(number, 1000000, &whole) < 0 ||
	    fraction.len > 6 || (fraction.p && str_to_u64(fraction, 999999, &part) < 0))
		return script_error(s, word, "\"%.*s\" is no time like 30s or 1.5s",
		    STR_ARG(text));
	for (size_t i = 0; i < fraction.len; i++)
		scale *= 10;
	*ret = (clock_ns)whole * unit + (clock_ns)part * unit / scale;
	return 0;
}

int script_endpoint(struct script *s, const struct word *word, struct endpoint *ret)
{
	struct str text = word->text, name;
	size_t colon = text.len;
	struct host *host;
	uint64_t port;
	int r;

	while (colon > 0 && text.p[colon - 1] != ':')
		colon--;
	if (colon == 0)
		return script_error(s, word, "HOST:PORT is missing its port");
	name = str_make(text.p, colon - 1);
	r = script_uint(s, word, str_from(text, colon), 65535, &port);
	if (r == 0)
		r = script_need_host(s, word, name, &host);
	if (r < 0)
		return r;
	*ret = host->at;
	ret->port = (uint16_t)port;
	return 0;
}

int script_bytes(struct script *s, const struct word *word, struct str raw,
    struct buf *out)
{
	struct error err = ERROR_NULL;
	struct word at = *word;

	if (bytes_read(out, raw, &err) == 0)
		return 0;
	if (raw.p >= word->raw.p)
		at.col += (unsigned)(raw.p - word->raw.p);
	at.col += (unsigned)err.offset;
	return script_error(s, &at, "%s", err.text);
}

/* ---- statements ---------------------------------------------------------------------- */

static int run_time(struct script *s, const struct statement *st)
{
	struct str text = st->n_words == 2 ? st->words[1].text : STR_NULL;
	clock_ns ns;
	int r;

	if (str_starts(text, STR("+")))
		text = str_from(text, 1);
	r = script_time(s, &st->words[0], text, &ns);
	if (r < 0)
		return r;
	if (word_is(&st->words[0], "at") && st->words[1].text.p[0] != '+')
		s->out->now = s->start + ns;
	else
		s->out->now += ns;
	return 0;
}

/* mark NAME */
static int run_mark(struct script *s, const struct statement *st)
{
	if (st->n_words != 2)
		return script_error(s, NULL, "mark NAME");
	if (s->out->frames == 0)
		return script_error(s, NULL, "no frame is before it");
	if (s->n_marks == SCRIPT_MARKS_MAX)
		return script_error(s, NULL, "too many marks");
	s->marks[s->n_marks++] = (struct time_mark){ st->words[1].text, s->last };
	return 0;
}

/* until NAME+TIME */
static int run_until(struct script *s, const struct statement *st)
{
	struct str time,
	    name = st->n_words == 2 ? str_cut(st->words[1].text, '+', &time) : STR_NULL;
	size_t i = s->n_marks;
	clock_ns ns;
	int r;

	if (name.len == 0 || !time.p)
		return script_error(s, NULL, "until NAME+TIME");
	while (i > 0 && !str_eq(s->marks[i - 1].name, name))
		i--;
	if (i == 0)
		return script_error(s, &st->words[1], "no \"mark %.*s\" is above",
		    STR_ARG(name));
	r = script_time(s, &st->words[1], time, &ns);
	if (r < 0)
		return r;
	if (s->marks[i - 1].time + ns < s->out->now)
		return script_error(s, &st->words[1], "that time is over");
	s->out->now = s->marks[i - 1].time + ns;
	return 0;
}

static int run_statement(struct script *s, const struct statement *st);

/* repeat N: the statements indented below it, N times. */
static int run_repeat(struct script *s, const struct statement *st)
{
	uint64_t n;
	int r;

	if (st->n_words != 2)
		return script_error(s, NULL, "repeat N");
	r = script_uint(s, &st->words[1], st->words[1].text, SCRIPT_REPEAT_MAX, &n);
	for (uint64_t i = 0; i < n && r == 0; i++) {
		for (size_t k = 0; k < st->n_details && r == 0; k++)
			r = run_statement(s, &st->details[k]);
	}
	s->at = st;
	return r;
}

static const struct {
	const char *word;
	statement_fn *run;
} statements[] = {
	{ "host", run_host },
	{ "wait", run_time },
	{ "at", run_time },
	{ "mark", run_mark },
	{ "until", run_until },
	{ "repeat", run_repeat },
	{ "dhcp", run_dhcp },
	{ "lease", run_lease },
	{ "dhcp6", run_dhcp6 },
	{ "dns", run_dns },
	{ "arp", run_arp },
	{ "silence", run_silence },
	{ "udp", run_udp },
	{ "ping", run_ping },
	{ "unreachable", run_unreachable },
	{ "frame", run_frame },
	{ "open", run_open },
	{ "use", run_use },
	{ "close", run_close },
	{ "reset", run_reset },
	{ "hello", run_hello },
	{ "login", run_login },
	{ ">", run_to_server },
	{ "<", run_to_client },
	{ "call", run_call },
	{ "begin", run_begin },
	{ "finish", run_finish },
	{ "session", run_session },
};

static int run_statement(struct script *s, const struct statement *st)
{
	uint64_t before = s->out->frames;

	s->at = st;
	for (size_t i = 0; i < ARRAY_LEN(statements); i++) {
		int r;

		if (!word_is(&st->words[0], statements[i].word))
			continue;
		r = statements[i].run(s, st);
		if (s->out->frames >
		    before) /* no statement waits behind its last one */
			s->last = s->out->now - NS_PER_MS;
		return r;
	}
	return script_error(s, &st->words[0], "no statement \"%.*s\"",
	    STR_ARG(st->words[0].text));
}

static int run_all(struct script *s, const struct source *source,
    struct script_map *map)
{
	int r = 0;

	if (map) {
		map->lines = calloc(source->len + 1, sizeof(*map->lines));
		if (!map->lines)
			return -ENOMEM;
	}
	for (size_t i = 0; i < source->len && r == 0; i++) {
		uint64_t before = s->out->frames;

		r = run_statement(s, &source->statements[i]);
		if (map)
			map->lines[map->len++] =
			    (struct script_line){ source->statements[i].line,
				    before + 1, s->out->frames };
	}
	return r;
}

void script_map_free(struct script_map *map)
{
	free(map->lines);
	*map = (struct script_map){ NULL, 0 };
}

int script_run_text(const char *name, struct str text, struct packets *out,
    struct script_map *map, struct error *err)
{
	auto_arena arena = ARENA_NULL;
	struct script *s = arena_alloc(&arena, sizeof(*s));
	struct source source;
	int r;

	if (!s)
		return -ENOMEM;
	*s = (struct script){ .name = name, .err = err, .out = out };
	s->start = out->now = SCRIPT_START_S * NS_PER_S;
	default_hosts(s);
	if (map)
		*map = (struct script_map){ NULL, 0 };
	r = source_read(&source, name, text, &s->arena, err);
	if (r == 0)
		r = run_all(s, &source, map);
	if (r < 0 && map)
		script_map_free(map);
	arena_free(&s->arena);
	return r;
}

/* ---- files --------------------------------------------------------------------------- */

int script_load(struct buf *out, const char *path, struct error *err)
{
	auto_file file = fopen(path, "rbe");
	size_t n = 0;

	if (!file)
		return error_set(err, -errno, "%s: %s", path, error_name(-errno));
	do {
		uint8_t *at = buf_reserve(out, 4096);

		if (!at || out->len > SCRIPT_BYTES_MAX)
			return error_set(err, ERR_LIMIT, "%s: too long", path);
		n = fread(at, 1, 4096, file);
		out->len += n;
	} while (n > 0);
	if (ferror(file))
		return error_set(err, -EIO, "%s: cannot be read", path);
	return 0;
}

int script_run(const char *path, const char *out_path, struct script_map *map,
    struct error *err)
{
	struct packets packets = PACKETS_NULL;
	auto_buf text = BUF_NULL;
	int r = script_load(&text, path, err);

	packets_pcap(&packets);
	if (r == 0)
		r = script_run_text(path, buf_str(&text), &packets, map, err);
	if (r == 0) {
		r = packets_save(&packets, out_path);
		if (r < 0)
			(void)error_set(err, r, "%s: %s", out_path, error_name(r));
		if (r < 0 && map)
			script_map_free(map);
	}
	packets_free(&packets);
	return r;
}
