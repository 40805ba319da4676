#include "capture/record/of_text.h"

void of_text_append(struct buf *out, struct str sentence)
{
	static const struct str word = { "frame ", 6 };
	size_t at;

	while (str_find(sentence, word, &at)) {
		struct str rest = str_from(sentence, at + word.len);
		bool is_number = rest.len > 0 && rest.p[0] >= '0' && rest.p[0] <= '9';

		buf_append(out, sentence.p, at);
		buf_append_str(out, is_number ? STR("message ") : word);
		sentence = rest;
	}
	buf_append_str(out, sentence);
}
