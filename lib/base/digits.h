/* Decimal digits where there is room for them: what is printed by the million is printed
 * without printf. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
	DIGITS_MAX = 20 /* of any number of 64 bits */
};

/* How many digits there are; 0 has none. */
static inline size_t digits_count(uint64_t value)
{
	uint64_t limit = 1;
	size_t n = 0;

	for (; n < DIGITS_MAX && value >= limit; n++)
		limit *= 10;
	return n;
}

/* Writes the last n digits, with zeros before them where there are fewer, and returns where
 * they end. Two at a time: dividing is what takes time. */
static inline uint8_t *digits_put(uint8_t *at, uint64_t value, size_t n)
{
	static const char pairs[] = "00010203040506070809"
				    "10111213141516171819"
				    "20212223242526272829"
				    "30313233343536373839"
				    "40414243444546474849"
				    "50515253545556575859"
				    "60616263646566676869"
				    "70717273747576777879"
				    "80818283848586878889"
				    "90919293949596979899";
	size_t left = n;

	for (; left >= 2; left -= 2, value /= 100)
		memcpy(at + left - 2, &pairs[value % 100 * 2], 2);
	if (left > 0)
		at[0] = (uint8_t)('0' + value % 10);
	return at + n;
}
