#include "lab/web/answers.h"

#include <string.h>

/* What could not be made whole is made again when it is asked for. */
static struct str view(struct buf *answer)
{
	if (answer->error)
		buf_free(answer);
	return buf_str(answer);
}

struct str web_answers_drawing(struct web_answers *answers, const struct web_lab *lab)
{
	if (answers->drawing.len == 0 || answers->drawn != lab->drawn) {
		buf_reset(&answers->drawing);
		web_lab_put(lab, &answers->drawing);
		answers->drawn = lab->drawn;
	}
	return view(&answers->drawing);
}

static bool is_same(const struct web_window *a, const struct web_window *b)
{
	return a->table == b->table && a->from == b->from && a->n == b->n &&
	       strcmp(a->text, b->text) == 0;
}

struct str web_answers_rows(struct web_answers *answers, const struct web_lab *lab,
    const struct web_window *window)
{
	uint64_t version = lab->versions[window->table];
	size_t i = 0;

	while (i < WEB_ANSWERS_KEPT && !(answers->kept[i].answer.len > 0 &&
					   answers->kept[i].version == version &&
					   is_same(&answers->kept[i].window, window)))
		i++;
	if (i == WEB_ANSWERS_KEPT) {
		i = answers->n_made++ % WEB_ANSWERS_KEPT;
		answers->kept[i].window = *window;
		answers->kept[i].version = version;
		buf_reset(&answers->kept[i].answer);
		web_lab_put_rows(lab, window->table, str_of(window->text), window->from,
		    window->n, &answers->kept[i].answer);
	}
	return view(&answers->kept[i].answer);
}

void web_answers_free(struct web_answers *answers)
{
	buf_free(&answers->drawing);
	for (size_t i = 0; i < WEB_ANSWERS_KEPT; i++)
		buf_free(&answers->kept[i].answer);
}
