#include "lab/change/change_internal.h"

#include "lib/base/compiler.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int find(struct change_finder *f)
{
	struct arena *arena = &f->set->arena;
	int r;

	f->from = arena_alloc(arena, sizeof(*f->from));
	f->to = arena_alloc(arena, sizeof(*f->to));
	if (!f->from || !f->to)
		return change_fail_memory(f->err);
	f->set->old = f->from;
	r = change_side_read(f->from, f->sides->from.plan, arena, f->err);
	if (r == 0)
		r = change_side_read(f->to, f->sides->to.plan, arena, f->err);
	if (r == 0)
		r = change_find_steps(f);
	if (r == 0)
		r = change_find_programs(f);
	if (r == 0)
		r = change_tell(f);
	change_side_free(f->to);
	return r;
}

int change_find(const struct change_sides *sides, struct change_set **ret,
    struct error *err)
{
	struct change_finder f = { .sides = sides, .err = err };
	struct error why = ERROR_NULL;

	f.err = err ? err : &why;
	f.set = calloc(1, sizeof(*f.set));
	if (!f.set)
		return change_fail_memory(err);
	f.set->arena = (struct arena)ARENA_MAX(1 << 30);
	if (find(&f) < 0) {
		change_free(f.set);
		return f.err->code;
	}
	*ret = f.set;
	return 0;
}

void change_free(struct change_set *set)
{
	if (!set)
		return;
	if (set->old)
		change_side_free(set->old);
	fabric_free(set->next);
	arena_free(&set->arena);
	free(set);
}

bool change_leaves(const struct change_set *set, uint32_t ns, uint32_t ifindex)
{
	const struct change_cable *cable = change_side_end(set->old, ns, ifindex);

	return cable && !cable->stays;
}

static int refuse(const struct topology *to, struct error *err, const char *what)
{
	return error_set(err, ERR_USAGE,
	    "%s cannot change while the lab is up: \"cwmplab down\" it, then \"cwmplab up "
	    "%s\"",
	    what, to->path);
}

int change_check(const struct topology *from, const struct topology *to, uint64_t seed,
    struct error *err)
{
	if (strcmp(from->name, to->name) != 0) {
		(void)refuse(to, err, "the name of a lab");
		return error_prefix(err,
		    "%s is the file of a lab \"%s\", and this is \"%s\"", to->path,
		    to->name, from->name);
	}
	if (to->has_seed && to->seed != seed)
		return refuse(to, err, "\"seed\", by which its programs draw,");
	return 0;
}
