/* The names that a CPE looked up lately, as the rules remember them. */
#include "capture/observe/observe_internal.h"

#include <errno.h>
#include <stdlib.h>

/* ---- what was told ------------------------------------------------------------------- */

size_t look_ups_told(const struct dns_message *message,
    struct address addresses[DNS_ADDRESSES_MAX])
{
	if (message->type == DNS_TYPE_A) {
		for (size_t i = 0; i < message->n_addresses; i++)
			addresses[i] = address_of_ipv4(message->addresses[i]);
		return message->n_addresses;
	}
	for (size_t i = 0; i < message->n_addresses6; i++) {
		addresses[i].family = ADDRESS_IPV6;
		memcpy(addresses[i].bytes, message->addresses6[i],
		    sizeof(addresses[i].bytes));
	}
	return message->n_addresses6;
}

/* The key of the table, code, addresses and name, stands behind the struct. */
static char *key_in(struct resolution *told)
{
	return (char *)(told + 1);
}

static struct resolution *add_resolution(struct observer *observer,
    const struct resolution *told, struct str key)
{
	size_t addresses = told->n_addresses * sizeof(told->addresses[0]);
	struct resolution *added = malloc(sizeof(*added) + key.len + 1);

	if (!added) {
		observer->memory.error = -ENOMEM;
		return NULL;
	}
	*added = *told;
	added->key = (uint32_t)key.len;
	memcpy(key_in(added), key.p, key.len);
	key_in(added)[key.len] = '\0';
	added->name = key_in(added) + 1 + addresses;
	if (map_put(&observer->memory.resolutions, str_make(key_in(added), key.len),
		added) == 0)
		return added;
	observer->memory.error = -ENOMEM;
	free(added);
	return NULL;
}

/* Many CPEs are told the same: one copy of it is kept, as long as one remembers it. */
static struct resolution *intern_resolution(struct observer *observer,
    const struct dns_message *message)
{
	struct address addresses[DNS_ADDRESSES_MAX];
	size_t n = look_ups_told(message, addresses);
	struct resolution told = { .rcode = message->rcode,
		.n_addresses = (uint8_t)MIN(n, ARRAY_LEN(told.addresses)) };
	auto_buf key = BUF_NULL;
	struct resolution *known;

	memcpy(told.addresses, addresses, told.n_addresses * sizeof(told.addresses[0]));
	buf_append_char(&key, (char)told.rcode);
	buf_append(&key, told.addresses, told.n_addresses * sizeof(told.addresses[0]));
	buf_append_text(&key, message->name);
	known = map_get(&observer->memory.resolutions, buf_str(&key));
	if (!known)
		known = add_resolution(observer, &told, buf_str(&key));
	if (known)
		known->refs++;
	return known;
}

static void drop(struct observer *observer, struct resolution *told)
{
	if (!told || --told->refs > 0)
		return;
	(void)map_remove(&observer->memory.resolutions,
	    str_make(key_in(told), told->key));
	free(told);
}

/* ---- who remembers it ---------------------------------------------------------------- */

/* Of a resolver that asks for both versions under one id the types tell. */
struct look_up *look_ups_find(const struct cpe_record *cpe,
    const struct dns_message *message)
{
	for (size_t i = 0; i < cpe_n_look_ups(cpe); i++) {
		struct look_up *look_up = &cpe->look_ups[i];

		if (look_up->id == message->id && look_up->type == message->type &&
		    strcmp(look_up->what->name, message->name) == 0)
			return look_up;
	}
	return NULL;
}

/* Makes the first place free: the oldest look-up is dropped, where as many are known as are
 * kept. Most CPEs ever ask for one name. */
static bool make_room(struct observer *observer, struct cpe_record *cpe)
{
	size_t n = cpe_n_look_ups(cpe);
	struct look_up *look_ups = cpe->look_ups;

	if (n == LOOK_UPS_KEPT) {
		drop(observer, look_ups[--n].what);
	} else {
		look_ups = realloc(look_ups, (n + 1) * sizeof(*look_ups));
		if (!look_ups)
			return false;
	}
	memmove(&look_ups[1], &look_ups[0], n * sizeof(*look_ups));
	cpe->look_ups = look_ups;
	return true;
}

void look_ups_add(struct observer *observer, struct cpe_record *cpe,
    const struct dns_message *message, struct frame_ref frame)
{
	struct look_up look_up = { .what = intern_resolution(observer, message),
		.asked = frame.number,
		.id = message->id,
		.type = message->type };

	if (!look_up.what || !make_room(observer, cpe)) {
		observer->memory.error = -ENOMEM;
		drop(observer, look_up.what);
		return;
	}
	cpe->look_ups[0] = look_up;
	if (cpe->n_look_ups < UINT8_MAX)
		cpe->n_look_ups++;
}

void look_ups_answer(struct observer *observer, struct look_up *look_up,
    const struct dns_message *message, struct frame_ref frame)
{
	struct resolution *told;

	if (look_up->answered != 0)
		return;
	told = intern_resolution(observer, message);
	if (!told)
		return;
	drop(observer, look_up->what);
	look_up->what = told;
	look_up->answered = frame.number;
}

void look_ups_free(struct observer *observer, struct cpe_record *cpe)
{
	for (size_t i = 0; i < cpe_n_look_ups(cpe); i++)
		drop(observer, cpe->look_ups[i].what);
	free(cpe->look_ups);
	cpe->look_ups = NULL;
	cpe->n_look_ups = 0;
}
