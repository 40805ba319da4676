/* What the programs of agents/ have in common around their work: the command line, the
 * configuration that it names or is, the descriptors they may open, the exit status.
 *
 * An agent is told what to do by a file (--config FILE) or by flags; flags are written as
 * the file that would say the same and read by the same rows, so that both are checked
 * alike. */
#pragma once

#include "lib/conf/conf.h"
#include "lib/program/verb.h"

enum agent_flag_kind {
	FLAG_TEXT,
	FLAG_NUMBER, /* or a duration: what the rows want without quotes */
	FLAG_SWITCH,
	FLAG_OFF, /* a switch that turns off what is on without it */
	FLAG_FILE /* a file whose first line is the value; "-": standard input */
};

struct agent_flag {
	struct option_row row;
	/* The key that it sets: "url", "acs.url"; "pools[].range" is a key of the only item
	 * of a list. Flags of one mapping stand together, after those of the mapping around
	 * it. Null: it is for the agent itself, see agent_flag_value(). */
	const char *key;
	enum agent_flag_kind kind;
	bool is_required; /* unless there is --config */
	/* Its value is read once and not left in the command line, which every user of the
	 * machine can see. That of a URL with a secret in it is not either. */
	bool is_secret;
	size_t max; /* how often it may be given; 0: once */
};

enum {
	AGENT_VALUES_MAX = 8 /* of one flag */
};

struct agent_args {
	const struct agent_flag *flags; /* the agent's own */
	const char *values[OPTIONS_MAX][AGENT_VALUES_MAX];
	struct arena secrets; /* owns the values that were taken out of argv */
	const char *config;   /* path, or null: the flags say all */
	int control; /* descriptor of the control channel; -1: standard output */
	bool is_verbose;
	bool wants_json; /* also on a terminal */
	bool
	    is_for_people; /* standard output is a terminal, and gets lines for people */
	struct conf_doc *doc; /* what to do: of the file, or made of the flags */
};

struct agent_program {
	struct verb verb; /* its run is agent_main(), its row agent_option() */
	const struct agent_flag *flags; /* ended by a null name */
	/* Gives values to flags that were not given; null: nothing to do. */
	void (*complete)(struct agent_args *args, struct arena *arena);
	/* Does the work until it is told to stop. Returns the exit status, or an error with
	 * its words, which agent_main() tells as the event "failed", too. */
	int (*run)(const struct agent_args *args, struct error *err);
};

/* The value of a flag, "" for a switch; null when it was not given. name is one of the
 * agent's own flags. */
const char *agent_flag_value(const struct agent_args *args, const char *name);

/* Gives it a value, which is borrowed. */
void agent_flag_set(struct agent_args *args, const char *name, const char *value);

/* Reads the command line and the configuration: -1, and the caller frees args->doc and
 * args->secrets; or the exit status, all being said. Secrets in argv are
 * overwritten. */
int agent_args_read(const struct agent_program *program, int argc, char **argv,
    struct agent_args *args);

/* For struct verb. */
int agent_main(const struct verb *verb, int argc, char **argv);
const struct option_row *agent_option(const struct verb *verb, size_t i);
