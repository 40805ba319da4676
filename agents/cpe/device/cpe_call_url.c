/* Where a CPE is called, which its data model and its reports tell. */
#include "agents/cpe/device/cpe.h"

#include "lib/base/text.h"

#include <stdio.h>

char *cpe_call_url(const struct cpe *cpe, char text[CPE_CALL_URL_MAX])
{
	char address[IPV4_TEXT_MAX];

	(void)snprintf(text, CPE_CALL_URL_MAX, "http://%s:%d/%s",
	    ipv4_text(cpe->address, address),
	    cpe->door.port ? cpe->door.port : REACH_PORT, cpe->cr_path);
	return text;
}
