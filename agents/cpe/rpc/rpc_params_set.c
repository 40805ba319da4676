/* SetParameterValues: all that it says, or nothing (TR-069 A6 A.3.2.1). */
#include "agents/cpe/rpc/rpc_internal.h"

#include "agents/cpe/diag/diag.h"
#include "agents/cpe/model/model_modules.h"
#include "lib/proto/url.h"

struct set { /* one SetParameterValues */
	struct rpc_call *call;
	const struct cwmp_params *list;
	struct model_at *at;      /* of each */
	struct model_values next; /* what it leads to */
	struct rpc rpc;           /* the CPE with those values */
};

/* ---- each by itself ----------------------------------------------------------------- */

/* By whichever name: an instance has its number, and may have an alias. */
static bool is_set_before(const struct set *set, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		if (model_at_compare(&set->at[i], &set->at[at]) == 0)
			return true;
	}
	return false;
}

/* Names that begin with "cpe-" are the CPE's own to give (TR-069 A6 3.6.1); which others are none
 * is said where they have a use. */
static bool is_bad_alias(const struct set *set, const struct model_at *at,
    struct str value)
{
	auto_arena arena = ARENA_NULL;

	if (str_eq(value, rpc_value(&set->rpc, at, &arena)))
		return false;
	if (rpc_has_aliases(set->call->rpc))
		return !rpc_alias_is_good(value);
	return str_starts(value, STR("cpe-"));
}

/* The type that the value says it is of; "" where the model lets each pass. */
static struct str type_of(const struct set *set, const struct cwmp_param *wanted)
{
	const struct model *model = set->call->rpc->values->model;

	return model->conduct.cwmp.types == MODEL_TYPES_LENIENT ? STR_NULL
								: wanted->type;
}

static uint32_t check_one(const struct set *set, size_t i)
{
	const struct cwmp_param *wanted = &set->list->items[i];
	const struct model_param *param;
	struct model_at *at = &set->at[i];
	struct url url;
	uint32_t fault;

	if (rpc_is_object(wanted->name))
		return 9005;
	fault = rpc_find_or_make(&set->rpc, wanted->name, at);
	if (fault != 0)
		return fault;
	param = model_param_at(set->call->rpc->values->model, at);
	fault = model_check_set(param, type_of(set, wanted), wanted->value);
	if (fault == 0)
		fault =
		    diag_check_set(set->call->rpc->values->model, at, wanted->value);
	if (fault == 0 && is_set_before(set, i))
		fault = 9003;
	if (fault == 0 && param->live == MODEL_ACS_URL && wanted->value.len > 0 &&
	    url_parse(&url, wanted->value, NULL) < 0)
		fault = 9007;
	if (fault == 0 && param->is_alias && is_bad_alias(set, at, wanted->value))
		fault = 9007;
	if (fault == 0)
		fault = model_modules_check_set(set->call->rpc->values, at);
	return fault;
}

static void add_fault(const struct set *set, size_t i, uint32_t code)
{
	struct cwmp_fault *fault = &set->call->out->fault;

	fault->params[fault->n_params++] = (struct cwmp_param_fault){
		.name = set->list->items[i].name,
		.code = code,
		.text = str_of(cwmp_fault_text(code)),
	};
}

/* Fills the places, or the fault's list. */
static uint32_t check_all(const struct set *set)
{
	for (size_t i = 0; i < set->list->len; i++) {
		uint32_t code = check_one(set, i);

		if (code != 0)
			add_fault(set, i, code);
	}
	return set->call->out->fault.n_params > 0 ? 9003 : 0;
}

/* ---- all together ------------------------------------------------------------------- */

/* What the CPE keeps itself, outside of its values. */
static bool is_kept_outside(const struct model_param *param)
{
	return param->live == MODEL_ACS_URL || param->live == MODEL_ACS_USERNAME ||
	       param->live == MODEL_ACS_PASSWORD || param->live == MODEL_PORT_ENABLE;
}

static const struct model_param *param_of(const struct set *set, size_t i)
{
	return model_param_at(set->next.model, &set->at[i]);
}

static int put_values(struct set *set)
{
	int r = 0;

	for (size_t i = 0; i < set->list->len && r == 0; i++)
		r = diag_before_set(&set->next, &set->at[i]);
	for (size_t i = 0; i < set->list->len && r == 0; i++) {
		if (!is_kept_outside(param_of(set, i)))
			r = model_values_put(&set->next, &set->at[i],
			    set->list->items[i].value);
	}
	/* Of what is set together, the order is nobody's. */
	for (size_t i = 0; i < set->list->len && r == 0; i++)
		r = model_modules_apply(&set->next, &set->at[i]);
	return r == 0 ? rpc_set_key(&set->next, set->call->in->parameter_key) : r;
}

/* Unique keys are looked at as they are after all is set: two may change places. */
static uint32_t check_keys(const struct set *set)
{
	for (size_t i = 0; i < set->list->len; i++) {
		const struct model_param *wrong;
		struct model_at instance;

		if (!param_of(set, i)->is_key)
			continue;
		instance = model_at_parent(set->next.model, &set->at[i]);
		if (!model_values_is_unique(&set->next, &instance, &wrong))
			add_fault(set, i, 9007);
	}
	return set->call->out->fault.n_params > 0 ? 9003 : 0;
}

/* A diagnostic that is requested has to have what it needs. */
static uint32_t check_diagnostics(struct set *set)
{
	for (size_t i = 0; i < set->list->len; i++) {
		int r = diag_after_set(&set->next, &set->at[i]);

		if (r < 0)
			return 9004;
		if (r > 0)
			add_fault(set, i, (uint32_t)r);
	}
	return set->call->out->fault.n_params > 0 ? 9003 : 0;
}

/* Those that run already are stopped, or begin anew. */
static void tell_diagnostics(const struct set *set)
{
	const struct rpc_device *device = &set->call->rpc->device;
	struct model_at object;

	for (size_t i = 0; i < set->list->len && device->diagnostic_set; i++) {
		if (diag_is_touched(set->call->rpc->values->model, &set->at[i],
			&object))
			device->diagnostic_set(device->arg, &object);
	}
}

static bool is_true(struct str value)
{
	return str_is(value, "1") || str_is(value, "true");
}

static bool is_port(const struct set *set, size_t i)
{
	return param_of(set, i)->live == MODEL_PORT_ENABLE;
}

static uint32_t tell_port(const struct set *set, size_t i, bool is_enabled)
{
	const struct rpc_device *device = &set->call->rpc->device;
	const struct model_at *at = &set->at[i];

	if (!device->set_port || at->n == 0)
		return 9004;
	return device->set_port(device->arg, at->index[at->n - 1], is_enabled);
}

static bool was_enabled(const struct set *set, size_t i)
{
	return is_true(rpc_value(set->call->rpc, &set->at[i], set->call->arena));
}

/* All of them, or none: one that the kernel does not set has those before it as they were. */
static uint32_t tell_ports(const struct set *set)
{
	size_t n = set->list->len, i;
	bool *before = arena_array(set->call->arena, n + 1, sizeof(*before));
	uint32_t fault = before ? 0 : 9004;

	for (i = 0; i < n && fault == 0; i++) {
		if (!is_port(set, i))
			continue;
		before[i] = was_enabled(set, i);
		fault = tell_port(set, i, is_true(set->list->items[i].value));
	}
	for (size_t k = 0; fault != 0 && k + 1 < i; k++) {
		if (is_port(set, k))
			(void)tell_port(set, k, before[k]);
	}
	return fault;
}

/* Told last: a port may be there no more, and of three strings of the ACS memory alone can fail. */
static uint32_t tell_device(const struct set *set)
{
	const struct rpc_device *device = &set->call->rpc->device;
	uint32_t fault = tell_ports(set);

	for (size_t i = 0; i < set->list->len && fault == 0; i++) {
		if (is_kept_outside(param_of(set, i)) && !is_port(set, i))
			fault = device->set(device->arg,
			    (enum model_live)param_of(set, i)->live,
			    set->list->items[i].value);
	}
	return fault;
}

static void note_known(const struct set *set)
{
	for (size_t i = 0; i < set->list->len; i++) {
		if (is_kept_outside(param_of(set, i)))
			(void)rpc_note_known(set->call->rpc, &set->at[i]);
		rpc_light_known(set->call->rpc, &set->at[i]);
		if (param_of(set, i)->is_deferred)
			set->call->out->args.status = 1;
	}
}

/* Of instances that it makes, which may come to be after the session. */
static void note_made(const struct set *set)
{
	const struct model_name *names = set->next.model->names;

	for (size_t i = 0; i < set->list->len; i++) {
		uint32_t at = set->at[i].name;

		if (model_values_has(set->call->rpc->values, &set->at[i]))
			continue;
		while (!names[at].table)
			at = names[at].parent;
		if (names[at].table->is_deferred)
			set->call->out->args.status = 1;
	}
}

/* Stored values change in a copy first. */
static uint32_t apply(struct set *set)
{
	uint32_t fault = rpc_fault_of(put_values(set));

	if (fault == 0)
		fault = check_keys(set);
	if (fault == 0)
		fault = check_diagnostics(set);
	if (fault == 0)
		fault = tell_device(set);
	if (fault != 0)
		return fault;
	note_made(set);
	model_values_take(set->call->rpc->values, &set->next);
	note_known(set);
	tell_diagnostics(set);
	return 0;
}

uint32_t rpc_set_parameter_values(struct rpc_call *call)
{
	struct set set = { .call = call, .list = &call->in->params };
	size_t n = set.list->len;
	uint32_t fault;

	if (n > RPC_SET_MAX)
		return 9004;
	set.at = arena_array(call->arena, n + 1, sizeof(*set.at));
	call->out->fault.params =
	    arena_array(call->arena, n + 1, sizeof(*call->out->fault.params));
	if (!set.at || !call->out->fault.params)
		return 9004;
	if (model_values_copy(&set.next, call->rpc->values) < 0)
		return 9004;
	set.rpc = *call->rpc;
	set.rpc.values = &set.next;
	fault = check_all(&set);
	if (fault == 0)
		fault = apply(&set);
	model_values_free(&set.next);
	return fault;
}
