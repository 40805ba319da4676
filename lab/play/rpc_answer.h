/* The answer of a CPE to an RPC, as people read it and as JSON, printed while its pages come. */
#pragma once

#include "lab/channel/pages.h"
#include "lib/base/buf.h"
#include "lib/program/table.h"

struct json_t;

struct rpc_answer {
	bool as_json;
	const char *device;  /* as the caller names it; borrowed */
	const char *subject; /* the only name that was asked for, or null; borrowed */
	/* the rest is private */
	struct page_printer printer;
	struct screen screen;
	struct buf out;
	struct table table;
	const char *list; /* the key of the list that is being printed; null: none */
	int status;       /* exit status; -1: no page of an answer has come */
};

/* device and subject, which may be null, are borrowed. */
void rpc_answer_begin(struct rpc_answer *answer, const char *device,
    const char *subject, bool as_json);

/* Takes the object "task" of a page (agents/README.md, command "tasks") of a task that is
 * over. A fault, or a task that failed, is told on standard error. */
void rpc_answer_page(struct rpc_answer *answer, struct json_t *task);

/* Prints the end and returns the exit status: EXIT_OK; EXIT_FAILED after a fault or a
 * task that failed; EXIT_MACHINE where no page came. */
int rpc_answer_end(struct rpc_answer *answer);
