/* Where the value of a parameter comes from: what was set, the CPE itself, a generator, the model. */
#include "agents/cpe/rpc/rpc_internal.h"

#include <inttypes.h>
#include <stdio.h>

static struct str put_count(const struct rpc *rpc, const struct model_at *at,
    const struct model_table *table, struct arena *arena)
{
	const struct model_name *names = rpc->values->model->names;
	struct model_at object = *at;
	char text[16];

	object.name = names[table->name].parent;
	object.n = names[object.name].levels;
	(void)snprintf(text, sizeof(text), "%" PRIu32,
	    model_values_count(rpc->values, &object));
	return arena_str(arena, str_of(text));
}

static struct str put_generated(const struct rpc *rpc, const struct model_at *at,
    const struct model_generator *generator, struct arena *arena)
{
	struct model_self self = rpc_self(rpc);
	char path[MODEL_AT_TEXT_MAX], text[MODEL_GENERATED_MAX];
	size_t len = model_at_path(rpc->values->model, at, path);

	return arena_str(arena,
	    model_generate(generator,
		model_generate_key(self.seed, self.number, str_make(path, len)),
		&self.now, text));
}

static bool takes(const struct model_param *param, const char *value)
{
	for (size_t i = 0; i < param->values.len; i++) {
		if (strcmp(value, param->values.items[i]) == 0)
			return true;
	}
	return param->values.len == 0;
}

/* TR-098 and TR-181 have other words for a link that is down, and each parameter takes one of
 * them. A port that is disabled, or is none any more, is down as well. */
static struct str name_link_status(const struct model_param *param, struct str value)
{
	static const char *const down[] = { "Down", "NoLink" };

	if (takes(param, value.p) || str_is(value, "Up"))
		return value;
	for (size_t i = 0; i < ARRAY_LEN(down); i++) {
		if (takes(param, down[i]))
			return str_of(down[i]);
	}
	return value;
}

static struct str ask_device(const struct rpc *rpc, const struct model_at *at,
    enum model_live live, struct arena *arena)
{
	const struct rpc_device *device = &rpc->device;
	enum model_type type =
	    (enum model_type)model_param_at(rpc->values->model, at)->type;

	if (!model_live_is_port(live))
		return device->get(device->arg, live, type, arena);
	if (!device->get_port || at->n == 0)
		return STR_NULL;
	return device->get_port(device->arg, at->index[at->n - 1], live, type, arena);
}

struct str rpc_value(const struct rpc *rpc, const struct model_at *at,
    struct arena *arena)
{
	const struct model *model = rpc->values->model;
	const struct model_param *param = model_param_at(model, at);
	struct model_source source;
	struct model_self self;

	if (param->counts)
		return put_count(rpc, at, param->counts, arena);
	source = model_values_source(rpc->values, at);
	if (source.generate)
		return put_generated(rpc, at, source.generate, arena);
	if (model_live_is_outside((enum model_live)source.live)) {
		struct str value =
		    ask_device(rpc, at, (enum model_live)source.live, arena);

		/* What the machine does not know at the moment is what the file says. */
		if (value.p)
			return source.live == MODEL_LINK_STATUS ||
				       source.live == MODEL_PORT_STATUS
				   ? name_link_status(param, value)
				   : value;
	}
	if (!source.has_places)
		return str_of(source.value);
	self = rpc_self(rpc);
	return model_places_fill(model, source.value, at, &self, arena);
}
