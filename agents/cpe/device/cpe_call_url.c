/* Where a CPE is called, which its data model and its reports tell. */
#include "agents/cpe/device/cpe.h"

#include "lib/base/text.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>

char *cpe_call_url(const struct cpe *cpe, char text[CPE_CALL_URL_MAX])
{
	char address[INET6_ADDRSTRLEN];

	text[0] = '\0';
	if (cpe->door6 && cpe->door6->port) /* no NAT is in its way */
		(void)snprintf(text, CPE_CALL_URL_MAX, "http://[%s]:%d/%s",
		    inet_ntop(AF_INET6, cpe->place->address6, address, sizeof(address)),
		    cpe->door6->port, cpe->cr_path);
	else if (cpe->address && cpe->door.port)
		(void)snprintf(text, CPE_CALL_URL_MAX, "http://%s:%u/%s",
		    ipv4_text(cpe->address, address), cpe->door.port, cpe->cr_path);
	return text;
}
