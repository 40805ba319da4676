/* What a message says, in one line for people. */
#pragma once

#include "lib/base/buf.h"
#include "lib/cwmp/cwmp.h"

/* Appends text of the sender: without what may be a secret, unless shows_secrets. */
void http_detail_put_text(struct buf *out, struct str text, bool shows_secrets);

/* Appends the FaultString of a parameter: not what may quote the value of a secret one. */
void http_detail_put_fault_text(struct buf *out, const struct cwmp_param_fault *fault,
    bool shows_secrets);

/* Appends what the message is about: the events of an Inform, the first parameter of a list,
 * the code and the text of a fault. What the message does not have is not in it. */
void http_detail_put(struct buf *out, const struct cwmp_msg *msg, bool shows_secrets);
