#include "lib/load/number.h"

char *number_thousands(uint64_t n, char *text)
{
	char reversed[NUMBER_TEXT_MAX];
	unsigned len = 0, at = 0;

	do {
		if (len % 4 == 3)
			reversed[len++] = ',';
		reversed[len++] = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	while (len > 0)
		text[at++] = reversed[--len];
	text[at] = '\0';
	return text;
}
