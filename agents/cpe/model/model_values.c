#include "agents/cpe/model/model_values.h"

#include "lib/base/cleanup.h"

#include <errno.h>

static struct model_value *find(const struct model_values *values,
    const struct model_param *param)
{
	uint32_t index = (uint32_t)model_index(values->model, param);

	for (uint32_t i = 0; i < values->len; i++) {
		if (values->items[i].param == index)
			return &values->items[i];
	}
	return NULL;
}

/* The entry of param, made where there is none; null without memory. */
static struct model_value *want(struct model_values *values,
    const struct model_param *param)
{
	struct model_value *value = find(values, param);

	if (value)
		return value;
	if (values->len == values->cap) {
		uint32_t cap = values->cap ? values->cap * 2 : 4;
		struct model_value *items =
		    realloc(values->items, cap * sizeof(*items));

		if (!items)
			return NULL;
		values->items = items;
		values->cap = cap;
	}
	value = &values->items[values->len++];
	*value = (struct model_value){
		.param = (uint32_t)model_index(values->model, param),
		.notification = -1,
	};
	return value;
}

const char *model_values_get(const struct model_values *values,
    const struct model_param *param)
{
	const struct model_value *value = find(values, param);

	return value && value->value ? value->value : param->value;
}

int model_values_set(struct model_values *values, const struct model_param *param,
    struct str text)
{
	auto_free char *copy = str_dup(text);
	struct model_value *value = copy ? want(values, param) : NULL;

	if (!value)
		return -ENOMEM;
	free(value->value);
	value->value = steal_ptr(&copy);
	return 0;
}

int model_values_set_live(struct model_values *values, enum model_live live,
    struct str value)
{
	const struct model_param *param = values->model->lives[live];

	return param ? model_values_set(values, param, value) : 0;
}

const char *model_values_get_live(const struct model_values *values,
    enum model_live live)
{
	const struct model_param *param = values->model->lives[live];

	return param ? model_values_get(values, param) : NULL;
}

uint64_t model_values_number(const struct model_values *values, enum model_live live)
{
	struct str text = str_of(model_values_get_live(values, live));
	uint64_t n = 0;

	if (str_is(text, "true"))
		return 1;
	return str_to_u64(text, UINT64_MAX, &n) < 0 ? 0 : n;
}

int model_values_notification(const struct model_values *values,
    const struct model_param *param)
{
	const struct model_value *value = find(values, param);

	if (value && value->notification >= 0)
		return value->notification;
	return param->notify == MODEL_NOTIFY_ACTIVE ||
		       param->notify == MODEL_NOTIFY_ALWAYS
		   ? 2
		   : 0;
}

int model_values_set_notification(struct model_values *values,
    const struct model_param *param, int notification)
{
	struct model_value *value = want(values, param);

	if (!value)
		return -ENOMEM;
	value->notification = (int8_t)notification;
	return 0;
}

int model_values_copy(struct model_values *ret, const struct model_values *values)
{
	struct model_values copy = { values->model, NULL, 0, values->len };

	*ret = (struct model_values){ values->model, NULL, 0, 0 };
	if (values->len == 0)
		return 0;
	copy.items = calloc(values->len, sizeof(*copy.items));
	if (!copy.items)
		return -ENOMEM;
	for (; copy.len < values->len; copy.len++) {
		struct model_value *item = &copy.items[copy.len];

		*item = values->items[copy.len];
		item->value = item->value ? str_dup(str_of(item->value)) : NULL;
		if (!item->value && values->items[copy.len].value) {
			model_values_free(&copy);
			return -ENOMEM;
		}
	}
	*ret = copy;
	return 0;
}

void model_values_free(struct model_values *values)
{
	for (uint32_t i = 0; i < values->len; i++)
		free(values->items[i].value);
	free(values->items);
	values->items = NULL;
	values->len = values->cap = 0;
}
