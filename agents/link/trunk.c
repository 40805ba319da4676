#include "agents/link/trunk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

static int open_end(struct trunk *trunk, const struct trunk_conf *conf, size_t i,
    struct error *err)
{
	const struct trunk_end_conf *end_conf =
	    (const struct trunk_end_conf *)conf->ends.items + i;
	struct trunk_end *end = &trunk->ends[i];
	unsigned vlan = (unsigned)end_conf->vlan;

	end->carried.kind = CARRIED_TRUNK_END;
	end->pair.port.fd = -1;
	if (trunk->ports.pairs[vlan])
		return error_set(err, ERR_CONFIG, "VLAN %u has two ends", vlan);
	end->pair.trunk = &trunk->ports;
	end->pair.vlan = vlan;
	end->pair.is_tagged = vlan != conf->native;
	trunk->ports.pairs[vlan] = &end->pair;
	return frame_port_open(&end->pair.port, conf->port.netns, end_conf->interface,
	    true, err);
}

static int open_trunk(struct trunk *trunk, const struct trunk_conf *conf,
    struct frame_reader *reader, struct error *err)
{
	int r;

	trunk->carried.kind = CARRIED_TRUNK;
	trunk->conf = conf;
	trunk->ports.port.fd = -1;
	trunk->ports.reader = reader;
	trunk->ports.pvid = (unsigned)conf->native;
	trunk->ends = calloc(conf->ends.len + 1, sizeof(*trunk->ends));
	if (!trunk->ends)
		return error_set(err, -ENOMEM, "out of memory");
	r = frame_port_open(&trunk->ports.port, conf->port.netns, conf->port.interface,
	    true, err);
	for (size_t i = 0; i < conf->ends.len && r == 0; i++) {
		trunk->n_ends++;
		r = open_end(trunk, conf, i, err);
	}
	return r < 0 ? error_prefix(err, "trunk %s", conf->name) : 0;
}

static bool is_same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool is_same(const struct trunk *trunk, const struct trunk_conf *conf)
{
	const struct trunk_conf *own = trunk->conf;
	const struct trunk_end_conf *ends = own->ends.items, *others = conf->ends.items;

	if (strcmp(own->name, conf->name) != 0 || own->native != conf->native ||
	    !is_same_text(own->port.netns, conf->port.netns) ||
	    strcmp(own->port.interface, conf->port.interface) != 0 ||
	    own->ends.len != conf->ends.len)
		return false;
	for (size_t i = 0; i < own->ends.len; i++) {
		if (ends[i].vlan != others[i].vlan ||
		    strcmp(ends[i].interface, others[i].interface) != 0)
			return false;
	}
	return true;
}

static void drop(struct trunk **place)
{
	struct trunk *trunk = *place;

	if (!trunk)
		return;
	for (size_t i = 0; i < trunk->n_ends; i++)
		frame_port_close(&trunk->ends[i].pair.port);
	frame_port_close(&trunk->ports.port);
	free(trunk->ends);
	free(trunk);
	*place = NULL;
}

/* ---- those of a carrier ----------------------------------------------------------------- */

static int watch(int epoll_fd, int fd, struct carried *who, struct error *err)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = who };

	if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0)
		return error_set(err, -errno, "epoll: %s", error_name(-errno));
	return 0;
}

static int add(struct trunk **place, const struct trunk_conf *conf,
    struct frame_reader *reader, int epoll_fd, struct error *err)
{
	struct trunk *trunk = calloc(1, sizeof(*trunk));
	int r;

	if (!trunk)
		return error_set(err, -ENOMEM, "out of memory");
	*place = trunk;
	r = open_trunk(trunk, conf, reader, err);
	if (r == 0)
		r = watch(epoll_fd, trunk->ports.port.fd, &trunk->carried, err);
	for (size_t i = 0; i < trunk->n_ends && r == 0; i++)
		r = watch(epoll_fd, trunk->ends[i].pair.port.fd,
		    &trunk->ends[i].carried, err);
	if (r < 0) /* it would be taken for open the next time */
		drop(place);
	return r;
}

static bool has(struct trunk *const *trunks, const struct trunk_conf *conf)
{
	for (size_t i = 0; i < TRUNKS_MAX; i++) {
		if (trunks[i] && is_same(trunks[i], conf))
			return true;
	}
	return false;
}

static bool is_wanted(const struct trunk *trunk, const struct linkd_conf *conf)
{
	const struct trunk_conf *wanted = conf->trunks.items;

	for (size_t i = 0; i < conf->trunks.len; i++) {
		if (is_same(trunk, &wanted[i]))
			return true;
	}
	return false;
}

int trunks_set(struct trunk **trunks, const struct linkd_conf *conf,
    struct frame_reader *reader, int epoll_fd, struct error *err)
{
	const struct trunk_conf *wanted = conf->trunks.items;
	size_t place = 0;
	int r = 0;

	for (size_t i = 0; i < TRUNKS_MAX; i++) {
		if (trunks[i] && !is_wanted(trunks[i], conf))
			drop(&trunks[i]);
	}
	for (size_t i = 0; i < conf->trunks.len && r == 0; i++) {
		if (has(trunks, &wanted[i]))
			continue;
		while (place < TRUNKS_MAX && trunks[place])
			place++;
		r = place < TRUNKS_MAX
			? add(&trunks[place], &wanted[i], reader, epoll_fd, err)
			: error_set(err, ERR_LIMIT, "more than %d trunks", TRUNKS_MAX);
	}
	return r;
}

void trunks_close(struct trunk **trunks)
{
	for (size_t i = 0; i < TRUNKS_MAX; i++)
		drop(&trunks[i]);
}

/* ---- frames ------------------------------------------------------------------------------ */

/* What is left in the socket is told again in the next turn. */
void trunk_ready(struct trunk *trunk)
{
	struct port_frame frames[PORT_BATCH];
	int n = frame_port_read(&trunk->ports.port, trunk->ports.reader, frames);

	if (n > 0)
		vlan_trunk_pass(&trunk->ports, frames, (unsigned)n);
}

void trunk_end_ready(struct trunk_end *end)
{
	struct port_frame frames[PORT_BATCH];
	int n = frame_port_read(&end->pair.port, end->pair.trunk->reader, frames);

	if (n > 0)
		vlan_pair_pass(&end->pair, frames, (unsigned)n);
}
