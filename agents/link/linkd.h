/* The carrier of a lab's links: one process in which frames of all of them are delayed, lost and
 * held back as was asked for, where the kernel has no netem or cannot do it, and in which tags of
 * VLANs are written and taken out at trunks, where it does not do that either. It is configured
 * and commanded as an agent (agents/README.md):
 *
 *   links: [{name: cpe-1, node: {netns: /proc/1/fd/12, interface: 4n},
 *            switch: {netns: /proc/1/fd/12, interface: 4s}, set: delay=50ms loss=2%,
 *            schedule: [{at: 10s, for: 5s, set: down}]}, ...]
 *   trunks: [{name: sw1:sw2, port: {netns: /proc/1/fd/12, interface: sw2}, native: 30,
 *             vlans: [{vlan: 10, interface: u3~10}, {vlan: 30, interface: u3~30}]}, ...]
 *
 * Command "reload" reads that again: links that it has no more end, those that are new begin, and no
 * frame of the others is lost. Command "link" looks at one, sets or resets it; "status" has all of them. Without it no frame
 * passes, but those that the kernel passes on by itself (agents/link/bypass.h). */
#pragma once

#include "agents/common/agent_main.h"

extern const struct agent_program link_program;
