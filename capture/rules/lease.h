/* What rules about ACS discovery ask: whether a CPE has to go by its lease, and whether a
 * connection goes where a URL says. */
#pragma once

#include "capture/rules/rule.h"
#include "lib/proto/url.h"

/* The CPE asked DHCP anew in this capture, its lease names an ACS, no ACS or earlier session
 * is known to have told it another one, and this is its first session since. Then the
 * lease's URL, read; else false. */
bool lease_url(const struct whole *view, struct url *ret);

/* The same, and the session's Inform carries 0 BOOTSTRAP: the CPE meets this ACS for the
 * first time. */
bool lease_is_used(const struct whole *view, struct url *ret);

/* The latest of the CPE's look-ups of host that are remembered, or null. */
const struct look_up *lease_look_up(const struct cpe_record *host, struct str name);

/* Whether the connection goes to the URL's port on its host's address: the one written in
 * it, or one that the CPE's look-up gave. */
bool lease_leads_to(const struct whole *view, const struct conn_record *conn,
    const struct url *url);

/* Whether host (of a Host header, with or without port) is that of the URL. */
bool lease_is_host(const char *host, const struct url *url);
