/* Attacks on an ACS that runs by hand, and on a live capture that watches it: what a crowd
 * may send or leave unsent while good CPEs go their way. */
#include "tests/attack/certificates.h"
#include "tests/attack/mob.h"
#include "tests/attack/stage.h"

#include "lib/base/rng.h"
#include "tests/support/cwmp_text.h"
#include "tests/support/labrun.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <zlib.h>

enum {
	PORT = 7547,
	SESSIONS_MIN = 3,
	BODY_MAX = 4 << 20, /* of the ACS */
	BOMB_ATTRIBUTES = 300000,
	BOMB_NAMESPACES = 220000, /* as many as a body holds */
	BOMB_DEPTH = 100000,
	GZIP_BYTES = 256 << 20,
	WORDS_MAX = 24
};

/* ---- what is sent -------------------------------------------------------------------- */

#define HEAD                      \
	"POST /cwmp HTTP/1.1\r\n" \
	"Host: 127.0.0.1:7547\r\n"
#define XML "Content-Type: text/xml; charset=utf-8\r\n"

/* A whole POST with that body; more: headers. */
static void write_post(struct buf *out, const char *more, struct str body)
{
	buf_printf(out, HEAD XML "%sContent-Length: %zu\r\n\r\n", more, body.len);
	buf_append_str(out, body);
}

static void write_nothing(struct buf *out)
{
	(void)out;
}

static void write_half_head(struct buf *out)
{
	buf_append_text(out, HEAD "X-Slow: ");
}

static void write_slow_body(struct buf *out)
{
	buf_printf(out, HEAD XML "Content-Length: %d\r\n\r\n", BODY_MAX);
}

static void append_many(struct buf *out, char c, size_t n)
{
	uint8_t *room = buf_reserve(out, n);

	if (!room)
		return;
	memset(room, c, n);
	out->len += n;
}

static void write_half_body(struct buf *out)
{
	write_slow_body(out);
	append_many(out, ' ', BODY_MAX - 1);
}

static void write_small_chunks(struct buf *out)
{
	buf_append_text(out, HEAD XML "Transfer-Encoding: chunked\r\n\r\n");
	for (int i = 0; i < 1 << 18; i++)
		buf_append_text(out, "1\r\n \r\n");
	buf_append_text(out, "0\r\n\r\n");
}

static void write_long_head(struct buf *out)
{
	buf_append_text(out, HEAD);
	for (int i = 0; i < 100; i++) {
		buf_printf(out, "X-%d: ", i);
		append_many(out, 'x', 8000);
		buf_append_text(out, "\r\n");
	}
}

static void write_garbage(struct buf *out)
{
	struct rng rng = rng_make(1, 1);

	for (int i = 0; i < 2048; i++) {
		uint64_t word = rng_u64(&rng);

		buf_append(out, &word, sizeof(word));
	}
}

/* A handshake record that announces more than ever comes. */
static void write_half_hello(struct buf *out)
{
	static const uint8_t hello[] = { 22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3 };

	buf_append(out, hello, sizeof(hello));
}

static void write_envelope(struct buf *out, struct str body)
{
	write_post(out, "SOAPAction: \"\"\r\n", body);
}

#define SOAP "http://schemas.xmlsoap.org/soap/envelope/"

static void write_tag(struct buf *out, const char *attribute, int n)
{
	auto_buf body = BUF_NULL;

	buf_append_text(&body, "<e:Envelope xmlns:e=\"" SOAP "\"");
	for (int i = 0; i < n; i++)
		buf_printf(&body, attribute, i);
	buf_append_text(&body, "></e:Envelope>");
	write_envelope(out, buf_str(&body));
}

static void write_attributes(struct buf *out)
{
	write_tag(out, " a%d=\"\"", BOMB_ATTRIBUTES);
}

static void write_namespaces(struct buf *out)
{
	write_tag(out, " xmlns:a%x=\"u\"", BOMB_NAMESPACES);
}

static void write_depth(struct buf *out)
{
	auto_buf body = BUF_NULL;

	buf_append_text(&body, "<e:Envelope xmlns:e=\"" SOAP "\"><e:Body>");
	for (int i = 0; i < BOMB_DEPTH; i++)
		buf_append_text(&body, "<a>");
	write_envelope(out, buf_str(&body));
}

static void write_long_name(struct buf *out)
{
	auto_buf body = BUF_NULL;

	buf_append_text(&body, "<e:Envelope xmlns:e=\"" SOAP "\"><");
	append_many(&body, 'n', 3 << 20);
	buf_append_text(&body, "/></e:Envelope>");
	write_envelope(out, buf_str(&body));
}

static void write_entities(struct buf *out)
{
	auto_buf body = BUF_NULL;

	buf_append_text(&body, "<!DOCTYPE e [<!ENTITY a0 \"ha\">");
	for (int i = 1; i < 32; i++)
		buf_printf(&body, "<!ENTITY a%d \"&a%d;&a%d;\">", i, i - 1, i - 1);
	buf_append_text(&body, "]><e>&a31;</e>");
	write_envelope(out, buf_str(&body));
}

static void write_pieces(struct buf *out)
{
	auto_buf body = BUF_NULL;

	buf_append_text(&body, "<e:Envelope xmlns:e=\"" SOAP "\"><e:Body>");
	for (int i = 0; i < 400000; i++)
		buf_append_text(&body, "a&amp;<!---->");
	write_envelope(out,
	    str_make(body.data, MIN(body.len, (size_t)BODY_MAX - 1000)));
}

static void write_inform(struct buf *out)
{
	write_envelope(out, STR(INFORM("########", "0")));
}

static void write_long_serial(struct buf *out)
{
	static const char inform[] = INFORM("########", "0");
	struct str text = str_of(inform);
	auto_buf body = BUF_NULL;
	size_t at = 0;

	(void)str_find(text, STR("########"), &at);
	buf_append(&body, text.p, at);
	append_many(&body, 'S', 70000);
	buf_append_str(&body, str_from(text, at + 8));
	write_envelope(out, buf_str(&body));
}

/* Digest credentials of somebody who does not know the password. */
static void write_wrong_password(struct buf *out)
{
	write_post(out,
	    "Authorization: Digest username=\"cpe\", realm=\"cwmplab\", "
	    "nonce=\"########\", uri=\"/cwmp\", qop=auth, nc=00000001, cnonce=\"1\", "
	    "response=\"00000000000000000000000000000000\"\r\n",
	    STR(INFORM("S1", "0")));
}

/* A body of GZIP_BYTES spaces in a thousandth of that. */
static void write_gzip(struct buf *out)
{
	static uint8_t spaces[1 << 16], packed[1 << 19];
	z_stream z = { .next_out = packed, .avail_out = sizeof(packed) };

	memset(spaces, ' ', sizeof(spaces));
	if (deflateInit2(&z, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY) !=
	    Z_OK)
		exit(1);
	for (size_t i = 0; i < GZIP_BYTES / sizeof(spaces); i++) {
		z.next_in = spaces;
		z.avail_in = sizeof(spaces);
		(void)deflate(&z, Z_NO_FLUSH);
	}
	(void)deflate(&z, Z_FINISH);
	write_post(out, "Content-Encoding: gzip\r\n",
	    str_make(packed, sizeof(packed) - z.avail_out));
	(void)deflateEnd(&z);
}

static void write_pipeline(struct buf *out)
{
	for (int i = 0; i < 1000; i++)
		buf_append_text(out, HEAD "Content-Length: 0\r\n\r\n");
}

/* ---- the table ----------------------------------------------------------------------- */

struct attack {
	const char *name;
	void (*write)(struct buf *out); /* the opening of each client */
	struct mob_plan plan;
	bool is_tls, has_password; /* the ACS */
	bool is_watched;           /* by "check -i lo", which is attacked, too */
	bool is_calm;              /* leaves the ACS next to nothing to do */
	struct victim_limits limits;
};

static const struct attack attacks[] = {
	{ .name = "17,000 slow heads",
	    .write = write_half_head,
	    .plan = { .size = 17000,
		.drip = STR("a"),
		.drip_ms = 1000,
		.comes_again = true } },
	{ .name = "17,000 slow bodies",
	    .write = write_slow_body,
	    .plan = { .size = 17000,
		.drip = STR("a"),
		.drip_ms = 1000,
		.comes_again = true } },
	{ .name = "10,000 idle connections",
	    .write = write_nothing,
	    .plan = { .size = 10000 },
	    .is_calm = true },
	{ .name = "17,000 idle connections that come again",
	    .write = write_nothing,
	    .plan = { .size = 17000, .comes_again = true } },
	{ .name = "400 bodies of 4 MB, each but for a byte",
	    .write = write_half_body,
	    .plan = { .size = 400, .comes_again = true } },
	{ .name = "the same without the password",
	    .write = write_half_body,
	    .plan = { .size = 400, .comes_again = true },
	    .has_password = true },
	{ .name = "bodies of 256 ki chunks of a byte",
	    .write = write_small_chunks,
	    .plan = { .size = 8, .then = MOB_REPEATS, .comes_again = true } },
	{ .name = "heads of 800 kB",
	    .write = write_long_head,
	    .plan = { .size = 64, .comes_again = true } },
	{ .name = "connections that are reset at once",
	    .write = write_half_head,
	    .plan = { .size = 64, .then = MOB_RESETS, .comes_again = true } },
	{ .name = "answers that nobody reads",
	    .write = write_pipeline,
	    .plan = { .size = 64,
		.then = MOB_POURS,
		.reads_not = true,
		.comes_again = true } },
	{ .name = "garbage instead of HTTP",
	    .write = write_garbage,
	    .plan = { .size = 200, .comes_again = true } },
	{ .name = "garbage instead of TLS",
	    .write = write_garbage,
	    .plan = { .size = 200, .comes_again = true },
	    .is_tls = true },
	{ .name = "10,000 TLS handshakes that stop",
	    .write = write_half_hello,
	    .plan = { .size = 10000, .comes_again = true },
	    .is_tls = true },
	{ .name = "wrong passwords",
	    .write = write_wrong_password,
	    .plan = { .size = 64,
		.is_numbered = true,
		.then = MOB_REPEATS,
		.comes_again = true },
	    .has_password = true },
	{ .name = "tags of 300,000 attributes",
	    .write = write_attributes,
	    .plan = { .size = 4, .then = MOB_REPEATS, .comes_again = true } },
	{ .name = "tags of 220,000 namespaces",
	    .write = write_namespaces,
	    .plan = { .size = 4, .then = MOB_REPEATS, .comes_again = true } },
	{ .name = "elements 100,000 deep",
	    .write = write_depth,
	    .plan = { .size = 4, .then = MOB_REPEATS, .comes_again = true } },
	{ .name = "names of 3 MB",
	    .write = write_long_name,
	    .plan = { .size = 4, .then = MOB_REPEATS, .comes_again = true } },
	{ .name = "entities of entities",
	    .write = write_entities,
	    .plan = { .size = 16, .then = MOB_REPEATS, .comes_again = true } },
	{ .name = "text in 400,000 pieces",
	    .write = write_pieces,
	    .plan = { .size = 4, .then = MOB_REPEATS, .comes_again = true } },
	{ .name = "gzip bombs of 256 MB",
	    .write = write_gzip,
	    .plan = { .size = 16, .then = MOB_REPEATS, .comes_again = true } },
	{ .name = "serial numbers of 70,000 characters",
	    .write = write_long_serial,
	    .plan = { .size = 16, .then = MOB_REPEATS, .comes_again = true } },
	{ .name = "Informs of ever new devices",
	    .write = write_inform,
	    .plan = { .size = 64,
		.is_numbered = true,
		.then = MOB_REPEATS,
		.comes_again = true } },
	{ .name = "sessions that stop after their Inform",
	    .write = write_inform,
	    .plan = { .size = 64,
		.is_numbered = true,
		.then = MOB_LEAVES,
		.comes_again = true } },
	{ .name = "48 descriptors, 1,000 idle connections",
	    .write = write_nothing,
	    .plan = { .size = 1000 },
	    .limits = { .descriptors = 48 } },
	{ .name = "48 descriptors, 1,000 slow heads",
	    .write = write_half_head,
	    .plan = { .size = 1000, .drip = STR("a"), .drip_ms = 1000 },
	    .limits = { .descriptors = 48 } },
	{ .name = "standard output that nobody reads",
	    .write = write_inform,
	    .plan = { .size = 64,
		.is_numbered = true,
		.then = MOB_LEAVES,
		.comes_again = true },
	    .limits = { .is_unread = true } },
	{ .name = "the tags, watched by check -i",
	    .write = write_attributes,
	    .plan = { .size = 4, .then = MOB_REPEATS, .comes_again = true },
	    .is_watched = true },
	{ .name = "the gzip bombs, watched by check -i",
	    .write = write_gzip,
	    .plan = { .size = 1, .then = MOB_REPEATS, .comes_again = true },
	    .is_watched = true },
	{ .name = "10,000 connections, watched by check -i",
	    .write = write_half_head,
	    .plan = { .size = 10000,
		.drip = STR("a"),
		.drip_ms = 1000,
		.comes_again = true },
	    .is_watched = true },
};

/* ---- programs ------------------------------------------------------------------------ */

static void start_acs(struct victim *acs, const struct stage *stage,
    const struct attack *attack, const struct certificates *pki)
{
	const char *argv[WORDS_MAX] = { labrun_program(), "acs" };
	size_t n = 2;

	if (attack->is_tls) {
		argv[n++] = "--tls-cert";
		argv[n++] = pki->items[CERTIFICATE_RIGHT].chain;
		argv[n++] = "--tls-key";
		argv[n++] = pki->items[CERTIFICATE_RIGHT].key;
	}
	if (attack->has_password) {
		argv[n++] = "--username";
		argv[n++] = "cpe";
		argv[n++] = "--password";
		argv[n++] = "s3cret";
	}
	victim_start(acs, stage, "acs", argv, attack->limits);
}

static bool let_session(struct row *row, const struct attack *attack,
    const struct certificates *pki)
{
	const char *argv[] = { labrun_program(), "cpe", "--acs-url",
		attack->is_tls ? "https://127.0.0.1:7547/cwmp"
			       : "http://127.0.0.1:7547/cwmp",
		"--ca", pki->ca, "--username", "cpe", "--password", "s3cret", NULL };

	return good_cpe(row, argv, stage_limit(STAGE_SESSION_S), NULL);
}

/* ---- an attack ----------------------------------------------------------------------- */

/* An ACS that nobody asks anything uses next to no processor. */
static void look_at_calm(const struct victim *acs, struct row *row)
{
	clock_ns before = victim_processor_time(acs), start = clock_monotonic();
	clock_ns used, passed;

	(void)poll(NULL, 0, 500);
	used = victim_processor_time(acs) - before;
	passed = clock_monotonic() - start;
	if (stage_is_measured() && used > passed / 4)
		row_fail(row, "%s is busy with nothing: %lld ms of %lld", acs->name,
		    (long long)(used / NS_PER_MS), (long long)(passed / NS_PER_MS));
}

static void suffer(const struct attack *attack, struct row *row, struct victim *acs,
    const struct mob_plan *plan, const struct certificates *pki)
{
	clock_ns start;
	struct mob mob;
	int n = 0;

	mob_start(&mob, plan);
	start = clock_monotonic();
	while ((n < SESSIONS_MIN || clock_monotonic() < start + NS_PER_S ||
		   (mob_lives(&mob) && mob_is_coming(&mob, plan, start))) &&
	       let_session(row, attack, pki))
		n++;
	if (attack->is_calm)
		look_at_calm(acs, row);
	if (!mob_lives(&mob))
		row_fail(row, "the mob has ended");
	/* Where a good CPE was late, the rest of the mob was not waited for. */
	if (!row->is_late && mob.counters->opened < plan->size)
		row_fail(row, "only %lu of the mob came", mob.counters->opened);
	if (getenv("ATTACK_COUNTERS"))
		printf(
		    "opened %lu held %lu peak %lu sent %lu answers %lu openings %lu\n",
		    mob.counters->opened, mob.counters->held, mob.counters->peak,
		    mob.counters->sent, mob.counters->answers, mob.counters->openings);
	mob_end(&mob);
}

static void try_row(struct row *row, struct stage *stage, const struct attack *attack,
    const struct certificates *pki)
{
	const char *check_argv[] = { labrun_program(), "check", "-i", "lo", NULL };
	struct mob_plan plan = attack->plan;
	struct victim acs, check;
	auto_buf opening = BUF_NULL;

	attack->write(&opening);
	plan.opening = buf_str(&opening);
	plan.port = PORT;
	start_acs(&acs, stage, attack, pki);
	if (!victim_shows(&acs, "listening on port"))
		row_fail(row, "no ACS");
	if (attack->is_watched) {
		victim_start(&check, stage, "check", check_argv,
		    (struct victim_limits){ 0 });
		if (!victim_shows(&check, "capturing at"))
			row_fail(row, "no capture");
	}
	if (!row->trouble[0])
		suffer(attack, row, &acs, &plan, pki);
	if (attack->is_watched)
		victim_end(&check, SIGINT, VICTIM_CHECKED, row);
	victim_end(&acs, SIGTERM, VICTIM_ATTACKED, row);
}

static void run(struct stage *stage, const struct attack *attack,
    const struct certificates *pki)
{
	struct row row = { .attack = attack->name, .took = -1 };

	do
		try_row(&row, stage, attack, pki);
	while (row_again(&row));
	stage_tell(stage, &row);
}

int main(int argc, char **argv)
{
	struct certificates pki;
	struct stage stage;

	stage_open(&stage, argc, argv);
	certificates_make(&pki, &stage);
	for (size_t i = 0; i < ARRAY_LEN(attacks); i++) {
		if (stage_wants(&stage, attacks[i].name))
			run(&stage, &attacks[i], &pki);
	}
	return stage_close(&stage);
}
