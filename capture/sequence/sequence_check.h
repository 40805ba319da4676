/* Checks, step by step, whether what was seen of a CPE is a sequence. */
#pragma once

#include "capture/observe/observer.h"
#include "capture/sequence/sequence_result.h"
#include "lib/sequence/sequence.h"

/* Fills *ret, but for who the device is (device to shares_address), which is the
 * caller's to set. *ret borrows from the sequence and from the observer, whose arena
 * has its memory; the observer must keep records. A CPE may have tried several times:
 * the first attempt that holds counts, or that shows what must never be; otherwise the
 * first of those that came furthest. is_truncated: the capture is, so what is missing
 * at its end cannot be judged. 0, or -ENOMEM. */
int sequence_check(const struct sequence *sequence, struct observer *observer,
    const struct cpe_record *cpe, bool is_truncated, struct sequence_result *ret);
