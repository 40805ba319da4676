/* Shared by the conf_*.c files. */
#pragma once

#include "lib/conf/conf.h"

/* Reports a mistake at a place that has no node. Returns ERR_CONFIG. */
int conf_fail_at(const struct conf_doc *doc, uint32_t line, uint32_t column,
    uint32_t width, const char *hint, struct error *err, const char *msg);

/* Converts the text of a scalar by the row's type into *at. 0 or ERR_CONFIG, told at
 * node. A default has no node, so it must be right: a mistake in it could not be
 * told. */
int conf_scalar(struct conf_doc *doc, const struct conf_row *row, struct str text,
    const struct conf_node *node, void *at, struct error *err);

/* Binds what is of both families (CONF_IPS, CONF_IP_NETS, CONF_IP_RANGE) to *target. 0 or
 * ERR_CONFIG. */
int conf_ip_bind(struct conf_doc *doc, const struct conf_row *row,
    const struct conf_node *node, void *target, struct error *err);

/* Whether the row is of both families. */
bool conf_ip_is(const struct conf_row *row);

/* "a list" */
const char *conf_kind_name(enum conf_kind kind);

/* ERR_CONFIG, told at node, unless it is of that kind. */
int conf_want_kind(const struct conf_doc *doc, const struct conf_row *row,
    const struct conf_node *node, enum conf_kind kind, struct error *err);

/* A duration in its largest whole unit, as people write it. */
char *conf_duration_text(uint64_t ns, char *text, size_t size);
