/* An option 43 byte by byte: where each byte stands, what it means, and what is wrong with
 * it. */
#pragma once

#include "lab/opt43/opt43_reading.h"

/* Appends a row for each byte or run of bytes, at most eight a row, and the verdict; or the
 * same as JSON. Bytes of passwords are "**" unless shows_secrets. An option 43 within option
 * 43, and the digits of one as text, are explained as what is in them. */
void opt43_explain_put(struct buf *out, const struct opt43_reading *reading,
    const struct screen *screen, bool shows_secrets);
void opt43_explain_put_json(struct buf *out, const struct opt43_reading *reading,
    bool shows_secrets);
