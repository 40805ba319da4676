/* A program that runs beside the test: started, watched, told to end. */
#pragma once

#include "lib/base/buf.h"

#include <stdbool.h>
#include <sys/types.h>

struct background {
	pid_t pid; /* of the program, which leads a process group; 0: it has ended */
	int out;   /* owned: where its output comes from; -1: not started */
	struct buf text; /* standard output and standard error so far */
	int status;      /* once it has ended: exit status; 128 + signal */
};

#define BACKGROUND_NULL            \
	{                          \
		0, -1, BUF_NULL, 0 \
	}

/* argv and folder as process_run(), as is a program that cannot be executed. The program is
 * killed as the test program ends, should a failed test leave it behind. */
void background_start(struct background *program, const char *const *argv,
    const char *folder);

/* Waits until words stand in its output. False when it ends before or hangs (patience.h). */
bool background_shows(struct background *program, const char *words);

/* Waits 20 ms for output and takes it. False once there is no more to come. */
bool background_lives(struct background *program);

/* Sends signal (0: none) and waits for the end of the program and of its output. Returns the
 * status, or -1 when it hung (patience.h) and was killed. Safe to repeat: it returns the
 * status again. */
int background_end(struct background *program, int signal);

/* Waits until no process is left of the group, whose number is the pid of a program before
 * it ended. False when one of them stays (patience.h). */
bool background_is_gone(pid_t group);

/* Kills its group if it has not ended, and frees its output. Safe to repeat. */
void background_free(struct background *program);
