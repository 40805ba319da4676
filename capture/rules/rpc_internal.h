/* What the rules of RPCs check in files of their own; the table is in rpc.c. */
#pragma once

#include "capture/facts/rule.h"

enum rule_verdict rpc_check_values(struct whole *view);
enum rule_verdict rpc_check_set_fault(struct whole *view);
enum rule_verdict rpc_check_param_codes(struct whole *view);
enum rule_verdict rpc_check_complete(struct whole *view);
enum rule_verdict rpc_check_delay(struct whole *view);
enum rule_verdict rpc_check_confirmation(struct whole *view);
enum rule_verdict rpc_check_times(struct whole *view);
enum rule_verdict rpc_check_file_user(struct whole *view);

/* rpc_units.c: whether the method tells results of operations, and what RPC-10 asks of one that
 * does. */
bool rpc_tells_units(enum cwmp_method method);
enum rule_verdict rpc_check_units(struct whole *view);

/* What else RPC-04, RPC-06, RPC-10 and RPC-12 ask. */
extern const struct rule_check rpc_read_fault[], rpc_accepted[], rpc_told_before[],
    rpc_file_moved[];
