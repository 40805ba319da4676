/* "> ..." and "< ..." with their details: what the words say, before it becomes bytes. */
#include "tests/support/script_internal.h"

#include <inttypes.h>

/* ---- header lines, bodies, edits ------------------------------------------------------- */

static int header_line(struct script *s, struct message *m,
    const struct statement *line)
{
	struct str name = line->words[0].text;
	struct header_edit edit = { .op = HEADER_SET };

	if (m->n_headers == MESSAGE_EDITS_MAX)
		return script_error(s, NULL, "too many headers");
	if (name.p[0] == '-') {
		edit.op = HEADER_REMOVE;
		edit.name = str_from(name, 1);
	} else {
		if (name.p[0] == '+') {
			edit.op = HEADER_ADD;
			name = str_from(name, 1);
		}
		edit.name = str_make(name.p, name.len - 1);
		edit.value = line->n_words > 1 ? line->words[1].text : STR("");
	}
	m->headers[m->n_headers++] = edit;
	return 0;
}

static int body_line(struct script *s, struct message *m, const struct statement *line)
{
	m->has_body = true;
	buf_reset(&m->body);
	if (line->has_block) {
		buf_append_str(&m->body, line->block);
		return 0;
	}
	if (line->n_words < 2)
		return 0;
	return script_bytes(s, &line->words[1], line->words[1].raw, &m->body);
}

static int edit_line(struct script *s, struct message *m, const struct statement *line)
{
	if (line->n_words != 2)
		return script_error(s, NULL, "edit s/OLD/NEW/");
	if (m->n_edits == MESSAGE_EDITS_MAX)
		return script_error(s, NULL, "too many edits");
	m->edits[m->n_edits++] = line;
	return 0;
}

/* ---- words --------------------------------------------------------------------------- */

static int challenge_word(struct script *s, struct message *m, const struct word *word)
{
	struct auth_challenge *c = &m->challenge;
	struct str key = word_key(word), value = word_value(word);

	if (word_is(word, "digest") || word_is(word, "basic")) {
		c->scheme = word_is(word, "basic") ? AUTH_BASIC : AUTH_DIGEST;
		c->has_qop = c->has_qop_auth = true;
		c->realm = c->realm.p ? c->realm : STR("cwmp");
		c->nonce = c->nonce.p ? c->nonce : STR("5b1e0c7d");
	} else if (str_is(key, "realm")) {
		c->realm = value;
	} else if (str_is(key, "nonce")) {
		c->nonce = value;
	} else if (str_is(key, "opaque")) {
		c->opaque = value;
	} else if (str_is(key, "qop") && str_is(value, "none")) {
		c->has_qop = c->has_qop_auth = false;
	} else if (str_is(key, "algorithm")) {
		c->has_algorithm = true;
		if (str_is(value, "MD5-sess"))
			c->algorithm = AUTH_MD5_SESS;
		else if (str_is(value, "SHA-256"))
			c->algorithm = AUTH_SHA256;
		else if (!str_is(value, "MD5"))
			return script_error(s, word, "MD5, MD5-sess or SHA-256");
	} else if (word_is(word, "stale")) {
		c->is_stale = true;
	} else {
		return 0;
	}
	return 1;
}

static int number_word(struct script *s, const struct word *word, uint64_t max,
    uint64_t *ret)
{
	int r = script_uint(s, word, word_value(word), max, ret);

	return r < 0 ? r : 1;
}

/* How the bytes go over the wire. 1: the word was of these; 0: it was not. */
static int sending_word(struct script *s, struct message *m, const struct word *word)
{
	uint64_t n = 0;
	int r;

	if (word_is(word, "drop")) {
		m->how.drops_all = true;
	} else if (word_is(word, "retransmit")) {
		m->how.is_retransmitted = true;
	} else if (word_is(word, "no-ack")) {
		m->how.has_no_ack = true;
	} else if (str_is(word_key(word), "drop")) {
		r = number_word(s, word, 1000, &n);
		m->how.drop = n;
		return r;
	} else if (str_is(word_key(word), "cut")) {
		r = number_word(s, word, 1 << 20, &n);
		m->how.cut = n;
		return r;
	} else {
		return 0;
	}
	return 1;
}

static int framing_word(struct script *s, struct message *m, const struct word *word)
{
	struct str key = word_key(word), value = word_value(word);
	uint64_t n = 0;
	int r;

	if (word_is(word, "chunked")) {
		m->is_chunked = true;
	} else if (str_is(key, "length") && str_is(value, "none")) {
		m->has_no_length = true;
	} else if (str_is(key, "length")) {
		m->has_length = true;
		return number_word(s, word, UINT64_MAX, &m->length);
	} else if (str_is(key, "http")) {
		m->version = value;
	} else if (str_is(key, "path") && m->from_client) {
		m->path = value;
	} else if (str_is(key, "method") && m->from_client) {
		m->method = value;
	} else if (str_is(key, "status") && !m->from_client) {
		r = number_word(s, word, 999, &n);
		m->status = (unsigned)n;
		return r;
	} else {
		return 0;
	}
	return 1;
}

static int auth_word(struct script *s, struct message *m, const struct word *word)
{
	struct str key = word_key(word);

	if (!str_starts(key, STR("auth.")))
		return 0;
	if (m->n_auth == MESSAGE_EDITS_MAX)
		return script_error(s, word, "too many");
	m->auth[m->n_auth++] = (struct auth_edit){ str_from(key, 5), word_value(word) };
	return 1;
}

static int message_word(struct script *s, struct message *m, const struct word *word)
{
	int r = sending_word(s, m, word);

	if (r == 0)
		r = framing_word(s, m, word);
	if (r == 0)
		r = auth_word(s, m, word);
	if (r == 0 && !m->from_client && !m->envelope)
		r = challenge_word(s, m, word);
	if (r != 0)
		return r < 0 ? r : 0;
	if (m->envelope)
		return envelope_word(s, m->envelope, word);
	return script_error(s, word, "no word \"%.*s\" of a message",
	    STR_ARG(word->text));
}

static int message_words(struct script *s, struct message *m,
    const struct statement *line, size_t first)
{
	int r = 0;

	for (size_t i = first; i < line->n_words && r == 0; i++)
		r = message_word(s, m, &line->words[i]);
	return r;
}

static int detail_line(struct script *s, struct message *m,
    const struct statement *line)
{
	const struct word *word = &line->words[0];
	struct str text = word->text;

	if (word_is(word, "body"))
		return body_line(s, m, line);
	if (word_is(word, "edit") || word_is(word, "edit-head"))
		return edit_line(s, m, line);
	if (word_is(word, "item") && m->envelope)
		return envelope_item(s, m->envelope, line);
	if (str_starts(text, STR("-")) && str_find_char(text, '.') < text.len &&
	    m->envelope)
		return envelope_drop(s, m->envelope, word, str_from(text, 1));
	if (str_starts(text, STR("-")) || str_ends(text, STR(":")))
		return header_line(s, m, line);
	return message_words(s, m, line, 0);
}

static int detail_lines(struct script *s, struct message *m, const struct statement *st)
{
	int r = 0;

	for (size_t i = 0; i < st->n_details && r == 0; i++) {
		s->at = &st->details[i];
		r = detail_line(s, m, s->at);
	}
	s->at = st;
	return r;
}

/* ---- the first word ------------------------------------------------------------------ */

bool script_is_all(struct str text, char from, char to)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] < from || text.p[i] > to)
			return false;
	}
	return text.len > 0;
}

/* Fills the message by its first word; the index of the next word in *ret_next. */
static int message_start(struct script *s, struct message *m,
    const struct statement *st, size_t *ret_next)
{
	const struct word *word = &st->words[1];
	const struct host *cpe = s->conn->client;
	uint64_t status;
	int r;

	*ret_next = 2;
	m->method = STR("POST");
	m->path = s->conn->path;
	m->status = 200;
	if (!m->from_client && script_is_all(word->text, '0', '9')) {
		r = script_uint(s, word, word->text, 999, &status);
		m->status = (unsigned)status;
		return r;
	}
	if (m->from_client && word_is(word, "empty"))
		return 0;
	if (m->from_client && word_is(word, "again")) {
		m->method = cpe->last_method;
		m->has_body = true;
		buf_append_str(&m->body, cpe->last_body);
		return 0;
	}
	if (m->from_client && script_is_all(word->text, 'A', 'Z')) {
		m->method = word->text;
		if (st->n_words > 2 && str_starts(st->words[2].text, STR("/")))
			m->path = st->words[(*ret_next)++].text;
		return 0;
	}
	r = envelope_start(s, word->text, m->from_client, &m->envelope);
	if (r == 0 && !m->envelope)
		r = script_error(s, word,
		    "no message \"%.*s\" in this direction: an RPC, \"empty\", METHOD, "
		    "or a status",
		    STR_ARG(word->text));
	return r;
}

static int run_message(struct script *s, const struct statement *st, bool from_client)
{
	struct message m = { .from_client = from_client, .version = STR("1.1") };
	auto_buf bytes = BUF_NULL;
	size_t next;
	int r;

	if (!s->conn)
		return script_error(s, NULL, "no connection was opened");
	if (st->n_words < 2)
		return script_error(s, NULL, "a message is meant");
	if (word_is(&st->words[1], "record"))
		return script_record(s, st, from_client);
	if (word_is(&st->words[1], "raw")) {
		r = st->n_words > 2
			? script_bytes(s, &st->words[2], st->words[2].raw, &bytes)
			: 0;
	} else {
		r = message_start(s, &m, st, &next);
		if (r == 0)
			r = message_words(s, &m, st, next);
		if (r == 0)
			r = detail_lines(s, &m, st);
		if (r == 0)
			r = message_write(s, &m, &bytes);
	}
	if (r == 0)
		script_send(s, from_client, buf_str(&bytes), &m.how);
	buf_free(&m.body);
	return r;
}

int run_to_server(struct script *s, const struct statement *st)
{
	return run_message(s, st, true);
}

int run_to_client(struct script *s, const struct statement *st)
{
	return run_message(s, st, false);
}
