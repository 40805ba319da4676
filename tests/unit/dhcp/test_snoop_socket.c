/* agents/snoop/snoop_socket under a flood of what is no DHCP: the kernel is the test's. */
#include "tests/unit/unit.h"

#include "agents/snoop/snoop_socket.h"

#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

static unsigned n_read;

int __wrap_socket(int domain, int type, int protocol);
int __wrap_setsockopt(int fd, int level, int name, const void *value, socklen_t len);
int __wrap_bind(int fd, const struct sockaddr *at, socklen_t len);
ssize_t __wrap_recvfrom(int fd, void *bytes, size_t len, int flags,
    struct sockaddr *from, socklen_t *from_len);

int __wrap_socket(int domain, int type, int protocol)
{
	(void)domain;
	(void)type;
	(void)protocol;
	return eventfd(0, EFD_CLOEXEC);
}

int __wrap_setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
	(void)fd;
	(void)level;
	(void)name;
	(void)value;
	(void)len;
	return 0;
}

int __wrap_bind(int fd, const struct sockaddr *at, socklen_t len)
{
	(void)fd;
	(void)at;
	(void)len;
	return 0;
}

/* An end of it comes late enough to be no end. */
ssize_t __wrap_recvfrom(int fd, void *bytes, size_t len, int flags,
    struct sockaddr *from, socklen_t *from_len)
{
	(void)fd;
	(void)len;
	(void)flags;
	(void)from;
	(void)from_len;
	if (++n_read > 100000)
		return -1;
	memset(bytes, 0, 60);
	return 60;
}

static void test_a_flood_of_what_is_no_dhcp_leaves_others_their_turn(void **state)
{
	struct snoop_socket *s;
	struct dhcp_frame frame;
	int ifindex;

	(void)state;
	assert_int_equal(snoop_socket_open(&s, "br0", NULL), 0);
	assert_int_equal(snoop_socket_receive(s, &frame, &ifindex), 0);
	assert_int_equal(n_read, SNOOP_READS_MAX);
	snoop_socket_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_a_flood_of_what_is_no_dhcp_leaves_others_their_turn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
