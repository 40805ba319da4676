/* The ACS as a process, in parts. */
#pragma once

#include "agents/acs/agent.h"
#include "agents/acs/device_store.h"
#include "agents/acs/door.h"
#include "agents/acs/order/order_door.h"
#include "agents/acs/policy/policy_parts.h"
#include "agents/acs/reaching.h"
#include "agents/acs/scene/acs_scene.h"
#include "agents/acs/tasks/task_store.h"
#include "agents/common/control.h"
#include "agents/play/playing.h"

struct acs_agent {
	const struct acs_config *config;
	uv_loop_t loop;
	uv_timer_t sweep;
	struct control *control;
	struct order_door *orders; /* null: nobody may give any but by control */
	struct acs_door *door;     /* null: refuses on purpose */
	struct tls_ctx *tls;
	struct policy policy;      /* as it began */
	struct list swapped;       /* those that took its place (agent_policy.c) */
	struct policy_parts parts; /* of one that is to come */
	struct device_list devices;
	struct device_store *store; /* null: devices are forgotten */
	struct task_queue tasks;
	struct task_store *task_store; /* null: so are tasks */
	struct files *files;           /* null: there is no file server */
	struct acs_service *service;
	struct hoard answers;      /* of CPEs that are called */
	struct reaching *reaching; /* null: not yet, or it stops */
	struct light_door *light;  /* null: no lightweight notifications are heard */
	struct acs_scene *scene;   /* null: no sequence is played */
	struct acs_script script;  /* its */
	struct playing playing;    /* its */
	void (*played)(struct acs_agent *agent);
	struct list waits; /* of commands for tasks (agent_commands.c) */
	struct counts *counts;
	struct counts found; /* what they were at its start */
	uint64_t n_refused;
	bool is_by_hand; /* no lab reads along: it tells a summary in the end */
	bool is_stopping;
	bool is_disk_bad; /* said once */
	bool tells_rpcs; /* each RPC, request and challenge, not only what went wrong */
};

/* ---- agent_events.c ------------------------------------------------------------------ */

/* Handlers of the service and the door, which tell events; user is the agent. */
void agent_informed(void *user, const struct acs_session *session);
void agent_ended(void *user, const struct acs_session *session, bool ok);
void agent_refused(void *user, const struct acs_refusal *refusal);
void agent_tolerated(void *user, const struct acs_peer *peer, const char *what);
void agent_served(void *user, const struct acs_served *served);
void agent_noted(void *user, const struct acs_session *session,
    const struct acs_note *note);
/* Hears lightweight notifications, where it is to. -errno or -ENOMEM with words. */
int agent_light_open(struct acs_agent *agent, struct error *err);
void agent_changed(void *user, const struct acs_session *session);

/* It listens; it is about to end. */
void agent_ready(struct acs_agent *agent);
void agent_stopped(struct acs_agent *agent);

/* A task of the queue is over. */
void agent_task_over(struct acs_agent *agent, const struct task *task);

/* ---- agent_scene.c ------------------------------------------------------------------- */

/* Reads the sequence that is to be played, if any, before anything else. */
int agent_scene_open(struct acs_agent *agent, struct error *err);
/* Once the files are served: whether those that it is to give to CPEs are there. */
int agent_scene_check(struct acs_agent *agent, struct error *err);
/* What sessions go by while it is played; null: none is. */
const struct acs_script *agent_scene_script(struct acs_agent *agent);
/* Begins, once the ACS serves; played is called when it may go, perhaps more than
 * once. */
void agent_scene_start(struct acs_agent *agent,
    void (*played)(struct acs_agent *agent));
/* Tells how it ended. */
void agent_scene_stop(struct acs_agent *agent);
/* A session is over. */
void agent_scene_ended(struct acs_agent *agent, const struct acs_session *session,
    bool ok);
/* EXIT_OK where the path was walked, or none was to be; else EXIT_FAILED. */
int agent_scene_status(const struct acs_agent *agent);

/* ---- agent_commands.c ---------------------------------------------------------------- */

extern const struct command agent_commands[];

/* ---- agent_policy.c ------------------------------------------------------------------ */

/* Frees the policies that no session goes by any more, but for the newest, and those of
 * which parts are missing for too long. */
void agent_policies_sweep(struct acs_agent *agent);
/* Frees all of them but the one that the ACS began with. */
void agent_policies_free(struct acs_agent *agent);

/* ---- agent_tasks.c ------------------------------------------------------------------- */

enum {
	DEVICE_ID_MAX = 320 /* bytes of a name in a command */
};

/* The device of that id; or the only one whose serial number it is. Null with ERR_USAGE's
 * words. */
struct device *agent_find_device(struct acs_agent *agent, const char *name,
    struct error *err);

/* A task is over: those who wait for it are answered. Of struct task_queue. */
void agent_task_ended(void *user, const struct task *task);

/* Answers those who have waited for long enough. now is monotonic. */
void agent_commands_sweep(struct acs_agent *agent, clock_ns now);

/* Writes the device as it is now, where that is kept. */
void agent_save(struct acs_agent *agent, const struct device *device);
