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

/* The parameter of that name, or null. Only those are looked at that are kept of the
 * message (rpc_facts.params): null does not say that it carries none of that name. */
const struct cwmp_param *told_param(const struct http_record *http, struct str name);

/* The SetParameterValues of this session whose values the CPE has yet to apply: the last
 * one, if the CPE answered it with Status 1. Else null. */
const struct http_record *told_pending_set(const struct whole *view);

/* Whether the last value that the CPE gave for the parameter before the request set was
 * sent is another than the wanted one. If not, or if it gave none, the value may have
 * been the wanted one all along. */
bool told_other_before(const struct whole *view, const struct http_record *set,
    const struct cwmp_param *wanted);
