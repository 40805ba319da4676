/* agents/router/port where somebody asks without end: the kernel is the test's. */
#include "tests/unit/unit.h"

#include "agents/router/port.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

static struct machine {
	clock_ns now;
	unsigned asks;           /* that wait in the socket */
	bool is_nameless;        /* they come from "::" */
	unsigned to_all, to_one; /* that were sent */
} machine;

clock_ns __wrap_clock_monotonic(void);
int __wrap_socket(int domain, int type, int protocol);
int __wrap_setsockopt(int fd, int level, int name, const void *value, socklen_t len);
int __wrap_ioctl(int fd, unsigned long request, ...);
ssize_t __wrap_recvmsg(int fd, struct msghdr *message, int flags);
ssize_t __wrap_sendto(int fd, const void *bytes, size_t len, int flags,
    const struct sockaddr *to, socklen_t to_len);

clock_ns __wrap_clock_monotonic(void)
{
	return machine.now;
}

int __wrap_socket(int domain, int type, int protocol)
{
	(void)domain;
	(void)type;
	(void)protocol;
	return eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK);
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

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	(void)fd;
	(void)request;
	return 0;
}

ssize_t __wrap_recvmsg(int fd, struct msghdr *message, int flags)
{
	static const uint8_t solicitation[8] = { 133 };
	struct sockaddr_in6 *from = message->msg_name;
	struct cmsghdr *part = CMSG_FIRSTHDR(message);
	const int hops = ADVERT_HOPS;

	(void)fd;
	(void)flags;
	if (machine.asks == 0) {
		errno = EAGAIN;
		return -1;
	}
	machine.asks--;
	*from = (struct sockaddr_in6){ .sin6_family = AF_INET6 };
	from->sin6_addr.s6_addr[0] = machine.is_nameless ? 0 : 0xfe;
	part->cmsg_level = IPPROTO_IPV6;
	part->cmsg_type = IPV6_HOPLIMIT;
	part->cmsg_len = CMSG_LEN(sizeof(hops));
	memcpy(CMSG_DATA(part), &hops, sizeof(hops));
	memcpy(message->msg_iov->iov_base, solicitation, sizeof(solicitation));
	return sizeof(solicitation);
}

ssize_t __wrap_sendto(int fd, const void *bytes, size_t len, int flags,
    const struct sockaddr *to, socklen_t to_len)
{
	struct sockaddr_in6 at;

	(void)fd;
	(void)bytes;
	(void)flags;
	assert_int_equal(to_len, sizeof(at));
	memcpy(&at, to, sizeof(at));
	machine.to_all += at.sin6_addr.s6_addr[0] == 0xff;
	machine.to_one += at.sin6_addr.s6_addr[0] != 0xff;
	return (ssize_t)len;
}

static void ask(uv_loop_t *loop, unsigned n, bool is_nameless)
{
	machine.is_nameless = is_nameless;
	machine.asks = n;
	while (machine.asks > 0)
		(void)uv_run(loop, UV_RUN_NOWAIT);
}

static void test_all_are_told_once_in_three_seconds(void **state)
{
	const struct router_port_conf conf = { .interface = "lo",
		.prefix = { .prefix = 64 },
		.interval = 600 * NS_PER_S };
	struct error err = ERROR_NULL;
	struct router_port port;
	uv_loop_t loop;

	(void)state;
	machine = (struct machine){ .now = 1000 * NS_PER_S };
	assert_int_equal(uv_loop_init(&loop), 0);
	if (router_port_open(&port, &loop, &conf, NULL, &err) < 0)
		fail_msg("%s", err.text);
	(void)uv_run(&loop, UV_RUN_NOWAIT);
	assert_int_equal(machine.to_all, 1);

	ask(&loop, 1000, true);
	assert_int_equal(machine.to_all, 1);
	/* They are told in time, though nobody asks again. */
	assert_in_range(uv_backend_timeout(&loop), 2000, 3001);
	machine.now += 3 * NS_PER_S;
	ask(&loop, 1000, true);
	assert_int_equal(machine.to_all, 2);

	assert_int_equal(machine.to_one, 0);
	ask(&loop, 3, false);
	assert_int_equal(machine.to_one, 3);
	assert_int_equal(machine.to_all, 2);
	router_port_close(&port);
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&loop), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_are_told_once_in_three_seconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
