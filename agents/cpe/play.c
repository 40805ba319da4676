#include "agents/cpe/play.h"

#include "agents/cpe/device/cpe_play.h"
#include "lib/base/json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum play_act {
	PLAY_LOOK,
	PLAY_BOOT,
	PLAY_INFORM,
	PLAY_VALUE,
	PLAY_FACTORY_RESET,
	PLAY_POWER_OFF,
	PLAY_POWER_ON
};

static const char *const act_names[] = { "look", "boot", "inform", "value",
	"factory-reset", "power-off", "power-on", NULL };

#define ROW(member, key_, kind, help_)                                                \
	.key = key_, .type = kind, .offset = offsetof(struct play_arguments, member), \
	.help = help_

const struct conf_row play_rows[] = {
	{ ROW(cpe, "cpe", CONF_STR, "its name; that of the process: all of them"),
	    .is_required = true, .min = 1, .max = CPE_TEXT_MAX },
	{ ROW(act, "do", CONF_ENUM, "what is done to it"), .names = act_names,
	    .dflt = "look" },
	{ ROW(event, "event", CONF_STR, "with inform: its event code"), .max = 64,
	    .dflt = "2 PERIODIC" },
	{ ROW(values, "values", CONF_NODE, "with value: names with values") },
	{ NULL },
};

static int set_values(struct cpe *cpe, const struct conf_node *values,
    struct error *err)
{
	int r = 0;

	if (!values || values->kind != CONF_MAPPING || values->len == 0)
		return error_set(err, ERR_USAGE, "\"values\" wants names with values");
	for (size_t i = 0; i < values->len && r == 0; i++) {
		if (values->pairs[i].value->kind != CONF_SCALAR)
			return error_set(err, ERR_USAGE,
			    "\"values\" wants names with values");
		r = cpe_play_value(cpe, values->pairs[i].key->text,
		    values->pairs[i].value->text, err);
	}
	return r;
}

static int act(struct cpe *cpe, const struct play_arguments *wish, struct error *err)
{
	switch ((enum play_act)wish->act) {
	case PLAY_LOOK:
		return 0;
	case PLAY_BOOT:
		cpe_play_boot(cpe);
		return 0;
	case PLAY_INFORM:
		return cpe_play_inform(cpe, str_of(wish->event), err);
	case PLAY_VALUE:
		return set_values(cpe, wish->values, err);
	case PLAY_FACTORY_RESET:
		return cpe_play_factory_reset(cpe, err);
	case PLAY_POWER_OFF:
		return cpe_play_power_off(cpe, err);
	case PLAY_POWER_ON:
		return cpe_play_power_on(cpe, err);
	}
	return 0;
}

static bool is_meant(const struct cpe_fleet *fleet, size_t i, const char *name)
{
	return strcmp(fleet->cpes[i].name, name) == 0 ||
	       strcmp(fleet->config->node, name) == 0;
}

static int act_on_all(struct cpe_fleet *fleet, const struct play_arguments *wish,
    struct error *err)
{
	size_t n = 0;
	int r = 0;

	for (size_t i = 0; i < fleet->n_cpes && r == 0; i++) {
		if (!is_meant(fleet, i, wish->cpe))
			continue;
		r = act(&fleet->cpes[i], wish, err);
		n++;
	}
	if (r == 0 && n == 0)
		return error_set(err, ERR_USAGE, "no CPE is named \"%s\" here",
		    wish->cpe);
	return r;
}

struct play { /* state of an answer */
	struct list link;
	struct answer *answer;
	bool is_done;
};

static void carry_out(struct plays *plays, struct play *play)
{
	struct error err = ERROR_NULL;

	list_remove(&play->link);
	play->is_done = true;
	if (act_on_all(plays->fleet, play->answer->arguments, &err) < 0)
		answer_fail(play->answer, &err);
	else
		answer_wake(play->answer);
}

static void on_timer(uv_timer_t *timer)
{
	struct plays *plays = timer->data;

	while (!list_empty(&plays->waiting))
		carry_out(plays, list_first(&plays->waiting, struct play, link));
}

void plays_open(struct plays *plays, uv_loop_t *loop, struct cpe_fleet *fleet)
{
	plays->fleet = fleet;
	list_init(&plays->waiting);
	(void)uv_timer_init(loop, &plays->timer);
	plays->timer.data = plays;
}

void plays_close(struct plays *plays)
{
	uv_close((uv_handle_t *)&plays->timer, NULL);
}

static int begin(struct plays *plays, struct answer *answer, struct error *err)
{
	struct play *play = calloc(1, sizeof(*play));

	if (!play)
		return error_set(err, -ENOMEM, "no memory");
	play->answer = answer;
	answer->state = play;
	list_init(&play->link);
	list_append(&plays->waiting, &play->link);
	(void)uv_timer_start(&plays->timer, on_timer, 0, 0);
	return ANSWER_LATER;
}

int play_page(struct plays *plays, struct answer *answer, struct error *err)
{
	const struct play_arguments *wish = answer->arguments;
	const struct cpe_fleet *fleet = plays->fleet;
	struct json *json = answer->json;

	if (!answer->state)
		return begin(plays, answer, err);
	json_array_begin(json, "cpes");
	for (; answer->at < fleet->n_cpes && !answer_is_full(answer); answer->at++) {
		if (is_meant(fleet, answer->at, wish->cpe))
			cpe_play_write(&fleet->cpes[answer->at], json);
	}
	json_array_end(json);
	return answer->at < fleet->n_cpes ? ANSWER_MORE : ANSWER_WHOLE;
}

void play_end(struct answer *answer)
{
	struct play *play = answer->state;

	if (play)
		list_remove(&play->link);
	free(play);
}
