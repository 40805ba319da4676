#include "agents/acs/scene/scene_requests.h"

#include "lib/base/json.h"
#include "lib/proto/url.h"

#include <errno.h>
#include <stdlib.h>

/* Before the end of a name, where the whole name is not known before the CPE has informed. */
#define NAME_MARK "$:"

struct step_request {
	const struct acs_rpc *rpc; /* null: the step sends none */
	struct conf_doc *doc;      /* owned: its arguments */
	struct acs_rpc_args args;
};

struct scene_requests {
	const struct sequence *sequence;
	const struct scene *scene;
	struct step_request steps[SEQUENCE_STEPS_MAX];
};

struct maker {
	struct scene_requests *requests;
	struct scene *scene;
	const struct scene_settings *settings;
	struct url url; /* of the ACS */
	size_t step;
	const struct acs_rpc *rpc;
	struct json json;
};

static const struct sequence_step *step_at(const struct sequence *sequence, size_t i)
{
	return (const struct sequence_step *)sequence->steps.items + i;
}

static const struct sequence_step *present(const struct maker *maker)
{
	return step_at(maker->requests->sequence, maker->step);
}

/* ---- what people say ------------------------------------------------------------------- */

/* "Download.url" is of Download; a name without a dot is one that a step keeps. */
static bool is_of(struct str name, const struct acs_rpc *rpc, struct str *ret_key)
{
	struct str method = str_cut(name, '.', ret_key);

	return ret_key->p && str_is(method, cwmp_method_name(rpc->method));
}

static bool is_said(const struct maker *maker, const char *key)
{
	struct str name, value, said;

	for (size_t i = 0; i < maker->settings->with.len; i++) {
		if (scene_settings_with(maker->settings, i, &name, &value) &&
		    is_of(name, maker->rpc, &said) && str_is(said, key))
			return true;
	}
	return false;
}

static bool is_plain(struct str value)
{
	uint64_t number;

	return str_is(value, "true") || str_is(value, "false") ||
	       (str_to_u64(value, UINT32_MAX, &number) == 0 &&
		   (value.len == 1 || value.p[0] != '0'));
}

/* As the row wants it: YAML in brackets, a number, or text. */
static void put_said(struct json *json, struct str key, struct str value)
{
	const struct conf_row *row = acs_rpc_rows;
	bool is_list = value.len > 0 && (value.p[0] == '[' || value.p[0] == '{');

	while (row->key && !str_is(key, row->key))
		row++;
	if (row->key && ((row->type != CONF_STR && is_list) ||
			    ((row->type == CONF_UINT || row->type == CONF_BOOL) &&
				is_plain(value))))
		json_raw(json, row->key, value);
	else
		json_str(json, row->key, value);
}

static void put_all_said(struct maker *maker)
{
	struct str name, value, key;

	for (size_t i = 0; i < maker->settings->with.len; i++) {
		if (scene_settings_with(maker->settings, i, &name, &value) &&
		    is_of(name, maker->rpc, &key) && acs_rpc_takes(maker->rpc, key))
			put_said(&maker->json, key, value);
	}
}

/* ---- what goes without saying ---------------------------------------------------------- */

static bool is_wanted(const struct maker *maker, const char *key)
{
	return acs_rpc_takes(maker->rpc, str_of(key)) && !is_said(maker, key);
}

/* What the step says of its parameter's value, or people of the name that it is kept by; null:
 * nobody says it. */
static const char *value_of(const struct maker *maker)
{
	const struct sequence_step *step = present(maker);
	auto_buf name = BUF_NULL;
	struct str said;

	if (step->see != SEE_ACS_SENDS)
		return NULL;
	if (step->value || !step->as)
		return step->value;
	buf_printf(&name, "$%s", step->as);
	said = scene_value(maker->scene, buf_cstr(&name));
	return said.p;
}

static void put_name(struct maker *maker, const char *key, const char *suffix)
{
	auto_buf text = BUF_NULL;

	buf_printf(&text, NAME_MARK "%s", suffix);
	json_str(&maker->json, key, buf_str(&text));
}

static void put_value(struct maker *maker, const char *suffix, struct str value)
{
	auto_buf key = BUF_NULL;

	buf_printf(&key, NAME_MARK "%s", suffix);
	if (is_plain(value))
		json_raw(&maker->json, buf_cstr(&key), value);
	else
		json_str(&maker->json, buf_cstr(&key), value);
}

/* A diagnostic wants to be told of what. */
static void put_values(struct maker *maker)
{
	const struct sequence_step *step = present(maker);
	const char *value = value_of(maker);

	if (!is_wanted(maker, "values") || !step->parameter || !value)
		return;
	json_object_begin(&maker->json, "values");
	if (strcmp(step->parameter, "DiagnosticsState") == 0)
		put_value(maker, "Host", maker->url.host);
	put_value(maker, step->parameter, str_of(value));
	json_object_end(&maker->json);
}

static void put_key(struct maker *maker)
{
	const struct sequence_step *step = present(maker);
	bool is_told = step->parameter && strcmp(step->parameter, "CommandKey") == 0;
	const char *value = is_told ? value_of(maker) : NULL;

	if (is_wanted(maker, "command-key"))
		json_text(&maker->json, "command-key", value ? value : "play");
}

static void put_defaults(struct maker *maker)
{
	const struct sequence_step *step = present(maker);
	bool is_upload = maker->rpc->method == CWMP_UPLOAD;

	if (is_wanted(maker, "names"))
		put_name(maker, "names",
		    step->parameter ? step->parameter : "DeviceInfo.");
	put_values(maker);
	put_key(maker);
	if (is_wanted(maker, "path"))
		json_text(&maker->json, "path", "");
	if (is_wanted(maker, "path") && is_wanted(maker, "next-level"))
		json_bool(&maker->json, "next-level", true);
	if (is_wanted(maker, "file-type"))
		json_text(&maker->json, "file-type",
		    is_upload ? "1 Vendor Configuration File"
			      : "1 Firmware Upgrade Image");
	if (maker->rpc->method == CWMP_SCHEDULE_INFORM && is_wanted(maker, "delay"))
		json_text(&maker->json, "delay", "1s");
	if (is_wanted(maker, "time-windows"))
		json_raw(&maker->json, "time-windows", STR("[{\"end\":\"1h\"}]"));
}

/* ---- making --------------------------------------------------------------------------- */

static const struct conf_node *node_of(const struct maker *maker)
{
	return conf_get(maker->requests->sequence->doc->root, "steps")
	    ->items[maker->step];
}

/* Too little is said: at the step, with what would say more. */
static int fail_step(const struct maker *maker, const char *words, struct error *err)
{
	const struct sequence_step *step = present(maker);
	const char *method = cwmp_method_name(maker->rpc->method);
	auto_buf hint = BUF_NULL;
	struct str key;

	/* The words name what is missing in quotes. */
	(void)str_cut(str_of(words), '"', &key);
	key = str_cut(key, '"', &(struct str){ NULL, 0 });
	if (maker->rpc->method == CWMP_SET_PARAMETER_VALUES && step->as)
		buf_printf(&hint, "--with %s=VALUE says it", step->as);
	else if (maker->rpc->method == CWMP_SET_PARAMETER_VALUES)
		buf_printf(&hint, "--with %s.values='{NAME: VALUE}' says it", method);
	else
		buf_printf(&hint, "--with %s.%.*s=VALUE says it", method, STR_ARG(key));
	return conf_fail(maker->requests->sequence->doc, node_of(maker),
	    buf_cstr(&hint), err, "%s", words);
}

static int bind(struct maker *maker, struct str text, struct error *err)
{
	struct step_request *request = &maker->requests->steps[maker->step];
	struct error words = ERROR_NULL;
	int r = conf_parse("--with", text, &request->doc, err);

	if (r < 0)
		return error_prefix(err, "--with %s",
		    cwmp_method_name(maker->rpc->method));
	request->doc->has_no_text = true; /* nobody wrote these lines */
	r = conf_bind(request->doc, request->doc->root, acs_rpc_rows, &request->args,
	    err);
	if (r < 0)
		return error_prefix(err, "--with %s",
		    cwmp_method_name(maker->rpc->method));
	r = acs_rpc_check(request->doc, request->doc->root, maker->rpc, &request->args,
	    &words);
	if (r == 0)
		request->rpc = maker->rpc;
	return r < 0 ? fail_step(maker, words.text, err) : 0;
}

static int make_request(struct maker *maker, struct error *err)
{
	auto_buf text = BUF_NULL;

	maker->json = json_writer(&text, 0);
	json_object_begin(&maker->json, NULL);
	put_all_said(maker);
	put_defaults(maker);
	json_object_end(&maker->json);
	if (text.error)
		return error_set(err, -ENOMEM, "no memory for a request");
	return bind(maker, buf_str(&text), err);
}

/* Whether the request of this step has gone out with the one before it. */
static bool is_answer(const struct sequence *sequence, size_t i)
{
	size_t before = i;

	if (step_at(sequence, i)->see != SEE_CPE_SENDS)
		return false;
	while (before > 0 && step_at(sequence, before - 1)->is_never)
		before--;
	return before > 0 && step_at(sequence, before - 1)->see == SEE_ACS_SENDS &&
	       scene_request_of(sequence, before - 1) == scene_request_of(sequence, i);
}

static const struct acs_rpc *rpc_of(const struct sequence *sequence, size_t i)
{
	enum cwmp_method method = scene_request_of(sequence, i);

	if (method == CWMP_UNKNOWN_METHOD || is_answer(sequence, i))
		return NULL;
	return acs_rpc_of(str_of(cwmp_method_name(method)));
}

/* A name that a step of ours keeps, of what it sends. */
static bool is_kept(const struct sequence *sequence, struct str name)
{
	for (size_t i = 0; i < sequence->steps.len; i++) {
		const struct sequence_step *step = step_at(sequence, i);

		if (step->see == SEE_ACS_SENDS && step->as && str_is(name, step->as))
			return true;
	}
	return false;
}

static bool is_taken(const struct sequence *sequence, struct str name)
{
	struct str key;

	for (size_t i = 0; i < sequence->steps.len; i++) {
		const struct acs_rpc *rpc = rpc_of(sequence, i);

		if (rpc && is_of(name, rpc, &key) && acs_rpc_takes(rpc, key))
			return true;
	}
	return false;
}

/* What would be right in the place of a name that nothing takes. */
static void suggest(const struct sequence *sequence, struct buf *out)
{
	buf_printf(out, "the ACS of %s takes", sequence->name);
	for (size_t i = 0; i < sequence->steps.len; i++) {
		const struct sequence_step *step = step_at(sequence, i);
		const struct acs_rpc *rpc = rpc_of(sequence, i);

		if (step->see == SEE_ACS_SENDS && step->as)
			buf_printf(out, " %s,", step->as);
		if (rpc && rpc->keys[0])
			buf_printf(out, " %s.KEY (%s),", cwmp_method_name(rpc->method),
			    rpc->keys);
	}
	if (out->len > 0 && out->data[out->len - 1] == ',')
		out->len--;
	else
		buf_append_text(out, " nothing");
}

static int take_said(struct maker *maker, struct error *err)
{
	const struct sequence *sequence = maker->requests->sequence;
	struct str name, value;
	auto_buf hint = BUF_NULL;

	for (size_t i = 0; i < maker->settings->with.len; i++) {
		auto_buf kept = BUF_NULL;
		bool is_good = scene_settings_with(maker->settings, i, &name, &value);
		int r;

		if (is_good && is_taken(sequence, name))
			continue;
		if (!is_good || !is_kept(sequence, name)) {
			suggest(sequence, &hint);
			return scene_settings_refuse(maker->settings, i,
			    buf_cstr(&hint), err);
		}
		buf_append_str(&kept, name);
		r = scene_give(maker->scene, buf_cstr(&kept), value);
		if (r < 0)
			return error_set(err, r, "--with %s: no room for its value",
			    buf_cstr(&kept));
	}
	return 0;
}

/* What is answered at once cannot be kept back: the session would end. */
static int check_after(const struct maker *maker, struct error *err)
{
	const struct sequence_step *step = present(maker);

	if (step->see != SEE_ACS_SENDS || step->after == 0)
		return 0;
	return conf_fail(maker->requests->sequence->doc,
	    conf_get(node_of(maker), "after"),
	    "a session or a call of it can be waited for", err,
	    "an ACS that plays answers at once");
}

int scene_requests_new(struct scene_requests **ret, const struct sequence *sequence,
    struct scene *scene, const struct scene_settings *settings, const char *url,
    struct error *err)
{
	auto_cleanup(scene_requests_free) struct scene_requests *requests =
	    calloc(1, sizeof(*requests));
	struct maker maker = { .requests = requests,
		.scene = scene,
		.settings = settings };
	int r;

	if (!requests)
		return error_set(err, -ENOMEM, "no memory for a sequence");
	requests->sequence = sequence;
	requests->scene = scene;
	r = url_parse(&maker.url, str_of(url), err);
	if (r == 0)
		r = take_said(&maker, err);
	for (size_t i = 0; i < sequence->steps.len && r == 0; i++) {
		maker.step = i;
		maker.rpc = rpc_of(sequence, i);
		r = check_after(&maker, err);
		if (r == 0 && maker.rpc)
			r = make_request(&maker, err);
	}
	if (r == 0)
		*ret = steal_ptr(&requests);
	return r;
}

void scene_requests_free(struct scene_requests *requests)
{
	if (!requests)
		return;
	for (size_t i = 0; i < ARRAY_LEN(requests->steps); i++)
		conf_free(requests->steps[i].doc);
	free(requests);
}

/* ---- messages -------------------------------------------------------------------------- */

struct filling {
	const struct scene_requests *requests;
	const struct acs_rpc_context *context;
};

/* The whole name: the one that was meant before, or the one where all of a root have it. */
static struct str full_name(const struct filling *filling, struct str suffix,
    struct arena *arena)
{
	static const char *const of_ping[] = { "DiagnosticsState", "Host" };
	bool is_igd = str_is(str_of(filling->context->root), "InternetGatewayDevice.");
	struct str known = scene_name(filling->requests->scene, suffix);
	auto_buf text = BUF_NULL;

	if (known.p)
		return arena_str(arena, known);
	for (size_t i = 0; i < ARRAY_LEN(of_ping); i++) {
		if (str_is(suffix, of_ping[i]))
			buf_append_text(&text,
			    is_igd ? "IPPingDiagnostics." : "IP.Diagnostics.IPPing.");
	}
	buf_append_str(&text, suffix);
	return text.error ? STR_NULL : arena_str(arena, buf_str(&text));
}

static struct str expand(void *user, struct str text, struct arena *arena)
{
	const struct filling *filling = user;
	auto_buf name = BUF_NULL;
	struct str value;

	if (str_starts(text, STR(NAME_MARK)))
		return full_name(filling, str_from(text, strlen(NAME_MARK)), arena);
	if (!str_starts(text, STR("$")))
		return text.p ? text : STR("");
	buf_append_str(&name, text);
	value = scene_value(filling->requests->scene, buf_cstr(&name));
	if (!value.p)
		return text;
	return value.len > 0 ? arena_str(arena, value) : STR("");
}

static struct str file_url(void *user, struct str file, struct arena *arena,
    uint32_t *ret_size)
{
	const struct acs_rpc_context *context = ((const struct filling *)user)->context;

	return context->file_url
		   ? context->file_url(context->user, file, arena, ret_size)
		   : STR_NULL;
}

int scene_requests_fill(const struct scene_requests *requests, size_t step,
    const struct acs_rpc_context *context, struct cwmp_msg *request, struct error *err)
{
	const struct step_request *made = &requests->steps[step];
	struct filling filling = { requests, context };
	const struct acs_rpc_context ours = { .arena = context->arena,
		.root = context->root,
		.expand = expand,
		.file_url = file_url,
		.user = &filling };

	if (!made->rpc)
		return error_set(err, ERR_UNSUPPORTED,
		    "nothing says what this step sends");
	return acs_rpc_fill(made->rpc, &made->args, &ours, request, err);
}
