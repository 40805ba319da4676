/* What we see of ourselves: how late the loop is, what we take of the machine, where our CPEs
 * are. Nothing here costs more for a larger fleet in one go: CPEs are looked at a part each beat. */
#include "agents/cpe/load/load_internal.h"

#include "lib/base/cleanup.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

enum {
	LOOKS_A_SECOND = 1000 / LOAD_BEAT_MS
};

/* ---- the machine --------------------------------------------------------------------------- */

static clock_ns of_timeval(const struct timeval *time)
{
	return time->tv_sec * NS_PER_S + time->tv_usec * NS_PER_US;
}

static clock_ns cpu_time(void)
{
	struct rusage usage;

	if (getrusage(RUSAGE_SELF, &usage) < 0)
		return 0;
	return of_timeval(&usage.ru_utime) + of_timeval(&usage.ru_stime);
}

/* The first two numbers of a file of proc(5). */
static bool read_numbers(const char *path, uint64_t *a, uint64_t *b)
{
	auto_file file = fopen(path, "re");

	return file && fscanf(file, "%" SCNu64 " %" SCNu64, a, b) == 2;
}

/* How long this thread was ready to run while others had the core (schedstat). */
static clock_ns run_delay(void)
{
	uint64_t ran, waited;

	return read_numbers("/proc/self/schedstat", &ran, &waited) ? (clock_ns)waited
								   : 0;
}

static uint64_t resident_kb(void)
{
	uint64_t size, resident;

	if (!read_numbers("/proc/self/statm", &size, &resident))
		return 0;
	return resident * (uint64_t)sysconf(_SC_PAGESIZE) / 1024;
}

/* The kernel gives out the lowest number that is free: about as many are open. */
static uint64_t descriptors_open(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return 0;
	(void)close(fd);
	return (uint64_t)fd;
}

static uint64_t permille(clock_ns part, clock_ns whole)
{
	return whole > 0 && part > 0 ? (uint64_t)(part * 1000 / whole) : 0;
}

/* ---- where the CPEs are ---------------------------------------------------------------------- */

static enum series_state state_of(const struct cpe *cpe, clock_ns now)
{
	if (cpe->cut_until > now)
		return SERIES_DARK;
	switch (cpe->state) {
	case CPE_OFF:
	case CPE_STOPPING:
	case CPE_STOPPED:
		return SERIES_OFF;
	case CPE_LEASING:
	case CPE_STRANDED:
		return SERIES_DHCP;
	case CPE_IDLE:
		if (cpe->receipt)
			return SERIES_TRANSFER;
		if (cpe->retry_count > 0)
			return SERIES_WAITING;
		/* It runs an image that it has fetched. */
		return cpe->software_version ? SERIES_UPDATED : SERIES_IDLE;
	case CPE_TALKING:
		return SERIES_SESSION;
	case CPE_STATES:
		break;
	}
	return SERIES_OFF;
}

/* It has never been on, and nothing but the schedule will switch it on. */
static bool is_yet_to_come(const struct cpe *cpe)
{
	return cpe->state == CPE_OFF && cpe->boot_at == INT64_MAX && !cpe->has_talked;
}

static void see(struct load *load, clock_ns now)
{
	const struct cpe *cpe = load->cpes[load->look_at];

	load->states_seen[state_of(cpe, now)]++;
	load->yet_to_come_seen += is_yet_to_come(cpe);
}

static void look_at_cpes(struct load *load, clock_ns now)
{
	uint64_t n = load->n_cpes;
	uint64_t end = MIN(n, load->look_at + n / LOOKS_A_SECOND + 1);

	for (; load->look_at < end; load->look_at++)
		see(load, now);
	if (load->look_at < n)
		return;
	memcpy(load->states, load->states_seen, sizeof(load->states));
	memset(load->states_seen, 0, sizeof(load->states_seen));
	load->yet_to_come = load->yet_to_come_seen;
	load->yet_to_come_seen = 0;
	load->look_at = 0;
}

void load_own_look(struct load *load, clock_ns now)
{
	memset(load->states_seen, 0, sizeof(load->states_seen));
	load->yet_to_come_seen = 0;
	for (load->look_at = 0; load->look_at < load->n_cpes; load->look_at++)
		see(load, now);
	look_at_cpes(load, now);
}

/* ---- beats and seconds ------------------------------------------------------------------------ */

void load_own_begin(struct load *load)
{
	struct rlimit limit = { 0, 0 };

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
		load->own.descriptors_max = limit.rlim_cur;
	load->cpu = load->cpu_first = cpu_time();
	load->run_delay = load->run_delay_first = run_delay();
	load->now.began = load->began;
	load->beat_due = load->began + LOAD_BEAT_MS * NS_PER_MS;
}

/* A round of the loop that was long shows in when the next beat comes. */
void load_own_beat(struct load *load, clock_ns now)
{
	uint64_t lag =
	    now > load->beat_due ? (uint64_t)((now - load->beat_due) / NS_PER_US) : 0;

	if (hist_record(&load->own.lag, lag) < 0)
		load->own.no_memory++;
	load->now.lag_us = MAX(load->now.lag_us, lag);
	load->beat_due = now + LOAD_BEAT_MS * NS_PER_MS;
	look_at_cpes(load, now);
}

static void put_recent(struct load *load, struct series_point *point)
{
	const struct hist *recent = &load->tally.recent;

	point->p50_us = hist_percentile(recent, 50);
	point->p99_us = hist_percentile(recent, 99);
	point->max_us = recent->max_us;
	tally_recent_reset(&load->tally);
}

/* 95 % of what was offered began, but for CPEs that were busy. */
static void judge_rate(struct load *load)
{
	uint64_t wanted = load->now.offered - load->now.busy;
	bool is_short = load->now.started * 100 < wanted * 95;

	load->own.seconds_short += is_short;
	load->short_s = is_short ? load->short_s + 1 : 0;
}

void load_own_second(struct load *load, clock_ns now)
{
	clock_ns cpu = cpu_time(), took = now - load->now.began;
	struct series_point point = {
		.offered = load->now.offered,
		.started = load->now.started,
		.completed = load->now.completed,
		.failed = load->now.failed,
		.shed = load->now.shed,
		.open = load->open,
		.late_us = load->now.late_us,
		.lag_us = load->now.lag_us,
		.cpu_permille = permille(cpu - load->cpu, took),
		.memory_kb = resident_kb(),
		.yet_to_come = load->yet_to_come,
	};

	memcpy(point.states, load->states, sizeof(point.states));
	put_recent(load, &point);
	judge_rate(load);
	series_add(&load->series, load->now.number, &point);
	if (took >= NS_PER_S / 2) /* the last one is cut off, and says little */
		load->own.cpu_max_permille =
		    MAX(load->own.cpu_max_permille, point.cpu_permille);
	load->own.descriptors = MAX(load->own.descriptors, descriptors_open());
	load->memory_kb = MAX(load->memory_kb, point.memory_kb);
	load->cpu = cpu;
	load->now.number++;
	load->now.began = now;
	load->now.offered = load->now.started = load->now.completed = 0;
	load->now.failed = load->now.shed = load->now.busy = 0;
	load->now.late_us = load->now.lag_us = 0;
	tally_set_open(&load->tally, load->open);
}

void load_own_end(struct load *load, clock_ns now)
{
	clock_ns took = now - load->began;

	load->own.cpu_permille = permille(cpu_time() - load->cpu_first, took);
	load->own.wait_permille = permille(run_delay() - load->run_delay_first, took);
}
