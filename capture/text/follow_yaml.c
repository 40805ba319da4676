/* The same as YAML: of Wireshark 4 a list of peers and one of packets, before that a key
 * "peer0_0" a packet. */
#include "capture/text/text_internal.h"
#include "capture/text/tree.h"

#include "lib/base/text.h"

#include <errno.h>

/* "1767225600.001183987". */
static clock_ns time_of(struct str s)
{
	struct str fraction, seconds = str_cut(str_trim(s), '.', &fraction);
	uint64_t whole = 0;
	clock_ns time, unit = NS_PER_S;

	if (str_to_u64(seconds, INT32_MAX, &whole) < 0)
		return 0;
	time = (clock_ns)whole * NS_PER_S;
	for (size_t i = 0; i < MIN(fraction.len, (size_t)9); i++) {
		if (fraction.p[i] < '0' || fraction.p[i] > '9')
			break;
		unit /= 10;
		time += (fraction.p[i] - '0') * unit;
	}
	return time;
}

/* Base64, as YAML breaks it into lines. */
static void append_binary(struct buf *out, struct str text)
{
	auto_buf packed = BUF_MAX(text.len + 1);
	uint8_t *room;
	int n;

	for (size_t i = 0; i < text.len; i++) {
		if (!text.p[i] || !strchr(" \t\r\n", text.p[i]))
			buf_append_char(&packed, text.p[i]);
	}
	room = packed.len > 0 ? buf_reserve(out, packed.len) : NULL;
	n = room ? base64_parse(buf_str(&packed), room, packed.len) : 0;
	if (n > 0)
		out->len += (size_t)n;
}

static void take_packet(struct text_stream *stream, struct transcript *t,
    const struct tree *data, unsigned node, clock_ns time)
{
	struct text_run *run =
	    data && node < 2 ? text_stream_run(stream, node, data->line, time) : NULL;

	if (!data || node > 1)
		return;
	if (!run)
		t->error = ERR_LIMIT;
	else if (data->is_binary)
		append_binary(&run->bytes, data->text);
	else
		buf_append_str(&run->bytes, data->text);
}

static void take_peer(struct text_stream *stream, const struct tree *peer)
{
	uint64_t node = 2, port = 0;

	if (str_to_u64(tree_text(peer, "peer"), 1, &node) < 0)
		return;
	(void)str_to_u64(tree_text(peer, "port"), UINT16_MAX, &port);
	stream->ends[node] =
	    (struct text_end){ text_address(tree_text(peer, "host")), (uint16_t)port };
}

static void take_document(struct text_stream *stream, struct transcript *t,
    const struct tree *root)
{
	const struct tree *peers = tree_get(root, "peers"),
			  *packets = tree_get(root, "packets");

	for (const struct tree *peer = peers ? peers->first : NULL; peer;
	     peer = peer->next)
		take_peer(stream, peer);
	for (const struct tree *packet = packets ? packets->first : NULL; packet;
	     packet = packet->next) {
		uint64_t node = 2;

		(void)str_to_u64(tree_text(packet, "peer"), 1, &node);
		take_packet(stream, t, tree_get(packet, "data"), (unsigned)node,
		    time_of(tree_text(packet, "timestamp")));
	}
	for (const struct tree *old = root->kind == TREE_MAP ? root->first : NULL; old;
	     old = old->next) {
		if (str_starts(old->key, STR("peer0_")))
			take_packet(stream, t, old, 0, 0);
		else if (str_starts(old->key, STR("peer1_")))
			take_packet(stream, t, old, 1, 0);
	}
	text_stream_end(stream, t, TEXT_EXACT);
}

void text_read_follow_yaml(struct transcript *t, struct str text)
{
	auto_arena arena = ARENA_MAX(TEXT_ARENA_MAX);
	struct tree_yaml *yaml = tree_yaml_new(text);
	struct tree_mistake mistake = { .line = 1 };
	struct tree *root = NULL;
	int r = yaml ? 1 : -ENOMEM;

	while (r > 0 && !t->error) {
		struct text_stream stream = { .arena = &arena };

		r = tree_yaml_next(yaml, &arena, &root, &mistake);
		if (r > 0)
			take_document(&stream, t, root);
		arena_reset(&arena);
	}
	text_note(t, r, &mistake, 0);
	tree_yaml_free(yaml);
}
