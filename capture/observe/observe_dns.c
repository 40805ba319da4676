/* DNS: which names a CPE looked up, and what it was told. */
#include "capture/message/dns.h"
#include "capture/observe/observe_internal.h"

#include <errno.h>

enum {
	RECORDS_BACK = 1024 /* a resolver's look-ups must not cost their square */
};

/* ---- what anybody was told ---------------------------------------------------------- */

static struct resolved_name *name_of(struct observer *observer, const char *text)
{
	struct resolved_name *name = map_get(&observer->index.names, str_of(text));

	if (name)
		return name;
	name = observer_alloc(observer, sizeof(*name));
	if (!name)
		return NULL;
	name->name = observer_intern(observer, str_of(text));
	if (!name->name ||
	    map_put(&observer->index.names, str_of(name->name), name) < 0)
		observer->memory.error = -ENOMEM;
	return name;
}

static void remember_name(struct observer *observer, const char *text,
    const struct address *addresses, size_t n, struct frame_ref frame)
{
	struct resolved_name *name = name_of(observer, text);

	for (size_t i = 0; name && i < n; i++) {
		bool is_known = false;

		for (size_t k = 0; k < name->len && !is_known; k++)
			is_known =
			    address_eq(&name->addresses[k].address, &addresses[i]);
		if (!is_known && name->len < ARRAY_LEN(name->addresses))
			name->addresses[name->len++] =
			    (struct resolved_address){ addresses[i], frame.number };
	}
}

bool observer_resolved(const struct observer *observer, struct str name,
    const struct address *address, uint64_t before_frame)
{
	const struct resolved_name *known = map_get(&observer->index.names, name);

	for (size_t i = 0; known && i < known->len; i++) {
		if (address_eq(&known->addresses[i].address, address) &&
		    known->addresses[i].frame <= before_frame)
			return true;
	}
	return false;
}

/* ---- what a CPE asked --------------------------------------------------------------- */

/* The exchange that the answer belongs to, among the RECORDS_BACK newest ones of the CPE. */
static struct dns_exchange *find_record(const struct cpe_record *cpe,
    const struct dns_message *message)
{
	size_t len = cpe->kept ? cpe->kept->dns.len : 0;
	size_t oldest = len - MIN(len, (size_t)RECORDS_BACK);

	if (!cpe->kept)
		return act_find_query(cpe, message);
	for (size_t i = len; i-- > oldest;) {
		struct dns_exchange *record = cpe->kept->dns.items[i];

		if (record->id == message->id && record->type == message->type &&
		    strcmp(record->name, message->name) == 0)
			return record;
	}
	return NULL;
}

static void keep_query(struct observer *observer, struct cpe_record *cpe,
    const struct dns_message *message, struct frame_ref frame)
{
	const struct dns_exchange query = { .query = frame,
		.id = message->id,
		.type = message->type,
		.name = message->name };
	struct dns_exchange *record;

	if (!cpe->kept) {
		act_query(observer, cpe, &query);
		return;
	}
	record = observer_alloc(observer, sizeof(*record));
	if (!record)
		return;
	*record = query;
	record->name = observer_intern(observer, str_of(message->name));
	observer_push(observer, &cpe->kept->dns, record);
}

static void observe_query(struct observer *observer, struct cpe_record *cpe,
    struct dns_message *message, struct frame_ref frame)
{
	message->n_addresses = message->n_addresses6 = 0;
	message->rcode = 0;
	/* One that is found is asked again. */
	if (!look_ups_find(cpe, message))
		look_ups_add(observer, cpe, message, frame);
	if ((cpe->kept || observer->options.act) && !find_record(cpe, message))
		keep_query(observer, cpe, message, frame);
}

static void observe_answer(struct observer *observer, struct cpe_record *cpe,
    const struct dns_message *message, struct frame_ref frame)
{
	struct look_up *look_up = look_ups_find(cpe, message);
	struct dns_exchange *record = find_record(cpe, message);
	struct address addresses[DNS_ADDRESSES_MAX];
	size_t n = look_ups_told(message, addresses);

	if (!look_up && !record)
		return;
	/* Sequences alone ask what a name stood for. */
	if (cpe->kept)
		remember_name(observer, message->name, addresses, n, frame);
	if (look_up)
		look_ups_answer(observer, look_up, message, frame);
	if (record && record->answer.number == 0) {
		record->answer = frame;
		record->rcode = message->rcode;
		record->n_addresses = (uint8_t)MIN(n, ARRAY_LEN(record->addresses));
		memcpy(record->addresses, addresses,
		    record->n_addresses * sizeof(addresses[0]));
		acts_tell(observer, cpe);
	}
}

/* What a CPE asks for may be its ACS, of either version of IP. */
static void note_try(struct observer *observer, struct cpe_record *cpe,
    const struct dns_message *message, bool is_answer, struct frame_ref frame)
{
	if (is_answer)
		try_note_answer(observer, cpe, message->name, message->rcode,
		    message->n_addresses + message->n_addresses6, frame);
	else
		try_note_query(observer, cpe, message->name, frame);
}

void observe_dns(struct observer *observer, const struct address *client,
    struct str payload, bool is_answer, struct frame_ref frame)
{
	struct dns_message message;
	struct cpe_record *cpe;

	if (dns_parse(&message, payload, NULL) < 0 || !message.has_question ||
	    message.is_response != is_answer ||
	    (message.type != DNS_TYPE_A && message.type != DNS_TYPE_AAAA))
		return;
	cpe = observer_find_cpe(observer, client);
	if (cpe)
		note_try(observer, cpe, &message, is_answer, frame);
	else
		cpe = observer_cpe_by_address(observer, client, frame);
	if (!cpe)
		return;
	if (is_answer)
		observe_answer(observer, cpe, &message, frame);
	else
		observe_query(observer, cpe, &message, frame);
}
