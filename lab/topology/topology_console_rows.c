/* The keys of consoles. */
#include "lab/topology/topology_internal.h"

#include "lib/console/vty/cli_gate.h"

#define HOURS (3600 * NS_PER_S)

const char *const cpe_console_profiles[] = { "comware7", "comware5", "vrp", NULL };
const char *const cpe_console_states[] = { "enabled", "disabled", "profile", NULL };
const char *const cpe_console_logins[] = { "none", "password", "users", NULL };

// clang-format off
#define ROW(struct_, member, key_, type_, help_) \
	.key = key_, .type = type_, .offset = offsetof(struct struct_, member), .help = help_

static const struct conf_row user_rows[] = {
	{ ROW(cli_user, name, "name", CONF_STR, "who it is"), .is_required = true, .min = 1,
	  .max = CLI_NAME_MAX },
	{ ROW(cli_user, password, "password", CONF_STR, "what only this user knows"),
	  .is_required = true, .is_secret = true, .min = 1, .max = 255 },
	{ ROW(cli_user, level, "level", CONF_UINT,
	      "highest level of commands: 0 visit, 1 displays, 2 configures, 3 saves and boots, too"),
	  .max = CLI_LEVEL_MANAGE, .dflt = "3" },
	{ NULL },
};

const struct conf_row node_console_rows[] = {
	{ ROW(node_cpe, console.profile, "profile", CONF_ENUM,
	      "whose words it has: Comware 7's or 5's, or Huawei's (vrp)"),
	  .names = cpe_console_profiles, .dflt = "comware7" },
	{ ROW(node_cpe, console.sysname, "sysname", CONF_STR,
	      "name of the device, in its prompts; HP or HUAWEI if absent"), .min = 1, .max = 64 },
	{ ROW(node_cpe, console.cwmp, "cwmp", CONF_ENUM,
	      "whether CWMP is enabled before anything is typed; profile: as the vendor's devices come"),
	  .names = cpe_console_states, .dflt = "enabled" },
	{ ROW(node_cpe, console.telnet, "telnet", CONF_BOOL,
	      "whether it can be reached by Telnet in the node's network"), .dflt = "no" },
	{ ROW(node_cpe, console.port, "port", CONF_UINT, "TCP port of it"), .min = 1,
	  .max = UINT16_MAX, .dflt = "23" },
	{ ROW(node_cpe, console.login, "login", CONF_ENUM,
	      "what it asks who comes by Telnet: nothing, the password, or one of the users"),
	  .names = cpe_console_logins, .dflt = "none" },
	{ ROW(node_cpe, console.password, "password", CONF_STR, "of login: password"),
	  .is_secret = true, .min = 1, .max = 255 },
	{ ROW(node_cpe, console.users, "users", CONF_OBJECTS, "of login: users"),
	  .rows = user_rows, .item_size = sizeof(struct cli_user), .min = 1,
	  .max = CLI_USERS_MAX },
	{ ROW(node_cpe, console.idle, "idle-timeout", CONF_DURATION,
	      "a session by Telnet in which nothing was typed for so long ends; 0: none does"),
	  .max = 24 * HOURS, .dflt = "10m" },
	{ NULL },
};
// clang-format on
