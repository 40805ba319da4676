/* Attributes of elements, and what goes wrong. */
#include "lab/model/bbf_internal.h"

#include "lab/model/import.h"

#include <errno.h>

struct str bbf_get(struct bbf_attrs attrs, const char *name)
{
	for (size_t i = 0; i < attrs.n; i++) {
		if (!attrs.items[i].ns && strcmp(attrs.items[i].name, name) == 0)
			return attrs.items[i].value;
	}
	return STR_NULL;
}

int bbf_no_memory(struct bbf_reading *reading)
{
	return error_set(reading->err, -ENOMEM, "%s: no memory", reading->bbf->file);
}

struct str bbf_keep(struct bbf_reading *reading, struct bbf_attrs attrs,
    const char *name)
{
	return arena_str(&reading->bbf->arena, str_trim(bbf_get(attrs, name)));
}

bool bbf_is_current(struct bbf_attrs attrs)
{
	struct str status = bbf_get(attrs, "status");

	return status.len == 0 || str_is(status, "current");
}

enum bbf_element bbf_inside(const struct bbf_reading *reading)
{
	return reading->depth > 0 ? reading->stack[reading->depth - 1] : ELEMENT_OTHER;
}

/* No place is known but the document: SAX tells none. */
void bbf_mistake(struct bbf_reading *reading, const char *what, struct str name)
{
	reading->worst = import_mistake(reading->mistakes, reading->bbf->file, 1, 1,
	    reading->err, "%s \"%.*s\"", what, STR_ARG(name));
}

uint64_t bbf_number(struct bbf_attrs attrs, const char *name)
{
	uint64_t n = 0;

	(void)str_to_u64(bbf_get(attrs, name), UINT64_MAX, &n);
	return n;
}
