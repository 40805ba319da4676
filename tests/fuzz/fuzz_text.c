/* Any bytes as each of the texts that are read instead of a capture: the first says as which,
 * the rest is the text. Also as what it is known as. */
#include "capture/text/text.h"
#include "capture/text/text_internal.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

struct heard {
	uint64_t number, open;
};

/* Numbers come in order, and nothing is told of a connection that was closed. */
static void on_message(void *user, uint64_t number, uint32_t line)
{
	struct heard *heard = user;

	if (number != ++heard->number || line == 0)
		abort();
}

static void on_data(void *user, struct conn *conn, enum direction from, struct str data,
    struct frame_ref frame)
{
	struct heard *heard = user;

	(void)from;
	if (frame.number != heard->number || data.len == 0 ||
	    !(conn->flags & CONN_NO_PACKETS))
		abort();
	if (!conn->user)
		heard->open++;
	conn->user = heard;
}

static void on_gap(void *user, struct conn *conn, enum direction from, uint64_t missing,
    struct frame_ref frame)
{
	(void)user;
	(void)from;
	(void)frame;
	if (!conn->user || missing == 0)
		abort();
}

static void on_closed(void *user, struct conn *conn)
{
	struct heard *heard = user;

	if (conn->user)
		heard->open--;
	conn->user = NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct heard heard = { .number = 0 };
	const struct conn_sink sink = { .user = &heard,
		.message = on_message,
		.data = on_data,
		.gap = on_gap,
		.closed = on_closed };
	struct text_counts counts;
	struct error err = ERROR_NULL;
	enum text_format format = TEXT_UNKNOWN;

	if (len > 0)
		format = (enum text_format)(bytes[0] % TEXT_FORMATS);
	if (text_run_bytes(str_make(bytes + 1, len > 0 ? len - 1 : 0), format, "fuzz",
		&sink, &counts, &err) < 0) {
		if (err.text[0] == '\0' || heard.number > 0)
			abort();
	} else if (heard.open != 0 || heard.number != counts.messages) {
		abort();
	}
	return 0;
}
