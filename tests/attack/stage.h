/* The stage of the attacks: a network of its own, programs that are attacked in it, good CPEs
 * that go their way meanwhile, and the table of what came of it, a row an attack.
 *
 * Times and memory are judged where they mean something: not with the sanitizers' builds. A
 * slow machine has CWMPLAB_TEST_SLOW times as long. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/compiler.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum {
	STAGE_SESSION_S = 2,   /* within which a good CPE completes its session */
	STAGE_LEASED_S = 15,   /* the same where it is DHCP that is attacked */
	STAGE_MEMORY_MB = 255, /* most that an attacked program may ever have held */
	STAGE_LOG_BYTES = 8 << 20, /* most that it may have said of an attack */
	STAGE_END_S = 10,          /* within which it obeys SIGTERM */
	STAGE_STARVED = 6, /* as many times as long, while it waits for a processor */
};

struct stage {
	char folder[64]; /* a temporary one */
	int argc;        /* the rows to run, by parts of their names; 0: all */
	char **argv;
	unsigned n_rows, n_bad;
};

struct row { /* of the table */
	const char *attack;
	clock_ns took;      /* by the slowest good CPE; -1: there was none */
	unsigned memory_mb; /* the most that an attacked program held; 0: not known */
	char trouble[256];  /* "": the row is good */
	bool is_late;       /* the only trouble is that it took too long */
	int tries;
};

/* To be called first in main(): enters the sandbox (exits with 77 where there is none), makes
 * the folder, prints the head of the table. argv may name the rows that are wanted. */
void stage_open(struct stage *stage, int argc, char **argv);

/* Removes the folder, prints how many rows there were. The exit status of the program: 0 when
 * all rows are good and there was one. */
int stage_close(struct stage *stage);

/* Whether the row of that name is to run. */
bool stage_wants(const struct stage *stage, const char *attack);

/* Whether times and memory are judged. */
bool stage_is_measured(void);

/* That many seconds, times the slowness of the machine; patience where times are not judged. */
clock_ns stage_limit(int seconds);

/* Whether this child of the process has not ended. */
bool stage_lives(pid_t pid);

/* A bad row: the first words are kept, but for those of one that is only late. */
void row_fail(struct row *row, const char *fmt, ...) ATTR_PRINTF(2, 3);

/* The same of a good CPE that was slower than it may be. */
void row_fail_late(struct row *row, clock_ns took);

/* Whether the row is to be tried again, for which it is made new. One that is only late is, twice:
 * what other programs take of the machine comes and goes, what the attack costs stays. */
bool row_again(struct row *row);

/* Prints the row and counts it. */
void stage_tell(struct stage *stage, struct row *row);

/* ---- who is attacked ----------------------------------------------------------------- */

struct victim {
	const char *name;
	pid_t pid;     /* 0: it has ended */
	char log[128]; /* path of what it said */
	int unread; /* read end of a pipe that nobody reads; -1: its words go to log */
};

struct victim_limits {
	unsigned descriptors; /* RLIMIT_NOFILE; 0: as it is */
	bool is_unread;       /* standard output is a full pipe before long */
};

/* Starts argv (its name in events and files is name). */
void victim_start(struct victim *victim, const struct stage *stage, const char *name,
    const char *const *argv, struct victim_limits limits);

/* Waits until words stand in what it said. False when it ends before or hangs. */
bool victim_shows(const struct victim *victim, const char *words);

/* What it said so far, appended. */
void victim_read_log(const struct victim *victim, struct buf *out);

/* Processor time that it has used so far. */
clock_ns victim_processor_time(const struct victim *victim);

enum {
	VICTIM_CHECKED = -1, /* status 0 to 2, of a check: it may not have come far */
	VICTIM_ATTACKED = -2 /* 0 or 1, of an agent: 1 says that it refused somebody */
};

/* Takes the peak of its memory into the row, asks it to end and waits for that. The row is
 * bad when it held or said too much, does not end, or ends with another status. */
void victim_end(struct victim *victim, int signal, int status, struct row *row);

/* ---- good CPEs ----------------------------------------------------------------------- */

/* Runs argv ("cwmplab cpe"...) until its CPE has told the end of a session, which must have
 * succeeded within limit from the start of the program; takes the time into the row. What it
 * said is appended to told (may be null). False, and the row is bad, when it has not. */
bool good_cpe(struct row *row, const char *const *argv, clock_ns limit,
    struct buf *told);
