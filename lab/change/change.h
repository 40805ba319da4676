/* What has to be done to a lab that is up so that it becomes what a file says: found from the plans
 * of both and from what their programs are started with. Keys of a file are known here by
 * what comes of them, not by their names, so that a new key needs nothing in this room.
 *
 * Finding it is pure, but for the files that programs are filled in from. Who does not differ
 * is not touched:
 *
 *     steps of its namespace, of its cables      it is built anew, and its program started
 *     routes, rules, what its link does          changed in place
 *     what its program is started with           its program is started again
 *     a switch                                   built anew, with all that is plugged in there
 */
#pragma once

#include "lab/kernel/fabric.h"
#include "lab/launch/launch.h"

enum change_deed {
	CHANGE_ADDED,
	CHANGE_REMOVED,
	CHANGE_REBUILT,   /* with a namespace, links and a program of its own */
	CHANGE_RESTARTED, /* its program alone */
	CHANGE_IN_PLACE,  /* nothing of it ends */
	CHANGE_NOTED,     /* there is nothing to do */
	CHANGE_DEEDS
};

struct change {
	enum change_deed deed;
	const char *name; /* of a node, or a key of the file */
	bool is_node;
	const char
	    *words; /* what differs, in words of the file; "": nothing of its own */
	const char *why; /* it is changed, where the words do not say it; or "" */
};

struct change_sides {
	struct launch_context from, to; /* the fabric of `to` is of no meaning */
	const bool *is_broken; /* by instance of from: it is not whole; null: all are */
	/* Why the program of a node that is in both is to be started, whatever the files say; null:
	 * it is not. */
	const char *(
	    *wants)(void *user, const struct node *from, const struct node *to);
	void *user;
};

struct change_set {
	struct change *changes; /* in the order of the file, what is removed last */
	size_t n_changes;
	struct fabric_change fabric; /* with the plans' indexes */
	struct fabric
	    *next; /* for the plan of `to` (fabric_follow()); null once taken */
	const char *
	    *built;   /* by instance of to: why it is built anew; null: it is not */
	bool *starts; /* by node of to, number - 1: its program is started */
	bool *stops;  /* by node of from: its program is stopped before */
	bool *links;  /* by link of to: netem is set anew */
	struct change_side *old; /* for change_leaves() */
	struct arena arena;
};

/* The plan of sides->to was made after that of from (plan_build_after()). ERR_USAGE or ERR_CONFIG
 * where a program of the new lab cannot be described, -ENOMEM. The caller frees *ret with
 * change_free(); it borrows from both plans. */
int change_find(const struct change_sides *sides, struct change_set **ret,
    struct error *err);

/* Safe with null. */
void change_free(struct change_set *set);

/* Whether the interface of the old plan is taken away, as it is or for good. */
bool change_leaves(const struct change_set *set, uint32_t ns, uint32_t ifindex);

/* What a lab cannot become while it is up, with what to do instead: ERR_USAGE. seed: the lab's. */
int change_check(const struct topology *from, const struct topology *to, uint64_t seed,
    struct error *err);

/* "added", "removed", "rebuilt", "restarted", "changed", "noted". */
const char *change_deed_name(enum change_deed deed);

/* Appends one as a line with its end, for people: "~ acs1  policy: a.yaml -> b.yaml; its program is
 * started again". width: of the widest name. */
void change_put(struct buf *out, const struct change *change, unsigned width);
