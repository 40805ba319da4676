/* What the reader keeps of a message is in the message's arena. */
#include "lib/cwmp/cwmp_read_internal.h"

#include <errno.h>

int cwmp_no_room(struct cwmp_reader *r)
{
	if (r->arena->lacks_memory || r->text.error == -ENOMEM)
		return error_set(r->err, -ENOMEM, "no memory");
	return error_set(r->err, ERR_LIMIT, "the message is too large");
}

int cwmp_store(struct cwmp_reader *r, struct str *target, struct str text)
{
	*target = arena_str(r->arena, text);
	return target->p ? 0 : cwmp_no_room(r);
}
