/* All mistakes of a file, in its order. */
#include "lib/base/buf.h"
#include "lib/conf/conf.h"

#include <stdlib.h>
#include <string.h>

/* Where a mistake at that place belongs: behind those of the same place. */
static size_t find_room(const struct conf_mistakes *mistakes, uint32_t line,
    uint32_t column)
{
	size_t at = mistakes->len;

	while (at > 0) {
		const struct conf_mistake *before = &mistakes->items[at - 1];

		if (before->line < line ||
		    (before->line == line && before->column <= column))
			break;
		at--;
	}
	return at;
}

void conf_mistakes_add(struct conf_mistakes *mistakes, uint32_t line, uint32_t column,
    const char *text)
{
	size_t at = find_room(mistakes, line, column);
	char *copy = at < CONF_MISTAKES_MAX ? strdup(text) : NULL;

	if (!copy) {
		mistakes->left_out++;
		return;
	}
	if (mistakes->len == CONF_MISTAKES_MAX) {
		free(mistakes->items[--mistakes->len].text);
		mistakes->left_out++;
	}
	memmove(&mistakes->items[at + 1], &mistakes->items[at],
	    (mistakes->len - at) * sizeof(mistakes->items[0]));
	mistakes->items[at] = (struct conf_mistake){ line, column, copy };
	mistakes->len++;
}

bool conf_go_on(const struct conf_doc *doc, int r, int *worst)
{
	if (r >= 0)
		return true;
	if (r != ERR_CONFIG || !doc->mistakes)
		return false;
	*worst = r;
	return true;
}

int conf_mistakes_fail(const struct conf_mistakes *mistakes, struct error *err)
{
	auto_buf text = BUF_NULL;
	size_t others;

	if (mistakes->len == 0 && mistakes->left_out > 0)
		return error_set(err, ERR_CONFIG, "%zu %s, and no memory to tell %s",
		    mistakes->left_out,
		    mistakes->left_out == 1 ? "mistake" : "mistakes",
		    mistakes->left_out == 1 ? "it" : "them");
	if (mistakes->len == 0)
		return 0;
	others = mistakes->len + mistakes->left_out - 1;
	if (others == 0)
		return error_set_lines(err, ERR_CONFIG, mistakes->items[0].text);
	buf_printf(&text,
	    "%.*s\nand %zu more %s: \"cwmplab validate\" tells all of them",
	    ERROR_TEXT_MAX - 100, mistakes->items[0].text, others,
	    others == 1 ? "mistake" : "mistakes");
	return error_set_lines(err, ERR_CONFIG, buf_cstr(&text));
}

void conf_mistakes_free(struct conf_mistakes *mistakes)
{
	for (size_t i = 0; i < mistakes->len; i++)
		free(mistakes->items[i].text);
	*mistakes = (struct conf_mistakes){ .len = 0 };
}
