/* One subcommand, one file, one function, one row in main.c. */
#pragma once

enum {                    /* exit status of every verb */
	EXIT_OK = 0,      /* all is well; every expectation held */
	EXIT_FAILED = 1,  /* something did not hold; the report says what */
	EXIT_USAGE = 2,   /* bad usage or bad input */
	EXIT_MACHINE = 3, /* this machine cannot do it */
};

struct cmd {
	const char *name;
	int (*run)(int argc, char **argv); /* argv[0] is the name of the verb */
	const char *synopsis;
	const char *help; /* one line */
};

struct error;

/* Prints the words of err on standard error and returns the exit status that its code
 * stands for. */
int cmd_fail(const struct error *err);
