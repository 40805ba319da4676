/* What a session has told of objects and parameters before the message that is judged,
 * as far as its latest RULE_LOOK_BACK messages show. */
#pragma once

#include "capture/facts/rule.h"

enum object_fate {
	FATE_UNKNOWN, /* this session neither added nor deleted it */
	FATE_THERE,   /* an AddObject of this session made it */
	FATE_GONE     /* a DeleteObject of this session removed it */
};

/* What became of the object, "Device.A.1.", in this session before view->http. */
enum object_fate told_fate(const struct whole *view, struct str object);

/* The parameter of that name among those that the message carries, or null. */
const struct cwmp_param *told_param(const struct http_record *http, struct str name);

/* The SetParameterValues of this session whose values the CPE has yet to apply: the last
 * one, if the CPE answered it with Status 1. Else null. */
const struct http_record *told_pending_set(const struct whole *view);

/* Whether the CPE gave another value for the parameter before the request set was sent. If
 * not, the value may have been the wanted one all along. */
bool told_other_before(const struct whole *view, const struct http_record *set,
    const struct cwmp_param *wanted);
