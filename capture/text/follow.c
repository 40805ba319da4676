/* "Follow TCP stream" of Wireshark and tshark as text: ascii, hex and raw. */
#include "capture/text/text_internal.h"

#include "lib/base/text.h"

#include <stdlib.h>

enum {
	HEX_LINE_BYTES = 16,
	COUNT_LINE_MAX = 32, /* bytes of a line that may be a count */
};

/* ---- streams ----------------------------------------------------------------------- */

struct text_run *text_stream_run(struct text_stream *stream, unsigned node,
    uint32_t line, clock_ns time)
{
	struct text_run *run = stream->last;

	if (run && run->node == node)
		return run;
	run = arena_alloc(stream->arena, sizeof(*run));
	if (!run)
		return NULL;
	*run = (struct text_run){ .node = node,
		.bytes = BUF_MAX(TEXT_BYTES_MAX),
		.line = line,
		.time = time,
		.is_exact = true };
	if (stream->last)
		stream->last->next = run;
	else
		stream->first = run;
	stream->last = run;
	return run;
}

/* Whoever sends requests is the client; else node 0, as both programs have it. */
static unsigned client_of(const struct text_stream *stream)
{
	for (const struct text_run *run = stream->first; run; run = run->next) {
		struct str rest = buf_str(&run->bytes), line = text_line(&rest);

		if (text_is_start_line(line))
			return text_is_request_line(line) ? run->node : !run->node;
	}
	return 0;
}

void text_stream_end(struct text_stream *stream, struct transcript *t,
    enum text_bytes bytes)
{
	unsigned client = client_of(stream);
	const struct text_conn conn = { .client = stream->ends[client],
		.server = stream->ends[!client],
		.is_stream = true };
	size_t at = stream->first ? transcript_conn(t, STR_NULL, &conn) : SIZE_MAX;

	for (struct text_run *run = stream->first; run; run = run->next) {
		struct str kept = arena_str(&t->arena, buf_str(&run->bytes));

		if (!kept.p || run->bytes.error)
			t->error = ERR_LIMIT;
		if (!t->error)
			text_read_run(t, at, kept, run->is_exact ? bytes : TEXT_PASTED,
			    run->line, run->time);
		buf_free(&run->bytes);
	}
	stream->first = stream->last = NULL;
	stream->ends[0] = stream->ends[1] = (struct text_end){ .port = 0 };
}

/* ---- what all three share ---------------------------------------------------------- */

struct reader {
	struct transcript *transcript;
	struct text_stream stream;
	struct str rest; /* not read yet */
	uint32_t line;   /* of the line that was read last */
	enum text_bytes bytes;
};

/* "10.0.0.1:7547", "[fd00::1]:7547" or, as tshark has it, "fd00::1:7547". */
static struct text_end end_of(struct str s)
{
	struct text_end end = { .port = 0 };
	size_t colon = s.len;
	uint64_t port;

	while (colon > 0 && s.p[colon - 1] != ':')
		colon--;
	if (colon == 0 || str_to_u64(str_from(s, colon), UINT16_MAX, &port) < 0)
		return end;
	end.port = (uint16_t)port;
	s.len = colon - 1;
	if (s.len > 1 && s.p[0] == '[' && s.p[s.len - 1] == ']')
		s = str_make(s.p + 1, s.len - 2);
	end.address = text_address(s);
	return end;
}

/* Whether the line is one of those around a stream; they are taken. */
static bool take_frame(struct reader *r, struct str line)
{
	line = str_trim(line);
	if (str_starts(line, STR("=====")) || str_starts(line, STR("Follow: "))) {
		text_stream_end(&r->stream, r->transcript, r->bytes);
		return true;
	}
	if (str_starts(line, STR("Node 0: ")) || str_starts(line, STR("Node 1: "))) {
		r->stream.ends[line.p[5] - '0'] = end_of(str_trim(str_from(line, 8)));
		return true;
	}
	return str_starts(line, STR("Filter: "));
}

static struct text_run *run_of(struct reader *r, unsigned node)
{
	struct text_run *run = text_stream_run(&r->stream, node, r->line, 0);

	if (!run)
		r->transcript->error = ERR_LIMIT;
	return run;
}

static void damaged(struct reader *r, const char *what)
{
	transcript_damage(r->transcript, r->line, 1, what);
}

/* ---- ascii ------------------------------------------------------------------------- */

/* "1448", after a tab where node 1 speaks: so many bytes follow. */
static bool is_count(struct str line, unsigned *node, uint64_t *count)
{
	*node = line.len > 0 && (line.p[0] == '\t' || line.p[0] == ' ');
	return line.len <= COUNT_LINE_MAX &&
	       str_to_u64(str_trim(line), TEXT_BYTES_MAX, count) == 0;
}

static bool is_frame_line(struct str line)
{
	unsigned node;
	uint64_t count;

	return is_count(line, &node, &count) || str_starts(line, STR("====="));
}

/* Whether behind n bytes another count comes, or the end of the stream. */
static bool ends_there(struct str rest, uint64_t n)
{
	struct str after;

	if (n > rest.len)
		return false;
	if (n == rest.len)
		return true;
	if (rest.p[n] != '\n' &&
	    !(rest.p[n] == '\r' && n + 1 < rest.len && rest.p[n + 1] == '\n'))
		return false;
	after = str_from(rest, (size_t)n);
	(void)text_line(&after);
	/* The line may be a long one, and many counts may lead to it: so much of it tells
	 * what it is. */
	after.len = MIN(after.len, COUNT_LINE_MAX + sizeof("\r\n") - 1);
	return after.len == 0 || is_frame_line(text_line(&after));
}

/* The bytes up to the next count, where the ends of lines were changed since. */
static size_t up_to_count(struct str rest)
{
	struct str at = rest;

	while (at.len > 0) {
		struct str line = text_line(&at);

		if (is_frame_line(line))
			return (size_t)(line.p - rest.p);
	}
	return rest.len;
}

static void take_chunk(struct reader *r, unsigned node, uint64_t count)
{
	struct text_run *run = run_of(r, node);
	bool is_exact = ends_there(r->rest, count);
	size_t n = is_exact ? (size_t)count : up_to_count(r->rest);
	struct str bytes = str_make(r->rest.p, n);

	if (!run)
		return;
	run->is_exact &= is_exact;
	/* The end of the last line is not of the bytes. */
	if (!is_exact && bytes.len > 0 && bytes.p[bytes.len - 1] == '\n')
		bytes.len--;
	buf_append_str(&run->bytes, bytes);
	r->line += text_lines(str_make(r->rest.p, n));
	r->rest = str_from(r->rest, n);
	if (is_exact && r->rest.len > 0) {
		(void)text_line(&r->rest);
		r->line++;
	}
}

static void read_ascii(struct reader *r)
{
	unsigned node;
	uint64_t count;

	while (r->rest.len > 0 && !r->transcript->error) {
		struct str line = text_line(&r->rest);

		r->line++;
		if (!take_frame(r, line) && is_count(line, &node, &count)) {
			r->line++;
			take_chunk(r, node, count);
			r->line--;
		}
	}
}

/* ---- hex and raw ------------------------------------------------------------------- */

/* Whether two hexadecimal digits stand there: the byte. */
static bool pair_at(struct str s, size_t at, uint8_t *ret)
{
	struct str pair = str_from(s, at);

	pair.len = MIN(pair.len, (size_t)2);
	return hex_parse(pair, ret, 1) == 1;
}

static size_t blanks_at(struct str s, size_t at)
{
	size_t n = 0;

	while (at + n < s.len && s.p[at + n] == ' ')
		n++;
	return n;
}

/* "00000010  2e 31 0d 0a  ...  .1..": the bytes of one line. */
static size_t hex_line(struct str line, uint8_t bytes[HEX_LINE_BYTES])
{
	size_t at = 0, n = 0, blanks;

	line = str_trim(line);
	while (at < line.len && hex_digit(line.p[at]) >= 0)
		at++;
	if (at < 8)
		return 0;
	while (n < HEX_LINE_BYTES) {
		blanks = blanks_at(line, at);
		/* Where pairs are missing, more blanks stand before the text. */
		if (blanks == 0 || blanks > 2 ||
		    !pair_at(line, at + blanks, &bytes[n]) ||
		    (at + blanks + 2 < line.len && line.p[at + blanks + 2] != ' '))
			break;
		n++;
		at += blanks + 2;
	}
	return n;
}

static void take_hex_line(struct reader *r, struct str line)
{
	unsigned node = line.len > 0 && (line.p[0] == '\t' || line.p[0] == ' ');
	uint8_t bytes[HEX_LINE_BYTES];
	size_t n = hex_line(line, bytes);
	struct text_run *run = n > 0 ? run_of(r, node) : NULL;

	if (run)
		buf_append(&run->bytes, bytes, n);
	else if (n == 0 && str_trim(line).len > 0)
		damaged(r, "a line of a hex dump is due here");
}

static void take_raw_line(struct reader *r, struct str line)
{
	unsigned node = line.len > 0 && (line.p[0] == '\t' || line.p[0] == ' ');
	struct text_run *run;
	size_t at = 0;
	uint8_t byte;

	line = str_trim(line);
	run = line.len > 0 ? run_of(r, node) : NULL;
	for (; run && pair_at(line, at, &byte); at += 2)
		buf_append_char(&run->bytes, (char)byte);
	if (run && at < line.len)
		damaged(r, "hexadecimal digits in pairs are due here");
}

static void read_lines(struct reader *r,
    void (*take)(struct reader *r, struct str line))
{
	while (r->rest.len > 0 && !r->transcript->error && !r->transcript->damage) {
		struct str line = text_line(&r->rest);

		r->line++;
		if (!take_frame(r, line))
			take(r, line);
	}
}

void text_read_follow(struct transcript *t, struct str text, enum text_format format)
{
	auto_arena runs = ARENA_MAX(TEXT_ARENA_MAX);
	struct reader r = { .transcript = t,
		.stream = { .arena = &runs },
		.rest = text,
		.bytes = format == TEXT_FOLLOW_ASCII ? TEXT_SHOWN : TEXT_EXACT };

	if (format == TEXT_FOLLOW_ASCII)
		read_ascii(&r);
	else
		read_lines(&r,
		    format == TEXT_FOLLOW_HEX ? take_hex_line : take_raw_line);
	text_stream_end(&r.stream, t, r.bytes);
}
