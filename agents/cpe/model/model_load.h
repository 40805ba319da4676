/* Shared by the model_load*.c files: YAML to struct model, in steps that each tell all
 * mistakes of their part. */
#pragma once

#include "agents/cpe/model/model.h"

struct model_draft { /* of a parameter: what is resolved when all names are known */
	const char *count;
	const struct conf_node *node, *count_node;
};

struct model_loader {
	struct model *model;
	struct model_draft *drafts; /* one for each of model->params */
	const struct conf_node *objects, *tables, *instances, *pools;
	struct conf_strings informs;
	const struct conf_node *informs_node;
	const struct conf_node *own_node; /* null: there is no "own" */
	struct error *err;
	int worst; /* 0, or ERR_CONFIG: mistakes were told */
};

/* Each returns 0 or a failure that ends it all; mistakes are in loader->worst. */
int model_load_params(struct model_loader *loader);
int model_load_names(struct model_loader *loader);
int model_load_tables(struct model_loader *loader);
int model_load_pools(struct model_loader *loader);
int model_load_instances(struct model_loader *loader);

/* Whether to look for further mistakes after a step that returned r: as conf_go_on(),
 * with loader->worst. */
bool model_load_goes_on(struct model_loader *loader, int r);

/* Whether the path is that of an object below the root: names, numbers and, where templates
 * are wanted, "{i}", each with a dot behind it. */
bool model_load_is_object(const struct model *model, struct str path, bool is_template);

/* A parameter's name alone. */
bool model_load_is_name(struct str name);

/* Binds where a value comes from: the keys of a source, or a text alone. */
int model_load_source(struct model_loader *loader, const struct conf_node *node,
    const struct model_param *param, struct model_source *ret);

/* "generate: {...}" of a parameter. */
int model_load_generator(struct model_loader *loader, const struct conf_node *node,
    const struct model_param *param, const struct model_generator **ret);

/* What stands for no value where the type has no empty one (TR-106): false, the unknown
 * time, 0, or an end of the range of a number that cannot be 0. "" of the other types.
 * Null without memory. */
const char *model_load_default(const struct model_param *param, struct arena *arena);

/* 0 for a first value that the parameter takes, for "", and for one with placeholders,
 * which sets *has_places and is not held against the type; else ERR_CONFIG at the
 * node. */
int model_load_check_value(struct model_loader *loader, const struct conf_node *node,
    const struct model_param *param, const char *value, bool *has_places);

extern const struct conf_row model_header_rows[], model_param_rows[],
    model_generator_rows[], model_source_rows[], model_table_rows[], model_pool_rows[];
