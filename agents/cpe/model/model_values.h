/* What one CPE has that its model does not say: values that were set, and notification
 * attributes. Nothing is held for a parameter that is as the model left it. */
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

/* The stored value; borrowed until the next set. */
const char *model_values_get(const struct model_values *values,
    const struct model_param *param);

/* Copies the value. 0 or -ENOMEM. */
int model_values_set(struct model_values *values, const struct model_param *param,
    struct str value);

/* By name; nothing happens where the model has no such parameter. */
int model_values_set_live(struct model_values *values, enum model_live live,
    struct str value);
/* null where the model has no such parameter. */
const char *model_values_get_live(const struct model_values *values,
    enum model_live live);
/* As a number, 0 when it is none. "true" counts as 1. */
uint64_t model_values_number(const struct model_values *values, enum model_live live);

int model_values_notification(const struct model_values *values,
    const struct model_param *param);
int model_values_set_notification(struct model_values *values,
    const struct model_param *param, int notification);

/* A deep copy, for changes that all succeed or all fail. 0 or -ENOMEM. */
int model_values_copy(struct model_values *ret, const struct model_values *values);

/* Back to the model: a factory reset. */
void model_values_free(struct model_values *values);
