/* bench_build [STREETS HOMES]: what it costs to build a lab of N CPEs against a bare
 * program that asks the kernel for the same: namespaces, veths, bridges of 100 ports;
 * or, of so many streets of homes, a router a street. Best of several, taken in turns.
 * The goal is a ratio of 1.5. */
#include "tests/bench/build/bare.h"

#include "lab/kernel/fabric.h"
#include "lab/kernel/sandbox.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/program/share.h"

#include <poll.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>

enum {
	PORTS = 100,
	ROUNDS = 3,
	MANY = 4000 /* CPEs, for which noise is small beside what they take */
};

struct size {
	size_t n;       /* CPEs */
	size_t streets; /* that they live in; 0: on switches, without routers */
};

/* What tests/bench/routers.sh brings up. */
static void make_streets(struct buf *text, const struct size *size)
{
	size_t homes = size->n / size->streets;

	buf_append_text(text,
	    "name: bench\nnodes:\n  core: {kind: switch}\n  far: {kind: switch}\n"
	    "  border:\n    kind: router\n"
	    "    ports: [core 10.0.0.254/24, far 10.1.0.1/24]\n    routes:\n");
	for (size_t i = 0; i < size->streets; i++)
		buf_printf(text, "      - {to: 10.%zu.0.0/22, via: 10.0.0.%zu}\n",
		    16 + i, 1 + i);
	buf_append_text(text,
	    "  acs: {kind: acs, attach: far, address: 10.1.0.11/24,"
	    " url: http://10.1.0.11:7547/cwmp}\n"
	    "  dhcp:\n    kind: dhcp\n    attach: far\n    address: 10.1.0.2/24\n"
	    "    pools:\n");
	for (size_t i = 0; i < size->streets; i++)
		buf_printf(text,
		    "      - {range: 10.%zu.0.10-10.%zu.3.254, subnet: 10.%zu.0.0/22}\n",
		    16 + i, 16 + i, 16 + i);
	for (size_t i = 0; i < size->streets; i++)
		buf_printf(text,
		    "  street%zu: {kind: switch}\n"
		    "  edge%zu: {kind: router, relay: dhcp,"
		    " ports: [street%zu 10.%zu.0.1/22, core 10.0.0.%zu/24],"
		    " routes: [{to: default, via: 10.0.0.254}]}\n"
		    "  home%zu: {kind: cpe, count: %zu, attach: street%zu, model: hp5920}\n",
		    i, i, i, 16 + i, 1 + i, i, homes, i);
}

static void make_topology(struct buf *text, size_t n)
{
	buf_printf(text, "name: bench\nnodes:\n  core: {kind: switch}\n");
	for (size_t i = 0; i * PORTS < n; i++) {
		size_t here = MIN((size_t)PORTS, n - i * PORTS);

		buf_printf(text,
		    "  sw%zu: {kind: switch, links: [core]}\n"
		    "  cpe%zu: {kind: cpe, count: %zu, attach: sw%zu, model: hp5920}\n",
		    i, i, here, i);
	}
}

static void fail(const struct error *err)
{
	(void)fprintf(stderr, "%s\n", err->text);
	_exit(err->code == ERR_MACHINE ? 77 : 1);
}

/* The plan counts: without it nothing would be built. */
static void ours(const struct size *size)
{
	auto_free char *models = share_path("topologies/models");
	const struct topology_options options = { .models = models };
	struct error err = ERROR_NULL;
	struct topology *topology;
	struct fabric *fabric;
	struct plan *plan;
	auto_buf text = BUF_NULL;

	if (size->streets > 0)
		make_streets(&text, size);
	else
		make_topology(&text, size->n);
	if (topology_parse("bench.yaml", buf_str(&text), &options, &topology, &err) <
		0 ||
	    plan_build(topology, &plan, &err) < 0 ||
	    fabric_build(plan, &fabric, &err) < 0)
		fail(&err);
}

static void bare(const struct size *size)
{
	if (size->streets > 0)
		bare_build_streets(size->streets, size->n / size->streets);
	else
		bare_build(size->n, PORTS);
}

/* Milliseconds of build(size) in a process and namespaces of its own. Then waits until
 * the kernel has taken all of it away again, or the next one would pay for that. */
static double measure(void (*build)(const struct size *size), const struct size *size)
{
	struct error err = ERROR_NULL;
	uid_t uid = geteuid();
	gid_t gid = getegid();
	clock_ns took = 0;
	int ends[2], status;
	pid_t pid;

	if (pipe(ends) < 0 || sandbox_fork(&pid, &err) < 0)
		fail(&err);
	if (pid == 0) {
		clock_ns start;

		if (sandbox_settle(uid, gid, &err) < 0)
			fail(&err);
		start = clock_monotonic();
		build(size);
		took = clock_monotonic() - start;
		_exit(write(ends[1], &took, sizeof(took)) == sizeof(took) ? 0 : 1);
	}
	(void)close(ends[1]);
	(void)waitpid(pid, &status, 0);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 ||
	    read(ends[0], &took, sizeof(took)) != sizeof(took))
		_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
	(void)close(ends[0]);
	/* Nothing tells when the kernel has taken the last namespace away; it needs about
	 * as long as it took to make them. */
	(void)poll(NULL, 0, (int)(3 * took / NS_PER_MS));
	return (double)took / (double)NS_PER_MS;
}

/* The ratio. */
static double compare(const struct size *size)
{
	double best_bare = 1e9, best_ours = 1e9;
	char what[64];

	for (int round = 0; round < (size->n < MANY ? ROUNDS : 2); round++) {
		double b = measure(bare, size);
		double o = measure(ours, size);

		best_bare = MIN(best_bare, b);
		best_ours = MIN(best_ours, o);
	}
	(void)snprintf(what, sizeof(what), "build %zu CPEs%s", size->n,
	    size->streets > 0 ? " behind routers" : "");
	printf("%-34s %8.0f ms cwmplab        %8.0f ms bare netlink     "
	       "ratio %-6.2f goal 1.5\n",
	    what, best_ours, best_bare, best_ours / best_bare);
	(void)fflush(stdout);
	return best_ours / best_bare;
}

int main(int argc, char **argv)
{
	static const struct size sizes[] = { { .n = 500 }, { .n = 1000 } };
	struct rlimit limit;
	double worst = 0;

	(void)getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	if (argc == 3) {
		size_t streets = strtoul(argv[1], NULL, 10);
		struct size size = { streets * strtoul(argv[2], NULL, 10), streets };

		if (size.n == 0 || streets > 200)
			return 2;
		return compare(&size) <= 1.5 ? 0 : 1;
	}
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++)
		worst = MAX(worst, compare(&sizes[i]));
	return worst <= 1.5 ? 0 : 1;
}
