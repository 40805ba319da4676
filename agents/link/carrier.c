#include "agents/link/carrier.h"

#include "agents/link/bypass.h"
#include "lib/base/compiler.h"
#include "lib/program/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

void carrier_wake(struct carrier *carrier)
{
	(void)uv_async_send(&carrier->alive);
}

/* ---- what is done to frames ----------------------------------------------------------- */

static int set_way(struct link_port *port, const struct impair *impair,
    struct error *err)
{
	struct carrier *carrier = port->link->carrier;
	const int16_t *tables[IMPAIR_DISTRIBUTIONS] = {
		[IMPAIR_NORMAL] = carrier->tables[IMPAIR_NORMAL],
		[IMPAIR_PARETO] = carrier->tables[IMPAIR_PARETO],
	};
	int r = bypass_end(port, err);

	if (r < 0)
		return r;
	r = direction_set(&port->direction, impair, tables);
	if (r < 0)
		return error_set(err, r, "%s: out of memory", port->link->name);
	port->is_plain = impair_is_none(impair);
	port->keeps_order = impair_keeps_order(impair);
	if (port->is_plain)
		bypass_begin(port);
	return 0;
}

/* What base and schedule say now. A way that stays as it is keeps its queue. Of two
 * ways one may have been changed when the other one is refused: the link is looked at
 * again soon. */
static int refresh(struct link *link, struct error *err)
{
	clock_ns since = clock_monotonic() - link->carrier->started;
	struct impair_link now;
	int r = 0;

	schedule_at(&link->base, link->steps, link->n_steps, since, &now, &link->next);
	for (int way = 0; way < IMPAIR_WAYS && r == 0; way++) {
		if (!impair_is_same(&now.way[way], &link->now.way[way]))
			r = set_way(&link->ports[way], &now.way[way], err);
		if (r == 0)
			link->now.way[way] = now.way[way];
	}
	link->is_late = r < 0;
	if (link->is_late)
		link->next = schedule_again(link->next, since);
	return r;
}

static void plan_steps(struct carrier *carrier)
{
	carrier->next_step = INT64_MAX;
	for (size_t i = 0; i < carrier->n_links; i++) {
		clock_ns next = carrier->links[i].next, started = carrier->started;

		/* Schedules may have begun before the machine did. */
		if (next < INT64_MAX - MAX(started, 0))
			carrier->next_step = MIN(carrier->next_step, started + next);
	}
}

void carrier_step(struct carrier *carrier, clock_ns now)
{
	for (size_t i = 0; i < carrier->n_links; i++) {
		struct link *link = &carrier->links[i];
		struct error err = ERROR_NULL;
		bool is_told = link->is_late;

		if (link->next <= now - carrier->started && refresh(link, &err) < 0 &&
		    !is_told)
			log_warn("%s; this is tried again until it is done", err.text);
	}
	plan_steps(carrier);
}

static int set_base(struct link *link, const struct impair_link *base,
    struct error *err)
{
	struct impair_link before = link->base;
	int r;

	link->base = *base;
	r = refresh(link, err);
	if (r < 0)
		link->base = before;
	plan_steps(link->carrier);
	return r;
}

/* Each step of the schedule has to go with the link as well as with the steps before. */
static int check(const struct link *link, const struct impair_link *base,
    struct error *err)
{
	char why[160];

	if (schedule_conflict(base, link->steps, link->n_steps, NULL, why, sizeof(why)))
		return error_set(err, ERR_USAGE, "%s", why);
	return 0;
}

int link_change(struct link *link, const char *words, struct error *err)
{
	struct impair_change change = { 0 };
	struct impair_mistake mistake = { 0 };
	struct impair_link base = link->base;

	if (impair_read(str_of(words), &change, &mistake, err) < 0) {
		char text[ERROR_TEXT_MAX];

		(void)snprintf(text, sizeof(text), "%s", err->text);
		return error_set(err, ERR_USAGE, "%s%s%s", text,
		    mistake.hint[0] ? ": " : "", mistake.hint);
	}
	impair_apply(&base, &change);
	if (check(link, &base, err) < 0)
		return err->code;
	return set_base(link, &base, err);
}

int link_reset(struct link *link, struct error *err)
{
	return set_base(link, &link->file, err);
}

struct link *carrier_find(struct carrier *carrier, const char *name, struct error *err)
{
	struct link *link = map_get(&carrier->by_name, str_of(name));

	if (!link)
		(void)error_set(err, ERR_USAGE,
		    "no link is named \"%.80s\": those that are plain cables in the "
		    "topology have none (\"link: plain\" at \"attach\" gives one)",
		    name);
	return link;
}

/* ---- start and end -------------------------------------------------------------------- */

/* Words of the file, with their place in it. */
static int read_words(const struct conf_doc *doc, const struct conf_node *at,
    const char *words, struct impair_change *change, struct error *err)
{
	struct impair_mistake mistake = { 0 };
	struct error why = ERROR_NULL;

	if (!words || impair_read(str_of(words), change, &mistake, &why) == 0)
		return 0;
	return conf_fail(doc, at, mistake.hint[0] ? mistake.hint : NULL, err, "%s",
	    why.text);
}

static int read_link(struct link *link, const struct link_conf *conf,
    const struct conf_doc *doc, struct error *err)
{
	const struct link_step_conf *steps = conf->steps.items;
	struct impair_change change = { 0 };
	int r = read_words(doc, conf->set_node, conf->set, &change, err);

	link->steps = calloc(conf->steps.len + 1, sizeof(*link->steps));
	if (!link->steps)
		return error_set(err, -ENOMEM, "out of memory");
	link->n_steps = conf->steps.len;
	for (size_t i = 0; i < conf->steps.len && r == 0; i++) {
		link->steps[i].at = steps[i].at;
		link->steps[i].length = steps[i].length;
		r = read_words(doc, steps[i].node, steps[i].set, &link->steps[i].change,
		    err);
	}
	if (r < 0)
		return r;
	impair_apply(&link->file, &change);
	if (check(link, &link->file, err) < 0)
		return error_prefix(err, "link %s", conf->name);
	return 0;
}

static int open_link(struct carrier *carrier, size_t i,
    const struct link_conf *link_conf, const struct conf_doc *doc, struct error *err)
{
	const struct link_end_conf *ends[IMPAIR_WAYS] = { &link_conf->node_end,
		&link_conf->switch_end };
	struct link *link = &carrier->links[i];
	int r;

	link->name = link_conf->name;
	link->conf = link_conf;
	if (map_get(&carrier->by_name, str_of(link->name)))
		return error_set(err, ERR_USAGE, "two links are named \"%s\"",
		    link->name);
	r = map_put(&carrier->by_name, str_of(link->name), link);
	if (r < 0)
		return error_set(err, r, "out of memory");
	r = read_link(link, link_conf, doc, err);
	link->base = link->file;
	if (r == 0)
		r = refresh(link, err);
	for (int way = 0; way < IMPAIR_WAYS && r == 0; way++) {
		struct link_port *port = &link->ports[way];
		bool hears = !port->is_plain || !bypass_is_possible(link_conf);

		r = frame_port_open(&port->port, ends[way]->netns, ends[way]->interface,
		    hears, err);
	}
	if (r == 0)
		r = bypass_prepare(link, link_conf, err);
	return r < 0 ? error_prefix(err, "link %s", link->name) : 0;
}

static int watch(struct carrier *carrier, int fd, struct carried *who,
    struct error *err)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = who };

	if (epoll_ctl(carrier->epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0)
		return error_set(err, -errno, "epoll: %s", error_name(-errno));
	return 0;
}

/* Frames are read only once all links stand. */
static int join(struct link *link, struct error *err)
{
	int r = 0;

	for (int way = 0; way < IMPAIR_WAYS && r == 0; way++) {
		struct link_port *port = &link->ports[way];

		if (port->is_plain)
			bypass_begin(port);
		r = watch(link->carrier, port->port.fd, &port->carried, err);
	}
	return r;
}

static void prepare_link(struct carrier *carrier, size_t i)
{
	uint64_t nth = carrier->n_made++;
	struct link *link = &carrier->links[i];

	link->carrier = carrier;
	link->next = INT64_MAX;
	for (int way = 0; way < IMPAIR_WAYS; way++) {
		struct link_port *port = &link->ports[way];

		*port = (struct link_port){ .port.fd = -1,
			.shortcut.netlink = -1,
			.link = link,
			.way = (enum impair_way)way,
			.is_plain = true };
		direction_init(&port->direction,
		    rng_make(carrier->seed, nth * IMPAIR_WAYS + (unsigned)way));
	}
}

static int make_room(struct carrier *carrier, const struct linkd_conf *conf,
    struct error *err)
{
	carrier->links = calloc(LINKS_MAX, sizeof(*carrier->links));
	carrier->trunks = calloc(TRUNKS_MAX, sizeof(struct trunk *));
	carrier->reader = frame_reader_new();
	carrier->hold = malloc(sizeof(*carrier->hold));
	if (!carrier->links || !carrier->trunks || !carrier->reader || !carrier->hold)
		return error_set(err, -ENOMEM, "out of memory");
	hold_init(carrier->hold, clock_monotonic());
	carrier->n_links = conf->links.len;
	carrier->seed = conf->seed;
	for (size_t i = 0; i < carrier->n_links; i++)
		prepare_link(carrier, i);
	jitter_table(IMPAIR_NORMAL, carrier->tables[IMPAIR_NORMAL]);
	jitter_table(IMPAIR_PARETO, carrier->tables[IMPAIR_PARETO]);
	return 0;
}

static int open_epoll(struct carrier *carrier, struct error *err)
{
	int r;

	carrier->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (carrier->epoll_fd < 0)
		return error_set(err, -errno, "epoll: %s", error_name(-errno));
	r = uv_async_init(carrier->loop, &carrier->alive, NULL);
	if (r < 0)
		return error_set(err, r, "event loop: %s", uv_strerror(r));
	carrier->is_alive = true;
	return watch(carrier, uv_backend_fd(carrier->loop), NULL, err);
}

int carrier_open(struct carrier *carrier, uv_loop_t *loop,
    const struct linkd_conf *conf, const struct conf_doc *doc, struct error *err)
{
	const struct link_conf *links = conf->links.items;
	int r;

	memset(carrier, 0, sizeof(*carrier));
	carrier->loop = loop;
	carrier->epoll_fd = -1;
	carrier->started = clock_monotonic() - conf->elapsed;
	carrier->next_step = INT64_MAX;
	counter_init(&carrier->counter, loop);
	r = make_room(carrier, conf, err);
	if (r == 0)
		r = open_epoll(carrier, err);
	for (size_t i = 0; i < carrier->n_links && r == 0; i++)
		r = open_link(carrier, i, &links[i], doc, err);
	for (size_t i = 0; i < carrier->n_links && r == 0; i++)
		r = join(&carrier->links[i], err);
	if (r == 0)
		r = trunks_set(carrier->trunks, conf, carrier->reader,
		    carrier->epoll_fd, err);
	if (r < 0)
		return r;
	plan_steps(carrier);
	return 0;
}

/* ---- another configuration ------------------------------------------------------------- */

static bool is_same_end(const struct link_end_conf *a, const struct link_end_conf *b)
{
	return shortcut_is_one_place(a->netns, b->netns) &&
	       strcmp(a->interface, b->interface) == 0;
}

static const struct link_conf *find_conf(const struct linkd_conf *conf,
    const struct link *link)
{
	const struct link_conf *links = conf->links.items;

	for (size_t i = 0; i < conf->links.len; i++) {
		if (strcmp(links[i].name, link->name) == 0)
			return is_same_end(&links[i].node_end, &link->conf->node_end) &&
				       is_same_end(&links[i].switch_end,
					   &link->conf->switch_end)
				   ? &links[i]
				   : NULL;
	}
	return NULL;
}

static void drop_link(struct link *link)
{
	struct carrier *carrier = link->carrier;

	bypass_drop(link);
	for (int way = 0; way < IMPAIR_WAYS; way++) {
		struct link_port *port = &link->ports[way];

		hold_forget(carrier->hold, port);
		frame_port_close(&port->port);
		direction_free(&port->direction);
	}
	free(link->steps);
	(void)map_remove(&carrier->by_name, str_of(link->name));
	memset(link, 0, sizeof(*link));
	link->next = INT64_MAX;
	for (int way = 0; way < IMPAIR_WAYS; way++)
		link->ports[way].port.fd = -1;
}

static bool is_said_alike(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool does_the_same(const struct link_conf *a, const struct link_conf *b)
{
	const struct link_step_conf *one = a->steps.items, *other = b->steps.items;

	if (!is_said_alike(a->set, b->set) || a->steps.len != b->steps.len)
		return false;
	for (size_t i = 0; i < a->steps.len; i++) {
		if (one[i].at != other[i].at || one[i].length != other[i].length ||
		    strcmp(one[i].set, other[i].set) != 0)
			return false;
	}
	return true;
}

/* What was set since is what the file says by now. */
static int reread_link(struct link *link, const struct link_conf *conf,
    const struct conf_doc *doc, struct error *err)
{
	bool is_same = does_the_same(link->conf, conf);
	int r;

	link->conf = conf;
	if (is_same)
		return 0;
	free(link->steps);
	link->steps = NULL;
	link->n_steps = 0;
	link->file = (struct impair_link){ 0 };
	r = read_link(link, conf, doc, err);
	link->base = link->file;
	if (r == 0)
		r = refresh(link, err);
	return r < 0 ? r : bypass_renew(link, err);
}

static int add_link(struct carrier *carrier, const struct link_conf *conf,
    const struct conf_doc *doc, struct error *err)
{
	size_t i = 0;
	int r;

	while (i < carrier->n_links && carrier->links[i].name)
		i++;
	if (i == LINKS_MAX)
		return error_set(err, ERR_LIMIT, "more than %d links", LINKS_MAX);
	carrier->n_links = MAX(carrier->n_links, i + 1);
	prepare_link(carrier, i);
	r = open_link(carrier, i, conf, doc, err);
	if (r == 0)
		r = join(&carrier->links[i], err);
	if (r < 0)
		drop_link(&carrier->links[i]);
	return r;
}

int carrier_change(struct carrier *carrier, const struct linkd_conf *conf,
    const struct conf_doc *doc, struct error *err)
{
	const struct link_conf *links = conf->links.items;
	int r = 0;

	for (size_t i = 0; i < carrier->n_links; i++) {
		struct link *link = &carrier->links[i];

		if (link->name && !find_conf(conf, link))
			drop_link(link);
	}
	bypass_prune(carrier);
	for (size_t i = 0; i < conf->links.len && r == 0; i++) {
		struct link *link = map_get(&carrier->by_name, str_of(links[i].name));

		r = link ? reread_link(link, &links[i], doc, err)
			 : add_link(carrier, &links[i], doc, err);
	}
	if (r == 0)
		r = trunks_set(carrier->trunks, conf, carrier->reader,
		    carrier->epoll_fd, err);
	plan_steps(carrier);
	return r;
}

void carrier_close(struct carrier *carrier)
{
	counter_close(&carrier->counter);
	bypass_close(carrier);
	for (size_t i = 0; i < carrier->n_links; i++) {
		for (int way = 0; way < IMPAIR_WAYS; way++) {
			frame_port_close(&carrier->links[i].ports[way].port);
			direction_free(&carrier->links[i].ports[way].direction);
		}
		free(carrier->links[i].steps);
	}
	carrier->n_links = 0;
	if (carrier->trunks)
		trunks_close(carrier->trunks);
	if (carrier->is_alive)
		uv_close((uv_handle_t *)&carrier->alive, NULL);
	carrier->is_alive = false;
	if (carrier->epoll_fd >= 0)
		(void)close(carrier->epoll_fd);
	carrier->epoll_fd = -1;
	if (carrier->hold)
		hold_free(carrier->hold);
	free(carrier->hold);
	frame_reader_free(carrier->reader);
	free(carrier->links);
	free(carrier->trunks);
	map_free(&carrier->by_name);
	carrier->hold = NULL;
	carrier->reader = NULL;
	carrier->links = NULL;
	carrier->trunks = NULL;
}
