/* What many CPEs must not forget, in one file: records of a key (a CPE's name) and its
 * state as text, appended whenever it changes, as a whole or as what has changed of the
 * last whole one (state_record.h); the last record of a key counts. So each prefix of
 * the file that ends with a record is a state that all CPEs were in, and a record that
 * a crash has cut short was never acknowledged. The first line is "# cwmplab cpes 2"; a
 * file that begins with "# cwmplab cpes 1", whose states are all whole, is made anew
 * when it is opened.
 *
 * Why a log and no database: a change costs one write() of a few hundred bytes (SQLite takes
 * a transaction with its own journal for it), 100,000 CPEs share one descriptor, and nothing
 * is ever asked of the file but all of it, once, at the start. It is written before an answer
 * goes out and not fsync'd: what a killed process has written stays; a machine that loses
 * its power takes the lab with it anyway. The file is written anew, fsync'd and renamed into
 * place, once it is more than twice as long as what counts in it would be as whole states. */
#pragma once

#include "agents/cpe/store/state_record.h"
#include "lib/base/error.h"
#include "lib/base/str.h"

#include <stdbool.h>
#include <stdint.h>

struct state_log;

enum {
	STATE_LOG_SPARE = 1 << 20, /* bytes beyond twice what counts before it is due */
};

/* Opens path, which is made where there is none, for this process alone. ERR_MALFORMED for a
 * file of another kind, ERR_BAD_STATE when another process has it, -errno or -ENOMEM, with
 * words. */
int state_log_open(struct state_log **ret, const char *path, struct error *err);

/* The state of this key that the file had when it was opened; a null view where there
 * is none. The first state_log_put() drops them all (state_log_forget_texts()). */
struct str state_log_get(const struct state_log *log, struct str key);

/* Whether state is what stands there for the key, so that nothing needs to be written. */
bool state_log_has(const struct state_log *log, struct str key, struct str state);

/* Appends, in one piece or not at all. A key is 1 to 128 bytes without blanks and
 * controls. With words ERR_LIMIT for another one, or a state of more than
 * STATE_LOG_STATE_MAX bytes, -ENOMEM, -errno when the file cannot take it: the old
 * state still counts. */
int state_log_put(struct state_log *log, struct str key, struct str state,
    struct error *err);

/* Gives the text that state_log_get() hands out back: all are read, and the log is only
 * written from now on. state_log_has() goes on to know. */
void state_log_forget_texts(struct state_log *log);

/* What stands in bytes (a file, or a prefix of one): calls each with the last state of each
 * key, in the order of their first records. Returns the length of the part that is whole;
 * ERR_MALFORMED when it is none of ours; or what each returned below 0, which ends it. */
int64_t state_log_replay(struct str bytes,
    int (*each)(void *user, struct str key, struct str state), void *user);

/* Null is fine. */
void state_log_free(struct state_log *log);
