/* dnsmasq as the lab's DNS server: it knows the names of the lab and nothing else. */
#include "lab/launch/launch_internal.h"

#include "lib/base/text.h"

int launch_dns(const struct launch_context *context, const struct node *node,
    struct launch *launch, struct error *err)
{
	const struct topology *topology = context->plan->topology;
	struct buf *conf = &launch->conf;
	char ip[IPV4_TEXT_MAX];

	(void)err;
	launch_dnsmasq(launch, node, DNS_PORT);
	/* "address=/#/" denies what is not listed at once, instead of asking servers that
	 * the lab cannot reach. */
	buf_printf(conf,
	    "no-resolv\nno-hosts\naddress=/#/\nbind-interfaces\nlisten-address=%s\n",
	    ipv4_text(node->address.address, ip));
	for (size_t i = 0; i < topology->n_names; i++)
		buf_printf(conf, "host-record=%s,%s\n", topology->names[i].name,
		    ipv4_text(topology->names[i].address, ip));
	return 0;
}
