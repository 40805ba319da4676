/* Whether a CPE's credentials prove the password that the capture shows it was given: by
 * DHCP (option 43), or by its ACS (ManagementServer.Password). */
#pragma once

#include "capture/record/records.h"
#include "lib/proto/http.h"

/* Of the request with this head. device (what its ACS set) and host (what DHCP said) may be
 * null. */
enum auth_proof auth_prove(const struct device_record *device,
    const struct cpe_record *host, const struct http_head *head);
