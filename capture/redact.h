/* Secrets out of what is shown. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/str.h"

/* Whether a parameter or element of that name holds a secret: ...Password, ...Passphrase,
 * ...Key (but ParameterKey and CommandKey), ...PSK. */
bool redact_is_secret(struct str name);

/* Appends the value of an HTTP header: of credentials their scheme and user name alone, of
 * cookies their names, anything else as it is. */
void redact_header(struct buf *out, struct str name, struct str value);

/* Appends an envelope with the values of secret parameters, and the texts of secret
 * elements, replaced by "***". Works on the text, well-formed or not. */
void redact_xml(struct buf *out, struct str xml);
