/* The recorder: a process of the lab that writes the frames of chosen ports into one
 * pcapng file. It is configured and commanded as an agent (agents/README.md):
 *
 *   file: out/capture.pcapng      keylog: out/keys.log (its lines become secrets blocks)
 *   ports: [{name: acs1, netns: /proc/1/fd/12, interface: acs1}, ...]
 *
 * Command "reload" reads that again: ports that it names no more are closed, those that are new
 * are opened, and the others go on.
 * Events: "ready" when every port is open; "stopped" with "packets", "dropped". The file is
 * whole after each block, so that SIGKILL costs at most what was not read yet. */
#pragma once

#include "agents/common/agent_main.h"

extern const struct agent_program record_program;
