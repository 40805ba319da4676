/* Consoles of nodes: what of their keys cannot stand together. */
#include "lab/topology/topology_internal.h"

#include "lib/console/vty/cli_gate.h"

#include <stdio.h>

/* Keys that say how it is reached, where nobody reaches it. */
static int check_telnet(const struct topology *t, const struct conf_node *conf,
    const struct node_cpe *cpe, struct error *err)
{
	static const char *const keys[] = { "port", "login", "password", "users",
		"idle-timeout" };

	for (size_t i = 0; i < ARRAY_LEN(keys) && !cpe->console.telnet; i++) {
		if (conf_get(conf, keys[i]))
			return conf_fail(t->doc, conf_get(conf, keys[i]),
			    "add \"telnet: yes\"", err,
			    "\"%s\" is of a console that is reached by Telnet, and "
			    "this one is not",
			    keys[i]);
	}
	return 0;
}

/* What a login asks for is there, and nothing is there that none asks for: a console that was meant to be
 * closed must not stand open. */
static int check_login(const struct topology *t, const struct conf_node *conf,
    const struct node_cpe *cpe, struct error *err)
{
	static const struct {
		const char *key;
		int login;
	} wants[] = {
		{ "password", CLI_LOGIN_PASSWORD },
		{ "users", CLI_LOGIN_USERS },
	};

	for (size_t i = 0; i < ARRAY_LEN(wants); i++) {
		const struct conf_node *at = conf_get(conf, wants[i].key);
		bool is_wanted = cpe->console.login == wants[i].login;
		char hint[64];

		(void)snprintf(hint, sizeof(hint), "add \"%s%s\"",
		    is_wanted ? "" : "login: ", wants[i].key);
		if (is_wanted && !at)
			return conf_fail(t->doc, conf_get(conf, "login"), hint, err,
			    "there is no \"%s\" to log in with", wants[i].key);
		if (!is_wanted && at)
			return conf_fail(t->doc, at, hint, err,
			    "\"%s\" is asked for by no login", wants[i].key);
	}
	return 0;
}

static int check_users(const struct topology *t, const struct conf_node *conf,
    const struct node_cpe *cpe, struct error *err)
{
	const struct cli_user *users = cpe->console.users.items;
	const struct conf_node *list = conf_get(conf, "users");

	for (size_t i = 0; i < cpe->console.users.len; i++) {
		for (size_t k = 0; k < i; k++) {
			if (strcmp(users[i].name, users[k].name) == 0)
				return conf_fail(t->doc,
				    conf_get(topology_item(list, i), "name"), NULL, err,
				    "there is a user \"%s\" already", users[i].name);
		}
	}
	return 0;
}

int topology_check_console(const struct topology *t, struct node *node,
    const struct conf_node *conf, struct error *err)
{
	int worst = 0, r = check_telnet(t, conf, &node->cpe, err);

	node->cpe.console.is_on = conf;
	if (conf_go_on(t->doc, r, &worst))
		r = check_login(t, conf, &node->cpe, err);
	if (conf_go_on(t->doc, r, &worst))
		r = check_users(t, conf, &node->cpe, err);
	return r < 0 ? r : worst;
}
