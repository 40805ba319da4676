/* What a client may write to a lab's socket, or an agent to its supervisor: whole lines come
 * out, none longer than the limit, however the bytes were cut; and answers in pages are
 * joined and printed. */
#include "lab/channel/channel.h"
#include "lab/channel/pages.h"

#include <jansson.h>
#include <stdlib.h>
#include <sys/socket.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct reading {
	struct page_printer printer;
	json_t *whole;
};

static void on_line(void *user, struct str line)
{
	struct reading *reading = user;
	json_t *page;

	if (line.len > LINE_BYTES_MAX || str_find_char(line, '\n') < line.len)
		abort();
	page = json_loadb(line.p, line.len, 0, NULL);
	if (json_is_object(page)) {
		page_print(&reading->printer, page);
		(void)page_merge(reading->whole, page);
	}
	json_decref(page);
}

static void on_too_long(void *user)
{
	(void)user;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct channel_sink sink = { on_line, on_too_long };
	struct reading reading = { .whole = json_object() };
	struct channel channel;
	char *text = NULL;
	size_t length = 0;
	json_t *printed;
	int ends[2];

	if (size > 200000 || socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0)
		return 0;
	reading.printer.out = open_memstream(&text, &length);
	if (!reading.printer.out)
		abort();
	channel_open(&channel, ends[0]);
	for (size_t at = 0; at < size;) {
		ssize_t n = send(ends[1], data + at, size - at, MSG_DONTWAIT);

		at += n > 0 ? (size_t)n : 0;
		(void)channel_read(&channel, &sink, &reading);
	}
	(void)close(ends[1]);
	(void)channel_read(&channel, &sink, &reading);
	channel_close(&channel);
	page_print_end(&reading.printer);
	(void)fclose(reading.printer.out);
	/* What is printed is JSON, whatever the pages were. */
	printed = json_loadb(text, length, 0, NULL);
	if (!printed)
		abort();
	json_decref(printed);
	json_decref(reading.whole);
	free(text);
	return 0;
}
