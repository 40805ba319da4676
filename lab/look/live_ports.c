#include "lab/look/live_ports.h"

#include "lab/look/look.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void add_keylog(struct live_conf *conf, const char *path, bool may_come)
{
	for (size_t i = 0; i < conf->n_keylogs; i++) {
		if (strcmp(conf->keylogs[i].path, path) == 0)
			return;
	}
	assert(conf->n_keylogs < LIVE_KEYLOGS_MAX);
	conf->keylogs[conf->n_keylogs++] = (struct live_keylog){ path, may_come };
}

static int add_port(struct live_ports *ports, const char *name, struct error *err)
{
	struct live_port *port = &ports->ports[ports->conf.n_ports++];
	struct lab_port *lab = &ports->labs[ports->n_labs];
	int r;

	*port = (struct live_port){ name, name, -1, -1, -1 };
	if (!lab_port_is_meant(name))
		return 0;
	r = lab_port_open(name, lab, err);
	if (r < 0)
		return r;
	ports->n_labs++;
	port->interface = lab->interface;
	port->user_ns = lab->user_ns;
	port->net_ns = lab->net_ns;
	port->alive = lab->control;
	if (lab->keylog)
		add_keylog(&ports->conf, lab->keylog, false);
	return 0;
}

/* Under sudo the frames of strangers are decoded by the user who called it, not by root. */
static void choose_user(struct live_conf *conf)
{
	const char *uid = getenv("SUDO_UID"), *gid = getenv("SUDO_GID");
	uint64_t user, group;

	conf->uid = geteuid();
	conf->gid = getegid();
	if (conf->uid != 0 || !uid || !gid ||
	    str_to_u64(str_of(uid), UINT32_MAX - 1, &user) < 0 ||
	    str_to_u64(str_of(gid), UINT32_MAX - 1, &group) < 0)
		return;
	conf->uid = (uid_t)user;
	conf->gid = (gid_t)group;
}

int live_ports_open(struct live_ports *ports, const struct look *look,
    struct error *err)
{
	const struct live_options *options = &look->live;
	const char *environment = getenv("SSLKEYLOGFILE");
	struct live_conf *conf = &ports->conf;
	int r = 0;

	*conf = (struct live_conf){ .ports = ports->ports,
		.filter = options->filter,
		.file = options->ring,
		.duration = options->duration,
		.packets = options->packets,
		.stop = -1 };
	conf->file.path = look->write;
	if (look->options.keylog)
		add_keylog(conf, look->options.keylog, false);
	if (environment && *environment)
		add_keylog(conf, environment, true);
	for (size_t i = 0; i < options->n_names && r == 0; i++)
		r = add_port(ports, options->names[i], err);
	choose_user(conf);
	return r;
}

void live_ports_close(struct live_ports *ports)
{
	for (size_t i = 0; i < ports->n_labs; i++)
		lab_port_close(&ports->labs[i]);
	ports->n_labs = 0;
}
