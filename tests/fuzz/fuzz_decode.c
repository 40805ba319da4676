/* What the lower half may tell: runs of bytes of both directions, holes, ends and
 * datagrams. Each command is a byte that says which (its low 3 bits), a byte with a length,
 * and so many bytes. The sequence is then looked for in what came of it. */
#include "capture/decoder.h"
#include "capture/sequence/sequence_check.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char text[] =
    "name: fuzz\n"
    "steps:\n"
    "  - {step: 0, see: lease, what: a}\n"
    "  - {step: 0, see: look-up, to: $acs_url, what: b}\n"
    "  - {step: 1, see: open, to: $acs_url, what: c}\n"
    "  - {step: 3, see: cpe-sends, message: Inform, what: d}\n"
    "  - {step: 4, see: acs-sends, message: InformResponse, what: e}\n"
    "  - {step: 5, see: close, what: f}\n";

static void play(struct conn_sink *sink, struct conn *conn, uint8_t what,
    struct str bytes, struct frame_ref frame)
{
	static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 1 };
	enum direction from = what & 8 ? FROM_SERVER : FROM_CLIENT;

	switch (what & 7) {
	case 0:
	case 1:
	case 2:
		sink->data(sink->user, conn, from, bytes, frame);
		break;
	case 3:
		sink->gap(sink->user, conn, from, bytes.len + 1, frame);
		break;
	case 4:
		sink->event(sink->user, conn, what & 16 ? CONN_RST : CONN_FIN, from,
		    frame);
		break;
	case 5:
		sink->datagram(sink->user, &conn->server, 67, &conn->client, 68, mac,
		    what >> 4, bytes, frame);
		break;
	case 6:
		sink->datagram(sink->user, &conn->server, 53, &conn->client, 4000, mac,
		    0, bytes, frame);
		break;
	default:
		sink->event(sink->user, conn, CONN_SYN, from, frame);
		break;
	}
}

static void judge(struct observer *observer)
{
	const struct records *cpes = observer_cpes(observer);
	struct sequence *sequence = NULL;
	struct sequence_result result;

	if (sequence_parse("fuzz.yaml", str_of(text), &sequence, NULL) < 0)
		abort();
	for (size_t i = 0; i < cpes->len; i++)
		(void)sequence_check(sequence, observer, cpes->items[i], false,
		    &result);
	sequence_free(sequence);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct observer_options options = { .keep_records = true,
		.keep_bodies = true };
	struct conn conn = { .id = 1,
		.client = { ADDRESS_IPV4, { 10, 0, 0, 1 } },
		.server = { ADDRESS_IPV4, { 10, 0, 0, 11 } },
		.client_port = 40000,
		.server_port = 7547 };
	struct observer *observer = observer_new(&options);
	struct frame_ref frame = { 1, 0 };
	struct conn_sink sink;
	size_t at = 0;

	if (!observer)
		return 0;
	sink = observer_sink(observer);
	while (size - at >= 2) {
		size_t len = MIN((size_t)data[at + 1] * 2, size - at - 2);

		play(&sink, &conn, data[at], str_make(data + at + 2, len), frame);
		at += 2 + len;
		frame.number++;
	}
	sink.event(sink.user, &conn, CONN_END_OF_CAPTURE, FROM_CLIENT, frame);
	sink.closed(sink.user, &conn);
	judge(observer);
	observer_free(observer);
	return 0;
}
