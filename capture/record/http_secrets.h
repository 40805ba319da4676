/* Secrets that a capture has shown of a device, so that they are known where somebody quotes them: a
 * CPE in the words of its fault or of a transfer that failed, a server in those of its error page. */
#pragma once

#include "lib/base/buf.h"

#include <stdbool.h>

struct cwmp_msg;
struct session_record;

/* Notes those of a request (cwmp_secrets.h) with the device of the session or, where nobody has
 * named it yet, with the session. False without memory. */
bool http_secrets_note(struct session_record *session, const struct cwmp_msg *msg);

/* Puts "***" for each in text that was noted of the session or of its device, in earlier sessions,
 * too; session may be null. Without memory text->error says so. */
void http_secrets_hide(const struct session_record *session, struct buf *text);
