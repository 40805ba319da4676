/* What the supervisor's parts share: its own life (supervisor.c), its end
 * (supervisor_stop.c), what agents say to it (supervisor_lines.c), what it tells
 * (supervisor_events.c), how its programs start (supervisor_launch.c), and what it may be asked for
 * (supervisor_commands.c, supervisor_nodes.c, supervisor_questions.c, supervisor_apply.c). */
#pragma once

#include "lab/kernel/fabric.h"
#include "lab/supervisor/client.h"
#include "lab/supervisor/service.h"
#include "lab/supervisor/supervisor.h"

#define SUPERVISOR_TLS_FOLDER "/run/tls"

enum {
	SUPERVISOR_CARRIERS_MAX = 5
};

enum supervisor_state {
	SUPERVISOR_BUILDING,
	SUPERVISOR_STARTING,
	SUPERVISOR_RUNNING,
	SUPERVISOR_STOPPING
};

struct apply;
struct kernel_link;

struct supervisor {
	const struct supervisor_options *options;
	enum supervisor_state state;
	int stage;         /* that is started or stopped; -1: all stopped */
	clock_ns deadline; /* of the stage, monotonic */
	clock_ns started;
	int loop;
	int events; /* events.jsonl */
	struct watch signals, listener;
	struct fabric *fabric;
	struct service **services; /* each owned */
	size_t n_services;
	struct clients clients;
	struct list questions; /* that were passed on to agents */
	uint64_t n_questions;
	uint32_t *addresses;       /* one an instance: of the file, or as leased */
	uint8_t (*addresses6)[16]; /* the same of IPv6 */
	struct kernel_link *kernel_links; /* that netem impairs (supervisor_links.c) */
	size_t n_kernel_links;
	clock_ns links_started;
	unsigned n_carriers;   /* that ended before their time and were started again */
	struct issuer *issuer; /* of certificates; null while none is needed */
	/* Of a lab that has changed (supervisor_apply.c): */
	struct supervisor_options own; /* what options points at */
	struct topology *topology;     /* owned; null: still that of the start */
	struct plan *plan;             /* the same */
	bool *is_broken;               /* by instance: it is not whole; null: all are */
	struct apply *apply;           /* that is under way; or null */
};

/* Writes the line to events.jsonl and to the clients that want events. */
void supervisor_tell(struct supervisor *supervisor, struct str line);

/* Each of these tells an event of the supervisor's own (supervisor.h). */

/* "failed": the lab ends because of err. */
void supervisor_tell_failed(struct supervisor *supervisor, const struct error *err);

/* "built" or "up", and that it took the time from since (monotonic) until now. */
void supervisor_tell_took(struct supervisor *supervisor, const char *event,
    clock_ns since);

/* "exited": the program of the service has ended. */
void supervisor_tell_exited(struct supervisor *supervisor,
    const struct service *service);

/* "stopped": no program of the lab runs any more. */
void supervisor_tell_stopped(struct supervisor *supervisor);

/* "applied": the lab has become another one, but for what failed. */
void supervisor_tell_applied(struct supervisor *supervisor, size_t n_changes,
    size_t n_failures, clock_ns since);

/* "unreadable": an agent wrote a line that cannot be read. Told once for each agent. */
void supervisor_tell_unreadable(struct supervisor *supervisor, struct service *service,
    const char *why);

/* "link": a change that a schedule wanted was refused, and is tried again. */
void supervisor_tell_link(struct supervisor *supervisor, const char *link,
    const struct error *err);

/* Starts the program of the service, if its node has one: at first with a log of its own, later
 * with the same one, which goes on. What its launch refers to has to exist. ERR_* with words. */
int supervisor_launch(struct supervisor *supervisor, struct service *service,
    struct error *err);

/* Lists the programs of the plan: those that are listed go on, and those that are no more, which
 * have ended, are freed. -ENOMEM: then the list is as it was. */
int supervisor_list_services(struct supervisor *supervisor, struct error *err);

/* Whether its end is nobody's fault: the program of a host that need not serve, and a load test that
 * came to a verdict. */
bool supervisor_ends_by_itself(const struct service *service);

/* Begins the orderly end. Safe to repeat. */
void supervisor_stop(struct supervisor *supervisor);

/* Asks the programs of one stage to end; those that run SUPERVISOR_STOP_S later are killed.
 * Stage -1 has none: then all are stopped. */
void supervisor_stop_stage(struct supervisor *supervisor, int stage);

/* Commands "stop-node", "kill-node" and "start-node" (supervisor_nodes.c): a program of
 * the lab, by the name of its node. Its end or that it serves is told by "node" and by
 * events. */
struct supervisor_node_arguments {
	const char *node;
	const struct conf_node *command; /* of "agent" alone; null: "status" */
};

int supervisor_page_stop_node(void *user, struct answer *answer, struct error *err);
int supervisor_page_kill_node(void *user, struct answer *answer, struct error *err);
int supervisor_page_start_node(void *user, struct answer *answer, struct error *err);

/* Command "agent" (supervisor_questions.c). */
int supervisor_page_agent(void *user, struct answer *answer, struct error *err);
void supervisor_end_agent(void *user, struct answer *answer);

/* The instance of that name; "cpe" stands for cpe-1, cpe-2 and so on: the first of
 * them. ERR_USAGE: there is none, or the lab is not built yet. */
int64_t supervisor_find(const struct supervisor *supervisor, const char *name,
    struct error *err);

/* The program of the node; null: it has none. */
struct service *supervisor_service(struct supervisor *supervisor,
    const struct node *node);

/* The carrier of impaired links (agents/link); null, with words: this lab has none. */
struct service *supervisor_carrier(struct supervisor *supervisor, struct error *err);

/* Has the kernel impair the links that it is to; 0, -errno or -ENOMEM with words. Their
 * schedules begin. */
int supervisor_begin_links(struct supervisor *supervisor, struct error *err);

/* A program has ended: where it was the carrier of links, and had served, another is
 * started, which knows what the file says and nothing that was set since. After
 * SUPERVISOR_CARRIERS_MAX of them the links stay dead, which is told. */
void supervisor_carry_on(struct supervisor *supervisor, struct service *service);

/* When a schedule changes one of them next (monotonic), and what is to be done then; 0: never. */
clock_ns supervisor_link_deadline(const struct supervisor *supervisor);
void supervisor_look_at_links(struct supervisor *supervisor);

/* In a lab that has changed, once its fabric has: links that the kernel impairs are as the file has
 * them where is_due (by link of the plan), and the others as they were. As
 * supervisor_begin_links(). */
int supervisor_renew_links(struct supervisor *supervisor, const bool *is_due,
    struct error *err);

/* Whether a command to the carrier of links is of one that the kernel impairs, and its page. */
bool supervisor_is_of_kernel_link(struct supervisor *supervisor,
    const struct conf_node *command);
int supervisor_page_kernel_link(struct supervisor *supervisor,
    const struct conf_node *command, struct answer *answer, struct error *err);

/* The commands of clients; struct client has its supervisor as user. */
extern const struct command supervisor_commands[];

/* Functions of struct service_events, whose user is the supervisor: one takes a line of an
 * agent, an event or an answer; the other is told that a line was too long. */
void supervisor_take_line(void *user, struct service *service, struct str line);
void supervisor_take_too_long(void *user, struct service *service);

/* Passes the line of an agent on to the client that waits for it. False when it is no answer
 * to a command. */
bool supervisor_pass_on(struct supervisor *supervisor, struct service *service,
    struct str line);

struct json_t;

/* A load test has told that its ACS is to be gone for a while (event "acs-restart",
 * "for_ms"): it is killed, and started again then. Of anybody else, for more than a
 * day, and of an ACS that does not run or is being stopped, nothing comes; nor does it come
 * back where somebody stops it meanwhile. */
void supervisor_restart(struct supervisor *supervisor, const struct service *by,
    const struct json_t *event);

/* When one is started again (monotonic), and does it then; 0: none is gone. */
clock_ns supervisor_restart_deadline(const struct supervisor *supervisor);
void supervisor_look_at_restarts(struct supervisor *supervisor);

/* ---- supervisor_apply.c ---------------------------------------------------------------- */

/* Command "apply": another file for the lab, whose difference is told first, and then what becomes
 * of it. */
struct supervisor_apply_arguments {
	const char *file;
	const char *fault; /* null: none */
	bool is_dry;
};

extern const struct conf_row supervisor_apply_rows[];

int supervisor_page_apply(void *user, struct answer *answer, struct error *err);
void supervisor_end_apply(void *user, struct answer *answer);

/* Goes on with what is under way; to be called whenever something has happened. */
void supervisor_look_at_apply(struct supervisor *supervisor);

/* When to look again though nothing happened (monotonic); 0: never. */
clock_ns supervisor_apply_deadline(const struct supervisor *supervisor);

/* Whether the answer of an agent is for what is under way. */
bool supervisor_apply_takes(struct supervisor *supervisor,
    const struct service *service, uint64_t id, struct str members);

/* Answers the clients whose agent has ended or takes too long with an error. */
void supervisor_look_at_questions(struct supervisor *supervisor);

/* When to look at the questions again (monotonic); 0: none is open. */
clock_ns supervisor_question_deadline(const struct supervisor *supervisor);
