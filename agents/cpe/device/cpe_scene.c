#include "agents/cpe/device/cpe_scene.h"

#include "agents/cpe/device/cpe_play.h"
#include "agents/cpe/model/model_modules.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static clock_ns now_of(const struct cpe_scene *scene)
{
	return scene->cpe->fleet->edges->monotonic();
}

/* ---- what it sees ---------------------------------------------------------------------- */

static void on_saw(void *user, bool from_acs, const struct cwmp_msg *msg)
{
	struct cpe_scene *scene = user;

	if (!from_acs && msg && msg->method == CWMP_INFORM && scene->cpe->acs_url)
		scene_session_at(scene->scene, scene->cpe->acs_url);
	scene_saw(scene->scene, from_acs, msg, now_of(scene));
}

static void on_over(void *user, const char *why)
{
	struct cpe_scene *scene = user;

	scene_session_over(scene->scene, why, now_of(scene));
}

static void on_called(void *user)
{
	struct cpe_scene *scene = user;

	scene_called(scene->scene, 200, NULL, now_of(scene));
}

/* ---- what it begins -------------------------------------------------------------------- */

/* What a CPE can do to have an Inform with an event. */
enum cause {
	CAUSE_NONE, /* nothing: the ACS orders it, or nobody */
	CAUSE_INFORM,
	CAUSE_BOOT,
	CAUSE_RESET,
	CAUSE_TRANSFER,
	CAUSE_CHANGE
};

static enum cause cause_of(const char *event)
{
	static const struct {
		enum cwmp_event_code code;
		enum cause cause;
	} rows[] = {
		{ CWMP_EVENT_BOOTSTRAP, CAUSE_RESET },
		{ CWMP_EVENT_BOOT, CAUSE_BOOT },
		{ CWMP_EVENT_PERIODIC, CAUSE_INFORM },
		{ CWMP_EVENT_VALUE_CHANGE, CAUSE_INFORM },
		{ CWMP_EVENT_AUTONOMOUS_TRANSFER_COMPLETE, CAUSE_TRANSFER },
		{ CWMP_EVENT_AUTONOMOUS_DU_STATE_CHANGE_COMPLETE, CAUSE_CHANGE },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (strcmp(event, cwmp_event_text(rows[i].code)) == 0)
			return rows[i].cause;
	}
	return CAUSE_NONE;
}

/* A step without events is any session; of several events one that is ordered decides, and
 * else the last, which brings those before it. */
static enum cause cause_of_step(const struct sequence_step *step)
{
	enum cause cause = CAUSE_INFORM;

	for (size_t i = 0; i < step->event.len; i++) {
		cause = cause_of(step->event.items[i]);
		if (cause == CAUSE_NONE || cause == CAUSE_RESET)
			break;
	}
	return cause;
}

/* Whether the model has it do so anyhow. */
static bool is_own(const struct cpe_scene *scene, enum cause cause)
{
	const struct conf_list *own = &scene->cpe->fleet->model->own;
	const struct model_own *items = own->items;

	for (size_t i = 0; i < own->len; i++) {
		bool is_file = items[i].kind == MODEL_OWN_DOWNLOAD ||
			       items[i].kind == MODEL_OWN_UPLOAD;

		if (is_file == (cause == CAUSE_TRANSFER))
			return true;
	}
	return false;
}

/* What the policies of ManagementServer. keep from the ACS is not played; where the model has
 * one it lets this through, as if the ACS had asked to be told. */
static void let_tell(struct cpe_scene *scene, const struct model_own *own)
{
	const struct {
		const char *name, *value;
	} rows[] = {
		{ "AutonomousTransferCompletePolicy.Enable", "true" },
		{ "AutonomousTransferCompletePolicy.TransferTypeFilter", "Both" },
		{ "AutonomousTransferCompletePolicy.FileTypeFilter", own->file_type },
		{ "DUStateChangeComplPolicy.Enable", "true" },
	};
	char name[96];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		(void)snprintf(name, sizeof(name), "ManagementServer.%s", rows[i].name);
		(void)cpe_play_value(scene->cpe, str_of(name), str_of(rows[i].value),
		    NULL);
	}
}

static int begin_own(struct cpe_scene *scene, enum cause cause, struct error *err)
{
	const struct model_own own = {
		.kind =
		    cause == CAUSE_TRANSFER ? MODEL_OWN_DOWNLOAD : MODEL_OWN_INSTALL,
		.url = cause == CAUSE_TRANSFER ? scene->file_url : scene->unit_url,
		.file_type = scene->file_type ? scene->file_type : "2 Web Content",
	};
	int r;

	let_tell(scene, &own);
	r = is_own(scene, cause) ? 0 : cpe_own_begin(scene->cpe, &own);
	if (r < 0)
		return error_set(err, r, "no room for what it does of its own accord");
	cpe_consider(scene->cpe);
	return 0;
}

static int begin(struct cpe_scene *scene, const struct sequence_step *step,
    struct error *err)
{
	const char *event = step->event.len > 0 ? step->event.items[0] : "2 PERIODIC";
	enum cause cause = cause_of_step(step);

	switch (cause) {
	case CAUSE_NONE:
		return 0;
	case CAUSE_INFORM:
		return cpe_play_inform(scene->cpe, str_of(event), err);
	case CAUSE_BOOT:
		cpe_play_boot(scene->cpe);
		return 0;
	case CAUSE_RESET:
		return cpe_play_factory_reset(scene->cpe, err);
	case CAUSE_TRANSFER:
	case CAUSE_CHANGE:
		return begin_own(scene, cause, err);
	}
	return 0;
}

void cpe_scene_tick(struct cpe_scene *scene)
{
	const struct cpe *cpe = scene->cpe;
	const struct sequence_step *step;
	struct error err = ERROR_NULL;

	scene_tick(scene->scene, now_of(scene));
	if (cpe->state == CPE_IDLE && cpe->is_settled && cpe->has_talked &&
	    scene_rest(scene->scene, now_of(scene), &step) == SCENE_BEGIN &&
	    begin(scene, step, &err) < 0)
		scene_fail(scene->scene, err.text);
}

/* ---- what people say ------------------------------------------------------------------- */

static int take_said(struct cpe_scene *scene, struct error *err)
{
	const struct {
		const char *name;
		const char **to;
	} rows[] = {
		{ "AutonomousTransferComplete.url", &scene->file_url },
		{ "AutonomousTransferComplete.file-type", &scene->file_type },
		{ "AutonomousDUStateChangeComplete.url", &scene->unit_url },
	};
	struct str name, value;
	size_t k;

	for (size_t i = 0; i < scene->settings->with.len; i++) {
		bool is_good = scene_settings_with(scene->settings, i, &name, &value);

		for (k = 0; k < ARRAY_LEN(rows) && is_good; k++) {
			if (str_is(name, rows[k].name))
				break;
		}
		if (!is_good || k == ARRAY_LEN(rows))
			return scene_settings_refuse(scene->settings, i,
			    "a CPE takes AutonomousTransferComplete.url, "
			    "AutonomousTransferComplete.file-type, "
			    "AutonomousDUStateChangeComplete.url",
			    err);
		free((char *)(uintptr_t)*rows[k].to);
		*rows[k].to = str_dup(value);
		if (!*rows[k].to)
			return error_set(err, -ENOMEM, "no memory for --with");
	}
	return 0;
}

static int check_step(const struct cpe_scene *scene, size_t i, struct error *err)
{
	const struct sequence_step *step =
	    (const struct sequence_step *)scene->sequence->steps.items + i;
	const struct conf_node *node =
	    conf_get(scene->sequence->doc->root, "steps")->items[i];
	const struct model *model = scene->cpe->fleet->model;
	enum cause cause = cause_of_step(step);

	if (step->see != SEE_SESSION || step->is_never || is_own(scene, cause))
		return 0;
	if (cause == CAUSE_TRANSFER && !scene->file_url)
		return conf_fail(scene->sequence->doc, node,
		    "--with AutonomousTransferComplete.url=URL says it", err,
		    "which file is the CPE to get of its own accord?");
	if (cause != CAUSE_CHANGE)
		return 0;
	if (!model_has_modules(model))
		return conf_fail(scene->sequence->doc, node,
		    "pick a --model that has them, as gateway-181", err,
		    "the model %s has no deployment units", model->name);
	if (!scene->unit_url)
		return conf_fail(scene->sequence->doc, node,
		    "--with AutonomousDUStateChangeComplete.url=URL says it", err,
		    "which unit is the CPE to install of its own accord?");
	return 0;
}

/* ---- life ------------------------------------------------------------------------------ */

int cpe_scene_new(struct cpe_scene **ret, struct cpe_fleet *fleet,
    const struct scene_settings *settings, void (*told)(void *user, size_t step),
    void *user, struct error *err)
{
	auto_cleanup(cpe_scene_free) struct cpe_scene *scene =
	    calloc(1, sizeof(*scene));
	const char *url = fleet->config->acs.url ? fleet->config->acs.url
						 : fleet->config->default_acs.url;
	struct scene_config config = {
		.side = SCENE_CPE,
		.url = url ? url : "",
		.wait = settings->wait,
		.watch = settings->watch,
		.told = told,
		.user = user,
	};
	int r;

	if (!scene)
		return error_set(err, -ENOMEM, "no memory for a sequence");
	scene->cpe = &fleet->cpes[0];
	scene->settings = settings;
	r = sequence_find(settings->sequence, &scene->sequence, err);
	config.sequence = scene->sequence;
	if (r == 0)
		r = take_said(scene, err);
	for (size_t i = 0; r == 0 && i < scene->sequence->steps.len; i++)
		r = check_step(scene, i, err);
	if (r == 0)
		r = scene_new(&scene->scene, &config, now_of(scene), err);
	if (r < 0)
		return r;
	scene->witness = (struct cpe_witness){ on_saw, on_over, on_called, scene };
	fleet->witness = &scene->witness;
	*ret = steal_ptr(&scene);
	return 0;
}

void cpe_scene_free(struct cpe_scene *scene)
{
	if (!scene)
		return;
	if (scene->cpe->fleet->witness == &scene->witness)
		scene->cpe->fleet->witness = NULL;
	scene_free(scene->scene);
	sequence_free(scene->sequence);
	free((char *)(uintptr_t)scene->file_url);
	free((char *)(uintptr_t)scene->unit_url);
	free((char *)(uintptr_t)scene->file_type);
	free(scene);
}
