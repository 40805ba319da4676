#include "agents/cpe/ports/vlan_sweep.h"

#include "agents/cpe/ports/vlan_links.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

enum {
	SOCKETS_MAX = 2 * PORT_PAIRS_MAX
};

/* The thread has all of it from start to stop. */
struct vlan_sweep {
	const struct cpe_place *place;
	int sockets[SOCKETS_MAX];
	int *links; /* owned */
	size_t n_sockets, n_links, room;
	uv_thread_t thread;
	bool is_running;
	atomic_bool is_to_stop;
};

struct vlan_sweep *vlan_sweep_new(const struct cpe_place *place)
{
	struct vlan_sweep *sweep = calloc(1, sizeof(*sweep));

	if (sweep)
		sweep->place = place;
	return sweep;
}

void vlan_sweep_free(struct vlan_sweep *sweep)
{
	if (!sweep)
		return;
	vlan_sweep_close_all(sweep);
	free(sweep->links);
	free(sweep);
}

void vlan_sweep_socket(struct vlan_sweep *sweep, int fd)
{
	if (fd >= 0 && sweep->n_sockets < SOCKETS_MAX)
		sweep->sockets[sweep->n_sockets++] = fd;
	else if (fd >= 0)
		(void)close(fd);
}

int vlan_sweep_link(struct vlan_sweep *sweep, int ifindex)
{
	if (sweep->n_links == sweep->room) {
		size_t room = sweep->room ? 2 * sweep->room : 64;
		int *more = realloc(sweep->links, room * sizeof(*more));

		if (!more)
			return -ENOMEM;
		sweep->links = more;
		sweep->room = room;
	}
	sweep->links[sweep->n_links++] = ifindex;
	return 0;
}

/* A link that cannot be removed is found by whoever looks at links next. */
static void run(void *user)
{
	struct vlan_sweep *sweep = user;

	while (sweep->n_sockets > 0 && !atomic_load(&sweep->is_to_stop))
		(void)close(sweep->sockets[--sweep->n_sockets]);
	while (sweep->n_links > 0 && !atomic_load(&sweep->is_to_stop))
		(void)vlan_links_remove(sweep->place, sweep->links[--sweep->n_links]);
}

void vlan_sweep_start(struct vlan_sweep *sweep)
{
	if (sweep->n_sockets == 0 && sweep->n_links == 0)
		return;
	sweep->is_running = uv_thread_create(&sweep->thread, run, sweep) == 0;
	if (!sweep->is_running)
		run(sweep);
}

void vlan_sweep_stop(struct vlan_sweep *sweep)
{
	if (sweep->is_running) {
		atomic_store(&sweep->is_to_stop, true);
		(void)uv_thread_join(&sweep->thread);
	}
	sweep->is_running = false;
	atomic_store(&sweep->is_to_stop, false);
	sweep->n_links = 0;
}

void vlan_sweep_close_all(struct vlan_sweep *sweep)
{
	while (sweep->n_sockets > 0)
		(void)close(sweep->sockets[--sweep->n_sockets]);
}
