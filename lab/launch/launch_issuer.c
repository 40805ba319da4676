#include "lab/launch/launch_issuer.h"

#include <stdlib.h>

void launch_issuer_free(struct issuer *issuer)
{
	if (!issuer)
		return;
	pki_ca_free(issuer->lab);
	pki_ca_free(issuer->other);
	free(issuer);
}

struct pki_ca *launch_other_ca(struct issuer *issuer, struct error *err)
{
	if (!issuer->other &&
	    pki_ca_new(&issuer->other, "other CA", issuer->now, err) < 0)
		return NULL;
	return issuer->other;
}
