/* lib/console: sessions as a terminal of 80 columns shows them (transcript.h). */
#include "tests/unit/console/transcript.h"

static const struct transcript transcripts[] = {
	{
	    .name = "what_was_typed_is_typed_again",
	    .typed = "repeat\nsys\ndis clock\nrepeat count 2\nsysname a\nsysname b\n"
		     "repeat 2 count 2\nquit\nrepeat 3\nfoo\nrepeat 2 count 5",
	    .shown = "<HP>repeat\n"
		     "<HP>sys\n"
		     "System View: return to User View with Ctrl+Z.\n"
		     "[HP]dis clock\n"
		     "03:04:05 UTC Fri 01/02/2026\n"
		     "[HP]repeat count 2\n"
		     "[HP]dis clock\n"
		     "03:04:05 UTC Fri 01/02/2026\n"
		     "[HP]dis clock\n"
		     "03:04:05 UTC Fri 01/02/2026\n"
		     "[HP]sysname a\n"
		     "[a]sysname b\n"
		     "[b]repeat 2 count 2\n"
		     "[b]sysname a\n"
		     "[a]sysname b\n"
		     "[b]sysname a\n"
		     "[a]sysname b\n"
		     "[b]quit\n"
		     "<b>repeat 3\n"
		     "<b>sysname a\n"
		     "   ^\n"
		     " % Unrecognized command found at '^' position.\n"
		     "<b>foo\n"
		     "   ^\n"
		     " % Unrecognized command found at '^' position.\n"
		     "<b>repeat 2 count 5\n"
		     "<b>quit\n",
	    .n_refused = 2,
	},
	{
	    .name = "views_and_prompts",
	    .typed = "sys\ncwmp\nquit\nint vlan1\nint ge1/0/1\nreturn\nquit",
	    .shown = "<HP>sys\n"
		     "System View: return to User View with Ctrl+Z.\n"
		     "[HP]cwmp\n"
		     "[HP-cwmp]quit\n"
		     "[HP]int vlan1\n"
		     "[HP-Vlan-interface1]int ge1/0/1\n"
		     "[HP-GigabitEthernet1/0/1]return\n"
		     "<HP>quit\n",
	},
	{
	    .name = "aliases_and_control_z",
	    .typed = "sys\nhostname edge-1\nno sysname\ncwmp\n\x1a\nshow clock",
	    .shown = "<HP>sys\n"
		     "System View: return to User View with Ctrl+Z.\n"
		     "[HP]hostname edge-1\n"
		     "[edge-1]no sysname\n"
		     "[HP]cwmp\n"
		     "[HP-cwmp]\x1a\n"
		     "<HP>show clock\n"
		     "03:04:05 UTC Fri 01/02/2026\n",
	},
	{
	    .name = "the_five_errors",
	    .typed = "sys\nfoo\nd\nint\nret now\ncwmp\ncwmp cpe inform interval 5\n"
		     "undo cwmp cpe x\ncwmp acs url ftp://x.y",
	    .shown = "<HP>sys\n"
		     "System View: return to User View with Ctrl+Z.\n"
		     "[HP]foo\n"
		     "    ^\n"
		     " % Unrecognized command found at '^' position.\n"
		     "[HP]d\n"
		     "    ^\n"
		     " % Ambiguous command found at '^' position.\n"
		     "[HP]int\n"
		     "       ^\n"
		     " % Incomplete command found at '^' position.\n"
		     "[HP]ret now\n"
		     "        ^\n"
		     " % Too many parameters found at '^' position.\n"
		     "[HP]cwmp\n"
		     "[HP-cwmp]cwmp cpe inform interval 5\n"
		     "                                  ^\n"
		     " % Wrong parameter found at '^' position.\n"
		     "[HP-cwmp]undo cwmp cpe x\n"
		     "                       ^\n"
		     " % Unrecognized command found at '^' position.\n"
		     "[HP-cwmp]cwmp acs url ftp://x.y\n"
		     "                      ^\n"
		     " % Wrong parameter found at '^' position.\n",
	    .n_refused = 7,
	},
	{
	    .name = "an_ambiguous_word",
	    .typed = "re\ndisplay c",
	    .shown = "<HP>re\n"
		     "    ^\n"
		     " % Ambiguous command found at '^' position.\n"
		     "<HP>display c\n"
		     "            ^\n"
		     " % Ambiguous command found at '^' position.\n",
	    .n_refused = 2,
	},
	{
	    .name = "what_may_follow",
	    .typed = "sys\ncwmp\ncwmp cpe inform interval ?\ncwmp cpe w?\n"
		     "cwmp nothing ?\ndisplay cwmp status ?",
	    .shown = "<HP>sys\n"
		     "System View: return to User View with Ctrl+Z.\n"
		     "[HP]cwmp\n"
		     "[HP-cwmp]cwmp cpe inform interval ?\n"
		     "  <10-86400>  Seconds from one Inform to the next\n"
		     "  enable      Inform periodically\n"
		     "[HP-cwmp]cwmp cpe w?\n"
		     "  wait  How long to wait\n"
		     "[HP-cwmp]cwmp nothing ?\n"
		     "              ^\n"
		     " % Unrecognized command found at '^' position.\n"
		     "[HP-cwmp]display cwmp status ?\n"
		     "  <cr>\n",
	},
	{
	    .name = "tab_goes_round",
	    .typed = "re\t\t\ndisplay cu\t\nnothing\t",
	    .shown = "<HP>reboot \n"
		     "<HP>repeat \n"
		     "<HP>display current-configuration \n"
		     "<HP>nothing\n",
	},
	{
	    .name = "the_cwmp_view_and_display_this",
	    .typed =
		"sys\ncwmp\ncwmp enable\ncwmp acs url http://10.0.0.11:7547/cwmp\n"
		"cwmp acs password simple s3cret\ncwmp cpe inform interval enable\n"
		"cwmp cpe connect retry 0\ncwmp cpe connect interface vlan1\n"
		"undo cwmp acs url\ndisplay this",
	    .shown = "<HP>sys\n"
		     "System View: return to User View with Ctrl+Z.\n"
		     "[HP]cwmp\n"
		     "[HP-cwmp]cwmp enable\n"
		     "[HP-cwmp]cwmp acs url http://10.0.0.11:7547/cwmp\n"
		     "[HP-cwmp]cwmp acs password simple s3cret\n"
		     "[HP-cwmp]cwmp cpe inform interval enable\n"
		     "[HP-cwmp]cwmp cpe connect retry 0\n"
		     "[HP-cwmp]cwmp cpe connect interface vlan1\n"
		     "[HP-cwmp]undo cwmp acs url\n"
		     "[HP-cwmp]display this\n"
		     "#\n"
		     "cwmp\n"
		     " cwmp enable\n"
		     " cwmp acs password cipher "
		     "$c$3$BGHiliihsIsnNv6xBoFRYaJV3rUW+lzIc/c=\n"
		     " cwmp cpe connect interface Vlan-interface1\n"
		     " cwmp cpe inform interval enable\n"
		     " cwmp cpe connect retry 0\n"
		     "#\n"
		     "return\n",
	},
	{
	    .name = "the_displays_of_cwmp",
	    .typed = "display cwmp configuration\ndis cwmp st",
	    .shown = "<HP>display cwmp configuration\n"
		     "CWMP state                          : Disabled\n"
		     "ACS URL                             : Null\n"
		     "ACS username                        : \n"
		     "ACS default URL                     : Null\n"
		     "ACS default username                : \n"
		     "Periodic inform                     : Disabled\n"
		     "Inform interval                     : None\n"
		     "Inform time                         : None\n"
		     "Wait timeout                        : 30s\n"
		     "Connection retries                  : Unlimited\n"
		     "Source IP interface                 : None\n"
		     "STUN state                          : Disabled\n"
		     "SSL policy name                     : Null\n"
		     "<HP>dis cwmp st\n"
		     "CWMP state                                    : Disabled\n"
		     "ACS URL of most recent connection             : Null\n"
		     "ACS information source                        : None\n"
		     "ACS username of most recent connection        : \n"
		     "Connection status                             : Disconnected\n"
		     "Data transfer status                          : None\n"
		     "Most recent successful connection attempt     : None\n"
		     "Length of time before next connection attempt : None\n",
	},
	{
	    .name = "saving_asks_and_forgets",
	    .typed = "save\ny\n\nsave\nyes\n\nx\ny\nsave force\nreset saved\ny\n"
		     "display saved",
	    .shown =
		"<HP>save\n"
		"The current configuration will be written to the device. Are you "
		"sure? [Y/N]:y\n"
		"Please input the file name(*.cfg)[flash:/startup.cfg]\n"
		"(To leave the existing filename unchanged, press the enter key):\n"
		"Validating file. Please wait...\n"
		"Saved the current configuration to mainboard device successfully.\n"
		"<HP>save\n"
		"The current configuration will be written to the device. Are you "
		"sure? [Y/N]:yes\n"
		"Please input the file name(*.cfg)[flash:/startup.cfg]\n"
		"(To leave the existing filename unchanged, press the enter key):\n"
		"flash:/startup.cfg exists, overwrite? [Y/N]:x\n"
		"flash:/startup.cfg exists, overwrite? [Y/N]:y\n"
		"Validating file. Please wait...\n"
		"Saved the current configuration to mainboard device successfully.\n"
		"<HP>save force\n"
		"Validating file. Please wait...\n"
		"Saved the current configuration to mainboard device successfully.\n"
		"<HP>reset saved\n"
		"The saved configuration file will be erased. Are you sure? [Y/N]:y\n"
		"Configuration file in flash is being cleared.\n"
		"Please wait ...\n"
		"Configuration file is cleared.\n"
		"<HP>display saved\n"
		"There is no saved configuration.\n",
	},
	{
	    .name = "filters",
	    .typed =
		"display cwmp status | include URL\ndis cwmp st | by begin success\n"
		"dis cwmp st | exclude a\ndis cwmp st | foo x\nquit | include x",
	    .shown = "<HP>display cwmp status | include URL\n"
		     "ACS URL of most recent connection             : Null\n"
		     "<HP>dis cwmp st | by begin success\n"
		     "    7:Most recent successful connection attempt     : None\n"
		     "    8:Length of time before next connection attempt : None\n"
		     "<HP>dis cwmp st | exclude a\n"
		     "ACS URL of most recent connection             : Null\n"
		     "<HP>dis cwmp st | foo x\n"
		     "                  ^\n"
		     " % Wrong parameter found at '^' position.\n"
		     "<HP>quit | include x\n"
		     "         ^\n"
		     " % Too many parameters found at '^' position.\n",
	    .n_refused = 2,
	},
	{
	    .name = "a_filter_may_say_plus_four_times",
	    .typed = "dis clock | include 0+3+:0+4+\n"
		     "dis clock | include 0+3+:0+4+:0+\n"
		     "dis clock | include x++++++++++++++++++++++++++++++++++++++\n"
		     "dis clock | include \\+\\+\\+\\+\\+|UTC",
	    .shown = "<HP>dis clock | include 0+3+:0+4+\n"
		     "03:04:05 UTC Fri 01/02/2026\n"
		     "<HP>dis clock | include 0+3+:0+4+:0+\n"
		     "                        ^\n"
		     " % Wrong parameter found at '^' position.\n"
		     "<HP>dis clock | include x++++++++++++++++++++++++++++++++++++++\n"
		     "                        ^\n"
		     " % Wrong parameter found at '^' position.\n"
		     "<HP>dis clock | include \\+\\+\\+\\+\\+|UTC\n"
		     "03:04:05 UTC Fri 01/02/2026\n",
	    .n_refused = 2,
	},
	{
	    .name = "history_without_passwords_and_repeats",
	    .typed = "sys\ncwmp\ncwmp acs password simple x\ncwmp enable\ncwmp enable\n"
		     "display history",
	    .shown = "<HP>sys\n"
		     "System View: return to User View with Ctrl+Z.\n"
		     "[HP]cwmp\n"
		     "[HP-cwmp]cwmp acs password simple x\n"
		     "[HP-cwmp]cwmp enable\n"
		     "[HP-cwmp]cwmp enable\n"
		     "[HP-cwmp]display history\n"
		     "  sys\n"
		     "  cwmp\n"
		     "  cwmp enable\n"
		     "  display history\n",
	},
	{
	    .name = "a_time_that_is_over",
	    .typed = "sys\ncwmp\ncwmp cpe inform time 2026-01-02T03:04:05\n"
		     "cwmp cpe inform time 2026-01-02T03:04:06\nint ge1/0/9",
	    .shown = "<HP>sys\n"
		     "System View: return to User View with Ctrl+Z.\n"
		     "[HP]cwmp\n"
		     "[HP-cwmp]cwmp cpe inform time 2026-01-02T03:04:05\n"
		     " % The time must be in the future.\n"
		     "[HP-cwmp]cwmp cpe inform time 2026-01-02T03:04:06\n"
		     "[HP-cwmp]int ge1/0/9\n"
		     " % The interface does not exist on this device.\n",
	    .n_refused = 2,
	},
	{
	    .name = "a_port_is_shut_down_and_brought_up",
	    .typed = "sys\nint ge1/0/2\nshut\ndis this\ndis int br\n"
		     "dis int ge1/0/2 | inc state\nundo shut\nport link-type trunk\n"
		     "dis this\nport access vlan 1\nno port link-type\n"
		     "port access vlan 1\nport access vlan 2\nport access vlan 4095",
	    .shown = "<HP>sys\n"
		     "System View: return to User View with Ctrl+Z.\n"
		     "[HP]int ge1/0/2\n"
		     "[HP-GigabitEthernet1/0/2]shut\n"
		     "[HP-GigabitEthernet1/0/2]dis this\n"
		     "#\n"
		     "interface GigabitEthernet1/0/2\n"
		     " port link-mode bridge\n"
		     " shutdown\n"
		     "#\n"
		     "return\n"
		     "[HP-GigabitEthernet1/0/2]dis int br\n"
		     "Brief information on interfaces in route mode:\n"
		     "Link: ADM - administratively down; Stby - standby\n"
		     "Protocol: (s) - spoofing\n"
		     "Interface            Link Protocol Primary IP      Description\n"
		     "Vlan1                DOWN DOWN     --\n"
		     "\n"
		     "Brief information on interfaces in bridge mode:\n"
		     "Link: ADM - administratively down; Stby - standby\n"
		     "Speed: (a) - auto\n"
		     "Duplex: (a)/A - auto; H - half; F - full\n"
		     "Type: A - access; T - trunk; H - hybrid\n"
		     "Interface            Link Speed   Duplex Type PVID Description\n"
		     "GE1/0/1              DOWN auto    A      A    1\n"
		     "GE1/0/2              ADM  auto    A      A    1\n"
		     "[HP-GigabitEthernet1/0/2]dis int ge1/0/2 | inc state\n"
		     "Current state: Administratively DOWN\n"
		     "Line protocol state: DOWN\n"
		     "[HP-GigabitEthernet1/0/2]undo shut\n"
		     "[HP-GigabitEthernet1/0/2]port link-type trunk\n"
		     "[HP-GigabitEthernet1/0/2]dis this\n"
		     "#\n"
		     "interface GigabitEthernet1/0/2\n"
		     " port link-mode bridge\n"
		     " port link-type trunk\n"
		     " port trunk permit vlan 1\n"
		     "#\n"
		     "return\n"
		     "[HP-GigabitEthernet1/0/2]port access vlan 1\n"
		     " % The link type of this port is not access.\n"
		     "[HP-GigabitEthernet1/0/2]no port link-type\n"
		     "[HP-GigabitEthernet1/0/2]port access vlan 1\n"
		     "[HP-GigabitEthernet1/0/2]port access vlan 2\n"
		     " % The VLAN does not exist.\n"
		     "[HP-GigabitEthernet1/0/2]port access vlan 4095\n"
		     "                                          ^\n"
		     " % Wrong parameter found at '^' position.\n",
	    .n_refused = 3,
	},
	{
	    .name = "what_is_behind_the_ports",
	    .typed = "dis vlan br\ndis mac-a\ndis logb",
	    .shown =
		"<HP>dis vlan br\n"
		"Brief information about all VLANs:\n"
		"Supported Minimum VLAN ID: 1\n"
		"Supported Maximum VLAN ID: 4094\n"
		"Default VLAN ID: 1\n"
		"VLAN ID   Name                             Port\n"
		"1         VLAN 0001                        GE1/0/1  GE1/0/2\n"
		"<HP>dis mac-a\n"
		"MAC ADDR       VLAN ID  STATE          PORT INDEX               "
		"AGING TIME(s)\n"
		"0200-0000-0001 1        Learned        GigabitEthernet1/0/1     AGING\n"
		"0200-0000-0002 1        Config static  GigabitEthernet1/0/2     NOAGED\n"
		"<HP>dis logb\n"
		"Log buffer: Enabled\n"
		"Max buffer size: 1024\n"
		"Actual buffer size: 1024\n"
		"Dropped messages: 0\n"
		"Overwritten messages: 6\n"
		"Current messages: 2\n"
		"%Jan  2 03:04:05:067 2026 HP IFNET/3/PHY_UPDOWN: Physical state on the "
		"interface GigabitEthernet1/0/2 changed to down.\n"
		"%Jan  2 03:04:05:067 2026 HP IFNET/5/LINK_UPDOWN: Line protocol state on "
		"the interface GigabitEthernet1/0/2 changed to down.\n",
	},
	{
	    .name = "an_address_that_is_leased_is_not_typed",
	    .typed = "sys\nint vlan1\nip address dhcp\nip address 10.0.0.5 24\n"
		     "shutdown",
	    .shown = "<HP>sys\n"
		     "System View: return to User View with Ctrl+Z.\n"
		     "[HP]int vlan1\n"
		     "[HP-Vlan-interface1]ip address dhcp\n"
		     "[HP-Vlan-interface1]ip address 10.0.0.5 24\n"
		     " % The address of this interface cannot be changed.\n"
		     "[HP-Vlan-interface1]shutdown\n"
		     "                    ^\n"
		     " % Unrecognized command found at '^' position.\n",
	    .n_refused = 2,
	},
	{
	    .name = "errors_of_vrp",
	    .profile = "vrp",
	    .typed = "sys\nfoo\nint ge1/0/9\ncwmp nothing ?",
	    .shown = "<HUAWEI>sys\n"
		     "System View: return to User View with Ctrl+Z.\n"
		     "[HUAWEI]foo\n"
		     "        ^\n"
		     "Error: Unrecognized command found at '^' position.\n"
		     "[HUAWEI]int ge1/0/9\n"
		     "Error: The interface does not exist on this device.\n"
		     "[HUAWEI]cwmp nothing ?\n"
		     "             ^\n"
		     "Error: Too many parameters found at '^' position.\n",
	    .n_refused = 2,
	},
	{
	    .name = "interfaces_of_comware_5",
	    .profile = "comware5",
	    .typed = "sys\nint ge1/0/2\ndescription to the | ACS\ndis int brief",
	    .shown =
		"<HP>sys\n"
		"System View: return to User View with Ctrl+Z.\n"
		"[HP]int ge1/0/2\n"
		"[HP-GigabitEthernet1/0/2]description to the | ACS\n"
		"[HP-GigabitEthernet1/0/2]dis int brief\n"
		"The brief information of interface(s) under route mode:\n"
		"Link: ADM - administratively down; Stby - standby\n"
		"Protocol: (s) - spoofing\n"
		"Interface            Link Protocol Main IP         Description\n"
		"Vlan1                DOWN DOWN     --\n"
		"\n"
		"The brief information of interface(s) under bridge mode:\n"
		"Link: ADM - administratively down; Stby - standby\n"
		"Speed or Duplex: (a)/A - auto; H - half; F - full\n"
		"Type: A - access; T - trunk; H - hybrid\n"
		"Interface            Link Speed   Duplex Type PVID Description\n"
		"GE1/0/1              DOWN auto    A      A    1\n"
		"GE1/0/2              DOWN auto    A      A    1    to the | ACS\n",
	},
};

int main(int argc, char **argv)
{
	static struct cases cases;

	cases_add_rows(&cases, run_transcript, transcripts);
	return cases_run(&cases, argc, argv, NULL, NULL);
}
