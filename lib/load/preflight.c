#include "lib/load/preflight.h"

#include "lib/base/compiler.h"
#include "lib/base/shown.h"
#include "lib/load/number.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

enum {
	CONNTRACK_S = 120, /* as the kernel sets it */
	SESSION_S = 1,     /* that one of a storm is open */
	WORDS_MAX = 64
};

static const char *const names[] = {
	[PREFLIGHT_DESCRIPTORS] = "descriptors",
	[PREFLIGHT_PORTS] = "source ports",
	[PREFLIGHT_TIME_WAIT] = "ports in TIME_WAIT",
	[PREFLIGHT_BUCKETS] = "TIME_WAIT buckets",
	[PREFLIGHT_NEIGHBOURS] = "neighbour table",
	[PREFLIGHT_MEMORY] = "memory",
	[PREFLIGHT_CONNTRACK] = "connection tracking",
	[PREFLIGHT_CPU] = "CPU",
};

const char *preflight_name(enum preflight_what what)
{
	return names[what];
}

/* The numbers with their defaults in place. */
struct flight {
	const struct preflight_limits *limits;
	const struct preflight_load *load;
	struct preflight made;
	uint64_t ports; /* that one source address has to one port of the ACS */
	uint64_t acs_ports;
	uint64_t addresses; /* that there are, at least 1 */
	double each;        /* connections of a session */
	double connections; /* new ones a second */
	uint64_t open;      /* sessions at a time, those of storms among them */
};

/* ---- storms ------------------------------------------------------------------------ */

static double overlap(const struct preflight_storm *storm, double from, double to)
{
	double begin = MAX(from, storm->from_s);
	double end = MIN(to, storm->from_s + storm->within_s);

	if (begin > end)
		return 0.0;
	return storm->within_s > 0.0 ? storm->sessions * (end - begin) / storm->within_s
				     : storm->sessions;
}

static double begun_between(const struct preflight_load *load, double from, double to,
    bool calls_alone)
{
	double sum = 0.0;

	for (size_t i = 0; i < load->n_storms; i++) {
		if (load->storms[i].is_call || !calls_alone)
			sum += overlap(&load->storms[i], from, to);
	}
	return sum;
}

/* Sessions that storms begin within any so many seconds, at most: as each is even, the window
 * with the most begins with a storm or ends with one. */
static double storms_within(const struct preflight_load *load, double seconds,
    bool calls_alone)
{
	double most = 0.0;

	for (size_t i = 0; i < load->n_storms; i++) {
		double first = load->storms[i].from_s;
		double last = first + load->storms[i].within_s;

		most =
		    MAX(most, begun_between(load, first, first + seconds, calls_alone));
		most =
		    MAX(most, begun_between(load, last - seconds, last, calls_alone));
	}
	return most;
}

/* Connections that begin within so many seconds, at most. */
static double begun_within(const struct flight *flight, uint64_t seconds)
{
	const struct preflight_load *load = flight->load;
	double n = load->rate * (double)seconds;

	if (load->burst > 0.0)
		n = MIN(n, load->burst + load->steady * (double)seconds);
	n += storms_within(load, (double)seconds, false);
	return n * flight->each;
}

/* Up to the next whole number; UINT64_MAX where it is beyond. */
static uint64_t whole(double n)
{
	if (!(n > 0.0))
		return 0;
	return n < 1.8e19 ? (uint64_t)ceil(n - 1e-9) : UINT64_MAX;
}

/* ", 10,000 of them by storms", or nothing. */
static char *storm_words(uint64_t n, char text[WORDS_MAX])
{
	char number[NUMBER_TEXT_MAX];

	text[0] = '\0';
	if (n > 0)
		(void)snprintf(text, WORDS_MAX, ", %s of them by storms",
		    number_thousands(n, number));
	return text;
}

static char *storm_words_within(const struct flight *flight, uint64_t seconds,
    char text[WORDS_MAX])
{
	double n = storms_within(flight->load, (double)seconds, false);

	return storm_words(whole(n * flight->each), text);
}

static char *megabytes(uint64_t bytes, char text[32])
{
	return number_thousands((bytes + (1 << 20) - 1) >> 20, text);
}

static struct preflight_finding *add(struct flight *flight, enum preflight_what what,
    uint64_t has, uint64_t needs)
{
	struct preflight_finding *at = &flight->made.findings[flight->made.n++];

	at->what = what;
	at->has = has;
	at->needs = needs;
	at->is_short = needs > has;
	flight->made.n_short += at->is_short;
	return at;
}

static void look_at_descriptors(struct flight *flight)
{
	const struct preflight_limits *limits = flight->limits;
	const struct preflight_load *load = flight->load;
	uint64_t each =
	    load->descriptors_per_session ? load->descriptors_per_session : 1;
	uint64_t called = load->listeners + whole(storms_within(load, SESSION_S, true));
	uint64_t needs = flight->open * each + called + load->descriptors_fixed +
			 limits->descriptors_used;
	char a[32], b[32], c[32], d[32], words[WORDS_MAX];
	struct preflight_finding *at;

	if (limits->descriptors == 0)
		return;
	at = add(flight, PREFLIGHT_DESCRIPTORS, limits->descriptors, needs);
	(void)shown_snprintf(at->formula, sizeof(at->formula),
	    "%s sessions at a time%s x %" PRIu64 " + %s listeners and calls + %" PRIu64
	    " = %s of %s descriptors",
	    number_thousands(flight->open, a),
	    storm_words(flight->open - load->open_max, words), each,
	    number_thousands(called, b),
	    load->descriptors_fixed + limits->descriptors_used,
	    number_thousands(needs, c), number_thousands(limits->descriptors, d));
	if (!at->is_short)
		return;
	if (needs <= limits->descriptors_hard)
		(void)shown_snprintf(at->todo, sizeof(at->todo), "ulimit -n %" PRIu64,
		    needs);
	else
		(void)shown_snprintf(at->todo, sizeof(at->todo),
		    "the hard limit is %s: raise it (as root: ulimit -Hn %" PRIu64
		    "), or use --shard for a second process",
		    number_thousands(limits->descriptors_hard, a), needs);
}

static void look_at_open_ports(struct flight *flight)
{
	uint64_t pairs = flight->addresses * flight->acs_ports;
	char a[32], b[32], c[32], words[WORDS_MAX];
	struct preflight_finding *at;

	if (flight->ports == 0)
		return;
	at = add(flight, PREFLIGHT_PORTS, flight->ports * pairs, flight->open);
	(void)shown_snprintf(at->formula, sizeof(at->formula),
	    "%s ports (%" PRIu64 "-%" PRIu64 ") x %s source addresses x %" PRIu64
	    " ACS ports, %s sessions at a time%s",
	    number_thousands(flight->ports, a), flight->limits->port_low,
	    flight->limits->port_high, number_thousands(flight->addresses, b),
	    flight->acs_ports, number_thousands(flight->open, c),
	    storm_words(flight->open - flight->load->open_max, words));
	if (at->is_short)
		(void)shown_snprintf(at->todo, sizeof(at->todo),
		    "%s source addresses are needed (sources: a prefix routed to us)",
		    number_thousands(flight->made.addresses_needed, a));
}

/* The side that closes first keeps the pair of ports for TIME_WAIT (RFC 9293 3.6.1): the CPE,
 * which ends a session by closing its connection (TR-069 A6 3.7.1.5). */
static void look_at_time_wait(struct flight *flight)
{
	const struct preflight_limits *limits = flight->limits;
	uint64_t pairs = flight->addresses * flight->acs_ports;
	char a[32], b[32], c[32], words[WORDS_MAX];
	struct preflight_finding *at;

	if (flight->ports == 0 || limits->time_wait_s == 0 || flight->load->closes_last)
		return;
	at = add(flight, PREFLIGHT_TIME_WAIT, flight->ports * pairs,
	    whole(begun_within(flight, limits->time_wait_s)));
	(void)shown_snprintf(at->formula, sizeof(at->formula),
	    "%s ports / %" PRIu64
	    " s TIME_WAIT = %.1f new connections/s for each source "
	    "address and ACS port; %.1f/s wanted, %s in %" PRIu64 " s%s, %s x %" PRIu64
	    " there",
	    number_thousands(flight->ports, a), limits->time_wait_s,
	    flight->made.rate_per_address, flight->connections,
	    number_thousands(at->needs, c), limits->time_wait_s,
	    storm_words_within(flight, limits->time_wait_s, words),
	    number_thousands(flight->addresses, b), flight->acs_ports);
	if (!at->is_short)
		return;
	/* A storm has no rate that could be lower. */
	(void)shown_snprintf(at->todo, sizeof(at->todo),
	    "%s source addresses are needed (sources: a prefix routed to us)%s%s%s",
	    number_thousands(flight->made.addresses_needed, a),
	    words[0] ? "" : ", or at most ",
	    words[0] ? "" : number_thousands(flight->made.rate_max, b),
	    words[0] ? "" : " sessions/s");
}

/* Beyond its buckets the kernel forgets connections early, which no session notices: told, not
 * counted as short. */
static void look_at_buckets(struct flight *flight)
{
	const struct preflight_limits *limits = flight->limits;
	char a[32], b[32], words[WORDS_MAX];
	struct preflight_finding *at;
	uint64_t needs;

	if (limits->time_wait_buckets == 0 || flight->load->closes_last)
		return;
	needs = whole(begun_within(flight, limits->time_wait_s));
	at = add(flight, PREFLIGHT_BUCKETS, limits->time_wait_buckets, needs);
	(void)shown_snprintf(at->formula, sizeof(at->formula),
	    "%.1f/s for up to %" PRIu64 " s: %s connections in TIME_WAIT%s, %s buckets",
	    flight->connections, limits->time_wait_s, number_thousands(needs, a),
	    storm_words_within(flight, limits->time_wait_s, words),
	    number_thousands(limits->time_wait_buckets, b));
	if (!at->is_short)
		return;
	(void)shown_snprintf(at->todo, sizeof(at->todo),
	    "sysctl net.ipv4.tcp_max_tw_buckets=%" PRIu64
	    " keeps the kernel from ending TIME_WAIT early",
	    needs);
	at->is_short = false;
	flight->made.n_short--;
}

static void look_at_table(struct flight *flight, enum preflight_what what, uint64_t has,
    uint64_t needs, const char *of, const char *todo)
{
	char a[32], b[32];
	struct preflight_finding *at;

	if (has == 0)
		return;
	at = add(flight, what, has, needs);
	(void)shown_snprintf(at->formula, sizeof(at->formula), "%s %s, room for %s",
	    number_thousands(needs, a), of, number_thousands(has, b));
	if (at->is_short)
		(void)shown_snprintf(at->todo, sizeof(at->todo), "%s=%" PRIu64, todo,
		    needs);
}

/* The firewall remembers a connection longer than TCP does, whoever has closed it first. */
static void look_at_conntrack(struct flight *flight)
{
	uint64_t s =
	    flight->limits->conntrack_s ? flight->limits->conntrack_s : CONNTRACK_S;
	char of[2 * WORDS_MAX], words[WORDS_MAX];

	(void)snprintf(of, sizeof(of), "connections tracked, each for %" PRIu64 " s%s",
	    s, storm_words_within(flight, s, words));
	look_at_table(flight, PREFLIGHT_CONNTRACK, flight->limits->conntrack_max,
	    whole(begun_within(flight, s)) + flight->open, of,
	    "as root of the machine, outside of any lab: sysctl "
	    "net.netfilter.nf_conntrack_max");
}

static void look_at_memory(struct flight *flight)
{
	const struct preflight_load *load = flight->load;
	double needs = (double)load->cpes * (double)load->bytes_idle +
		       (double)flight->open * (double)load->bytes_session +
		       (double)load->bytes_fixed;
	char a[32], b[32], c[32], d[32], e[32], words[WORDS_MAX];
	struct preflight_finding *at;

	if (flight->limits->memory == 0)
		return;
	at = add(flight, PREFLIGHT_MEMORY, flight->limits->memory, whole(needs));
	(void)shown_snprintf(at->formula, sizeof(at->formula),
	    "%s CPEs x %" PRIu64
	    " bytes + %s sessions%s x %s bytes + %s MB = %s of %s MB",
	    number_thousands(load->cpes, a), load->bytes_idle,
	    number_thousands(flight->open, b),
	    storm_words(flight->open - load->open_max, words),
	    number_thousands(load->bytes_session, c), megabytes(load->bytes_fixed, d),
	    megabytes(at->needs, e), megabytes(at->has, (char[32]){ 0 }));
	if (at->is_short)
		(void)shown_snprintf(at->todo, sizeof(at->todo),
		    "fewer CPEs, or --shard on another machine");
}

static void look_at_cpu(struct flight *flight)
{
	const struct preflight_load *load = flight->load;
	double share = load->rate * load->cpu_us / 1e6;
	struct preflight_finding *at;

	if (load->cpu_us <= 0.0 || flight->limits->cores == 0)
		return;
	at = add(flight, PREFLIGHT_CPU, 1000, whole(share * 1000));
	(void)shown_snprintf(at->formula, sizeof(at->formula),
	    "%.1f sessions/s x %.0f us = %.0f %% of the one core that a process uses",
	    load->rate, load->cpu_us, share * 100);
	if (at->is_short)
		(void)shown_snprintf(at->todo, sizeof(at->todo),
		    "%" PRIu64 " processes (--shard 1/%" PRIu64 "...), %" PRIu64
		    " cores are here",
		    whole(share), whole(share), flight->limits->cores);
}

/* How many source addresses carry the load, and what those that are there carry. */
static void count_addresses(struct flight *flight)
{
	const struct preflight_limits *limits = flight->limits;
	const struct preflight_load *load = flight->load;
	double room = (double)flight->ports * (double)flight->acs_ports;
	bool waits = limits->time_wait_s > 0 && !load->closes_last;
	double open, waiting;

	if (flight->ports == 0)
		return;
	open = (double)flight->open / room;
	waiting = waits ? begun_within(flight, limits->time_wait_s) / room : 0.0;
	flight->made.addresses_needed = MAX(whole(MAX(open, waiting)), 1);
	if (!waits)
		return;
	flight->made.rate_per_address =
	    (double)flight->ports / (double)limits->time_wait_s;
	flight->made.rate_max = (uint64_t)(room * (double)flight->addresses /
					   (double)limits->time_wait_s / flight->each);
}

/* A CPE has one session at a time. */
static uint64_t count_open(const struct preflight_load *load)
{
	uint64_t storms = whole(storms_within(load, SESSION_S, false));
	uint64_t all = MAX(load->cpes, load->open_max);

	return MIN(load->open_max + storms, all);
}

struct preflight preflight_check(const struct preflight_limits *limits,
    const struct preflight_load *load)
{
	struct flight flight = { .limits = limits, .load = load };

	if (limits->port_high >= limits->port_low && limits->port_high > 0) {
		flight.ports = limits->port_high - limits->port_low + 1;
		flight.ports -= MIN(limits->ports_reserved, flight.ports - 1);
	}
	flight.acs_ports = load->acs_ports ? load->acs_ports : 1;
	flight.addresses = limits->addresses ? limits->addresses : 1;
	flight.each = load->connections > 0.0 ? load->connections : 1.0;
	flight.connections = load->rate * flight.each;
	flight.open = count_open(load);
	count_addresses(&flight);
	look_at_descriptors(&flight);
	look_at_open_ports(&flight);
	look_at_time_wait(&flight);
	look_at_buckets(&flight);
	look_at_table(&flight, PREFLIGHT_NEIGHBOURS, limits->neighbours_max,
	    load->neighbours, "neighbours on the link",
	    "as root of the machine: sysctl net.ipv4.neigh.default.gc_thresh3");
	look_at_memory(&flight);
	look_at_conntrack(&flight);
	look_at_cpu(&flight);
	return flight.made;
}

static void tell(struct buf *out, const struct preflight_finding *finding)
{
	shown_printf(out, "  %-20s %s%s\n", preflight_name(finding->what),
	    finding->is_short ? "SHORT: " : "", finding->formula);
	if (finding->todo[0])
		shown_printf(out, "  %-20s do: %s\n", "", finding->todo);
}

void preflight_tell(struct buf *out, const struct preflight *preflight, bool wants_all)
{
	for (size_t i = 0; i < preflight->n; i++) {
		if (preflight->findings[i].is_short)
			tell(out, &preflight->findings[i]);
	}
	for (size_t i = 0; i < preflight->n && wants_all; i++) {
		if (!preflight->findings[i].is_short)
			tell(out, &preflight->findings[i]);
	}
}
