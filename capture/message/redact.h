/* Leaves secrets (lib/base/secret.h) out of what is shown to people of a capture. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/str.h"

/* Appends text as one line for people, without its secrets, whatever is in it: see
 * secret_put() and utf8_put_shown(). */
void redact_line(struct buf *out, struct str text);

/* Appends the value of an HTTP header: of credentials their scheme and user name, of
 * cookies their names and attributes, with "***" for the rest; "***" for the value of a
 * name that is a secret's; other values as secret_put(). */
void redact_header(struct buf *out, struct str name, struct str value);

/* Appends a body with "***" for the values of secret parameters, and for the texts of
 * elements and the values of attributes whose names are secret, wherever the name stands
 * and however it is written: entities, CDATA, comments, UTF-16, UTF-32. Texts are those of
 * secret_put(). What holds no secret stays to the byte. Works on the text, well-formed or
 * not; a body in an encoding in which markup does not stand as in ASCII, and one for which
 * there is no memory, is "***". */
void redact_body(struct buf *out, struct str body);
