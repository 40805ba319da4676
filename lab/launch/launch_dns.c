/* dnsmasq as the lab's DNS server: it knows the names of the lab and nothing else. */
#include "lab/launch/launch_internal.h"

#include "lib/base/text.h"

static void put_record(struct buf *conf, const struct dns_entry *entry)
{
	char ip[IPV6_TEXT_MAX];

	buf_printf(conf, "host-record=%s", entry->name);
	if (entry->address)
		buf_printf(conf, ",%s", ipv4_text(entry->address, ip));
	if (ipv6_is_set(entry->address6))
		buf_printf(conf, ",%s", ipv6_text(entry->address6, ip));
	buf_append_char(conf, '\n');
}

int launch_dns(const struct launch_context *context, const struct node *node,
    struct launch *launch, struct error *err)
{
	const struct topology *topology = context->plan->topology;
	struct buf *conf = &launch->conf;
	char ip[IPV6_TEXT_MAX];

	(void)err;
	launch_dnsmasq(launch, node, DNS_PORT);
	/* "address=/#/" denies what is not listed at once, instead of asking servers that
	 * the lab cannot reach. */
	buf_append_text(conf, "no-resolv\nno-hosts\naddress=/#/\nbind-interfaces\n");
	if (node->address.prefix > 0)
		buf_printf(conf, "listen-address=%s\n",
		    ipv4_text(node->address.address, ip));
	if (node->address6.prefix > 0)
		buf_printf(conf, "listen-address=%s\n",
		    ipv6_text(node->address6.address, ip));
	for (size_t i = 0; i < topology->n_names; i++)
		put_record(conf, &topology->names[i]);
	return 0;
}
