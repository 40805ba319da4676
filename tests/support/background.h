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

/* argv and folder as process_run(). Fails the test when it cannot be started. The program
 * is killed as the test program ends, should a failed test leave it behind. */
void background_start(struct background *program, const char *const *argv,
    const char *folder);

/* Waits until words stand in its output. False when it ends before or hangs (patience.h). */
bool background_shows(struct background *program, const char *words);

/* Takes its output for a moment. False once there is no more to come. */
bool background_lives(struct background *program);

/* Sends signal (0: none) and waits for the end; the status, or -1 when it hung and was
 * killed. */
int background_end(struct background *program, int signal);

/* Waits until no process of its group is left. False when one of them stays. */
bool background_is_gone(pid_t group);

/* Kills what is left. Safe to repeat. */
void background_free(struct background *program);
