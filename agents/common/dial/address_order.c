#include "agents/common/dial/address_order.h"

#include "lib/base/compiler.h"

#include <string.h>

enum {
	SCOPE_LINK = 2,
	SCOPE_SITE = 5,
	SCOPE_GLOBAL = 14,
	PREFIX_MAX =
	    64 /* CommonPrefixLen() leaves out the identifier of the interface */
};

/* RFC 6724 2.1. Of those that match the longest holds: they stand by their length. */
static const struct {
	uint8_t bytes[ENDPOINT_ADDRESS];
	uint8_t len;
	uint8_t precedence, label;
} policies[] = {
	{ { [15] = 1 }, 128, 50, 0 },                /* ::1 */
	{ { [10] = 0xff, [11] = 0xff }, 96, 35, 4 }, /* ::ffff:0:0 */
	{ { 0 }, 96, 1, 3 },                         /* :: */
	{ { 0x20, 0x01 }, 32, 5, 5 },                /* 2001:: */
	{ { 0x20, 0x02 }, 16, 30, 2 },               /* 2002:: */
	{ { 0x3f, 0xfe }, 16, 1, 12 },               /* 3ffe:: */
	{ { 0xfe, 0xc0 }, 10, 1, 11 },               /* fec0:: */
	{ { 0xfc }, 7, 3, 13 },                      /* fc00:: */
	{ { 0 }, 0, 40, 1 },                         /* :: */
};

static unsigned common_bits(const uint8_t *a, const uint8_t *b, unsigned most)
{
	unsigned n = 0;

	while (n < most && !((a[n / 8] ^ b[n / 8]) >> (7 - n % 8) & 1))
		n++;
	return n;
}

static size_t policy_of(const uint8_t *address)
{
	size_t i = 0;

	while (
	    common_bits(policies[i].bytes, address, policies[i].len) < policies[i].len)
		i++;
	return i;
}

/* RFC 6724 3.1, 3.2. */
static unsigned scope_of(const uint8_t *address)
{
	static const uint8_t loopback[ENDPOINT_ADDRESS] = { [15] = 1 };

	if (endpoint_is_ipv4(address))
		return address[12] == 127 || (address[12] == 169 && address[13] == 254)
			   ? SCOPE_LINK
			   : SCOPE_GLOBAL;
	if (address[0] == 0xff)
		return address[1] & 15;
	if (memcmp(address, loopback, sizeof(loopback)) == 0)
		return SCOPE_LINK;
	if (address[0] == 0xfe && address[1] >> 6 == 2)
		return SCOPE_LINK;
	if (address[0] == 0xfe && address[1] >> 6 == 3)
		return SCOPE_SITE;
	return SCOPE_GLOBAL;
}

static bool has_scope_in_common(const struct address_choice *choice)
{
	return scope_of(choice->to.address) == scope_of(choice->from);
}

static bool has_label_in_common(const struct address_choice *choice)
{
	return policies[policy_of(choice->to.address)].label ==
	       policies[policy_of(choice->from)].label;
}

static int precedence(const struct address_choice *choice)
{
	return policies[policy_of(choice->to.address)].precedence;
}

static int prefix_in_common(const struct address_choice *a,
    const struct address_choice *b)
{
	if (endpoint_is_ipv4(a->to.address) || endpoint_is_ipv4(b->to.address))
		return 0;
	return (int)common_bits(a->to.address, a->from, PREFIX_MAX) -
	       (int)common_bits(b->to.address, b->from, PREFIX_MAX);
}

/* Positive where a goes before b, 0 where no rule says so; RFC 6724 6 by its numbers. */
static int compare(const struct address_choice *a, const struct address_choice *b)
{
	if (a->has_from != b->has_from) /* 1 */
		return a->has_from ? 1 : -1;
	if (a->has_from) {
		int by_scope = has_scope_in_common(a) - has_scope_in_common(b);
		int by_age = b->is_deprecated - a->is_deprecated;
		int by_label = has_label_in_common(a) - has_label_in_common(b);

		if (by_scope != 0) /* 2 */
			return by_scope;
		if (by_age != 0) /* 3 */
			return by_age;
		if (by_label != 0) /* 5 */
			return by_label;
	}
	if (precedence(a) != precedence(b)) /* 6 */
		return precedence(a) - precedence(b);
	if (scope_of(a->to.address) != scope_of(b->to.address)) /* 8 */
		return scope_of(a->to.address) < scope_of(b->to.address) ? 1 : -1;
	return a->has_from ? prefix_in_common(a, b) : 0; /* 9, 10 */
}

static void move(struct address_choice *choices, size_t from, size_t to)
{
	struct address_choice moved = choices[from];

	memmove(&choices[to + 1], &choices[to], (from - to) * sizeof(*choices));
	choices[to] = moved;
}

void address_order(struct address_choice *choices, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		size_t at = i;

		while (at > 0 && compare(&choices[i], &choices[at - 1]) > 0)
			at--;
		move(choices, i, at);
	}
}

void address_interleave(struct address_choice *choices, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		bool is_ipv4 = endpoint_is_ipv4(choices[i - 1].to.address);
		size_t next = i;

		while (
		    next < n && endpoint_is_ipv4(choices[next].to.address) == is_ipv4)
			next++;
		if (next == n)
			return; /* all that is left is of one family */
		move(choices, next, i);
	}
}
