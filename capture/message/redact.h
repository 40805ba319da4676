/* Leaves secrets out of what is shown to people. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/str.h"

/* Whether a parameter or element of that name holds a secret: ...Password, ...Passphrase,
 * ...PreSharedKey, ...Secret, ...PIN and the like. ParameterKey and CommandKey are none. */
bool redact_is_secret(struct str name);

/* Appends text, with "***" for the passwords in its URLs: "http://cpe:***@acs/". */
void redact_urls(struct buf *out, struct str text);

/* The same as one line for people, whatever is in it: see utf8_put_shown(). */
void redact_line(struct buf *out, struct str text);

/* Appends the value of an HTTP header: of credentials their scheme and user name, of
 * cookies their names and attributes, with "***" for the rest; other values as
 * redact_urls(). */
void redact_header(struct buf *out, struct str name, struct str value);

/* Appends an envelope with the values of secret parameters, and the texts of secret
 * elements, replaced by "***", and URLs as redact_urls(). Works on the text, well-formed or
 * not. */
void redact_xml(struct buf *out, struct str xml);
