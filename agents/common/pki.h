/* The lab's own certificate authority and the certificates of its ACSs: P-256, made afresh
 * for every lab, kept in files that only their owner can read. */
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
	bool has_common_name_alone; /* no subjectAltName, as certificates once were */
	clock_ns not_before, not_after;
};

/* Makes a key and a server certificate (TLS Web Server Authentication, RFC 5280 4.2.1.12)
 * and writes both as PEM, mode 0600. ERR_TLS or -errno with the path. */
int pki_issue(const struct pki_ca *ca, const struct pki_request *request,
    const char *certificate_path, const char *key_path, struct error *err);
