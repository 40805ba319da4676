/* Whether what was seen of a CPE is a sequence, step by step. */
#pragma once

#include "capture/observe/observer.h"
#include "capture/sequence/sequence.h"
#include "capture/sequence/sequence_result.h"

/* Fills *ret; its memory is the observer's arena. A CPE may have tried several times: the
 * first attempt that holds counts, otherwise the first of those that came furthest. -ENOMEM
 * without memory. */
int sequence_check(const struct sequence *sequence, struct observer *observer,
    const struct cpe_record *cpe, bool is_truncated, struct sequence_result *ret);
