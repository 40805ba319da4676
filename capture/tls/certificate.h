/* What a certificate on the wire says of itself. */
#pragma once

#include "lib/base/str.h"

#include <stdbool.h>
#include <stdint.h>

/* Writes "for acs1.lab, by \"figure-2 lab CA\", until 2036-11-21" into text, cut to
 * size bytes. Names are copied as the certificate has them, control characters and all,
 * each cut at 64 bytes; without any it is "for no name (common name \"...\")". False,
 * and nothing is written, when der is no X.509. */
bool certificate_text(struct str der, char *text, size_t size);

/* The same of a client's, which is named by its common name alone: "of
 * \"00E0FC-HP5920-HP001\", by \"figure-2 lab CA\", until 2036-11-21". */
bool certificate_text_of_client(struct str der, char *text, size_t size);

/* The name of an alert, "unknown_ca" (RFC 8446 6), or its number, "200", where it has
 * none; that is written into text, which has room for 32 bytes. */
const char *tls_alert_name(unsigned alert, char *text);

/* "TLS 1.2"; "TLS" for what is no version. */
const char *tls_version_name(uint16_t version);
