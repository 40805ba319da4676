/* The certificates that a TLS client shows of its own, where a server asks for one: read from
 * one PEM file, that of a whole fleet or a single one, and kept as the bytes that go over the
 * wire, since a CPE that does not talk needs none of what OpenSSL makes of them. */
#pragma once

#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/base/str.h"

#include <stdbool.h>

struct ssl_st;
struct tls_own;
struct tls_own_certificate;

enum {
	TLS_OWN_MAX = 5000,   /* certificates of one file */
	TLS_OWN_CHAIN_MAX = 8 /* CAs of the same, that go with each */
};

/* Reads the certificates and the one key of them all. Certificates of CAs are sent with each
 * of the others. ERR_TLS with the file: it has none, too many, two of one common name, or one
 * that the key does not fit; -ENOMEM. */
int tls_own_load(struct tls_own **ret, const char *certificates, const char *key,
    struct error *err);

/* Safe with null. */
void tls_own_free(struct tls_own *own);
DEFINE_CLEANUP(struct tls_own *, tls_own_free)

/* The certificate of that common name; where the file has one alone, that one, whatever its
 * name. Null: there is none, or name is a null view. It lives as long as own, which may be
 * null. */
const struct tls_own_certificate *tls_own_find(const struct tls_own *own,
    struct str name);

/* Has ssl show it. False without memory. */
bool tls_own_show(const struct tls_own *own,
    const struct tls_own_certificate *certificate, struct ssl_st *ssl);
