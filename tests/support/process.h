/* Runs another program to its end, with its output in memory. */
#pragma once

#include "lib/base/buf.h"

struct process_result {
	int status; /* exit status; 128 + signal; -1: it hung (patience.h) and was killed */
	struct buf out; /* standard output and standard error, as they came */
};

#define PROCESS_RESULT_NULL  \
	{                    \
		-1, BUF_NULL \
	}

/* argv ends with null, argv[0] is searched in PATH. folder (may be null) is where it runs.
 * The output is appended to ret->out, which is PROCESS_RESULT_NULL at first; the caller frees
 * it. A program that cannot be executed has status 127 and the reason as its output. Exits
 * with words when there is no pipe or process to be had. */
void process_run(const char *const *argv, const char *folder,
    struct process_result *ret);

/* Exits with 77 ("skipped") when the program is neither in PATH nor in an sbin folder. */
void process_need(const char *program);
