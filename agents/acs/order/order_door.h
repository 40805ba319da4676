/* A UNIX socket at which a program that was started by hand takes commands: those of
 * its control channel but "stop", as JSON lines (lib/program/command.h), from whoever
 * may open the socket, which is its owner alone. The next page of an answer is made
 * when it is asked for ("more"). Whoever ends their side (shutdown()) and listens is
 * answered to the end, unasked page after page, and then hung up on; the end of their
 * side is that of the last line, too. Whoever is gone is hung up on when the loop wakes,
 * and answers that wait are dropped. */
#pragma once

#include "lib/base/error.h"
#include "lib/program/command.h"

#include <uv.h>

enum {
	ORDER_VISITORS_MAX = 16 /* at a time; others are hung up on */
};

struct order_door;

/* Makes the socket, of mode 0600, also in the place of one that was left of a program which was
 * killed. table (ended by a null name) and user are borrowed. ERR_USAGE
 * where path is too long or there is something already, -errno, -ENOMEM with words. The caller
 * ends *ret with order_door_close(). */
int order_door_open(struct order_door **ret, uv_loop_t *loop, const char *path,
    const struct command *table, void *user, struct error *err);

/* Ends all answers, hangs up on everybody and removes the socket; frees once the loop has let go
 * of it. Null is fine. */
void order_door_close(struct order_door *door);
