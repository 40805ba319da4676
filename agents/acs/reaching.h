/* Whom the ACS calls and when, and what it tells of it: each call by an event and in the list
 * of devices, a sweep by an event of its own (agents/README.md). */
#pragma once

#include "agents/acs/config.h"
#include "agents/acs/device.h"
#include "agents/acs/reach/caller.h"
#include "agents/acs/reach/stun_door.h"
#include "agents/acs/tasks/task_queue.h"
#include "agents/common/control.h"

struct reaching;

/* All borrowed until reaching_close(), hoard until the loop has run to its end. -ENOMEM,
 * ERR_CONFIG of the list of passwords, or -errno of the STUN server, with words. */
int reaching_open(struct reaching **ret, uv_loop_t *loop,
    const struct acs_config *config, struct device_list *devices,
    const struct task_queue *tasks, struct control *control, struct hoard *hoard,
    struct error *err);

/* Who else is to hear of calls: what a device has answered (200 and 204 without why), or why its
 * call has failed (status 0: nothing was answered), and whose doing that is. That no session came
 * after an answer is not told. */
typedef void reaching_heard_fn(void *user, const char *id, unsigned status,
    const char *why, enum call_blame blame);
void reaching_follow(struct reaching *reaching, reaching_heard_fn *heard, void *user);

/* Breaks all calls off. The loop frees it. Null is fine. */
void reaching_close(struct reaching *reaching);

/* Calls the device of that id. */
void reaching_call(struct reaching *reaching, const char *id, enum call_way way);

/* Calls the device for tasks that wait for it, from the loop and not from inside: not at all where
 * it is being called already, and again while it says 503 (busy) and they still wait. */
void reaching_fetch(struct reaching *reaching, const char *id);

/* Calls all devices that the ACS knows, and tells "sweep" when all of these calls are over.
 * Does nothing while another sweep is under way. */
void reaching_sweep(struct reaching *reaching, enum call_way way);
bool reaching_is_sweeping(const struct reaching *reaching);

/* The device has informed with the events that it notes. */
void reaching_informed(struct reaching *reaching, const struct device *device);

/* Its session has ended well. */
void reaching_ended(struct reaching *reaching, const struct device *device);
