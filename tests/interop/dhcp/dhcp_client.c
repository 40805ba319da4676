/* interop_dhcp_client INTERFACE: leases an address with the CPEs' client, puts it on the
 * interface and says what happens, a line each. SIGUSR1 renews; SIGTERM releases. */
#include "agents/cpe/dhcp/dhcp_io.h"
#include "agents/cpe/place/ifaddr.h"
#include "lib/base/buf.h"
#include "lib/base/compiler.h"
#include "lib/base/text.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>

struct agent {
	struct dhcp_client client;
	struct dhcp_io io;
	struct rng rng;
	struct cpe_place place;
};

static void say_lease(const struct dhcp_lease *lease, const char *word)
{
	char address[IPV4_TEXT_MAX], router[IPV4_TEXT_MAX], dns[IPV4_TEXT_MAX];
	auto_buf hex = BUF_NULL;

	hex_append(&hex, lease->option_43.p, lease->option_43.len);
	printf(
	    "%s address=%s/%u router=%s dns=%s lease=%u layout=%s url=%.*s user=%.*s "
	    "provisioning=%.*s deviations=%u option43=%s bbf=%d\n",
	    word, ipv4_text(lease->address, address), lease->prefix,
	    ipv4_text(lease->router, router), ipv4_text(lease->dns[0], dns),
	    lease->lease_s, opt43_layout_name(lease->acs.layout),
	    STR_ARG(lease->acs.url), STR_ARG(lease->acs.username),
	    STR_ARG(lease->acs.provisioning_code), lease->acs.deviations,
	    buf_cstr(&hex), lease->bbf.has_bbf);
}

static int configure(struct agent *agent, struct error *err)
{
	const struct dhcp_lease *lease = &agent->client.lease;

	return ifaddr_set(&agent->place, lease->address, lease->prefix, lease->router,
	    err);
}

static int step(struct agent *agent, enum dhcp_client_event event,
    const struct dhcp_packet *packet, struct error *err)
{
	struct dhcp_client_actions actions;
	int r;

	dhcp_client_step(&agent->client, event, packet, clock_monotonic(), &agent->rng,
	    &actions);
	r = dhcp_io_apply(&agent->io, &agent->client, &actions, err);
	for (size_t i = 0; i < actions.len && r == 0; i++) {
		const struct dhcp_client_action *action = &actions.items[i];

		if (action->what == DHCP_CLIENT_CONFIGURE) {
			say_lease(&agent->client.lease,
			    action->is_renewal ? "renewed" : "bound");
			r = action->is_changed ? configure(agent, err) : 0;
		} else if (action->what == DHCP_CLIENT_LOST) {
			printf("lost %s\n", action->why);
			r = ifaddr_clear(&agent->place, err);
		} else if (action->what == DHCP_CLIENT_NAKED) {
			printf("nak %s\n", action->why);
		} else if (action->what == DHCP_CLIENT_DECLINED) {
			printf("declined %s\n", action->why);
		}
	}
	(void)fflush(stdout);
	return r;
}

static int timeout_ms(const struct agent *agent)
{
	clock_ns wait = agent->client.timer_at - clock_monotonic();

	if (agent->client.timer_at == INT64_MAX)
		return -1;
	return wait <= 0 ? 0 : (int)MIN(wait / NS_PER_MS + 1, INT32_MAX);
}

/* 1 when SIGTERM ended it. */
static int turn(struct agent *agent, int signals, struct error *err)
{
	struct pollfd fds[2] = { { signals, POLLIN, 0 }, { agent->io.fd, POLLIN, 0 } };
	struct signalfd_siginfo signal_info;
	enum dhcp_client_event event;
	struct dhcp_packet packet;
	int r = 0;

	(void)poll(fds, 2, timeout_ms(agent));
	if (fds[0].revents && read(signals, &signal_info, sizeof(signal_info)) > 0) {
		if (signal_info.ssi_signo != SIGUSR1)
			return step(agent, DHCP_CLIENT_STOP, NULL, err) < 0 ? -1 : 1;
		r = step(agent, DHCP_CLIENT_RENEW, NULL, err);
	}
	while (r == 0 && dhcp_io_receive(&agent->io, &event, &packet) > 0)
		r = step(agent, event, &packet, err);
	return r < 0 ? r : step(agent, DHCP_CLIENT_TIMER, NULL, err);
}

int main(int argc, char **argv)
{
	struct dhcp_client_config config = { .probes = 1, .host_name = "cpe1" };
	struct agent agent = { .io = DHCP_IO_NULL, .place = CPE_PLACE_NULL };
	struct error err = ERROR_NULL;
	sigset_t set;
	int signals, r;

	if (argc != 2)
		return 2;
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGUSR1);
	(void)sigaddset(&set, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	signals = signalfd(-1, &set, SFD_CLOEXEC);
	agent.rng = rng_make((uint64_t)clock_wall(), 0);
	r = cpe_place_open(&agent.place, NULL, argv[1], &err);
	if (r == 0)
		r = ifaddr_up(&agent.place, &err);
	if (r == 0)
		r = dhcp_io_init(&agent.io, &agent.place, NULL, &err);
	memcpy(config.mac, agent.io.mac, 6);
	dhcp_client_init(&agent.client, &config);
	if (r == 0)
		r = step(&agent, DHCP_CLIENT_START, NULL, &err);
	while (r == 0)
		r = turn(&agent, signals, &err);
	dhcp_io_close(&agent.io);
	dhcp_client_free(&agent.client);
	cpe_place_close(&agent.place);
	if (r < 0)
		(void)fprintf(stderr, "%s\n", err.text);
	return r < 0;
}
