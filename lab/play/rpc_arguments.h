/* The arguments of an RPC as people type them, one word each:
 *
 *     NAME=VALUE      a key of the RPC (rpc.h), its value plain text, or YAML in [] or {}
 *     PATH=VALUE      a value to set, or the notification attribute of a parameter
 *     PATH:TYPE=VALUE the same with its type (string, unsignedInt, dateTime...)
 *     PATH            a name to read, the object to add or to delete, the path to list
 *     {NAME: VALUE}   YAML, as a policy's step has it */
#pragma once

#include "agents/acs/policy/rpc.h"
#include "lib/base/buf.h"

/* Appends the arguments as a JSON object, which the RPC takes: checked by the rows by which an
 * ACS reads them. file (may be null) has such a mapping, too. 0; ERR_USAGE or ERR_CONFIG with
 * words for what is wrong, -ENOMEM. */
int rpc_arguments_write(const struct acs_rpc *rpc, char *const *words, size_t n,
    const char *file, struct buf *out, struct error *err);
