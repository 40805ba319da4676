/* Secrets that a session has shown, so that they are known where somebody quotes them: a CPE in
 * the words of its fault, a server in those of its error page. */
#pragma once

#include "lib/base/arena.h"
#include "lib/base/buf.h"

struct cwmp_msg;
struct http_record;
struct session_record;

/* Keeps those of a request (cwmp_secrets.h) in http->args. False without memory. */
bool http_secrets_keep(struct http_record *http, struct arena *arena,
    const struct cwmp_msg *msg);

/* Puts "***" for each in text that one of the last messages of the session set; session may be
 * null. In markup only what needs no entity is found. Without memory text->error says so. */
void http_secrets_hide(const struct session_record *session, struct buf *text);
