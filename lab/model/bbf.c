#include "lab/model/bbf_internal.h"

#include "agents/cpe/model/model_pattern.h"
#include "lab/model/import.h"
#include "lib/base/buf.h"
#include "lib/program/whole_file.h"

#include <errno.h>

/* ---- objects and parameters -------------------------------------------------------------------- */

static int begin_object(struct bbf_reading *reading, struct bbf_attrs attrs)
{
	struct bbf *bbf = reading->bbf;
	struct bbf_object *object;

	bbf->objects = draft_grow(&bbf->arena, bbf->objects, bbf->n_objects,
	    sizeof(*bbf->objects));
	if (!bbf->objects)
		return bbf_no_memory(reading);
	object = &bbf->objects[bbf->n_objects++];
	*object = (struct bbf_object){
		.path = bbf_keep(reading, attrs, "name"),
		.is_current = bbf_is_current(attrs),
		.is_writable = str_starts(bbf_get(attrs, "access"), STR("readWrite")),
		.min = bbf_number(attrs, "minEntries"),
		.max = bbf_number(attrs, "maxEntries"),
		.count = bbf_keep(reading, attrs, "numEntriesParameter"),
		.enable = bbf_keep(reading, attrs, "enableParameter"),
	};
	reading->object = object;
	return 0;
}

static int notify_of(struct bbf_attrs attrs)
{
	struct str text = bbf_get(attrs, "activeNotify");

	return str_is(text, "forceEnabled")          ? MODEL_NOTIFY_ALWAYS
	       : str_is(text, "forceDefaultEnabled") ? MODEL_NOTIFY_ACTIVE
	       : str_is(text, "canDeny")             ? MODEL_NOTIFY_DENIED
						     : MODEL_NOTIFY_OFF;
}

static struct str join(struct bbf_reading *reading, struct str a, struct str b)
{
	auto_buf text = BUF_NULL;

	buf_append_str(&text, a);
	buf_append_str(&text, b);
	return arena_str(&reading->bbf->arena, buf_str(&text));
}

/* Parameters of a service's model stand beside its objects: they are of an object without a
 * name. */
static int want_object(struct bbf_reading *reading)
{
	static const struct bbf_attrs none = { NULL, 0 };

	if (reading->object)
		return 0;
	return begin_object(reading, none);
}

static int begin_param(struct bbf_reading *reading, struct bbf_attrs attrs)
{
	struct bbf_object *object;
	struct bbf_param *param;
	int r = want_object(reading);

	if (r < 0)
		return r;
	object = reading->object;
	object->params = draft_grow(&reading->bbf->arena, object->params,
	    object->n_params, sizeof(*object->params));
	if (!object->params)
		return bbf_no_memory(reading);
	param = &object->params[object->n_params++];
	*param = (struct bbf_param){
		.is_current = bbf_is_current(attrs),
		.is_write_once = str_starts(bbf_get(attrs, "access"), STR("writeOnce")),
		.param = { .name = bbf_keep(reading, attrs, "name"),
		    .path =
			join(reading, object->path, str_trim(bbf_get(attrs, "name"))),
		    .type = MODEL_STRING,
		    .notify = notify_of(attrs),
		    .is_writable = !str_is(bbf_get(attrs, "access"), "readOnly"),
		    .is_forced_inform =
			str_is(bbf_get(attrs, "forcedInform"), "true") },
	};
	reading->param = param;
	reading->has_others_ranges = reading->has_others_pattern = false;
	reading->has_others_values = false;
	return 0;
}

static void take_syntax(struct bbf_reading *reading, struct bbf_attrs attrs)
{
	if (!reading->param)
		return;
	reading->param->param.is_hidden = str_is(bbf_get(attrs, "hidden"), "true");
	reading->param->param.is_secured = str_is(bbf_get(attrs, "secured"), "true");
}

static int begin_key(struct bbf_reading *reading, struct bbf_attrs attrs)
{
	struct bbf_object *object = reading->object;

	if (!object)
		return 0;
	object->keys = draft_grow(&reading->bbf->arena, object->keys, object->n_keys,
	    sizeof(*object->keys));
	if (!object->keys)
		return bbf_no_memory(reading);
	reading->key = &object->keys[object->n_keys++];
	*reading->key = (struct draft_key){
		.is_always = str_is(bbf_get(attrs, "functional"), "false"),
	};
	return 0;
}

static int take_key_param(struct bbf_reading *reading, struct bbf_attrs attrs)
{
	struct draft_key *key = reading->key;

	if (!key)
		return 0;
	key->names = draft_grow(&reading->bbf->arena, key->names, key->n_names,
	    sizeof(*key->names));
	if (!key->names)
		return bbf_no_memory(reading);
	key->names[key->n_names++] = bbf_keep(reading, attrs, "ref");
	return 0;
}

/* ---- profiles -------------------------------------------------------------------------------------- */

static int begin_profile(struct bbf_reading *reading, struct bbf_attrs attrs)
{
	struct bbf *bbf = reading->bbf;

	bbf->profiles = draft_grow(&bbf->arena, bbf->profiles, bbf->n_profiles,
	    sizeof(*bbf->profiles));
	if (!bbf->profiles)
		return bbf_no_memory(reading);
	reading->profile = &bbf->profiles[bbf->n_profiles++];
	*reading->profile = (struct bbf_profile){
		.name = bbf_keep(reading, attrs, "name"),
		.base = bbf_keep(reading, attrs, "base"),
		.extends = bbf_keep(reading, attrs, "extends"),
	};
	reading->demanded = STR("");
	return 0;
}

static int add_demand(struct bbf_reading *reading, struct str object, struct str param,
    struct bbf_attrs attrs)
{
	struct bbf_profile *profile = reading->profile;
	struct str wanted = bbf_get(attrs, "requirement");

	profile->demands = draft_grow(&reading->bbf->arena, profile->demands,
	    profile->n_demands, sizeof(*profile->demands));
	if (!profile->demands)
		return bbf_no_memory(reading);
	profile->demands[profile->n_demands++] = (struct bbf_demand){ object, param,
		str_is(wanted, "readWrite") || str_is(wanted, "createDelete") ||
		    str_is(wanted, "create") || str_is(wanted, "delete") };
	return 0;
}

static int take_demand(struct bbf_reading *reading, const char *name,
    struct bbf_attrs attrs)
{
	if (strcmp(name, "object") == 0) {
		reading->demanded = bbf_keep(reading, attrs, "ref");
		return add_demand(reading, reading->demanded, STR_NULL, attrs);
	}
	if (strcmp(name, "parameter") == 0)
		return add_demand(reading, reading->demanded,
		    bbf_keep(reading, attrs, "ref"), attrs);
	return 0;
}

/* ---- the document ------------------------------------------------------------------------------------ */

static int begin_model(struct bbf_reading *reading, struct bbf_attrs attrs)
{
	if (reading->has_model) {
		bbf_mistake(reading, "a second model, ", bbf_get(attrs, "name"));
		return 0;
	}
	reading->has_model = true;
	reading->bbf->model = bbf_keep(reading, attrs, "name");
	reading->bbf->is_service = str_is(bbf_get(attrs, "isService"), "true");
	return 0;
}

static bool is_in_type(const struct bbf_reading *reading)
{
	for (size_t i = 0; i < reading->depth; i++) {
		if (reading->stack[i] == ELEMENT_SYNTAX ||
		    reading->stack[i] == ELEMENT_DATATYPE)
			return true;
	}
	return false;
}

static int begin(struct bbf_reading *reading, const char *name, struct bbf_attrs attrs,
    enum bbf_element *ret)
{
	if (strcmp(name, "description") == 0) {
		*ret = ELEMENT_DESCRIPTION;
		return 0;
	}
	if (is_in_type(reading)) {
		*ret = strcmp(name, "list") == 0 ? ELEMENT_LIST : ELEMENT_OTHER;
		return bbf_take_facet(reading, name, attrs);
	}
	if (reading->profile)
		return take_demand(reading, name, attrs);
	if (strcmp(name, "dataType") == 0) {
		*ret = ELEMENT_DATATYPE;
		return bbf_begin_type(reading, attrs);
	}
	if (strcmp(name, "model") == 0) {
		*ret = ELEMENT_MODEL;
		return begin_model(reading, attrs);
	}
	if (!reading->has_model)
		return 0;
	if (reading->key)
		return take_key_param(reading, attrs);
	if (strcmp(name, "object") == 0) {
		*ret = ELEMENT_OBJECT;
		return begin_object(reading, attrs);
	}
	if (strcmp(name, "parameter") == 0) {
		*ret = ELEMENT_PARAMETER;
		return begin_param(reading, attrs);
	}
	if (strcmp(name, "uniqueKey") == 0) {
		*ret = ELEMENT_KEY;
		return begin_key(reading, attrs);
	}
	if (strcmp(name, "syntax") == 0) {
		*ret = ELEMENT_SYNTAX;
		take_syntax(reading, attrs);
	}
	if (strcmp(name, "profile") == 0) {
		*ret = ELEMENT_PROFILE;
		return begin_profile(reading, attrs);
	}
	return 0;
}

static int on_start(void *user, const char *name, const char *ns,
    const struct xml_attr *attrs, size_t n_attrs)
{
	struct bbf_reading *reading = user;
	enum bbf_element element = ELEMENT_OTHER;
	int r;

	(void)ns;
	if (bbf_inside(reading) == ELEMENT_DESCRIPTION || reading->n_ignored > 0) {
		reading->n_ignored++;
		return 0;
	}
	r = begin(reading, name, (struct bbf_attrs){ attrs, n_attrs }, &element);
	reading->stack[reading->depth++] = element;
	return r;
}

static int on_text(void *user, struct str text)
{
	(void)user;
	(void)text;
	return 0;
}

/* Enumerations and patterns are alternatives (TR-106 A8 A.3): a model file that has one of
 * them would refuse what the other allows. */
static void end_param(struct bbf_reading *reading)
{
	struct draft_param *param;

	if (!reading->param)
		return; /* one within it has ended it */
	param = &reading->param->param;
	if (param->n_values > 0)
		param->pattern = STR_NULL;
	if (param->is_list && param->type != MODEL_STRING) {
		param->type = MODEL_STRING; /* lists are strings on the wire */
		param->n_ranges = 0;
	}
	/* Sizes of these are of bytes, those of model files of digits. */
	if (param->type == MODEL_HEX_BINARY || param->type == MODEL_BASE64)
		param->min_length = param->max_length = 0;
	reading->param = NULL;
}

static int on_end(void *user)
{
	struct bbf_reading *reading = user;

	if (reading->n_ignored > 0) {
		reading->n_ignored--;
		return 0;
	}
	switch (reading->stack[--reading->depth]) {
	case ELEMENT_OTHER:
	case ELEMENT_DESCRIPTION:
	case ELEMENT_MODEL:
	case ELEMENT_SYNTAX:
	case ELEMENT_LIST:
		break;
	case ELEMENT_DATATYPE:
		reading->type = NULL;
		break;
	case ELEMENT_OBJECT:
		reading->object = NULL;
		break;
	case ELEMENT_KEY:
		reading->key = NULL;
		break;
	case ELEMENT_PARAMETER:
		end_param(reading);
		break;
	case ELEMENT_PROFILE:
		reading->profile = NULL;
		break;
	}
	return 0;
}

static uint32_t line_of(struct str xml, size_t offset, uint32_t *ret_column)
{
	uint32_t line = 1;
	size_t start = 0;

	for (size_t i = 0; i < MIN(offset, xml.len); i++) {
		if (xml.p[i] == '\n') {
			line++;
			start = i + 1;
		}
	}
	*ret_column = (uint32_t)(offset - start + 1);
	return line;
}

static int fail_xml(struct bbf_reading *reading, int r, const struct error *why)
{
	uint32_t column, line = line_of(reading->xml, why->offset, &column);

	if (r == -ENOMEM)
		return bbf_no_memory(reading);
	return import_mistake(reading->mistakes, reading->bbf->file, line, column,
	    reading->err, "%s", why->text);
}

static int index_all(struct bbf_reading *reading)
{
	struct bbf *bbf = reading->bbf;
	int r = 0;

	for (size_t i = 0; i < bbf->n_objects && r == 0; i++) {
		struct bbf_object *object = &bbf->objects[i];

		r = map_put(&bbf->object_map, object->path, object);
		for (size_t k = 0; k < object->n_params && r == 0; k++)
			r = map_put(&bbf->param_map, object->params[k].param.path,
			    &object->params[k]);
	}
	return r < 0 ? bbf_no_memory(reading) : 0;
}

static int parse(struct bbf_reading *reading)
{
	const struct xml_handler handler = { reading, on_start, on_text, on_end };
	struct xml_reader *reader = xml_reader_new();
	struct error why = ERROR_NULL;
	int r;

	if (!reader)
		return bbf_no_memory(reading);
	r = xml_read(reader, reading->xml, &handler, &why);
	xml_reader_free(reader);
	if (r < 0)
		return fail_xml(reading, r, &why);
	if (!reading->has_model || reading->bbf->n_objects == 0)
		return import_mistake(reading->mistakes, reading->bbf->file, 1, 1,
		    reading->err,
		    "no data model: a <model> with its <object>s is wanted, as in "
		    "tr-181-2-17-0-cwmp-full.xml");
	return reading->worst < 0 ? reading->worst : index_all(reading);
}

int bbf_parse(const char *file, struct str xml, struct conf_mistakes *mistakes,
    struct bbf **ret, struct error *err)
{
	auto_cleanup(bbf_free) struct bbf *bbf = calloc(1, sizeof(*bbf));
	struct bbf_reading *reading = calloc(1, sizeof(*reading));
	int r;

	if (!bbf || !reading) {
		free(reading);
		return error_set(err, -ENOMEM, "%s: no memory", file);
	}
	*reading = (struct bbf_reading){ .bbf = bbf,
		.mistakes = mistakes,
		.err = err,
		.xml = xml };
	bbf->file = arena_strdup(&bbf->arena, str_of(file));
	r = bbf->file ? parse(reading) : -ENOMEM;
	free(reading);
	if (r < 0)
		return r;
	*ret = steal_ptr(&bbf);
	return 0;
}

int bbf_load(const char *path, struct conf_mistakes *mistakes, struct bbf **ret,
    struct error *err)
{
	auto_buf bytes = BUF_NULL;
	int r = whole_file_read(path, IMPORT_BYTES_MAX, &bytes, err);

	return r < 0 ? r : bbf_parse(path, buf_str(&bytes), mistakes, ret, err);
}

void bbf_free(struct bbf *bbf)
{
	if (!bbf)
		return;
	map_free(&bbf->object_map);
	map_free(&bbf->param_map);
	arena_free(&bbf->arena);
	free(bbf);
}

bool bbf_matches(struct bbf *bbf, struct bbf_param *param, struct str text)
{
	if (!param->is_pattern_made && param->param.pattern.len > 0)
		(void)model_pattern_make(param->param.pattern, &bbf->arena,
		    &param->pattern, NULL);
	param->is_pattern_made = true;
	return !param->pattern || model_pattern_matches(param->pattern, text);
}
