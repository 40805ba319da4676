/* What reaches the page of a lab: by its first byte, a request of whoever can connect, the body of a
 * deed, an event of the lab, a line of what was seen on the wire. Nobody is let in without the token,
 * a deed becomes one object of JSON or nothing, no entry of the stream begins a field of its own, and
 * what is kept stays within its bounds. */
#include "lab/web/deed.h"
#include "lab/web/feed.h"
#include "lab/web/route.h"
#include "lab/web/sessions.h"

#include <jansson.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TOKEN "00112233445566778899aabbccddeeff"

static void request(struct str bytes)
{
	struct web_request wanted;
	struct http_head head;
	char text[WEB_QUERY_MAX];

	if (http_head_parse(&head, true, bytes.p, bytes.len, NULL, NULL) <= 0)
		return;
	web_route(STR(TOKEN), &head, &wanted);
	if (!wanted.status && !str_starts(head.target, STR("/" TOKEN "/")))
		abort();
	(void)web_query_text(wanted.query, "text", text);
	if (strlen(text) >= sizeof(text) ||
	    web_query_number(wanted.query, "n", 7, 0) > 7)
		abort();
}

static void deed(enum web_view view, struct str bytes)
{
	struct web_deed deed;

	if (web_deed_read(view, bytes, &deed, NULL) == 0) {
		json_t *read = json_loadb((const char *)deed.command.data,
		    deed.command.len, JSON_REJECT_DUPLICATES, NULL);

		if (!deed.ask || strlen(deed.node) >= sizeof(deed.node) ||
		    (deed.command.len > 0 && !json_is_object(read)))
			abort();
		json_decref(read);
	}
	web_deed_free(&deed);
}

static void event(struct str bytes)
{
	struct web_reader reader;
	struct web_feed feed;
	auto_buf out = BUF_NULL;
	struct str rest;

	web_feed_init(&feed);
	web_reader_init(&reader, &feed, 0);
	web_feed_add(&feed, "lab", bytes);
	web_reader_take(&reader, &feed, &out);
	rest = buf_str(&out);
	while (rest.len > 0) {
		struct str line = str_cut(rest, '\n', &rest);

		if (str_find_char(line, '\r') < line.len ||
		    (line.len > 0 && !str_starts(line, STR("id: ")) &&
			!str_starts(line, STR("event: ")) &&
			!str_starts(line, STR("data: "))))
			abort();
	}
	web_feed_free(&feed);
}

static void wire(struct str bytes)
{
	struct web_sessions sessions;

	if (web_sessions_init(&sessions) < 0)
		return;
	while (bytes.len > 0)
		(void)web_sessions_take(&sessions, str_cut(bytes, '\n', &bytes));
	if (sessions.n > WEB_SESSIONS_KEPT || sessions.bytes > WEB_SESSIONS_BYTES)
		abort();
	json_decref(web_sessions_rows(&sessions));
	json_decref(web_sessions_findings(&sessions));
	for (uint64_t i = 0; i < 8; i++) {
		auto_buf out = BUF_NULL;

		if (web_sessions_put(&sessions, i, &out)) {
			json_t *read =
			    json_loadb((const char *)out.data, out.len, 0, NULL);

			if (!read)
				abort();
			json_decref(read);
		}
	}
	web_sessions_free(&sessions);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes;

	if (size < 1 || size > 200000)
		return 0;
	bytes = str_make(data + 1, size - 1);
	switch (data[0]) {
	case 'l':
		deed(WEB_LINK, bytes);
		break;
	case 'c':
		deed(WEB_CONSOLE, bytes);
		break;
	case 'b':
		deed(WEB_CPE, bytes);
		break;
	case 's':
		deed(WEB_STOP, bytes);
		break;
	case 'e':
		event(bytes);
		break;
	case 'w':
		wire(bytes);
		break;
	default:
		request(bytes);
		break;
	}
	return 0;
}
