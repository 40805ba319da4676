/* policy: another policy for an ACS of a lab that is up. */
#include "lab/verbs/cmds.h"

#include "agents/acs/policy/policy.h"
#include "lab/channel/labsock.h"
#include "lab/play/place.h"
#include "lab/term/cmd.h"
#include "lib/base/json.h"
#include "lib/program/say.h"

#include <jansson.h>
#include <stdlib.h>

enum {
	PART_BYTES = 8 << 10 /* of the file, that go into one line in any case */
};

/* Tells all mistakes of the file, or what else is wrong with it. */
static int fail(const char *path, const struct conf_mistakes *mistakes,
    const struct error *err)
{
	for (size_t i = 0; i < mistakes->len; i++) {
		say_text(stderr, str_of(mistakes->items[i].text));
		say(stderr, "\n");
	}
	if (mistakes->left_out > 0)
		say(stderr, "%s: and %zu more mistakes\n", path, mistakes->left_out);
	return mistakes->len > 0 ? EXIT_USAGE : cmd_fail(err);
}

struct swap {
	const struct place *place;
	const char *path;
	json_int_t part, n_rules; /* as the ACS has answered; 0: not yet */
};

static void on_answer(void *user, json_t *page)
{
	struct swap *swap = user;
	const json_t *part = json_object_get(page, "part");

	if (part)
		swap->part = json_integer_value(part);
	swap->n_rules = json_integer_value(json_object_get(page, "rules"));
}

/* How many bytes of the text go into one command: whole characters, each of which JSON may write
 * as six. */
static size_t part_length(struct str text)
{
	size_t n = MIN(text.len, (size_t)PART_BYTES);

	while (n < text.len && n > 0 && ((uint8_t)text.p[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static int send_part(struct swap *swap, struct str text, bool has_more,
    struct error *err)
{
	auto_buf command = BUF_NULL;
	struct json json = json_writer(&command, 0);

	json_object_begin(&json, NULL);
	json_text(&json, "cmd", "policy");
	json_text(&json, "name", swap->path);
	if (swap->part > 0)
		json_int(&json, "part", swap->part);
	if (has_more)
		json_bool(&json, "more", true);
	json_str(&json, "text", text);
	json_object_end(&json);
	return labsock_ask_agent(swap->place->fd, swap->place->node, buf_cstr(&command),
	    on_answer, swap, err);
}

static int swap_policy(const struct place *place, const char *path, struct str text,
    struct error *err)
{
	struct swap swap = { .place = place, .path = path };
	int r;

	do {
		size_t n = part_length(text);

		r = send_part(&swap, str_make(text.p, n), n < text.len, err);
		text = str_from(text, n);
	} while (r == 0 && text.len > 0);
	if (r == 0)
		say(stdout, "%s goes by %s now (%lld rule%s): sessions from now on\n",
		    place->node, path, (long long)swap.n_rules,
		    swap.n_rules == 1 ? "" : "s");
	return r;
}

static int play(char *const *words, struct error *err)
{
	const char *path = words[2];
	struct conf_mistakes mistakes = { .len = 0 };
	struct policy policy = POLICY_NULL;
	struct place place = { .fd = -1 };
	int r = place_open(&place, words[0], words[1], err), status = EXIT_OK;

	if (r == 0)
		r = place_check_kind(&place, "acs", err);
	if (r < 0)
		status = cmd_fail(err);
	else if (policy_load(&policy, path, &mistakes, err) < 0)
		status = fail(path, &mistakes, err);
	else if (swap_policy(&place, path, policy.doc->text, err) < 0)
		status = cmd_fail(err);
	conf_mistakes_free(&mistakes);
	policy_free(&policy);
	place_close(&place);
	return status;
}

static int policy_run(const struct verb *verb, int argc, char **argv)
{
	struct option_reader options;
	struct error err = ERROR_NULL;
	const char *value;

	options_begin(&options, verb, argc, argv);
	(void)options_next(&options, &value);
	if (options.status >= 0)
		return options.status;
	return play(options.words, &err);
}

const struct verb policy_verb = {
	.name = "policy",
	.brief = "give an ACS of a lab another policy",
	.run = policy_run,
	.arguments = "LAB ACS FILE",
	.about =
	    "Gives an ACS of a lab that is up the policy of FILE instead of the one that it has. Sessions\n"
	    "that run go on by the old one. Of a file with mistakes all of them are told, and the ACS\n"
	    "keeps the policy that it has.\n",
	.min_words = 3,
	.max_words = 3,
	.suffixes = ".yaml .yml",
};
