/* What a topology expects of a run: an entry of its list "expect". */
#pragma once

#include "lib/base/clock.h"
#include "lib/conf/conf.h"

struct node;

/* XX(symbol, key in files). A kind has a row here, one in each table by kind of topology_expect.c
 * (how it is read) and one in lab/expect/expect.c (how it is judged). */
#define EXPECT_KIND_MAP(XX)      \
	XX(SEQUENCE, "sequence") \
	XX(RULE, "rule")         \
	XX(LEASE, "lease")       \
	XX(SESSION, "session")   \
	XX(CALL, "call")         \
	XX(STATE, "state")       \
	XX(RUN, "run")

enum expectation_kind {
#define XX(symbol, name) EXPECT_##symbol,
	EXPECT_KIND_MAP(XX)
#undef XX
};

enum {
#define XX(symbol, name) +1
	EXPECT_KINDS = 0 EXPECT_KIND_MAP(XX)
#undef XX
};

struct expect_rule {      /* "TCP-05 is broken by cpe" */
	const char *name; /* of a rule or, where it is kept, of a family */
	bool is_broken;
	const char *by; /* as written; null: by anybody */
	const struct node
	    *node;  /* of that name, or null: "cpe", "acs", "dhcp", "proxy" */
	uint64_t i; /* which of its CPEs, from 1; 0: any */
};

struct expect_session {          /* "p99 < 2s" */
	unsigned rank;           /* thousandths: 990 is p99, 1000 max; 0: the mean */
	bool is_above, is_equal; /* ">", ">=", "<=" */
	clock_ns bound;
};

enum expect_port { /* what a port can be */
	EXPECT_PORT_UP,
	EXPECT_PORT_DOWN,
	/* Of a port of a switch, for the spanning tree. */
	EXPECT_PORT_FORWARDING,
	EXPECT_PORT_BLOCKING
};

struct expect_state { /* "cpe-1 port eth0 down" */
	const char *node, *port;
	int state; /* enum expect_port */
};

struct expect_run {
	const char *node;
	struct conf_strings command;
	/* Texts that are in what it prints, or are not; an extended regular expression. */
	const char *prints, *lacks, *matches;
	uint64_t exit;
};

struct expectation {
	enum expectation_kind kind;
	const char *said[EXPECT_KINDS]; /* what stands at the key of its kind */
	const char *sequence;           /* the same of EXPECT_SEQUENCE; else null */
	const char *text;               /* one line, as reports name it */
	struct conf_strings nodes;      /* names of cpe and load nodes, as written */
	const struct node *
	    *on; /* the same; n_on of them: all CPEs where none are named */
	size_t n_on;
	uint64_t at_least;            /* of their CPEs hold; 0: all */
	clock_ns within;              /* from the start of the agents */
	clock_ns after;               /* the same; before it nothing is looked at */
	const struct conf_node *conf; /* its entry in the file */
	union {
		struct expect_rule rule;
		struct expect_session session;
		bool no_lease;
		struct {
			bool is_udp, fails;
		} call;
		struct expect_state state;
	};
	struct expect_run run;
};

/* Whether it is about the node, or about its CPEs. */
bool expectation_is_on(const struct expectation *expect, const struct node *node);

/* The key of a kind: "rule". */
const char *expectation_kind_name(enum expectation_kind kind);
