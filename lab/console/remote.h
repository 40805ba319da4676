/* A console session of a node of a lab that is up. */
#pragma once

#include "lab/play/place.h"
#include "lib/base/buf.h"

#include <stdbool.h>
#include <stdint.h>

enum remote_act {
	REMOTE_OPEN,
	REMOTE_LINE,
	REMOTE_QUESTION,
	REMOTE_COMPLETE,
	REMOTE_WAIT,
	REMOTE_INTERRUPT,
	REMOTE_KEYS,
	REMOTE_CLOSE
};

struct remote {
	struct place place; /* owned */
	uint64_t session;
	struct buf prompt; /* owned: what the console asks for the next line with */
	struct buf out;    /* owned: the lines of the last answer, each with its end */
	struct buf
	    note; /* owned: what is odd in the last line, though it was taken; or empty */
	bool is_refused; /* the last line; out says why */
	bool is_over;    /* the session, by the last line */
	bool goes_on;    /* the last line: more of it comes by REMOTE_WAIT */
	bool
	    takes_keys; /* and what is typed is for a terminal elsewhere: REMOTE_KEYS */
	bool is_raw;    /* out is no lines, but text of that terminal */
	bool watches;   /* lines may come by REMOTE_WAIT though nothing goes on */
	bool is_secret; /* the last line has a password in it */
	unsigned screen_length; /* lines after which a terminal waits; 0: it does not */
	uint64_t ways;          /* how many ways there are to complete the last line */
	bool has_answer;        /* a page of the last answer has come */
};

/* Finds the node and opens a session at its console. The caller ends it with remote_close(), also
 * after a failure. ERR_USAGE: there is no such lab or node, or it has no console; and what
 * labsock_ask_agent() fails with. */
int remote_open(struct remote *remote, const char *lab, const char *node,
    struct error *err);

/* Types a line, asks what may follow it, or completes it for the nth time: remote has the answer.
 * A line that was completed stands in prompt. While a line goes on REMOTE_WAIT brings what has
 * come of it, within a moment, and REMOTE_INTERRUPT ends it as Ctrl+C does, or Ctrl+K. Errors as above. */
int remote_ask(struct remote *remote, enum remote_act act, struct str line,
    uint64_t nth, struct error *err);

/* A question of the console may have several lines: prints all but the last one, which stays open and
 * is returned, a part of prompt. */
struct str remote_show_question(const struct remote *remote);

/* "note: ..." on standard error, where the last line has one. */
void remote_show_note(const struct remote *remote);

/* Safe to repeat. */
void remote_close(struct remote *remote);
