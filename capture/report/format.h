/* An analysis in the formats of other tools. Secrets are as the analysis has them:
 * redacted unless it was asked to show them. Only sessions whose bodies were kept have
 * bodies and heads in there. Where memory runs out, out->error says so. */
#pragma once

#include "lib/base/buf.h"

struct analysis;

/* One message a line, as a JSON object each, in the order of frames; "id" is session
 * and frame, "12-345", with ".2" after it for the second message of one frame. What
 * belongs to no session, such as DHCP and DNS, is of session 0. A finding is a line of
 * kind "finding" after the messages of its frame, and its id begins with "f"; a failure
 * is one of kind "failure" behind both, and its id begins with "x". */
void format_ndjson(struct buf *out, const struct analysis *analysis);

/* HAR 1.2: sessions are pages, a request with its final response is an entry; times by
 * phase where the capture shows them. A request without a response has status 0. */
void format_har(struct buf *out, const struct analysis *analysis);

enum {
	FORMAT_MERMAID_SESSIONS = 50, /* that are drawn; viewers give up at more */
};

/* A sequenceDiagram of Mermaid: of CPEs whose ladders have the same shape (ladder.h)
 * the first, with its sessions one after the other, and a comment that says how many
 * sessions are like none of those that are drawn. Texts are cut at 120 bytes. */
void format_mermaid(struct buf *out, const struct analysis *analysis);

/* JUnit XML: a case for each sequence of a CPE, each session, each finding that is a
 * breach (finding_is_breach()), and each failure outside sessions; what is not judged
 * is skipped. */
void format_junit(struct buf *out, const struct analysis *analysis);
