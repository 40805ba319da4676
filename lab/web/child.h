/* A run of this program of which all that it says is wanted ("cwmplab lesson check --json"). */
#pragma once

#include "lib/base/error.h"
#include "lib/base/str.h"

#include <uv.h>

struct web_child;

enum {
	WEB_CHILD_BYTES =
	    1 << 20, /* of each of its two outputs; what is beyond is dropped */
	WEB_CHILD_WORDS = 8
};

/* It has ended, with what it said; both are borrowed during the call. status is below 0 where its time
 * was up, which errors says: it is killed then. */
typedef void web_child_fn(void *user, int status, struct str out, struct str errors);

struct web_child_call {
	const char *const *words; /* behind the name of the program; ended by null */
	uint64_t longest_ms;
	web_child_fn *done;
	void *user;
};

/* Starts it. done() is called once, unless the child is closed before. -ENOMEM or -errno with words.
 * The caller ends *ret by web_child_close(), also from inside of done(). */
int web_child_start(struct web_child **ret, uv_loop_t *loop,
    const struct web_child_call *call, struct error *err);

/* Ends it; the memory goes in the loop's next rounds. Null is fine. */
void web_child_close(struct web_child *child);
