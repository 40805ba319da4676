/* ACS discovery: whether a CPE has to use the ACS URL of its DHCP lease, and whether a
 * connection goes where a URL says. */
#pragma once

#include "capture/facts/rule.h"
#include "lib/proto/url.h"

/* Whether the CPE has to use the ACS URL of its lease: it sent DHCPDISCOVER in this capture,
 * its lease names an ACS, this is its first session since, and the capture shows neither an
 * earlier session nor an ACS that set another URL. *ret is the URL, valid as long as the
 * lease. */
bool lease_url(const struct whole *view, struct url *ret);

/* The same, and the session, whose start the capture shows, has an Inform with 0
 * BOOTSTRAP: this is the CPE's first contact with the ACS. */
bool lease_is_used(const struct whole *view, struct url *ret);

/* The CPE's latest DNS look-up of name, for addresses of that family, among those that the
 * observer keeps, or null. */
const struct look_up *lease_look_up(const struct cpe_record *host, struct str name,
    enum address_family family);

/* Whether the connection goes to the URL's port on its host's address: the one written
 * in it, or one that the CPE's look-up gave. False where an IPv6 address is written in it. */
bool lease_leads_to(const struct whole *view, const struct conn_record *conn,
    const struct url *url);

/* Whether the value of a Host header, with or without a port, names the host and port of the
 * URL. Null does not. */
bool lease_is_host(const char *host, const struct url *url);
