/* The load tests of a run: what their programs told, what they left in files, and what the capture
 * says of the same sessions. */
#pragma once

#include "lab/topology/topology.h"
#include "lib/base/buf.h"
#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/load/bridge.h"

struct analysis;
struct json;
struct json_t;
struct loads;
struct outdir;

struct loads_item {
	const struct node *node;
	uint64_t cpes; /* as it told when it was ready; 0: not yet */
	bool is_over;
	int status;                   /* of its program, once it is over */
	char verdict[16];             /* "PASS"; "" where it came to none */
	struct tally_account fleet;   /* as it told last */
	struct tally_account capture; /* of the same addresses, once loads_compare() */
	struct bridge bridge;  /* from the one to the other, once that is there */
	struct buf text, json; /* owned: its result; empty where there is none */
	struct loads_rule {
		const char *rule; /* of the analysis */
		uint64_t n;
	} * rules; /* owned: that its CPEs broke, musts and those to keep */
	size_t n_rules;
	uint64_t
	    asked; /* how often any CPE was held against a rule that it is to keep */
};

/* Those of the topology, which is borrowed. Null without memory. */
struct loads *loads_new(const struct topology *topology);
/* Safe with null. */
void loads_free(struct loads *loads);
DEFINE_CLEANUP(struct loads *, loads_free)

/* Null has none, here and below. */
size_t loads_count(const struct loads *loads);
const struct loads_item *loads_item(const struct loads *loads, size_t i);

/* That of the node; null: it is of another kind. */
const struct loads_item *loads_find(const struct loads *loads, const struct node *node);

/* Whether one of the CPEs of a load test has that address; null is nobody's. */
bool loads_has(const struct node *node, const char *address);

/* Takes an event of the lab; those of others change nothing. */
void loads_event(struct loads *loads, const struct json_t *event);

/* Whether none runs any more. True from the start where there are none. */
bool loads_are_over(const struct loads *loads);

/* EXIT_OK where all came to PASS and, as far as it is known by now, kept the rules that they are to
 * keep; EXIT_INVALID where one proves nothing, else EXIT_FAILED. */
int loads_status(const struct loads *loads);

/* Appends why they are not all well, "homes came to FAIL; ..."; nothing where they are. */
void loads_put_why(struct buf *out, const struct loads *loads);

/* Appends "storm 1,200 started, 1,100 completed", each of them; nothing where there are none. */
void loads_put_progress(struct buf *out, const struct loads *loads);

/* Reads what their programs left in the folder; without one that is missing the report says
 * less. */
void loads_read(struct loads *loads, const struct outdir *out);

/* Counts their sessions in the capture, which is the third account beside those of the fleet and of
 * the ACS, and the rules that their CPEs have broken. The items borrow from the analysis. 0 or
 * -ENOMEM. */
int loads_compare(struct loads *loads, const struct analysis *analysis,
    struct error *err);

/* How often its CPEs have broken what they are to keep, in the capture. */
uint64_t loads_broken(const struct loads_item *item);

/* Writes the key "loads" into the object that is open. */
void loads_write_json(const struct loads *loads, struct json *json);

/* Appends what they came to, for people. */
void loads_put_text(struct buf *out, const struct loads *loads);
