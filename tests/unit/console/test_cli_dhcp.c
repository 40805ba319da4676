/* lib/console: the DHCP server, as sessions (transcript.h). */
#include "tests/unit/console/transcript.h"

#define HEAD                                              \
	"<HP>sys\n"                                       \
	"System View: return to User View with Ctrl+Z.\n" \
	"[HP]dhcp server ip-pool 0\n"

static void lend(struct cli_stub *stub)
{
	static const uint8_t macs[][6] = { { 0, 0, 0x5e, 0, 0x53, 1 },
		{ 0, 0, 0x5e, 0, 0x53, 2 } };

	stub->n_leases = 3;
	for (size_t i = 0; i < 2; i++)
		memcpy(stub->leases[i].mac, macs[i], 6);
	stub->leases[0].address = 0x0a000064; /* 10.0.0.100 */
	stub->leases[0].ends_at = stub->facts.wall + 86400 * NS_PER_S;
	stub->leases[1].address = 0x0a000005;
	stub->leases[1].ends_at = INT64_MAX;
	stub->leases[2].address = 0x0a000065;
	stub->leases[2].ends_at = stub->facts.wall + 60 * NS_PER_S;
	stub->leases[2].n_client = 12;
	memcpy(stub->leases[2].client, "\0hp5920-Vlan", 12);
}

static void live_in_the_pool(struct cli_stub *stub)
{
	stub->facts.interfaces[0].address = 0x0a000003; /* 10.0.0.3 */
}

static const struct transcript transcripts[] = {
	{
	    .name = "the_pool_of_the_vendors_example",
	    .typed =
		"sys\ndhcp enable\ndhcp server forbidden-ip 10.185.10.41\n"
		"dhcp server forbidden-ip 10.185.10.60\ndhcp server ip-pool 0\n"
		"network 10.185.10.0 mask 255.255.255.0\ndns-list 10.185.10.60\n"
		"option 43 hex 0124687474703A2F2F31302E3138352E31302E34313A393039302061"
		"646D696E203132333435\ndisplay this\nquit\ndis cur | begin dhcp",
	    .shown =
		"<HP>sys\n"
		"System View: return to User View with Ctrl+Z.\n"
		"[HP]dhcp enable\n"
		"[HP]dhcp server forbidden-ip 10.185.10.41\n"
		"[HP]dhcp server forbidden-ip 10.185.10.60\n"
		"[HP]dhcp server ip-pool 0\n"
		"[HP-dhcp-pool-0]network 10.185.10.0 mask 255.255.255.0\n"
		"[HP-dhcp-pool-0]dns-list 10.185.10.60\n"
		"[HP-dhcp-pool-0]option 43 hex "
		"0124687474703A2F2F31302E3138352E31302E34313A393039302061646D696E203132"
		"333435\n"
		"[HP-dhcp-pool-0]display this\n"
		"#\n"
		"dhcp server ip-pool 0\n"
		" network 10.185.10.0 mask 255.255.255.0\n"
		" dns-list 10.185.10.60\n"
		" option 43 hex "
		"0124687474703A2F2F31302E3138352E31302E34313A393039302061646D696E203132"
		"333435\n"
		"#\n"
		"return\n"
		"[HP-dhcp-pool-0]quit\n"
		"[HP]dis cur | begin dhcp\n"
		" dhcp enable\n"
		" dhcp server forbidden-ip 10.185.10.41\n"
		" dhcp server forbidden-ip 10.185.10.60\n"
		"#\n"
		"dhcp server ip-pool 0\n"
		" network 10.185.10.0 mask 255.255.255.0\n"
		" dns-list 10.185.10.60\n"
		" option 43 hex "
		"0124687474703A2F2F31302E3138352E31302E34313A393039302061646D696E203132"
		"333435\n"
		"#\n"
		"interface Vlan-interface1\n"
		" ip address dhcp-alloc\n"
		"#\n"
		"interface GigabitEthernet1/0/1\n"
		" port link-mode bridge\n"
		"#\n"
		"interface GigabitEthernet1/0/2\n"
		" port link-mode bridge\n"
		"#\n"
		"return\n",
	},
	{
	    .name = "what_is_typed_in_groups_is_one_text",
	    .typed =
		"sys\ndhcp server ip-pool 0\noption 43 hex 0102 6869\ndisplay this",
	    .shown = HEAD "[HP-dhcp-pool-0]option 43 hex 0102 6869\n"
			  "[HP-dhcp-pool-0]display this\n"
			  "#\n"
			  "dhcp server ip-pool 0\n"
			  " option 43 hex 01026869\n"
			  "#\n"
			  "return\n",
	},
	{
	    /* PXE servers, as its guides print them. */
	    .name = "the_older_device_shows_groups",
	    .profile = "comware5",
	    .typed = "sys\ndhcp server ip-pool 0\n"
		     "option 43 hex 80070000 01020202 02\ndisplay this",
	    .shown = HEAD "[HP-dhcp-pool-0]option 43 hex 80070000 01020202 02\n"
			  "[HP-dhcp-pool-0]display this\n"
			  "#\n"
			  "dhcp server ip-pool 0\n"
			  " option 43 hex 80070000 01020202 02\n"
			  "#\n"
			  "return\n",
	},
	{
	    .name = "each_setting_and_its_undo",
	    .typed =
		"sys\ndhcp server ip-pool 0\nnetwork 10.0.0.77 24\n"
		"gateway-list 10.0.0.1 10.0.0.2 10.0.0.1\ndns-list 10.0.0.3 10.0.0.4\n"
		"domain-name lab.example\nexpired day 1 hour 2 minute 3 second 4\n"
		"static-bind ip-address 10.0.0.9 hardware-address 0000-5e00-5309\n"
		"static-bind ip-address 10.0.0.8 mask 24 client-identifier aabb-cc\n"
		"display this\nundo dns-list 10.0.0.3\nundo gateway-list\n"
		"undo domain-name\nexpired day 0 hour 12\n"
		"undo static-bind ip-address 10.0.0.9\ndisplay this\n"
		"undo dns-list\nundo expired\nundo static-bind ip-address 10.0.0.8\n"
		"undo network\ndisplay this",
	    .shown = HEAD
	    "[HP-dhcp-pool-0]network 10.0.0.77 24\n"
	    "[HP-dhcp-pool-0]gateway-list 10.0.0.1 10.0.0.2 10.0.0.1\n"
	    "[HP-dhcp-pool-0]dns-list 10.0.0.3 10.0.0.4\n"
	    "[HP-dhcp-pool-0]domain-name lab.example\n"
	    "[HP-dhcp-pool-0]expired day 1 hour 2 minute 3 second 4\n"
	    "[HP-dhcp-pool-0]static-bind ip-address 10.0.0.9 hardware-address "
	    "0000-5e00-5309\n"
	    "[HP-dhcp-pool-0]static-bind ip-address 10.0.0.8 mask 24 "
	    "client-identifier aabb-cc\n"
	    "[HP-dhcp-pool-0]display this\n"
	    "#\n"
	    "dhcp server ip-pool 0\n"
	    " gateway-list 10.0.0.1 10.0.0.2\n"
	    " network 10.0.0.0 mask 255.255.255.0\n"
	    " dns-list 10.0.0.3 10.0.0.4\n"
	    " domain-name lab.example\n"
	    " expired day 1 hour 2 minute 3 second 4\n"
	    " static-bind ip-address 10.0.0.8 mask 255.255.255.0 "
	    "client-identifier aabb-cc\n"
	    " static-bind ip-address 10.0.0.9 hardware-address 0000-5e00-5309\n"
	    "#\n"
	    "return\n"
	    "[HP-dhcp-pool-0]undo dns-list 10.0.0.3\n"
	    "[HP-dhcp-pool-0]undo gateway-list\n"
	    "[HP-dhcp-pool-0]undo domain-name\n"
	    "[HP-dhcp-pool-0]expired day 0 hour 12\n"
	    "[HP-dhcp-pool-0]undo static-bind ip-address 10.0.0.9\n"
	    "[HP-dhcp-pool-0]display this\n"
	    "#\n"
	    "dhcp server ip-pool 0\n"
	    " network 10.0.0.0 mask 255.255.255.0\n"
	    " dns-list 10.0.0.4\n"
	    " expired day 0 hour 12\n"
	    " static-bind ip-address 10.0.0.8 mask 255.255.255.0 "
	    "client-identifier aabb-cc\n"
	    "#\n"
	    "return\n"
	    "[HP-dhcp-pool-0]undo dns-list\n"
	    "[HP-dhcp-pool-0]undo expired\n"
	    "[HP-dhcp-pool-0]undo static-bind ip-address 10.0.0.8\n"
	    "[HP-dhcp-pool-0]undo network\n"
	    "[HP-dhcp-pool-0]display this\n"
	    "#\n"
	    "dhcp server ip-pool 0\n"
	    "#\n"
	    "return\n",
	},
	{
	    .name = "what_a_pool_cannot_be_is_refused",
	    .typed =
		"sys\ndhcp server ip-pool 0\nnetwork 10.0.0.0 15\n"
		"network 10.0.0.0 mask 15\nnetwork 10.0.0.0 mask 31\n"
		"network 127.0.0.0 mask 24\nnetwork 10.0.0.0 24\n"
		"static-bind ip-address 10.0.1.1 hardware-address 0000-5e00-5301\n"
		"static-bind ip-address 10.0.0.255 hardware-address 0000-5e00-5301\n"
		"static-bind ip-address 10.0.0.1 hardware-address 0000-5e00-5301\n"
		"static-bind ip-address 10.0.0.2 hardware-address 0000-5e00-5301\n"
		"network 10.0.1.0 24\nexpired day 0 hour 0 minute 0 second 59\n"
		"option 43 hex 0\ndhcp server ip-pool 1\nnetwork 10.0.0.128 25",
	    .shown = HEAD
	    "[HP-dhcp-pool-0]network 10.0.0.0 15\n"
	    "                                 ^\n"
	    " % Wrong parameter found at '^' position.\n"
	    "[HP-dhcp-pool-0]network 10.0.0.0 mask 15\n"
	    " % The mask must have 16 to 30 bits.\n"
	    "[HP-dhcp-pool-0]network 10.0.0.0 mask 31\n"
	    " % The mask must have 16 to 30 bits.\n"
	    "[HP-dhcp-pool-0]network 127.0.0.0 mask 24\n"
	    " % Invalid network address.\n"
	    "[HP-dhcp-pool-0]network 10.0.0.0 24\n"
	    "[HP-dhcp-pool-0]static-bind ip-address 10.0.1.1 hardware-address "
	    "0000-5e00-5301\n"
	    " % The address is not in the network of this pool.\n"
	    "[HP-dhcp-pool-0]static-bind ip-address 10.0.0.255 hardware-address "
	    "0000-5e00-5301\n"
	    " % No client can have this address.\n"
	    "[HP-dhcp-pool-0]static-bind ip-address 10.0.0.1 hardware-address "
	    "0000-5e00-5301\n"
	    "[HP-dhcp-pool-0]static-bind ip-address 10.0.0.2 hardware-address "
	    "0000-5e00-5301\n"
	    " % The client is bound to another address.\n"
	    "[HP-dhcp-pool-0]network 10.0.1.0 24\n"
	    " % An address that is bound in this pool is not in the network.\n"
	    "[HP-dhcp-pool-0]expired day 0 hour 0 minute 0 second 59\n"
	    " % A lease must be 1 minute long or longer.\n"
	    "[HP-dhcp-pool-0]option 43 hex 0\n"
	    "                              ^\n"
	    " % Wrong parameter found at '^' position.\n"
	    "[HP-dhcp-pool-0]dhcp server ip-pool 1\n"
	    "[HP-dhcp-pool-1]network 10.0.0.128 25\n"
	    " % The network overlaps with that of pool 0.\n",
	    .n_refused = 11,
	},
	{
	    .name = "forbidden_addresses",
	    .typed =
		"sys\ndhcp server forbidden-ip 10.0.0.9 10.0.0.5\n"
		"dhcp server forbidden-ip 10.0.0.5 10.0.0.9\n"
		"dhcp server forbidden-ip 10.0.0.1\ndhcp server forbidden-ip 10.0.0.1\n"
		"undo dhcp server forbidden-ip 10.0.0.5\ndisplay this\n"
		"undo dhcp server forbidden-ip 10.0.0.5 10.0.0.9\ndisplay this",
	    .shown = "<HP>sys\n"
		     "System View: return to User View with Ctrl+Z.\n"
		     "[HP]dhcp server forbidden-ip 10.0.0.9 10.0.0.5\n"
		     " % The end address is lower than the start address.\n"
		     "[HP]dhcp server forbidden-ip 10.0.0.5 10.0.0.9\n"
		     "[HP]dhcp server forbidden-ip 10.0.0.1\n"
		     "[HP]dhcp server forbidden-ip 10.0.0.1\n"
		     "[HP]undo dhcp server forbidden-ip 10.0.0.5\n"
		     " % These addresses are not forbidden.\n"
		     "[HP]display this\n"
		     "#\n"
		     " sysname HP\n"
		     " dhcp server forbidden-ip 10.0.0.1\n"
		     " dhcp server forbidden-ip 10.0.0.5 10.0.0.9\n"
		     "#\n"
		     "return\n"
		     "[HP]undo dhcp server forbidden-ip 10.0.0.5 10.0.0.9\n"
		     "[HP]display this\n"
		     "#\n"
		     " sysname HP\n"
		     " dhcp server forbidden-ip 10.0.0.1\n"
		     "#\n"
		     "return\n",
	    .n_refused = 2,
	},
	{
	    .name = "what_may_follow_in_a_list",
	    .typed = "sys\ndhcp server ip-pool 0\ndns-list ?\ndns-list 10.0.0.1 ?\n"
		     "static-bind ip-address 10.0.0.1 ?\nexpired ?",
	    .shown =
		HEAD "[HP-dhcp-pool-0]dns-list ?\n"
		     "  A.B.C.D  Up to 8 addresses\n"
		     "[HP-dhcp-pool-0]dns-list 10.0.0.1 ?\n"
		     "  A.B.C.D  Up to 8 addresses\n"
		     "  <cr>\n"
		     "[HP-dhcp-pool-0]static-bind ip-address 10.0.0.1 ?\n"
		     "  client-identifier  The client, by its identifier (option 61)\n"
		     "  hardware-address   The client, by its MAC address\n"
		     "  mask               Mask of the subnet\n"
		     "[HP-dhcp-pool-0]expired ?\n"
		     "  day        Days\n"
		     "  unlimited  For ever\n",
	},
	{
	    .name = "displays",
	    .prepare = lend,
	    .typed = "sys\ndhcp server forbidden-ip 10.0.0.10 10.0.0.99\n"
		     "dhcp server ip-pool 0\nnetwork 10.0.0.0 24\n"
		     "static-bind ip-address 10.0.0.5 hardware-address 0000-5e00-5302\n"
		     "static-bind ip-address 10.0.0.7 client-identifier aabb-ccdd-ee\n"
		     "dis dhcp server pool\ndis dhcp server ip-in-use\n"
		     "dis dhcp server free-ip pool 0\ndis dhcp server free-ip pool 1",
	    .shown =
		"<HP>sys\n"
		"System View: return to User View with Ctrl+Z.\n"
		"[HP]dhcp server forbidden-ip 10.0.0.10 10.0.0.99\n"
		"[HP]dhcp server ip-pool 0\n"
		"[HP-dhcp-pool-0]network 10.0.0.0 24\n"
		"[HP-dhcp-pool-0]static-bind ip-address 10.0.0.5 hardware-address "
		"0000-5e00-5302\n"
		"[HP-dhcp-pool-0]static-bind ip-address 10.0.0.7 client-identifier "
		"aabb-ccdd-ee\n"
		"[HP-dhcp-pool-0]dis dhcp server pool\n"
		"Pool name: 0\n"
		"  Network: 10.0.0.0 mask 255.255.255.0\n"
		"    expired 1 0 0 0\n"
		"    static bindings:\n"
		"      ip-address 10.0.0.5 mask 255.255.255.0\n"
		"        hardware-address 0000-5e00-5302 ethernet\n"
		"      ip-address 10.0.0.7 mask 255.255.255.0\n"
		"        client-identifier aabb-ccdd-ee\n"
		"[HP-dhcp-pool-0]dis dhcp server ip-in-use\n"
		"IP address       Client-identifier/        Lease expiration      Type\n"
		"                 Hardware address\n"
		"10.0.0.5         0000-5e00-5302            Unlimited             "
		"Static(C)\n"
		"10.0.0.100       0000-5e00-5301            Jan  3 03:04:05 2026  "
		"Auto(C)\n"
		"10.0.0.101       0068-7035-3932-302d-566c- Jan  2 03:05:05 2026  "
		"Auto(C)\n"
		"                 616e\n"
		"10.0.0.7         aabb-ccdd-ee              Not used              "
		"Static(F)\n"
		"[HP-dhcp-pool-0]dis dhcp server free-ip pool 0\n"
		"Pool name: 0\n"
		"  Network: 10.0.0.0 mask 255.255.255.0\n"
		"    IP ranges from 10.0.0.1 to 10.0.0.4\n"
		"    IP ranges from 10.0.0.6 to 10.0.0.6\n"
		"    IP ranges from 10.0.0.8 to 10.0.0.9\n"
		"    IP ranges from 10.0.0.102 to 10.0.0.254\n"
		"[HP-dhcp-pool-0]dis dhcp server free-ip pool 1\n"
		" % The DHCP address pool does not exist.\n",
	    .n_refused = 1,
	},
	{
	    .name = "the_own_address_is_not_free",
	    .prepare = live_in_the_pool,
	    .typed = "sys\ndhcp server ip-pool 0\nnetwork 10.0.0.0 29\n"
		     "dis dhcp server free-ip",
	    .shown = HEAD "[HP-dhcp-pool-0]network 10.0.0.0 29\n"
			  "[HP-dhcp-pool-0]dis dhcp server free-ip\n"
			  "Pool name: 0\n"
			  "  Network: 10.0.0.0 mask 255.255.255.248\n"
			  "    IP ranges from 10.0.0.1 to 10.0.0.2\n"
			  "    IP ranges from 10.0.0.4 to 10.0.0.6\n",
	},
};

int main(int argc, char **argv)
{
	static struct cases cases;

	cases_add_rows(&cases, run_transcript, transcripts);
	return cases_run(&cases, argc, argv, NULL, NULL);
}
