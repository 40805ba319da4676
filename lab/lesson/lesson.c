#include "lab/lesson/lesson.h"

#include "lib/base/cleanup.h"

#include <errno.h>
#include <stdlib.h>

DEFINE_CLEANUP(struct lesson *, lesson_free)

int lesson_parse(const char *name, struct str bytes, struct conf_mistakes *mistakes,
    struct lesson **ret, struct error *err)
{
	auto_cleanup(lesson_free) struct lesson *lesson = calloc(1, sizeof(*lesson));
	struct conf_mistakes own = { .len = 0 };
	int r;

	if (!lesson)
		return error_set(err, -ENOMEM, "out of memory");
	mistakes = mistakes ? mistakes : &own;
	r = conf_parse_all(name, bytes, mistakes, &lesson->doc, err);
	if (r == 0)
		r = conf_bind(lesson->doc, lesson->doc->root, lesson_rows, lesson, err);
	/* What is missing in a struct would be missed again by every check. */
	if (r == 0)
		r = lesson_check(lesson, err);
	if (r == 0 || r == ERR_CONFIG)
		r = mistakes->len > 0 ? conf_mistakes_fail(mistakes, err) : r;
	if (lesson->doc)
		lesson->doc->mistakes = NULL;
	conf_mistakes_free(&own);
	if (r == 0)
		*ret = steal_ptr(&lesson);
	return r;
}

void lesson_free(struct lesson *lesson)
{
	if (!lesson)
		return;
	conf_free(lesson->doc);
	free(lesson);
}
