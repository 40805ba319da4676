/* lib/console: VLANs and static routes, as sessions that a terminal shows (transcript.h), and as sets. */
#include "tests/unit/console/transcript.h"

#include "lib/console/cli_display.h"

static const struct transcript transcripts[] = {
	{
	    .name = "vlans_are_made_named_and_removed",
	    .typed = "sys\nvlan 2\nname sales\ndescription third floor\n"
		     "dis this\nport ge1/0/2\nvlan 5 to 7\nquit\n"
		     "dis vlan\ndis vlan 2\ndis vlan 2 to 5 | inc ID\n"
		     "dis vlan 9\ndis vlan br\ndis vlan all | inc orts\n"
		     "undo vlan 1\nundo vlan 2\ndis int br | inc GE\n"
		     "dis vlan\nvlan 6\nundo vlan all\nvlan 4\nundo name\n"
		     "vlan 9 to 8\nvlan 300 to 900\ndis vlan",
	    .shown = "<HP>sys\n"
		     "System View: return to User View with Ctrl+Z.\n"
		     "[HP]vlan 2\n"
		     "[HP-vlan2]name sales\n"
		     "[HP-vlan2]description third floor\n"
		     "[HP-vlan2]dis this\n"
		     "#\n"
		     "vlan 2\n"
		     " name sales\n"
		     " description third floor\n"
		     "#\n"
		     "return\n"
		     "[HP-vlan2]port ge1/0/2\n"
		     "[HP-vlan2]vlan 5 to 7\n"
		     "[HP-vlan2]quit\n"
		     "[HP]dis vlan\n"
		     " Total VLANs: 5\n"
		     " The VLANs include:\n"
		     " 1(default), 2, 5-7\n"
		     "[HP]dis vlan 2\n"
		     " VLAN ID: 2\n"
		     " VLAN type: Static\n"
		     " Route interface: Not configured\n"
		     " Description: third floor\n"
		     " Name: sales\n"
		     " Tagged ports:   None\n"
		     " Untagged ports:\n"
		     "    GigabitEthernet1/0/2\n"
		     "[HP]dis vlan 2 to 5 | inc ID\n"
		     " VLAN ID: 2\n"
		     " VLAN ID: 5\n"
		     "[HP]dis vlan 9\n"
		     " % The VLAN does not exist.\n"
		     "[HP]dis vlan br\n"
		     "Brief information about all VLANs:\n"
		     "Supported Minimum VLAN ID: 1\n"
		     "Supported Maximum VLAN ID: 4094\n"
		     "Default VLAN ID: 1\n"
		     "VLAN ID   Name                             Port\n"
		     "1         VLAN 0001                        GE1/0/1\n"
		     "2         sales                            GE1/0/2\n"
		     "5         VLAN 0005\n"
		     "6         VLAN 0006\n"
		     "7         VLAN 0007\n"
		     "[HP]dis vlan all | inc orts\n"
		     " Tagged ports:   None\n"
		     " Untagged ports:\n"
		     " Tagged ports:   None\n"
		     " Untagged ports:\n"
		     " Tagged ports:   None\n"
		     " Untagged ports: None\n"
		     " Tagged ports:   None\n"
		     " Untagged ports: None\n"
		     " Tagged ports:   None\n"
		     " Untagged ports: None\n"
		     "[HP]undo vlan 1\n"
		     " % The default VLAN cannot be deleted.\n"
		     "[HP]undo vlan 2\n"
		     "[HP]dis int br | inc GE\n"
		     "GE1/0/1              DOWN auto    A      A    1\n"
		     "GE1/0/2              DOWN auto    A      A    1\n"
		     "[HP]dis vlan\n"
		     " Total VLANs: 4\n"
		     " The VLANs include:\n"
		     " 1(default), 5-7\n"
		     "[HP]vlan 6\n"
		     "[HP-vlan6]undo vlan all\n"
		     "[HP]vlan 4\n"
		     "[HP-vlan4]undo name\n"
		     "[HP-vlan4]vlan 9 to 8\n"
		     " % The last VLAN is before the first one.\n"
		     "[HP-vlan4]vlan 300 to 900\n"
		     " % The device has room for 256 VLANs.\n"
		     "[HP-vlan4]dis vlan\n"
		     " Total VLANs: 2\n"
		     " The VLANs include:\n"
		     " 1(default), 4\n",
	    .n_refused = 4,
	},
	{
	    .name = "ports_of_a_vlan",
	    .typed = "sys\nvlan 2\nport ge1/0/1 to ge1/0/2\n"
		     "dis vlan 2 | beg Tag\nundo port ge1/0/1\n"
		     "port ge1/0/2 to ge1/0/1\nport ge1/0/3\nint ge1/0/1\n"
		     "port link-type trunk\nvlan 2\nport ge1/0/1\n"
		     "dis vlan br | beg ID",
	    .shown = "<HP>sys\n"
		     "System View: return to User View with Ctrl+Z.\n"
		     "[HP]vlan 2\n"
		     "[HP-vlan2]port ge1/0/1 to ge1/0/2\n"
		     "[HP-vlan2]dis vlan 2 | beg Tag\n"
		     " Tagged ports:   None\n"
		     " Untagged ports:\n"
		     "    GigabitEthernet1/0/1      GigabitEthernet1/0/2\n"
		     "[HP-vlan2]undo port ge1/0/1\n"
		     "[HP-vlan2]port ge1/0/2 to ge1/0/1\n"
		     " % The last port is before the first one.\n"
		     "[HP-vlan2]port ge1/0/3\n"
		     " % The interface does not exist on this device.\n"
		     "[HP-vlan2]int ge1/0/1\n"
		     "[HP-GigabitEthernet1/0/1]port link-type trunk\n"
		     "[HP-GigabitEthernet1/0/1]vlan 2\n"
		     "[HP-vlan2]port ge1/0/1\n"
		     " % The link type of GigabitEthernet1/0/1 is not access.\n"
		     "[HP-vlan2]dis vlan br | beg ID\n"
		     "Supported Minimum VLAN ID: 1\n"
		     "Supported Maximum VLAN ID: 4094\n"
		     "Default VLAN ID: 1\n"
		     "VLAN ID   Name                             Port\n"
		     "1         VLAN 0001                        GE1/0/1\n"
		     "2         VLAN 0002                        GE1/0/2\n",
	    .n_refused = 3,
	},
	{
	    .name = "a_trunk",
	    .typed = "sys\nvlan 2 to 5\nint ge1/0/1\n"
		     "port link-type trunk\n"
		     "port trunk permit vlan 2 4 to 9\n"
		     "undo port trunk permit vlan 1\n"
		     "port trunk pvid vlan 2\ndis this\ndis port trunk\n"
		     "dis vlan 2 | beg Tag\ndis vlan 4 | beg Tag\n"
		     "dis int ge1/0/1 | beg PVID\ndis int br | inc GE\n"
		     "port link-type hybrid\nport hybrid vlan 3 tagged\n"
		     "port access vlan 2\nport trunk permit vlan all\n"
		     "dis this | inc permit\n"
		     "undo port trunk permit vlan all\n"
		     "undo port trunk pvid\ndis this\n"
		     "undo port link-type\ndis this",
	    .shown = "<HP>sys\n"
		     "System View: return to User View with Ctrl+Z.\n"
		     "[HP]vlan 2 to 5\n"
		     "[HP]int ge1/0/1\n"
		     "[HP-GigabitEthernet1/0/1]port link-type trunk\n"
		     "[HP-GigabitEthernet1/0/1]port trunk permit vlan 2 4 to 9\n"
		     "[HP-GigabitEthernet1/0/1]undo port trunk permit vlan 1\n"
		     "[HP-GigabitEthernet1/0/1]port trunk pvid vlan 2\n"
		     "[HP-GigabitEthernet1/0/1]dis this\n"
		     "#\n"
		     "interface GigabitEthernet1/0/1\n"
		     " port link-mode bridge\n"
		     " port link-type trunk\n"
		     " undo port trunk permit vlan 1\n"
		     " port trunk permit vlan 2 4 to 9\n"
		     " port trunk pvid vlan 2\n"
		     "#\n"
		     "return\n"
		     "[HP-GigabitEthernet1/0/1]dis port trunk\n"
		     "Interface            PVID  VLAN Passing\n"
		     "GE1/0/1              2     2, 4-5\n"
		     "[HP-GigabitEthernet1/0/1]dis vlan 2 | beg Tag\n"
		     " Tagged ports:   None\n"
		     " Untagged ports:\n"
		     "    GigabitEthernet1/0/1\n"
		     "[HP-GigabitEthernet1/0/1]dis vlan 4 | beg Tag\n"
		     " Tagged ports:\n"
		     "    GigabitEthernet1/0/1\n"
		     " Untagged ports: None\n"
		     "[HP-GigabitEthernet1/0/1]dis int ge1/0/1 | beg PVID\n"
		     "PVID: 2\n"
		     "Port link-type: Trunk\n"
		     " VLAN Passing:   2(default vlan), 4-5\n"
		     " VLAN permitted: 2(default vlan), 4-9\n"
		     " Trunk port encapsulation: IEEE 802.1q\n"
		     "Last clearing of counters: Never\n"
		     "Input (total): 0 packets, 0 bytes\n"
		     "        0 unicasts, - broadcasts, 0 multicasts, 0 pauses\n"
		     "Input:  0 input errors, 0 drops\n"
		     "Output (total): 0 packets, 0 bytes\n"
		     "        0 unicasts, - broadcasts, 0 multicasts, 0 pauses\n"
		     "Output: 0 output errors, 0 drops\n"
		     "[HP-GigabitEthernet1/0/1]dis int br | inc GE\n"
		     "GE1/0/1              DOWN auto    A      T    2\n"
		     "GE1/0/2              DOWN auto    A      A    1\n"
		     "[HP-GigabitEthernet1/0/1]port link-type hybrid\n"
		     " % Please set the link type of this port to access first.\n"
		     "[HP-GigabitEthernet1/0/1]port hybrid vlan 3 tagged\n"
		     " % The link type of this port is not hybrid.\n"
		     "[HP-GigabitEthernet1/0/1]port access vlan 2\n"
		     " % The link type of this port is not access.\n"
		     "[HP-GigabitEthernet1/0/1]port trunk permit vlan all\n"
		     "[HP-GigabitEthernet1/0/1]dis this | inc permit\n"
		     " port trunk permit vlan all\n"
		     "[HP-GigabitEthernet1/0/1]undo port trunk permit vlan all\n"
		     "[HP-GigabitEthernet1/0/1]undo port trunk pvid\n"
		     "[HP-GigabitEthernet1/0/1]dis this\n"
		     "#\n"
		     "interface GigabitEthernet1/0/1\n"
		     " port link-mode bridge\n"
		     " port link-type trunk\n"
		     " undo port trunk permit vlan 1\n"
		     "#\n"
		     "return\n"
		     "[HP-GigabitEthernet1/0/1]undo port link-type\n"
		     "[HP-GigabitEthernet1/0/1]dis this\n"
		     "#\n"
		     "interface GigabitEthernet1/0/1\n"
		     " port link-mode bridge\n"
		     "#\n"
		     "return\n",
	    .n_refused = 3,
	},
	{
	    .name = "a_hybrid_port",
	    .typed = "sys\nvlan 2 to 5\nint ge1/0/1\n"
		     "port link-type hybrid\n"
		     "port hybrid vlan 2 to 4 tagged\n"
		     "port hybrid vlan 4 untagged\n"
		     "port hybrid pvid vlan 4\nundo port hybrid vlan 1\n"
		     "dis this\ndis port hybrid\n"
		     "dis int ge1/0/1 | beg PVID\ndis vlan 4 | beg Tag\n"
		     "port hybrid vlan 1 to 4094 tagged\n"
		     "dis this | inc hybrid\nundo port hybrid pvid\n"
		     "undo port hybrid vlan 1 to 4094\ndis this",
	    .shown = "<HP>sys\n"
		     "System View: return to User View with Ctrl+Z.\n"
		     "[HP]vlan 2 to 5\n"
		     "[HP]int ge1/0/1\n"
		     "[HP-GigabitEthernet1/0/1]port link-type hybrid\n"
		     "[HP-GigabitEthernet1/0/1]port hybrid vlan 2 to 4 tagged\n"
		     "[HP-GigabitEthernet1/0/1]port hybrid vlan 4 untagged\n"
		     "[HP-GigabitEthernet1/0/1]port hybrid pvid vlan 4\n"
		     "[HP-GigabitEthernet1/0/1]undo port hybrid vlan 1\n"
		     "[HP-GigabitEthernet1/0/1]dis this\n"
		     "#\n"
		     "interface GigabitEthernet1/0/1\n"
		     " port link-mode bridge\n"
		     " port link-type hybrid\n"
		     " undo port hybrid vlan 1\n"
		     " port hybrid vlan 2 to 3 tagged\n"
		     " port hybrid vlan 4 untagged\n"
		     " port hybrid pvid vlan 4\n"
		     "#\n"
		     "return\n"
		     "[HP-GigabitEthernet1/0/1]dis port hybrid\n"
		     "Interface            PVID  VLAN Passing\n"
		     "GE1/0/1              4     Tagged:   2-3\n"
		     "                           Untagged: 4\n"
		     "[HP-GigabitEthernet1/0/1]dis int ge1/0/1 | beg PVID\n"
		     "PVID: 4\n"
		     "Port link-type: Hybrid\n"
		     " Tagged VLANs:   2-3\n"
		     " UnTagged VLANs: 4\n"
		     "Last clearing of counters: Never\n"
		     "Input (total): 0 packets, 0 bytes\n"
		     "        0 unicasts, - broadcasts, 0 multicasts, 0 pauses\n"
		     "Input:  0 input errors, 0 drops\n"
		     "Output (total): 0 packets, 0 bytes\n"
		     "        0 unicasts, - broadcasts, 0 multicasts, 0 pauses\n"
		     "Output: 0 output errors, 0 drops\n"
		     "[HP-GigabitEthernet1/0/1]dis vlan 4 | beg Tag\n"
		     " Tagged ports:   None\n"
		     " Untagged ports:\n"
		     "    GigabitEthernet1/0/1\n"
		     "[HP-GigabitEthernet1/0/1]port hybrid vlan 1 to 4094 tagged\n"
		     "[HP-GigabitEthernet1/0/1]dis this | inc hybrid\n"
		     " port link-type hybrid\n"
		     " undo port hybrid vlan 1\n"
		     " port hybrid vlan 1 to 4094 tagged\n"
		     " port hybrid pvid vlan 4\n"
		     "[HP-GigabitEthernet1/0/1]undo port hybrid pvid\n"
		     "[HP-GigabitEthernet1/0/1]undo port hybrid vlan 1 to 4094\n"
		     "[HP-GigabitEthernet1/0/1]dis this\n"
		     "#\n"
		     "interface GigabitEthernet1/0/1\n"
		     " port link-mode bridge\n"
		     " port link-type hybrid\n"
		     " undo port hybrid vlan 1\n"
		     "#\n"
		     "return\n",
	    .n_refused = 0,
	},
	{
	    .name = "lists_of_vlans",
	    .typed = "sys\nint ge1/0/1\nport link-type trunk\n"
		     "port trunk permit vlan 0\n"
		     "port trunk permit vlan 2 to\n"
		     "port trunk permit vlan 5 to 2\n"
		     "port trunk permit vlan 2 to 5 to 7\n"
		     "port trunk permit vlan 2 x\n"
		     "port trunk permit vlan 1 2 3 4 5 6 7 8 9 10 11\n"
		     "port trunk permit vlan 2 \"3\"\n"
		     "port trunk permit vlan ?\n"
		     "port trunk permit vlan 2 ?\n"
		     "port trunk permit vlan 2 to ?\n"
		     "port trunk permit vlan 2 to 3 ?\n"
		     "port hybrid vlan 2 ?\nport hybrid vlan 2 t?\n"
		     "port hybrid vlan 2 t\t\t\t\nport hybrid vlan 2\n"
		     "port hybrid vlan 2 to 3 t\n"
		     "port trunk permit vlan 10 12 14 16 18 20 22 24 26 28\n"
		     "port trunk permit vlan 30 to 32 34\ndis this",
	    .shown =
		"<HP>sys\n"
		"System View: return to User View with Ctrl+Z.\n"
		"[HP]int ge1/0/1\n"
		"[HP-GigabitEthernet1/0/1]port link-type trunk\n"
		"[HP-GigabitEthernet1/0/1]port trunk permit vlan 0\n"
		"                                                ^\n"
		" % Wrong parameter found at '^' position.\n"
		"[HP-GigabitEthernet1/0/1]port trunk permit vlan 2 to\n"
		"                                                    ^\n"
		" % Incomplete command found at '^' position.\n"
		"[HP-GigabitEthernet1/0/1]port trunk permit vlan 5 to 2\n"
		"                                                     ^\n"
		" % Wrong parameter found at '^' position.\n"
		"[HP-GigabitEthernet1/0/1]port trunk permit vlan 2 to 5 to 7\n"
		"                                                       ^\n"
		" % Wrong parameter found at '^' position.\n"
		"[HP-GigabitEthernet1/0/1]port trunk permit vlan 2 x\n"
		"                                                  ^\n"
		" % Too many parameters found at '^' position.\n"
		"[HP-GigabitEthernet1/0/1]port trunk permit vlan 1 2 3 4 5 6 7 8 9 10 11\n"
		"                                                                     ^\n"
		" % Too many parameters found at '^' position.\n"
		"[HP-GigabitEthernet1/0/1]port trunk permit vlan 2 \"3\"\n"
		" % The list of VLANs is wrong.\n"
		"[HP-GigabitEthernet1/0/1]port trunk permit vlan ?\n"
		"  VLANS  Numbers of VLANs: 2 5 to 8\n"
		"  all    All there are, and will be\n"
		"[HP-GigabitEthernet1/0/1]port trunk permit vlan 2 ?\n"
		"  VLANS  Numbers of VLANs: 2 5 to 8\n"
		"  to     Up to another VLAN\n"
		"  <cr>\n"
		"[HP-GigabitEthernet1/0/1]port trunk permit vlan 2 to ?\n"
		"  VLANS  Numbers of VLANs: 2 5 to 8\n"
		"[HP-GigabitEthernet1/0/1]port trunk permit vlan 2 to 3 ?\n"
		"  VLANS  Numbers of VLANs: 2 5 to 8\n"
		"  <cr>\n"
		"[HP-GigabitEthernet1/0/1]port hybrid vlan 2 ?\n"
		"  VLANS     Numbers of VLANs: 2 5 to 8\n"
		"  tagged    Its frames carry a number\n"
		"  to        Up to another VLAN\n"
		"  untagged  They carry none\n"
		"[HP-GigabitEthernet1/0/1]port hybrid vlan 2 t?\n"
		"  tagged  Its frames carry a number\n"
		"  to      Up to another VLAN\n"
		"[HP-GigabitEthernet1/0/1]port hybrid vlan 2 tagged \n"
		"[HP-GigabitEthernet1/0/1]port hybrid vlan 2 to \n"
		"[HP-GigabitEthernet1/0/1]port hybrid vlan 2 tagged \n"
		"[HP-GigabitEthernet1/0/1]port hybrid vlan 2\n"
		"                                           ^\n"
		" % Incomplete command found at '^' position.\n"
		"[HP-GigabitEthernet1/0/1]port hybrid vlan 2 to 3 t\n"
		" % The link type of this port is not hybrid.\n"
		"[HP-GigabitEthernet1/0/1]port trunk permit vlan 10 12 14 16 18 20 22 24 26 28\n"
		"[HP-GigabitEthernet1/0/1]port trunk permit vlan 30 to 32 34\n"
		"[HP-GigabitEthernet1/0/1]dis this\n"
		"#\n"
		"interface GigabitEthernet1/0/1\n"
		" port link-mode bridge\n"
		" port link-type trunk\n"
		" port trunk permit vlan 1 10 12 14 16 18 20 22 24 26\n"
		" port trunk permit vlan 28 30 to 32 34\n"
		"#\n"
		"return\n",
	    .n_refused = 9,
	},
	{
	    .name = "static_routes",
	    .typed = "sys\n"
		     "ip route-static 10.1.2.3 255.255.0.0 10.0.20.9\n"
		     "ip route-static 0.0.0.0 0 10.0.20.8\n"
		     "ip route-static 10.1.0.0 16 10.0.20.9\n"
		     "ip route-static 10.1.0.0 16 224.0.0.1\n"
		     "ip route-static 10.1.0.0 16\n"
		     "ip route-static 10.0.0.0 255.0.255.0 10.0.0.1\n"
		     "dis ip rou\ndis cur | inc route\n"
		     "undo ip route-static 10.3.0.0 16\n"
		     "undo ip route-static 10.1.0.0 16 10.0.20.7\n"
		     "undo ip route-static 10.1.0.0 16\n"
		     "dis cur | inc route",
	    .shown =
		"<HP>sys\n"
		"System View: return to User View with Ctrl+Z.\n"
		"[HP]ip route-static 10.1.2.3 255.255.0.0 10.0.20.9\n"
		"[HP]ip route-static 0.0.0.0 0 10.0.20.8\n"
		"[HP]ip route-static 10.1.0.0 16 10.0.20.9\n"
		"[HP]ip route-static 10.1.0.0 16 224.0.0.1\n"
		" % Invalid next hop.\n"
		"[HP]ip route-static 10.1.0.0 16\n"
		"                               ^\n"
		" % Incomplete command found at '^' position.\n"
		"[HP]ip route-static 10.0.0.0 255.0.255.0 10.0.0.1\n"
		"                             ^\n"
		" % Wrong parameter found at '^' position.\n"
		"[HP]dis ip rou\n"
		"Destinations : 0        Routes : 0\n"
		"\n"
		"Destination/Mask   Proto   Pre Cost        NextHop         Interface\n"
		"[HP]dis cur | inc route\n"
		" ip route-static 0.0.0.0 0 10.0.20.8\n"
		" ip route-static 10.1.0.0 16 10.0.20.9\n"
		"[HP]undo ip route-static 10.3.0.0 16\n"
		" % The route does not exist.\n"
		"[HP]undo ip route-static 10.1.0.0 16 10.0.20.7\n"
		" % The route does not exist.\n"
		"[HP]undo ip route-static 10.1.0.0 16\n"
		"[HP]dis cur | inc route\n"
		" ip route-static 0.0.0.0 0 10.0.20.8\n",
	    .n_refused = 5,
	},
	{
	    .name = "another_vlan_interface",
	    .typed = "sys\nint vlan 20\nvlan 20\nint vlan 20\n"
		     "ip address dhcp\nip address 10.0.20.1 24\ndis this\n"
		     "description second\nip address 10.0.20.0 24\n"
		     "int vlan 1\nundo ip address\n"
		     "ip address 10.0.0.1 24\nundo int vlan 1\n"
		     "undo vlan 20\nvlan 21\nint vlan 21\n"
		     "ip address 10.0.20.9 16\nip address 10.0.21.1 31\n"
		     "undo ip address\ndis cur | beg interface\n"
		     "undo int vlan 20\nundo int vlan 20\n"
		     "undo int vlan 21\nundo vlan 21\ndis cur | inc Vlan",
	    .shown = "<HP>sys\n"
		     "System View: return to User View with Ctrl+Z.\n"
		     "[HP]int vlan 20\n"
		     " % The VLAN does not exist.\n"
		     "[HP]vlan 20\n"
		     "[HP-vlan20]int vlan 20\n"
		     "[HP-Vlan-interface20]ip address dhcp\n"
		     " % Vlan-interface1 alone can lease an address.\n"
		     "[HP-Vlan-interface20]ip address 10.0.20.1 24\n"
		     "[HP-Vlan-interface20]dis this\n"
		     "#\n"
		     "interface Vlan-interface20\n"
		     " ip address 10.0.20.1 255.255.255.0\n"
		     "#\n"
		     "return\n"
		     "[HP-Vlan-interface20]description second\n"
		     "[HP-Vlan-interface20]ip address 10.0.20.0 24\n"
		     " % Invalid IP address.\n"
		     "[HP-Vlan-interface20]int vlan 1\n"
		     "[HP-Vlan-interface1]undo ip address\n"
		     " % The address of this interface cannot be changed.\n"
		     "[HP-Vlan-interface1]ip address 10.0.0.1 24\n"
		     " % The address of this interface cannot be changed.\n"
		     "[HP-Vlan-interface1]undo int vlan 1\n"
		     " % This interface cannot be deleted.\n"
		     "[HP-Vlan-interface1]undo vlan 20\n"
		     " % VLAN 20 has a VLAN interface: undo that first.\n"
		     "[HP-Vlan-interface1]vlan 21\n"
		     "[HP-vlan21]int vlan 21\n"
		     "[HP-Vlan-interface21]ip address 10.0.20.9 16\n"
		     " % The address is in the network of another interface.\n"
		     "[HP-Vlan-interface21]ip address 10.0.21.1 31\n"
		     "[HP-Vlan-interface21]undo ip address\n"
		     "[HP-Vlan-interface21]dis cur | beg interface\n"
		     "interface Vlan-interface1\n"
		     " ip address dhcp-alloc\n"
		     "#\n"
		     "interface GigabitEthernet1/0/1\n"
		     " port link-mode bridge\n"
		     "#\n"
		     "interface GigabitEthernet1/0/2\n"
		     " port link-mode bridge\n"
		     "#\n"
		     "interface Vlan-interface20\n"
		     " description second\n"
		     " ip address 10.0.20.1 255.255.255.0\n"
		     "#\n"
		     "interface Vlan-interface21\n"
		     "#\n"
		     "return\n"
		     "[HP-Vlan-interface21]undo int vlan 20\n"
		     "[HP-Vlan-interface21]undo int vlan 20\n"
		     " % The interface does not exist on this device.\n"
		     "[HP-Vlan-interface21]undo int vlan 21\n"
		     "[HP]undo vlan 21\n"
		     "[HP]dis cur | inc Vlan\n"
		     "interface Vlan-interface1\n",
	    .n_refused = 9,
	},
};

/* ---- sets --------------------------------------------------------------------------------- */

static void test_lists_are_read_and_written(void **state)
{
	static const struct {
		const char *typed, *lines, *shown;
	} rows[] = {
		{ "1", "p 1\n", "1(default vlan)" },
		{ "4094", "p 4094\n", "4094" },
		{ "2 5 to 8", "p 2 5 to 8\n", "2, 5-8" },
		{ "8 to 8 7", "p 7 to 8\n", "7-8" },
		{ "1 to 3", "p 1 to 3\n", "1(default vlan), 2-3" },
		{ "all", "p all\n", "1(default vlan), 2-4094" },
		{ "1 3 5 7 9 11 13 15 17 19", "p 1 3 5 7 9 11 13 15 17 19\n",
		    "1(default vlan), 3, 5, 7, 9, 11, 13, 15, 17, 19" },
		{ "", NULL, NULL },
		{ "0", NULL, NULL },
		{ "4095", NULL, NULL },
		{ "to 3", NULL, NULL },
		{ "2 to", NULL, NULL },
		{ "3 to 2", NULL, NULL },
		{ "2 to 3 to 4", NULL, NULL },
		{ "1 3 5 7 9 11 13 15 17 19 21", NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf lines = BUF_NULL, shown = BUF_NULL;
		struct vlan_set set;

		assert_int_equal(vlan_set_read(&set, str_of(rows[i].typed)),
		    rows[i].lines != NULL);
		if (!rows[i].lines)
			continue;
		vlan_set_put_lines(&lines, "p", &set, "");
		vlan_set_put(&shown, &set, 1);
		assert_string_equal(buf_cstr(&lines), rows[i].lines);
		assert_string_equal(buf_cstr(&shown), rows[i].shown);
	}
}

/* No line is longer than a terminal, and what is typed again is the same set. */
static void test_a_long_list_is_several_lines(void **state)
{
	struct vlan_set set = { .bits = { 0 } }, again = { .bits = { 0 } };
	auto_buf lines = BUF_NULL, wrapped = BUF_NULL;
	struct str rest;

	(void)state;
	for (unsigned i = 2; i < 4000; i += 30)
		vlan_set_add(&set, i, i + i % 3);
	vlan_set_put_lines(&lines, "", &set, "");
	for (rest = buf_str(&lines); rest.len > 0;) {
		struct vlan_set part;

		assert_true(vlan_set_read(&part, str_cut(rest, '\n', &rest)));
		vlan_set_join(&again, &part);
	}
	assert_memory_equal(&again, &set, sizeof(set));
	vlan_set_put_wrapped(&wrapped, &set, 27);
	rest = buf_str(&wrapped);
	for (size_t column = 27; rest.len > 0; column = 0)
		assert_true(column + str_cut(rest, '\n', &rest).len <= 80);
}

/* Rows stand in the order of their numbers, whichever came first. */
static void test_a_table_is_full_at_its_bound(void **state)
{
	static struct vlan_table table;

	(void)state;
	vlan_table_init(&table);
	for (unsigned i = VLAN_TABLE_MAX; i > 1; i--)
		assert_non_null(vlan_table_add(&table, i));
	assert_null(vlan_table_add(&table, VLAN_TABLE_MAX + 1));
	assert_non_null(vlan_table_add(&table, VLAN_TABLE_MAX));
	for (unsigned i = 0; i < VLAN_TABLE_MAX; i++)
		assert_int_equal(table.items[i].id, i + 1);
	vlan_table_remove(&table, 1);
	vlan_table_remove(&table, VLAN_TABLE_MAX);
	assert_int_equal(table.n, VLAN_TABLE_MAX - 1);
	assert_true(vlan_table_has(&table, 1));
}

/* What was typed counts more than what came with a lease, but less than that a network is the switch's own;
 * and a next hop that is nowhere counts for nothing. */
static void test_routes_that_are_used(void **state)
{
	static const char head[] =
	    "Destination/Mask   Proto   Pre Cost        NextHop         Interface\n";
	static struct cli_stub stub;
	auto_buf out = BUF_NULL, expected = BUF_NULL;
	struct cli_interface_facts *row = &stub.facts.interfaces[0];

	(void)state;
	cli_stub_open(&stub, "comware7");
	*row = (struct cli_interface_facts){ .is_up = true,
		.address = 0x0a000005,
		.prefix = 24 };
	stub.facts.router = 0x0a0000fe;
	cli_put_routes(&out, &stub.device.running, &stub.facts);
	buf_printf(&expected,
	    "Destinations : 2        Routes : 2\n\n%s"
	    "0.0.0.0/0          DHCP    70  0           10.0.0.254      Vlan1\n"
	    "10.0.0.0/24        Direct  0   0           10.0.0.5        Vlan1\n",
	    head);
	assert_string_equal(buf_cstr(&out), buf_cstr(&expected));

	(void)cli_session_take(&stub.session, STR("system-view"), &out);
	(void)cli_session_take(&stub.session, STR("ip route-static 0.0.0.0 0 10.0.0.9"),
	    &out);
	(void)cli_session_take(&stub.session,
	    STR("ip route-static 10.8.0.0 16 10.7.0.9"), &out);
	(void)cli_session_take(&stub.session,
	    STR("ip route-static 10.0.0.0 24 10.0.0.9"), &out);
	buf_reset(&out);
	buf_reset(&expected);
	cli_put_routes(&out, &stub.device.running, &stub.facts);
	buf_printf(&expected,
	    "Destinations : 2        Routes : 2\n\n%s"
	    "0.0.0.0/0          Static  60  0           10.0.0.9        Vlan1\n"
	    "10.0.0.0/24        Direct  0   0           10.0.0.5        Vlan1\n",
	    head);
	assert_string_equal(buf_cstr(&out), buf_cstr(&expected));

	/* Without that address it leads there by itself. */
	row->prefix = 16;
	buf_reset(&out);
	cli_put_routes(&out, &stub.device.running, &stub.facts);
	assert_non_null(strstr(buf_cstr(&out),
	    "10.0.0.0/24        Static  60  0           10.0.0.9        Vlan1\n"));
	cli_stub_close(&stub);
}

static void test_a_route_table_is_full_at_its_bound(void **state)
{
	struct route_table table = { .n = 0 };

	(void)state;
	for (uint32_t i = ROUTE_TABLE_MAX; i > 0; i--)
		assert_true(
		    route_table_add(&table, (struct route){ i << 8 | 7, 24, 1 }));
	assert_false(route_table_add(&table, (struct route){ 0, 0, 1 }));
	assert_true(route_table_add(&table, (struct route){ 1 << 8, 24, 1 }));
	for (uint32_t i = 0; i < ROUTE_TABLE_MAX; i++)
		assert_int_equal(table.items[i].network, (i + 1) << 8);
	assert_int_equal(route_table_remove(&table, (struct route){ 256, 24, 2 }), 0);
	assert_int_equal(route_table_remove(&table, (struct route){ 256, 24, 0 }), 1);
	assert_int_equal(table.n, ROUTE_TABLE_MAX - 1);
}

/* The device says no: nothing is made, and nothing is entered. */
static void test_what_is_refused_is_not_entered(void **state)
{
	static const char *const lines[] = { "vlan 2", "interface Vlan-interface 7",
		"dhcp server ip-pool a" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		static struct cli_stub stub;
		auto_buf out = BUF_NULL, prompt = BUF_NULL;

		cli_stub_open(&stub, "comware7");
		(void)cli_session_take(&stub.session, STR("system-view"), &out);
		(void)cli_session_take(&stub.session, STR("vlan 7"), &out);
		stub.refuses = true;
		assert_true(
		    cli_session_take(&stub.session, str_of(lines[i]), &out).is_refused);
		cli_session_prompt(&stub.session, &prompt);
		assert_string_equal(buf_cstr(&prompt), "[HP-vlan7]");
		cli_stub_close(&stub);
	}
}

int main(int argc, char **argv)
{
	static struct cases cases;

	cases_add_rows(&cases, run_transcript, transcripts);
	cases_add(&cases, test_lists_are_read_and_written);
	cases_add(&cases, test_a_long_list_is_several_lines);
	cases_add(&cases, test_a_table_is_full_at_its_bound);
	cases_add(&cases, test_what_is_refused_is_not_entered);
	cases_add(&cases, test_routes_that_are_used);
	cases_add(&cases, test_a_route_table_is_full_at_its_bound);
	return cases_run(&cases, argc, argv, NULL, NULL);
}
