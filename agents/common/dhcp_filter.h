/* Classic BPF programs for packet sockets (packet(7)), so that they wake for DHCP alone,
 * and a CPE's for its own frames only, however many CPEs share an interface. */
#pragma once

#include <stdint.h>

/* Lets DHCP replies through whose chaddr is mac. 0 or -errno. */
int dhcp_filter_replies(int fd, const uint8_t mac[6]);

/* Lets DHCP requests through. 0 or -errno. */
int dhcp_filter_requests(int fd);

/* Lets both through, whosever they are: all that goes to a port of DHCP. 0 or -errno. */
int dhcp_filter_messages(int fd);

/* Lets ARP through that shows another host to have, or to probe for, the address (host
 * order; RFC 5227 2.1.1). 0 or -errno. */
int dhcp_filter_conflicts(int fd, const uint8_t mac[6], uint32_t address);

/* Lets nothing through. 0 or -errno. */
int dhcp_filter_nothing(int fd);
