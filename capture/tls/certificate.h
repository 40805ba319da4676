/* What a certificate on the wire says of itself. */
#pragma once

#include "lib/base/str.h"

#include <stdbool.h>

/* "for acs1.lab, by \"figure-2 lab CA\", until 2036-11-21". False when der is no X.509. */
bool certificate_text(struct str der, char *text, size_t size);

/* "unknown_ca" (RFC 8446 6); "200" for what has no name: room for 32. */
const char *tls_alert_name(unsigned alert, char *text);
