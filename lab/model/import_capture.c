/* Answers of a CPE in a capture. */
#include "lab/model/import.h"

#include "capture/analysis/analysis.h"
#include "lib/cwmp/cwmp_reader.h"

#include <errno.h>

enum {
	DEVICES_TOLD = 5
};

struct reading {
	struct dump *dump;
	const char *serial;
	struct import_capture *result;
	struct cwmp_reader *reader;
	struct arena arena; /* of one message */
	char last[200];     /* device of the session that is looked at */
	bool is_chosen;     /* by its serial number */
	char others[DEVICES_TOLD][200];
	struct cwmp_device_id id; /* of the last Inform; of the dump's arena */
	size_t n_others;          /* devices beside the first that answered, too */
	struct error *err;
	int worst;
};

static void fail_memory(struct reading *reading)
{
	reading->worst = error_set(reading->err, -ENOMEM, "no memory for the model");
}

/* The entry of a name on the wire; null where it is none, or without memory. */
static struct dump_entry *want(struct reading *reading, struct str name)
{
	struct dump_entry *entry;
	struct str path;
	bool is_new;
	size_t at;

	if (dump_check_name(name, &at) != DUMP_NAME_OK ||
	    str_find_char(name, '.') == name.len ||
	    reading->dump->len > 4 * (size_t)MODEL_PARAMS_MAX)
		return NULL;
	path = map_get(&reading->dump->by_path, name) ? name
						      : dump_keep(reading->dump, name);
	entry = path.p ? dump_want(reading->dump, path, &is_new) : NULL;
	if (!entry)
		fail_memory(reading);
	return entry;
}

static bool is_object(struct str name)
{
	return name.len > 0 && name.p[name.len - 1] == '.';
}

static void take_names(struct reading *reading, const struct cwmp_args *args)
{
	for (size_t i = 0; i < args->n_infos; i++) {
		struct dump_entry *entry = want(reading, args->infos[i].name);

		if (entry)
			entry->is_writable = args->infos[i].writable;
	}
}

static void take_values(struct reading *reading, const struct cwmp_params *params,
    bool is_inform)
{
	for (size_t i = 0; i < params->len; i++) {
		const struct cwmp_param *param = &params->items[i];
		struct dump_entry *entry =
		    is_object(param->name) || param->value.len > MODEL_VALUE_MAX
			? NULL
			: want(reading, param->name);

		if (!entry)
			continue;
		entry->n_informs += is_inform;
		entry->type = dump_type(param->type);
		entry->value = dump_keep(reading->dump, param->value);
		entry->has_value = true;
		if (!entry->value.p)
			fail_memory(reading);
	}
}

static void take_device(struct reading *reading, const struct cwmp_device_id *id)
{
	reading->id = (struct cwmp_device_id){
		dump_keep(reading->dump, id->manufacturer),
		dump_keep(reading->dump, id->oui),
		dump_keep(reading->dump, id->product_class),
		dump_keep(reading->dump, id->serial_number),
	};
}

/* What the DeviceId of Informs says, where no answer has it. */
static void add_device(struct reading *reading)
{
	const struct {
		const char *name;
		struct str value;
	} rows[] = {
		{ "Manufacturer", reading->id.manufacturer },
		{ "ManufacturerOUI", reading->id.oui },
		{ "ProductClass", reading->id.product_class },
		{ "SerialNumber", reading->id.serial_number },
	};
	struct str rest, root = STR_NULL;
	char path[MODEL_PATH_MAX + 64];

	if (reading->dump->len > 0)
		root = str_cut(reading->dump->items[0].path, '.', &rest);
	for (size_t i = 0; i < ARRAY_LEN(rows) && reading->dump->n_informs > 0; i++) {
		struct dump_entry *entry;

		(void)snprintf(path, sizeof(path), "%.*s.DeviceInfo.%s", STR_ARG(root),
		    rows[i].name);
		entry = want(reading, str_of(path));
		if (!entry || entry->has_value)
			continue;
		entry->type = MODEL_STRING;
		entry->value = rows[i].value;
		entry->has_value = true;
	}
}

static void take_message(struct reading *reading,
    const struct analysis_message *message)
{
	struct cwmp_msg msg;
	int r;

	if (message->kind != MESSAGE_CWMP || message->from != FROM_CPE ||
	    message->body.len == 0)
		return;
	arena_reset(&reading->arena);
	r = cwmp_reader_read(reading->reader, &msg, &reading->arena, message->body.p,
	    message->body.len, NULL, NULL);
	if (r == -ENOMEM)
		fail_memory(reading);
	if (r < 0)
		return; /* "decode" tells of it */
	if (msg.kind == CWMP_REQUEST && msg.method == CWMP_INFORM) {
		reading->dump->n_informs++;
		take_device(reading, &msg.inform.device);
		take_values(reading, &msg.inform.params, true);
	} else if (msg.kind == CWMP_RESPONSE &&
		   msg.method == CWMP_GET_PARAMETER_NAMES) {
		reading->result->n_answers++;
		take_names(reading, &msg.args);
	} else if (msg.kind == CWMP_RESPONSE &&
		   msg.method == CWMP_GET_PARAMETER_VALUES) {
		reading->result->n_answers++;
		take_values(reading, &msg.args.params, false);
	}
}

static bool has_answers(const struct analysis_session *session)
{
	for (size_t i = 0; i < session->n_messages; i++) {
		const char *name = session->messages[i].name;

		if (session->messages[i].kind == MESSAGE_CWMP &&
		    (strcmp(name, "GetParameterNamesResponse") == 0 ||
			strcmp(name, "GetParameterValuesResponse") == 0))
			return true;
	}
	return false;
}

/* What the device of a session is called. Envelopes of a text without anything about them are
 * of the device that informed before. */
static void find_device(struct reading *reading, const struct analysis_session *session)
{
	if (session->serial)
		(void)snprintf(reading->last, sizeof(reading->last), "%s-%s-%s",
		    session->oui ? session->oui : "",
		    session->product_class ? session->product_class : "",
		    session->serial);
	else if (!session->is_text || !reading->last[0])
		(void)snprintf(reading->last, sizeof(reading->last), "%s",
		    session->cpe);
	if (session->serial || !session->is_text)
		reading->is_chosen =
		    !reading->serial ||
		    (session->serial && strcmp(session->serial, reading->serial) == 0);
}

/* The first of those that answer is the one that is read. */
static void note_device(struct reading *reading)
{
	char *first = reading->result->device;

	if (!first[0])
		(void)snprintf(first, sizeof(reading->last), "%s", reading->last);
	if (strcmp(first, reading->last) == 0)
		return;
	for (size_t i = 0; i < reading->n_others; i++) {
		if (i == DEVICES_TOLD || strcmp(reading->others[i], reading->last) == 0)
			return;
	}
	if (reading->n_others < DEVICES_TOLD)
		(void)snprintf(reading->others[reading->n_others],
		    sizeof(reading->last), "%s", reading->last);
	reading->n_others++;
}

/* Before its messages are read it must be known which device that is. */
static void on_first(void *user, const struct analysis *analysis,
    const struct analysis_session *session)
{
	struct reading *reading = user;

	(void)analysis;
	find_device(reading, session);
	if (reading->is_chosen && has_answers(session))
		note_device(reading);
}

static void on_ended(void *user, const struct analysis *analysis,
    const struct analysis_session *session)
{
	struct reading *reading = user;

	(void)analysis;
	find_device(reading, session);
	if (reading->worst < 0 || !reading->is_chosen ||
	    strcmp(reading->last, reading->result->device) != 0)
		return;
	reading->result->n_sessions++;
	for (size_t i = 0; i < session->n_messages && reading->worst == 0; i++)
		take_message(reading, &session->messages[i]);
}

/* "a, b and more". */
static int fail_several(struct reading *reading, const char *path)
{
	auto_buf names = BUF_NULL;
	size_t told = MIN(reading->n_others, (size_t)DEVICES_TOLD);

	buf_append_text(&names, reading->result->device);
	for (size_t i = 0; i < told; i++)
		buf_printf(&names, ", %s", reading->others[i]);
	if (reading->n_others > told)
		buf_append_text(&names, " and more");
	return error_set(reading->err, ERR_USAGE,
	    "%s: several devices answer in it: %s; --serial SERIAL chooses one", path,
	    buf_cstr(&names));
}

static int run(struct reading *reading, struct analysis_options *options,
    void (*ended)(void *user, const struct analysis *analysis,
	const struct analysis_session *session))
{
	struct analysis *analysis = NULL;
	int r;

	reading->last[0] = '\0';
	reading->is_chosen = !reading->serial;
	options->ended = ended;
	r = analysis_run(options, &analysis, reading->err);
	analysis_free(analysis);
	return r == 0 || r == -ENOMEM ? r : ERR_USAGE;
}

static int read_all(struct reading *reading, struct analysis_options *options)
{
	int r = run(reading, options, on_first);

	if (r < 0)
		return r;
	if (reading->n_others > 0)
		return fail_several(reading, options->path);
	if (!reading->result->device[0])
		return error_set(reading->err, ERR_USAGE,
		    "%s: no answer to GetParameterNames or GetParameterValues%s%s is "
		    "in it",
		    options->path, reading->serial ? " of " : "",
		    reading->serial ? reading->serial : "");
	options->keep_bodies = true;
	r = run(reading, options, on_ended);
	if (r < 0)
		return r;
	add_device(reading);
	return reading->worst;
}

int import_capture(struct dump *dump, const char *path, const char *keylog,
    const char *serial, struct import_capture *ret, struct error *err)
{
	struct reading reading = { .dump = dump,
		.serial = serial,
		.result = ret,
		.err = err };
	/* What is a secret is known by its parameter's name here, and an envelope with stars
	 * in it may be none. */
	struct analysis_options options = { .path = path,
		.keylog = keylog,
		.show_secrets = true,
		.user = &reading };
	int r;

	*ret = (struct import_capture){ .n_sessions = 0 };
	reading.reader = cwmp_reader_new();
	if (!reading.reader)
		return error_set(err, -ENOMEM, "no memory for the model");
	r = read_all(&reading, &options);
	cwmp_reader_free(reading.reader);
	arena_free(&reading.arena);
	return r;
}
