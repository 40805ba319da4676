/* A lab that is up while a test captures in it, and traffic in it on demand. */
#pragma once

#include "tests/support/process.h"

enum {
	LAB_WORDS_MAX = 16,
};

struct lab {
	char folder[64]; /* a temporary one, with the topology and out/ */
	char name[64];
	struct process_result said; /* by the last command */
};

/* Brings up topologies/figure-2, captured, under a name of its own. */
void lab_up(struct lab *lab);

/* "cwmplab WORD..." (ended by null); the exit status. */
int lab_tell(struct lab *lab, const char *const *words);
#define LAB_TELL(lab, ...) lab_tell((lab), (const char *const[]){ __VA_ARGS__, NULL })

/* One more CPE at node cpe-1 informs acs2 over TLS; its secrets go into a file of the
 * folder: "out/keys.log" is the key log of the lab. */
void lab_session(struct lab *lab, const char *keys);

/* Ends it, removes the folder. */
void lab_free(struct lab *lab);
