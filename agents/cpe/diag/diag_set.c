/* What a SetParameterValues does to diagnostics (TR-181 2.17, DiagnosticsState). */
#include "agents/cpe/diag/diag_internal.h"

static bool is_state(const struct model *model, const struct model_at *at)
{
	const struct model_name *name = &model->names[at->name];

	return name->param && str_ends(diag_tail(name), STR("DiagnosticsState"));
}

static uint32_t check_argument(const struct model *model, const struct model_at *at,
    struct str value)
{
	struct model_at object = model_at_parent(model, at);
	const struct diag_argument *argument =
	    diag_argument_find(diag_kind_of(model, &object),
		diag_tail(&model->names[at->name]));
	uint64_t n;

	if (!argument || argument->is_text)
		return 0;
	/* Of any other text the model's type has to say what is wrong. */
	return str_to_u64(value, UINT64_MAX, &n) == 0 && n > argument->most ? 9007 : 0;
}

uint32_t diag_check_set(const struct model *model, const struct model_at *at,
    struct str value)
{
	if (!is_state(model, at))
		return check_argument(model, at, value);
	return str_is(value, "Requested") || str_is(value, "Canceled") ? 0 : 9007;
}

bool diag_is_touched(const struct model *model, const struct model_at *at,
    struct model_at *ret_object)
{
	struct model_at state;

	*ret_object = model_at_parent(model, at);
	return diag_state_of(model, ret_object, &state);
}

static int put_none(struct model_values *values, const struct model_at *state)
{
	if (strcmp(model_values_source(values, state).value, "None") == 0)
		return 0;
	return model_values_put(values, state, STR("None"));
}

int diag_before_set(struct model_values *values, const struct model_at *at)
{
	struct model_at object = model_at_parent(values->model, at), state;

	if (!diag_state_of(values->model, &object, &state) ||
	    is_state(values->model, at))
		return 0;
	return put_none(values, &state);
}

static bool has_arguments(const struct model_values *values,
    const struct model_at *object)
{
	enum diag_kind kind = diag_kind_of(values->model, object);

	if (kind == DIAG_UNKNOWN)
		return true;
	for (const struct diag_argument *argument = diag_kinds[kind].arguments;
	     argument->name; argument++) {
		struct model_at at;

		if (argument->is_needed &&
		    (!diag_child_of(values->model, object, argument->name, &at) ||
			!model_values_source(values, &at).value[0]))
			return false;
	}
	return true;
}

int diag_after_set(struct model_values *values, const struct model_at *at)
{
	struct model_at object;
	const char *state;

	if (!is_state(values->model, at))
		return 0;
	object = model_at_parent(values->model, at);
	state = model_values_source(values, at).value;
	if (strcmp(state, "Canceled") == 0)
		return put_none(values, at);
	return has_arguments(values, &object) ? 0 : 9007;
}
