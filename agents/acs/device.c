#include "agents/acs/device.h"

#include "agents/acs/policy/condition.h"
#include "lib/base/buf.h"
#include "lib/base/cut.h"
#include "lib/base/secret.h"

#include <stdlib.h>

enum {
	BLOCK_BYTES = 16 /* that malloc() adds to what it is asked for, about */
};

void device_list_init(struct device_list *list, uint64_t hash_seed)
{
	*list = (struct device_list){ .by_id.seed = hash_seed,
		.words.texts.seed = hash_seed };
	list_init(&list->by_age);
	list_init(&list->by_birth);
	list_init(&list->cursors);
}

/* ---- what devices have in common ---------------------------------------------------- */

/* Null without memory. */
static const char *share(struct device_list *list, struct str word)
{
	size_t before = list->words.bytes;
	const char *shared = intern_put(&list->words, word);

	list->bytes += list->words.bytes - before;
	return shared;
}

static void unshare(struct device_list *list, const char *word)
{
	size_t before = list->words.bytes;

	intern_drop(&list->words, word);
	list->bytes -= before - list->words.bytes;
}

/* ---- the end of a device ------------------------------------------------------------ */

static void free_values(struct device *device)
{
	for (size_t i = 0; i < device->n_values; i++) {
		unshare(device->list, device->values[i].name);
		free(device->values[i].value);
	}
	free(device->values);
}

static void free_call(struct device *device)
{
	if (device->call)
		free(device->call->why);
	free(steal_ptr(&device->call));
}

static void free_caller(struct device *device)
{
	if (device->caller) {
		free(device->caller->username);
		free(device->caller->password);
	}
	free(steal_ptr(&device->caller));
}

static void device_free(struct device *device)
{
	if (!device)
		return;
	free_values(device);
	free_call(device);
	free_caller(device);
	free(device->id);
	unshare(device->list, device->text.manufacturer);
	unshare(device->list, device->text.oui);
	unshare(device->list, device->text.product_class);
	free(device->text.serial_number);
	free(device->events);
	free(device->tags);
	cwmp_secrets_free(&device->secrets);
	free(device);
}

static void forget(struct device_list *list, struct device *device)
{
	LIST_FOREACH (item, &list->cursors) {
		struct device_cursor *cursor =
		    list_entry(item, struct device_cursor, link);

		if (cursor->next == &device->birth)
			cursor->next = device->birth.next;
	}
	(void)map_remove(&list->by_id, str_of(device->id));
	list_remove(&device->link);
	list_remove(&device->birth);
	list->bytes -= device->bytes;
	device_free(device);
}

void device_list_free(struct device_list *list)
{
	while (!list_empty(&list->by_birth))
		forget(list, list_first(&list->by_birth, struct device, birth));
	map_free(&list->by_id);
	intern_free(&list->words);
}

/* ---- room -------------------------------------------------------------------------- */

static size_t text_bytes(struct str text)
{
	return text.len + 1 + BLOCK_BYTES;
}

static bool fits(const struct device_list *list, size_t n_more, size_t bytes_more)
{
	return list->by_id.len + n_more <= (list->max ? list->max : DEVICES_MAX) &&
	       list->bytes + bytes_more <=
		   (list->bytes_max ? list->bytes_max : DEVICES_BYTES_MAX);
}

/* The longest silent ones go, but those that are pinned, and the one to be kept (null: any
 * may go). False: there is no room all the same. */
static bool make_room(struct device_list *list, size_t n_more, size_t bytes_more,
    const struct device *kept)
{
	while (!fits(list, n_more, bytes_more)) {
		struct device *oldest = list_first(&list->by_age, struct device, link);

		if (list_empty(&list->by_age) || oldest == kept)
			return false;
		forget(list, oldest);
	}
	return true;
}

static void count_bytes(struct device *device, size_t more, size_t less)
{
	device->bytes = device->bytes + more - less;
	device->list->bytes = device->list->bytes + more - less;
}

void device_pin(struct device *device)
{
	device->n_pins++;
	list_remove(&device->link);
}

void device_unpin(struct device *device)
{
	if (--device->n_pins == 0)
		list_append(&device->list->by_age, &device->link);
}

/* ---- Informs ----------------------------------------------------------------------- */

void device_id_write(struct buf *out, const struct cwmp_device_id *id)
{
	buf_append_str(out, id->oui);
	if (id->product_class.len > 0) {
		buf_append_char(out, '-');
		buf_append_str(out, id->product_class);
	}
	buf_append_char(out, '-');
	buf_append_str(out, id->serial_number);
}

static struct device *device_new(struct device_list *list,
    const struct cwmp_device_id *id, struct str key)
{
	struct device *device = calloc(1, sizeof(*device));

	if (!device)
		return NULL;
	device->list = list;
	list_init(&device->link);
	list_init(&device->birth);
	device->id = str_dup(key);
	device->text.manufacturer = share(list, id->manufacturer);
	device->text.oui = share(list, id->oui);
	device->text.product_class = share(list, id->product_class);
	device->text.serial_number = str_dup(id->serial_number);
	if (device->id && device->text.manufacturer && device->text.oui &&
	    device->text.product_class && device->text.serial_number)
		return device;
	device_free(device);
	return NULL;
}

static struct device *find_or_add(struct device_list *list,
    const struct cwmp_device_id *id)
{
	auto_buf key = BUF_NULL;
	struct device *device;
	size_t bytes;

	device_id_write(&key, id);
	device = map_get(&list->by_id, buf_str(&key));
	if (device)
		return device;
	bytes = sizeof(*device) + BLOCK_BYTES + 2 * sizeof(struct map_entry) +
		text_bytes(buf_str(&key)) + text_bytes(id->serial_number);
	/* As if no other device had them: what it has may go to make room. */
	if (!make_room(list, 1,
		bytes + intern_cost(id->manufacturer) + intern_cost(id->oui) +
		    intern_cost(id->product_class),
		NULL))
		return NULL;
	device = device_new(list, id, buf_str(&key));
	if (device && map_put(&list->by_id, str_of(device->id), device) < 0) {
		device_free(device);
		return NULL;
	}
	if (!device)
		return NULL;
	count_bytes(device, bytes, 0);
	list_append(&list->by_birth, &device->birth);
	if (list->recall)
		list->recall(list->user, device);
	return device;
}

static void set_events(struct device *device, const struct cwmp_inform *inform)
{
	auto_buf text = BUF_NULL;

	for (size_t i = 0; i < inform->n_events && i < DEVICE_EVENTS_MAX; i++) {
		if (i > 0)
			buf_append_char(&text, ',');
		buf_append_str(&text, inform->events[i].code);
	}
	if (device->events && str_is(buf_str(&text), device->events))
		return;
	if (device->events)
		count_bytes(device, 0, text_bytes(str_of(device->events)));
	free(device->events);
	device->events = str_dup(buf_str(&text));
	if (device->events)
		count_bytes(device, text_bytes(str_of(device->events)), 0);
}

struct device *device_informed(struct device_list *list,
    const struct cwmp_inform *inform, const char *address, clock_ns now)
{
	struct device *device = find_or_add(list, &inform->device);

	if (!device)
		return NULL;
	if (device->n_pins == 0) {
		list_remove(&device->link);
		list_append(&list->by_age, &device->link);
	}
	(void)snprintf(device->address, sizeof(device->address), "%s", address);
	device->last_inform = now;
	device->retry_count = inform->retry_count;
	device->n_informs++;
	set_events(device, inform);
	for (size_t i = 0; i < inform->params.len; i++)
		device_set_value(device, inform->params.items[i].name,
		    inform->params.items[i].value);
	return device;
}

struct device *device_list_find(const struct device_list *list, const char *id)
{
	return map_get(&list->by_id, str_of(id));
}

static size_t call_bytes(const struct device_call *call)
{
	return call ? sizeof(*call) + BLOCK_BYTES + text_bytes(str_of(call->why)) : 0;
}

/* One for which there is no memory is not worth forgetting a device for. */
void device_set_call(struct device *device, const char *outcome, const char *why,
    clock_ns now)
{
	struct device_call *call = calloc(1, sizeof(*call));
	size_t before = call_bytes(device->call);

	free_call(device);
	count_bytes(device, 0, before);
	if (!call)
		return;
	*call = (struct device_call){ outcome, str_dup(str_of(why)), now };
	if (!call->why || !fits(device->list, 0, call_bytes(call))) {
		free(call->why);
		free(call);
		return;
	}
	device->call = call;
	count_bytes(device, call_bytes(call), 0);
}

static size_t caller_bytes(const struct device *device)
{
	const struct device_caller *caller = device->caller;

	return caller ? sizeof(*caller) + BLOCK_BYTES +
			    text_bytes(str_of(caller->username)) +
			    text_bytes(str_of(caller->password))
		      : 0;
}

static void set_word(struct device *device, char **word, const char *text)
{
	struct str value = str_of(text);

	free(steal_ptr(word));
	if (value.len <= DEVICE_CALLER_BYTES_MAX &&
	    make_room(device->list, 0, text_bytes(value), device))
		*word = str_dup(value);
}

void device_set_caller(struct device *device, const char *username,
    const char *password)
{
	size_t before = caller_bytes(device);

	if (!device->caller)
		device->caller = calloc(1, sizeof(*device->caller));
	if (!device->caller)
		return;
	if (username)
		set_word(device, &device->caller->username, username);
	if (password)
		set_word(device, &device->caller->password, password);
	count_bytes(device, caller_bytes(device), before);
}

/* The empty one stays: what is kept on disk is to go as well. */
void device_forget_caller(struct device *device)
{
	size_t before = caller_bytes(device);

	if (!device->caller)
		return;
	free(steal_ptr(&device->caller->username));
	free(steal_ptr(&device->caller->password));
	count_bytes(device, caller_bytes(device), before);
}

static struct device_value *find_value(const struct device *device, struct str name)
{
	for (size_t i = 0; i < device->n_values; i++) {
		if (str_is(name, device->values[i].name))
			return &device->values[i];
	}
	return NULL;
}

static struct device_value *add_value(struct device *device, struct str name)
{
	struct device_value *values;
	size_t n = device->n_values;

	if (n == DEVICE_VALUES_MAX)
		return NULL;
	if ((n & (n - 1)) == 0) {
		values = realloc(device->values, (n ? n * 2 : 1) * sizeof(*values));
		if (!values)
			return NULL;
		device->values = values;
		count_bytes(device, (n ? n : 1) * sizeof(*values), 0);
	}
	device->values[n] = (struct device_value){ share(device->list, name), NULL };
	if (!device->values[n].name)
		return NULL;
	device->n_values++;
	return &device->values[n];
}

/* A heap copy of what is kept of the value; null without memory. */
static char *keep(struct str value)
{
	char text[DEVICE_VALUE_BYTES_MAX + 1];

	if (value.len <= DEVICE_VALUE_BYTES_MAX)
		return str_dup(value);
	return str_dup(str_of(cut_print(text, sizeof(text), "%.*s", STR_ARG(value))));
}

void device_set_value(struct device *device, struct str name, struct str value)
{
	struct device_value *slot = find_value(device, name);
	auto_buf shown = BUF_NULL;
	auto_free char *copy = NULL;

	/* Mostly it is what it was, and so are its secrets. */
	if (slot && slot->value && str_is(value, slot->value))
		return;
	if (!slot && (secret_is_name(name) || name.len > DEVICE_NAME_BYTES_MAX))
		return;
	secret_put(&shown, value);
	copy = shown.error ? NULL : keep(buf_str(&shown));
	if (!copy || !make_room(device->list, 0,
			 intern_cost(name) + text_bytes(str_of(copy)), device))
		return;
	if (!slot)
		slot = add_value(device, name);
	if (!slot)
		return;
	count_bytes(device, text_bytes(str_of(copy)),
	    slot->value ? text_bytes(str_of(slot->value)) : 0);
	free(slot->value);
	slot->value = steal_ptr(&copy);
}

bool device_has_tag(const struct device *device, struct str pattern)
{
	struct str rest = str_of(device->tags);

	while (rest.len > 0) {
		if (condition_matches(pattern, str_cut(rest, ',', &rest)))
			return true;
	}
	return false;
}

/* The tags without this one, of which *ret_n are left. Whether it was among them. */
static bool put_other_tags(struct buf *out, const struct device *device, struct str tag,
    size_t *ret_n)
{
	struct str rest = str_of(device->tags);
	bool is_on = false;

	*ret_n = 0;
	while (rest.len > 0) {
		struct str other = str_cut(rest, ',', &rest);

		if (str_eq(other, tag)) {
			is_on = true;
			continue;
		}
		buf_printf(out, "%s%.*s", *ret_n > 0 ? "," : "", STR_ARG(other));
		++*ret_n;
	}
	return is_on;
}

bool device_tag(struct device *device, struct str tag, bool is_on)
{
	size_t before = device->tags ? text_bytes(str_of(device->tags)) : 0, n;
	auto_buf text = BUF_NULL;
	char *tags;

	if (put_other_tags(&text, device, tag, &n) == is_on)
		return false;
	if (is_on && n >= DEVICE_TAGS_MAX)
		return false;
	if (is_on)
		buf_printf(&text, "%s%.*s", n > 0 ? "," : "", STR_ARG(tag));
	tags = text.error ? NULL : str_dup(buf_str(&text));
	if (!tags)
		return false;
	count_bytes(device, text_bytes(buf_str(&text)), before);
	free(device->tags);
	device->tags = tags;
	return true;
}

struct str device_value(const struct device *device, const char *name)
{
	const struct device_value *value = find_value(device, str_of(name));

	return value && value->value ? str_of(value->value) : STR_NULL;
}

/* Other devices go for them, and they stay without room, too: what they are must not be told. */
void device_note_secrets(struct device *device, const struct cwmp_msg *request)
{
	size_t before = cwmp_secrets_bytes(device->secrets), after;

	(void)cwmp_secrets_add(&device->secrets, request);
	after = cwmp_secrets_bytes(device->secrets);
	if (after > before)
		(void)make_room(device->list, 0, after - before, device);
	count_bytes(device, after, before);
}
