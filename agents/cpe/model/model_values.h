/* The parameters of one CPE that differ from its model: their values, and their notification
 * attributes. A parameter that nobody has set takes no memory here. */
#pragma once

#include "agents/cpe/model/model.h"

struct model_value {
	uint32_t param;      /* index in the model */
	char *value;         /* owned; null: as in the model */
	int8_t notification; /* 0 off, 1 passive, 2 active; -1: as in the model */
};

struct model_values {
	const struct model *model; /* borrowed */
	struct model_value *items; /* owned */
	uint32_t len, cap;
};

/* The value that was set, or else the model's; borrowed until the next set. */
const char *model_values_get(const struct model_values *values,
    const struct model_param *param);

/* Copies the value. 0 or -ENOMEM. */
int model_values_set(struct model_values *values, const struct model_param *param,
    struct str value);

/* The same for the first parameter of this kind; a model without one has nothing to set: 0. */
int model_values_set_live(struct model_values *values, enum model_live live,
    struct str value);
/* Null when the model has no parameter of this kind. */
const char *model_values_get_live(const struct model_values *values,
    enum model_live live);
/* Its value as a number: 1 for "true", 0 for what is no number and where there is none. */
uint64_t model_values_number(const struct model_values *values, enum model_live live);

/* The notification attribute: 0 off, 1 passive, 2 active. */
int model_values_notification(const struct model_values *values,
    const struct model_param *param);
/* 0 or -ENOMEM. */
int model_values_set_notification(struct model_values *values,
    const struct model_param *param, int notification);

/* A deep copy, for changes that all succeed or all fail. 0 or -ENOMEM. */
int model_values_copy(struct model_values *ret, const struct model_values *values);

/* Forgets what was set, so that all is as in the model: a factory reset. Safe to repeat. */
void model_values_free(struct model_values *values);
