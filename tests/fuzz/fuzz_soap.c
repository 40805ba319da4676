/* Whatever reads as a CWMP message and can be written again reads back as the same text. */
#include "lib/cwmp/cwmp_reader.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_round_trip(struct cwmp_reader *reader, const struct cwmp_msg *msg)
{
	auto_buf first = BUF_NULL, second = BUF_NULL;
	auto_arena arena = ARENA_NULL;
	struct error err = ERROR_NULL;
	struct cwmp_msg back;

	if (cwmp_write(&first, msg, &err) < 0)
		return;
	if (cwmp_reader_read(reader, &back, &arena, first.data, first.len, NULL, &err) <
	    0)
		abort();
	if (back.kind != msg->kind || back.method != msg->method)
		abort();
	if (cwmp_write(&second, &back, NULL) < 0 ||
	    !str_eq(buf_str(&first), buf_str(&second)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct cwmp_reader *reader; /* kept, as the programs keep theirs */
	const struct cwmp_limits limits = { .bytes = 1 << 16, .params = 256 };
	auto_arena arena = ARENA_NULL;
	struct error err = ERROR_NULL;
	struct cwmp_msg msg;

	if (!reader)
		reader = cwmp_reader_new();
	if (cwmp_reader_read(reader, &msg, &arena, data, size, &limits, &err) < 0) {
		if (err.code == 0 || err.text[0] == '\0')
			abort();
		return 0;
	}
	check_round_trip(reader, &msg);
	return 0;
}
