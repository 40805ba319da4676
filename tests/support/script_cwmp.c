/* CWMP messages of a script: words become the rows of lib/cwmp/cwmp_fields.h. */
#include "tests/support/script_envelope.h"

#include "lib/cwmp/cwmp_fields.h"

#include <errno.h>

static int full(struct script *s, const struct word *word)
{
	return script_error(s, word, "too many members");
}

/* ---- values with their type ---------------------------------------------------------- */

static bool is_type(struct str text)
{
	static const char *const types[] = { "string", "int", "unsignedInt", "long",
		"unsignedLong", "boolean", "dateTime", "base64", "base64Binary",
		"hexBinary", "decimal" };

	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		if (str_is(text, types[i]))
			return true;
	}
	return false;
}

/* "value", "value:type" */
static void split_type(const struct word *word, struct cwmp_param *ret)
{
	struct str text = word_value(word);
	size_t quoted = word->quoted_len > (size_t)(text.p - word->text.p)
			    ? word->quoted_len - (size_t)(text.p - word->text.p)
			    : 0;
	size_t colon = text.len;

	ret->value = text;
	ret->type = STR("string");
	while (colon > quoted && text.p[colon - 1] != ':')
		colon--;
	if (colon == quoted)
		return;
	/* Behind a quoted value whatever is there; else only what is a type. */
	if ((quoted > 0 && colon == quoted + 1) || is_type(str_from(text, colon))) {
		ret->value = str_make(text.p, colon - 1);
		ret->type = str_from(text, colon);
	}
}

static int put_param(struct script *s, struct envelope *e, const struct word *word)
{
	struct str name = word_key(word);
	size_t i = 0;

	while (i < e->n_params && !str_eq(e->params[i].name, name))
		i++;
	if (i == SCRIPT_MEMBERS_MAX)
		return full(s, word);
	e->params[i].name = name;
	split_type(word, &e->params[i]);
	e->n_params = MAX(e->n_params, i + 1);
	return 0;
}

/* ---- lists --------------------------------------------------------------------------- */

/* The row of the list that words without a name of their own are members of; or null. */
static const struct cwmp_field *list_row(const struct cwmp_field *fields)
{
	for (; fields && fields->name; fields++) {
		const struct cwmp_field *inner;

		switch (fields->type) {
		case FIELD_STRUCT:
			inner = list_row(fields->fields);
			if (inner)
				return inner;
			break;
		case FIELD_LIST:
			if (str_is(str_of(fields->member), "EventStruct"))
				break;
			return fields;
		case FIELD_STRINGS:
		case FIELD_REPEAT:
			return fields;
		case FIELD_STR:
		case FIELD_UINT:
		case FIELD_BOOL:
		case FIELD_VALUE:
		case FIELD_ITEMS:
		case FIELD_REPEAT_ITEMS:
			break;
		}
	}
	return NULL;
}

static int put_name(struct script *s, struct envelope *e, const struct word *word)
{
	if (e->n_names == SCRIPT_MEMBERS_MAX)
		return full(s, word);
	e->names[e->n_names++] = word->text;
	return 0;
}

static int put_info(struct script *s, struct envelope *e, const struct word *word)
{
	struct cwmp_param_info *info = &e->infos[e->n_infos];
	uint64_t n;
	int r;

	if (e->n_infos == SCRIPT_MEMBERS_MAX)
		return full(s, word);
	r = script_uint(s, word, word_value(word), UINT32_MAX, &n);
	if (r < 0)
		return r;
	*info = (struct cwmp_param_info){ .name = word_key(word),
		.writable = n != 0,
		.notification_change = true,
		.notification = (uint32_t)n };
	e->n_infos++;
	return 0;
}

static int put_fault(struct script *s, struct envelope *e, const struct word *word)
{
	uint64_t code;
	int r;

	if (e->n_faults == SCRIPT_MEMBERS_MAX)
		return full(s, word);
	r = script_uint(s, word, word_value(word), UINT32_MAX, &code);
	if (r < 0)
		return r;
	e->faults[e->n_faults++] = (struct cwmp_param_fault){ .name = word_key(word),
		.code = (uint32_t)code,
		.text = str_of(cwmp_fault_text((uint32_t)code)) };
	return 0;
}

static int put_member(struct script *s, struct envelope *e, const struct word *word)
{
	const struct cwmp_field *row = list_row(e->fields);
	bool has_key = word_key(word).p != NULL;

	if (row && row->type == FIELD_STRINGS && !has_key)
		return put_name(s, e, word);
	if (row && row->type == FIELD_REPEAT && has_key)
		return put_fault(s, e, word);
	if (row && row->type == FIELD_LIST && has_key)
		return row->fields[1].type == FIELD_VALUE ? put_param(s, e, word)
							  : put_info(s, e, word);
	return script_error(s, word, "%.*s has no place for \"%.*s\"",
	    STR_ARG(cwmp_msg_name(&e->msg)), STR_ARG(word->text));
}

/* "0 BOOTSTRAP,M Reboot:key" */
static int put_events(struct script *s, struct envelope *e, const struct word *word)
{
	struct str list = word_value(word);

	e->n_events = 0;
	while (list.p) {
		struct str key, code = str_cut(str_cut(list, ',', &list), ':', &key);

		if (e->n_events == SCRIPT_MEMBERS_MAX)
			return full(s, word);
		if (code.len > 0 || key.p)
			e->events[e->n_events++] =
			    (struct cwmp_event){ str_trim(code), key };
	}
	return 0;
}

int envelope_item(struct script *s, struct envelope *e, const struct statement *line)
{
	struct cwmp_item *item = &e->items[e->n_items];

	if (e->n_items == SCRIPT_MEMBERS_MAX)
		return full(s, NULL);
	item->fields = arena_array(&s->arena, line->n_words, sizeof(*item->fields));
	if (!item->fields)
		return -ENOMEM;
	for (size_t i = 1; i < line->n_words; i++) {
		if (!word_key(&line->words[i]).p)
			return script_error(s, &line->words[i], "Name=value is meant");
		item->fields[item->len++] =
		    (struct cwmp_param){ .name = word_key(&line->words[i]),
			    .value = word_value(&line->words[i]) };
	}
	e->n_items++;
	return 0;
}

int envelope_drop(struct script *s, struct envelope *e, const struct word *word,
    struct str name)
{
	for (size_t i = 0; i < e->n_params; i++) {
		if (!str_eq(e->params[i].name, name))
			continue;
		memmove(&e->params[i], &e->params[i + 1],
		    (e->n_params - i - 1) * sizeof(*e->params));
		e->n_params--;
		return 0;
	}
	return script_error(s, word, "there is no %.*s to leave out", STR_ARG(name));
}

/* ---- words --------------------------------------------------------------------------- */

static const struct cwmp_field *row_named(const struct cwmp_field *fields,
    struct str name)
{
	for (; fields && fields->name; fields++) {
		const struct cwmp_field *inner;

		if (fields->type == FIELD_STRUCT) {
			inner = row_named(fields->fields, name);
			if (inner)
				return inner;
		} else if (str_is(name, fields->name) && fields->type <= FIELD_BOOL) {
			return fields;
		}
	}
	return NULL;
}

static int put_row(struct script *s, struct envelope *e, const struct cwmp_field *row,
    const struct word *word)
{
	char *at = (char *)&e->msg + row->offset;
	struct str value = word_value(word);
	uint64_t n = 0;
	uint32_t number;
	bool flag;
	int r = 0;

	if (row->type == FIELD_STR) {
		memcpy(at, &value, sizeof(value));
		return 0;
	}
	r = script_uint(s, word, value, UINT32_MAX, &n);
	if (r < 0)
		return r;
	number = (uint32_t)n;
	flag = n != 0;
	if (row->type == FIELD_UINT)
		memcpy(at, &number, sizeof(number));
	else
		memcpy(at, &flag, sizeof(flag));
	return 0;
}

static struct str ns_named(struct str value)
{
	if (str_is(value, "1.0"))
		return str_of(cwmp_ns_uri(CWMP_NS_1_0));
	if (str_is(value, "1.1"))
		return str_of(cwmp_ns_uri(CWMP_NS_1_1));
	if (str_is(value, "1.2"))
		return str_of(cwmp_ns_uri(CWMP_NS_1_2));
	return value;
}

/* 1: the word is of the SOAP header; 0: it is not. */
static int header_word(struct script *s, struct envelope *e, const struct word *word)
{
	struct cwmp_soap_header *header = &e->msg.header;
	struct str key = word_key(word), value = word_value(word);
	uint64_t n;

	if (str_is(key, "id")) {
		e->has_no_id = str_is(value, "none");
		e->has_id = !e->has_no_id;
		e->id = value;
	} else if (str_is(key, "ns")) {
		s->ns = ns_named(value);
	} else if (str_is(key, "hold")) {
		header->has_hold_requests = true;
		header->hold_requests = str_is(value, "1");
	} else if (str_is(key, "timeout")) {
		if (script_uint(s, word, value, UINT32_MAX, &n) < 0)
			return ERR_CONFIG;
		header->has_session_timeout = true;
		header->session_timeout = (uint32_t)n;
	} else if (str_is(key, "versions")) {
		header->supported_versions = value;
	} else if (str_is(key, "use")) {
		header->use_version = value;
	} else {
		return 0;
	}
	return 1;
}

/* Short names of arguments. */
static struct str long_name(const struct envelope *e, struct str key)
{
	static const struct {
		const char *from, *to;
	} rows[] = { { "serial", "SerialNumber" }, { "retry", "RetryCount" } };

	if (e->msg.kind == CWMP_FAULT)
		return str_is(key, "text") ? STR("FaultString") : key;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (str_is(key, rows[i].from))
			return str_of(rows[i].to);
	}
	return key;
}

int envelope_word(struct script *s, struct envelope *e, const struct word *word)
{
	struct str key = word_key(word);
	const struct cwmp_field *row = row_named(e->fields, long_name(e, key));
	uint64_t code;
	int r = key.p ? header_word(s, e, word) : 0;

	if (r != 0)
		return r < 0 ? r : 0;
	if (str_is(key, "events") && e->msg.method == CWMP_INFORM)
		return put_events(s, e, word);
	if (str_is(key, "code") && e->msg.kind == CWMP_FAULT) {
		r = script_uint(s, word, word_value(word), UINT32_MAX, &code);
		e->msg.fault.code = (uint32_t)code;
		e->msg.fault.text = str_of(cwmp_fault_text((uint32_t)code));
		return r;
	}
	return row ? put_row(s, e, row, word) : put_member(s, e, word);
}
