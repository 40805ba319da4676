/* A program that runs beside the test: started, watched, told to end. */
#pragma once

#include "lib/base/buf.h"

#include <stdbool.h>
#include <sys/types.h>

struct background {
	pid_t pid; /* of the program, which leads a process group; 0: it has ended */
	int out;
	struct buf text; /* standard output and standard error so far */
	int status;      /* once it has ended: exit status; 128 + signal */
};

#define BACKGROUND_NULL            \
	{                          \
		0, -1, BUF_NULL, 0 \
	}

/* argv as process_run(). Fails the test when it cannot be started. */
void background_start(struct background *program, const char *const *argv);

/* Waits until words stand in its output. False when the deadline passes or it ends
 * before. */
bool background_shows(struct background *program, const char *words, int deadline_ms);

/* Sends signal (0: none) and waits for the end; the status, or -1 when the deadline passed
 * and it was killed. */
int background_end(struct background *program, int signal, int deadline_ms);

/* Whether any process of its group is left, after a moment to go. */
bool background_is_gone(pid_t group, int deadline_ms);

/* Kills what is left. Safe to repeat. */
void background_free(struct background *program);
