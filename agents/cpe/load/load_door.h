/* The operator's door of an ACS of ours (`cwmplab acs --door PATH`), from the outside: commands go
 * there as JSON lines, and answers come back. */
#pragma once

#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/json.h"

enum {
	LOAD_ASKS_MAX =
	    16, /* that may be unanswered: as many as an ACS takes (ANSWERS_MAX) */
	/* That an answer may take: more than an operator waits for an RPC. */
	LOAD_ANSWER_S = 60
};

struct conf_node;
struct load_door;
struct uv_loop_s;

/* What was answered, the first page alone: its members, borrowed. Null: there will be
 * none, for the ACS is gone; then it may be called from inside load_door_send(). */
typedef void load_answer_fn(void *user, const struct conf_node *answer);

/* Connects, and waits for room for some seconds where others have it. With words ERR_USAGE
 * where nobody is there, there was no room, or the path is too long, -errno, -ENOMEM. *ret is null
 * before; the caller ends it with load_door_close() where it is set, which it may be after a
 * failure, too. */
int load_door_open(struct load_door **ret, struct uv_loop_s *loop, const char *path,
    struct error *err);

/* Begins a command; the caller adds its arguments to the writer and ends it with
 * load_door_send(). Null: the ACS is gone, or LOAD_ASKS_MAX are unanswered. */
struct json *load_door_ask(struct load_door *door, const char *command,
    load_answer_fn *answered, void *user);
void load_door_send(struct load_door *door);

/* Knocks again where the ACS has hung up, since another one may have taken its place. Whether
 * somebody is there. */
bool load_door_again(struct load_door *door);

/* Whether a command can be begun. */
bool load_door_is_free(const struct load_door *door);

/* Whether the ACS has hung up: none can be, unless load_door_again(). */
bool load_door_is_gone(const struct load_door *door);

/* Gives the door up, as if the ACS had hung up, where it owes an answer for LOAD_ANSWER_S. It is
 * looked at now and then while it is waited for. */
void load_door_look(struct load_door *door, clock_ns now);

/* Whether that is why none can be begun. */
bool load_door_is_silent(const struct load_door *door);

/* Nobody is called any more but done (may be null), when the loop has let go of it and it is
 * freed. */
void load_door_close(struct load_door *door, void (*done)(void *user), void *user);
