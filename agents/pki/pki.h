/* The lab's own certificate authority, the certificates of its ACSs and CPEs, and what it has
 * revoked: P-256, made afresh for every lab, kept in files that only their owner can read. */
#pragma once

#include "lib/base/cleanup.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pki_ca;

/* A new CA of that common name, valid from a day before now (wall clock) until ten
 * years after it. ERR_TLS or -ENOMEM. */
int pki_ca_new(struct pki_ca **ret, const char *common_name, clock_ns now,
    struct error *err);
void pki_ca_free(struct pki_ca *ca);
DEFINE_CLEANUP(struct pki_ca *, pki_ca_free)

/* Writes the CA's certificate (not its key) as PEM, mode 0600. -errno with the path. */
int pki_ca_write(const struct pki_ca *ca, const char *path, struct error *err);

struct pki_request {
	const char *const *names; /* DNS names; the first is the common name */
	size_t n_names;
	const uint32_t *addresses; /* IPv4, host order */
	size_t n_addresses;
	const uint8_t *address6;    /* 16 bytes, or null */
	bool has_common_name_alone; /* no subjectAltName, as certificates once were */
	clock_ns not_before, not_after;
};

/* Makes a key and a server certificate (TLS Web Server Authentication, RFC 5280 4.2.1.12)
 * and writes both as PEM, mode 0600. ERR_TLS or -errno with the path. */
int pki_issue(const struct pki_ca *ca, const struct pki_request *request,
    const char *certificate_path, const char *key_path, struct error *err);

/* ---- certificates of devices -------------------------------------------------------- */

enum {
	PKI_COMMON_NAME_MAX = 64 /* RFC 5280 A.1, ub-common-name */
};

struct pki_devices;

/* Makes one key, that all devices of the file have in common (a P-256 key each would make
 * their certificates take twice as long and tell nothing more), writes it, and opens the
 * file of their certificates. Both are PEM, mode 0600. ERR_TLS or -errno with the path. */
int pki_devices_new(struct pki_devices **ret, const char *certificates_path,
    const char *key_path, struct error *err);

/* Appends a client certificate (TLS Web Client Authentication) of this common name.
 * *ret_serial (may be null) is its serial number. ERR_TLS, for a name of over
 * PKI_COMMON_NAME_MAX bytes, too. */
int pki_devices_add(struct pki_devices *devices, const struct pki_ca *ca,
    const char *common_name, clock_ns not_before, clock_ns not_after,
    uint64_t *ret_serial, struct error *err);

/* Closes the file. -EIO with its path when not all of it could be written. */
int pki_devices_end(struct pki_devices *devices, struct error *err);

/* Closes the file, whatever became of it; safe with null. */
void pki_devices_free(struct pki_devices *devices);
DEFINE_CLEANUP(struct pki_devices *, pki_devices_free)

/* Notes that the CA has revoked the certificate of that serial number now. ERR_TLS. */
int pki_revoke(struct pki_ca *ca, uint64_t serial, clock_ns now, struct error *err);

/* Writes the CRL of the CA as PEM, mode 0600, good for a year from a day before now; it may
 * be empty. ERR_TLS or -errno with the path. */
int pki_crl_write(struct pki_ca *ca, clock_ns now, const char *path, struct error *err);
