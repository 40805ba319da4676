/* The answers of a file server, taken apart as they come. */
#include "agents/cpe/transfer/transfer_internal.h"

static void take_piece(struct transfer *transfer, struct str piece)
{
	struct str bytes;

	if (transfer->next != FETCH_READ || piece.len == 0)
		return;
	transfer->next = fetch_body(&transfer->fetch, piece, &bytes);
	if (bytes.len > 0)
		transfer->handlers->take(transfer->user, bytes);
}

/* Pieces of a body are passed on and not kept. */
static bool keep(struct http_reader *reader, const struct http_head *head,
    struct str payload)
{
	struct transfer *transfer = container_of(reader, struct transfer, reader);

	(void)head;
	take_piece(transfer, payload);
	return false;
}

static void take_head(struct transfer *transfer, const struct http_head *head)
{
	if (head->status / 100 == 1)
		return;
	transfer->next = fetch_head(&transfer->fetch, head);
	if (fetch_is_fresh(&transfer->fetch))
		transfer->handlers->fresh(transfer->user);
}

static enum fetch_next take_whole(struct transfer *transfer,
    const struct http_message *message, bool has_more)
{
	take_piece(transfer, message->body);
	transfer->is_awaiting = false;
	if (message->head->wants_close || has_more ||
	    transfer->reader.framing.framing == HTTP_UNTIL_CLOSE)
		transfer->is_open = false;
	if (transfer->next == FETCH_READ)
		transfer->next = fetch_whole(&transfer->fetch, message->head);
	return transfer->next;
}

static struct http_message message_of(const struct transfer *transfer)
{
	return (struct http_message){
		.request_method = transfer->config.is_upload ? STR("PUT") : STR("GET")
	};
}

void transfer_read_init(struct transfer *transfer)
{
	transfer->reading.keep = keep;
	http_reader_init(&transfer->reader, &transfer->reading);
}

void transfer_read_begin(struct transfer *transfer)
{
	http_reader_reset(&transfer->reader);
	transfer->is_awaiting = true;
	transfer->next = FETCH_READ;
}

void transfer_mark_bytes(struct transfer *transfer, size_t n)
{
	struct transfer_marks *marks = &transfer->marks;

	marks->last = clock_wall();
	marks->n_in += n;
	transfer->stage = TRANSFER_COMING;
	if (marks->first)
		return;
	marks->first = marks->last;
	if (transfer->handlers->begun)
		transfer->handlers->begun(transfer->user);
}

enum fetch_next transfer_read(struct transfer *transfer, struct str bytes)
{
	struct http_message message = message_of(transfer);
	struct error err = ERROR_NULL;
	int step;

	for (;;) {
		step = http_reader_feed(&transfer->reader, &bytes, &message, &err);
		if (step == HTTP_READ_HEAD)
			take_head(transfer, message.head);
		if (transfer->next != FETCH_READ || step < 0 || step == HTTP_READ_MORE)
			break;
		if (step == HTTP_READ_WHOLE && message.head->status / 100 != 1)
			break;
	}
	if (transfer->next != FETCH_READ)
		return transfer->next;
	if (step < 0)
		return fetch_fail(&transfer->fetch,
		    transfer->config.is_upload ? 9011 : 9010, "no HTTP: %s", err.text);
	if (step == HTTP_READ_WHOLE)
		return take_whole(transfer, &message, bytes.len > 0);
	return FETCH_READ;
}

enum fetch_next transfer_read_end(struct transfer *transfer)
{
	struct http_message message = message_of(transfer);

	if (transfer->is_awaiting &&
	    http_reader_finish(&transfer->reader, &message) == HTTP_READ_WHOLE)
		return take_whole(transfer, &message, false);
	return fetch_broken(&transfer->fetch, transfer_is_inside_body(transfer),
	    "the file server closed the connection");
}

bool transfer_is_inside_body(const struct transfer *transfer)
{
	return transfer->reader.state == HTTP_READER_BODY;
}
