/* agents/link against this kernel: what of a carrier's links the kernel passes on, who counts it, and
 * what is left of it, in a network of the test's own.
 *
 *     n0 ══ n1 ─ carrier ─ s1 ══ s0        frames go in at n0 and come out at s0 */
#include "tests/support/patience.h"
#include "tests/support/sandbox.h"
#include "tests/unit/unit.h"

#include "agents/link/bypass.h"
#include "agents/link/carry.h"
#include "lib/base/buf.h"
#include "lib/base/cleanup.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

/* ---- the network ------------------------------------------------------------------------- */

enum {
	TYPE = 0x88b5, /* for experiments */
	FRAMES_MAX = 1 << 20,
	AHEAD = 64 /* frames under way: what a socket surely has room for */
};

struct frame {
	struct ether_header header;
	uint32_t number;
	uint8_t rest[42]; /* up to the least length */
};

static int in_fd, out_fd;
static uint32_t n_sent, n_seen;   /* n_seen: one more than the highest that came out */
static uint8_t times[FRAMES_MAX]; /* that each came out */

/* Lines for "ip -batch". */
static void ip(const char *lines)
{
	FILE *in = popen("PATH=$PATH:/usr/sbin:/sbin ip -batch -", "w");

	if (!in || fputs(lines, in) == EOF || pclose(in) != 0)
		fail_msg("ip: %s", lines);
}

static int open_end(const char *interface)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET,
		.sll_protocol = htons(TYPE),
		.sll_ifindex = (int)if_nametoindex(interface) };
	static const int on = 1;
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	assert_true(fd >= 0 && at.sll_ifindex > 0);
	(void)setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on));
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

/* Or interfaces have frames of their own, if the kernel has it. */
static void without_ipv6(void)
{
	FILE *file = fopen("/proc/sys/net/ipv6/conf/all/disable_ipv6", "we");

	if (!file)
		return;
	(void)fputs("1", file);
	(void)fclose(file);
}

static int begin(void **state)
{
	(void)state;
	sandbox_change_network();
	without_ipv6();
	ip("link add n0 arp off type veth peer name n1\n"
	   "link add s0 arp off type veth peer name s1\n"
	   "link set n1 arp off up\n"
	   "link set s1 arp off up\n"
	   "link set n0 up\n"
	   "link set s0 up\n");
	in_fd = open_end("n0");
	out_fd = open_end("s0");
	n_sent = n_seen = 0;
	memset(times, 0, sizeof(times));
	return 0;
}

static int end(void **state)
{
	(void)state;
	(void)close(in_fd);
	(void)close(out_fd);
	return 0;
}

static void take_frames(void)
{
	struct frame frame;

	while (recv(out_fd, &frame, sizeof(frame), 0) == sizeof(frame)) {
		assert_true(frame.number < n_sent);
		times[frame.number]++;
		n_seen = MAX(n_seen, frame.number + 1);
	}
}

static void wait_for_frames(int ms)
{
	struct pollfd poll_fd = { .fd = out_fd, .events = POLLIN };

	(void)poll(&poll_fd, 1, ms);
	take_frames();
}

/* Sends one, and waits while too many are under way. */
static void send_frame(void)
{
	struct frame frame = { .header = { .ether_dhost = { 2, 0, 0, 0, 0, 2 },
				   .ether_shost = { 2, 0, 0, 0, 0, 1 },
				   .ether_type = htons(TYPE) },
		.number = n_sent };

	assert_true(n_sent < FRAMES_MAX);
	n_sent++;
	(void)send(in_fd, &frame, sizeof(frame), 0);
	take_frames();
	if (n_sent - n_seen > AHEAD)
		wait_for_frames(20);
}

static void send_frames(unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		send_frame();
}

/* While something goes on that takes a busy machine long. */
static void send_some_frames(void)
{
	send_frames(100);
	if (n_sent > FRAMES_MAX / 2)
		wait_for_frames(10);
}

/* ---- the carrier ------------------------------------------------------------------------- */

static uv_loop_t loop;
static struct carrier carrier;
static struct conf_doc *doc;

/* One link, and the rest of its row. */
static int try_carrier(const char *rest, struct error *err)
{
	auto_buf text = BUF_NULL;
	struct linkd_conf conf = { 0 };
	int r = uv_loop_init(&loop);

	buf_printf(&text,
	    "links: [{name: l, node: {interface: n1}, switch: {interface: s1}%s}]",
	    rest);
	if (r == 0)
		r = conf_parse("links.yaml", buf_str(&text), &doc, err);
	if (r == 0)
		r = conf_bind(doc, doc->root, linkd_conf_rows, &conf, err);
	return r < 0 ? r : carrier_open(&carrier, &loop, &conf, doc, err);
}

static void open_carrier(const char *rest)
{
	struct error err = ERROR_NULL;

	if (try_carrier(rest, &err) < 0)
		fail_msg("%s", err.text);
}

static void close_carrier(void)
{
	carrier_close(&carrier);
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&loop), 0);
	conf_free(doc);
}

/* Skips the test where the kernel passes nothing on. */
static void need_shortcut(void)
{
	if (carrier.links[0].ports[IMPAIR_WAY_UP].shortcut.is_open)
		return;
	close_carrier();
	skip();
}

/* ---- carriers that are killed ------------------------------------------------------------ */

/* In a process that tells by a byte when its frames pass. */
static pid_t start_carrier(int *ret_fd)
{
	int fds[2];
	pid_t pid;

	assert_int_equal(pipe2(fds, O_CLOEXEC | O_NONBLOCK), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct error err = ERROR_NULL;

		if (try_carrier("", &err) == 0 && write(fds[1], "", 1) == 1)
			carry(&carrier);
		(void)fprintf(stderr, "%s\n", err.text);
		_exit(1);
	}
	(void)close(fds[1]);
	*ret_fd = fds[0];
	return pid;
}

static void kill_carrier(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* Whether the byte has come; a carrier that ends has none. */
static bool is_ready(int fd)
{
	char byte;
	ssize_t n = read(fd, &byte, 1);

	assert_int_not_equal(n, 0);
	return n == 1;
}

static void assert_each_came_once(void)
{
	clock_ns end_at = clock_monotonic() + patience_ms() * NS_PER_MS;
	unsigned lost = 0, more = 0;

	while (n_seen < n_sent && clock_monotonic() < end_at)
		wait_for_frames(100);
	for (uint32_t i = 0; i < n_sent; i++) {
		lost += times[i] == 0;
		more += times[i] > 1;
	}
	assert_int_equal(lost, 0);
	assert_int_equal(more, 0);
}

static void test_no_plain_frame_is_lost_or_doubled_when_a_carrier_follows(void **state)
{
	int fd;
	pid_t pid;

	(void)state;
	open_carrier("");
	need_shortcut();
	close_carrier();
	pid = start_carrier(&fd);
	while (!is_ready(fd))
		(void)poll(NULL, 0, 1);
	for (int i = 0; i < 8; i++) {
		(void)close(fd);
		send_frames(200);
		kill_carrier(pid);
		send_frames(200);
		pid = start_carrier(&fd);
		while (!is_ready(fd))
			send_some_frames();
	}
	(void)close(fd);
	send_frames(200);
	kill_carrier(pid);
	assert_each_came_once();
}

static void test_frames_of_a_way_that_is_not_plain_any_more_come_to_the_next(
    void **state)
{
	int fd;
	pid_t pid;

	(void)state;
	open_carrier("");
	need_shortcut();
	close_carrier();
	pid = start_carrier(&fd);
	while (!is_ready(fd))
		(void)poll(NULL, 0, 1);
	(void)close(fd);
	kill_carrier(pid);
	send_frames(1);
	assert_each_came_once();
	open_carrier(", set: down");
	send_frames(10);
	assert_int_equal(n_seen, 1);
	close_carrier();
}

/* ---- the end ----------------------------------------------------------------------------- */

static void test_an_orderly_end_leaves_nothing_at_the_interfaces(void **state)
{
	char text[4096];
	size_t len;
	FILE *out;

	(void)state;
	open_carrier("");
	need_shortcut();
	send_frames(10);
	assert_int_equal(n_seen, 10);
	close_carrier();
	send_frames(10);
	assert_int_equal(n_seen, 10);
	out = popen("PATH=$PATH:/usr/sbin:/sbin tc qdisc show", "r");
	assert_non_null(out);
	len = fread(text, 1, sizeof(text) - 1, out);
	text[len] = '\0';
	assert_int_equal(pclose(out), 0);
	assert_null(strstr(text, "ingress"));
}

/* ---- counts ------------------------------------------------------------------------------ */

struct asker {
	struct count_wish wish;
	bool is_served;
};

static void on_counts(struct count_wish *wish)
{
	container_of(wish, struct asker, wish)->is_served = true;
}

static void ask(struct asker *asker)
{
	*asker = (struct asker){ .wish.done = on_counts };
	assert_true(counter_ask(&carrier.counter, &asker->wish));
	assert_false(asker->is_served);
}

/* Netlink's lock is held for seconds by whoever makes thousands of interfaces. */
static void test_counts_are_read_beside_the_loop_and_without_netlink(void **state)
{
	struct shortcut *shortcut;
	struct asker first, second, third;
	int netlink;

	(void)state;
	open_carrier("");
	need_shortcut();
	shortcut = &carrier.links[0].ports[IMPAIR_WAY_UP].shortcut;
	netlink = shortcut->netlink;
	shortcut->netlink = -1;
	send_frames(10);
	ask(&first);
	send_frames(5);
	ask(&second); /* is not served by a reading that began before */
	ask(&third);
	count_wish_drop(&third.wish);
	while (!first.is_served)
		(void)uv_run(&loop, UV_RUN_ONCE);
	assert_true(shortcut->packets >= 10 && shortcut->packets <= 15);
	while (!second.is_served)
		(void)uv_run(&loop, UV_RUN_ONCE);
	assert_int_equal(shortcut->packets, 15);
	assert_int_equal(shortcut->bytes, 15 * sizeof(struct frame));
	assert_false(third.is_served);
	shortcut->netlink = netlink;
	/* What comes behind a reading's back is counted once. */
	ask(&first);
	assert_int_equal(shortcut_close(shortcut), 0);
	while (!first.is_served)
		(void)uv_run(&loop, UV_RUN_ONCE);
	assert_int_equal(shortcut->packets, 15);
	ask(&first); /* a carrier may end while one is made */
	close_carrier();
}

/* ---- changes that are refused ------------------------------------------------------------ */

static void pass_time_until(clock_ns when)
{
	assert_true(when < INT64_MAX);
	while (clock_monotonic() < when)
		(void)poll(NULL, 0, 1);
}

static void test_a_step_that_is_refused_is_tried_again(void **state)
{
	struct link *link;
	struct shortcut *shortcut;
	int netlink;

	(void)state;
	open_carrier(", schedule: [{at: 1h, set: down.loss=100%}]");
	need_shortcut();
	carrier.started -= 3600 * NS_PER_S;
	carrier.next_step = 0;
	link = &carrier.links[0];
	shortcut = &link->ports[IMPAIR_WAY_DOWN].shortcut;
	netlink = shortcut->netlink;
	shortcut->netlink = -1; /* nothing can be asked of the kernel */
	for (int i = 0; i < 2; i++) {
		pass_time_until(carrier.next_step);
		carrier_step(&carrier, clock_monotonic());
		assert_true(link->is_late);
		assert_true(impair_is_none(&link->now.way[IMPAIR_WAY_DOWN]));
		assert_true(shortcut->is_open);
		assert_true(carrier.next_step < INT64_MAX);
	}
	shortcut->netlink = netlink;
	pass_time_until(carrier.next_step);
	carrier_step(&carrier, clock_monotonic());
	assert_false(link->is_late);
	assert_int_equal(link->now.way[IMPAIR_WAY_DOWN].loss, IMPAIR_MILLION);
	assert_false(shortcut->is_open);
	assert_int_equal(carrier.next_step, INT64_MAX);
	close_carrier();
}

static void test_a_change_that_is_refused_half_way_leaves_the_link_as_it_was(
    void **state)
{
	struct error err = ERROR_NULL;
	struct link *link;
	struct shortcut *shortcut;
	int netlink;

	(void)state;
	open_carrier("");
	need_shortcut();
	link = &carrier.links[0];
	shortcut = &link->ports[IMPAIR_WAY_DOWN].shortcut;
	netlink = shortcut->netlink;
	shortcut->netlink = -1;
	assert_true(link_change(link, "loss=100%", &err) < 0);
	assert_int_equal(link->now.way[IMPAIR_WAY_UP].loss, IMPAIR_MILLION);
	shortcut->netlink = netlink;
	pass_time_until(carrier.next_step);
	carrier_step(&carrier, clock_monotonic());
	assert_true(impair_is_none(&link->now.way[IMPAIR_WAY_UP]));
	assert_true(impair_is_none(&link->now.way[IMPAIR_WAY_DOWN]));
	assert_true(link->ports[IMPAIR_WAY_UP].shortcut.is_open && shortcut->is_open);
	close_carrier();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_no_plain_frame_is_lost_or_doubled_when_a_carrier_follows),
		TEST(test_frames_of_a_way_that_is_not_plain_any_more_come_to_the_next),
		TEST(test_an_orderly_end_leaves_nothing_at_the_interfaces),
		TEST(test_counts_are_read_beside_the_loop_and_without_netlink),
		TEST(test_a_step_that_is_refused_is_tried_again),
		TEST(test_a_change_that_is_refused_half_way_leaves_the_link_as_it_was),
	};

	sandbox_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
