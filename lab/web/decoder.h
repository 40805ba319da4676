/* A child that captures at ports of the lab and decodes what passes there ("cwmplab decode -i"): what
 * is hostile on the wire meets that process, and not the one that serves pages. It ends with its
 * reader, also where that is killed. */
#pragma once

#include "lib/base/error.h"
#include "lib/base/str.h"

#include <uv.h>

struct web_decoder;

enum {
	WEB_DECODER_PORTS_MAX = 16,
	WEB_DECODER_LINE_MAX = 4 << 20, /* a longer one is skipped */
	WEB_DECODER_WHY_MAX = 200,
	WEB_DECODER_PAUSE_MAX_S = 60
};

struct web_decoder_handlers {
	/* It captures: what passes from now on is told. */
	void (*started)(void *user);
	/* A line of JSON, borrowed during the call. */
	void (*line)(void *user, struct str line);
	/* It has ended, by itself or because it could not go on: "was ended by ...", "ended with ...". */
	void (*ended)(void *user, const char *why);
};

/* Starts it. ports are "LAB/NODE", copied. handlers are copied; they must not close it. -ENOMEM or
 * -errno with words. The caller ends *ret by web_decoder_close(). */
int web_decoder_open(struct web_decoder **ret, uv_loop_t *loop, char *const *ports,
    size_t n, const struct web_decoder_handlers *handlers, void *user,
    struct error *err);

/* Ends the child; the memory goes in the loop's next rounds. Null is fine. */
void web_decoder_close(struct web_decoder *decoder);

/* How long to wait with the next after so many in a row, 1 or more, have ended soon: twice as long
 * each time, up to WEB_DECODER_PAUSE_MAX_S. */
unsigned web_decoder_pause_s(unsigned n_ended);
