#include "lib/link/profile.h"

#include "lib/base/compiler.h"

#define MBIT    UINT64_C(1000000)
#define PERCENT 10000

// clang-format off
static const struct impair_profile profiles[] = {
	{ .name = "dsl", .help = "ADSL2+ with interleaving: 16 Mbit/s down, 1 up, 25 ms round trip",
	  .source = "rates: ITU-T G.992.5 (ADSL2+), up to 24 Mbit/s down and 1.4 up on short loops, "
		    "less on real ones; delay and queue: chosen here, for an interleaver of some 10 ms "
		    "and a quarter of a second of the rate, as home routers have",
	  .link.way = {
		[IMPAIR_WAY_UP] = { .delay = 12 * NS_PER_MS, .jitter = 1 * NS_PER_MS,
			.rate = 1 * MBIT, .queue = 100, .queue_bytes = 32000 },
		[IMPAIR_WAY_DOWN] = { .delay = 13 * NS_PER_MS, .jitter = 1 * NS_PER_MS,
			.rate = 16 * MBIT, .queue = 1000, .queue_bytes = 500000 } } },
	{ .name = "gpon", .help = "fibre to the home: 1 Gbit/s down, 500 Mbit/s up, 3 ms round trip",
	  .source = "rates: shares of ITU-T G.984.2's line rates, 2,488.32 Mbit/s down and 1,244.16 up, of a "
		    "tree of up to 20 km (0.1 ms); delay: chosen here, some of G.984.3's frames of 125 us, in "
		    "which upstream time is granted",
	  .link.way = {
		[IMPAIR_WAY_UP] = { .delay = 2 * NS_PER_MS, .jitter = 500 * NS_PER_US,
			.rate = 500 * MBIT, .bucket = 100000 },
		[IMPAIR_WAY_DOWN] = { .delay = 1 * NS_PER_MS, .jitter = 100 * NS_PER_US,
			.rate = 1000 * MBIT, .bucket = 100000 } } },
	{ .name = "lte", .help = "LTE in a town: 30 Mbit/s down, 10 up, 50 ms round trip that varies",
	  .source = "Huang et al., A Close Examination of Performance and Power Characteristics of 4G LTE "
		    "Networks, MobiSys 2012: medians of 13 Mbit/s down and 6 up; taken better here, as "
		    "networks have become; delay, jitter and loss: chosen here, the last small for the radio "
		    "sends again",
	  .link.way = {
		[IMPAIR_WAY_UP] = { .delay = 30 * NS_PER_MS, .jitter = 8 * NS_PER_MS,
			.distribution = IMPAIR_NORMAL, .loss = PERCENT / 10,
			.rate = 10 * MBIT, .queue = 1000 },
		[IMPAIR_WAY_DOWN] = { .delay = 20 * NS_PER_MS, .jitter = 5 * NS_PER_MS,
			.distribution = IMPAIR_NORMAL, .loss = PERCENT / 10,
			.rate = 30 * MBIT, .queue = 1000 } } },
	{ .name = "satellite", .help = "geostationary: 20 Mbit/s down, 3 up, 560 ms round trip",
	  .source = "delay: RFC 2488 2, 239.6 ms to the satellite and down again, 279.0 ms from the "
		    "edge of its view, so 558 ms a round trip; rates and loss: chosen here, as sold "
		    "to homes",
	  .link.way = {
		[IMPAIR_WAY_UP] = { .delay = 280 * NS_PER_MS, .jitter = 10 * NS_PER_MS,
			.loss = PERCENT / 10, .rate = 3 * MBIT, .queue = 500 },
		[IMPAIR_WAY_DOWN] = { .delay = 280 * NS_PER_MS, .jitter = 5 * NS_PER_MS,
			.loss = PERCENT / 10, .rate = 20 * MBIT, .queue = 1000 } } },
	{ .name = "bad-line", .help = "a long loop with impulse noise: 2 Mbit/s down, 256 kbit/s up, "
		"losses in bursts",
	  .source = "chosen here: a line on which retries and time-outs show; impulses of noise take "
		    "several packets in a row",
	  .link.way = {
		[IMPAIR_WAY_UP] = { .delay = 30 * NS_PER_MS, .jitter = 10 * NS_PER_MS,
			.loss = 3 * PERCENT, .burst = 4, .corrupt = PERCENT / 10,
			.rate = 256000, .queue = 50 },
		[IMPAIR_WAY_DOWN] = { .delay = 30 * NS_PER_MS, .jitter = 10 * NS_PER_MS,
			.loss = 3 * PERCENT, .burst = 4, .corrupt = PERCENT / 10,
			.rate = 2 * MBIT, .queue = 100 } } },
};
// clang-format on

const struct impair_profile *impair_profile(size_t i)
{
	return i < ARRAY_LEN(profiles) ? &profiles[i] : NULL;
}

const struct impair_profile *impair_profile_find(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(profiles); i++) {
		if (str_is(name, profiles[i].name))
			return &profiles[i];
	}
	return NULL;
}
