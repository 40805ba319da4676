#include "agents/cpe/session/answer_words.h"

#include "lib/base/buf.h"
#include "lib/base/cut.h"
#include "lib/base/secret.h"

/* Many say nothing of what they write. */
static bool is_text(const struct http_head *head)
{
	struct str type = http_header(head, "Content-Type"), rest;

	type = str_trim(str_cut(type, ';', &rest));
	return type.len == 0 || str_eq_nocase(type, STR("text/plain")) ||
	       str_eq_nocase(type, STR("application/json"));
}

/* Words with one blank between them. */
static void put_words(struct buf *out, struct str body)
{
	body = str_trim(body);
	for (size_t i = 0; i < body.len; i++) {
		bool is_blank = (unsigned char)body.p[i] <= ' ';

		if (!is_blank)
			buf_append_char(out, body.p[i]);
		else if (out->len > 0 && out->data[out->len - 1] != ' ')
			buf_append_char(out, ' ');
	}
}

/* "400 Bad Request" of a 400. */
static bool says_status(unsigned status, struct str words)
{
	auto_buf line = BUF_NULL;

	buf_printf(&line, "%u %s", status, http_reason(status));
	return str_eq_nocase(words, buf_str(&line)) ||
	       str_eq_nocase(words, str_of(http_reason(status)));
}

char *answer_words(const struct http_head *head, struct str body, struct str password,
    char text[ANSWER_WORDS_MAX])
{
	auto_buf words = BUF_NULL, shown = BUF_NULL;

	text[0] = '\0';
	if (!is_text(head) || (password.len > 0 && str_find(body, password, NULL)))
		return text;
	put_words(&words, str_make(body.p, cut_at(body, ANSWER_LOOKED_AT_MAX)));
	if (words.len == 0 || words.data[0] == '<' ||
	    says_status(head->status, buf_str(&words)))
		return text;
	secret_put(&shown, buf_str(&words));
	if (words.error || shown.error)
		return text;
	return cut_print(text, ANSWER_WORDS_MAX, ": %s", buf_cstr(&shown));
}
