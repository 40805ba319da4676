/* The rows of struct acs_rpc_args, for those who have it as their first member. */
#pragma once

#include "agents/acs/policy/rpc.h"

extern const struct conf_row acs_rpc_attribute_rows[], acs_rpc_window_rows[],
    acs_rpc_operation_rows[];

#define RPC_ROW(member, key_, kind, help_)                                          \
	.key = key_, .type = kind, .offset = offsetof(struct acs_rpc_args, member), \
	.help = help_

/* clang-format off */
#define RPC_ARG_ROWS                                                                    \
	{ RPC_ROW(names, "names", CONF_STRINGS, "parameters, or objects with all below them"), \
	  .min = 1, .max = RPC_NAMES_MAX },                                             \
	{ RPC_ROW(values, "values", CONF_NODE, "names with values"),                    \
	  .schema = acs_rpc_values_schema },                                                \
	{ RPC_ROW(parameter_key, "parameter-key", CONF_STR,                             \
	      "ParameterKey of a set, AddObject or DeleteObject"), .max = RPC_KEY_BYTES_MAX },        \
	{ RPC_ROW(path, "path", CONF_STR, "object or parameter whose names are wanted"), \
	  .max = CWMP_NAME_MAX },                                                       \
	{ RPC_ROW(next_level, "next-level", CONF_BOOL,                                  \
	      "only what stands directly below path") },                                \
	{ RPC_ROW(object, "object", CONF_STR, "table to add to, or instance to delete"), \
	  .min = 1, .max = CWMP_NAME_MAX },                                             \
	{ RPC_ROW(attributes, "attributes", CONF_OBJECTS, "whom the CPE tells of what"), \
	  .rows = acs_rpc_attribute_rows, .item_size = sizeof(struct acs_rpc_attribute),        \
	  .min = 1, .max = RPC_NAMES_MAX },                                             \
	{ RPC_ROW(command_key, "command-key", CONF_STR, "CommandKey, which comes back"), \
	  .max = RPC_KEY_BYTES_MAX },                                                                 \
	{ RPC_ROW(file_type, "file-type", CONF_STR, "such as \"1 Firmware Upgrade Image\""), \
	  .min = 1, .max = 64 },                                                        \
	{ RPC_ROW(url, "url", CONF_STR, "of the file"), .min = 1, .max = 256 },         \
	{ RPC_ROW(file, "file", CONF_STR, "instead of a url: a file of this ACS, below /files/"), \
	  .min = 1, .max = 200 },                                                       \
	{ RPC_ROW(username, "username", CONF_STR, "for the file's server"), .max = 256 }, \
	{ RPC_ROW(password, "password", CONF_STR, "for the file's server"), .max = 256, \
	  .is_secret = true },                                                          \
	{ RPC_ROW(file_size, "file-size", CONF_UINT,                                    \
	      "bytes; where absent those of the ACS's own file, or 0"), .max = UINT32_MAX }, \
	{ RPC_ROW(target_file_name, "target-file-name", CONF_STR,                       \
	      "what the CPE is to call the file"), .max = 256 },                        \
	{ RPC_ROW(success_url, "success-url", CONF_STR, "SuccessURL"), .max = 256 },    \
	{ RPC_ROW(failure_url, "failure-url", CONF_STR, "FailureURL"), .max = 256 },    \
	{ RPC_ROW(delay, "delay", CONF_DURATION, "how long the CPE is to wait; whole seconds"), \
	  .max = UINT32_MAX * (uint64_t)NS_PER_S },                                     \
	{ RPC_ROW(time_windows, "time-windows", CONF_OBJECTS, "when it may do so"),     \
	  .rows = acs_rpc_window_rows, .item_size = sizeof(struct acs_rpc_time_window),         \
	  .min = 1, .max = 2 },                                                         \
	{ RPC_ROW(operations, "operations", CONF_OBJECTS, "on software modules"),       \
	  .rows = acs_rpc_operation_rows, .item_size = sizeof(struct acs_rpc_operation),        \
	  .min = 1, .max = RPC_OPERATIONS_MAX },                                        \
	{ RPC_ROW(option_name, "option-name", CONF_STR, "OptionName; \"\": all"), .max = 64 }, \
	{ RPC_ROW(vouchers, "vouchers", CONF_STRINGS, "base64"), .min = 1, .max = 64 }
/* clang-format on */
