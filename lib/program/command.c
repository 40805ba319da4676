#include "lib/program/command.h"

#include "lib/program/exit_status.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- answers ------------------------------------------------------------------------ */

/* What the system or the machine refused is no mistake of whoever asked. */
static bool is_machine(int code)
{
	return code == ERR_MACHINE || code > ERR_MALFORMED;
}

static void refuse(struct commands *commands, uint64_t id, const struct error *err)
{
	struct json *json = line_writer_begin(commands->out);

	json_uint(json, "re", id);
	json_bool(json, "ok", false);
	json_text(json, "why", err->text);
	if (is_machine(err->code))
		json_int(json, "exit", EXIT_MACHINE);
	(void)line_writer_end(commands->out);
}

static void end_answer(struct answer *answer)
{
	struct commands *commands = answer->commands;

	list_remove(&answer->link);
	commands->n_answers--;
	if (answer->command->end)
		answer->command->end(commands->user, answer);
	conf_free(answer->doc);
	free(answer);
}

static void fail_answer(struct answer *answer, const struct error *err)
{
	refuse(answer->commands, answer->id, err);
	end_answer(answer);
}

static void fail_too_long(struct answer *answer, int code)
{
	struct error err = ERROR_NULL;

	(void)error_set(&err, code,
	    code == ERR_LIMIT ? "the answer does not fit into lines of %d bytes"
			      : "no memory for a line of %d bytes",
	    LINE_BYTES_MAX);
	fail_answer(answer, &err);
}

static void make_page(struct answer *answer)
{
	struct line_writer *out = answer->commands->out;
	struct error err = ERROR_NULL;
	int r, written;

	answer->round = answer->commands->round;
	answer->json = line_writer_begin(out);
	json_uint(answer->json, "re", answer->id);
	json_bool(answer->json, "ok", true);
	r = answer->command->page(answer->commands->user, answer, &err);
	if (r < 0 || r == ANSWER_LATER) {
		line_writer_cancel(out);
		answer->is_waiting = r == ANSWER_LATER;
		if (r < 0)
			fail_answer(answer, &err);
		return;
	}
	answer->n_pages++;
	if (r == ANSWER_MORE)
		json_bool(answer->json, "more", true);
	written = line_writer_end(out);
	if (written < 0)
		fail_too_long(answer, written);
	else if (r == ANSWER_WHOLE)
		end_answer(answer);
}

bool answer_is_full(const struct answer *answer)
{
	const struct line_writer *out = answer->commands->out;

	return out->out.error || out->out.len - out->begin >= PAGE_BYTES;
}

void answer_put(struct answer *answer, struct str members, bool is_last)
{
	char head[40];
	int r;

	(void)snprintf(head, sizeof(head), "{\"re\":%llu",
	    (unsigned long long)answer->id);
	r = line_writer_put(answer->commands->out, str_of(head), members);
	answer->n_pages++;
	answer->is_waiting = false;
	if (r < 0)
		fail_too_long(answer, r);
	else if (is_last)
		end_answer(answer);
}

void answer_wake(struct answer *answer)
{
	answer->is_waiting = false;
	make_page(answer);
}

void answer_fail(struct answer *answer, const struct error *err)
{
	fail_answer(answer, err);
}

/* ---- commands ----------------------------------------------------------------------- */

void commands_init(struct commands *commands, const struct command *table, void *user,
    struct line_writer *out)
{
	*commands = (struct commands){ .table = table, .user = user, .out = out };
	list_init(&commands->answers);
}

void commands_close(struct commands *commands)
{
	while (!list_empty(&commands->answers))
		end_answer(list_first(&commands->answers, struct answer, link));
}

static struct answer *find_answer(const struct commands *commands, uint64_t id)
{
	LIST_FOREACH (item, &commands->answers) {
		struct answer *answer = list_entry(item, struct answer, link);

		if (answer->id == id)
			return answer;
	}
	return NULL;
}

static const struct command *find_command(const struct commands *commands,
    struct str name, struct error *err)
{
	const char *names[64];
	char hint[160];
	size_t n = 0;

	for (const struct command *c = commands->table; c->name; c++) {
		if (str_is(name, c->name))
			return c;
		if (n < ARRAY_LEN(names))
			names[n++] = c->name;
	}
	if (!conf_suggest(name, names, n, hint, sizeof(hint))) {
		size_t len = (size_t)snprintf(hint, sizeof(hint), "known are");

		for (size_t i = 0; i < n && len < sizeof(hint); i++)
			len += (size_t)snprintf(hint + len, sizeof(hint) - len, "%s %s",
			    i ? "," : "", names[i]);
	}
	(void)error_set(err, ERR_USAGE, "no command is named \"%.*s\": %s",
	    (int)MIN(name.len, (size_t)40), name.p, hint);
	return NULL;
}

/* Leaves the command's own arguments in the document. */
static void take_out(struct conf_node *root, const char *key)
{
	size_t n = 0;

	for (size_t i = 0; i < root->len; i++) {
		if (!str_is(root->pairs[i].key->text, key))
			root->pairs[n++] = root->pairs[i];
	}
	root->len = n;
}

static int bind_arguments(struct answer *answer, struct error *err)
{
	static const struct conf_row none[] = { { NULL } };
	const struct command *command = answer->command;
	struct conf_doc *doc = answer->doc;

	take_out(doc->root, "id");
	take_out(doc->root, "cmd");
	answer->arguments = arena_alloc(&doc->arena, MAX(command->size, (size_t)1));
	if (!answer->arguments)
		return error_set(err, -ENOMEM, "no memory");
	return conf_bind(doc, doc->root, command->rows ? command->rows : none,
	    answer->arguments, err);
}

/* Takes doc over. */
static int start_answer(struct commands *commands, const struct command *command,
    uint64_t id, struct conf_doc *doc, struct error *err)
{
	struct answer *answer;
	int r;

	if (commands->n_answers >= ANSWERS_MAX) {
		conf_free(doc);
		return error_set(err, ERR_USAGE, "%d answers are open already",
		    ANSWERS_MAX);
	}
	if (find_answer(commands, id)) {
		conf_free(doc);
		return error_set(err, ERR_USAGE,
		    "an answer of that id is open already");
	}
	answer = calloc(1, sizeof(*answer));
	if (!answer) {
		conf_free(doc);
		return error_set(err, -ENOMEM, "no memory");
	}
	answer->command = command;
	answer->commands = commands;
	answer->id = id;
	answer->doc = doc;
	r = bind_arguments(answer, err);
	if (r < 0) {
		conf_free(doc);
		free(answer);
		return r;
	}
	list_append(&commands->answers, &answer->link);
	commands->n_answers++;
	make_page(answer);
	return 0;
}

static int go_on(struct commands *commands, uint64_t id, bool is_enough,
    struct error *err)
{
	struct answer *answer = find_answer(commands, id);

	if (!answer)
		return error_set(err, ERR_USAGE, "no answer of that id is open");
	if (is_enough) {
		struct json *json = line_writer_begin(commands->out);

		json_uint(json, "re", id);
		json_bool(json, "ok", true);
		(void)line_writer_end(commands->out);
		end_answer(answer);
	} else if (!answer->is_waiting) {
		make_page(answer);
	}
	return 0;
}

/* Reads "id", 0 where there is none, and "cmd". */
static int read_head(const struct conf_doc *doc, uint64_t *ret_id, struct str *ret_name,
    struct error *err)
{
	const struct conf_node *id = conf_get(doc->root, "id");
	const struct conf_node *name = conf_get(doc->root, "cmd");

	*ret_id = 0;
	if (id && (id->kind != CONF_SCALAR || id->is_quoted ||
		      str_to_u64(id->text, UINT64_MAX, ret_id) < 0))
		return error_set(err, ERR_USAGE, "\"id\" wants a whole number");
	if (!name || name->kind != CONF_SCALAR)
		return error_set(err, ERR_USAGE, "\"cmd\" is missing");
	*ret_name = name->text;
	return 0;
}

/* Takes doc over. */
static int obey(struct commands *commands, struct conf_doc *doc, uint64_t *ret_id,
    struct error *err)
{
	const struct command *command = NULL;
	struct str name = STR_NULL;
	int r = read_head(doc, ret_id, &name, err);

	if (r == 0 && (str_is(name, "more") || str_is(name, "enough"))) {
		r = go_on(commands, *ret_id, str_is(name, "enough"), err);
		conf_free(doc);
		return r;
	}
	if (r == 0)
		command = find_command(commands, name, err);
	if (command)
		return start_answer(commands, command, *ret_id, doc, err);
	conf_free(doc);
	return ERR_USAGE;
}

void commands_take(struct commands *commands, struct str line)
{
	struct conf_doc *doc = NULL;
	struct error err = ERROR_NULL;
	uint64_t id = 0;
	int r = conf_parse("command", line, &doc, NULL);

	if (r == 0 && doc->root->kind != CONF_MAPPING) {
		conf_free(doc);
		r = ERR_CONFIG;
	}
	if (r == 0) {
		doc->has_no_text = true; /* people did not write it: no line is shown */
		r = obey(commands, doc, &id, &err);
	} else {
		r = error_set(&err, ERR_USAGE, "the line is no JSON object");
	}
	if (r < 0)
		refuse(commands, id, &err);
}

void commands_skip(struct commands *commands)
{
	struct error err = ERROR_NULL;

	(void)error_set(&err, ERR_LIMIT, "a line of more than %d bytes is no command",
	    LINE_BYTES_MAX);
	refuse(commands, 0, &err);
}

/* Each once, though making a page may end answers or begin others. */
void commands_go_on(struct commands *commands)
{
	struct list *item = commands->answers.next;

	commands->round++;
	while (item != &commands->answers) {
		struct answer *answer = list_entry(item, struct answer, link);

		item = item->next;
		if (answer->is_waiting || answer->round == commands->round)
			continue;
		make_page(answer);
		item = commands->answers.next;
	}
}

bool commands_are_due(const struct commands *commands)
{
	LIST_FOREACH (item, &commands->answers) {
		if (!list_entry(item, struct answer, link)->is_waiting)
			return true;
	}
	return false;
}
