/* What a supervisor tells of its lab: lines of events.jsonl, which its clients get, too. */
#include "lab/supervisor/proc.h"
#include "lab/supervisor/supervisor_internal.h"
#include "lab/term/cmd.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

void supervisor_tell(struct supervisor *supervisor, struct str line)
{
	auto_buf whole = BUF_NULL;
	ssize_t n = 0;

	buf_append_str(&whole, line);
	buf_append_char(&whole, '\n');
	if (supervisor->events >= 0 && !whole.error)
		n = write(supervisor->events, whole.data, whole.len);
	if (supervisor->events >= 0 && !whole.error && n != (ssize_t)whole.len) {
		/* Once: a full disk does not get better by more lines. */
		int code = n < 0 ? -errno : -ENOSPC;

		(void)close(supervisor->events);
		supervisor->events = -1;
		whole.len = 0;
		buf_printf(&whole,
		    "{\"event\":\"failed\",\"exit\":%d,\"why\":\"events.jsonl: %s\"}",
		    EXIT_MACHINE, error_name(code));
		clients_tell(&supervisor->clients, buf_str(&whole));
	}
	clients_tell(&supervisor->clients, line);
}

static struct json *event_begin(struct line_writer *line, const char *event)
{
	struct json *json = line_writer_begin(line);

	json_int(json, "time", clock_wall());
	json_text(json, "event", event);
	return json;
}

static void event_end(struct supervisor *supervisor, struct line_writer *line)
{
	struct str text;

	if (line_writer_end(line) == 0) {
		text = line_writer_waiting(line);
		supervisor_tell(supervisor, str_make(text.p, text.len - 1));
	}
	line_writer_free(line);
}

void supervisor_tell_failed(struct supervisor *supervisor, const struct error *err)
{
	struct line_writer line = { .sent = 0 };
	struct json *json = event_begin(&line, "failed");

	json_text(json, "why", err->text);
	json_int(json, "exit",
	    err->code == ERR_USAGE || err->code == ERR_CONFIG ? EXIT_USAGE
							      : EXIT_MACHINE);
	event_end(supervisor, &line);
}

void supervisor_tell_took(struct supervisor *supervisor, const char *event,
    clock_ns since)
{
	const struct plan *plan = supervisor->options->plan;
	struct line_writer line = { .sent = 0 };
	struct json *json = event_begin(&line, event);

	json_uint(json, "namespaces", plan->n_instances);
	json_uint(json, "links", plan->n_links);
	json_int(json, "took_ns", clock_monotonic() - since);
	event_end(supervisor, &line);
}

bool supervisor_ends_by_itself(const struct service *service)
{
	int status = WIFEXITED(service->status) ? WEXITSTATUS(service->status) : -1;

	if (!service->node)
		return false;
	return (service->node->kind == NODE_HOST && !service_has_ports(service)) ||
	       (service->node->kind == NODE_LOAD &&
		   (status == EXIT_OK || status == EXIT_FAILED ||
		       status == EXIT_INVALID));
}

void supervisor_tell_exited(struct supervisor *supervisor,
    const struct service *service)
{
	struct line_writer line = { .sent = 0 };
	struct json *json = event_begin(&line, "exited");
	char text[80];

	json_text(json, "node", service->name);
	json_int(json, "status",
	    WIFEXITED(service->status) ? WEXITSTATUS(service->status) : -1);
	json_text(json, "text", proc_status_text(service->status, text, sizeof(text)));
	if (service->why[0])
		json_text(json, "why", service->why);
	json_bool(json, "expected",
	    service->is_stopping || supervisor_ends_by_itself(service));
	event_end(supervisor, &line);
}

void supervisor_tell_link(struct supervisor *supervisor, const char *link,
    const struct error *err)
{
	struct line_writer line = { .sent = 0 };
	struct json *json = event_begin(&line, "link");

	json_text(json, "node", link);
	json_text(json, "why", err->text);
	event_end(supervisor, &line);
}

void supervisor_tell_applied(struct supervisor *supervisor, size_t n_changes,
    size_t n_failures, clock_ns since)
{
	struct line_writer line = { .sent = 0 };
	struct json *json = event_begin(&line, "applied");

	json_text(json, "file", supervisor->options->plan->topology->path);
	json_uint(json, "changes", n_changes);
	json_uint(json, "failures", n_failures);
	json_int(json, "took_ns", clock_monotonic() - since);
	event_end(supervisor, &line);
}

void supervisor_tell_stopped(struct supervisor *supervisor)
{
	struct line_writer line = { .sent = 0 };

	(void)event_begin(&line, "stopped");
	event_end(supervisor, &line);
}

void supervisor_tell_unreadable(struct supervisor *supervisor, struct service *service,
    const char *why)
{
	struct line_writer line = { .sent = 0 };
	struct json *json;

	if (service->is_unreadable)
		return;
	service->is_unreadable = true;
	json = event_begin(&line, "unreadable");
	json_text(json, "node", service->name);
	json_text(json, "why", why);
	event_end(supervisor, &line);
}
