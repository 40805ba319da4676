#include "tests/support/patience.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	PATIENCE_MS = 300000,
	SLOW_MAX = 100
};

int patience_factor(void)
{
	const char *slow = getenv("CWMPLAB_TEST_SLOW");
	char *end = NULL;
	bool is_set = slow && *slow;
	long factor = is_set ? strtol(slow, &end, 10) : 1;

	if (is_set && (*end || factor < 1 || factor > SLOW_MAX)) {
		(void)fprintf(stderr,
		    "CWMPLAB_TEST_SLOW is \"%s\", no number from 1 to %d\n", slow,
		    SLOW_MAX);
		exit(1);
	}
	return (int)factor;
}

int patience_ms(void)
{
	return PATIENCE_MS * patience_factor();
}
