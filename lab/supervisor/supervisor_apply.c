/* The command "apply": a lab becomes what another file says, or the same one by now.
 *
 *     told ─▶ stop clients ─▶ stop servers ─▶ let go of ports ─▶ build
 *                   over ◀─ start clients ◀─ start servers ◀─ record and carry
 *
 * Nobody is started before those whom it depends on, and who does not differ is not touched. What
 * fails is told, and the lab goes on with the rest: the next one makes up for it. It goes on, too, when its
 * client is gone. */
#include "lab/supervisor/apply.h"

#include <errno.h>
#include <stdlib.h>

enum {
	WORD_S = 5 /* a client that hears nothing takes the lab for dead */
};

static const struct conf_row command_rows[] = {
	{ .key = "file",
	    .type = CONF_STR,
	    .offset = offsetof(struct supervisor_apply_arguments, file),
	    .is_required = true,
	    .help = "the topology, by its whole path" },
	{ .key = "fault",
	    .type = CONF_STR,
	    .offset = offsetof(struct supervisor_apply_arguments, fault),
	    .help = "of those in it, to be switched on" },
	{ .key = "dry-run",
	    .type = CONF_BOOL,
	    .offset = offsetof(struct supervisor_apply_arguments, is_dry),
	    .help = "only tell the difference" },
	{ NULL },
};

const struct conf_row supervisor_apply_rows[] = {
	{ .key = "command",
	    .type = CONF_OBJECT,
	    .rows = command_rows,
	    .is_required = true,
	    .help = "what is to be applied" },
	{ NULL },
};

/* ---- what the client hears ---------------------------------------------------------------- */

static void put_change(struct json *json, const struct change *change)
{
	json_object_begin(json, NULL);
	json_text(json, change->is_node ? "node" : "of", change->name);
	json_text(json, "change", change_deed_name(change->deed));
	json_text(json, "words", change->words);
	json_text(json, "why", change->why);
	json_object_end(json);
}

static void put_changes(struct answer *answer, const struct change_set *set)
{
	json_array_begin(answer->json, "changes");
	for (; answer->at < set->n_changes && !answer_is_full(answer); answer->at++)
		put_change(answer->json, &set->changes[answer->at]);
	json_array_end(answer->json);
}

static void put_news(struct json *json, struct apply *apply)
{
	json_array_begin(json, "steps");
	for (; apply->n_said < apply->n_words; apply->n_said++) {
		json_object_begin(json, NULL);
		json_text(json, "step", apply->words[apply->n_said].what);
		json_text(json, "text", apply->words[apply->n_said].text);
		json_int(json, "took_ns", apply->words[apply->n_said].took);
		json_object_end(json);
	}
	json_array_end(json);
	json_array_begin(json, "failures");
	for (; apply->n_failures_said < apply->n_failures; apply->n_failures_said++) {
		json_object_begin(json, NULL);
		json_text(json, "node", apply->failures[apply->n_failures_said].name);
		json_text(json, "why", apply->failures[apply->n_failures_said].why);
		json_object_end(json);
	}
	json_array_end(json);
	apply->said = clock_monotonic();
}

static bool has_news(const struct apply *apply)
{
	return apply->n_said < apply->n_words ||
	       apply->n_failures_said < apply->n_failures ||
	       apply->phase == APPLY_OVER ||
	       clock_monotonic() - apply->said > WORD_S * NS_PER_S;
}

/* Its page may free it. */
static void tell_client(struct apply *apply)
{
	struct client *client = apply->client;

	if (!apply->answer || !has_news(apply))
		return;
	answer_wake(apply->answer);
	client_go_on(client);
}

/* ---- the way ------------------------------------------------------------------------------ */

static bool take_phase(struct supervisor *supervisor, struct apply *apply)
{
	switch (apply->phase) {
	case APPLY_TOLD:
		return true;
	case APPLY_STOP_CLIENTS:
		return apply_stop(supervisor, apply, STAGE_CLIENTS);
	case APPLY_STOP_SERVERS:
		return apply_stop(supervisor, apply, STAGE_SERVERS);
	case APPLY_UNCARRY:
		return apply_uncarry(supervisor, apply);
	case APPLY_LEAVE:
		return apply_leave(supervisor, apply);
	case APPLY_BUILD:
		return apply_build(supervisor, apply);
	case APPLY_CARRY:
		return apply_carry(supervisor, apply);
	case APPLY_JOIN:
		return apply_join(supervisor, apply);
	case APPLY_START_SERVERS:
		return apply_start(supervisor, apply, STAGE_SERVERS);
	case APPLY_START_CLIENTS:
		return apply_start(supervisor, apply, STAGE_CLIENTS);
	case APPLY_OVER:
		break;
	}
	return false;
}

static void next_phase(struct apply *apply)
{
	apply->phase++;
	apply->is_entered = false;
	apply->deadline = 0;
	/* What is said of stopping and of starting is said of both stages. */
	if (apply->phase != APPLY_STOP_SERVERS && apply->phase != APPLY_START_CLIENTS)
		apply->phase_began = clock_monotonic();
}

static void end(struct supervisor *supervisor, struct apply *apply)
{
	apply->phase = APPLY_OVER;
	supervisor->apply = NULL;
	supervisor_tell_applied(supervisor, apply->set->n_changes, apply->n_failed,
	    apply->began);
	if (apply->answer)
		tell_client(apply);
	else
		apply_free(apply);
}

void supervisor_look_at_apply(struct supervisor *supervisor)
{
	struct apply *apply = supervisor->apply;

	if (!apply || apply->phase == APPLY_TOLD)
		return;
	if (supervisor->state != SUPERVISOR_RUNNING) {
		apply_fail(apply, supervisor->options->plan->topology->name,
		    "the lab ends");
		apply->is_cut = true;
		end(supervisor, apply);
		return;
	}
	while (apply->phase != APPLY_OVER && take_phase(supervisor, apply))
		next_phase(apply);
	if (apply->phase == APPLY_OVER)
		end(supervisor, apply);
	else
		tell_client(apply);
}

clock_ns supervisor_apply_deadline(const struct supervisor *supervisor)
{
	const struct apply *apply = supervisor->apply;
	clock_ns word;

	if (!apply || apply->phase == APPLY_TOLD)
		return 0;
	word = apply->said + WORD_S * NS_PER_S;
	return apply->deadline ? MIN(apply->deadline, word) : word;
}

/* ---- the command -------------------------------------------------------------------------- */

static struct supervisor *supervisor_of(const void *user)
{
	const struct client *client = user;

	return client->user;
}

static int check(const struct supervisor *supervisor, struct error *err)
{
	const char *name = supervisor->options->plan->topology->name;

	if (supervisor->state != SUPERVISOR_RUNNING)
		return error_set(err, ERR_USAGE, "the lab is not up yet, or ends");
	if (!supervisor->options->outlives)
		return error_set(err, ERR_USAGE,
		    "%s is what \"cwmplab run\" proves something of: \"cwmplab up\" starts a "
		    "lab that can change",
		    name);
	if (supervisor->apply)
		return error_set(err, ERR_USAGE,
		    "another apply to %s is under way: wait until it is over", name);
	return 0;
}

static int begin(struct supervisor *supervisor, struct client *client,
    struct answer *answer, struct error *err)
{
	const struct supervisor_apply_arguments *arguments = answer->arguments;
	struct apply *apply;
	int r = check(supervisor, err);

	if (r < 0)
		return r;
	apply = calloc(1, sizeof(*apply));
	if (!apply)
		return error_set(err, -ENOMEM, "out of memory");
	r = apply_find(supervisor, apply, arguments, err);
	if (r < 0) {
		apply_free(apply);
		return r;
	}
	apply->began = apply->said = clock_monotonic();
	apply->answer = answer;
	apply->client = client;
	answer->state = apply;
	if (!arguments->is_dry)
		supervisor->apply = apply;
	json_text(answer->json, "lab", apply->topology->name);
	json_text(answer->json, "file", apply->topology->path);
	return 0;
}

/* First the difference, then what becomes of it. */
int supervisor_page_apply(void *user, struct answer *answer, struct error *err)
{
	struct supervisor *supervisor = supervisor_of(user);
	const struct supervisor_apply_arguments *arguments = answer->arguments;
	struct apply *apply = answer->state;

	if (!apply) {
		if (begin(supervisor, user, answer, err) < 0)
			return err->code;
		apply = answer->state;
	}
	if (answer->at < apply->set->n_changes || answer->n_pages == 0) {
		put_changes(answer, apply->set);
		return answer->at < apply->set->n_changes || !arguments->is_dry
			   ? ANSWER_MORE
			   : ANSWER_WHOLE;
	}
	if (apply->phase == APPLY_TOLD) {
		next_phase(apply);
		return ANSWER_LATER;
	}
	if (!has_news(apply))
		return ANSWER_LATER;
	put_news(answer->json, apply);
	if (apply->phase != APPLY_OVER)
		return ANSWER_MORE;
	json_uint(answer->json, "failed", apply->n_failed);
	json_bool(answer->json, "cut", apply->is_cut);
	json_int(answer->json, "took_ns", clock_monotonic() - apply->began);
	return ANSWER_WHOLE;
}

/* Who does not wait for its end does not stop it. */
void supervisor_end_apply(void *user, struct answer *answer)
{
	struct supervisor *supervisor = supervisor_of(user);
	struct apply *apply = answer->state;

	if (!apply)
		return;
	apply->answer = NULL;
	if (supervisor->apply != apply) {
		apply_free(apply);
	} else if (apply->phase == APPLY_TOLD) {
		supervisor->apply = NULL;
		apply_free(apply);
	}
}
