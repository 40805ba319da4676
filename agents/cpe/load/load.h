/* A load test in this process: a fleet of CPEs whose sessions begin as a schedule says, and the
 * numbers of it. It ends by itself when its time is over or all CPEs have been served, drains,
 * and tells its owner.
 *
 *   RUNNING --time is over, drain--> DRAINING --nothing is open, or long enough--> STOPPING
 *   STOPPING --the loop holds nothing of it--> OVER */
#pragma once

#include "lib/base/error.h"
#include "lib/load/load_file.h"
#include "lib/load/preflight.h"
#include "lib/load/report/result.h"
#include "lib/load/series.h"
#include "lib/load/tally.h"
#include "lib/load/verdict.h"

#include <stdio.h>

#define LOAD_MODEL "generic-181" /* where the file names none */

struct conf_doc;
struct conf_mistakes;
struct load;
struct load_data;
struct uv_loop_s;

enum load_state {
	LOAD_RUNNING,
	LOAD_DRAINING,
	LOAD_STOPPING,
	LOAD_OVER
};

struct load_config { /* borrowed for the life of the load */
	const struct load_file *file;
	const char *const *models;      /* paths of device models, one for each mix */
	const struct load_data *data;   /* of the file's CPEs; null: nothing differs */
	struct conf_mistakes *mistakes; /* gets what is wrong with the data; not null */
	uint64_t seed;
	/* Path of the network namespace of a lab, in which CPEs can be called at any address;
	 * null: this machine's own. */
	const char *netns;
	struct {
		const char *username, *password;
	} call; /* who may call its CPEs, as the factory has set it; null: anybody */
	/* Its numbers are at http://127.0.0.1:PORT/metrics while it runs; 0: nowhere. */
	uint16_t scrape_port;
	FILE *events; /* a JSON line for each session that ends; null: none */
};

struct load_handlers {
	/* Once a second while it runs or drains; what has happened in it is the last point of
	 * load_series(). */
	void (*second)(void *user);
	/* It is over: load_free() may be called, not from inside this call. */
	void (*over)(void *user);
	/* A storm wants the ACS of the lab to be gone for so long; null: there is no lab. */
	void (*acs_restart)(void *user, clock_ns lasts);
};

/* Opens all CPEs, each switched off. Errors as cpe_fleet_new(). *ret, which is set
 * after most failures too, is given to load_stop() and freed once the loop has run to
 * its end; over() may not be called then, where the loop holds nothing of it yet. */
int load_new(struct load **ret, struct uv_loop_s *loop,
    const struct load_config *config, const struct load_handlers *handlers, void *user,
    struct error *err);

/* The schedule begins: now, or where the file names the ACS's door, once the ACS has
 * answered what it has counted so far. */
void load_start(struct load *load);

/* No session begins any more, and those that are open are waited for; why ("Ctrl-C") is
 * borrowed by the load and its result. Called again, or never started: it stops at
 * once. */
void load_stop(struct load *load, const char *why);

/* Null is fine. */
void load_free(struct load *load);

/* ---- while it runs ------------------------------------------------------------------- */

/* As arrival_scale(), arrival_halt() and arrival_go_on(), now. */
void load_scale(struct load *load, double scale);
void load_halt(struct load *load, bool is_halted);

double load_scale_of(const struct load *load);
bool load_is_halted(const struct load *load);
enum load_state load_state(const struct load *load);
const char *load_state_name(enum load_state state);
uint64_t load_cpes(const struct load *load);
/* How long it has run so far, without the drain. It has begun. */
clock_ns load_took(const struct load *load);
/* Sessions a second that the schedule wants of this process now; 0 while it is halted
 * or no longer runs, and where CPEs come of their own accord. */
double load_rate_wanted(const struct load *load);
const struct tally *load_tally(const struct load *load);
const struct own_limits *load_own(const struct load *load);
const struct series *load_series(const struct load *load);

/* Appends the line of the last whole second, with its end: what was offered, what became of it,
 * how long sessions took, and how we are. */
void load_put_line(struct buf *out, const struct load *load);

/* ---- behind it ------------------------------------------------------------------------ */

/* The verdict, held against the thresholds of the file, with the result in the arena. -ENOMEM. */
int load_result(struct load *load, struct arena *arena, struct load_result *ret);

/* Appends its histograms as a log of HdrHistogram (lib/load/hist_log.h). */
void load_put_log(struct buf *out, const struct load *load);

/* Appends a warning, with a histogram, where many CPEs informed in the same moment; else false. */
bool load_put_phases(struct buf *out, const struct load *load);

/* Whether all events could be written. */
bool load_has_events(const struct load *load);

/* ---- load_check.c: before it ------------------------------------------------------------ */

/* Holds what the load needs against what this machine has (lib/load/preflight.h). */
struct preflight load_check(const struct load_file *file);

enum {
	LOAD_CHECK_STORMS = 2 * LOAD_STORMS_MAX
};

/* The sessions of its storms, as the preflight counts them. How many there are. */
size_t load_check_storms(const struct load_file *file,
    struct preflight_storm ret[LOAD_CHECK_STORMS]);

/* Whether this program can do all that the file wants, such as its storms. ERR_CONFIG with the
 * words. */
int load_check_file(const struct load_file *file, struct error *err);

/* The same of one that a node of a lab runs: what the lab decides is not in it, and it comes to an
 * end. Unless the node loads an ACS of its lab (has_acs), which takes commands and can be ended, it
 * has no probe, and no storm of an operator or of an ACS. doc is the file's. ERR_CONFIG with place
 * and hint. */
int load_check_lab(const struct load_file *file, const struct conf_doc *doc,
    bool has_acs, struct error *err);

/* Whether sessions can start from the addresses of the file; else ERR_MACHINE with
 * words that say how to get there. */
int load_check_sources(const struct load_file *file, struct error *err);

/* ---- load_files.c: the files that it names --------------------------------------------- */

/* Finds the path of the model of each kind of CPE, into the arena: by its name among
 * those that come with the program, or, with a "/" or "." in it, as a path, seen from
 * the file "beside" (null: from where we are). ERR_USAGE with a hint, -ENOMEM. */
int load_find_models(const struct load_file *file, const char *beside,
    struct arena *arena, const char *models[LOAD_MIXES_MAX], struct error *err);

/* Reads its CSV file of what differs from CPE to CPE, seen from there, too; *ret stays as it is
 * where it names none. Errors as whole_file_read() and load_data_parse(). */
int load_read_data(const struct load_file *file, const char *beside,
    struct load_data **ret, struct conf_mistakes *mistakes, struct error *err);

/* ---- load_onlook.c: a fleet that somebody else runs, by hand ----------------------------- */

struct cpe_fleet;

/* Counts the sessions of the fleet, which has not booted yet, and watches this process;
 * handlers->over is not called. The fleet is borrowed until load_look_free(), and tells
 * it of sessions until then. Null: no memory. */
struct load *load_look_on(struct uv_loop_s *loop, struct cpe_fleet *fleet,
    const struct load_handlers *handlers, void *user);

/* The fleet is about to stop: what becomes of it from now on counts no more. */
void load_look_away(struct load *load);

/* When the loop has run on after load_look_away(), and before the fleet is freed. Null: nothing is
 * done. */
void load_look_free(struct load *load);

/* Appends what came of its sessions, how long they took and what went wrong, for people. */
void load_put_summary(struct buf *out, const struct load *load,
    const struct screen *screen);

/* ---- load_run.c: all of it -------------------------------------------------------------- */

struct load_show { /* who looks on, and gives keys; functions may be null */
	void (*second)(void *user, struct load *load);
	int input; /* descriptor that is readable when a key was pressed; -1: none */
	void (*key)(void *user, struct load *load);
	void (*over)(void *user, struct load *load); /* it is about to be freed */
	void *user;
};

/* Runs the load test to its end, in a loop of its own; SIGINT and SIGTERM drain it, a second one
 * ends it at once. *ret lives in the arena. Errors as load_new() and load_result(). */
int load_run(const struct load_config *config, const struct load_show *show,
    struct arena *arena, struct load_result *ret, struct error *err);
