/* Where a CPE is called, which its data model and its reports tell. */
#include "agents/cpe/device/cpe.h"

#include "lib/base/text.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>

char *cpe_call_url(const struct cpe *cpe, char text[CPE_CALL_URL_MAX])
{
	char address[INET6_ADDRSTRLEN];

	/* No NAT is in its way. */
	if (cpe->door6.port) {
		(void)snprintf(text, CPE_CALL_URL_MAX, "http://[%s]:%d/%s",
		    inet_ntop(AF_INET6, cpe->place->address6, address, sizeof(address)),
		    cpe->door6.port, cpe->cr_path);
		return text;
	}
	(void)snprintf(text, CPE_CALL_URL_MAX, "http://%s:%d/%s",
	    ipv4_text(cpe->address, address),
	    cpe->door.port ? cpe->door.port : REACH_PORT, cpe->cr_path);
	return text;
}
