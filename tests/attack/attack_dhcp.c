/* Attacks on DHCP, on one wire: floods at our server, and servers that nobody asked for
 * beside it, while a good CPE leases its address and has its session.
 *
 *     here: eth-s 10.77.0.2/24, the ACS, our server and rogue ones ---- eth0, the CPE's network
 */
#include "tests/attack/stage.h"

#include "lib/base/rng.h"
#include "lib/base/text.h"
#include "lib/proto/dhcp.h"
#include "lib/proto/dhcp_frame.h"
#include "lib/proto/opt43.h"
#include "tests/support/holding.h"
#include "tests/support/labrun.h"
#include "tests/support/process.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

enum {
	SERVER = 0x0a4d0002, /* 10.77.0.2 */
	ROGUE = 0x0a4d0042,  /* 10.77.0.66 */
	POOL = 0x0a4d0064,   /* 10.77.0.100 and what follows */
	POOL_SIZE = 100,
	SESSIONS = 2,
	BATCH = 100, /* frames of a flood, every BATCH_MS: 10,000 a second */
	BATCH_MS = 10,
	NICE = 5,
	WORDS_MAX = 24
};

static const uint8_t rogue_mac[6] = { 2, 0, 0, 0, 0, 0x42 };

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* ---- the wire ------------------------------------------------------------------------ */

static void ip(const char *const *words)
{
	const char *argv[WORDS_MAX] = { "ip" };
	struct process_result result = PROCESS_RESULT_NULL;

	for (size_t n = 1; *words && n + 1 < WORDS_MAX; n++)
		argv[n] = *words++;
	process_run(argv, NULL, &result);
	if (result.status != 0) {
		(void)fprintf(stderr, "ip: %s\n", buf_cstr(&result.out));
		exit(1);
	}
	buf_free(&result.out);
}

#define IP(...) ip((const char *const[]){ __VA_ARGS__, NULL })

static void raise_interface(const char *name)
{
	struct ifreq request = { .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request) < 0)
		die(name);
	(void)close(fd);
}

static void hold(pid_t pid)
{
	char group[16];

	(void)snprintf(group, sizeof(group), "%d", (int)pid);
	holding_add(HOLDING_PROCESS, group);
}

static void end(pid_t pid)
{
	char group[16];

	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	(void)snprintf(group, sizeof(group), "%d", (int)pid);
	holding_end(HOLDING_PROCESS, group);
}

static pid_t fork_group(void)
{
	pid_t pid;

	(void)fflush(NULL);
	pid = fork();
	if (pid < 0)
		die("fork");
	(void)setpgid(pid, pid);
	if (pid == 0)
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	else
		hold(pid);
	return pid;
}

/* The network of the CPE is that of a process which does nothing. Returns it. */
static pid_t make_wire(void)
{
	int ready[2];
	char text[16], byte;
	pid_t pid;

	if (pipe2(ready, O_CLOEXEC) < 0)
		die("pipe");
	pid = fork_group();
	if (pid == 0) {
		if (unshare(CLONE_NEWNET) < 0)
			die("unshare");
		if (write(ready[1], "", 1) != 1)
			die("write");
		for (;;)
			(void)pause();
	}
	if (read(ready[0], &byte, 1) != 1)
		die("no network for the CPE");
	(void)close(ready[0]);
	(void)close(ready[1]);
	(void)snprintf(text, sizeof(text), "%d", (int)pid);
	IP("link", "add", "eth-s", "address", "02:00:00:00:00:fe", "type", "veth",
	    "peer", "name", "eth0", "address", "02:00:00:00:00:01", "netns", text);
	IP("address", "add", "10.77.0.2/24", "dev", "eth-s");
	IP("link", "set", "eth-s", "up");
	/* All namespaces of a machine share one neighbour table, which a large lab beside
	 * this test may have filled. */
	for (int i = 0; i < POOL_SIZE; i++) {
		char address[IPV4_TEXT_MAX];

		(void)ipv4_text(POOL + (uint32_t)i, address);
		IP("neighbour", "add", address, "lladdr", "02:00:00:00:00:01", "nud",
		    "permanent", "dev", "eth-s");
	}
	return pid;
}

static void enter_network_of(pid_t pid)
{
	char path[64];
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET) < 0)
		die(path);
	(void)close(fd);
}

static int open_packets(const char *interface)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_IP),
		.sll_ifindex = (int)if_nametoindex(interface) };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_IP));

	if (fd < 0 || bind(fd, (const struct sockaddr *)&at, sizeof(at)) < 0)
		die(interface);
	return fd;
}

static void send_frame(int fd, const struct dhcp_frame *frame)
{
	uint8_t bytes[DHCP_FRAME_MAX_BYTES];
	int len = dhcp_frame_write(frame, bytes, sizeof(bytes));

	if (len < 0)
		die("a frame that is too long");
	if (send(fd, bytes, (size_t)len, 0) < 0 && errno != ENOBUFS)
		die("send");
}

/* ---- floods at our server ------------------------------------------------------------ */

struct flood {
	int fd;
	struct rng rng;
	uint32_t n;
};

/* A client that nobody has seen before. */
static struct dhcp_packet new_client(struct flood *flood)
{
	struct dhcp_packet packet = { .op = 1, .htype = 1, .hlen = 6 };
	uint64_t word = rng_u64(&flood->rng);

	packet.xid = (uint32_t)word;
	packet.chaddr[0] = 2;
	packet.chaddr[1] = 0x77;
	memcpy(packet.chaddr + 2, &flood->n, 4);
	flood->n++;
	return packet;
}

static void send_message(struct flood *flood, const struct dhcp_packet *packet,
    struct str payload)
{
	struct dhcp_frame frame = { .to = UINT32_MAX,
		.from_port = DHCP_CLIENT_PORT,
		.to_port = DHCP_SERVER_PORT,
		.payload = payload };

	memset(frame.to_mac, 0xff, 6);
	memcpy(frame.from_mac, packet->chaddr, 6);
	send_frame(flood->fd, &frame);
}

static void send_built(struct flood *flood, const struct dhcp_packet *packet,
    struct dhcp_builder *message)
{
	if (dhcp_build_end(message) < 0)
		die("a message that is too long");
	send_message(flood, packet, str_make(message->bytes, message->len));
}

static void flood_discover(struct flood *flood)
{
	struct dhcp_packet packet = new_client(flood);
	struct dhcp_builder message;

	dhcp_build(&message, &packet, DHCP_DISCOVER, 0);
	send_built(flood, &packet, &message);
}

static void flood_request(struct flood *flood)
{
	struct dhcp_packet packet = new_client(flood);
	struct dhcp_builder message;

	dhcp_build(&message, &packet, DHCP_REQUEST, 0);
	dhcp_build_u32(&message, DHCP_OPTION_REQUESTED_ADDRESS,
	    POOL + flood->n % POOL_SIZE);
	dhcp_build_u32(&message, DHCP_OPTION_SERVER_ID, SERVER);
	send_built(flood, &packet, &message);
}

/* Each address is asked for and then said to be taken. */
static void flood_decline(struct flood *flood)
{
	struct dhcp_packet packet = new_client(flood);
	uint32_t address = POOL + flood->n % POOL_SIZE;
	struct dhcp_builder message;

	dhcp_build(&message, &packet, DHCP_DISCOVER, 0);
	dhcp_build_u32(&message, DHCP_OPTION_REQUESTED_ADDRESS, address);
	send_built(flood, &packet, &message);
	dhcp_build(&message, &packet, DHCP_DECLINE, 0);
	dhcp_build_u32(&message, DHCP_OPTION_REQUESTED_ADDRESS, address);
	dhcp_build_u32(&message, DHCP_OPTION_SERVER_ID, SERVER);
	send_built(flood, &packet, &message);
}

static void flood_inform(struct flood *flood)
{
	struct dhcp_packet packet = new_client(flood);
	struct dhcp_builder message;

	packet.ciaddr = POOL + flood->n % POOL_SIZE;
	dhcp_build(&message, &packet, DHCP_INFORM, 0);
	send_built(flood, &packet, &message);
}

/* Somebody else gives every lease back. */
static void flood_release(struct flood *flood)
{
	struct dhcp_packet packet = new_client(flood);
	struct dhcp_builder message;

	packet.ciaddr = POOL + flood->n % POOL_SIZE;
	dhcp_build(&message, &packet, DHCP_RELEASE, 0);
	dhcp_build_u32(&message, DHCP_OPTION_SERVER_ID, SERVER);
	send_built(flood, &packet, &message);
}

static void flood_relayed(struct flood *flood)
{
	struct dhcp_packet packet = new_client(flood);
	struct dhcp_builder message;

	packet.giaddr = (uint32_t)rng_u64(&flood->rng);
	packet.hops = 1;
	dhcp_build(&message, &packet, DHCP_DISCOVER, 0);
	send_built(flood, &packet, &message);
}

/* A right message of which a few bytes are others, and the end is missing. */
static void flood_damaged(struct flood *flood)
{
	struct dhcp_packet packet = new_client(flood);
	struct dhcp_builder message;

	dhcp_build(&message, &packet, DHCP_DISCOVER, 0);
	dhcp_build_option(&message, DHCP_OPTION_CLIENT_ID, STR("12345678"));
	dhcp_build_option(&message, DHCP_OPTION_VENDOR_CLASS, STR("dslforum.org"));
	(void)dhcp_build_end(&message);
	for (int i = 0; i < 4; i++)
		message.bytes[rng_between(&flood->rng, 0, message.len - 1)] =
		    (uint8_t)rng_u64(&flood->rng);
	send_message(flood, &packet,
	    str_make(message.bytes, rng_between(&flood->rng, 1, message.len)));
}

static pid_t start_flood(void (*send_one)(struct flood *flood), pid_t network)
{
	struct flood flood = { .rng = rng_make(1, 0) };
	pid_t pid = fork_group();

	if (pid > 0)
		return pid;
	enter_network_of(network);
	raise_interface("eth0");
	flood.fd = open_packets("eth0");
	(void)setpriority(PRIO_PROCESS, 0, NICE);
	for (;;) {
		for (int i = 0; i < BATCH; i++)
			send_one(&flood);
		(void)poll(NULL, 0, BATCH_MS);
	}
}

/* ---- servers that nobody asked for --------------------------------------------------- */

struct rogue {
	int fd;
	struct rng rng;
	struct dhcp_packet request; /* of a client */
};

/* The answer to the request, from the rogue: to be ended and sent. */
static struct dhcp_packet answer_of(const struct rogue *rogue, uint32_t address)
{
	struct dhcp_packet packet = { .op = 2,
		.htype = 1,
		.hlen = 6,
		.xid = rogue->request.xid,
		.flags = rogue->request.flags,
		.yiaddr = address };

	memcpy(packet.chaddr, rogue->request.chaddr, sizeof(packet.chaddr));
	return packet;
}

static void send_answer(const struct rogue *rogue, struct str payload)
{
	struct dhcp_frame frame = { .from = ROGUE,
		.to = UINT32_MAX,
		.from_port = DHCP_SERVER_PORT,
		.to_port = DHCP_CLIENT_PORT,
		.payload = payload };

	memcpy(frame.to_mac, rogue->request.chaddr, 6);
	memcpy(frame.from_mac, rogue_mac, 6);
	send_frame(rogue->fd, &frame);
}

static void send_ended(const struct rogue *rogue, struct dhcp_builder *message)
{
	if (dhcp_build_end(message) < 0)
		die("a message that is too long");
	send_answer(rogue, str_make(message->bytes, message->len));
}

static void add_lease(struct dhcp_builder *message, const char *url)
{
	struct opt43 acs = { .layout = OPT43_COMWARE,
		.url = str_of(url),
		.username = STR("cpe"),
		.password = STR("s3cret") };
	auto_buf option = BUF_NULL;
	struct error err = ERROR_NULL;

	if (opt43_write(&option, &acs, &err) < 0)
		die("option 43");
	dhcp_build_u32(message, DHCP_OPTION_SERVER_ID, ROGUE);
	dhcp_build_u32(message, DHCP_OPTION_LEASE_TIME, 3600);
	dhcp_build_u32(message, DHCP_OPTION_SUBNET_MASK, 0xffffff00);
	dhcp_build_option(message, DHCP_OPTION_VENDOR, buf_str(&option));
}

static void offer(const struct rogue *rogue, enum dhcp_message type, uint32_t address,
    const char *url)
{
	struct dhcp_packet packet = answer_of(rogue, address);
	struct dhcp_builder message;

	dhcp_build(&message, &packet, type, 0);
	add_lease(&message, url);
	send_ended(rogue, &message);
}

#define OUR_ACS "http://10.77.0.2:7547/cwmp"

/* Offers an address and keeps its word. */
static void rogue_serves(struct rogue *rogue)
{
	uint32_t server = ROGUE;

	(void)dhcp_option_u32(&rogue->request, DHCP_OPTION_SERVER_ID, &server);
	if (rogue->request.message_type == DHCP_DISCOVER)
		offer(rogue, DHCP_OFFER, 0x0a4d00c8, OUR_ACS);
	else if (rogue->request.message_type == DHCP_REQUEST && server == ROGUE)
		offer(rogue, DHCP_ACK, 0x0a4d00c8, OUR_ACS);
}

static void rogue_offers_alone(struct rogue *rogue)
{
	if (rogue->request.message_type == DHCP_DISCOVER)
		offer(rogue, DHCP_OFFER, 0x0a4d00c8, OUR_ACS);
}

/* Addresses that are nobody's. */
static void rogue_offers_nonsense(struct rogue *rogue)
{
	static const uint32_t addresses[] = { 0, UINT32_MAX, 0x7f000001, 0xe0000001,
		0x0a4d0000, 0x0a4d00ff };

	if (rogue->request.message_type != DHCP_DISCOVER &&
	    rogue->request.message_type != DHCP_REQUEST)
		return;
	for (size_t i = 0; i < ARRAY_LEN(addresses); i++)
		offer(rogue,
		    rogue->request.message_type == DHCP_DISCOVER ? DHCP_OFFER
								 : DHCP_ACK,
		    addresses[i], OUR_ACS);
}

static void rogue_has_no_name(struct rogue *rogue)
{
	struct dhcp_packet packet = answer_of(rogue, 0x0a4d00c8);
	struct dhcp_builder message;

	dhcp_build(&message, &packet,
	    rogue->request.message_type == DHCP_DISCOVER ? DHCP_OFFER : DHCP_ACK, 0);
	dhcp_build_u32(&message, DHCP_OPTION_LEASE_TIME, 3600);
	send_ended(rogue, &message);
}

static void rogue_refuses(struct rogue *rogue)
{
	struct dhcp_packet packet = answer_of(rogue, 0);
	struct dhcp_builder message;

	dhcp_build(&message, &packet, DHCP_NAK, 0);
	dhcp_build_u32(&message, DHCP_OPTION_SERVER_ID, ROGUE);
	dhcp_build_option(&message, DHCP_OPTION_MESSAGE, STR("no\x1b[2J"));
	send_ended(rogue, &message);
}

/* A hundred right answers to questions that nobody asked, and damaged ones. */
static void rogue_babbles(struct rogue *rogue)
{
	struct dhcp_packet packet = answer_of(rogue, 0x0a4d00c8);
	struct dhcp_builder message;

	for (int i = 0; i < 100; i++) {
		packet.xid = rogue->request.xid + 1 + (uint32_t)i;
		dhcp_build(&message, &packet, i % 2 ? DHCP_ACK : DHCP_OFFER, 0);
		add_lease(&message, OUR_ACS);
		send_ended(rogue, &message);
		packet.xid = rogue->request.xid;
		message.bytes[4 + i % 4]++;
		send_answer(rogue,
		    str_make(message.bytes, rng_between(&rogue->rng, 1, message.len)));
	}
}

static bool next_request(struct rogue *rogue)
{
	uint8_t bytes[2048];
	ssize_t n = recv(rogue->fd, bytes, sizeof(bytes), 0);
	struct dhcp_frame frame;

	return n > 0 && dhcp_frame_parse(&frame, bytes, (size_t)n, false) == 0 &&
	       frame.to_port == DHCP_SERVER_PORT &&
	       dhcp_parse(&rogue->request, frame.payload.p, frame.payload.len, NULL) ==
		   0 &&
	       rogue->request.op == 1;
}

static pid_t start_rogue(void (*answer)(struct rogue *rogue))
{
	struct rogue rogue = { .rng = rng_make(2, 0), .fd = open_packets("eth-s") };
	pid_t pid = fork_group();

	if (pid > 0) {
		(void)close(rogue.fd);
		return pid;
	}
	for (;;) {
		if (next_request(&rogue))
			answer(&rogue);
	}
}

/* ---- the table ----------------------------------------------------------------------- */

struct attack {
	const char *name;
	void (*flood)(struct flood *flood);
	void (*rogue)(struct rogue *rogue);
	bool may_take_rogue; /* whose offer is as good as any */
	bool is_unread;      /* standard output of our server */
};

static const struct attack attacks[] = {
	{ .name = "DISCOVERs of ever new clients", .flood = flood_discover },
	{ .name = "REQUESTs for every address", .flood = flood_request },
	{ .name = "DECLINEs of every address", .flood = flood_decline },
	{ .name = "RELEASEs of every address", .flood = flood_release },
	{ .name = "INFORMs", .flood = flood_inform },
	{ .name = "DISCOVERs through relays that are not there",
	    .flood = flood_relayed },
	{ .name = "damaged messages", .flood = flood_damaged },
	{ .name = "DISCOVERs, standard output that nobody reads",
	    .flood = flood_discover,
	    .is_unread = true },
	{ .name = "a rogue server that serves",
	    .rogue = rogue_serves,
	    .may_take_rogue = true },
	{ .name = "a rogue server that offers and is silent",
	    .rogue = rogue_offers_alone },
	{ .name = "a rogue server of addresses that are none",
	    .rogue = rogue_offers_nonsense },
	{ .name = "a rogue server without an identifier", .rogue = rogue_has_no_name },
	{ .name = "a rogue server that refuses everything", .rogue = rogue_refuses },
	{ .name = "a rogue server that babbles", .rogue = rogue_babbles },
};

/* ---- an attack ----------------------------------------------------------------------- */

static void write_config(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	if (!file)
		die(path);
	fputs(text, file);
	(void)fclose(file);
}

/* The CPE has its address reserved: no server can tell the good clients of a flood from the
 * others, and its addresses are gone in a moment. */
static void write_configs(const struct stage *stage, pid_t network, char server[128],
    char cpe[128])
{
	auto_buf text = BUF_NULL;

	(void)snprintf(server, 128, "%s/dhcpd.yaml", stage->folder);
	(void)snprintf(cpe, 128, "%s/cpe.yaml", stage->folder);
	write_config(server,
	    "interface: eth-s\n"
	    "address: 10.77.0.2/24\n"
	    "pools:\n"
	    "  - range: 10.77.0.100-10.77.0.199\n"
	    "    acs: {url: \"" OUR_ACS "\", username: cpe, password: s3cret}\n"
	    "    reservations:\n"
	    "      - {mac: \"02:00:00:00:00:01\", address: 10.77.0.10}\n");
	buf_printf(&text,
	    "model: %s/topologies/models/hp5920.yaml\n"
	    "dhcp: yes\n"
	    "cpes:\n"
	    "  - {name: good, interface: eth0, netns: /proc/%d/ns/net}\n",
	    labrun_source(), (int)network);
	write_config(cpe, buf_cstr(&text));
}

/* The server that the CPE says it has its lease from; 0: it says none. */
static uint32_t server_of(const struct buf *told)
{
	struct str rest = buf_str(told), line;
	uint32_t server = 0;

	while (rest.len > 0) {
		json_t *event;

		line = str_cut(rest, '\n', &rest);
		event = json_loadb(line.p, line.len, 0, NULL);
		if (event && strcmp(labrun_text(event, "event"), "lease") == 0)
			(void)ipv4_parse(str_of(labrun_text(event, "server")), &server);
		json_decref(event);
	}
	return server;
}

static bool let_session(const struct attack *attack, struct row *row,
    const char *config)
{
	const char *argv[] = { labrun_program(), "cpe", "--config", config, NULL };
	auto_buf told = BUF_NULL;
	char text[IPV4_TEXT_MAX];
	uint32_t server;

	if (!good_cpe(row, argv, stage_limit(STAGE_LEASED_S), &told))
		return false;
	server = server_of(&told);
	if (server == SERVER || (server == ROGUE && attack->may_take_rogue))
		return true;
	row_fail(row, "it says that its lease is of %s", ipv4_text(server, text));
	return false;
}

static void try_row(struct row *row, struct stage *stage, const struct attack *attack,
    pid_t network, const char *server_config, const char *cpe_config)
{
	const char *dhcpd_argv[] = { labrun_program(), "dhcpd", "--config",
		server_config, NULL };
	const char *acs_argv[] = { labrun_program(), "acs", "--listen",
		"10.77.0.2:7547", "--username", "cpe", "--password", "s3cret", NULL };
	const struct victim_limits limits = { .is_unread = attack->is_unread };
	struct victim dhcpd, acs;
	pid_t attacker;
	int n = 0;

	victim_start(&acs, stage, "acs", acs_argv, (struct victim_limits){ 0 });
	victim_start(&dhcpd, stage, "dhcpd", dhcpd_argv, limits);
	if (!victim_shows(&acs, "listening on port") ||
	    !victim_shows(&dhcpd, "serving"))
		row_fail(row, "no server");
	attacker = attack->flood ? start_flood(attack->flood, network)
				 : start_rogue(attack->rogue);
	while (n < SESSIONS && !row->trouble[0] && let_session(attack, row, cpe_config))
		n++;
	if (!stage_lives(attacker))
		row_fail(row, "the attacker has ended");
	end(attacker);
	victim_end(&dhcpd, SIGTERM, VICTIM_ATTACKED, row);
	victim_end(&acs, SIGTERM, VICTIM_ATTACKED, row);
}

static void run(struct stage *stage, const struct attack *attack, pid_t network,
    const char *server_config, const char *cpe_config)
{
	struct row row = { .attack = attack->name, .took = -1 };

	do
		try_row(&row, stage, attack, network, server_config, cpe_config);
	while (row_again(&row));
	stage_tell(stage, &row);
}

int main(int argc, char **argv)
{
	char server_config[128], cpe_config[128];
	struct stage stage;
	pid_t network;

	stage_open(&stage, argc, argv);
	process_need("ip");
	network = make_wire();
	write_configs(&stage, network, server_config, cpe_config);
	for (size_t i = 0; i < ARRAY_LEN(attacks); i++) {
		if (stage_wants(&stage, attacks[i].name))
			run(&stage, &attacks[i], network, server_config, cpe_config);
	}
	end(network);
	return stage_close(&stage);
}
