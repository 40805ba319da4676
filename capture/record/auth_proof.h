/* Whether a CPE's credentials prove the password that the capture shows it was given: by
 * DHCP (option 43), or by its ACS (ManagementServer.Password). */
#pragma once

#include "capture/record/records.h"
#include "lib/proto/http.h"
#include "lib/proto/http_auth.h"

struct auth_given { /* interned; nulls: the capture does not tell */
	const char *username, *password;
};

/* What the CPE was given last: by its ACS, else by DHCP. */
struct auth_given auth_given(const struct device_record *device,
    const struct cpe_record *host);

/* Of a lightweight notification: not proven unless it is of that user and the host has shown that
 * it has the password. */
enum auth_proof auth_prove_light(const struct device_record *device,
    const struct cpe_record *host, const struct lightweight *light);

/* Of the request with this head: only of credentials of Digest by the user that was
 * given, and as auth_prove_with(). device (what its ACS set) and host (what DHCP said) may be null. */
enum auth_proof auth_prove(const struct device_record *device,
    const struct cpe_record *host, const struct http_head *head);

/* The same of credentials of a request by that method, and of a password that is known. Neither of
 * qop=auth-int, which needs the body, nor where this machine has not the hash. */
enum auth_proof auth_prove_with(const struct auth_credentials *credentials,
    struct str username, struct str password, struct str method);
