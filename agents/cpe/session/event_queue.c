#include "agents/cpe/session/event_queue.h"

#include "lib/base/cleanup.h"

#include <errno.h>

static void forget(struct event_queue *queue, size_t at)
{
	free(queue->items[at].command_key);
	queue->len--;
	memmove(&queue->items[at], &queue->items[at + 1],
	    (queue->len - at) * sizeof(*queue->items));
}

static bool is_there(const struct event_queue *queue, uint8_t code, bool is_sent,
    size_t before)
{
	for (size_t i = 0; i < before; i++) {
		if (queue->items[i].code == code && queue->items[i].is_sent == is_sent)
			return true;
	}
	return false;
}

static int grow(struct event_queue *queue)
{
	uint8_t cap = queue->cap ? (uint8_t)(queue->cap * 2) : 2;
	struct event *items;

	if (queue->len == EVENT_QUEUE_MAX)
		return ERR_LIMIT;
	if (queue->len < queue->cap)
		return 0;
	items = realloc(queue->items, cap * sizeof(*items));
	if (!items)
		return -ENOMEM;
	queue->items = items;
	queue->cap = cap;
	return 0;
}

int event_queue_add(struct event_queue *queue, enum cwmp_event_code code,
    struct str command_key)
{
	char *key = NULL;
	int r;

	if (code == CWMP_EVENT_BOOTSTRAP) {
		for (size_t i = queue->len; i-- > 0;) {
			if (!queue->items[i].is_sent)
				forget(queue, i);
		}
	} else if (!cwmp_event_repeats(code) &&
		   is_there(queue, (uint8_t)code, false, queue->len)) {
		return 0;
	}
	r = grow(queue);
	if (r < 0)
		return r;
	if (command_key.len > 0) {
		key = str_dup(command_key);
		if (!key)
			return -ENOMEM;
	}
	queue->items[queue->len++] = (struct event){ (uint8_t)code, false, key };
	return 0;
}

size_t event_queue_count(const struct event_queue *queue, enum cwmp_event_code code,
    struct str command_key)
{
	size_t n = 0;

	for (size_t i = 0; i < queue->len; i++)
		n += queue->items[i].code == code &&
		     str_eq(str_of(queue->items[i].command_key), command_key);
	return n;
}

size_t event_queue_take(struct event_queue *queue, struct cwmp_event *ret)
{
	for (size_t i = 0; i < queue->len;) {
		struct event *event = &queue->items[i];
		enum cwmp_event_code code = (enum cwmp_event_code)event->code;

		if (!event->is_sent && !cwmp_event_repeats(code) &&
		    is_there(queue, event->code, true, i)) {
			forget(queue, i);
			continue;
		}
		event->is_sent = true;
		ret[i].code = str_of(cwmp_event_text(code));
		ret[i].command_key = str_of(event->command_key);
		i++;
	}
	return queue->len;
}

void event_queue_confirm(struct event_queue *queue, enum cwmp_method method)
{
	for (size_t i = queue->len; i-- > 0;) {
		const struct event *event = &queue->items[i];

		if (event->is_sent && cwmp_event_delivered_by(
					  (enum cwmp_event_code)event->code) == method)
			forget(queue, i);
	}
}

static bool is_sent_and_delivered_by(const struct event *event, enum cwmp_method method)
{
	return event->is_sent &&
	       cwmp_event_delivered_by((enum cwmp_event_code)event->code) == method;
}

void event_queue_confirm_one(struct event_queue *queue, enum cwmp_method method,
    struct str command_key)
{
	bool has_others = false, has_found = false;

	for (size_t i = 0; i < queue->len;) {
		const struct event *event = &queue->items[i];

		if (!is_sent_and_delivered_by(event, method) ||
		    !cwmp_event_repeats((enum cwmp_event_code)event->code)) {
			i++;
		} else if (!has_found &&
			   str_eq(str_of(event->command_key), command_key)) {
			has_found = true;
			forget(queue, i);
		} else {
			has_others = true;
			i++;
		}
	}
	if (!has_others)
		event_queue_confirm(queue, method);
}

static bool outlives_session(const struct event *event)
{
	return !event->is_sent || cwmp_event_retry((enum cwmp_event_code)event->code) !=
				      CWMP_RETRY_NO_RETRY;
}

void event_queue_end(struct event_queue *queue)
{
	for (size_t i = 0; i < queue->len;) {
		struct event *event = &queue->items[i];
		enum cwmp_event_code code = (enum cwmp_event_code)event->code;

		/* One that occurred again meanwhile merges with its elder. */
		if (!outlives_session(event) ||
		    (!cwmp_event_repeats(code) &&
			is_there(queue, event->code, false, i))) {
			forget(queue, i);
			continue;
		}
		event->is_sent = false;
		i++;
	}
	if (queue->len == 0)
		event_queue_free(queue);
}

void event_queue_reboot(struct event_queue *queue)
{
	for (size_t i = queue->len; i-- > 0;) {
		enum cwmp_event_code code = (enum cwmp_event_code)queue->items[i].code;

		if (cwmp_event_retry(code) != CWMP_RETRY_NEVER_DISCARD)
			forget(queue, i);
	}
}

void event_queue_free(struct event_queue *queue)
{
	while (queue->len > 0)
		forget(queue, queue->len - 1U);
	free(queue->items);
	*queue = (struct event_queue){ NULL, 0, 0 };
}
