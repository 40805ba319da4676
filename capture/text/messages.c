/* HTTP messages and envelopes as people paste them: whole, or only heads, or only bodies,
 * with prose between, ends of lines changed, chunks undone or not, as "curl -v" prints
 * them. What the text lacks is noted, so that nobody is accused of it. */
#include "capture/text/text_internal.h"

#include "lib/base/text.h"
#include "lib/proto/http.h"

struct place { /* in a text, going on only */
	struct str text;
	size_t at;
	uint32_t line; /* of at */
};

static void go_to(struct place *place, size_t at)
{
	if (at <= place->at)
		return;
	place->line += text_lines(str_make(place->text.p + place->at, at - place->at));
	place->at = at;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static size_t indent_of(struct str line)
{
	size_t n = 0;

	while (n < line.len && is_blank(line.p[n]))
		n++;
	return n;
}

/* ---- start lines ------------------------------------------------------------------- */

/* "POST /acs HTTP/1.1". */
static bool is_request_line(struct str line)
{
	size_t method = 0;

	while (method < line.len && line.p[method] >= 'A' && line.p[method] <= 'Z')
		method++;
	return method >= 3 && method <= 16 && method + 1 < line.len &&
	       line.p[method] == ' ' &&
	       (str_ends(line, STR(" HTTP/1.1")) || str_ends(line, STR(" HTTP/1.0")));
}

/* "HTTP/1.1 200 OK". */
static bool is_status_line(struct str line)
{
	static const char shape[] = "HTTP/1.d ddd";

	if (line.len < sizeof(shape) - 1)
		return false;
	for (size_t i = 0; i < sizeof(shape) - 1; i++) {
		bool is_digit = line.p[i] >= '0' && line.p[i] <= '9';

		if (shape[i] == 'd' ? !is_digit : line.p[i] != shape[i])
			return false;
	}
	return line.len == sizeof(shape) - 1 || line.p[sizeof(shape) - 1] == ' ';
}

bool text_is_request_line(struct str line)
{
	return is_request_line(str_trim(line));
}

bool text_is_start_line(struct str line)
{
	return is_request_line(str_trim(line)) || is_status_line(str_trim(line));
}

/* Where the next start line begins, from the line at that offset on; text.len where there
 * is none. */
static size_t next_start(struct str text, size_t from)
{
	struct str rest = str_from(text, from);

	while (rest.len > 0) {
		size_t at = (size_t)(rest.p - text.p);

		if (text_is_start_line(text_line(&rest)))
			return at;
	}
	return text.len;
}

/* ---- heads ------------------------------------------------------------------------- */

static bool is_token(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool is_header_line(struct str line)
{
	size_t n = 0;

	while (n < line.len && is_token(line.p[n]))
		n++;
	return n > 0 && n < line.len && line.p[n] == ':';
}

/* Bytes of the head that begins the text, without the empty line, and of what stands before
 * the body. Where no empty line came, the first line that is no header begins the body. */
static size_t head_length(struct str text, size_t indent, size_t *ret_body)
{
	struct str rest = text, before;
	size_t len = 0;
	bool is_first = true;

	for (before = rest; rest.len > 0; before = rest) {
		struct str line = text_line(&rest);
		size_t depth = indent_of(line);

		if (str_trim(line).len == 0) {
			*ret_body = rest.len > 0 ? (size_t)(rest.p - text.p) : text.len;
			return len;
		}
		if (!is_first && depth <= indent &&
		    !is_header_line(str_from(line, depth)))
			break;
		len = (size_t)(line.p - text.p) + line.len;
		is_first = false;
	}
	*ret_body = before.len > 0 ? (size_t)(before.p - text.p) : text.len;
	return len;
}

/* The head without the indentation that it was pasted with. */
static struct str outdent(struct arena *arena, struct str head, size_t indent)
{
	auto_buf out = BUF_MAX(head.len + 1);

	if (indent == 0)
		return head;
	while (head.len > 0) {
		struct str line = text_line(&head);

		buf_append_str(&out, str_from(line, MIN(indent_of(line), indent)));
		buf_append_char(&out, '\n');
	}
	return arena_str(arena, buf_str(&out));
}

struct head_facts { /* what of a head says where its body ends */
	bool is_request, is_bodiless, is_chunked, is_packed, has_length;
	uint64_t length;
};

static struct head_facts facts_of(struct str head)
{
	struct head_facts facts = { .is_request = false };
	struct str line = text_line(&head), length, encoding;

	facts.is_request = !is_status_line(line);
	if (facts.is_request) {
		facts.is_bodiless =
		    str_starts(line, STR("GET ")) || str_starts(line, STR("HEAD "));
	} else {
		struct str status = str_from(line, sizeof("HTTP/1.1 ") - 1);

		facts.is_bodiless = status.p[0] == '1' ||
				    str_starts(status, STR("204")) ||
				    str_starts(status, STR("304"));
	}
	length = text_header(head, "Content-Length");
	facts.has_length = str_to_u64(length, INT64_MAX, &facts.length) == 0;
	facts.is_chunked = text_is_chunked(head);
	encoding = text_header(head, "Content-Encoding");
	facts.is_packed = encoding.len > 0 && !str_eq_nocase(encoding, STR("identity"));
	return facts;
}

/* ---- bodies ------------------------------------------------------------------------ */

struct body {
	struct str text;
	bool is_cut;
	size_t used; /* bytes of the region up to its end */
};

/* Puts the chunks together, where the counts of all of them fit. */
static bool join_chunks(struct arena *arena, struct str region, struct body *ret)
{
	auto_buf joined = BUF_MAX(region.len + 1);
	struct http_body body;
	struct str left = region;

	http_body_start(&body, HTTP_CHUNKED, 0, 0);
	while (!body.is_done) {
		struct str payload = STR_NULL;
		int n = http_body_feed(&body, left.p, left.len, &payload, NULL);

		buf_append_str(&joined, payload);
		if (n < 0 || (n == 0 && !body.is_done))
			return false;
		left = str_from(left, (size_t)n);
	}
	*ret = (struct body){ .text = arena_str(arena, buf_str(&joined)),
		.used = region.len - left.len };
	return true;
}

/* A line of nothing but hexadecimal digits, which may be the length of a chunk. */
static bool has_chunk_line(struct str text)
{
	while (text.len > 0) {
		struct str line = str_trim(text_line(&text));
		size_t n = 0;

		while (n < line.len && n < 8 && hex_digit(line.p[n]) >= 0)
			n++;
		if (n > 0 && n == line.len)
			return true;
	}
	return false;
}

/* By the lengths that the head tells, to the byte. */
static struct body exact_body(struct arena *arena, struct str region,
    const struct head_facts *facts)
{
	struct body body = { .text = STR_NULL };

	if (facts->is_bodiless)
		return body;
	if (facts->is_chunked) {
		if (!join_chunks(arena, region, &body))
			body = (struct body){ region, true, region.len };
		return body;
	}
	if (facts->has_length) {
		body.used = (size_t)MIN(facts->length, (uint64_t)region.len);
		body.is_cut = facts->length > region.len;
	} else if (!facts->is_request) {
		body.used = region.len; /* it ends with the connection */
	}
	body.text = str_make(region.p, body.used);
	return body;
}

/* Marks of the page that the text was copied from end what is before them. */
static struct str before_fence(struct str region)
{
	struct str rest = region;

	while (rest.len > 0) {
		struct str line = text_line(&rest);

		if (str_starts(str_trim(line), STR("```")) ||
		    str_starts(str_trim(line), STR("~~~")) ||
		    str_starts(line, STR("=====")))
			return str_make(region.p, (size_t)(line.p - region.p));
	}
	return region;
}

/* From its first tag to its last, whatever stands around. */
static struct body envelope_body(struct str region, size_t start,
    const struct head_facts *facts)
{
	struct body body = { .text = str_from(region, start) };
	size_t len = text_envelope_end(body.text);

	body.is_cut = len == 0;
	if (len > 0)
		body.text.len = len;
	body.used = start + body.text.len;
	/* Lengths of chunks stand in it, and which of its lines they are is not known. */
	body.is_cut |= (facts->is_chunked && has_chunk_line(body.text)) ||
		       text_is_shortened(body.text);
	return body;
}

/* No envelope: a page of errors, or nothing. */
static struct body other_body(struct str region, const struct head_facts *facts)
{
	struct body body = { .text = str_trim(region), .used = region.len };

	if (body.text.len == 0) {
		body.text = STR_NULL;
		body.used = 0;
		/* Only the head was pasted. */
		body.is_cut = facts->is_chunked || facts->length > 0 ||
			      (!facts->has_length && !facts->is_bodiless);
		return body;
	}
	if (facts->has_length && facts->length < body.text.len)
		body.text.len = (size_t)facts->length;
	/* Packed bytes do not survive as text, and chunks not without their lengths. Of a
	 * page whose lines lost their CRs so much is missing at most. */
	body.is_cut = facts->is_packed || facts->is_chunked ||
		      facts->length > body.text.len + text_lines(body.text) + 2;
	return body;
}

static struct body pasted_body(struct arena *arena, struct str region,
    const struct head_facts *facts)
{
	struct body body = { .text = STR_NULL };
	size_t start;

	if (facts->is_bodiless || (facts->has_length && facts->length == 0))
		return body;
	region = before_fence(region);
	if (facts->is_chunked && !facts->is_packed && join_chunks(arena, region, &body))
		return body;
	start = text_envelope_start(region);
	return start < region.len ? envelope_body(region, start, facts)
				  : other_body(region, facts);
}

/* ---- messages ---------------------------------------------------------------------- */

/* Whether the head says so much that no header seems to be left out of it. */
static bool is_whole_head(const struct head_facts *facts)
{
	return facts->has_length || facts->is_chunked || facts->is_bodiless;
}

/* Reads the message whose start line is at the place, up to end at most. */
static void read_message(struct transcript *t, struct place *place, size_t end,
    struct text_message message, enum text_bytes bytes)
{
	struct str text = str_make(place->text.p + place->at, end - place->at);
	struct str line = text;
	size_t indent = indent_of(text_line(&line)), at;
	struct str head = outdent(&t->arena,
	    str_make(text.p, head_length(text, indent, &at)), indent);
	struct head_facts facts = facts_of(str_trim(head));
	struct str region = str_from(text, at);
	struct body body = bytes == TEXT_PASTED ? pasted_body(&t->arena, region, &facts)
						: exact_body(&t->arena, region, &facts);

	message.is_request = facts.is_request;
	message.head = str_trim(head);
	message.body = body.text;
	message.is_cut = body.is_cut || (bytes == TEXT_SHOWN && facts.is_packed);
	message.has_whole_head = bytes != TEXT_PASTED || is_whole_head(&facts);
	message.line += place->line;
	transcript_add(t, &message);
	go_to(place, place->at + at + body.used);
}

/* An envelope without a head. */
static void read_envelope(struct transcript *t, struct place *place, size_t end)
{
	struct str text = str_make(place->text.p + place->at, end - place->at);
	struct text_message message = { .line = place->line };
	size_t len = text_envelope_end(text);

	message.is_cut = len == 0;
	if (message.is_cut)
		transcript_damage(t, place->line, 1,
		    "the envelope is cut off: its end tag is missing");
	else
		text.len = len;
	message.is_cut |= text_is_shortened(text);
	message.body = text;
	text_envelope_read(t, &message.envelope, text);
	message.is_request = text_is_of_cpe(&message.envelope, text);
	transcript_add(t, &message);
	go_to(place, place->at + text.len);
}

/* "> POST / HTTP/1.1" of "curl -v": its marks go, and its remarks, but not their lines. */
static struct str without_marks(struct arena *arena, struct str text)
{
	auto_buf out = BUF_MAX(text.len + 1);
	struct str rest = text;
	bool is_curl = false;

	while (rest.len > 0 && !is_curl) {
		struct str line = text_line(&rest);

		is_curl =
		    (str_starts(line, STR("> ")) || str_starts(line, STR("< "))) &&
		    text_is_start_line(str_from(line, 2));
	}
	if (!is_curl)
		return text;
	for (rest = text; rest.len > 0;) {
		struct str line = text_line(&rest);

		if (str_starts(line, STR("> ")) || str_starts(line, STR("< ")))
			line = str_from(line, 2);
		else if (str_is(line, ">") || str_is(line, "<") ||
			 str_starts(line, STR("* ")) || str_starts(line, STR("{ [")) ||
			 str_starts(line, STR("} [")))
			line = STR_NULL;
		buf_append_str(&out, line);
		buf_append_char(&out, '\n');
	}
	return arena_str(arena, buf_str(&out));
}

/* The next start line behind the present one, which is looked for once. */
static size_t start_behind(const struct place *place)
{
	struct str rest = str_from(place->text, place->at);

	(void)text_line(&rest);
	return rest.len > 0 ? next_start(place->text, (size_t)(rest.p - place->text.p))
			    : place->text.len;
}

void text_read_messages(struct transcript *t, struct str text)
{
	const struct text_conn pasted = { .is_stream = false };
	struct place place = { .line = 1 };
	size_t start;

	place.text = without_marks(&t->arena, text);
	(void)transcript_conn(t, STR("pasted"), &pasted);
	start = next_start(place.text, 0);
	while (place.at < place.text.len && !t->error) {
		struct str before = str_make(place.text.p + place.at, start - place.at);
		size_t envelope = text_envelope_start(before);

		if (envelope < before.len) {
			go_to(&place, place.at + envelope);
			read_envelope(t, &place, start);
		} else if (start < place.text.len) {
			size_t end;

			go_to(&place, start);
			end = start_behind(&place);
			read_message(t, &place, end, (struct text_message){ .conn = 0 },
			    TEXT_PASTED);
			start = end;
		} else {
			return;
		}
	}
}

void text_read_run(struct transcript *t, size_t conn, struct str run,
    enum text_bytes bytes, uint32_t line, clock_ns time)
{
	struct place place = { .text = run };
	const struct text_message message = { .conn = conn,
		.line = line,
		.time = time };

	while (place.at < run.len && !t->error) {
		size_t start = next_start(run, place.at);

		if (start == run.len)
			return;
		go_to(&place, start);
		read_message(t, &place,
		    bytes == TEXT_PASTED ? start_behind(&place) : run.len, message,
		    bytes);
	}
}
