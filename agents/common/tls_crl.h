/* Revocation: CRLs of a file (RFC 5280 5). */
#pragma once

#include "lib/base/error.h"

struct ssl_ctx_st;

/* Adds the CRLs of the file to what certificates are checked against, after the trusted CAs;
 * from then on one is wanted of each CA of a chain. ERR_TLS with the file: not to be read,
 * none in it, none by a trusted CA, one that is not signed by its CA, or out of its
 * time. */
int tls_crl_load(struct ssl_ctx_st *ssl_ctx, const char *path, struct error *err);
