/* What it costs to build a lab of N CPEs against a bare program that asks the kernel for
 * the same: namespaces, veths, bridges of 100 ports. Best of several, taken in turns. The
 * goal is a ratio of 1.5. */
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
	ROUNDS = 3
};

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
static void ours(size_t n)
{
	auto_free char *models = share_path("topologies/models");
	const struct topology_options options = { .models = models };
	struct error err = ERROR_NULL;
	struct topology *topology;
	struct fabric *fabric;
	struct plan *plan;
	auto_buf text = BUF_NULL;

	make_topology(&text, n);
	if (topology_parse("bench.yaml", buf_str(&text), &options, &topology, &err) <
		0 ||
	    plan_build(topology, &plan, &err) < 0 ||
	    fabric_build(plan, &fabric, &err) < 0)
		fail(&err);
}

static void bare(size_t n)
{
	bare_build(n, PORTS);
}

/* Milliseconds of build(n) in a process and namespaces of its own. Then waits until the
 * kernel has taken all of it away again, or the next one would pay for that. */
static double measure(void (*build)(size_t n), size_t n)
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
		build(n);
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

int main(void)
{
	static const size_t sizes[] = { 500, 1000 };
	struct rlimit limit;
	double worst = 0;

	(void)getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		double best_bare = 1e9, best_ours = 1e9;

		for (int round = 0; round < ROUNDS; round++) {
			double b = measure(bare, sizes[i]);
			double o = measure(ours, sizes[i]);

			best_bare = MIN(best_bare, b);
			best_ours = MIN(best_ours, o);
		}
		printf("%-34s %8.0f ms cwmplab        %8.0f ms bare netlink     "
		       "ratio %-6.2f goal 1.5\n",
		    sizes[i] == 500 ? "build 500 CPEs" : "build 1,000 CPEs", best_ours,
		    best_bare, best_ours / best_bare);
		worst = MAX(worst, best_ours / best_bare);
	}
	return worst <= 1.5 ? 0 : 1;
}
