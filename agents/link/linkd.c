#include "agents/link/linkd.h"

#include "agents/common/daemon/daemon.h"
#include "agents/link/carry.h"
#include "lib/base/cleanup.h"

#include <errno.h>

struct linkd {
	struct daemon daemon;
	struct linkd_conf conf;
	const struct conf_doc *doc; /* that conf is of, borrowed */
	struct carrier carrier;
	const char *config;     /* path of what it is told, borrowed; null: flags */
	struct conf_doc **docs; /* owned: what it was told later; links refer to it */
	size_t n_docs;
};

static void on_stop(void *user)
{
	struct linkd *linkd = user;

	carry_stop(&linkd->carrier);
}

/* ---- what is told of a link ----------------------------------------------------------- */

static void put_way(struct json *json, const char *key, struct link_port *port)
{
	const struct direction_counts *counts = &port->direction.counts;
	const struct shortcut *shortcut = &port->shortcut;
	uint64_t missed = frame_port_missed(&port->port);

	/* The kernel forgets what it has told. */
	port->missed += missed;
	json_object_begin(json, key);
	json_text(json, "by", shortcut->is_open ? "kernel" : "carrier");
	json_uint(json, "in", counts->in + shortcut->packets);
	json_uint(json, "in_bytes", counts->in_bytes + shortcut->bytes);
	json_uint(json, "out", counts->out + shortcut->packets);
	json_uint(json, "out_bytes", counts->out_bytes + shortcut->bytes);
	json_uint(json, "duplicated", counts->duplicated);
	json_uint(json, "reordered", counts->reordered);
	json_uint(json, "corrupted", counts->corrupted);
	json_uint(json, "waiting",
	    direction_waiting(&port->direction, clock_monotonic()));
	json_uint(json, "missed", port->missed);
	json_uint(json, "refused", port->port.refused);
	json_object_begin(json, "dropped");
	for (int i = DIRECTION_DOWN; i < DIRECTION_DROPS; i++)
		json_uint(json, direction_drop_name((enum direction_drop)i),
		    counts->dropped[i]);
	json_object_end(json);
	json_object_end(json);
}

static void put_words(struct json *json, const char *key,
    const struct impair_link *link)
{
	auto_buf words = BUF_NULL;

	impair_write(&words, link);
	json_str(json, key, buf_str(&words));
}

static void put_link(struct json *json, struct link *link)
{
	json_object_begin(json, NULL);
	json_text(json, "link", link->name);
	json_text(json, "means", "user-space");
	put_words(json, "now", &link->now);
	put_words(json, "set", &link->base);
	if (link->next < INT64_MAX)
		json_int(json, "next_ns",
		    link->next - (clock_monotonic() - link->carrier->started));
	put_way(json, "up", &link->ports[IMPAIR_WAY_UP]);
	put_way(json, "down", &link->ports[IMPAIR_WAY_DOWN]);
	json_object_end(json);
}

/* ---- commands ------------------------------------------------------------------------- */

/* An answer that tells counts, of the time at which it was asked for or later. */
struct look {
	struct count_wish wish;
	struct carrier *carrier;
	struct answer *answer;
	bool is_over; /* they are there */
};

static void on_counted(struct count_wish *wish)
{
	struct look *look = container_of(wish, struct look, wish);
	struct carrier *carrier = look->carrier;

	look->is_over = true;
	answer_wake(look->answer);
	carrier_wake(carrier);
}

/* 0: the counts are there; ANSWER_LATER: the answer is woken when they are. -ENOMEM
 * with words. */
static int look_at_counts(struct linkd *linkd, struct answer *answer, struct error *err)
{
	struct look *look = answer->state;

	if (look)
		return look->is_over ? 0 : ANSWER_LATER;
	look = calloc(1, sizeof(*look));
	if (!look)
		return error_set(err, -ENOMEM, "out of memory");
	*look = (struct look){ .wish.done = on_counted,
		.carrier = &linkd->carrier,
		.answer = answer };
	answer->state = look;
	look->is_over = !counter_ask(&linkd->carrier.counter, &look->wish);
	return look->is_over ? 0 : ANSWER_LATER;
}

static void end_look(void *user, struct answer *answer)
{
	struct look *look = answer->state;

	(void)user;
	if (look)
		count_wish_drop(&look->wish);
	free(look);
}

static int page_status(void *user, struct answer *answer, struct error *err)
{
	struct linkd *linkd = user;
	struct carrier *carrier = &linkd->carrier;
	int r = look_at_counts(linkd, answer, err);

	if (r != 0)
		return r;
	json_object_begin(answer->json, "status");
	json_array_begin(answer->json, "links");
	for (; answer->at < carrier->n_links && !answer_is_full(answer); answer->at++) {
		if (carrier->links[answer->at].name)
			put_link(answer->json, &carrier->links[answer->at]);
	}
	json_array_end(answer->json);
	json_object_end(answer->json);
	return answer->at < carrier->n_links ? ANSWER_MORE : ANSWER_WHOLE;
}

static int do_deed(struct link *link, const struct link_arguments *arguments,
    struct error *err)
{
	switch ((enum link_deed)arguments->deed) {
	case LINK_LOOK:
		break;
	case LINK_SET:
		return link_change(link, arguments->set ? arguments->set : "", err);
	case LINK_RESET:
		return link_reset(link, err);
	}
	return 0;
}

static int page_link(void *user, struct answer *answer, struct error *err)
{
	struct linkd *linkd = user;
	const struct link_arguments *arguments = answer->arguments;
	struct link *link = carrier_find(&linkd->carrier, arguments->link, err);
	int r = 0;

	if (!link)
		return err->code;
	if (!answer->state) /* what is told is how it is afterwards */
		r = do_deed(link, arguments, err);
	if (r == 0)
		r = look_at_counts(linkd, answer, err);
	if (r != 0)
		return r;
	json_array_begin(answer->json, "links");
	put_link(answer->json, link);
	json_array_end(answer->json);
	return ANSWER_WHOLE;
}

/* What it is told is held: links refer to it. */
static int read_again(struct linkd *linkd, struct linkd_conf *conf, struct error *err)
{
	struct conf_doc **docs =
	    realloc(linkd->docs, (linkd->n_docs + 1) * sizeof(struct conf_doc *));
	struct conf_doc *doc = NULL;

	if (!docs)
		return error_set(err, -ENOMEM, "out of memory");
	linkd->docs = docs;
	if (!linkd->config)
		return error_set(err, ERR_USAGE, "there is no file to read again");
	if (conf_load(linkd->config, &doc, err) < 0)
		return err->code;
	docs[linkd->n_docs++] = doc;
	return conf_bind(doc, doc->root, linkd_conf_rows, conf, err);
}

/* Between readings of counts, whose names and places do not change meanwhile. */
static int page_reload(void *user, struct answer *answer, struct error *err)
{
	struct linkd *linkd = user;
	struct look *look = answer->state;
	struct linkd_conf conf = { 0 };
	int r;

	/* Another reading may have begun since the one that was waited for. */
	if (look && look->is_over && linkd->carrier.counter.is_reading) {
		look->is_over = false;
		if (counter_ask(&linkd->carrier.counter, &look->wish))
			return ANSWER_LATER;
	}
	r = look_at_counts(linkd, answer, err);
	if (r == 0)
		r = read_again(linkd, &conf, err);
	if (r == 0)
		r = carrier_change(&linkd->carrier, &conf,
		    linkd->docs[linkd->n_docs - 1], err);
	return r == 0 ? ANSWER_WHOLE : r;
}

static const struct command commands[] = {
	{ .name = "reload",
	    .help = "carries the links that its configuration has by now",
	    .page = page_reload,
	    .end = end_look },
	{ .name = "status",
	    .help = "all links, with their counts",
	    .page = page_status,
	    .end = end_look },
	{ .name = "link",
	    .help = "looks at a link, changes or resets it",
	    .rows = link_arguments_rows,
	    .size = sizeof(struct link_arguments),
	    .page = page_link,
	    .end = end_look },
	{ NULL },
};

/* ---- start and end -------------------------------------------------------------------- */

static void close_carrier(void *user)
{
	struct linkd *linkd = user;

	carrier_close(&linkd->carrier);
	for (size_t i = 0; i < linkd->n_docs; i++)
		conf_free(linkd->docs[i]);
	free(linkd->docs);
}

static int work(void *user, struct error *err)
{
	struct linkd *linkd = user;
	struct json *json;
	int r = carrier_open(&linkd->carrier, &linkd->daemon.loop, &linkd->conf,
	    linkd->doc, err);

	if (r < 0)
		return r;
	json = control_event(linkd->daemon.control, "ready");
	json_uint(json, "links", linkd->carrier.n_links);
	control_event_end(linkd->daemon.control);
	carry(&linkd->carrier);
	return 0;
}

static int run(const struct agent_args *args, struct error *err)
{
	static const struct daemon_work daemon_work = { { on_stop, commands }, work,
		close_carrier };
	auto_free struct linkd *linkd = calloc(1, sizeof(*linkd));
	int r;

	if (!linkd)
		return error_set(err, -ENOMEM, "out of memory");
	r = conf_bind(args->doc, args->doc->root, linkd_conf_rows, &linkd->conf, err);
	if (r < 0)
		return r;
	linkd->carrier.epoll_fd = -1;
	linkd->config = args->config;
	linkd->doc = args->doc;
	return daemon_run(&linkd->daemon, args, linkd->conf.node, &daemon_work, linkd,
	    err);
}

/* What to carry is more than flags can say. */
static const struct agent_flag flags[] = {
	{ .row = { NULL } },
};

const struct agent_program link_program = {
	.verb = {
		.name = "linkd",
		.brief = "carry frames between ports, late or not at all",
		.run = agent_main,
		.row = agent_option,
		.arguments = "--config FILE [--control FD]",
		.about = "Carries frames between pairs of interfaces and does to them what lines in the "
			 "field do:\ndelay, loss, rates. A lab starts this by itself where its links are "
			 "impaired.\n",
	},
	.flags = flags,
	.run = run,
};
