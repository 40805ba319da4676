/* Notification and access attributes: each is set of a parameter or of all below an object,
 * and the nearest one above a parameter counts. One that is set of an object takes away
 * those below it. */
#include "agents/cpe/model/model_values.h"

/* The record of at itself, or of the nearest object above it. */
static bool find_nearest(const struct model_values *values, enum model_record_kind kind,
    const struct model_at *at, struct model_record *ret)
{
	const struct model_name *names = values->model->names;
	struct model_at here = *at;

	if (!model_block_has(values->block, kind))
		return false;
	for (;;) {
		if (model_block_get(values->block, kind, &here, ret))
			return true;
		if (here.name == 0)
			return false;
		here.name = names[here.name].parent;
		here.n = names[here.name].levels;
	}
}

static int set_below(struct model_values *values, enum model_record_kind kind,
    const struct model_at *at, struct str text)
{
	struct model_at last = *at;
	size_t i;
	int r = model_block_put(&values->block, kind, at, 0, text);

	if (r < 0)
		return r;
	last.name = values->model->names[at->name].end;
	last.n = 0;
	for (i = model_block_lower(values->block, kind, &last); i-- > 0;) {
		struct model_record record = model_block_at(values->block, i);

		if (record.kind != kind || record.at.name <= at->name)
			break;
		if (model_at_is_below(values->model, &record.at, at))
			model_block_drop(values->block, i);
	}
	return 0;
}

bool model_param_is_watched(const struct model_param *param)
{
	return param->notify == MODEL_NOTIFY_ACTIVE ||
	       param->notify == MODEL_NOTIFY_ALWAYS;
}

static int default_of(const struct model_param *param)
{
	return model_param_is_watched(param) ? 2 : 0;
}

int model_values_notification(const struct model_values *values,
    const struct model_at *at)
{
	const struct model_param *param = model_param_at(values->model, at);
	struct model_record record;

	if (!find_nearest(values, MODEL_NOTIFY, at, &record) ||
	    record.text.p[0] == MODEL_NOTIFY_AS_NEW)
		return default_of(param);
	return record.text.p[0];
}

/* Whether it may be other than 0 of any parameter of this name. Costs the same however many
 * instances there are, so that those who look for changes need not walk over all of them. */
static bool may_notify(const struct model_values *values, uint32_t name)
{
	const struct model_name *names = values->model->names;

	if (model_param_is_watched(names[name].param))
		return true;
	for (;;) {
		const struct model_at first = { .name = name };
		size_t i = model_block_lower(values->block, MODEL_NOTIFY, &first);
		struct model_record record;

		if (i < model_block_len(values->block)) {
			record = model_block_at(values->block, i);
			if (record.kind == MODEL_NOTIFY && record.at.name == name)
				return true;
		}
		if (name == 0)
			return false;
		name = names[name].parent;
	}
}

struct model_movers model_movers_of(const struct model_values *values)
{
	return (struct model_movers){ .values = values,
		.are_set = model_block_has(values->block, MODEL_NOTIFY) };
}

bool model_movers_next(struct model_movers *movers, uint32_t *ret)
{
	const struct model *model = movers->values->model;

	if (!movers->are_set) {
		if (movers->next == model->n_watched)
			return false;
		*ret = model->watched[movers->next++];
		return true;
	}
	while (movers->next < model->n_movers) {
		*ret = model->movers[movers->next++];
		if (may_notify(movers->values, *ret))
			return true;
	}
	return false;
}

int model_values_notify(struct model_values *values, const struct model_at *at,
    int notification)
{
	char byte = (char)notification;

	return set_below(values, MODEL_NOTIFY, at, str_make(&byte, 1));
}

struct str model_values_access(const struct model_values *values,
    const struct model_at *at)
{
	struct model_record record;

	return find_nearest(values, MODEL_ACCESS, at, &record) ? record.text
							       : STR("Subscriber");
}

int model_values_grant(struct model_values *values, const struct model_at *at,
    struct str list)
{
	return set_below(values, MODEL_ACCESS, at, list);
}

int model_values_as_new(struct model_values *values, const struct model_at *instance)
{
	struct model_record record;
	int r = 0;

	if (find_nearest(values, MODEL_NOTIFY, instance, &record))
		r = model_values_notify(values, instance, MODEL_NOTIFY_AS_NEW);
	if (r == 0 && find_nearest(values, MODEL_ACCESS, instance, &record))
		r = model_values_grant(values, instance, STR("Subscriber"));
	return r;
}
