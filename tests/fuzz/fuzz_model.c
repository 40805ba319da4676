/* Any bytes as a device model: read, and searched where it is one; then a CPE of it, with a
 * new instance in every table, whose values are kept and read back. */
#include "agents/cpe/model/model_places.h"
#include "agents/cpe/model/model_values.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

enum {
	ADDED_MAX = 64 /* instances of one input */
};

static void want(bool is_so)
{
	if (!is_so)
		__builtin_trap();
}

/* Each place of a CPE is found by its path, and stands below the one above it. */
static size_t walk(const struct model_values *values)
{
	const struct model *model = values->model;
	struct model_at top = { .name = 0 }, at, found;
	struct model_walk all = model_walk_all(values, &top);
	size_t n = 0;

	while (model_walk_next(&all, &at)) {
		char path[MODEL_AT_TEXT_MAX];
		size_t length = model_at_path(model, &at, path);

		want(length <= MODEL_PATH_MAX);
		want(model_values_find(values, str_make(path, length), &found));
		want(model_at_compare(&at, &found) == 0);
		found = model_at_parent(model, &at);
		want(model_at_is_below(model, &at, &found));
		if (model_param_at(model, &at))
			(void)model_values_source(values, &at);
		n++;
	}
	return n;
}

/* One more instance wherever the walk comes by an object above "{i}.". */
static void add_everywhere(struct model_values *values)
{
	const struct model *model = values->model;
	struct model_at added[ADDED_MAX], top = { .name = 0 }, at;
	struct model_walk all = model_walk_all(values, &top);
	size_t n = 0;

	while (n < ADDED_MAX && model_walk_next(&all, &at)) {
		if (model->names[at.name].rows != MODEL_NONE)
			added[n++] = at;
	}
	for (size_t i = 0; i < n; i++) {
		struct model_at instance = added[i];
		uint32_t number = 0, next = 0;

		if (model_values_add(values, &instance, &number) < 0)
			continue;
		instance.name = model->names[instance.name].rows;
		instance.index[instance.n++] = number;
		want(model_values_has(values, &instance));
		if (i % 2 == 1 || model_values_remove(values, &instance) < 0)
			continue;
		want(!model_values_has(values, &instance));
		if (model_values_add(values, &added[i], &next) == 0)
			want(next > number);
	}
}

static void live(const struct model *model)
{
	struct model_values values = { .model = model }, read = { .model = model };
	auto_buf text = BUF_NULL, again = BUF_NULL;
	struct model_at top = { .name = 0 };
	size_t n;

	(void)walk(&values);
	want(model_values_notify(&values, &top, 1) == 0);
	add_everywhere(&values);
	n = walk(&values);
	want(model_values_save(&values, &text) == 0);
	want(model_values_restore(&read, buf_str(&text)) == 0);
	want(model_values_save(&read, &again) == 0);
	want(str_eq(buf_str(&text), buf_str(&again)));
	want(walk(&read) == n);
	model_values_free(&values);
	model_values_free(&read);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct model *model = NULL;
	struct error err = ERROR_NULL;

	if (model_parse("fuzz.yaml", str_make(bytes, len), &model, &err) < 0)
		return 0;
	for (size_t i = 0; i < model->n_names; i++)
		want(model_find(model, model->names[i].path) == &model->names[i]);
	live(model);
	model_free(model);
	return 0;
}
