/* The request that a CPE's response answers. */
#pragma once

#include "capture/facts/rule.h"

/* The ACS's request that view->http, a response or fault of the CPE, answers, if it is of that
 * method; else null. view->http must be the session's last message (WHOLE_MESSAGE). */
const struct http_record *asked(const struct whole *view, enum cwmp_method method);

/* The same of any method. A round of 401 before the response is passed over. */
const struct http_record *asked_any(const struct whole *view);

/* Whether a fault has one of these codes, or one that vendors define (9800-9899). */
bool is_fault_in(uint32_t code, const uint16_t *codes, size_t n);
