/* How every verb of the program ends: what a shell script may rely on (cwmplab(1), EXIT
 * STATUS). */
#pragma once

enum {
	EXIT_OK = 0,      /* all is well; every expectation held */
	EXIT_FAILED = 1,  /* something did not hold; the report says what */
	EXIT_USAGE = 2,   /* bad usage or bad input */
	EXIT_MACHINE = 3, /* this machine cannot do it */
	EXIT_INVALID = 4, /* of a load test: we were the limit, it proves nothing */
};
