#include "lib/load/load_fault.h"

#include "lib/base/compiler.h"
#include "lib/load/arrival.h"

/* Choices of one CPE are told apart by what they are about and, of faults, by the session. */
enum {
	ABOUT_KIND = 1,
	ABOUT_FAULT = 2,
	ABOUT_WHICH = 3,
	ABOUTS = 4
};

static const char *const names[] = {
#define XX(symbol, name, what) [LOAD_FAULT_##symbol] = (name),
	LOAD_FAULT_MAP(XX)
#undef XX
};

const char *load_fault_name(enum load_fault fault)
{
	return fault < LOAD_FAULTS ? names[fault] : "";
}

const char *load_fault_name_of(unsigned bit)
{
	for (unsigned i = 0; i < LOAD_FAULTS; i++) {
		if (bit == 1u << i)
			return names[i];
	}
	return "";
}

unsigned load_fault_pick(uint64_t seed, uint64_t cpe, uint64_t session, unsigned faults,
    uint32_t per_million)
{
	uint64_t weights[LOAD_FAULTS];

	if (faults == 0 ||
	    !arrival_is_hit(seed, cpe, session * ABOUTS + ABOUT_FAULT, per_million))
		return 0;
	for (unsigned i = 0; i < LOAD_FAULTS; i++)
		weights[i] = (faults & 1u << i) != 0;
	return 1u << arrival_pick(seed, cpe, session * ABOUTS + ABOUT_WHICH, weights,
		   LOAD_FAULTS);
}

uint64_t load_kind_pick(uint64_t seed, uint64_t cpe, const uint64_t *weights,
    uint64_t n)
{
	return arrival_pick(seed, cpe, ABOUT_KIND, weights, n);
}
