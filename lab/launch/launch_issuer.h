/* What those share who issue the certificates of a lab. */
#pragma once

#include "lab/launch/launch_internal.h"

#include "agents/pki/pki.h"

/* Of validity on either side, and since when what has expired has done so. */
#define LAUNCH_DAY_NS (INT64_C(86400) * NS_PER_S)

struct issuer {
	const char *folder; /* borrowed */
	const char *domain; /* of the topology that is looked at; borrowed */
	clock_ns now;
	struct pki_ca *lab, *other; /* owned; other is null until it is asked for */
};

/* The CA that is not the lab's. Null with words. */
struct pki_ca *launch_other_ca(struct issuer *issuer, struct error *err);

/* Makes the certificates of a node's CPEs, where they have any: <node>.pem with one each and
 * <node>.key. The error of the model, ERR_LIMIT for a CPE whose name no certificate can have,
 * ERR_TLS or -errno. */
int launch_issue_cpes(struct issuer *issuer, const struct node *node,
    struct error *err);
