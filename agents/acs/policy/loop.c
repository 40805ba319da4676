#include "agents/acs/policy/loop.h"

struct item {
	struct item *next;
	struct str text; /* terminated */
};

struct queue {
	struct item *first, **end;
	size_t len;
};

struct loop {
	struct arena *arena;
	const struct policy_step *step;
	struct queue work;  /* paths with an {i}, or that are to be looked below */
	struct queue turns; /* found */
	const char *asks;   /* of the first of work, without what follows its {i} */
	struct str rest;    /* what follows it; a null view: no {i} is in it */
	bool was_cut;
};

/* Within bounds, for work is a path that costs a request. */
static bool add(struct loop *loop, struct queue *queue, struct str text)
{
	struct item *item;

	if (queue->len >= loop->step->max) {
		loop->was_cut = true;
		return false;
	}
	item = arena_alloc(loop->arena, sizeof(*item));
	if (item)
		item->text = arena_str(loop->arena, text);
	if (!item || !item->text.p) {
		loop->was_cut = true;
		return false;
	}
	*queue->end = item;
	queue->end = &item->next;
	queue->len++;
	return true;
}

static struct str take(struct queue *queue)
{
	struct item *item = queue->first;

	queue->first = item->next;
	if (!queue->first)
		queue->end = &queue->first;
	queue->len--;
	return item->text;
}

/* Looks at the first of work. */
static void look(struct loop *loop)
{
	struct str path;
	size_t at;

	loop->asks = NULL;
	if (!loop->work.first)
		return;
	path = loop->work.first->text;
	loop->rest = STR_NULL;
	if (!str_find(path, STR("{i}"), &at)) {
		loop->asks = path.p;
		return;
	}
	/* Of "a.{i}.b" what stands before "{i}." is asked for. */
	loop->rest = str_make(path.p + at + 4, path.len - at - 4);
	loop->asks = arena_strdup(loop->arena, str_make(path.p, at));
	if (!loop->asks) {
		loop->was_cut = true;
		loop->work.first = NULL;
	}
}

struct loop *loop_new(struct arena *arena, const struct policy_step *step,
    struct str path)
{
	struct loop *loop = arena_alloc(arena, sizeof(*loop));

	if (!loop)
		return NULL;
	loop->arena = arena;
	loop->step = step;
	loop->work.end = &loop->work.first;
	loop->turns.end = &loop->turns.first;
	if (!path.p || !add(loop, &loop->work, path))
		return NULL;
	look(loop);
	return loop;
}

const char *loop_asks(const struct loop *loop)
{
	return loop->asks;
}

/* "a.3." below "a.": an instance. */
static bool is_instance(struct str name, struct str parent)
{
	uint64_t number;

	return str_starts(name, parent) && str_ends(name, STR(".")) &&
	       str_to_u64(str_make(name.p + parent.len, name.len - parent.len - 1),
		   UINT32_MAX, &number) == 0;
}

/* An instance of what is asked for, with what followed its {i}. */
static void take_instance(struct loop *loop, struct str name)
{
	char *path = arena_alloc(loop->arena, name.len + loop->rest.len + 1);
	struct str whole;

	if (!path) {
		loop->was_cut = true;
		return;
	}
	memcpy(path, name.p, name.len);
	memcpy(path + name.len, loop->rest.p, loop->rest.len);
	whole = str_make(path, name.len + loop->rest.len);
	if (str_find(whole, STR("{i}"), NULL) || loop->step->down)
		(void)add(loop, &loop->work, whole);
	else
		(void)add(loop, &loop->turns, whole);
}

static void take_name(struct loop *loop, struct str name, struct str parent)
{
	if (loop->rest.p) {
		if (is_instance(name, parent))
			take_instance(loop, name);
		return;
	}
	/* Some CPEs tell the path itself, too. */
	if (name.len <= parent.len || !str_starts(name, parent))
		return;
	if (loop->step->down && str_ends(name, STR(".")))
		(void)add(loop, &loop->work, name);
	else
		(void)add(loop, &loop->turns, name);
}

void loop_take(struct loop *loop, const struct cwmp_args *answer)
{
	struct str parent = str_of(loop->asks);

	if (!loop->asks)
		return;
	(void)take(&loop->work);
	for (size_t i = 0; i < answer->n_infos; i++)
		take_name(loop, answer->infos[i].name, parent);
	look(loop);
}

bool loop_next(struct loop *loop, struct str *ret_each)
{
	if (!loop->turns.first)
		return false;
	*ret_each = take(&loop->turns);
	return true;
}

const struct policy_step *loop_step(const struct loop *loop)
{
	return loop->step;
}

bool loop_was_cut(const struct loop *loop)
{
	return loop->was_cut;
}
