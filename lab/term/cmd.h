/* How verbs end: the exit status, and whether all output came out. */
#pragma once

#include "lib/program/exit_status.h"

struct buf;
struct error;

/* The exit status that a code of struct error stands for: EXIT_USAGE for what the user can
 * mend in the call or in a file, else EXIT_MACHINE. */
int cmd_status(int code);

/* Prints the words of err on standard error and returns cmd_status() of its code. */
int cmd_fail(const struct error *err);

/* Writes the text to standard output and returns status; EXIT_MACHINE, with the reason said
 * on standard error, when it cannot be written or there was no memory for all of it. */
int cmd_print(const struct buf *text, int status);

/* The last step of every verb: returns status if all that was written to standard output
 * came out. Otherwise says in one line on standard error that it did not, unless status is
 * EXIT_MACHINE already, and returns EXIT_MACHINE. */
int cmd_finish(int status);
