#include "agents/common/dhcp_filter.h"

#include "lib/base/compiler.h"
#include "lib/base/wire.h"
#include "lib/proto/dhcp.h"

#include <errno.h>
#include <linux/filter.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <sys/socket.h>

enum { /* offsets in the frame; of UDP and DHCP: behind an IP header of x bytes */
	AT_SENDER_MAC = 6,
	AT_SENDER_MAC_LOW = 8,
	AT_TYPE = 12,
	AT_IP = 14,
	AT_IP_FRAGMENT = 20,
	AT_IP_PROTOCOL = 23,
	AT_UDP_TO = 14 + 2,
	AT_DHCP_OP = 14 + 8,
	AT_DHCP_CHADDR = 14 + 8 + 28,
	AT_ARP_SENDER = 28,
	AT_ARP_TARGET = 38,
	ACCEPT = 0xffff,
};

/* Loads the port that a datagram of IPv4 goes to. Of what is none, or not the first piece of one, so
 * many statements are left out, behind which stands the one that refuses. */
// clang-format off
#define TO_UDP_PORT(rest)                                                    \
	BPF_STMT(BPF_LD | BPF_H | BPF_ABS, AT_TYPE),                         \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETHERTYPE_IP, 0, (rest) + 6),    \
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, AT_IP_PROTOCOL),                  \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, (rest) + 4),     \
	BPF_STMT(BPF_LD | BPF_H | BPF_ABS, AT_IP_FRAGMENT),                  \
	BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x1fff, (rest) + 2, 0),         \
	BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, AT_IP),                          \
	BPF_STMT(BPF_LD | BPF_H | BPF_IND, AT_UDP_TO)
// clang-format on

static int attach(int fd, struct sock_filter *code, size_t len)
{
	struct sock_fprog program = { (unsigned short)len, code };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) <
		       0
		   ? -errno
		   : 0;
}

int dhcp_filter_replies(int fd, const uint8_t mac[6])
{
	// clang-format off
	struct sock_filter code[] = {
		TO_UDP_PORT(8),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, DHCP_CLIENT_PORT, 0, 7),
		BPF_STMT(BPF_LD | BPF_B | BPF_IND, AT_DHCP_OP),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 2, 0, 5),
		BPF_STMT(BPF_LD | BPF_W | BPF_IND, AT_DHCP_CHADDR),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, get_u32(mac), 0, 3),
		BPF_STMT(BPF_LD | BPF_H | BPF_IND, AT_DHCP_CHADDR + 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, get_u16(mac + 4), 0, 1),
		BPF_STMT(BPF_RET | BPF_K, ACCEPT),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	// clang-format on

	return attach(fd, code, ARRAY_LEN(code));
}

int dhcp_filter_requests(int fd)
{
	// clang-format off
	struct sock_filter code[] = {
		TO_UDP_PORT(4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, DHCP_SERVER_PORT, 0, 3),
		BPF_STMT(BPF_LD | BPF_B | BPF_IND, AT_DHCP_OP),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, ACCEPT),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	// clang-format on

	return attach(fd, code, ARRAY_LEN(code));
}

int dhcp_filter_messages(int fd)
{
	// clang-format off
	struct sock_filter code[] = {
		TO_UDP_PORT(3),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, DHCP_SERVER_PORT, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, DHCP_CLIENT_PORT, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, ACCEPT),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	// clang-format on

	return attach(fd, code, ARRAY_LEN(code));
}

int dhcp_filter_conflicts(int fd, const uint8_t mac[6], uint32_t address)
{
	// clang-format off
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, AT_TYPE),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETHERTYPE_ARP, 0, 10),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AT_SENDER_MAC_LOW),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, get_u32(mac + 2), 0, 2),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, AT_SENDER_MAC),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, get_u16(mac), 6, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AT_ARP_SENDER),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, address, 3, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AT_ARP_TARGET),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, address, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, ACCEPT),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	// clang-format on

	return attach(fd, code, ARRAY_LEN(code));
}

int dhcp_filter_nothing(int fd)
{
	struct sock_filter code[] = { BPF_STMT(BPF_RET | BPF_K, 0) };

	return attach(fd, code, ARRAY_LEN(code));
}
