/* One parameter of a model beside that of the data model. */
#include "lab/model/deviation_internal.h"

#include "lab/model/dump.h"

/* ---- what it takes ---------------------------------------------------------------------------------- */

static bool is_within(const struct draft_range *range, const struct bbf_param *should)
{
	for (size_t i = 0; i < should->param.n_ranges; i++) {
		if (range->low >= should->param.ranges[i].low &&
		    range->high <= should->param.ranges[i].high)
			return true;
	}
	return should->param.n_ranges == 0;
}

/* Nothing less than 0 is an unsigned number, so that a range that starts there bounds
 * nothing. */
static bool bounds_nothing(const struct draft_param *param,
    const struct bbf_param *should)
{
	const struct draft_range *range = should->param.ranges;
	bool is_unsigned =
	    param->type == MODEL_UNSIGNED_INT || param->type == MODEL_UNSIGNED_LONG;

	return should->param.n_ranges == 0 ||
	       (should->param.n_ranges == 1 && range->high == INT64_MAX &&
		   (range->low == INT64_MIN || (is_unsigned && range->low <= 0)));
}

static struct draft_range whole_range(const struct draft_param *param,
    const struct draft_range *range)
{
	bool is_unsigned =
	    param->type == MODEL_UNSIGNED_INT || param->type == MODEL_UNSIGNED_LONG;
	struct draft_range whole =
	    range ? *range : (struct draft_range){ INT64_MIN, INT64_MAX };

	if (is_unsigned && whole.low < 0)
		whole.low = 0;
	return whole;
}

static void add_range(struct checking *checking, const struct draft_param *param,
    const struct bbf_param *should)
{
	auto_buf text = BUF_NULL;

	for (size_t i = 0; i < should->param.n_ranges; i++) {
		buf_append_text(&text, i > 0 ? ", " : "");
		draft_range_put(&text, should->param.ranges[i]);
	}
	deviation_add(checking, DEVIATION_RANGE, param->node, param->path,
	    "takes numbers beyond %s", buf_cstr(&text));
}

/* What nobody can set may be narrower or wider: its value counts. */
static void check_range(struct checking *checking, const struct draft_param *param,
    const struct bbf_param *should)
{
	bool is_right =
	    param->n_ranges > 0 || bounds_nothing(param, should) || !param->is_writable;

	if (param->n_values > 0 || should->param.is_list)
		return;
	for (size_t i = 0; i < param->n_ranges; i++) {
		struct draft_range whole = whole_range(param, &param->ranges[i]);

		is_right &= bounds_nothing(param, should) || is_within(&whole, should);
	}
	if (!is_right)
		add_range(checking, param, should);
}

static void check_length(struct checking *checking, const struct draft_param *param,
    const struct bbf_param *should)
{
	uint64_t most = should->param.max_length;

	if (should->param.type != MODEL_STRING || param->n_values > 0)
		return;
	if (should->param.is_list && should->param.list_max > 0)
		most = should->param.list_max;
	if (most > 0 && param->is_writable && param->max_length == 0 &&
	    param->list_max == 0 && param->pattern.len == 0)
		deviation_add(checking, DEVIATION_RANGE, param->node, param->path,
		    "takes texts of any length; %llu characters are the most",
		    (unsigned long long)most);
	else if (most > 0 && MAX(param->max_length, param->list_max) > most)
		deviation_add(checking, DEVIATION_RANGE, param->node, param->path,
		    "takes %llu characters; %llu are the most",
		    (unsigned long long)MAX(param->max_length, param->list_max),
		    (unsigned long long)most);
}

static bool is_listed(const struct bbf_param *should, struct str value)
{
	for (size_t i = 0; i < should->param.n_values; i++) {
		if (str_eq(should->param.values[i], value))
			return true;
	}
	return should->param.n_values == 0 || should->is_open ||
	       str_starts(value, STR("X_"));
}

static void check_listed(struct checking *checking, const struct draft_param *param,
    const struct bbf_param *should)
{
	if (should->param.n_values == 0)
		return;
	if (param->n_values == 0 && param->is_writable && !should->is_open)
		deviation_add(checking, DEVIATION_VALUES, param->node, param->path,
		    "takes any value; the data model lists %zu",
		    should->param.n_values);
	for (size_t i = 0; i < param->n_values; i++) {
		if (!is_listed(should, param->values[i]))
			deviation_add(checking, DEVIATION_VALUES, param->node,
			    param->path, "\"%.*s\" is none of the values there are",
			    STR_ARG(param->values[i]));
	}
}

/* ---- its facts ------------------------------------------------------------------------------------------ */

static void check_type(struct checking *checking, const struct draft_param *param,
    const struct bbf_param *should)
{
	if (param->type != should->param.type)
		deviation_add(checking, DEVIATION_TYPE, param->node, param->path,
		    "is of type %s; the data model has %s",
		    model_type_name(param->type), model_type_name(should->param.type));
	if (param->is_list && !should->param.is_list)
		deviation_add(checking, DEVIATION_TYPE, param->node, param->path,
		    "is a list; the data model has one value");
}

static bool stands_in_informs(const struct checking *checking,
    const struct draft_param *param)
{
	const struct draft *draft = checking->draft;

	for (size_t i = 0; i < draft->n_informs; i++) {
		const struct draft_leaf *leaf =
		    map_get(&checking->leaf_map, draft->informs[i]);

		if (leaf && leaf->param == param)
			return true;
	}
	return param->is_forced_inform;
}

/* One of a device's WAN connections gives the address of its Informs (TR-069 A6 3.7.1.5, TR-098
 * A2 table 2). */
static bool is_external_address(const struct draft_param *param)
{
	return str_is(param->name, "ExternalIPAddress");
}

static bool some_external_address_informs(const struct checking *checking)
{
	for (size_t i = 0; i < checking->draft->n_objects; i++) {
		const struct draft_object *object = &checking->draft->objects[i];

		for (size_t k = 0; k < object->n_params; k++) {
			if (is_external_address(&object->params[k]) &&
			    stands_in_informs(checking, &object->params[k]))
				return true;
		}
	}
	return false;
}

static void check_inform(struct checking *checking, const struct draft_param *param,
    const struct bbf_param *should)
{
	if (!should->param.is_forced_inform || stands_in_informs(checking, param))
		return;
	if (is_external_address(param) && some_external_address_informs(checking))
		return;
	deviation_add(checking, DEVIATION_INFORM, param->node, param->path,
	    "must stand in every Inform (forcedInform)");
}

static void check_notify(struct checking *checking, const struct draft_param *param,
    const struct bbf_param *should)
{
	static const char *const names[] = { "normal", "forceDefaultEnabled",
		"forceEnabled", "canDeny" };
	/* What a model may say where the data model says so: a bit for each of enum
	 * model_notify. An ACS can switch any notification on, unless it can be denied. */
	static const unsigned allowed[] = {
		[MODEL_NOTIFY_OFF] = 1 << MODEL_NOTIFY_OFF | 1 << MODEL_NOTIFY_ACTIVE,
		[MODEL_NOTIFY_ACTIVE] = 1 << MODEL_NOTIFY_ACTIVE,
		[MODEL_NOTIFY_ALWAYS] = 1 << MODEL_NOTIFY_ALWAYS,
		[MODEL_NOTIFY_DENIED] =
		    1 << MODEL_NOTIFY_OFF | 1 << MODEL_NOTIFY_DENIED,
	};

	if ((allowed[should->param.notify] & 1u << param->notify) == 0)
		deviation_add(checking, DEVIATION_NOTIFY, param->node, param->path,
		    "activeNotify is \"%s\" there", names[should->param.notify]);
}

void deviation_check_param(struct checking *checking, const struct draft_param *param,
    const struct bbf_param *should)
{
	check_type(checking, param, should);
	if (param->is_writable && !should->param.is_writable)
		deviation_add(checking, DEVIATION_ACCESS, param->node, param->path,
		    "is writable; the data model has it read-only");
	if (draft_is_number_type(param->type) && param->type == should->param.type)
		check_range(checking, param, should);
	check_length(checking, param, should);
	check_listed(checking, param, should);
	check_inform(checking, param, should);
	check_notify(checking, param, should);
	if ((should->param.is_hidden || should->param.is_secured) &&
	    !param->is_hidden && !param->is_secured)
		deviation_add(checking, DEVIATION_HIDDEN, param->node, param->path,
		    "must read back empty");
}

/* ---- values ----------------------------------------------------------------------------------------------- */

/* Of a list each item. */
static bool matches(struct bbf *bbf, struct bbf_param *should, struct str value)
{
	if (!should->param.is_list)
		return bbf_matches(bbf, should, value);
	while (value.len > 0) {
		if (!bbf_matches(bbf, should, str_trim(str_cut(value, ',', &value))))
			return false;
	}
	return true;
}

static bool takes(struct bbf *bbf, struct bbf_param *should, struct str value)
{
	struct draft_param open = should->param;

	if (should->is_open)
		open.n_values = 0;
	if (str_starts(value, STR("X_")))
		return true;
	return dump_takes(&open, value) && matches(bbf, should, value);
}

static bool is_there(const struct checking *checking, struct str path)
{
	auto_buf object = BUF_NULL;

	buf_append_str(&object, path);
	if (path.len > 0 && path.p[path.len - 1] != '.')
		buf_append_char(&object, '.');
	return map_get(&checking->leaf_map, path) ||
	       map_get(&checking->leaf_map, buf_str(&object));
}

/* Each of a list; an empty one names nothing. */
static void check_references(struct checking *checking, const struct draft_leaf *leaf)
{
	struct str rest = leaf->value;

	while (rest.len > 0) {
		struct str path = str_trim(str_cut(rest, ',', &rest));

		if (path.len > 0 && !is_there(checking, path))
			deviation_add(checking, DEVIATION_REFERENCE, leaf->node,
			    leaf->path, "names \"%.*s\", which is not there",
			    (int)MIN(path.len, (size_t)MODEL_PATH_MAX), path.p);
	}
}

static void check_leaf(struct checking *checking, const struct draft_leaf *leaf)
{
	struct str path;
	struct bbf *bbf = deviation_bbf(checking, leaf->path, &path);
	struct bbf_param *should = bbf ? map_get(&bbf->param_map, path) : NULL;

	if (!should)
		return;
	if (!takes(bbf, should, leaf->value))
		deviation_add(checking, DEVIATION_VALUE, leaf->node, leaf->path,
		    "\"%.*s\" is no value that it may have",
		    (int)MIN(leaf->value.len, (size_t)80), leaf->value.p);
	else if (should->is_reference)
		check_references(checking, leaf);
}

void deviation_check_values(struct checking *checking)
{
	for (size_t i = 0; i < checking->leaves.len; i++) {
		const struct draft_leaf *leaf = &checking->leaves.items[i];

		if (leaf->param && leaf->param->live.len == 0 &&
		    !leaf->param->is_generated && !deviation_is_vendors(leaf->path) &&
		    !draft_has_placeholder(leaf->value))
			check_leaf(checking, leaf);
	}
}
