/* Arguments as people write them -> a message. */
#include "agents/acs/policy/rpc.h"

#include <stdio.h>

struct filler {
	const struct acs_rpc_context *context;
	struct cwmp_args *args;
	struct error *err;
	bool is_short; /* of memory */
	int r;         /* 0, or what else failed */
};

static struct str expand(struct filler *f, const char *text)
{
	const struct acs_rpc_context *context = f->context;
	struct str expanded;

	if (!text)
		return STR("");
	if (!context->expand)
		return str_of(text);
	expanded = context->expand(context->user, str_of(text), context->arena);
	f->is_short |= !expanded.p;
	return expanded;
}

struct str acs_rpc_full_name(struct str name, const char *root, struct arena *arena)
{
	size_t root_len = strlen(root);
	char *text;

	if (str_starts(name, STR("Device.")) ||
	    str_starts(name, STR("InternetGatewayDevice.")))
		return name;
	text = arena_alloc(arena, root_len + name.len);
	if (!text)
		return STR_NULL;
	memcpy(text, root, root_len);
	if (name.len > 0)
		memcpy(text + root_len, name.p, name.len);
	return str_make(text, root_len + name.len);
}

static struct str full_name(struct filler *f, const char *name)
{
	struct str full =
	    acs_rpc_full_name(expand(f, name), f->context->root, f->context->arena);

	f->is_short |= !full.p;
	return full;
}

static void *array(struct filler *f, size_t n, size_t size)
{
	void *items = arena_array(f->context->arena, n, size);

	f->is_short |= !items;
	return items;
}

/* ---- lists ------------------------------------------------------------------------- */

static void fill_names(struct filler *f, const struct conf_strings *names, bool is_path)
{
	struct str *items = array(f, names->len, sizeof(*items));

	for (size_t i = 0; items && i < names->len; i++)
		items[i] = is_path ? full_name(f, names->items[i])
				   : expand(f, names->items[i]);
	f->args->names = (struct cwmp_strings){ items, items ? names->len : 0 };
}

static void fill_values(struct filler *f, const struct conf_node *values)
{
	struct cwmp_param *params = array(f, values->len, sizeof(*params));

	for (size_t i = 0; params && i < values->len; i++) {
		const struct conf_pair *pair = &values->pairs[i];
		struct str value;

		params[i].name = full_name(f, pair->key->text.p);
		acs_rpc_value(pair->value, &value, &params[i].type);
		params[i].value = expand(f, value.p);
	}
	f->args->params = (struct cwmp_params){ params, params ? values->len : 0 };
}

static void fill_access_list(struct filler *f,
    const struct acs_rpc_attribute *attribute, struct cwmp_param_info *info)
{
	size_t n = attribute->access_list.len;
	struct str *items;

	info->access_list_change = attribute->access_list_at;
	if (n == 0)
		return;
	items = array(f, n, sizeof(*items));
	for (size_t i = 0; items && i < n; i++)
		items[i] = expand(f, attribute->access_list.items[i]);
	info->access_list = (struct cwmp_strings){ items, items ? n : 0 };
}

static void fill_attributes(struct filler *f, const struct conf_list *list)
{
	const struct acs_rpc_attribute *attributes = list->items;
	struct cwmp_param_info *infos = array(f, list->len, sizeof(*infos));

	for (size_t i = 0; infos && i < list->len; i++) {
		infos[i].name = full_name(f, attributes[i].name);
		infos[i].notification_change = attributes[i].notification_at;
		infos[i].notification = (uint32_t)attributes[i].notification;
		fill_access_list(f, &attributes[i], &infos[i]);
	}
	f->args->infos = infos;
	f->args->n_infos = infos ? list->len : 0;
}

static struct str number(struct filler *f, uint64_t value)
{
	char text[24];
	struct str kept;

	(void)snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	kept = arena_str(f->context->arena, str_of(text));
	f->is_short |= !kept.p;
	return kept;
}

static void put(struct cwmp_item *item, const char *name, struct str value)
{
	item->fields[item->len++] =
	    (struct cwmp_param){ .name = str_of(name), .value = value };
}

static void fill_windows(struct filler *f, const struct conf_list *list)
{
	const struct acs_rpc_time_window *windows = list->items;
	struct cwmp_item *items = array(f, list->len, sizeof(*items));

	for (size_t i = 0; items && i < list->len; i++) {
		items[i].fields = array(f, 5, sizeof(*items[i].fields));
		if (!items[i].fields)
			return;
		put(&items[i], "WindowStart",
		    number(f, (uint64_t)(windows[i].start / NS_PER_S)));
		put(&items[i], "WindowEnd",
		    number(f, (uint64_t)(windows[i].end / NS_PER_S)));
		put(&items[i], "WindowMode", expand(f, windows[i].mode));
		put(&items[i], "UserMessage", expand(f, windows[i].message));
		put(&items[i], "MaxRetries", number(f, windows[i].retries));
	}
	f->args->items = items;
	f->args->n_items = list->len;
}

static void put_written(struct filler *f, struct cwmp_item *item, const char *name,
    const char *text)
{
	if (text)
		put(item, name, expand(f, text));
}

/* The URL of a file of the ACS's own, in arena. A null view where it serves none. */
static struct str url_of(struct filler *f, const char *file, uint32_t *ret_size)
{
	const struct acs_rpc_context *context = f->context;
	struct str url = STR_NULL;

	if (context->file_url)
		url = context->file_url(context->user, expand(f, file), context->arena,
		    ret_size);
	if (!url.p)
		f->r = error_set(f->err, ERR_UNSUPPORTED,
		    "the ACS serves no file \"%s\"", file);
	return url;
}

static void fill_operations(struct filler *f, const struct conf_list *list)
{
	static const char *const types[] = { [RPC_INSTALL] = "InstallOpStruct",
		[RPC_UPDATE] = "UpdateOpStruct",
		[RPC_UNINSTALL] = "UninstallOpStruct" };
	const struct acs_rpc_operation *operations = list->items;
	struct cwmp_item *items = array(f, list->len, sizeof(*items));
	uint32_t size;

	for (size_t i = 0; items && i < list->len; i++) {
		const struct acs_rpc_operation *operation = &operations[i];

		items[i].fields = array(f, 6, sizeof(*items[i].fields));
		if (!items[i].fields)
			return;
		items[i].type = str_of(types[operation->kind]);
		put_written(f, &items[i], "URL", operation->url);
		if (operation->file)
			put(&items[i], "URL", url_of(f, operation->file, &size));
		put_written(f, &items[i], "UUID", operation->uuid);
		put_written(f, &items[i], "Version", operation->version);
		put_written(f, &items[i], "Username", operation->username);
		put_written(f, &items[i], "Password", operation->password);
		put_written(f, &items[i], "ExecutionEnvRef", operation->execution_env);
	}
	f->args->items = items;
	f->args->n_items = list->len;
}

/* ---- the file of a transfer -------------------------------------------------------- */

static void fill_file(struct filler *f, const struct acs_rpc_args *args)
{
	uint32_t size = 0;

	f->args->url = args->file ? url_of(f, args->file, &size) : expand(f, args->url);
	f->args->file_size = args->file_size ? (uint32_t)args->file_size : size;
}

/* ---- the message ------------------------------------------------------------------- */

static void fill_texts(struct filler *f, const struct acs_rpc_args *args)
{
	struct cwmp_args *to = f->args;

	to->parameter_key = expand(f, args->parameter_key);
	to->command_key = expand(f, args->command_key);
	to->file_type = expand(f, args->file_type);
	to->username = expand(f, args->username);
	to->password = expand(f, args->password);
	to->target_file_name = expand(f, args->target_file_name);
	to->success_url = expand(f, args->success_url);
	to->failure_url = expand(f, args->failure_url);
	to->option_name = expand(f, args->option_name);
}

/* An empty path is that of the whole tree (TR-069 A6 A.3.2.3). */
static void fill_path(struct filler *f, const struct acs_rpc_args *args)
{
	if (args->object)
		f->args->path = full_name(f, args->object);
	else if (args->path)
		f->args->path = args->path[0] ? full_name(f, args->path) : STR("");
}

static int fill(struct filler *f, const struct acs_rpc_args *args)
{
	fill_texts(f, args);
	fill_path(f, args);
	f->args->next_level = args->next_level;
	f->args->delay_seconds = (uint32_t)(args->delay / NS_PER_S);
	if (args->names.len > 0)
		fill_names(f, &args->names, true);
	if (args->vouchers.len > 0)
		fill_names(f, &args->vouchers, false);
	if (args->values)
		fill_values(f, args->values);
	if (args->attributes.len > 0)
		fill_attributes(f, &args->attributes);
	if (args->time_windows.len > 0)
		fill_windows(f, &args->time_windows);
	if (args->operations.len > 0)
		fill_operations(f, &args->operations);
	if (args->url || args->file)
		fill_file(f, args);
	return f->is_short ? error_set(f->err, ERR_LIMIT, "no memory for a request")
			   : f->r;
}

int acs_rpc_fill(const struct acs_rpc *rpc, const struct acs_rpc_args *args,
    const struct acs_rpc_context *context, struct cwmp_msg *request, struct error *err)
{
	struct filler f = { .context = context, .args = &request->args, .err = err };
	int r;

	request->kind = CWMP_REQUEST;
	request->method = rpc->method;
	r = fill(&f, args);
	return r < 0 ? r : cwmp_check_lengths(request, err);
}
