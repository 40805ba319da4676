/* What our side of a scene does next. */
#include "lib/sequence/scene_internal.h"

static enum cwmp_method method_of(struct str name)
{
	enum cwmp_method method = cwmp_method_of(name);

	return cwmp_cpe_answers(method) ? method : CWMP_UNKNOWN_METHOD;
}

enum cwmp_method scene_request_of(const struct sequence *sequence, size_t step)
{
	const struct sequence_step *steps = sequence->steps.items;
	struct str name = str_of(steps[step].message), suffix = STR("Response");

	if (steps[step].is_never || !name.p)
		return CWMP_UNKNOWN_METHOD;
	if (steps[step].see == SEE_ACS_SENDS)
		return method_of(name);
	if (steps[step].see == SEE_CPE_SENDS && str_ends(name, suffix))
		return method_of(str_make(name.p, name.len - suffix.len));
	return CWMP_UNKNOWN_METHOD;
}

/* The steps from the next one on that may be done now: those before it have held as often as
 * they must. The last is what the others are left out for. */
static bool may_be_passed(const struct scene *scene, size_t i)
{
	const struct sequence_step *step = scene_step(scene, i);

	return step->is_never || scene->results[i].is_skipped ||
	       scene->results[i].n >= sequence_least(step);
}

enum scene_deed scene_ask(struct scene *scene, const struct sequence_step **ret,
    enum cwmp_method *method)
{
	size_t n = scene->config.sequence->steps.len;

	if (scene->state != SCENE_PLAYING || scene->is_done || scene->is_answer_due)
		return SCENE_WAIT;
	for (size_t i = scene->at; i < n; i++) {
		const struct sequence_step *step = scene_step(scene, i);

		*method = scene_request_of(scene->config.sequence, i);
		if (*method != CWMP_UNKNOWN_METHOD) {
			*ret = step;
			scene->is_done = true;
			return SCENE_SEND;
		}
		if (!may_be_passed(scene, i))
			break;
	}
	return SCENE_WAIT;
}

enum scene_deed scene_rest(struct scene *scene, clock_ns now,
    const struct sequence_step **ret)
{
	const struct sequence_step *step;

	if (scene->state != SCENE_PLAYING || scene->is_done || scene->is_in_session ||
	    scene->at == scene->config.sequence->steps.len ||
	    now < scene_opens_at(scene))
		return SCENE_WAIT;
	step = scene_step(scene, scene->at);
	*ret = step;
	if (scene->config.side == SCENE_ACS && step->see == SEE_CALL)
		scene->is_done = true;
	if (scene->config.side == SCENE_CPE && step->see == SEE_SESSION)
		scene->is_done = true;
	if (!scene->is_done)
		return SCENE_WAIT;
	return step->see == SEE_CALL ? SCENE_CALL : SCENE_BEGIN;
}
