/* `cwmplab dhcpd`: the DHCP server by hand or in a lab. */
#pragma once

/* argv[0] is "dhcpd". Returns the exit status of lab/term/cmd.h. */
int dhcpd_main(int argc, char **argv);
