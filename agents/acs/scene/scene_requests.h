/* The requests that an ACS's side of a sequence sends: what the sequence says of their
 * arguments, what people say beside it ("METHOD.KEY=VALUE", by the keys of policies, rpc.h;
 * and "NAME=VALUE" of what a step keeps), and for the rest what does no harm:
 *
 *   GetParameterValues and the like   the step's parameter, or DeviceInfo.
 *   SetParameterValues                the step's parameter with the step's value
 *   DiagnosticsState                  that of an IP ping, of the ACS's own host
 *   CommandKey                        "play"
 *   Download                          a firmware image   ScheduleInform   after a second
 *
 * A URL or a file, operations, objects and vouchers have to be said. */
#pragma once

#include "agents/acs/policy/rpc.h"
#include "lib/sequence/scene.h"
#include "lib/sequence/scene_settings.h"

struct scene_requests;

/* Makes the requests of all steps, and gives the scene the values that were said. url is the
 * ACS's own. ERR_CONFIG with the place of a step of which too little is said; ERR_USAGE for
 * what people say and no step takes; -ENOMEM. The caller frees *ret; sequence and scene are
 * borrowed for its life. */
int scene_requests_new(struct scene_requests **ret, const struct sequence *sequence,
    struct scene *scene, const struct scene_settings *settings, const char *url,
    struct error *err);
void scene_requests_free(struct scene_requests *requests); /* null is fine */
DEFINE_CLEANUP(struct scene_requests *, scene_requests_free)

/* Makes the message of that step: kind, method and arguments. context says where the memory
 * comes from, the root of the CPE's names and where the ACS's own files are; its expand is
 * not looked at. As acs_rpc_fill(). */
int scene_requests_fill(const struct scene_requests *requests, size_t step,
    const struct acs_rpc_context *context, struct cwmp_msg *request, struct error *err);
