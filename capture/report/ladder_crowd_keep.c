/* The second reading: what is kept of the CPEs that are shown, and the ladders of it. */
#include "capture/report/ladder_crowd_internal.h"
#include "capture/report/ladder_print.h"

#include <errno.h>
#include <stdlib.h>

enum {
	MODEL_ARENA_MAX = 1 << 30
};

/* ---- copies -------------------------------------------------------------------------- */

static const char *copy(struct ladder_crowd *crowd, const char *text)
{
	const char *kept = text ? arena_strdup(&crowd->kept, str_of(text)) : NULL;

	if (text && !kept)
		crowd->error = -ENOMEM;
	return kept;
}

static void *alloc(struct ladder_crowd *crowd, size_t n, size_t size)
{
	void *p = arena_array(&crowd->kept, n + 1, size);

	if (!p)
		crowd->error = -ENOMEM;
	return p;
}

static const struct analysis_failure *copy_failure(struct ladder_crowd *crowd,
    const struct analysis_failure *failure)
{
	struct analysis_failure *kept = failure ? alloc(crowd, 1, sizeof(*kept)) : NULL;

	if (kept)
		*kept = (struct analysis_failure){ .layer = failure->layer,
			.who = failure->who,
			.text = copy(crowd, failure->text),
			.frame = failure->frame };
	return kept;
}

/* A finding's words live as long as the analysis, and are known by where they are. */
static int find_words(struct map *words, const struct analysis_session *session)
{
	for (size_t i = 0; i < session->n_findings; i++) {
		const struct finding *finding = &session->findings[i];
		int r = map_put(words,
		    str_make((const char *)&finding->text, sizeof(finding->text)),
		    words);

		if (r < 0)
			return r;
	}
	return 0;
}

/* words: of findings; null where there are none. */
static const char *copy_why(struct ladder_crowd *crowd, const struct map *words,
    const char *why)
{
	if (words && why && map_get(words, str_make((const char *)&why, sizeof(why))))
		return why;
	return copy(crowd, why);
}

/* As far as ladders show it. */
static struct analysis_message copy_message(struct ladder_crowd *crowd,
    const struct map *words, const struct analysis_message *message)
{
	struct analysis_message kept = *message;

	kept.name = copy(crowd, message->name);
	kept.detail = copy(crowd, message->detail);
	kept.layer = copy(crowd, message->layer);
	kept.why = copy_why(crowd, words, message->why);
	kept.failure = copy_failure(crowd, message->failure);
	kept.body = kept.head = STR_NULL;
	kept.user = NULL;
	kept.outcome = NULL;
	return kept;
}

static const struct forwarded *copy_forwarded(struct ladder_crowd *crowd,
    const struct forwarded *forwarded)
{
	struct forwarded *kept = forwarded ? alloc(crowd, 1, sizeof(*kept)) : NULL;

	if (kept)
		*kept = (struct forwarded){ .header = forwarded->header,
			.client = copy(crowd, forwarded->client) };
	return kept && kept->client ? kept : NULL;
}

static void copy_session(struct ladder_crowd *crowd, struct analysis_session *kept,
    const struct analysis_session *session)
{
	struct map words = { .seed = crowd->seed };

	if (find_words(&words, session) < 0)
		crowd->error = -ENOMEM;
	*kept = (struct analysis_session){ .id = session->id,
		.cpe = copy(crowd, session->cpe),
		.acs = copy(crowd, session->acs),
		.mac = copy(crowd, session->mac),
		.serial = copy(crowd, session->serial),
		.forwarded = copy_forwarded(crowd, session->forwarded),
		.start = session->start,
		.end = session->end,
		.ok = session->ok,
		.not_judged = copy(crowd, session->not_judged),
		.owner = session->owner };
	kept->messages = alloc(crowd, session->n_messages, sizeof(*kept->messages));
	for (size_t i = 0; kept->messages && i < session->n_messages; i++)
		kept->messages[kept->n_messages++] =
		    copy_message(crowd, &words, &session->messages[i]);
	map_free(&words);
}

/* Room for n more at the end of an array in kept; the array, or null without memory. */
static void *grow(struct ladder_crowd *crowd, void *items, size_t len, size_t *cap,
    size_t n, size_t size)
{
	size_t wanted = *cap ? *cap * 2 : 8;
	void *more;

	if (len + n <= *cap)
		return items;
	more = alloc(crowd, wanted, size);
	if (!more)
		return NULL;
	if (len > 0)
		memcpy(more, items, len * size);
	*cap = wanted;
	return more;
}

/* ---- what is told -------------------------------------------------------------------- */

static struct crowd_cpe *shown(const struct ladder_crowd *crowd,
    const struct crowd_sum *sum)
{
	return sum && sum->cpe != NO_CPE ? &crowd->cpes[sum->cpe] : NULL;
}

void crowd_keep_session(struct ladder_crowd *crowd,
    const struct analysis_session *session)
{
	struct crowd_device *device = crowd_find_device(crowd, session->owner);
	struct crowd_host *host = device ? NULL
					 : crowd_find_host(crowd, session->mac,
					       session->cpe ? session->cpe : "");
	struct crowd_cpe *cpe = shown(crowd, device ? &device->sum
					     : host ? &host->sum
						    : NULL);
	struct analysis_session *sessions;

	if (!cpe)
		return;
	sessions = grow(crowd, cpe->sessions, cpe->n, &cpe->cap, 1, sizeof(*sessions));
	if (!sessions)
		return;
	cpe->sessions = sessions;
	copy_session(crowd, &cpe->sessions[cpe->n++], session);
}

static void keep_messages(struct ladder_crowd *crowd, struct crowd_acts **at,
    const struct analysis_host *act)
{
	struct crowd_acts *acts = *at ? *at : alloc(crowd, 1, sizeof(*acts));
	struct analysis_message *messages;

	*at = acts;
	if (!acts)
		return;
	messages = grow(crowd, acts->host.messages, acts->host.n_messages, &acts->cap,
	    act->n_messages, sizeof(*messages));
	if (!messages)
		return;
	acts->host.messages = messages;
	for (size_t i = 0; i < act->n_messages; i++)
		messages[acts->host.n_messages++] =
		    copy_message(crowd, NULL, &act->messages[i]);
}

void crowd_keep_act(struct ladder_crowd *crowd, const struct analysis_host *act)
{
	const struct crowd_device *device = crowd_find_device(crowd, act->device);
	struct crowd_cpe *called = shown(crowd, device ? &device->sum : NULL);
	struct crowd_host *host = crowd_find_host(crowd, act->mac, act->cpe);

	if (called)
		keep_messages(crowd, &called->calls, act);
	else if (host && !device &&
		 shown(crowd, crowd_find_sum(crowd, SIZE_MAX, act->mac, act->cpe)))
		keep_messages(crowd, &host->kept, act);
}

/* ---- the model ----------------------------------------------------------------------- */

static int by_id(const void *a, const void *b)
{
	const struct analysis_session *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

static int by_frame(const void *a, const void *b)
{
	const struct analysis_message *x = a, *y = b;

	return x->first_frame < y->first_frame ? -1 : x->first_frame > y->first_frame;
}

static void name_cpe(const struct ladder_crowd *crowd, struct ladder_cpe *ret,
    const struct crowd_cpe *cpe, const struct analysis *analysis,
    const struct ladder_options *options)
{
	const struct analysis_device *device =
	    cpe->device ? analysis_find_device(analysis, cpe->device->place) : NULL;
	const struct crowd_host *host = cpe->host;

	if (device) {
		ret->address = device->cpe;
		ret->mac = device->mac;
		ret->serial = device->serial;
		host = crowd_find_host(crowd, device->mac, device->cpe);
	} else if (host) {
		ret->address = host->address;
		ret->mac = host->mac;
	}
	/* A text need not tell it. */
	if (!ret->address && analysis->counts.text)
		ret->address = "";
	ret->name = ladder_name(options, ret->mac, ret->address);
	if (device && host && host->is_shared && device->serial)
		ret->name = device->serial;
}

static int take_sessions(struct ladder_cpe *ret, struct crowd_cpe *cpe,
    struct arena *arena)
{
	ret->sessions = arena_array(arena, cpe->n + 1, sizeof(*ret->sessions));
	if (!ret->sessions)
		return -ENOMEM;
	if (cpe->n > 0)
		qsort(cpe->sessions, cpe->n, sizeof(*cpe->sessions), by_id);
	for (size_t i = 0; i < cpe->n; i++)
		ret->sessions[i] = &cpe->sessions[i];
	ret->n_sessions = cpe->n;
	return 0;
}

static int take_acts(struct ladder_model *model, struct ladder_cpe *cpe,
    struct crowd_acts *acts)
{
	struct ladder_host *node = arena_alloc(&model->arena, sizeof(*node));

	if (!node)
		return -ENOMEM;
	qsort(acts->host.messages, acts->host.n_messages, sizeof(*acts->host.messages),
	    by_frame);
	*node = (struct ladder_host){ &acts->host, cpe->hosts };
	cpe->hosts = node;
	return 0;
}

static int take_hosts(struct ladder_model *model, struct ladder_crowd *crowd)
{
	int r = 0;

	for (struct crowd_host *host = crowd->hosts; host && r == 0;
	     host = host->next) {
		const struct crowd_sum *sum =
		    crowd_find_sum(crowd, SIZE_MAX, host->mac, host->address);

		if (host->kept && host->kept->host.n_messages > 0 && sum &&
		    sum->cpe != NO_CPE)
			r = take_acts(model, &model->cpes[sum->cpe], host->kept);
	}
	for (size_t i = 0; i < crowd->n_cpes && r == 0; i++) {
		struct crowd_acts *calls = crowd->cpes[i].calls;

		if (calls && calls->host.n_messages > 0)
			r = take_acts(model, &model->cpes[i], calls);
	}
	return r;
}

static void mark_failures(struct ladder_crowd *crowd, const struct analysis *analysis)
{
	for (size_t i = 0; i < analysis->n_failures; i++) {
		const struct analysis_failure *failure = &analysis->failures[i];
		struct crowd_host *host =
		    failure->session > 0
			? NULL
			: crowd_find_host(crowd, failure->mac, failure->cpe);

		if (host && host->kept)
			host_mark_failure(&host->kept->host, failure);
	}
}

/* The CPE that the finding is about, if it is shown. */
static struct ladder_cpe *cpe_of(const struct ladder_crowd *crowd,
    const struct ladder_model *model, const struct finding *finding)
{
	const struct crowd_sum *sum =
	    crowd_find_sum(crowd, finding->device, finding->mac, finding->cpe);

	return shown(crowd, sum) ? &model->cpes[sum->cpe] : NULL;
}

static int take_findings(struct ladder_model *model, const struct ladder_crowd *crowd,
    const struct analysis *analysis)
{
	for (size_t pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < analysis->n_findings; i++) {
			const struct finding *finding = &analysis->findings[i];
			struct ladder_cpe *cpe = cpe_of(crowd, model, finding);

			if (cpe && pass == 1)
				cpe->findings[cpe->n_findings] = finding;
			if (cpe)
				cpe->n_findings++;
		}
		for (size_t i = 0; pass == 0 && i < model->n_shapes; i++) {
			struct ladder_cpe *cpe = &model->cpes[model->shapes[i].first];

			cpe->findings = arena_array(&model->arena, cpe->n_findings + 1,
			    sizeof(*cpe->findings));
			if (!cpe->findings)
				return -ENOMEM;
			cpe->n_findings = 0;
		}
	}
	return 0;
}

/* What the table says of the CPE and, of one that is shown, its sessions. */
static int fill_cpe(struct ladder_model *model, struct ladder_crowd *crowd, size_t at,
    const struct analysis *analysis)
{
	const struct crowd_sum *sum = crowd->cpes[at].sum;
	struct ladder_cpe *cpe = &model->cpes[at];

	name_cpe(crowd, cpe, &crowd->cpes[at], analysis, model->options);
	cpe->shape = crowd->cpes[at].shape;
	cpe->n_sessions = sum->n_sessions;
	cpe->n_findings = sum->n_findings;
	cpe->first_session = sum->first;
	cpe->last_session = sum->last;
	cpe->boot =
	    sum->n_sessions == 0 ? sum->first_act : MIN(sum->first, sum->first_act);
	if (sum->cpe == NO_CPE)
		return 0;
	cpe->n_findings = 0; /* until they are taken */
	return take_sessions(cpe, &crowd->cpes[at], &model->arena);
}

static int build(struct ladder_model *model, struct ladder_crowd *crowd,
    const struct analysis *analysis, const struct ladder_options *options)
{
	int r = 0;

	*model = (struct ladder_model){ .arena = ARENA_MAX(MODEL_ARENA_MAX),
		.options = options,
		.n_cpes = crowd->n_cpes,
		.n_shapes = crowd->n_shapes };
	model->cpes =
	    arena_array(&model->arena, crowd->n_cpes + 1, sizeof(*model->cpes));
	model->shapes =
	    arena_array(&model->arena, crowd->n_shapes + 1, sizeof(*model->shapes));
	if (!model->cpes || !model->shapes)
		return -ENOMEM;
	for (size_t i = 0; i < crowd->n_shapes; i++)
		model->shapes[i] = (struct ladder_shape){ crowd->shapes[i].first,
			crowd->shapes[i].len, NULL };
	for (size_t i = 0; i < crowd->n_cpes && r == 0; i++)
		r = fill_cpe(model, crowd, i, analysis);
	if (r == 0)
		r = take_hosts(model, crowd);
	mark_failures(crowd, analysis);
	return r < 0 ? r : take_findings(model, crowd, analysis);
}

void ladder_crowd_write(struct buf *out, struct ladder_crowd *crowd,
    const struct analysis *analysis, const struct ladder_options *options)
{
	struct ladder_model model;
	int r = build(&model, crowd, analysis, options);

	if (r == 0)
		r = crowd->error;
	if (r == 0)
		ladder_write_model(out, &model, analysis, options);
	else
		out->error = r;
	ladder_model_free(&model);
}
