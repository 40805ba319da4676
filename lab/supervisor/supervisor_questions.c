/* Questions of clients that agents answer. */
#include "lab/channel/process_state.h"
#include "lab/supervisor/supervisor_internal.h"
#include "lib/base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	AGENT_ANSWER_S = 5 /* how long an agent may take for a page */
};

static struct supervisor *supervisor_of(const void *user)
{
	const struct client *client = user;

	return client->user;
}

/* A client's question that was passed on to an agent: its pages come back one by one, each
 * asked for when the client has taken the one before. */
struct agent_question {
	struct list link;
	uint64_t id; /* by which the agent answers */
	struct service *service;
	struct client *client;
	struct answer *answer;
	clock_ns deadline; /* of the page that is awaited; 0: none is */
	bool is_whole;     /* the agent has nothing to add */
};

/* Asks by a command's name alone, or with the other members of node. */
static int ask_agent(struct agent_question *question, const char *command,
    const struct conf_node *node, struct error *err)
{
	auto_buf line = BUF_NULL;
	struct json json = json_writer(&line, 0);

	json_object_begin(&json, NULL);
	json_uint(&json, "id", question->id);
	if (!node)
		json_text(&json, "cmd", command);
	for (size_t i = 0; node && i < node->len; i++) {
		if (!str_is(node->pairs[i].key->text, "id"))
			conf_put_json(&json, node->pairs[i].key->text.p,
			    node->pairs[i].value);
	}
	json_object_end(&json);
	if (line.error || service_send(question->service, buf_str(&line)) < 0)
		return error_set(err, ERR_MACHINE, "%s does not listen any more",
		    question->service->name);
	question->deadline = clock_monotonic() + AGENT_ANSWER_S * NS_PER_S;
	return 0;
}

/* That of a node, or the carrier of links. */
static struct service *find_program(struct supervisor *supervisor,
    const struct answer *answer, struct error *err)
{
	const struct supervisor_node_arguments *arguments = answer->arguments;
	int64_t i;

	if (strcmp(arguments->node, LAUNCH_CARRIER) == 0)
		return supervisor_carrier(supervisor, err);
	i = supervisor_find(supervisor, arguments->node, err);
	return i < 0 ? NULL
		     : supervisor_service(supervisor,
			   supervisor->options->plan->instances[i].node);
}

static struct service *find_agent(struct supervisor *supervisor,
    const struct answer *answer, struct error *err)
{
	const char *lab = supervisor->options->plan->topology->name;
	struct service *service = find_program(supervisor, answer, err);

	if (err->code)
		return NULL;
	if (service && service->is_agent && service->pid)
		return service;
	if (service && service->is_agent)
		(void)error_set(err, ERR_USAGE,
		    "%s %s: \"cwmplab start %s %s\" starts it", service->name,
		    service->is_stopping ? "is stopped" : "has ended", lab,
		    service->name);
	else
		(void)error_set(err, ERR_USAGE, "that node runs no agent of ours");
	return NULL;
}

int supervisor_page_agent(void *user, struct answer *answer, struct error *err)
{
	struct supervisor *supervisor = supervisor_of(user);
	const struct supervisor_node_arguments *arguments = answer->arguments;
	struct agent_question *question = answer->state;
	struct service *service;
	int r;

	if (arguments->command && arguments->command->kind != CONF_MAPPING)
		return error_set(err, ERR_USAGE, "\"command\" wants an object");
	if (strcmp(arguments->node, LAUNCH_CARRIER) == 0 &&
	    supervisor_is_of_kernel_link(supervisor, arguments->command))
		return supervisor_page_kernel_link(supervisor, arguments->command,
		    answer, err);
	if (question) {
		r = ask_agent(question, "more", NULL, err);
		return r < 0 ? r : ANSWER_LATER;
	}
	service = find_agent(supervisor, answer, err);
	if (!service)
		return err->code;
	question = calloc(1, sizeof(*question));
	if (!question)
		return error_set(err, -ENOMEM, "out of memory");
	question->id = ++supervisor->n_questions;
	question->service = service;
	question->client = user;
	question->answer = answer;
	answer->state = question;
	list_append(&supervisor->questions, &question->link);
	r = ask_agent(question, "status", arguments->command, err);
	return r < 0 ? r : ANSWER_LATER;
}

void supervisor_end_agent(void *user, struct answer *answer)
{
	struct agent_question *question = answer->state;

	(void)user;
	if (!question)
		return;
	/* Nobody takes the rest: the agent lets go of it. */
	if (!question->is_whole)
		(void)ask_agent(question, "enough", NULL, NULL);
	list_remove(&question->link);
	free(question);
}

static struct agent_question *find_question(const struct supervisor *supervisor,
    const struct service *service, uint64_t id)
{
	LIST_FOREACH (item, &supervisor->questions) {
		struct agent_question *question =
		    list_entry(item, struct agent_question, link);

		if (question->service == service && question->id == id)
			return question;
	}
	return NULL;
}

/* "re" comes first in an answer and "more" last (agents/README.md), so that a page is passed
 * on without being read. */
bool supervisor_pass_on(struct supervisor *supervisor, struct service *service,
    struct str line)
{
	static const struct str head = { "{\"re\":", 6 };
	struct str rest = str_from(line, head.len);
	struct agent_question *question;
	struct client *client;
	bool is_last = !str_ends(line, STR(",\"more\":true}"));
	uint64_t id;
	size_t n;

	if (!str_starts(line, head))
		return false;
	n = str_find_char(rest, ',');
	if (str_to_u64(str_make(rest.p, n), UINT64_MAX, &id) < 0)
		return false;
	if (supervisor_apply_takes(supervisor, service, id, str_from(rest, n)))
		return true;
	question = find_question(supervisor, service, id);
	if (!question || question->deadline == 0)
		return true; /* nobody waits for it any more */
	client = question->client;
	question->deadline = 0;
	question->is_whole = is_last;
	answer_put(question->answer, str_from(rest, n), is_last);
	client_go_on(client);
	return true;
}

static void give_up(const struct supervisor *supervisor,
    struct agent_question *question)
{
	const char *lab = supervisor->options->plan->topology->name;
	const struct service *service = question->service;
	struct client *client = question->client;
	struct error err = ERROR_NULL;

	if (service->is_gone)
		(void)error_set(&err, ERR_MACHINE, "%s has ended", service->name);
	else if (process_is_stopped(service->pid))
		(void)error_set(&err, ERR_MACHINE,
		    "%s does not answer: its process is stopped; \"cwmplab exec %s %s kill "
		    "-CONT %d\" lets it go on",
		    service->name, lab, service->name, (int)service->pid);
	else
		(void)error_set(&err, ERR_MACHINE,
		    "%s does not answer: it has been busy for %d s; ask again later",
		    service->name, AGENT_ANSWER_S);
	answer_fail(question->answer, &err);
	client_go_on(client);
}

void supervisor_look_at_questions(struct supervisor *supervisor)
{
	clock_ns now = clock_monotonic();
	struct list *item = supervisor->questions.next;

	while (item != &supervisor->questions) {
		struct agent_question *question =
		    list_entry(item, struct agent_question, link);
		const struct service *service = question->service;

		item = item->next;
		if (!service->is_gone &&
		    (!question->deadline || now < question->deadline))
			continue;
		give_up(supervisor, question);
		item = supervisor->questions.next;
	}
}

clock_ns supervisor_question_deadline(const struct supervisor *supervisor)
{
	clock_ns first = 0;

	LIST_FOREACH (item, &supervisor->questions) {
		clock_ns deadline =
		    list_entry(item, struct agent_question, link)->deadline;

		if (deadline && (!first || deadline < first))
			first = deadline;
	}
	return first;
}
