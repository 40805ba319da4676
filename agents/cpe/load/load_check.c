/* What this machine has for a load test (proc(5), getrlimit(2)). */
#include "agents/cpe/load/load_internal.h"

#include "lib/base/cleanup.h"
#include "lib/base/text.h"
#include "lib/conf/conf.h"
#include "lib/proto/url.h"

#include <inttypes.h>
#include <math.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	BYTES_IDLE = 1200,     /* of a CPE at rest (tests/unit/cpe/test_cpe_scale) */
	BYTES_SESSION = 40960, /* of one that talks: buffers of both directions */
	BYTES_SESSION_TLS = 65536,
	BYTES_FIXED = 32 << 20,
	TIME_WAIT_S = 60, /* TCP_TIMEWAIT_LEN of Linux */
	SESSION_S = 1 /* how long a session is open, where nothing better is known */
};

#define SYS       "/proc/sys/net/ipv4/"
#define NETFILTER "/proc/sys/net/netfilter/nf_conntrack_"

/* 0 where it cannot be read. */
static uint64_t number_of(const char *path)
{
	auto_file file = fopen(path, "re");
	uint64_t n = 0;

	return file && fscanf(file, "%" SCNu64, &n) == 1 ? n : 0;
}

static void read_ports(struct preflight_limits *limits)
{
	auto_file file = fopen(SYS "ip_local_port_range", "re");

	if (!file || fscanf(file, "%" SCNu64 " %" SCNu64, &limits->port_low,
			 &limits->port_high) != 2)
		limits->port_low = limits->port_high = 0;
}

static uint64_t available_memory(void)
{
	auto_file file = fopen("/proc/meminfo", "re");
	char line[128];
	uint64_t kb;

	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "MemAvailable: %" SCNu64, &kb) == 1)
			return kb * 1024;
	}
	return 0;
}

static void read_descriptors(struct preflight_limits *limits)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	/* The program raises the soft limit itself. */
	limits->descriptors = limits->descriptors_hard = limit.rlim_max;
}

static bool is_loopback(const struct load_file *file)
{
	uint32_t address;
	struct url url;

	return url_parse(&url, str_of(file->acs.url), NULL) == 0 &&
	       (str_is(url.host, "localhost") ||
		   (ipv4_parse(url.host, &address) == 0 && address >> 24 == 127));
}

/* The room for connections that are tracked is all namespaces' alike, but the kernel tracks those
 * of a namespace only where a rule in it asks for their state; in a lab's nodes none does. A
 * datagram to itself shows it. */
static bool is_tracking(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	auto_fd fd = -1;

	if (number_of(NETFILTER "count") > 0)
		return true;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, len) < 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) < 0 ||
	    sendto(fd, "", 1, 0, (struct sockaddr *)&at, len) < 0)
		return false;
	return number_of(NETFILTER "count") > 0;
}

static uint64_t source_addresses(const struct load_file *file)
{
	uint8_t prefix = file->sources.prefix;
	uint64_t n = prefix > 0 ? UINT64_C(1) << (32 - prefix) : 1;

	return n > 2 ? MIN(n - 2, file->cpes) : n;
}

/* What this process has of the whole, give or take one: another shard has limits of its own. */
static double part_of(const struct load_file *file)
{
	return 1.0 / (double)MAX(file->shards, (uint64_t)1);
}

static uint64_t cpes_here(const struct load_file *file)
{
	uint64_t shards = MAX(file->shards, (uint64_t)1);

	return file->cpes / shards + (file->cpes % shards > 0);
}

static uint64_t addresses_here(const struct load_file *file)
{
	return MIN(source_addresses(file), cpes_here(file));
}

static struct preflight_limits read_limits(const struct load_file *file)
{
	struct preflight_limits limits = {
		/* 2: the kernel reuses them for loopback alone. */
		.time_wait_s = number_of(SYS "tcp_tw_reuse") == 2 && is_loopback(file)
				   ? 1
				   : TIME_WAIT_S,
		.time_wait_buckets = number_of(SYS "tcp_max_tw_buckets"),
		.addresses = addresses_here(file),
		.neighbours_max = number_of(SYS "neigh/default/gc_thresh3"),
		.memory = available_memory(),
		.conntrack_max = is_tracking() ? number_of(NETFILTER "max") : 0,
		.conntrack_s = number_of(NETFILTER "tcp_timeout_time_wait"),
		.cores = (uint64_t)MAX(sysconf(_SC_NPROCESSORS_ONLN), 1),
	};

	read_descriptors(&limits);
	read_ports(&limits);
	return limits;
}

/* Sessions a second of CPEs that come again by themselves. */
static double steady_rate(const struct load_file *file)
{
	return file->interval > 0
		   ? (double)file->cpes * (double)NS_PER_S / (double)file->interval
		   : 0;
}

/* Sessions a second, at most. */
static double peak_rate(const struct load_file *file)
{
	const struct arrival_plan *plan = &file->arrival;
	double rate = file->has_arrival ? 0 : (double)file->cpes;

	for (size_t i = 0; i < plan->n_stages && file->has_arrival; i++)
		rate = MAX(rate, MAX(plan->stages[i].from, plan->stages[i].to));
	return MAX(rate, steady_rate(file));
}

/* How many sessions begin in all beside those: without a schedule all CPEs come at once. 0: any
 * number. */
static double burst(const struct load_file *file)
{
	const struct arrival_plan *plan = &file->arrival;
	clock_ns length = arrival_length(plan);

	if (file->limit.is_wanted)
		return 0;
	if (!file->has_arrival)
		return (double)file->cpes;
	if (plan->limit > 0)
		return (double)plan->limit;
	if (file->duration > 0)
		length = MIN(length, file->duration);
	return length < INT64_MAX ? arrival_expected(plan, length) + 1 : 0;
}

/* Sockets at which CPEs are called: one an address, whoever shares it. */
static uint64_t listeners(const struct load_file *file)
{
	for (size_t i = 0; i < file->n_storms; i++) {
		if (load_storm_is_order(&file->storms[i]))
			return addresses_here(file);
	}
	return 0;
}

/* ---- storms -------------------------------------------------------------------------------- */

enum { /* the first retry (TR-069 A6 3.2.1.1) */
	RETRY_FROM_S = 5,
	RETRY_WITHIN_S = 5
};

static double seconds(clock_ns time)
{
	return (double)time / (double)NS_PER_S;
}

/* Those whose time it is while there is no ACS, or none that takes them, come once more. */
static struct preflight_storm retries(const struct load_file *file,
    const struct load_storm *storm)
{
	double n = peak_rate(file) * seconds(storm->lasts);

	return (struct preflight_storm){ .sessions = MIN(n, (double)file->cpes),
		.from_s = seconds(storm->at) + RETRY_FROM_S,
		.within_s = seconds(storm->lasts) + RETRY_WITHIN_S };
}

/* The session in which it is told, with the file beside it, and the one in which it is back. */
static size_t put_campaign(struct preflight_storm *ret, struct preflight_storm hit,
    clock_ns dark)
{
	ret[0] = ret[1] = hit;
	ret[0].sessions *= 2;
	ret[0].is_call = true;
	ret[1].from_s += seconds(dark);
	return 2;
}

static size_t put_storm(struct preflight_storm *ret, const struct load_file *file,
    const struct load_storm *storm)
{
	*ret = (struct preflight_storm){ .sessions = ceil((double)file->cpes *
							  (double)storm->ppm / 1e6),
		.from_s = seconds(storm->at),
		.within_s = seconds(storm->within) };
	switch ((enum load_storm_kind)storm->kind) {
	case LOAD_STORM_BOOTSTRAP:
	case LOAD_STORM_POWER_CUT:
	case LOAD_STORM_UPLINK_CUT:
		ret->from_s += seconds(storm->lasts);
		return 1;
	case LOAD_STORM_ACS_RESTART:
	case LOAD_STORM_ACS_STORE:
		*ret = retries(file, storm);
		return 1;
	case LOAD_STORM_CALL_SWEEP:
		ret->is_call = true;
		return 1;
	case LOAD_STORM_FIRMWARE:
		return put_campaign(ret, *ret, storm->dark);
	case LOAD_STORMS:
		break;
	}
	return 0;
}

size_t load_check_storms(const struct load_file *file,
    struct preflight_storm ret[LOAD_CHECK_STORMS])
{
	size_t n = 0;

	for (size_t i = 0; i < file->n_storms && n + 2 <= LOAD_CHECK_STORMS; i++)
		n += put_storm(&ret[n], file, &file->storms[i]);
	for (size_t i = 0; i < n; i++)
		ret[i].sessions *= part_of(file);
	return n;
}

struct preflight load_check(const struct load_file *file)
{
	struct preflight_storm storms[LOAD_CHECK_STORMS];
	const struct preflight_limits limits = read_limits(file);
	bool is_tls = strncmp(file->acs.url, "https", 5) == 0;
	double rate = peak_rate(file) * part_of(file);
	const struct preflight_load load = {
		.cpes = cpes_here(file),
		.rate = rate,
		.burst = burst(file) * part_of(file),
		.steady = steady_rate(file) * part_of(file),
		.open_max = MIN(cpes_here(file), (uint64_t)(rate * SESSION_S) + 1),
		.descriptors_fixed = LOAD_DESCRIPTORS,
		.listeners = listeners(file),
		.bytes_idle = BYTES_IDLE,
		.bytes_session = is_tls ? BYTES_SESSION_TLS : BYTES_SESSION,
		.bytes_fixed = BYTES_FIXED,
		.is_tls = is_tls,
		.storms = storms,
		.n_storms = load_check_storms(file, storms),
	};

	return preflight_check(&limits, &load);
}

/* The first and the last: what lies between two that are local is local, as routes go. */
int load_check_sources(const struct load_file *file, struct error *err)
{
	const struct cpe_range range = { .sources = file->sources };
	const uint64_t ends[] = { 0, source_addresses(file) - 1 };
	char text[IPV4_TEXT_MAX];

	for (size_t i = 0; i < ARRAY_LEN(ends) && file->sources.prefix > 0; i++) {
		struct cpe_place place = CPE_PLACE_NULL;
		uint32_t from = cpe_range_address(&range, ends[i]);
		struct error why = ERROR_NULL;
		int fd = cpe_place_socket(&place, SOCK_STREAM, from, &why);

		if (fd < 0)
			return error_set(err, ERR_MACHINE,
			    "%s; a route makes the addresses local, as root: "
			    "ip route add local %s/%u dev lo",
			    why.text, ipv4_text(file->sources.address, text),
			    file->sources.prefix);
		(void)close(fd);
	}
	return 0;
}

static const char *find_storm_lack(const struct load_storm *storm, bool is_labs)
{
	return storm->kind == LOAD_STORM_ACS_RESTART && !is_labs
		   ? "acs-restart outside of a lab"
		   : NULL;
}

static const char *find_lack(const struct load_file *file, bool is_labs)
{
	const char *lack = NULL;

	for (size_t i = 0; i < file->n_storms && !lack; i++)
		lack = find_storm_lack(&file->storms[i], is_labs);
	return lack;
}

/* To leave something out of a load test in silence would be a wrong result. */
static int check_lack(const struct load_file *file, bool is_labs, struct error *err)
{
	const char *lack = find_lack(file, is_labs);

	return lack ? error_set(err, ERR_CONFIG,
			  "this version of cwmplab does not know how to do this: %s",
			  lack)
		    : 0;
}

int load_check_file(const struct load_file *file, struct error *err)
{
	return check_lack(file, false, err);
}

/* ---- in a lab ------------------------------------------------------------------------------ */

static bool has_end(const struct load_file *file)
{
	const struct arrival_plan *plan = &file->arrival;

	return !file->has_arrival || file->duration > 0 || plan->limit > 0 ||
	       plan->n_stages == 0 ||
	       plan->stages[plan->n_stages - 1].length < INT64_MAX;
}

/* The first storm that no ACS but one of the lab can have; null: there is none. */
static const struct load_storm *find_labs(const struct load_file *file)
{
	for (size_t i = 0; i < file->n_storms; i++) {
		const struct load_storm *storm = &file->storms[i];

		if (load_storm_wants_door(storm) ||
		    storm->kind == LOAD_STORM_ACS_RESTART)
			return storm;
	}
	return NULL;
}

static int check_strange(const struct load_file *file, const struct conf_doc *doc,
    struct error *err)
{
	static const char hint[] = "a node of kind acs as the \"acs\" of the node";
	const struct load_storm *storm = find_labs(file);

	if (file->probe.cpes > 0)
		return conf_fail(doc, conf_get(file->at, "probe"), hint, err,
		    "a probe wants an ACS of this lab, which takes commands");
	if (storm)
		return conf_fail(doc, conf_get(file->at, "storms"), hint, err,
		    "a storm of kind %s wants an ACS of this lab",
		    load_storm_name((enum load_storm_kind)storm->kind));
	return 0;
}

/* One that is gone cannot be ended. Storms stand in the order of their times. */
static int check_restarts(const struct load_file *file, const struct conf_doc *doc,
    struct error *err)
{
	const struct load_storm *last = NULL;

	for (size_t i = 0; i < file->n_storms; i++) {
		const struct load_storm *storm = &file->storms[i];

		if (storm->kind != LOAD_STORM_ACS_RESTART)
			continue;
		if (last && storm->at <= last->at + last->lasts)
			return conf_fail(doc, conf_get(file->at, "storms"),
			    "a later \"at\"", err,
			    "an acs-restart comes while the ACS is still gone");
		last = storm;
	}
	return 0;
}

int load_check_lab(const struct load_file *file, const struct conf_doc *doc,
    bool has_acs, struct error *err)
{
	static const struct {
		const char *key, *hint;
	} others[] = {
		{ "acs", "the \"acs\" of the node in the topology" },
		{ "sources", "the \"sources\" of the node in the topology" },
		{ "shard", "nodes with files of their own, and serials that differ" },
		{ "repeat", "\"cwmplab run\" again" },
	};

	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		const struct conf_node *node = conf_get(file->at, others[i].key);

		if (node)
			return conf_fail(doc, node, others[i].hint, err,
			    "\"%s\" is not for a load test of a lab", others[i].key);
	}
	if (!has_end(file))
		return conf_fail(doc, file->arrival_node, "duration: 60s", err,
		    "the load test has no end, for which its lab waits");
	if (!has_acs && check_strange(file, doc, err) < 0)
		return err->code;
	if (check_restarts(file, doc, err) < 0)
		return err->code;
	return check_lack(file, true, err);
}
