/* An option 43 as the lines that other people's DHCP servers want it in. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/error.h"

enum opt43_server {
	OPT43_DNSMASQ,
	OPT43_KEA,
	OPT43_ISC_DHCPD,
	OPT43_COMWARE7, /* one string of digits */
	OPT43_COMWARE5, /* groups of eight */
	OPT43_MIKROTIK,
	OPT43_SERVERS
};

/* Their names, "dnsmasq"..., by enum opt43_server. */
extern const char *const opt43_server_names[OPT43_SERVERS];

/* Appends the bytes as pairs of digits, one between string behind each group of so many
 * bytes. */
void opt43_server_put_digits(struct buf *out, struct str bytes, size_t group,
    const char *between);

/* Appends the lines, whole and as they are to be pasted. ERR_LIMIT where the server takes no
 * option of that size. */
int opt43_server_put(struct buf *out, enum opt43_server server, struct str bytes,
    struct error *err);
