/* Who may use a console from elsewhere, and for what. */
#pragma once

#include "lib/console/cli_row.h"

#include <stddef.h>
#include <stdint.h>

enum cli_login {
	CLI_LOGIN_NONE,     /* anybody; the highest level */
	CLI_LOGIN_PASSWORD, /* who knows the password; the highest level */
	CLI_LOGIN_USERS     /* who knows a name and its password; that user's level */
};

enum {
	CLI_USERS_MAX = 16,
	CLI_NAME_MAX = 55, /* characters of a user name */
	CLI_TRIES_MAX = 3  /* of a login, then the line is left */
};

struct cli_user {
	const char *name, *password;
	uint64_t level; /* enum cli_level */
};

struct cli_gate {
	int login;                    /* enum cli_login */
	const char *password;         /* of CLI_LOGIN_PASSWORD */
	const struct cli_user *users; /* of CLI_LOGIN_USERS */
	size_t n_users;
};
