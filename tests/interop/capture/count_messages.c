/* count_messages [-k KEYLOG] FILE...: how many HTTP requests, HTTP responses and DHCP
 * messages the decoder sees in each capture, how many gaps of TCP and how many bytes are
 * missing in them; one line a file, with tabs between. */
#include "capture/decoder.h"
#include "capture/message/http_stream.h"
#include "lib/base/cleanup.h"
#include "lib/proto/dhcp.h"
#include "lib/proto/dhcp6.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	METHODS_MAX = 64, /* requests of a connection that wait for their answer */
	METHOD_MAX = 16
};

struct counts {
	unsigned requests, responses, dhcp;
};

struct talk { /* one connection */
	struct counts *counts;
	struct http_stream streams[2];
	char methods[METHODS_MAX][METHOD_MAX];
	size_t first, len;
};

static struct talk *talk_of(struct counts *counts, struct conn *conn)
{
	struct talk *t = conn->user;

	if (t)
		return t;
	conn->user = t = calloc(1, sizeof(*t));
	if (!t)
		abort();
	t->counts = counts;
	http_stream_init(&t->streams[FROM_CLIENT], true);
	http_stream_init(&t->streams[FROM_SERVER], false);
	if (conn->flags & CONN_MIDDLE) {
		http_stream_middle(&t->streams[FROM_CLIENT]);
		http_stream_middle(&t->streams[FROM_SERVER]);
	}
	return t;
}

static void on_message(void *user, const struct http_stream_message *message)
{
	struct talk *t = user;

	if (!message->head->is_request) {
		t->counts->responses++;
		if (message->head->status / 100 != 1 && t->len > 0) {
			t->first = (t->first + 1) % METHODS_MAX;
			t->len--;
		}
		return;
	}
	t->counts->requests++;
	if (t->len < METHODS_MAX) {
		(void)snprintf(t->methods[(t->first + t->len) % METHODS_MAX],
		    METHOD_MAX, "%.*s", STR_ARG(message->head->method));
		t->len++;
	}
}

static void on_data(void *user, struct conn *conn, enum direction from,
    struct str bytes, struct frame_ref frame)
{
	struct talk *t = talk_of(user, conn);

	http_stream_feed(&t->streams[from], bytes, frame,
	    t->len > 0 ? str_of(t->methods[t->first]) : STR_NULL, on_message, t);
}

static void on_gap(void *user, struct conn *conn, enum direction from, uint64_t bytes,
    struct frame_ref frame)
{
	struct talk *t = talk_of(user, conn);

	if (conn->flags & CONN_TLS)
		http_stream_gap(&t->streams[from], frame, on_message, t);
	else
		http_stream_missing(&t->streams[from], bytes, frame, on_message, t);
}

static void on_closed(void *user, struct conn *conn)
{
	struct talk *t = talk_of(user, conn);
	static const struct frame_ref end;

	for (int i = 0; i < 2; i++) {
		http_stream_finish(&t->streams[i], end, on_message, t);
		http_stream_free(&t->streams[i]);
	}
	free(t);
	conn->user = NULL;
}

static void on_datagram(void *user, const struct address *from, uint16_t from_port,
    const struct address *to, uint16_t to_port, const uint8_t from_mac[6],
    uint32_t vlan, struct str payload, struct frame_ref frame)
{
	struct counts *counts = user;
	struct dhcp_packet v4;
	struct dhcp6_packet v6;

	(void)from;
	(void)from_port;
	(void)vlan;
	(void)to;
	(void)from_mac;
	(void)frame;
	if (to_port == DHCP_SERVER_PORT || to_port == DHCP_CLIENT_PORT)
		counts->dhcp += dhcp_parse(&v4, payload.p, payload.len, NULL) == 0;
	else if (to_port == DHCP6_SERVER_PORT || to_port == DHCP6_CLIENT_PORT)
		counts->dhcp += dhcp6_parse(&v6, payload.p, payload.len, NULL) == 0;
}

static int count(const char *path, const char *keylog)
{
	struct counts counts = { 0 };
	struct conn_sink sink = { .user = &counts,
		.data = on_data,
		.gap = on_gap,
		.closed = on_closed,
		.datagram = on_datagram };
	struct decoder_counts seen;
	struct error err = ERROR_NULL;
	int r = decoder_run(path, keylog, &sink, &seen, &err);

	if (r < 0)
		(void)fprintf(stderr, "%s\n", err.text);
	printf("%s\t%u\t%u\t%u\t%llu\t%llu\n", path, counts.requests, counts.responses,
	    counts.dhcp, (unsigned long long)seen.tcp.gaps,
	    (unsigned long long)seen.tcp.gap_bytes);
	return r;
}

int main(int argc, char **argv)
{
	const char *keylog = NULL;
	int option, failed = 0;

	while ((option = getopt(argc, argv, "k:")) != -1) {
		if (option != 'k')
			return 2;
		keylog = optarg;
	}
	for (int i = optind; i < argc; i++)
		failed |= count(argv[i], keylog) < 0;
	return failed;
}
