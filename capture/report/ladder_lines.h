/* The ladders that ladder.h writes, session by session and line by line, for a reader who moves
 * among the lines. */
#pragma once

#include "capture/analysis/analysis.h"
#include "capture/report/ladder.h"
#include "lib/base/arena.h"

enum ladder_tone {
	LADDER_PLAIN,
	LADDER_FAINT, /* beside the session: TCP, TLS; what is not judged */
	LADDER_BAD,   /* a breach at must level, a failure */
	LADDER_ODD,   /* another finding */
};

struct ladder_line {
	struct str text;
	enum ladder_tone tone;
	/* What the line shows or, of a finding, what that is about; null: none. */
	const struct analysis_message *message;
	const struct finding *finding; /* null: the line is no finding */
};

/* Whose ladder: that of a session or, where session is null, the part of a CPE's in which a frame
 * stands that belongs to none. */
struct ladder_whose {
	const struct analysis_session *session;
	size_t device;             /* index into the analysis; SIZE_MAX: not known */
	const char *mac, *address; /* either may be null */
	uint64_t frame;
};

struct ladders; /* of one analysis */

/* Makes them; *ret borrows the analysis, and the caller frees it with ladders_free(). 0 or
 * -ENOMEM. */
int ladders_new(const struct analysis *analysis, struct ladders **ret);

/* Null is fine. */
void ladders_free(struct ladders *ladders);

/* The *ret_n lines of what passed since the CPE's session before: what it asked for, the
 * session's messages, findings and, of its last session, all that came later. *ret_heading
 * is the line that says who stands at the ends of the arrows. All of it lives in arena. Of
 * options only width and is_utf8 count. Null without memory and where there is no such CPE. */
struct ladder_line *ladders_lines(const struct ladders *ladders,
    const struct ladder_whose *whose, const struct ladder_options *options,
    struct arena *arena, struct str *ret_heading, size_t *ret_n);
