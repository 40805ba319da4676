/* Statements that stand for several: begin, finish, session, call. */
#include "tests/support/script_internal.h"

static bool is_of_open(const struct word *word)
{
	static const char *const keys[] = { "url", "as", "port", "mss", "from" };

	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		if (str_is(word_key(word), keys[i]))
			return true;
	}
	return false;
}

static int say(struct script *s, const struct statement *st, const char *direction,
    const char *what)
{
	struct word words[2] = { { .key_len = SIZE_MAX }, { .key_len = SIZE_MAX } };
	struct statement line = { .line = st->line, .words = words, .n_words = 2 };

	words[0].text = str_of(direction);
	words[1].text = str_of(what);
	s->at = &line;
	line.n_words = what ? 2 : 1;
	return direction[0] == '>' ? run_to_server(s, &line) : run_to_client(s, &line);
}

int run_begin(struct script *s, const struct statement *st)
{
	struct word open[SCRIPT_WORDS_MAX], inform[SCRIPT_WORDS_MAX + 2];
	size_t n_open = 0, n_inform = 2;
	struct statement line = *st;
	int r;

	inform[0] = (struct word){ .text = STR(">"), .key_len = SIZE_MAX };
	inform[1] = (struct word){ .text = STR("Inform"), .key_len = SIZE_MAX };
	for (size_t i = 1; i < st->n_words; i++) {
		if (is_of_open(&st->words[i]))
			open[n_open++] = st->words[i];
		else
			inform[n_inform++] = st->words[i];
	}
	r = script_open(s, open, n_open);
	line.words = inform;
	line.n_words = n_inform;
	s->at = &line;
	if (r == 0)
		r = run_to_server(s, &line);
	if (r == 0)
		r = say(s, st, "<", "InformResponse");
	s->at = st;
	return r;
}

/* Says it with one more word, as "< 401 digest". */
static int say_more(struct script *s, const struct statement *st, const char *direction,
    const char *what, const char *more)
{
	struct word words[3] = { { .key_len = SIZE_MAX }, { .key_len = SIZE_MAX },
		{ .key_len = SIZE_MAX } };
	struct statement line = { .line = st->line, .words = words, .n_words = 3 };

	words[0].text = str_of(direction);
	words[1].text = str_of(what);
	words[2].text = str_of(more);
	s->at = &line;
	return run_to_client(s, &line);
}

struct calling {
	struct host *cpe;
	char status[8];
};

static int call_word(struct script *s, const struct word *word, struct calling *out)
{
	struct str status = word_value(word);

	if (!str_is(word_key(word), "status"))
		return script_need_host(s, word, word->text, &out->cpe);
	if (status.len != 3 || !script_is_all(status, '0', '9'))
		return script_error(s, word, "status=200");
	memcpy(out->status, status.p, 3);
	out->status[3] = '\0';
	return 0;
}

static int call_exchange(struct script *s, const struct statement *st,
    const char *status)
{
	int r = say(s, st, ">", "GET");

	if (r == 0)
		r = say_more(s, st, "<", "401", "digest");
	if (r == 0)
		r = say(s, st, ">", "GET");
	if (r == 0 && strcmp(status, "401") == 0)
		r = say_more(s, st, "<", "401", "digest");
	else if (r == 0)
		r = say(s, st, "<", status);
	s->at = st;
	if (r == 0)
		packets_tcp_close(s->out, &s->conn->pair);
	return r;
}

/* call [HOST] [status=503]: in the end the CPE's own connection is the current one again,
 * and its login holds. */
int run_call(struct script *s, const struct statement *st)
{
	struct calling calling = { script_host(s, STR("cpe")), "200" };
	struct connection *before = s->conn;
	struct str user = s->user, password = s->password;
	enum auth_scheme scheme = s->scheme;
	auto_buf target = BUF_NULL;
	struct word open[3] = { { .text = STR("acs"), .key_len = SIZE_MAX },
		{ .text = STR(">"), .key_len = SIZE_MAX }, { .key_len = SIZE_MAX } };
	int r = 0;

	for (size_t i = 1; i < st->n_words && r == 0; i++)
		r = call_word(s, &st->words[i], &calling);
	if (r < 0)
		return r;
	script_call_url(calling.cpe, &target);
	open[2].text = buf_str(&target);
	r = script_open(s, open, ARRAY_LEN(open));
	s->scheme = AUTH_DIGEST;
	s->user = STR("acs");
	s->password = STR("call");
	if (r == 0)
		r = call_exchange(s, st, calling.status);
	s->scheme = scheme;
	s->user = user;
	s->password = password;
	s->conn = before;
	return r;
}

int run_finish(struct script *s, const struct statement *st)
{
	int r;

	if (st->n_words > 1)
		return script_error(s, &st->words[1], "nothing can follow");
	r = say(s, st, "<", "204");
	s->at = st;
	if (r == 0)
		packets_tcp_close(s->out, &s->conn->pair);
	return r;
}

int run_session(struct script *s, const struct statement *st)
{
	int r = run_begin(s, st);

	if (r == 0)
		r = say(s, st, ">", "empty");
	if (r == 0)
		r = say(s, st, "<", "204");
	s->at = st;
	if (r == 0)
		packets_tcp_close(s->out, &s->conn->pair);
	return r;
}
