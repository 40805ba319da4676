/* Commands that come as JSON lines, and their answers, which may be of any length: the table
 * and the bookkeeping, without I/O. An agent's control channel and the lab's socket are
 * made of it (agents/README.md).
 *
 *     {"id":7,"cmd":"status"}
 *     {"re":7,"ok":true,"status":{"sessions":3,"devices":[{...},{...}]},"more":true}
 *     {"re":7,"ok":true,"status":{"devices":[{...}]}}
 *
 * An answer is a page or several, a line each. All have the same shape; those after the
 * first go on with the array in which the one before ended. The next page is made when
 * whoever reads has taken the last one, so nobody ever holds a long answer whole. */
#pragma once

#include "lib/base/list.h"
#include "lib/conf/conf.h"
#include "lib/program/lines.h"

enum {
	ANSWERS_MAX = 16,      /* that one reader may have open */
	PAGE_BYTES = 32 << 10, /* a page with so much in it is full */
	PAGE_ITEM_BYTES_MAX =
	    LINE_BYTES_MAX - PAGE_BYTES - 256, /* see answer_is_full() */
};

struct answer {
	struct list link;
	const struct command *command;
	uint64_t id;
	void *arguments;   /* as the rows of the command bound them; never null */
	struct json *json; /* of the page that is being made, for its members */
	unsigned n_pages;  /* that have been made */
	/* Where the command goes on with the next page: its own, 0 and null at first. */
	size_t at;
	void *state;
	/* Not for commands: */
	struct commands *commands;
	struct conf_doc *doc; /* in which the arguments live */
	bool is_waiting;      /* for answer_put(), answer_wake() or answer_fail() */
	uint64_t round;       /* of commands_go_on() that made its last page */
};

enum answer_result {
	ANSWER_WHOLE, /* this was the last page */
	ANSWER_MORE,  /* call again for the next one */
	ANSWER_LATER /* nothing yet; answer_put(), answer_wake() or answer_fail() will bring it */
};

struct command {
	const char *name;
	const char *help; /* one line */
	/* Its arguments, ended by a null key, and the size of the struct that they bind;
	 * null: it takes none. */
	const struct conf_row *rows;
	size_t size;
	/* Writes the members of one page. Returns enum answer_result, or an error,
	 * whose words become the "why" of an answer that is not ok. It must write
	 * nothing else to commands->out, such as an event: the line of the page is
	 * open. */
	int (*page)(void *user, struct answer *answer, struct error *err);
	/* Gives back answer->state; also of answers that nobody waits for any more. Null:
	 * nothing to do. */
	void (*end)(void *user, struct answer *answer);
};

/* The commands that one reader can give. */
struct commands {
	const struct command *table; /* ended by a null name */
	void *user;                  /* handed to the functions of the table */
	struct line_writer *out;     /* borrowed: where answers go */
	struct list answers;         /* that are not whole yet */
	size_t n_answers;
	uint64_t round;
};

/* table, user and out are borrowed until commands_close(). */
void commands_init(struct commands *commands, const struct command *table, void *user,
    struct line_writer *out);

/* Ends all answers: their reader is gone. Safe to repeat. */
void commands_close(struct commands *commands);

/* Takes a line. It is answered in any case, if only by a refusal. Known beside the table:
 * "more" asks for the next page of the answer with that id, "enough" ends it. */
void commands_take(struct commands *commands, struct str line);

/* Refuses a line that was too long to be read, with "re": 0 since its id is not
 * known. */
void commands_skip(struct commands *commands);

/* Makes the next page of each answer that does not wait. For readers that do not ask
 * for pages by "more". */
void commands_go_on(struct commands *commands);

/* Whether commands_go_on() would make a page. */
bool commands_are_due(const struct commands *commands);

/* Whether the page has so much in it that the next item belongs to the next one. An
 * item of at most PAGE_ITEM_BYTES_MAX bytes fits whenever this is false; a larger one
 * makes the command fail. */
bool answer_is_full(const struct answer *answer);

/* Gives an answer that waits a page that was made elsewhere. members is the rest of its
 * line behind the "re" member: text that begins with a comma, has "ok" (and "more"
 * where it is not the last), and ends with the brace of the object. The answer is freed
 * after the last page, and when the line does not fit. */
void answer_put(struct answer *answer, struct str members, bool is_last);

/* Calls the command of an answer that waits again, for its page. It may be freed then. */
void answer_wake(struct answer *answer);

/* Ends an answer that waits with "ok": false and the words of err, and frees it. */
void answer_fail(struct answer *answer, const struct error *err);
