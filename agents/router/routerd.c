#include "agents/router/routerd.h"

#include "agents/common/daemon/daemon.h"
#include "agents/router/port.h"
#include "lib/base/cleanup.h"

#include <errno.h>

struct routerd {
	struct daemon daemon;
	struct router_conf conf;
	struct conf_doc *doc;      /* borrowed */
	struct router_port *ports; /* n_ports of them, which were opened */
	size_t n_ports;
};

static int page_status(void *user, struct answer *answer, struct error *err)
{
	const struct routerd *routerd = user;

	(void)err;
	json_object_begin(answer->json, "status");
	json_array_begin(answer->json, "ports");
	for (size_t i = 0; i < routerd->n_ports; i++) {
		const struct router_port *port = &routerd->ports[i];

		json_object_begin(answer->json, NULL);
		json_text(answer->json, "interface", port->conf->interface);
		json_uint(answer->json, "sent", port->sent);
		json_uint(answer->json, "answered", port->answered);
		json_uint(answer->json, "unsent", port->unsent);
		json_object_end(answer->json);
	}
	json_array_end(answer->json);
	json_object_end(answer->json);
	return ANSWER_WHOLE;
}

static const struct command commands[] = {
	{ .name = "status",
	    .help = "what was announced at each port",
	    .page = page_status },
	{ NULL },
};

static void on_stop(void *user)
{
	struct routerd *routerd = user;

	uv_stop(&routerd->daemon.loop);
}

static void close_ports(void *user)
{
	struct routerd *routerd = user;

	for (size_t i = 0; i < routerd->n_ports; i++)
		router_port_close(&routerd->ports[i]);
}

static int open_ports(struct routerd *routerd, struct error *err)
{
	const struct router_port_conf *ports = routerd->conf.ports.items;
	int r = 0;

	for (size_t i = 0; i < routerd->conf.ports.len && r == 0; i++) {
		routerd->n_ports++;
		r = router_port_open(&routerd->ports[i], &routerd->daemon.loop,
		    &ports[i], routerd->doc, err);
	}
	return r;
}

static int work(void *user, struct error *err)
{
	struct routerd *routerd = user;
	int r = open_ports(routerd, err);

	if (r < 0)
		return r;
	(void)control_event(routerd->daemon.control, "ready");
	control_event_end(routerd->daemon.control);
	(void)uv_run(&routerd->daemon.loop, UV_RUN_DEFAULT);
	return 0;
}

static int run(const struct agent_args *args, struct error *err)
{
	static const struct daemon_work daemon_work = { { on_stop, commands }, work,
		close_ports };
	auto_free struct router_port *ports =
	    calloc(ROUTER_CONF_PORTS_MAX, sizeof(*ports));
	struct routerd routerd = { .ports = ports, .doc = args->doc };
	int r =
	    conf_bind(args->doc, args->doc->root, router_conf_rows, &routerd.conf, err);

	if (r < 0)
		return r;
	if (!ports)
		return error_set(err, -ENOMEM, "out of memory");
	return daemon_run(&routerd.daemon, args, routerd.conf.node, &daemon_work,
	    &routerd, err);
}

/* What to announce is more than flags can say. */
static const struct agent_flag flags[] = {
	{ .row = { NULL } },
};

const struct agent_program router_program = {
	.verb = {
		.name = "routerd",
		.brief = "announce routers by IPv6",
		.run = agent_main,
		.row = agent_option,
		.arguments = "--config FILE [--control FD]",
		.about = "Says at interfaces what routers say of themselves by IPv6 (RFC 4861): the prefix, "
			 "and how\naddresses are got there. A lab starts this by itself at routers with "
			 "addresses of IPv6.\n",
	},
	.flags = flags,
	.run = run,
};
